//! Pooling: windows over the spatial dimensions, channel by channel.

mod max;
pub(crate) mod window;

use super::{Operation, plain};

/// The operations of this group.
pub(crate) const OPERATIONS: &[Operation] = &[plain("MaxPool", max::evaluate, max::convert)];
