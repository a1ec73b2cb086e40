//! Clip: y = min(max(x, lo), hi); either bound may be missing, and hi wins where lo > hi.
//! <https://onnx.ai/onnx/operators/onnx__Clip.html>; floats, integers from opset 12 on. The bounds are
//! attributes before opset 11, then inputs.
//!
//! Layers: `clamp_to` the interval between known bounds, which rounds and cuts in one decomposition;
//! a float bound goes to the nearest step of the result. `max` and `min` for bounds that are
//! variables.

use crate::context::Args;
use crate::context::{Converter, Expr, Operand};
use crate::fault::{Import, refuse};
use crate::graph::Node;
use crate::ops::elementwise::broadcast;
use crate::quantize::Fixed;
use crate::quantize::fixed::to_integer;
use crate::tensor::{Tensor, Values};
use num_bigint::BigInt;
use num_traits::ToPrimitive;
use zirc_compiler::Ratio;
use zirc_compiler::session::type_text;

/// The bound before opset 11; those defaults of its time stand for none.
fn attribute(n: &Node, name: &str) -> Import<Option<f64>> {
    let most = f64::from(f32::MAX);
    let none = if name == "min" { f64::NEG_INFINITY } else { f64::INFINITY };
    let v = n.extended(name, none)?;
    if v == -none {
        return refuse(format!("a bound is {v}"));
    }
    Ok(Some(v).filter(|v| v.abs() < most))
}

pub(super) fn evaluate(n: &Node, a: &Args<'_>) -> Import<Vec<Tensor>> {
    let mut y = a.get(0)?.clone();
    if n.opset < 11 {
        let (lo, hi) = (attribute(n, "min")?, attribute(n, "max")?);
        let f = |v: f64| {
            let v = lo.map_or(v, |lo| v.max(lo));
            hi.map_or(v, |hi| v.min(hi))
        };
        return Ok(vec![Tensor::float(y.element, y.floats()?.mapv(f))]);
    }
    if matches!(y.values, Values::Bool(_) | Values::Text(_)) {
        return refuse(format!("{} has no order", y.element.name()));
    }
    let shape = y.shape().to_vec();
    if let Some(lo) = a.optional(1) {
        y = broadcast::arithmetic(&y, lo, f64::max, |x, lo| Some(x.max(lo)))?;
    }
    if let Some(hi) = a.optional(2) {
        y = broadcast::arithmetic(&y, hi, f64::min, |x, hi| Some(x.min(hi)))?;
    }
    if y.shape() != shape {
        return refuse("its bounds must be single numbers");
    }
    Ok(vec![y])
}

/// A bound that is known at import: `Err` holds the operand of one that is not.
type Bound = Result<Option<f64>, Operand>;

fn bound(n: &Node, c: &mut Converter<'_>, k: usize) -> Import<Bound> {
    if n.opset < 11 {
        return Ok(Ok(attribute(n, if k == 1 { "min" } else { "max" })?));
    }
    if !c.has(k) {
        return Ok(Ok(None));
    }
    match c.constant(k) {
        Some(t) => match t.to_floats()?.first().copied() {
            Some(v) if v.is_nan() || (v.is_infinite() && (v > 0.0) == (k == 1)) => {
                refuse(format!("a bound is {v}"))
            }
            v => Ok(Ok(v.filter(|v| v.is_finite()))),
        },
        None => Ok(Err(c.operand(k)?)),
    }
}

pub(super) fn convert(n: &Node, c: &mut Converter<'_>) -> Import<()> {
    let x = c.operand(0)?;
    let (lo, hi) = (bound(n, c, 1)?, bound(n, c, 2)?);
    match (lo, hi) {
        (Ok(None), Ok(None)) => c.alias(0, &x),
        (Ok(lo), Ok(hi)) => {
            let (least, most) = x.interval();
            let ends = (lo.unwrap_or(least), hi.unwrap_or(most));
            let x = c.fine(&x, (ends.0.min(ends.1), ends.1))?;
            let t = between(n, c, &x, lo, hi);
            c.bind(0, &x.map(&format!("clamp_to::<{t}>")))
        }
        (lo, hi) => {
            let (mut calls, mut all) = (vec![], vec![x]);
            for (k, call, b) in [(1, "max", lo), (2, "min", hi)] {
                all.push(match b {
                    Ok(None) => continue,
                    Ok(Some(_)) => c.operand(k)?,
                    Err(b) => b,
                });
                calls.push(call);
            }
            let shape = c.result(0)?.shape();
            let text = broadcast::text(&all, shape, false, |e| {
                let bounds = calls.iter().zip(&e[1..]);
                bounds.fold(e[0].clone(), |y, (call, b)| Expr::call(call, [&y, b]))
            });
            c.bind(0, &text)
        }
    }
}

/// How far a number is from the nearest step.
fn off(v: f64, step: &Ratio) -> f64 {
    let step = step.to_f64().unwrap_or(1.0);
    (v - (v / step).round() * step).abs()
}

/// The type of what lies between two known bounds, on the steps of x, or of an activation if x is
/// wider or a bound lies between its steps.
fn between(
    n: &Node,
    c: &mut Converter<'_>,
    x: &Operand,
    lo: Option<f64>,
    hi: Option<f64>,
) -> String {
    let bits = c.activation_bits();
    let (mut low, mut high, mut step) = (x.lo.clone(), x.hi.clone(), x.scale.clone());
    let (from, to) = x.interval();
    let ends = (lo.map_or(from, |lo| from.max(lo)), hi.map_or(to, |hi| to.min(hi)));
    let finest = Fixed::holding(ends.0.min(ends.1), ends.1, bits).scale().to_f64();
    // A bound between two steps of x, as of integers that are dequantized, may be a step away from both.
    let between = |v: &f64| (from..=to).contains(v) && off(*v, &step) > finest.unwrap_or(0.0);
    let coarse = lo.iter().chain(&hi).any(between);
    if x.element.is_float() && (coarse || x.bits() > u64::from(bits) + 1) {
        let output = n.outputs.first().map_or("", String::as_str);
        let t = c.activation(output, (ends.0.min(ends.1), ends.1), bits);
        step = t.scale();
        let (least, most) = t.raw_range();
        // An end without a bound is that of the calibrated type.
        (low, high) = (least, most);
    }
    let raw = |v: f64| to_integer(v / step.to_f64().unwrap_or(1.0));
    let low = lo.map_or(low, raw);
    let high: BigInt = hi.map_or_else(|| high.max(low.clone()), raw);
    type_text(&low.min(high.clone()), &high, &step)
}
