//! The challenges of a proof with a commitment round (Fiat–Shamir), as a contract can compute them too.
//!
//! ```text
//! seed = Keccak-256(TAG ‖ digest of the verifying key ‖ n ‖ x₁ ‖ … ‖ xₙ [‖ Dₘ] ‖ D)
//! ρᵢ   = Keccak-256(seed ‖ i) mod r                                    i = 0, 1, …
//! ```
//!
//! Everything that is fixed before the challenges is in it: the verifying key, whose digest covers that
//! of the circuit, every public value, the model's commitment where the circuit has one, and the
//! commitment. Numbers are 32 bytes, big-endian, as the EVM
//! has them; points are their two coordinates. TAG is 32 bytes of ASCII, n the number of public values.
//! A carried value is its distance from the least value of its type, in as few bytes as that type takes,
//! big-endian.
//!
//! Carried values x₀, x₁, … with least values lo₀, lo₁, … of their types are bound by
//!
//! ```text
//! e = Σ ρ₀^k·(x_k − lo_k) mod r
//! ```
//!
//! which is an instance variable behind the challenges. x and x + r have the same e and the same bytes:
//! whoever computes them has held every value to its type.
//!
//! A hash is a number below 2²⁵⁶ < 6r, so that no challenge has a probability above 6/2²⁵⁶: what is lost
//! against a uniform one is a factor below 1.2 in the bound on an identity that holds by chance.

use crate::keys::{Interface, VerifyingKey};
use ark_bn254::{Fr, G1Affine};
use ark_ec::AffineRepr;
use ark_ff::{AdditiveGroup, BigInteger, Field, PrimeField};
use sha3::{Digest, Keccak256};

/// Separates these hashes from all others.
pub(crate) const TAG: &[u8; 32] = b"zirc groth16-commit challenge v1";

/// The challenges that follow from a statement and a commitment.
pub(crate) fn challenges(
    key: &VerifyingKey,
    public: &[Fr],
    model: Option<&G1Affine>,
    commitment: &G1Affine,
) -> Vec<Fr> {
    let mut hash = Keccak256::new();
    hash.update(TAG);
    hash.update(key.digest().0);
    hash.update(word(public.len() as u64));
    for (port, values) in key.interface().split(public) {
        let (least, bytes) = match port.carried {
            true => (port.least(), port.bytes()),
            false => (Fr::ZERO, 32),
        };
        for x in values {
            hash.update(&(*x - least).into_bigint().to_bytes_be()[32 - bytes..]);
        }
    }
    for point in model.into_iter().chain([commitment]) {
        // The identity, which a verifier refuses anyway, is (0, 0) to the EVM.
        let (x, y) = point.xy().unwrap_or((ark_bn254::Fq::ZERO, ark_bn254::Fq::ZERO));
        hash.update(x.into_bigint().to_bytes_be());
        hash.update(y.into_bigint().to_bytes_be());
    }
    let seed = hash.finalize();
    (0..key.num_challenges() as u64)
        .map(|i| {
            let drawn = Keccak256::new().chain_update(seed).chain_update(word(i)).finalize();
            Fr::from_be_bytes_mod_order(&drawn)
        })
        .collect()
}

/// What binds carried values, given all public ones and the challenges; `None` where there are none.
pub(crate) fn evaluation(interface: &Interface, public: &[Fr], drawn: &[Fr]) -> Option<Fr> {
    let rho = drawn.first().filter(|_| interface.has_evaluation())?;
    let (mut sum, mut power) = (Fr::ZERO, Fr::ONE);
    for (port, values) in interface.split(public).filter(|(port, _)| port.carried) {
        let least = port.least();
        for x in values {
            sum += power * (*x - least);
            power *= rho;
        }
    }
    Some(sum)
}

/// A number as the EVM writes it.
fn word(n: u64) -> [u8; 32] {
    let mut out = [0; 32];
    out[24..].copy_from_slice(&n.to_be_bytes());
    out
}
