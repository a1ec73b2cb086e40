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
use crate::context::Converter;
use crate::fault::{Fault, Import};
use crate::graph::Node;
use crate::tensor::Tensor;

/// Operator, function in the clear, function of the library, type of the result.
type Row = (&'static str, fn(f64) -> f64, &'static str, Range);

const FUNCTIONS: &[Row] = &[
    ("Exp", libm::exp, "exp", Range::Calibrated),
    ("Log", libm::log, "log_saturating", Range::Image),
    ("Sin", libm::sin, "sin", Range::Image),
    ("Cos", libm::cos, "cos", Range::Image),
    ("Tan", libm::tan, "tan", Range::Calibrated),
    ("Asin", libm::asin, "asin", Range::Image),
    ("Acos", libm::acos, "acos", Range::Image),
    ("Atan", libm::atan, "atan", Range::Image),
    ("Sinh", libm::sinh, "sinh", Range::Calibrated),
    ("Cosh", libm::cosh, "cosh", Range::Calibrated),
    ("Asinh", libm::asinh, "asinh", Range::Image),
    ("Acosh", libm::acosh, "acosh", Range::Image),
    ("Atanh", libm::atanh, "atanh", Range::Calibrated),
];

fn row(n: &Node) -> Import<&'static Row> {
    FUNCTIONS.iter().find(|f| f.0 == n.op).ok_or_else(|| Fault::new("this is no such function"))
}

pub(super) fn evaluate(n: &Node, a: &Args<'_>) -> Import<Vec<Tensor>> {
    table::map(a, row(n)?.1)
}

pub(super) fn convert(n: &Node, c: &mut Converter<'_>) -> Import<()> {
    let (_, f, call, range) = *row(n)?;
    table::call(n, c, call, "", range, f)
}
