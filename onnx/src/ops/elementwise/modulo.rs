//! Mod: the remainder of a / b, with broadcasting; with the sign of b if `fmod` is 0 (the division
//! rounds down, as in Python), with the sign of a if it is 1 (toward zero, as fmod in C).
//! <https://onnx.ai/onnx/operators/onnx__Mod.html>, opset 10 and later; numbers of any type.
//!
//! Layers: `mod_floor`, `mod_trunc`, exact for the fixed-point numbers that the operands are. Where a
//! divisor is 0 there is no proof. Refused: a constant divisor that is 0.

use super::broadcast;
use crate::context::Args;
use crate::context::{Converter, Expr};
use crate::fault::{Import, refuse};
use crate::graph::Node;
use crate::tensor::{Tensor, Values};

pub(super) fn evaluate(n: &Node, a: &Args<'_>) -> Import<Vec<Tensor>> {
    let trunc = n.flag("fmod", false)?;
    let float = |x: f64, y: f64| {
        let r = libm::fmod(x, y);
        if !trunc && r != 0.0 && (r < 0.0) != (y < 0.0) { r + y } else { r }
    };
    // A remainder by 0 is 0 here: shapes are inferred with inputs that are all 0.
    let int = |x: i128, y: i128| {
        let r = x.checked_rem(y).unwrap_or(0);
        Some(if !trunc && r != 0 && (r < 0) != (y < 0) { r + y } else { r })
    };
    Ok(vec![broadcast::arithmetic(a.get(0)?, a.get(1)?, float, int)?])
}

pub(super) fn convert(n: &Node, c: &mut Converter<'_>) -> Import<()> {
    let zero = match c.constant(1).map(|t| &t.values) {
        Some(Values::Float(v)) => v.iter().any(|v| *v == 0.0),
        Some(Values::Int(v)) => v.iter().any(|v| *v == 0),
        _ => false,
    };
    if zero {
        return refuse("a constant divisor is 0");
    }
    let call = if n.flag("fmod", false)? { "mod_trunc" } else { "mod_floor" };
    let all = broadcast::operands(c)?;
    let shape = c.result(0)?.shape();
    let text = broadcast::text(&all, shape, false, |e| Expr::call(call, e));
    c.bind(0, &text)
}
