//! Div and Reciprocal: a / b and 1 / x, with broadcasting.
//! <https://onnx.ai/onnx/operators/onnx__Div.html>, opset 7 and later; floats, and integers, which
//! are rounded toward zero. <https://onnx.ai/onnx/operators/onnx__Reciprocal.html>; floats.
//!
//! Layers: by a float constant there is none: a change of the scale for a number, which is exact, and
//! products with the reciprocals for a tensor. By a float variable `divide`, to the nearest step of
//! the calibrated type, where 0 counts as one step of b. Integers: `trunc_div` by a constant,
//! `div_trunc` by a variable; where a divisor is 0, which ONNX leaves open, there is no proof.
//! Refused: a constant divisor that is 0.

use super::broadcast;
use super::table::fraction;
use crate::context::Args;
use crate::context::{Converter, Expr, Operand};
use crate::fault::{Import, refuse};
use crate::graph::Node;
use crate::tensor::{Tensor, Values};
use num_traits::{Signed, ToPrimitive, Zero};

pub(super) fn reciprocal(_: &Node, a: &Args<'_>) -> Import<Vec<Tensor>> {
    super::table::map(a, |v| 1.0 / v)
}

pub(super) fn convert_reciprocal(n: &Node, c: &mut Converter<'_>) -> Import<()> {
    let (one, x) = (c.number(1.0)?, c.operand(0)?);
    let text = quotient(n, c, one, x, c.result(0)?.shape())?;
    c.bind(0, &text)
}

pub(super) fn evaluate(_: &Node, a: &Args<'_>) -> Import<Vec<Tensor>> {
    // A division of integers by 0 gives 0 here: shapes are inferred with inputs that are all 0.
    let int = |x: i128, y: i128| if y == 0 { Some(0) } else { x.checked_div(y) };
    Ok(vec![broadcast::arithmetic(a.get(0)?, a.get(1)?, |x, y| x / y, int)?])
}

pub(super) fn convert(n: &Node, c: &mut Converter<'_>) -> Import<()> {
    let a = c.operand(0)?;
    let Some(divisor) = c.constant(1) else {
        let b = c.operand(1)?;
        if !a.element.is_float() {
            return integers(c, a, b);
        }
        let text = quotient(n, c, a, b, c.result(0)?.shape())?;
        return c.bind(0, &text);
    };
    let zero = match &divisor.values {
        Values::Float(v) => v.iter().any(|v| *v == 0.0 || !v.is_finite()),
        Values::Int(v) => v.iter().any(|v| *v == 0),
        _ => true,
    };
    if zero {
        return refuse("a constant divisor is 0, or no finite number");
    }
    let shape = c.result(0)?.shape();
    match &divisor.values {
        Values::Float(v) if divisor.len() == 1 => {
            let by = fraction(v.first().copied().unwrap_or(1.0))?;
            let by = Expr::number(&by);
            let text = broadcast::text(&[a], shape, true, |e| &e[0] / &by);
            c.bind(0, &text)
        }
        Values::Float(v) => {
            let name = format!("{}_inverse", c.input_name(1));
            let inverse = v.mapv(|v| 1.0 / v);
            let bits = c.finer_bits(c.finer_factors(n, &inverse));
            let w = c.weight_of(&name, &inverse, None, bits)?;
            let text = broadcast::text(&[a, w], shape, true, |e| &e[0] * &e[1]);
            c.bind(0, &text)
        }
        _ => {
            let b = c.operand(1)?;
            integers(c, a, b)
        }
    }
}

/// The text of a / b of floats, b a variable, over a shape.
pub(super) fn quotient(
    n: &Node,
    c: &mut Converter<'_>,
    a: Operand,
    b: Operand,
    shape: &[usize],
) -> Import<String> {
    let bits = c.activation_bits();
    let (lo, hi) = a.interval();
    // By the smallest divisor, one step of either sign.
    let size = lo.abs().max(hi.abs()) / b.scale.to_f64().unwrap_or(1.0);
    let negative = a.lo.is_negative() || b.lo.is_negative();
    let output = n.outputs.first().map_or("", String::as_str);
    let y = c.activation(output, (if negative { -size } else { 0.0 }, size), bits);
    Ok(broadcast::text(&[a, b], shape, false, |e| Expr::call(&format!("divide::<{y}>"), e)))
}

fn integers(c: &mut Converter<'_>, a: Operand, b: Operand) -> Import<()> {
    let shape = c.result(0)?.shape();
    let text = if b.literal && !b.lo.is_zero() {
        let call = format!("trunc_div::<{}>", b.lo.abs());
        broadcast::text(&[a], shape, false, |e| {
            let size = Expr::call(&call, e);
            if b.lo.is_negative() { -&size } else { size }
        })
    } else {
        broadcast::text(&[a, b], shape, false, |e| Expr::call("div_trunc", e))
    };
    c.bind(0, &text)
}
