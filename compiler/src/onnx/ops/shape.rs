//! Operations that move elements and compute nothing.

pub(crate) mod moves;
mod reshape;
mod transpose;

use super::{Operation, plain};

/// The operations of this group.
pub(crate) const OPERATIONS: &[Operation] = &[
    plain("Identity", reshape::same, moves::convert),
    plain("Flatten", reshape::flatten, moves::convert),
    Operation {
        name: "Reshape",
        domain: "",
        known: &[1],
        evaluate: reshape::reshape,
        convert: moves::convert,
    },
    plain("Transpose", transpose::evaluate, moves::convert),
];
