//! Reductions over axes.

use super::Operation;

/// The operations of this group.
pub(crate) const OPERATIONS: &[Operation] = &[];
