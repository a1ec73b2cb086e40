//! Classical models, of the domain `ai.onnx.ml`: trees, linear models, support vectors.

use super::Operation;

/// The operations of this group.
pub(crate) const OPERATIONS: &[Operation] = &[];
