//! Challenges for those who have no proof system at hand.

use crate::{Assignment, Circuit, Fr, Kind, scalar};
use ark_ff::PrimeField;

/// Separates this use of BLAKE3 from all others.
const CONTEXT: &str = "zirc stand-in challenges v1";

/// Challenges that follow from the public and committed values of an assignment as those of a proof
/// do, and by nothing else: to compute and check responses without a key. Not those of any proof.
///
/// Empty where the circuit has none.
#[must_use]
pub fn stand_in(circuit: &Circuit, assignment: &Assignment) -> Vec<Fr> {
    let count = circuit.layout().num_challenges;
    if count == 0 {
        return Vec::new();
    }
    let mut hasher = blake3::Hasher::new_derive_key(CONTEXT);
    for (tensor, values) in circuit.tensors.iter().zip(&assignment.values) {
        if matches!(tensor.kind, Kind::Public | Kind::Carried | Kind::Model | Kind::Witness) {
            let limbs = |x: &Fr| x.into_bigint().0.map(u64::to_le_bytes);
            let bytes: Vec<_> = values.to_field().iter().map(limbs).collect();
            hasher.update(bytes.as_flattened().as_flattened());
        }
    }
    let mut stream = hasher.finalize_xof();
    let mut draw = || {
        // Twice the bits of the order leave no bias that could be noticed.
        let mut bytes = [0; 64];
        stream.fill(&mut bytes);
        scalar::from_bytes(&bytes)
    };
    (0..count).map(|_| draw()).collect()
}
