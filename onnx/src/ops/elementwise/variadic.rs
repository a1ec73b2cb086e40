//! Sum, Mean, Max, Min of any number of tensors, with broadcasting.
//! <https://onnx.ai/onnx/operators/onnx__Sum.html> and so on, opset 8 and later; Sum and Mean of
//! floats, Max and Min (from opset 12 on) also of integers.
//!
//! Sums cost nothing, nor does the division by their number, which is a change of the scale.
//! Layers: `max` and `min`, on the finer of two steps. A constant −∞ of Max and +∞ of Min is no more
//! than left out.

use super::broadcast;
use crate::context::Args;
use crate::context::{Converter, each};
use crate::fault::{Import, refuse};
use crate::graph::Node;
use crate::tensor::{Tensor, Values};

fn all(
    a: &Args<'_>,
    f: impl Fn(f64, f64) -> f64,
    g: impl Fn(i128, i128) -> i128,
) -> Import<Tensor> {
    let list = a.all()?;
    let Some((first, rest)) = list.split_first() else {
        return refuse("it needs at least one input");
    };
    let mut out = (*first).clone();
    for t in rest {
        out = broadcast::arithmetic(&out, t, &f, |x, y| Some(g(x, y)))?;
    }
    Ok(out)
}

pub(super) fn sum(_: &Node, a: &Args<'_>) -> Import<Vec<Tensor>> {
    let t = all(a, |x, y| x + y, |x, y| x + y)?;
    t.floats()?;
    Ok(vec![t])
}

pub(super) fn mean(_: &Node, a: &Args<'_>) -> Import<Vec<Tensor>> {
    let t = all(a, |x, y| x + y, |x, y| x + y)?;
    let count = a.list.len() as f64;
    Ok(vec![Tensor::float(t.element, t.floats()?.mapv(|v| v / count))])
}

pub(super) fn max(_: &Node, a: &Args<'_>) -> Import<Vec<Tensor>> {
    extreme(a, |x, y| x > y, i128::max)
}

pub(super) fn min(_: &Node, a: &Args<'_>) -> Import<Vec<Tensor>> {
    extreme(a, |x, y| x < y, i128::min)
}

fn extreme(
    a: &Args<'_>,
    wins: impl Fn(f64, f64) -> bool,
    g: impl Fn(i128, i128) -> i128,
) -> Import<Vec<Tensor>> {
    // NaN wins over all.
    let t = all(a, |x, y| if x.is_nan() || wins(x, y) { x } else { y }, g)?;
    match &t.values {
        Values::Bool(_) | Values::Text(_) => refuse(format!("{} has no order", t.element.name())),
        _ => Ok(vec![t]),
    }
}

pub(super) fn convert(n: &Node, c: &mut Converter<'_>) -> Import<()> {
    let list = match n.op.as_str() {
        "Max" => c.extremes(true)?,
        "Min" => c.extremes(false)?,
        _ => broadcast::operands(c)?,
    };
    let shape = c.result(0)?.shape();
    if let [one] = list.as_slice() {
        if one.shape == shape {
            return c.alias(0, one);
        }
        let text = each(shape, |i| one.at(i));
        return c.bind(0, &text);
    }
    let nested = |e: &[String], f: &str| {
        let mut rest = e.iter();
        let first = rest.next().cloned().unwrap_or_default();
        rest.fold(first, |acc, x| format!("{f}({acc}, {x})"))
    };
    let text = match n.op.as_str() {
        "Sum" => broadcast::text(&list, shape, true, |e| e.join(" + ")),
        "Mean" => {
            let count = list.len();
            broadcast::text(&list, shape, true, |e| format!("({}) / {count}", e.join(" + ")))
        }
        "Max" => broadcast::text(&list, shape, false, |e| nested(e, "max")),
        _ => broadcast::text(&list, shape, false, |e| nested(e, "min")),
    };
    c.bind(0, &text)
}
