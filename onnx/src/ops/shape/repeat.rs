//! Expand and Tile: elements that come again and again.
//! <https://onnx.ai/onnx/operators/onnx__Expand.html>: by the rules of broadcasting.
//! <https://onnx.ai/onnx/operators/onnx__Tile.html>: each axis as often as `repeats` says.
//!
//! Shape and repeats must be known.

use super::lines::{line, take};
use super::moves::{positions, strides};
use crate::context::Args;
use crate::fault::{Fault, Import, refuse};
use crate::graph::Node;
use crate::ops::elementwise::broadcast;
use crate::tensor::Tensor;

pub(super) fn expand(_: &Node, a: &Args<'_>) -> Import<Vec<Tensor>> {
    let (x, wanted) = (a.get(0)?, a.get(1)?.int_list()?);
    let sizes: Option<Vec<usize>> = wanted.iter().map(|v| usize::try_from(*v).ok()).collect();
    let Some(sizes) = sizes else { return refuse(format!("{wanted:?} is no shape")) };
    let shape = broadcast::shape(&[x.shape(), &sizes])?;
    let own = strides(x.shape());
    let skip = shape.len() - x.shape().len();
    let source = positions(&shape, |index| {
        let parts = index[skip..].iter().zip(x.shape()).zip(&own);
        Some(parts.map(|((i, d), s)| if *d == 1 { 0 } else { i * s }).sum())
    });
    Ok(vec![x.moved(&shape, &source, None)?])
}

pub(super) fn tile(_: &Node, a: &Args<'_>) -> Import<Vec<Tensor>> {
    let (x, repeats) = (a.get(0)?, a.get(1)?.int_list()?);
    if repeats.len() != x.shape().len() {
        return refuse(format!("{} repeats for {:?}", repeats.len(), x.shape()));
    }
    let one = |(d, r): (&usize, &i64)| {
        let count = i128::from(*r).checked_mul(*d as i128);
        let count = count.filter(|n| *n >= 0).ok_or_else(|| Fault::new("a repeat is negative"))?;
        line(count, |k| usize::try_from(k).ok().map(|k| k % d))
    };
    let lines = x.shape().iter().zip(&repeats).map(one).collect::<Import<Vec<_>>>()?;
    Ok(vec![take(x, &lines, None)?])
}
