//! Pooling: windows over the spatial dimensions, channel by channel.

mod average;
mod frame;
mod global;
mod indices;
mod lp;
mod max;
pub(crate) mod named;
pub(crate) mod window;

use super::{Operation, Role, family, plain};
use global::Global;

/// The operations of this group.
pub(crate) const OPERATIONS: &[Operation] = &[
    plain("AveragePool", average::evaluate, average::convert).role(Role::AveragePool),
    family("GlobalAveragePool", &Global::Average).role(Role::AveragePool),
    family("GlobalLpPool", &Global::Lp),
    family("GlobalMaxPool", &Global::Max),
    plain("LpPool", lp::evaluate, lp::convert),
    plain("MaxPool", max::evaluate, max::convert).role(Role::MaxPool),
];
