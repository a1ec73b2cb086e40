//! Operations on tensors that are quantized already: their integers are those of onnxruntime, bit for bit.

use super::Operation;

/// The operations of this group.
pub(crate) const OPERATIONS: &[Operation] = &[];
