//! Numbers that a second phase draws, or leaves at 1.

use crate::setup::invertible;
use ark_bn254::{Fr, G1Affine, G1Projective, G2Affine, G2Projective};
use ark_ec::{CurveGroup, PrimeGroup};
use ark_ff::Field;
use rand::{CryptoRng, RngCore};
use rayon::prelude::*;
use zeroize::Zeroizing;

/// A secret number and its inverse, wiped on drop.
pub(super) struct Trapdoor(Zeroizing<[Fr; 2]>);

impl Trapdoor {
    pub(super) fn draw(rng: &mut (impl RngCore + CryptoRng)) -> Trapdoor {
        let (x, inverse) = invertible(rng);
        Trapdoor(Zeroizing::new([x, inverse]))
    }

    pub(super) fn one() -> Trapdoor {
        Trapdoor(Zeroizing::new([Fr::ONE; 2]))
    }

    pub(super) fn g1(&self) -> G1Affine {
        (G1Projective::generator() * self.0[0]).into_affine()
    }

    pub(super) fn g2(&self) -> G2Affine {
        (G2Projective::generator() * self.0[0]).into_affine()
    }

    /// All points divided by it.
    pub(super) fn divide(
        &self,
        points: impl IndexedParallelIterator<Item = G1Projective>,
    ) -> Vec<G1Affine> {
        let all: Vec<G1Projective> = match self.0[1] == Fr::ONE {
            true => points.collect(),
            false => points.map(|p| p * self.0[1]).collect(),
        };
        G1Projective::normalize_batch(&all)
    }
}
