//! ArrayFeatureExtractor: columns of x by their indices. ZipMap: the same probabilities with the
//! names of their classes beside them, which is looked through: its result stands for the tensor.
//! <https://onnx.ai/onnx/operators/onnx_aionnxml_ArrayFeatureExtractor.html>,
//! <https://onnx.ai/onnx/operators/onnx_aionnxml_ZipMap.html>, `ai.onnx.ml` 1. Known indices only move
//! elements; others are asserted to be in range, as those of Gather.

use crate::context::Args;
use crate::context::{Converter, Operand};
use crate::fault::{Import, refuse};
use crate::graph::Node;
use crate::ops::shape::gather::{self, Picked};
use crate::ops::shape::moves::{self, flatten, positions, solid, strides};
use crate::tensor::{Tensor, elements};

pub(super) fn extract(_: &Node, args: &Args<'_>) -> Import<Vec<Tensor>> {
    let (x, wanted) = (args.get(0)?, args.get(1)?.int_list()?);
    let Some((last, rest)) = x.shape().split_last() else { return refuse("x is a scalar") };
    let columns = wanted.iter().map(|k| usize::try_from(*k).ok().filter(|k| k < last));
    let Some(columns) = columns.collect::<Option<Vec<_>>>() else {
        return refuse(format!("an index of {wanted:?} is not below {last}"));
    };
    let mut shape = if rest.is_empty() { vec![1] } else { rest.to_vec() };
    shape.push(columns.len());
    elements(&shape)?;
    let own = strides(x.shape());
    let source = positions(&shape, |index| {
        let (column, rows) = index.split_last()?;
        let rows = if rest.is_empty() { &[][..] } else { rows };
        let start: usize = rows.iter().zip(&own).map(|(i, s)| i * s).sum();
        Some(start + columns[*column])
    });
    Ok(vec![x.moved(&shape, &source, None)?])
}

pub(super) fn convert(n: &Node, c: &mut Converter<'_>) -> Import<()> {
    if c.constant(1).is_some() {
        return moves::convert(n, c);
    }
    // A Gather along the last axis, by a list; x of one dimension is a row.
    let (mut x, i) = (solid(c, 0)?, solid(c, 1)?);
    if let [columns] = x.shape[..] {
        x = moves::reshape(c, "row", &x, &[1, columns])?;
    }
    let i = Operand { element: i.element, ..flatten(c, &i)? };
    let k = x.shape.len() - 1;
    match gather::pick(c, &x, &i, k)? {
        Picked::Operand(y) => c.alias(0, &y),
        Picked::Text(text) => c.bind(0, &text),
    }
}

pub(super) fn zip_map(n: &Node, args: &Args<'_>) -> Import<Vec<Tensor>> {
    let x = args.get(0)?;
    let ints = n.ints("classlabels_int64s")?.map_or(0, <[i64]>::len);
    let texts = n.texts("classlabels_strings")?.map_or(0, <[String]>::len);
    let classes = x.shape().last().copied().unwrap_or(0);
    if ints.max(texts) != classes {
        return refuse(format!("it has {} labels for {classes} probabilities", ints.max(texts)));
    }
    Ok(vec![x.clone()])
}

pub(super) fn convert_zip_map(_: &Node, c: &mut Converter<'_>) -> Import<()> {
    let x = c.operand(0)?;
    c.alias(0, &x)
}
