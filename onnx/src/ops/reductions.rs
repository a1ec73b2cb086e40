//! Reductions over axes, and what is done along one axis.

mod arg;
mod cumulative;
mod layout;
mod logarithm;
mod reduce;
mod top_k;

use super::{Operation, known, plain};

/// The operations of this group.
pub(crate) const OPERATIONS: &[Operation] = &[
    known("ReduceSum", &[1], reduce::evaluate, reduce::convert).grows().reduces(),
    known("ReduceMean", &[1], reduce::evaluate, reduce::convert).reduces(),
    known("ReduceMax", &[1], reduce::evaluate, reduce::convert).reduces(),
    known("ReduceMin", &[1], reduce::evaluate, reduce::convert).reduces(),
    known("ReduceProd", &[1], reduce::evaluate, reduce::convert).grows().reduces(),
    known("ReduceL1", &[1], reduce::evaluate, reduce::convert).reduces(),
    known("ReduceL2", &[1], reduce::evaluate, reduce::convert).reduces(),
    known("ReduceSumSquare", &[1], reduce::evaluate, reduce::convert)
        .grows()
        .multiplies()
        .reduces(),
    known("ReduceLogSum", &[1], reduce::evaluate, logarithm::of_sum).reduces(),
    known("ReduceLogSumExp", &[1], reduce::evaluate, logarithm::of_exponentials).reduces(),
    plain("ArgMax", arg::evaluate, arg::convert),
    plain("ArgMin", arg::evaluate, arg::convert),
    known("TopK", &[1], top_k::evaluate, top_k::convert),
    known("CumSum", &[1], cumulative::evaluate, cumulative::convert),
];
