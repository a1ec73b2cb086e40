//! Squeeze and Unsqueeze: dimensions of size 1 are dropped or put in.
//! <https://onnx.ai/onnx/operators/onnx__Squeeze.html>,
//! <https://onnx.ai/onnx/operators/onnx__Unsqueeze.html>
//!
//! The axes are an attribute before opset 13, an input since. Squeeze without axes drops every
//! dimension of size 1; the axes of Unsqueeze are those of the result.

use crate::context::Args;
use crate::fault::{Fault, Import, refuse};
use crate::graph::{Node, axis};
use crate::tensor::Tensor;

/// The axes of a node: its attribute, or else its input `k`.
pub(crate) fn axes(n: &Node, a: &Args<'_>, k: usize) -> Import<Option<Vec<i64>>> {
    match n.ints("axes")? {
        Some(list) => Ok(Some(list.to_vec())),
        None => a.optional(k).map(Tensor::int_list).transpose(),
    }
}

/// Axes of a tensor with `rank` dimensions, ascending; each may come once.
pub(crate) fn ascending(list: &[i64], rank: usize) -> Import<Vec<usize>> {
    let mut all = list.iter().map(|k| axis(*k, rank)).collect::<Import<Vec<usize>>>()?;
    all.sort_unstable();
    if all.windows(2).any(|w| w[0] == w[1]) {
        return refuse(format!("the axes {list:?} are not distinct"));
    }
    Ok(all)
}

pub(super) fn squeeze(n: &Node, a: &Args<'_>) -> Import<Vec<Tensor>> {
    let x = a.get(0)?;
    let gone = match axes(n, a, 1)? {
        Some(list) => ascending(&list, x.shape().len())?,
        None => (0..x.shape().len()).filter(|k| x.shape()[*k] == 1).collect(),
    };
    if let Some(k) = gone.iter().find(|k| x.shape()[**k] != 1) {
        return refuse(format!("dimension {k} of {:?} is not 1", x.shape()));
    }
    let rest = x.shape().iter().enumerate().filter(|(k, _)| !gone.contains(k));
    Ok(vec![x.reshaped(&rest.map(|(_, d)| *d).collect::<Vec<_>>())?])
}

pub(super) fn unsqueeze(n: &Node, a: &Args<'_>) -> Import<Vec<Tensor>> {
    let x = a.get(0)?;
    let list = axes(n, a, 1)?.ok_or_else(|| Fault::new("`axes` is missing"))?;
    let rank = x.shape().len() + list.len();
    let new = ascending(&list, rank)?;
    let mut own = x.shape().iter().copied();
    let shape = (0..rank).map(|k| if new.contains(&k) { 1 } else { own.next().unwrap_or(1) });
    Ok(vec![x.reshaped(&shape.collect::<Vec<_>>())?])
}
