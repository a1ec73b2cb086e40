//! Abs, Neg, Sign: |x|, −x, and −1, 0 or 1.
//! <https://onnx.ai/onnx/operators/onnx__Abs.html> and so on; numbers of any type; opset 13 only
//! added types.
//!
//! Layers: `abs` and `sign`. Neg costs nothing. The sign of an accumulator is exact; its absolute
//! value is of a requantized one, as all its digits would be needed again by what reads it.

use crate::context::Args;
use crate::context::Converter;
use crate::fault::{Import, leaves};
use crate::graph::Node;
use crate::tensor::{Tensor, Values};

fn map(
    a: &Args<'_>,
    f: impl Fn(f64) -> f64,
    g: impl Fn(i64) -> Option<i64>,
) -> Import<Vec<Tensor>> {
    let x = a.get(0)?;
    let Values::Int(v) = &x.values else {
        return Ok(vec![Tensor::float(x.element, x.floats()?.mapv(f))]);
    };
    let (lo, hi) = x.element.limits().unwrap_or((0, 0));
    let fits = |v: &i64| (lo..=hi).contains(&i128::from(*v));
    let all = v.mapv(|v| g(v).filter(fits));
    if all.iter().any(Option::is_none) {
        return Err(leaves(x.element.name()));
    }
    Ok(vec![Tensor::int(x.element, all.mapv(Option::unwrap_or_default))])
}

pub(super) fn abs(_: &Node, a: &Args<'_>) -> Import<Vec<Tensor>> {
    map(a, f64::abs, i64::checked_abs)
}

pub(super) fn neg(_: &Node, a: &Args<'_>) -> Import<Vec<Tensor>> {
    map(a, |v| -v, i64::checked_neg)
}

pub(super) fn sign(_: &Node, a: &Args<'_>) -> Import<Vec<Tensor>> {
    let sign = |v: f64| {
        if v > 0.0 {
            1.0
        } else if v < 0.0 {
            -1.0
        } else {
            v
        }
    };
    map(a, sign, |v| Some(v.signum()))
}

pub(super) fn convert_abs(_: &Node, c: &mut Converter<'_>) -> Import<()> {
    let x = c.operand(0)?;
    let bits = c.activation_bits();
    let x = if x.element.is_float() { c.narrow(&x, bits)? } else { x };
    c.bind(0, &x.map("abs"))
}

pub(super) fn convert_neg(_: &Node, c: &mut Converter<'_>) -> Import<()> {
    let x = c.operand(0)?;
    c.bind(0, &format!("-{}", x.text))
}

pub(super) fn convert_sign(_: &Node, c: &mut Converter<'_>) -> Import<()> {
    let x = c.operand(0)?;
    c.bind(0, &x.map("sign"))
}
