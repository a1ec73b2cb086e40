//! Gather, GatherElements, GatherND: elements at places that a tensor names.
//! <https://onnx.ai/onnx/operators/onnx__Gather.html>,
//! <https://onnx.ai/onnx/operators/onnx__GatherElements.html>,
//! <https://onnx.ai/onnx/operators/onnx__GatherND.html>; every opset. Negative places count from the
//! end.
//!
//! Known places only move elements. Others are asserted to be in range, as ONNX wants them: a proof
//! for a place that is not cannot be made. Layers: `place_of`, and then `embedding` (a lookup) of a
//! constant matrix, `gather_row` and `gather` otherwise.

use super::moves::{self, flatten, positions, reshape, solid, strides};
use crate::context::Args;
use crate::context::{Converter, Operand, each, index_name};
use crate::fault::{Fault, Import, refuse};
use crate::graph::Node;
use crate::tensor::{Tensor, elements};

/// A place of an axis, from its end if it is negative.
pub(super) fn place(v: i64, size: usize) -> Import<usize> {
    let from_end = if v < 0 { v.saturating_add(size as i64) } else { v };
    match usize::try_from(from_end) {
        Ok(k) if k < size => Ok(k),
        _ => refuse(format!("there is no place {v} in a dimension of {size}")),
    }
}

pub(super) fn gather(n: &Node, a: &Args<'_>) -> Import<Vec<Tensor>> {
    let (x, i) = (a.get(0)?, a.get(1)?);
    let k = n.axis("axis", 0, x.shape().len())?;
    let list = i.ints()?.iter().map(|v| place(*v, x.shape()[k]));
    let list = list.collect::<Import<Vec<usize>>>()?;
    let (rank, own) = (i.shape().len(), strides(x.shape()));
    let shape = [&x.shape()[..k], i.shape(), &x.shape()[k + 1..]].concat();
    elements(&shape)?;
    let inner = strides(i.shape());
    let source = positions(&shape, |at| {
        let chosen: usize = at[k..k + rank].iter().zip(&inner).map(|(v, s)| v * s).sum();
        let before: usize = at[..k].iter().zip(&own).map(|(v, s)| v * s).sum();
        let behind: usize = at[k + rank..].iter().zip(&own[k + 1..]).map(|(v, s)| v * s).sum();
        Some(before + list.get(chosen)? * own[k] + behind)
    });
    Ok(vec![x.moved(&shape, &source, None)?])
}

/// Places as indices that are in range by their type.
pub(crate) fn indices(c: &mut Converter<'_>, i: &Operand, size: usize) -> Import<Operand> {
    if i.element.is_float() {
        return refuse("places that are floats must be constants");
    }
    c.local(&format!("{}_places", i.text), &i.map(&format!("place_of::<{size}>")))
}

pub(crate) fn convert_gather(n: &Node, c: &mut Converter<'_>) -> Import<()> {
    let shape = c.shape(0)?.to_vec();
    let k = n.axis("axis", 0, shape.len())?;
    if let Some(i) = c.constant(1) {
        // Along the axis first, so that it is one line; the shape of the places afterwards.
        let flat = i.reshaped(&[i.len()])?;
        let moved = gather(n, &Args { list: vec![Some(&moves::places(&shape)?), Some(&flat)] })?;
        let source: Vec<usize> = moved[0].ints()?.iter().map(|v| *v as usize).collect();
        let x = c.operand(0)?;
        let y = moves::value(c, &n.outputs[0], &x, moved[0].shape(), &source)?;
        let wanted = c.result(0)?.shape();
        let y = reshape(c, &n.outputs[0], &y, wanted)?;
        return c.alias(0, &y);
    }
    let (x, i) = (solid(c, 0)?, solid(c, 1)?);
    match pick(c, &x, &i, k)? {
        Picked::Operand(y) => c.alias(0, &y),
        Picked::Text(text) => c.bind(0, &text),
    }
}

/// Elements that were picked.
pub(crate) enum Picked {
    Operand(Operand),
    Text(String),
}

/// Input 0, `x`, at places `i` of axis `k`, which are not known.
pub(crate) fn pick(c: &mut Converter<'_>, x: &Operand, i: &Operand, k: usize) -> Import<Picked> {
    let shape = x.shape.clone();
    let hint = c.output_name(0).to_string();
    let ids = indices(c, i, shape[k])?;
    let (before, behind) = (&shape[..k], &shape[k + 1..]);
    let rest = [before, behind].concat();
    let rows = if k == 0 {
        x.clone()
    } else {
        let front = [&[shape[k]], before].concat();
        let text =
            each(&front, |at| format!("{}[{}]", x.text, [&at[1..], &at[..1]].concat().join(", ")));
        c.local(&format!("{}_rows", x.text), &text)?
    };
    let table = c.constant(0).is_some() && c.visibility == Default::default();
    let picked = if rest.is_empty() {
        let text = each(&i.shape, |at| {
            if table {
                format!("{}[{}]", rows.text, ids.at(at))
            } else {
                format!("gather({}, {})", rows.text, ids.at(at))
            }
        });
        c.local(&hint, &text)?
    } else {
        let width: usize = rest.iter().product();
        let rows = reshape(c, &format!("{}_rows", x.text), &rows, &[shape[k], width])?;
        let f = if table { "embedding" } else { "gather_row" };
        let text = each(&i.shape, |at| format!("{f}({}, {})", rows.text, ids.at(at)));
        let y = c.local(&hint, &text)?;
        reshape(c, &hint, &y, &[&i.shape[..], &rest].concat())?
    };
    if k == 0 {
        return Ok(Picked::Operand(picked));
    }
    // The places' dimensions go behind those before the axis.
    let text = each(&[before, &i.shape].concat(), |at| {
        format!("{}[{}]", picked.text, [&at[k..], &at[..k]].concat().join(", "))
    });
    Ok(Picked::Text(text))
}

pub(super) fn elements_of(n: &Node, a: &Args<'_>) -> Import<Vec<Tensor>> {
    let (x, i) = (a.get(0)?, a.get(1)?);
    let rank = x.shape().len();
    let k = n.axis("axis", 0, rank)?;
    let fits = |d: usize| d == k || i.shape()[d] <= x.shape()[d];
    if i.shape().len() != rank || !(0..rank).all(fits) {
        return refuse(format!("places of shape {:?} in {:?}", i.shape(), x.shape()));
    }
    let list = i.ints()?.iter().map(|v| place(*v, x.shape()[k]));
    let list = list.collect::<Import<Vec<usize>>>()?;
    let (own, inner) = (strides(x.shape()), strides(i.shape()));
    let source = positions(i.shape(), |at| {
        let chosen = *list.get(at.iter().zip(&inner).map(|(v, s)| v * s).sum::<usize>())?;
        let parts = (0..rank).map(|d| own[d] * if d == k { chosen } else { at[d] });
        Some(parts.sum())
    });
    Ok(vec![x.moved(i.shape(), &source, None)?])
}

pub(super) fn convert_elements(n: &Node, c: &mut Converter<'_>) -> Import<()> {
    if c.constant(1).is_some() {
        return moves::convert(n, c);
    }
    let (x, i) = (solid(c, 0)?, solid(c, 1)?);
    let k = n.axis("axis", 0, x.shape.len())?;
    let ids = indices(c, &i, x.shape[k])?;
    let text = each(&i.shape, |at| {
        let mut own = at.to_vec();
        let along = index_name(at.len());
        own[k] = along.clone();
        let line = format!("for {along} < {} {{ {}[{}] }}", x.shape[k], x.text, own.join(", "));
        format!("gather({line}, {})", ids.at(at))
    });
    c.bind(0, &text)
}

/// The sizes of GatherND and ScatterND: how many dimensions are batches, and how many a tuple of
/// places fixes behind them.
fn tuples(x: &[usize], i: &[usize], batches: i64) -> Import<(usize, usize)> {
    let b = usize::try_from(batches).ok().filter(|b| *b < x.len().min(i.len()));
    let Some(b) = b else { return refuse(format!("`batch_dims` is {batches}")) };
    let depth = i.last().copied().unwrap_or(0);
    if depth == 0 || b + depth > x.len() || x[..b] != i[..b] {
        return refuse(format!("places of shape {i:?} in {x:?}"));
    }
    Ok((b, depth))
}

pub(super) fn nd(n: &Node, a: &Args<'_>) -> Import<Vec<Tensor>> {
    let (x, i) = (a.get(0)?, a.get(1)?);
    let (b, depth) = tuples(x.shape(), i.shape(), n.int_or("batch_dims", 0)?)?;
    let own = strides(x.shape());
    let count = i.shape().len() - 1;
    let shape = [&i.shape()[..count], &x.shape()[b + depth..]].concat();
    elements(&shape)?;
    let list = i.int_list()?;
    let mut starts = vec![];
    for tuple in list.chunks_exact(depth) {
        let parts = tuple.iter().enumerate();
        let parts = parts.map(|(d, v)| Ok(place(*v, x.shape()[b + d])? * own[b + d]));
        starts.push(parts.sum::<Import<usize>>()?);
    }
    let inner = strides(&i.shape()[..count]);
    let source = positions(&shape, |at| {
        let start = starts.get(at.iter().zip(&inner).map(|(v, s)| v * s).sum::<usize>())?;
        let batch: usize = at[..b].iter().zip(&own).map(|(v, s)| v * s).sum();
        let rest: usize = at[count..].iter().zip(&own[b + depth..]).map(|(v, s)| v * s).sum();
        Some(start + batch + rest)
    });
    Ok(vec![x.moved(&shape, &source, None)?])
}

/// A tuple of places as one place among all that it can name, for each tuple of a tensor.
pub(super) fn joined(c: &mut Converter<'_>, i: &Operand, sizes: &[usize]) -> Import<Operand> {
    if i.element.is_float() {
        return Err(Fault::new("places that are floats must be constants"));
    }
    let own = strides(sizes);
    let text = each(&i.shape[..i.shape.len() - 1], |at| {
        let parts = sizes.iter().zip(&own).enumerate().map(|(d, (size, s))| {
            let one = [at, &[d.to_string()]].concat();
            format!("{s} * place_of::<{size}>({})", i.at(&one))
        });
        parts.collect::<Vec<_>>().join(" + ")
    });
    c.local(&format!("{}_places", i.text), &text)
}

pub(super) fn convert_nd(n: &Node, c: &mut Converter<'_>) -> Import<()> {
    if c.constant(1).is_some() {
        return moves::convert(n, c);
    }
    let (x, i) = (solid(c, 0)?, solid(c, 1)?);
    let (b, depth) = tuples(&x.shape, &i.shape, n.int_or("batch_dims", 0)?)?;
    let ids = joined(c, &i, &x.shape[b..b + depth])?;
    let lines: usize = x.shape[b..b + depth].iter().product();
    let rest = &x.shape[b + depth..];
    let width: usize = rest.iter().product();
    let mut sizes = [&x.shape[..b], &[lines]].concat();
    if !rest.is_empty() {
        sizes.push(width);
    }
    let rows = if b == 0 && rest.is_empty() {
        flatten(c, &x)?
    } else {
        reshape(c, &format!("{}_rows", x.text), &x, &sizes)?
    };
    let f = if rest.is_empty() { "gather" } else { "gather_row" };
    let count = &i.shape[..i.shape.len() - 1];
    let text = each(count, |at| {
        let from = if b == 0 {
            rows.text.clone()
        } else {
            format!("{}[{}]", rows.text, at[..b].join(", "))
        };
        format!("{f}({from}, {})", ids.at(at))
    });
    let y = c.local(&n.outputs[0], &text)?;
    let y = reshape(c, &n.outputs[0], &y, &[count, rest].concat())?;
    c.alias(0, &y)
}
