//! TopK: the k largest or smallest elements along an axis, and their places.
//! <https://onnx.ai/onnx/operators/onnx__TopK.html>: k is an attribute before opset 10, an input since,
//! which must be known. Of equal elements the first comes first. Results are always sorted, which
//! `sorted = 0` allows as well.
//!
//! Layers: `top_k`, and `sort_falling` where k is all of them; of −x for the smallest. Elements are
//! compared with all their bits.

use super::layout::Layout;
use crate::context::Args;
use crate::context::{Converter, Operand, each};
use crate::fault::{Fault, Import, refuse};
use crate::graph::Node;
use crate::ops::shape::moves::{positions, strides};
use crate::tensor::{Element, Tensor};
use ndarray::{ArrayD, IxDyn};
use std::cmp::Ordering;

/// The axis and k.
fn read(n: &Node, k: Option<&Tensor>, shape: &[usize]) -> Import<(usize, usize)> {
    let axis = n.axis("axis", -1, shape.len())?;
    let k = match (n.int("k")?, k) {
        (Some(k), _) => k,
        (None, Some(t)) => t.int_list()?.first().copied().unwrap_or(0),
        (None, None) => return refuse("`k` is missing"),
    };
    match usize::try_from(k) {
        Ok(k) if k >= 1 && k <= shape[axis] => Ok((axis, k)),
        _ => refuse(format!("k is {k}, axis {axis} has {} elements", shape[axis])),
    }
}

/// Places of a line, the best first.
fn order<T: PartialOrd>(line: &[T], largest: bool) -> Vec<usize> {
    let mut all: Vec<usize> = (0..line.len()).collect();
    all.sort_by(|a, b| {
        let o = line[*a].partial_cmp(&line[*b]).unwrap_or(Ordering::Equal);
        if largest { o.reverse() } else { o }
    });
    all
}

pub(super) fn evaluate(n: &Node, a: &Args<'_>) -> Import<Vec<Tensor>> {
    let x = a.get(0)?;
    let (axis, k) = read(n, a.optional(1), x.shape())?;
    let largest = n.flag("largest", true)?;
    let layout = Layout::along(x.shape(), axis, true);
    let lines = layout.lines(x)?;
    // Exact for floats; integers are compared as such.
    let order: Vec<Vec<usize>> = match lines.ints() {
        Ok(a) => {
            let all: Vec<i64> = a.iter().copied().collect();
            all.chunks_exact(layout.count()).map(|l| order(l, largest)).collect()
        }
        Err(_) => {
            let all: Vec<f64> = lines.floats()?.iter().copied().collect();
            all.chunks_exact(layout.count()).map(|l| order(l, largest)).collect()
        }
    };
    let mut shape = x.shape().to_vec();
    shape[axis] = k;
    let own = strides(x.shape());
    let mut rest = layout.result();
    rest[axis] = 1;
    let inner = strides(&rest);
    let chosen = |at: &[usize]| {
        let parts = at.iter().zip(&inner).enumerate();
        let line: usize = parts.map(|(d, (v, s))| if d == axis { 0 } else { v * s }).sum();
        Some(*order.get(line)?.get(at[axis])?)
    };
    let source = positions(&shape, |at| {
        let parts = at.iter().zip(&own).enumerate();
        let rest: usize = parts.map(|(d, (v, s))| if d == axis { 0 } else { v * s }).sum();
        Some(rest + chosen(at)? * own[axis])
    });
    let places = positions(&shape, chosen).into_iter().map(|p| p.unwrap_or(0) as i64).collect();
    let places = ArrayD::from_shape_vec(IxDyn(&shape), places);
    let places = places.map_err(|e| Fault::new(e.to_string()))?;
    Ok(vec![x.moved(&shape, &source, None)?, Tensor::int(Element::Int64, places)])
}

pub(super) fn convert(n: &Node, c: &mut Converter<'_>) -> Import<()> {
    let shape = c.shape(0)?.to_vec();
    let (axis, k) = read(n, c.constant(1), &shape)?;
    if shape[axis] == 1 {
        let x = c.operand(0)?;
        c.alias(0, &x)?;
        return c.bind(1, &each(&shape, |_| "0"));
    }
    let largest = n.flag("largest", true)?;
    let layout = Layout::along(&shape, axis, false);
    let x = layout.operand(c, None)?;
    let f = if k == shape[axis] { "sort_falling".into() } else { format!("top_k::<{k}>") };
    let sign = if largest { "" } else { "-" };
    let text = if largest {
        layout.text(&x, |line| format!("{f}({line})"))
    } else {
        let i = crate::context::index_name(shape.len());
        layout.text_at(|line| {
            let element = [line, &[i.as_str()]].concat().join(", ");
            format!("{f}((for {i} < {} {{ -{}[{element}] }}))", shape[axis], x.text)
        })
    };
    let values = format!("{}_values", n.outputs[0]);
    let (y, places) = c.pair(&values, &format!("{}_places", n.outputs[0]), &text)?;
    back(c, 0, &y, axis, sign)?;
    back(c, 1, &places, axis, "")
}

/// Lines put back along their axis.
fn back(c: &mut Converter<'_>, k: usize, y: &Operand, axis: usize, sign: &str) -> Import<()> {
    if !c.wants(k) {
        return Ok(());
    }
    let shape = c.result(k)?.shape();
    if axis + 1 == shape.len() && sign.is_empty() {
        return c.alias(k, y);
    }
    let text = each(shape, |at| {
        let mut own = at.to_vec();
        let along = own.remove(axis);
        own.push(along);
        format!("{sign}{}[{}]", y.text, own.join(", "))
    });
    c.bind(k, &text)
}
