//! Transpose: y[i…] = x[i permuted]; without `perm` the dimensions are reversed.
//! <https://onnx.ai/onnx/operators/onnx__Transpose.html>

use super::moves::{positions, strides};
use crate::context::Args;
use crate::fault::{Import, refuse};
use crate::graph::{Node, axis};
use crate::tensor::Tensor;

pub(super) fn evaluate(n: &Node, a: &Args<'_>) -> Import<Vec<Tensor>> {
    let x = a.get(0)?;
    let rank = x.shape().len();
    let perm: Vec<usize> = match n.ints("perm")? {
        Some(p) => p.iter().map(|k| axis(*k, rank)).collect::<Import<_>>()?,
        None => (0..rank).rev().collect(),
    };
    let mut sorted = perm.clone();
    sorted.sort_unstable();
    if sorted != (0..rank).collect::<Vec<_>>() {
        return refuse(format!("`perm` is {perm:?}, no permutation of {rank} dimensions"));
    }
    let shape: Vec<usize> = perm.iter().map(|k| x.shape()[*k]).collect();
    let own = strides(x.shape());
    let source =
        positions(&shape, |index| Some(index.iter().zip(&perm).map(|(i, k)| i * own[*k]).sum()));
    Ok(vec![x.moved(&shape, &source, None)?])
}
