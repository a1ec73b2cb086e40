//! The trapdoors.

use crate::domain::Domain;
use ark_bn254::Fr;
use ark_ff::{Field, UniformRand, Zero};
use rand::{CryptoRng, RngCore};
use zeroize::{Zeroize, ZeroizeOnDrop};

/// Toxic waste: whoever knows it proves anything. Never copied, never printed, wiped on drop.
#[derive(Zeroize, ZeroizeOnDrop)]
pub(super) struct Waste {
    pub(super) alpha: Fr,
    pub(super) beta: Fr,
    pub(super) gamma: Fr,
    pub(super) gamma_inverse: Fr,
    pub(super) delta: Fr,
    pub(super) delta_inverse: Fr,
    pub(super) tau: Fr,
    /// Of the commitment, independent of δ.
    pub(super) own_delta: Fr,
    pub(super) own_delta_inverse: Fr,
    /// Of the model's commitment, independent of both.
    pub(super) model_delta: Fr,
    pub(super) model_delta_inverse: Fr,
}

impl Waste {
    /// Seven independent elements, none zero, τ outside the double domain.
    pub(super) fn sample(domain: &Domain, rng: &mut (impl RngCore + CryptoRng)) -> Waste {
        let (gamma, gamma_inverse) = invertible(rng);
        let (delta, delta_inverse) = invertible(rng);
        let mut tau = Fr::rand(rng);
        while domain.doubled_has(tau) {
            tau = Fr::rand(rng);
        }
        let (alpha, _) = invertible(rng);
        let (beta, _) = invertible(rng);
        let (own_delta, own_delta_inverse) = invertible(rng);
        let (model_delta, model_delta_inverse) = invertible(rng);
        Waste {
            alpha,
            beta,
            gamma,
            gamma_inverse,
            delta,
            delta_inverse,
            tau,
            own_delta,
            own_delta_inverse,
            model_delta,
            model_delta_inverse,
        }
    }
}

/// A uniform element of F* and its inverse.
pub(crate) fn invertible(rng: &mut (impl RngCore + CryptoRng)) -> (Fr, Fr) {
    loop {
        let x = Fr::rand(rng);
        match x.inverse() {
            Some(inverse) if !x.is_zero() => return (x, inverse),
            _ => {}
        }
    }
}
