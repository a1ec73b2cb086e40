//! What the first phase of a setup gives: multiples by powers of τ that nobody knows, so that keys
//! are sums of points and no trapdoor but δ is drawn here.
//!
//! γ is 1 then (eprint 2017/1050): the verifier's ζⱼ are sums of what the first phase makes known
//! anyway, and what holds them apart from the witness is δ alone.

use ark_bn254::{Fr, G1Affine, G1Projective, G2Affine};
use ark_ec::{CurveGroup, ScalarMul};
use ark_poly::{EvaluationDomain, Radix2EvaluationDomain};
use rayon::prelude::*;
use std::borrow::Cow;

/// Points of a first phase for n rows, n a power of two, with the Lagrange polynomials Lᵢ of the
/// roots of unity. Whatever makes one has checked that all are multiples by powers of one τ, and that τ, α and β
/// do not follow from each other: only [`Ptau::phase1`](crate::snarkjs::Ptau::phase1) does.
#[derive(Clone, Debug)]
pub struct Phase1 {
    /// \[α\]₁
    pub(crate) alpha_g1: G1Affine,
    /// \[β\]₁
    pub(crate) beta_g1: G1Affine,
    /// \[β\]₂
    pub(crate) beta_g2: G2Affine,
    /// \[τ^i\]₁ for every i < 2n − 1, and more if there is more.
    pub(crate) powers_g1: Vec<G1Affine>,
    /// \[Lᵢ(τ)\]₁
    pub(crate) tau_g1: Vec<G1Affine>,
    /// \[Lᵢ(τ)\]₂
    pub(crate) tau_g2: Vec<G2Affine>,
    /// \[α·Lᵢ(τ)\]₁
    pub(crate) alpha_tau_g1: Vec<G1Affine>,
    /// \[β·Lᵢ(τ)\]₁
    pub(crate) beta_tau_g1: Vec<G1Affine>,
    /// Of the double domain. Where the power 2n − 1 of τ is not known, the polynomials lack it:
    /// sums over values of a polynomial of degree below 2n − 1 are the same.
    pub(crate) doubled_g1: Vec<G1Affine>,
}

impl Phase1 {
    /// n
    #[must_use]
    pub fn rows(&self) -> usize {
        self.tau_g1.len()
    }

    /// [`Phase1::doubled_g1`] without the power 2n − 1 of τ, also where it is known: the same for everybody, whatever
    /// the size of the file that they have of these secrets. None where there are not so many roots of unity.
    pub(crate) fn doubled_below_last(&self) -> Option<Cow<'_, [G1Affine]>> {
        let doubled = Radix2EvaluationDomain::<Fr>::new(self.doubled_g1.len())?;
        let Some(last) = self.powers_g1.get(self.doubled_g1.len() - 1) else {
            return Some(Cow::Borrowed(&self.doubled_g1));
        };
        // It stands in the polynomial of index k with ω^k / 2n.
        let shares: Vec<Fr> = doubled.elements().map(|root| root * doubled.size_inv).collect();
        let shares = G1Projective::from(*last).batch_mul(&shares);
        let all = self.doubled_g1.par_iter().zip(shares);
        let all: Vec<G1Projective> = all.map(|(p, share)| G1Projective::from(*p) - share).collect();
        Some(Cow::Owned(G1Projective::normalize_batch(&all)))
    }
}

#[cfg(test)]
mod known {
    use super::*;
    use ark_bn254::G2Projective;
    use ark_ec::PrimeGroup;
    use ark_ff::{AdditiveGroup, Field};

    impl Phase1 {
        /// A first phase by known secrets; without the highest power, as at the end of a file.
        pub(crate) fn known(log: u32, whole: bool, [tau, alpha, beta]: [Fr; 3]) -> Phase1 {
            let rows = 1usize << log;
            let powers = |count: usize| -> Vec<Fr> {
                std::iter::successors(Some(Fr::ONE), |x| Some(*x * tau)).take(count).collect()
            };
            let lagrange = |mut values: Vec<Fr>, count: usize| {
                values.resize(count, Fr::ZERO);
                Radix2EvaluationDomain::<Fr>::new(count).unwrap().ifft_in_place(&mut values);
                values
            };
            let g1 = |k: Fr, all: &[Fr]| -> Vec<G1Affine> {
                all.iter().map(|x| (G1Projective::generator() * (k * x)).into_affine()).collect()
            };
            let g2 = |all: &[Fr]| -> Vec<G2Affine> {
                all.iter().map(|x| (G2Projective::generator() * x).into_affine()).collect()
            };
            let each = lagrange(powers(rows), rows);
            let all = powers(2 * rows - usize::from(!whole));
            Phase1 {
                alpha_g1: g1(alpha, &[Fr::ONE])[0],
                beta_g1: g1(beta, &[Fr::ONE])[0],
                beta_g2: g2(&[beta])[0],
                powers_g1: g1(Fr::ONE, &all),
                tau_g1: g1(Fr::ONE, &each),
                tau_g2: g2(&each),
                alpha_tau_g1: g1(alpha, &each),
                beta_tau_g1: g1(beta, &each),
                doubled_g1: g1(Fr::ONE, &lagrange(all, 2 * rows)),
            }
        }
    }
}
