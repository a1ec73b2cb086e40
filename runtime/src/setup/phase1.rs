//! What the first phase of a setup gives: multiples by powers of τ that nobody knows, so that keys
//! are sums of points and no trapdoor but δ is drawn here.
//!
//! γ is 1 then (eprint 2017/1050): the verifier's ζⱼ are sums of what the first phase makes known
//! anyway, and what holds them apart from the witness is δ alone.

use ark_bn254::{G1Affine, G2Affine};

/// Points of a first phase for n rows, n a power of two, with the Lagrange polynomials Lᵢ of the
/// roots of unity. Whatever makes one has checked that all are multiples by powers of one τ.
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
}
