//! Whether a key is a circuit's, by the first phase that it was made of.

use super::super::SnarkjsError;
use super::ZKey;
use super::columns::{Columns, circuit_hash, hashed};
use super::read::{equal, sum};
use crate::setup::Phase1;
use ark_bn254::{Bn254, Fr, G1Affine, G2Affine};
use ark_ec::pairing::{Pairing, PairingOutput};
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::{AdditiveGroup, Field, UniformRand};
use ark_poly::{EvaluationDomain, Radix2EvaluationDomain};
use rand::{CryptoRng, RngCore};
use zirc_circuit::Circuit;

impl ZKey {
    /// That every point of the key is what this first phase and the contributions give the circuit: with what
    /// [`ZKey::read`] checks, all that `snarkjs zkey verify` does. Whoever trusts somebody of each phase can then
    /// trust the key.
    ///
    /// # Errors
    /// [`SnarkjsError::OtherPhase1`] with the first part that differs; [`SnarkjsError::TooSmall`] for a first phase
    /// that has not all that the digest of the circuit is of.
    pub fn verify_with(
        &self,
        circuit: &Circuit,
        phase1: &Phase1,
        rng: &mut (impl RngCore + CryptoRng),
    ) -> Result<(), SnarkjsError> {
        let hashed = hashed(phase1, &self.shape)?;
        let columns = Columns::new(circuit, &self.shape, phase1);
        let (public, private) = columns.zeta.split_at(self.shape.public + 1);
        let header = &self.header;
        for (what, same) in [
            ("alpha", header.alpha_g1 == phase1.alpha_g1),
            ("beta in G1", header.beta_g1 == phase1.beta_g1),
            ("beta in G2", header.beta_g2 == phase1.beta_g2),
            ("gamma", header.gamma_g2 == G2Affine::generator()),
            ("points of IC", header.ic == public),
            ("A points", self.a == columns.a),
            ("B1 points", self.b1 == columns.b1),
            ("B2 points", self.b2 == columns.b2),
            ("C points", self.divided(private, rng)),
            ("H points", self.quotient(phase1, rng)),
            (
                "digest of the circuit",
                self.circuit_hash == circuit_hash(phase1, &columns, self.shape.public, hashed),
            ),
        ] {
            if !same {
                return Err(SnarkjsError::OtherPhase1 { what });
            }
        }
        Ok(())
    }

    /// Whether the C points are these, divided by δ: the same random sum of both.
    fn divided(&self, points: &[G1Affine], rng: &mut (impl RngCore + CryptoRng)) -> bool {
        let weights: Vec<Fr> = points.iter().map(|_| Fr::rand(rng)).collect();
        let [ours, theirs] = [points, &self.c].map(|p| sum(p, &weights).into_affine());
        equal(theirs, self.header.delta_g2, ours, G2Affine::generator())
    }

    /// Whether the H points are the double domain's Lagrange polynomials of odd index, divided by δ: the same
    /// random sum of all of them, as each is a point that a forger may use, whatever an honest proof takes.
    ///
    /// A first phase for exactly as many rows lacks the power 2n − 1 of τ, and so has its polynomials. A key that was
    /// made of one is right by a larger file too, and the other way round: that power is τ^(2n−2) times τ, where no
    /// point of the one group has it.
    fn quotient(&self, phase1: &Phase1, rng: &mut (impl RngCore + CryptoRng)) -> bool {
        let rows = self.h.len();
        let odd: Vec<G1Affine> = phase1.doubled_g1.iter().skip(1).step_by(2).copied().collect();
        let Some(doubled) = Radix2EvaluationDomain::<Fr>::new(2 * rows) else { return false };
        let (powers, below) = (&phase1.powers_g1, 2 * rows - 2);
        if odd.len() != rows || phase1.tau_g2.len() != rows || powers.len() <= below {
            return false;
        }
        let weights: Vec<Fr> = odd.iter().map(|_| Fr::rand(rng)).collect();
        let [ours, theirs] = [&odd, &self.h].map(|p| sum(p, &weights).into_affine());
        let (delta, one) = (self.header.delta_g2, G2Affine::generator());
        if equal(theirs, delta, ours, one) {
            return true;
        }
        // The power 2n − 1 stands in the polynomial of index k with ω^k / 2n.
        let (mut root, mut share) = (doubled.group_gen, Fr::ZERO);
        for w in &weights {
            share += root * w;
            root *= doubled.group_gen.square();
        }
        share *= doubled.size_inv;
        // What the key's have more, or less if ours have it.
        let more = if powers.len() > below + 1 { -share } else { share };
        let more = (powers[below] * more).into_affine();
        // τ is the polynomial that is ω^i at ω^i.
        let Some(single) = Radix2EvaluationDomain::<Fr>::new(rows) else { return false };
        let roots: Vec<Fr> = single.elements().collect();
        let tau = sum(&phase1.tau_g2, &roots).into_affine();
        Bn254::multi_pairing([theirs, -ours, -more], [delta, one, tau]) == PairingOutput::default()
    }
}
