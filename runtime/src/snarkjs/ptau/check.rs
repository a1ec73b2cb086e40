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
use std::collections::BTreeSet;

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
    /// Refuses what is not of one τ, and a τ in the double domain.
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
        // τ^2n = 1 where τ^n = ±1.
        let middle = self.tau_g1[rows];
        if middle == g1 || middle == -g1 {
            return Err(SnarkjsError::KnownTau);
        }
        self.check_related()
    }

    /// Refuses an α or β that is ±τ^i, and a β that is ±α·τ^i or the other way round: the sums of ζ that α and
    /// β keep apart then meet, and what a public file has makes proofs of anything.
    fn check_related(&self) -> Result<(), SnarkjsError> {
        // A point and its negative have the same x.
        let of = |points: &[G1Affine]| points.iter().map(|p| p.x).collect::<BTreeSet<_>>();
        let (alpha, beta) = (self.alpha_tau_g1[0].x, self.beta_tau_g1[0].x);
        let tau = of(&self.tau_g1);
        let related = |one, other| Err(SnarkjsError::Related { one, other });
        if tau.contains(&alpha) {
            return related("alpha", "tau");
        }
        if tau.contains(&beta) {
            return related("beta", "tau");
        }
        let both = of(&self.alpha_tau_g1).contains(&beta) || of(&self.beta_tau_g1).contains(&alpha);
        if both { related("alpha", "beta") } else { Ok(()) }
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
