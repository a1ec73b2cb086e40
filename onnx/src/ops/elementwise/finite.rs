//! IsNaN, IsInf: whether a float is no number, or is infinite: +∞ with `detect_positive`, −∞ with `detect_negative`.
//! <https://onnx.ai/onnx/operators/onnx__IsNaN.html>, <https://onnx.ai/onnx/operators/onnx__IsInf.html>, opset 9 and
//! later.
//!
//! A circuit has neither: the result is false, for no constraint, and a warning says so. What a constant holds is
//! seen before.

use crate::context::{Args, Converter, Expr, Family, each};
use crate::fault::Import;
use crate::graph::Node;
use crate::tensor::Tensor;

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unreal {
    NaN,
    Infinity,
}

impl Family for Unreal {
    fn evaluate(&self, n: &Node, a: &Args<'_>) -> Import<Vec<Tensor>> {
        let x = a.get(0)?.floats()?;
        if *self == Unreal::NaN {
            return Ok(vec![Tensor::bool(x.mapv(f64::is_nan))]);
        }
        let (up, down) = (n.flag("detect_positive", true)?, n.flag("detect_negative", true)?);
        let is = |v: f64| v.is_infinite() && if v > 0.0 { up } else { down };
        Ok(vec![Tensor::bool(x.mapv(is))])
    }

    fn convert(&self, n: &Node, c: &mut Converter<'_>) -> Import<()> {
        let what = if *self == Unreal::NaN { "NaN" } else { "infinity" };
        c.warnings.insert(format!(
            "{}: its result is false here: the numbers of a circuit are finite, and none of them is {what}",
            n.place()
        ));
        let text = each(c.result(0)?.shape(), |_| Expr::int(0));
        c.bind(0, &text)
    }
}
