//! Reductions over axes, and what is done along one axis.

mod arg;
mod cumulative;
mod layout;
mod logarithm;
mod reduce;
mod top_k;

use super::{Effect, Meaning, Operation, family, known};
use arg::Extreme;
use reduce::Reduction;

const fn reduction(name: &'static str, own: &'static Reduction) -> Operation {
    family(name, own).known(&[1]).reduces()
}

/// The operations of this group.
pub(crate) const OPERATIONS: &[Operation] = &[
    reduction("ReduceSum", &Reduction::Sum).grows(),
    reduction("ReduceMean", &Reduction::Mean),
    reduction("ReduceMax", &Reduction::Max),
    reduction("ReduceMin", &Reduction::Min),
    reduction("ReduceProd", &Reduction::Product).grows(),
    reduction("ReduceL1", &Reduction::L1),
    reduction("ReduceL2", &Reduction::L2),
    reduction("ReduceSumSquare", &Reduction::SumSquare).grows().multiplies(),
    reduction("ReduceLogSum", &Reduction::LogSum),
    reduction("ReduceLogSumExp", &Reduction::LogSumExp).effect(Effect::Steep),
    family("ArgMax", &Extreme::Largest).gives(&[Meaning::Classes]),
    family("ArgMin", &Extreme::Smallest).gives(&[Meaning::Classes]),
    known("TopK", &[1], top_k::evaluate, top_k::convert),
    known("CumSum", &[1], cumulative::evaluate, cumulative::convert),
];
