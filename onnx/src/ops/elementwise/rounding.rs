//! Floor, Ceil, Round: to an integer down, up, or to the nearest with halves to even.
//! <https://onnx.ai/onnx/operators/onnx__Round.html> and so on; floats; Round since opset 11.
//!
//! Layers: `floor_to`, `ceil_to`, `even_to`. Exact for the fixed-point number that x is.

use crate::context::Args;
use crate::context::{Converter, Family, Operand};
use crate::fault::Import;
use crate::graph::Node;
use crate::ops::elementwise::table;
use crate::tensor::Tensor;
use num_rational::BigRational;
use num_traits::One;
use zirc_compiler::session::type_text;

/// The function in the clear, and that of the library.
pub(super) struct Rounding(pub(super) fn(f64) -> f64, pub(super) &'static str);

/// Integers that hold the rounded x, whichever way it is rounded.
fn whole(x: &Operand) -> String {
    let at = |v: &num_bigint::BigInt| BigRational::from(v.clone()) * &x.scale;
    let (lo, hi) = (at(&x.lo).floor().to_integer(), at(&x.hi).ceil().to_integer());
    // `even_to` gives an even number plus a bit, and so may seem to pass either end by one.
    type_text(&(lo - 1), &(hi + 1), &BigRational::one())
}

impl Family for Rounding {
    fn evaluate(&self, _: &Node, a: &Args<'_>) -> Import<Vec<Tensor>> {
        table::map(a, self.0)
    }

    fn convert(&self, _: &Node, c: &mut Converter<'_>) -> Import<()> {
        let x = c.operand(0)?;
        c.bind(0, &x.map(&format!("{}::<{}>", self.1, whole(&x))))
    }
}
