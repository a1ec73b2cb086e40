//! Proofs by a key of snarkjs: ours in all but the quotient.

use super::ZKey;
use crate::curve::msm;
use crate::files::points::Coordinate;
use crate::files::{FileError, Group};
use crate::keys::Head;
use crate::progress::{Phase, Watch};
use crate::prove::{ProveError, ProveOptions, Proven, Sums, prove_by};
use ark_bn254::{Fr, G1Projective, G2Projective};
use ark_ec::AffineRepr;
use ark_ec::short_weierstrass::{Affine, Projective};
use ark_ff::AdditiveGroup;
use rand::{CryptoRng, RngCore};
use zirc_circuit::{Assignment, Circuit};

/// As [`prove`](crate::prove()), by a key of snarkjs. The proof verifies under the key's
/// [`ZKey::verifying_key`] and, as a `proof.json`, by snarkjs.
///
/// # Errors
/// As [`prove`](crate::prove()).
pub fn prove_with_zkey(
    key: &ZKey,
    circuit: &Circuit,
    assignment: &Assignment,
    options: ProveOptions<'_>,
    rng: &mut (impl RngCore + CryptoRng),
    progress: &mut dyn FnMut(Phase),
) -> Result<Proven, ProveError> {
    let head = Head {
        verifying: &key.verifying,
        domain: &key.shape.domain,
        num_constraints: key.shape.constraints,
        num_variables: key.shape.wires,
        model: None,
        blinders: None,
        textbook: Some(&key.shape.extra),
    };
    prove_by(head, key, circuit, assignment, options, rng, progress)
}

impl ZKey {
    /// Σ over variables from one on, given the points of wires from that one on.
    fn sum<P: Group<BaseField: Coordinate>>(
        &self,
        first: usize,
        points: &[Affine<P>],
        z: &msm::Values,
    ) -> Projective<P> {
        // By variables, as the values are; wires of one kind stay together.
        let of = |(j, wire): (usize, &u32)| {
            let point = points.get((*wire as usize).checked_sub(first)?)?;
            (!point.is_zero()).then_some((j as u32, *point))
        };
        let there = self.shape.wire.iter().enumerate().filter_map(of);
        let (indices, points): (Vec<u32>, Vec<Affine<P>>) = there.unzip();
        msm::sparse(&points, &indices, z)
    }
}

impl Sums for &ZKey {
    fn model(&mut self, _: &msm::Values, _: &mut Watch<'_>) -> Result<G1Projective, FileError> {
        Ok(G1Projective::ZERO)
    }

    fn commitment(
        &mut self,
        _: &msm::Values,
        _: &mut Watch<'_>,
    ) -> Result<G1Projective, FileError> {
        Ok(G1Projective::ZERO)
    }

    fn quotient(
        &mut self,
        scalars: &[Fr],
        watch: &mut Watch<'_>,
    ) -> Result<G1Projective, FileError> {
        Ok(watch.run(Phase::Quotient, || msm::full(&self.h, scalars)))
    }

    fn a(&mut self, z: &msm::Values, watch: &mut Watch<'_>) -> Result<G1Projective, FileError> {
        Ok(watch.run(Phase::QueryA, || self.sum(0, &self.a, z)))
    }

    fn b(&mut self, z: &msm::Values, watch: &mut Watch<'_>) -> Result<G2Projective, FileError> {
        Ok(watch.run(Phase::QueryB, || self.sum(0, &self.b2, z)))
    }

    fn c(&mut self, z: &msm::Values, watch: &mut Watch<'_>) -> Result<G1Projective, FileError> {
        Ok(watch.run(Phase::QueryC, || self.sum(self.shape.public + 1, &self.c, z)))
    }

    fn finish(self, _: &mut Watch<'_>) -> Result<(), FileError> {
        Ok(())
    }
}
