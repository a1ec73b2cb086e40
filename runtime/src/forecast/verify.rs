//! What verifying costs: pairings, one more for each commitment, and a sum over the public values.

use super::Costs;
use crate::curve::msm::{FULL, additions};

/// Pairings of every proof: of A and B, and with α, γ and δ.
const PAIRINGS: usize = 4;
/// Bytes of a compressed point of G1; A and C are two, and B has as many as two.
const POINT: usize = 32;

/// Milliseconds on one core, for a key with so many variables of the instance beyond the 1.
pub(super) fn verify_time(instance: usize, commitments: usize, costs: &Costs) -> f64 {
    let pairings = (PAIRINGS + commitments) as f64 * costs.pairing;
    let sum = additions(instance, FULL) * costs.addition_g1;
    (costs.verify + pairings + sum) / 1e6
}

/// Bytes of a compressed proof.
pub(super) fn proof_size(commitments: usize) -> usize {
    (4 + commitments) * POINT
}
