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
    known("ReduceSum", &[1], reduce::evaluate, reduce::convert),
    known("ReduceMean", &[1], reduce::evaluate, reduce::convert),
    known("ReduceMax", &[1], reduce::evaluate, reduce::convert),
    known("ReduceMin", &[1], reduce::evaluate, reduce::convert),
    known("ReduceProd", &[1], reduce::evaluate, reduce::convert),
    known("ReduceL1", &[1], reduce::evaluate, reduce::convert),
    known("ReduceL2", &[1], reduce::evaluate, reduce::convert),
    known("ReduceSumSquare", &[1], reduce::evaluate, reduce::convert),
    known("ReduceLogSum", &[1], reduce::evaluate, logarithm::of_sum),
    known("ReduceLogSumExp", &[1], reduce::evaluate, logarithm::of_exponentials),
    plain("ArgMax", arg::evaluate, arg::convert),
    plain("ArgMin", arg::evaluate, arg::convert),
    known("TopK", &[1], top_k::evaluate, top_k::convert),
    known("CumSum", &[1], cumulative::evaluate, cumulative::convert),
];
