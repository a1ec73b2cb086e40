//! Attention and what stands around it.

use super::Operation;

/// The operations of this group.
pub(crate) const OPERATIONS: &[Operation] = &[];
