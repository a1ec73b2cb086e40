//! Attention and what stands around it.

mod attention;
mod rotary;
mod swiglu;

use super::{Operation, plain};

/// The operations of this group.
pub(crate) const OPERATIONS: &[Operation] = &[
    Operation {
        name: "Attention",
        domain: "",
        known: &[attention::VALID_KEYS],
        evaluate: attention::evaluate,
        convert: attention::convert,
    },
    plain("RotaryEmbedding", rotary::evaluate, rotary::convert),
    plain("SwiGLU", swiglu::evaluate, swiglu::convert),
];
