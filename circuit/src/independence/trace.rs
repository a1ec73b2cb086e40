//! The way from a part of an input to what depends on it.

use super::flow::{Flow, arguments};
use crate::{Kind, Op, TensorId};

/// Elements from the input's on to this one, each computed from the one before.
pub(super) fn back(flow: &Flow<'_>, last: (TensorId, usize)) -> Vec<(TensorId, usize)> {
    let mut path = vec![last];
    // A tensor is computed from earlier steps alone, so that this ends.
    while let Some(before) = path.last().and_then(|at| one(flow, *at)) {
        path.push(before);
    }
    path.reverse();
    path
}

/// An element that this one is computed from and that depends on the part.
fn one(flow: &Flow<'_>, (tensor, element): (TensorId, usize)) -> Option<(TensorId, usize)> {
    let of = &flow.circuit.tensors[tensor.0 as usize];
    match (flow.ops[tensor.0 as usize]?, &of.kind) {
        (Op::Input(_) | Op::Challenge, _) => None,
        (Op::Derive, Kind::Linear(lin)) => flow.source(lin, element),
        (op, _) => {
            let (space, len) = (op.argument_len(&of.shape), of.len());
            let all = || arguments(op, element, space, len);
            op.args().into_iter().find_map(|lin| all().find_map(|k| flow.source(lin, k)))
        }
    }
}
