//! Activations: functions of one number, most of them monotone or read from tables.

mod relu;

use super::{Operation, plain};

/// The operations of this group.
pub(crate) const OPERATIONS: &[Operation] = &[plain("Relu", relu::evaluate, relu::convert)];
