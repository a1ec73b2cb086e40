//! DepthToSpace and SpaceToDepth: channels become blocks of pixels, and back.
//! <https://onnx.ai/onnx/operators/onnx__DepthToSpace.html>,
//! <https://onnx.ai/onnx/operators/onnx__SpaceToDepth.html>
//!
//! With b = blocksize, pixel (i, j) of a block comes from channel (b·i + j)·C + c in mode DCR and
//! c·b² + b·i + j in mode CRD.

use super::moves::{positions, strides};
use crate::context::Args;
use crate::fault::{Fault, Import, refuse};
use crate::graph::{Node, show};
use crate::tensor::Tensor;

/// The four sizes of x, the block's size, and whether the channel comes before the place in it.
fn read(n: &Node, x: &[usize]) -> Import<([usize; 4], usize, bool)> {
    let Ok(sizes) = <[usize; 4]>::try_from(x) else {
        return refuse(format!("x has the shape {x:?}, four dimensions are expected"));
    };
    let b = n.int("blocksize")?.ok_or_else(|| Fault::new("`blocksize` is missing"))?;
    let Some(b) = usize::try_from(b).ok().filter(|b| *b > 0 && *b < 1 << 15) else {
        return refuse(format!("`blocksize` is {b}"));
    };
    match n.text("mode")?.unwrap_or("DCR") {
        "DCR" => Ok((sizes, b, false)),
        "CRD" => Ok((sizes, b, true)),
        other => refuse(format!("`mode` is `{}`: it is DCR or CRD", show(other))),
    }
}

/// Which channel holds pixel (i, j) of a block.
fn channel(crd: bool, channels: usize, b: usize, c: usize, i: usize, j: usize) -> usize {
    if crd { (c * b + i) * b + j } else { (i * b + j) * channels + c }
}

pub(super) fn to_space(n: &Node, a: &Args<'_>) -> Import<Vec<Tensor>> {
    let x = a.get(0)?;
    let ([count, depth, h, w], b, crd) = read(n, x.shape())?;
    if !depth.is_multiple_of(b * b) {
        return refuse(format!("{depth} channels are no blocks of {b} by {b}"));
    }
    let channels = depth / (b * b);
    let own = strides(x.shape());
    let shape = [count, channels, h * b, w * b];
    let source = positions(&shape, |at| {
        let d = channel(crd, channels, b, at[1], at[2] % b, at[3] % b);
        Some(at[0] * own[0] + d * own[1] + at[2] / b * own[2] + at[3] / b * own[3])
    });
    Ok(vec![x.moved(&shape, &source, None)?])
}

pub(super) fn to_depth(n: &Node, a: &Args<'_>) -> Import<Vec<Tensor>> {
    let x = a.get(0)?;
    let ([count, channels, h, w], b, crd) = read(n, x.shape())?;
    if !h.is_multiple_of(b) || !w.is_multiple_of(b) {
        return refuse(format!("{h} by {w} pixels are no blocks of {b} by {b}"));
    }
    let own = strides(x.shape());
    let shape = [count, channels * b * b, h / b, w / b];
    let source = positions(&shape, |at| {
        let (c, block) = if crd {
            (at[1] / (b * b), at[1] % (b * b))
        } else {
            (at[1] % channels, at[1] / channels)
        };
        let (i, j) = (block / b, block % b);
        Some(at[0] * own[0] + c * own[1] + (at[2] * b + i) * own[2] + (at[3] * b + j) * own[3])
    });
    Ok(vec![x.moved(&shape, &source, None)?])
}
