//! Attention and what stands around it.

mod attention;
mod rotary;
mod swiglu;

use super::{Operation, known, plain};

/// The operations of this group.
pub(crate) const OPERATIONS: &[Operation] = &[
    known("Attention", &[attention::VALID_KEYS], attention::evaluate, attention::convert),
    plain("RotaryEmbedding", rotary::evaluate, rotary::convert),
    plain("SwiGLU", swiglu::evaluate, swiglu::convert),
];
