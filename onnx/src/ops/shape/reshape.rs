//! Reshape, Flatten, Identity: the same elements in the same order.
//! <https://onnx.ai/onnx/operators/onnx__Reshape.html>
//!
//! Reshape, opset 5 and later: a size of 0 copies that of the input (unless `allowzero`), −1 stands
//! for what is left. Flatten: the dimensions before `axis` become one, and so do the others.

use crate::context::Args;
use crate::fault::{Fault, Import, refuse};
use crate::graph::Node;
use crate::tensor::Tensor;

pub(super) fn same(_: &Node, a: &Args<'_>) -> Import<Vec<Tensor>> {
    Ok(vec![a.get(0)?.clone()])
}

pub(super) fn flatten(n: &Node, a: &Args<'_>) -> Import<Vec<Tensor>> {
    let x = a.get(0)?;
    let rank = x.shape().len();
    let k = n.int_or("axis", 1)?;
    // Unlike elsewhere, the axis may be that behind the last.
    let at = usize::try_from(if k < 0 { k + rank as i64 } else { k }).ok().filter(|k| *k <= rank);
    let Some(at) = at else { return refuse(format!("there is no axis {k} in {rank} dimensions")) };
    let (first, last) = x.shape().split_at(at);
    Ok(vec![x.reshaped(&[first.iter().product(), last.iter().product()])?])
}

pub(super) fn reshape(n: &Node, a: &Args<'_>) -> Import<Vec<Tensor>> {
    let (x, wanted) = (a.get(0)?, a.get(1)?.int_list()?);
    let copy = !n.flag("allowzero", false)?;
    let fault = || Fault::new(format!("{:?} cannot be reshaped to {wanted:?}", x.shape()));
    let mut shape = vec![];
    let mut open = None;
    for (k, &d) in wanted.iter().enumerate() {
        shape.push(match d {
            0 if copy => *x.shape().get(k).ok_or_else(fault)?,
            -1 if open.is_none() => {
                open = Some(k);
                1
            }
            d => usize::try_from(d).map_err(|_| fault())?,
        });
    }
    let known = shape.iter().try_fold(1usize, |n, d| n.checked_mul(*d)).ok_or_else(fault)?;
    if let Some(k) = open {
        if known == 0 || !x.len().is_multiple_of(known) {
            return Err(fault());
        }
        shape[k] = x.len() / known;
    } else if known != x.len() {
        return Err(fault());
    }
    Ok(vec![x.reshaped(&shape)?])
}
