//! Sum, Mean, Max, Min of any number of tensors, with broadcasting.
//! <https://onnx.ai/onnx/operators/onnx__Sum.html> and so on, opset 8 and later; Sum and Mean of
//! floats, Max and Min (from opset 12 on) also of integers.
//!
//! Sums cost nothing, nor does the division by their number, which is a change of the scale.
//! Layers: `max` and `min`, on the finer of two steps. A constant −∞ of Max and +∞ of Min is no more
//! than left out.

use super::broadcast;
use crate::context::Args;
use crate::context::{Converter, Expr, Family, each};
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

/// What becomes of any number of tensors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Variadic {
    Sum,
    Mean,
    Max,
    Min,
}

fn evaluate(own: Variadic, _: &Node, a: &Args<'_>) -> Import<Vec<Tensor>> {
    let sum = || all(a, |x, y| x + y, |x, y| x + y);
    match own {
        Variadic::Sum => {
            let t = sum()?;
            t.floats()?;
            Ok(vec![t])
        }
        Variadic::Mean => {
            let (t, count) = (sum()?, a.list.len() as f64);
            Ok(vec![Tensor::float(t.element, t.floats()?.mapv(|v| v / count))])
        }
        Variadic::Max => extreme(a, |x, y| x > y, i128::max),
        Variadic::Min => extreme(a, |x, y| x < y, i128::min),
    }
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

fn convert(own: Variadic, _: &Node, c: &mut Converter<'_>) -> Import<()> {
    let list = match own {
        Variadic::Max => c.extremes(true)?,
        Variadic::Min => c.extremes(false)?,
        Variadic::Sum | Variadic::Mean => broadcast::operands(c)?,
    };
    let shape = c.result(0)?.shape();
    if let [one] = list.as_slice() {
        if one.shape == shape {
            return c.alias(0, one);
        }
        let text = each(shape, |i| one.at(i));
        return c.bind(0, &text);
    }
    let nested = |e: &[Expr], f: &str| {
        let all = e.iter().cloned().reduce(|acc, x| Expr::call(f, [&acc, &x]));
        all.unwrap_or_else(|| Expr::int(0))
    };
    let text = match own {
        Variadic::Sum => broadcast::text(&list, shape, true, |e| Expr::sum(e)),
        Variadic::Mean => {
            let count = Expr::int(list.len() as i64);
            broadcast::text(&list, shape, true, |e| &Expr::sum(e) / &count)
        }
        Variadic::Max => broadcast::text(&list, shape, false, |e| nested(e, "max")),
        Variadic::Min => broadcast::text(&list, shape, false, |e| nested(e, "min")),
    };
    c.bind(0, &text)
}

impl Family for Variadic {
    fn evaluate(&self, n: &Node, a: &Args<'_>) -> Import<Vec<Tensor>> {
        evaluate(*self, n, a)
    }

    fn convert(&self, n: &Node, c: &mut Converter<'_>) -> Import<()> {
        convert(*self, n, c)
    }
}
