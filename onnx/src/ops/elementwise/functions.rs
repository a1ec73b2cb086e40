//! Exp, Log, Sin, Cos, Tan, Asin, Acos, Atan, Sinh, Cosh, Asinh, Acosh, Atanh: y = f(x), element by
//! element. <https://onnx.ai/onnx/operators/onnx__Exp.html> and so on; floats; no opset changed
//! what they mean.
//!
//! Layers: the functions of `std::num::table` with the same names, and `log_saturating`. Exp, Tan,
//! Sinh, Cosh and Atanh saturate where calibration ended. Outside of the domain, where ONNX says
//! NaN, there is a result all the same: that of the nearest end for Asin, Acos, Acosh and Atanh, and
//! the lowest value of its type for Log.

use super::table::{self, Range};
use crate::context::Args;
use crate::context::{Converter, Family};
use crate::fault::Import;
use crate::graph::Node;
use crate::tensor::Tensor;

/// The function in the clear, that of the library, and the type of its results.
pub(super) struct Function(pub(super) fn(f64) -> f64, pub(super) &'static str, pub(super) Range);

impl Family for Function {
    fn evaluate(&self, _: &Node, a: &Args<'_>) -> Import<Vec<Tensor>> {
        table::map(a, self.0)
    }

    fn convert(&self, n: &Node, c: &mut Converter<'_>) -> Import<()> {
        table::call(n, c, self.1, "", self.2, self.0)
    }
}
