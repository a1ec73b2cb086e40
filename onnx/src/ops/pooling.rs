//! Pooling: windows over the spatial dimensions, channel by channel.

mod average;
mod frame;
mod global;
mod indices;
mod lp;
mod max;
pub(crate) mod named;
pub(crate) mod window;

use super::{Operation, plain};

/// The operations of this group.
pub(crate) const OPERATIONS: &[Operation] = &[
    plain("AveragePool", average::evaluate, average::convert),
    plain("GlobalAveragePool", global::evaluate, global::convert),
    plain("GlobalLpPool", global::evaluate, global::convert),
    plain("GlobalMaxPool", global::evaluate, global::convert),
    plain("LpPool", lp::evaluate, lp::convert),
    plain("MaxPool", max::evaluate, max::convert),
];
