//! The commitment round: what is fixed before the challenges, and what follows from them.

use super::ProveError;
use super::sums::Sums;
use super::variables::variables;
use crate::keys::Head;
use crate::progress::{Phase, Watch};
use ark_bn254::{Fr, G1Affine, G1Projective};
use ark_ec::CurveGroup;
use ark_ff::UniformRand;
use rand::{CryptoRng, RngCore};
use zeroize::Zeroizing;
use zirc_circuit::{Assignment, Circuit, respond};

/// A commitment, and the assignment with the challenges that follow from it and with its responses.
pub(super) struct Round {
    pub(super) commitment: G1Affine,
    /// −κ·\[δ₀\]₁, to be added to C.
    pub(super) unblinding: G1Projective,
    pub(super) assignment: Assignment,
}

impl Round {
    /// Commits, draws and responds; `draw` gives the challenges that follow from the commitment. `None`
    /// where the circuit has none.
    pub(super) fn commit(
        head: Head<'_>,
        sums: &mut impl Sums,
        circuit: &Circuit,
        assignment: &Assignment,
        draw: impl FnOnce(&G1Affine) -> Vec<Fr>,
        rng: &mut (impl RngCore + CryptoRng),
        watch: &mut Watch<'_>,
    ) -> Result<Option<Round>, ProveError> {
        let Some(blinders) = head.blinders else { return Ok(None) };
        // Fresh for each proof: two proofs must not show whether they are about the same witness.
        let blinder = Zeroizing::new(Fr::rand(rng));
        let committed = sums.commitment(&variables(circuit, assignment), watch)?;
        let commitment = (committed + blinders.delta_g1 * *blinder).into_affine();
        let challenges = draw(&commitment);
        let mut assignment = assignment.clone();
        watch.run(Phase::Responses, || respond(circuit, &mut assignment, &challenges))?;
        let unblinding = -(blinders.own_delta_g1 * *blinder);
        Ok(Some(Round { commitment, unblinding, assignment }))
    }
}
