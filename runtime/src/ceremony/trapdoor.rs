//! The numbers that a second phase draws.

use crate::proof::Commitments;

/// A number that keeps points apart from all others, and that each contribution multiplies by one of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trapdoor {
    /// δ, of the C query and the quotient.
    Delta,
    /// δₘ, of the commitment to a model.
    Model,
    /// δ₀, of the commitment that challenges follow from.
    Commitment,
}

impl Trapdoor {
    /// Those of keys with these commitments, in the order of all files and hashes.
    pub(super) fn of(has: Commitments) -> Vec<Trapdoor> {
        let mut all = vec![Trapdoor::Delta];
        all.extend(has.model.then_some(Trapdoor::Model));
        all.extend(has.round.then_some(Trapdoor::Commitment));
        all
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Trapdoor::Delta => "delta",
            Trapdoor::Model => "delta of the model",
            Trapdoor::Commitment => "delta of the commitment",
        }
    }
}
