//! Normalization: subtracting means and dividing by roots of variances.

use super::Operation;

/// The operations of this group.
pub(crate) const OPERATIONS: &[Operation] = &[];
