//! OneHot: `values[1]` at the place that an index names, `values[0]` elsewhere.
//! <https://onnx.ai/onnx/operators/onnx__OneHot.html>, opset 9 and later; the depth must be known.
//! Negative indices count from the end (opset 11); one that is out of range names no place.
//!
//! Layers: `one_hot_of`; `trunc_to` of indices that are floats.

use super::moves::{positions, solid, strides};
use crate::context::Args;
use crate::context::{Converter, each};
use crate::fault::{Import, refuse};
use crate::graph::{Node, axis};
use crate::tensor::{MAX_ELEMENTS, Tensor, elements};

fn depth(t: &Tensor) -> Import<usize> {
    match t.to_floats()?.first() {
        Some(v) if t.len() == 1 && *v >= 1.0 && *v <= MAX_ELEMENTS as f64 => Ok(*v as usize),
        v => refuse(format!("its depth is {v:?}")),
    }
}

fn place(n: &Node, rank: usize) -> Import<usize> {
    axis(n.int_or("axis", -1)?, rank + 1)
}

pub(super) fn evaluate(n: &Node, a: &Args<'_>) -> Import<Vec<Tensor>> {
    let (i, values) = (a.get(0)?, a.get(2)?);
    let depth = depth(a.get(1)?)?;
    if values.len() != 2 {
        return refuse(format!("{} values, not 2", values.len()));
    }
    let k = place(n, i.shape().len())?;
    let shape = [&i.shape()[..k], &[depth], &i.shape()[k..]].concat();
    elements(&shape)?;
    let list: Vec<f64> = i.to_floats()?.iter().copied().collect();
    let inner = strides(i.shape());
    let source = positions(&shape, |at| {
        let rest = at[..k].iter().chain(&at[k + 1..]);
        let v = list.get(rest.zip(&inner).map(|(v, s)| v * s).sum::<usize>())?.trunc();
        let v = if v < 0.0 { v + depth as f64 } else { v };
        Some(usize::from(v == at[k] as f64))
    });
    Ok(vec![values.moved(&shape, &source, None)?])
}

pub(super) fn convert(n: &Node, c: &mut Converter<'_>) -> Import<()> {
    let Some(depth_of) = c.constant(1) else { return refuse("its depth must be a constant") };
    let size = depth(depth_of)?;
    let mut i = solid(c, 0)?;
    if i.element.is_float() {
        i = super::cast::whole(c, &i)?;
    }
    let k = place(n, i.shape.len())?;
    let values = solid(c, 2)?;
    let text = each(&i.shape, |at| format!("one_hot_of::<{size}>({})", i.at(at)));
    let hot = c.local(&format!("{}_hot", i.text), &text)?;
    let v = &values.text;
    let text = each(c.result(0)?.shape(), |at| {
        let bit = [&at[..k], &at[k + 1..], &at[k..=k]].concat().join(", ");
        format!("{v}[0] + ({v}[1] - {v}[0]) * {}[{bit}]", hot.text)
    });
    c.bind(0, &text)
}
