//! Whether points are powers of one τ, by pairings of random combinations.
//!
//! For points P₀, P₁, … and random ρᵢ of 128 bits, Σ ρᵢ·Pᵢ₊₁ is τ times Σ ρᵢ·Pᵢ. Where one Pᵢ₊₁ is
//! not τ·Pᵢ that holds for at most one ρᵢ.

use super::super::SnarkjsError;
use super::{ALPHA_TAU_G1, BETA_G2, BETA_TAU_G1, TAU_G1, TAU_G2};
use crate::curve::msm;
use ark_bn254::{Bn254, Fr, G1Affine, G2Affine};
use ark_ec::pairing::{Pairing, PairingOutput};
use ark_ec::{AffineRepr, CurveGroup};
use rand::{CryptoRng, RngCore};

/// Points of a first phase, as they are in the file.
pub(super) struct Powers {
    /// \[τ^i\]₁ for i < 2n − 1, or for i < 2n.
    pub(super) tau_g1: Vec<G1Affine>,
    /// \[τ^i\]₂ for i < n.
    pub(super) tau_g2: Vec<G2Affine>,
    pub(super) alpha_tau_g1: Vec<G1Affine>,
    pub(super) beta_tau_g1: Vec<G1Affine>,
    pub(super) beta_g2: G2Affine,
}

impl Powers {
    /// Refuses what is not of one τ.
    pub(super) fn check(&self, rng: &mut (impl RngCore + CryptoRng)) -> Result<(), SnarkjsError> {
        let (g1, g2) = (G1Affine::generator(), G2Affine::generator());
        let powers = |what| Err(SnarkjsError::Powers { what });
        let rows = self.tau_g2.len();
        if self.tau_g1[0] != g1 {
            return powers(TAU_G1.1);
        }
        if self.tau_g2[0] != g2 {
            return powers(TAU_G2.1);
        }
        // A circuit of one row has one power only in G2: its τ is in G1, where nothing pairs with
        // it.
        let (Some(tau_g1), Some(tau_g2)) = (self.tau_g1.get(1), self.tau_g2.get(1)) else {
            return Err(SnarkjsError::Differs { what: "rows", expected: 2, got: rows as u64 });
        };
        if !same(&[(*tau_g1, g2), (-g1, *tau_g2)]) {
            return Err(SnarkjsError::Groups { what: "tau" });
        }
        for (points, what) in [
            (&self.tau_g1, TAU_G1.1),
            (&self.alpha_tau_g1, ALPHA_TAU_G1.1),
            (&self.beta_tau_g1, BETA_TAU_G1.1),
        ] {
            let weights = weights(points.len() - 1, rng);
            let [one, next] = [&points[..points.len() - 1], &points[1..]]
                .map(|points| msm::full(points, &weights).into_affine());
            if !same(&[(one, *tau_g2), (-next, g2)]) {
                return powers(what);
            }
        }
        let weights = weights(rows - 1, rng);
        let [one, next] = [&self.tau_g2[..rows - 1], &self.tau_g2[1..]]
            .map(|points| msm::full(points, &weights).into_affine());
        if !same(&[(*tau_g1, one), (-g1, next)]) {
            return powers(TAU_G2.1);
        }
        if !same(&[(self.beta_tau_g1[0], g2), (-g1, self.beta_g2)]) {
            return Err(SnarkjsError::Groups { what: BETA_G2.1 });
        }
        Ok(())
    }

    /// Takes one power of τ more, or refuses what is none.
    pub(super) fn push(&mut self, next: G1Affine, what: &'static str) -> Result<(), SnarkjsError> {
        let (Some(last), Some(tau)) = (self.tau_g1.last(), self.tau_g2.get(1)) else {
            return Err(SnarkjsError::Powers { what });
        };
        if !same(&[(*last, *tau), (-next, G2Affine::generator())]) {
            return Err(SnarkjsError::Powers { what });
        }
        self.tau_g1.push(next);
        Ok(())
    }
}

/// Whether the product of pairings is 1.
fn same(pairs: &[(G1Affine, G2Affine)]) -> bool {
    let (left, right): (Vec<_>, Vec<_>) = pairs.iter().copied().unzip();
    Bn254::multi_pairing(left, right) == PairingOutput::default()
}

fn weights(count: usize, rng: &mut (impl RngCore + CryptoRng)) -> Vec<Fr> {
    let one = |rng: &mut dyn RngCore| {
        Fr::from(u128::from(rng.next_u64()) << 64 | u128::from(rng.next_u64()))
    };
    (0..count).map(|_| one(rng)).collect()
}
