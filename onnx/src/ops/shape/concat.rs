//! Concat: tensors behind one another along an axis. Split: the other way round.
//! <https://onnx.ai/onnx/operators/onnx__Concat.html>,
//! <https://onnx.ai/onnx/operators/onnx__Split.html>
//!
//! The sizes of Split are an attribute before opset 13 and an input since, which must be known;
//! without them the axis is cut into as many equal parts as there are outputs, or from opset 18 on
//! into `num_outputs`, of which the last may be smaller. A constant −∞ becomes a number far below the
//! others, +∞ one far above.

use super::lines::{identity, take};
use crate::context::Args;
use crate::context::{Converter, Operand, each, index_name};
use crate::fault::{Fault, Import, refuse};
use crate::graph::{Node, axis};
use crate::tensor::{Tensor, Values, elements};
use ndarray::{ArrayD, Axis};

fn join<T: Clone>(axis: usize, all: &[&ArrayD<T>]) -> Import<ArrayD<T>> {
    let views: Vec<_> = all.iter().map(|a| a.view()).collect();
    ndarray::concatenate(Axis(axis), &views)
        .map_err(|_| Fault::new("the other dimensions of its inputs are not equal"))
}

pub(super) fn concat(n: &Node, a: &Args<'_>) -> Import<Vec<Tensor>> {
    let all = a.all()?;
    let first = *all.first().ok_or_else(|| Fault::new("has no inputs"))?;
    let Some(k) = n.int("axis")? else { return refuse("`axis` is missing") };
    let k = axis(k, first.shape().len())?;
    if let Some(t) = all.iter().find(|t| t.element != first.element) {
        return refuse(format!("its inputs are {} and {}", first.element.name(), t.element.name()));
    }
    if all.iter().any(|t| t.shape().len() != first.shape().len()) {
        return refuse("its inputs have not equally many dimensions");
    }
    let mut shape = first.shape().to_vec();
    shape[k] = all.iter().fold(0usize, |n, t| n.saturating_add(t.shape()[k]));
    elements(&shape)?;
    fn list<'a, T>(
        all: &[&'a Tensor],
        get: impl Fn(&'a Tensor) -> Import<&'a ArrayD<T>>,
    ) -> Import<Vec<&'a ArrayD<T>>> {
        all.iter().map(|t| get(t)).collect()
    }
    let values = match &first.values {
        Values::Float(_) => Values::Float(join(k, &list(&all, Tensor::floats)?)?),
        Values::Int(_) => Values::Int(join(k, &list(&all, Tensor::ints)?)?),
        Values::Bool(_) => Values::Bool(join(k, &list(&all, Tensor::bools)?)?),
        Values::Text(_) => return refuse("strings are not supported"),
    };
    Ok(vec![Tensor { element: first.element, values }])
}

pub(super) fn convert(n: &Node, c: &mut Converter<'_>) -> Import<()> {
    let shape = c.result(0)?.shape().to_vec();
    let k = axis(n.int_or("axis", 0)?, shape.len())?;
    let mut filled = vec![];
    for i in 0..c.inputs() {
        if c.shape(i)?[k] > 0 {
            filled.push(i);
        }
    }
    let parts: Vec<Operand> = c.masked(&filled)?;
    if let [one] = parts.as_slice() {
        return c.alias(0, &one.clone());
    }
    let text = each(&shape[..k], |index| {
        let one = |p: &Operand| {
            if p.literal {
                let shape = &p.shape[k..];
                let names = (0..shape.len()).map(|d| index_name(k + d));
                let binders: Vec<String> =
                    names.zip(shape).map(|(n, d)| format!("{n} < {d}")).collect();
                return format!("for {} {{ {} }}", binders.join(", "), p.text);
            }
            if index.is_empty() {
                p.text.clone()
            } else {
                format!("{}[{}]", p.text, index.join(", "))
            }
        };
        format!("concat({})", parts.iter().map(one).collect::<Vec<_>>().join(", "))
    });
    c.bind(0, &text)
}

/// The sizes of the parts of an axis.
fn sizes(n: &Node, a: &Args<'_>, whole: usize) -> Import<Vec<usize>> {
    let given = match n.ints("split")? {
        Some(list) => Some(list.to_vec()),
        None => a.optional(1).map(Tensor::int_list).transpose()?,
    };
    let outputs = n.outputs.len();
    if let Some(list) = given {
        let all: Option<Vec<usize>> = list.iter().map(|v| usize::try_from(*v).ok()).collect();
        let total = |all: &[usize]| all.iter().fold(0usize, |n, v| n.saturating_add(*v));
        return match all {
            Some(all) if total(&all) == whole && all.len() == outputs => Ok(all),
            _ => refuse(format!("{whole} elements cannot be split into {list:?}")),
        };
    }
    let count = match n.int("num_outputs")? {
        Some(v) => usize::try_from(v).unwrap_or(0),
        None if whole.is_multiple_of(outputs.max(1)) => outputs,
        None => return refuse(format!("{whole} elements are no {outputs} equal parts")),
    };
    if count == 0 || count != outputs {
        return refuse(format!("`num_outputs` is {count}, there are {outputs} outputs"));
    }
    let part = whole.div_ceil(count);
    Ok((0..count).map(|k| part.min(whole.saturating_sub(k.saturating_mul(part)))).collect())
}

pub(super) fn split(n: &Node, a: &Args<'_>) -> Import<Vec<Tensor>> {
    let x = a.get(0)?;
    let k = n.axis("axis", 0, x.shape().len())?;
    let mut first = 0;
    let mut out = vec![];
    for size in sizes(n, a, x.shape()[k])? {
        let mut lines: Vec<_> = x.shape().iter().map(|d| identity(*d)).collect();
        lines[k] = (first..first + size).map(Some).collect();
        out.push(take(x, &lines, None)?);
        first += size;
    }
    Ok(out)
}
