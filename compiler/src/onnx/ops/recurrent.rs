//! Recurrent layers, unrolled over a sequence of fixed length.

use super::Operation;

/// The operations of this group.
pub(crate) const OPERATIONS: &[Operation] = &[];
