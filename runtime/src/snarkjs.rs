//! Files of snarkjs, both ways: its keys and proofs are used here, and ours there.
//!
//! | file | in | out |
//! |---|---|---|
//! | `.r1cs`, `.sym`, `.wtns` | | [`export`](crate::export) |
//! | `verification_key.json`, `proof.json`, `public.json` | [`SnarkjsKey`], [`read_proof`], [`read_public`] | [`verification_key_json`], [`proof_json`], [`public_json`] |
//! | `.ptau` | [`Ptau`] | |
//! | `.zkey` | [`ZKey::read`], [`OpenZKey`] | [`FirstZKey`], [`ZKey::new`], [`ZKey::write`], [`OpenZKey::contribute`] |
//!
//! A circuit stands there with its variables in the order of [`Wires`](crate::export::Wires): public
//! outputs come before public inputs. All of it is plain Groth16: circuits that need commitments are refused.
//!
//! Every file is untrusted. Sizes are compared with what is there before memory is reserved, every point is
//! on its curve and in its group, every number below its modulus, and a key under which anybody could prove
//! anything is refused as one of ours would be.

mod contribution;
mod error;
mod json;
mod montgomery;
mod ptau;
mod sections;
#[cfg(test)]
mod tests;
mod zkey;

pub use contribution::Contribution;
pub use error::SnarkjsError;
pub use json::{
    SnarkjsKey, proof_json, public_json, read_proof, read_public, to_circuit_order,
    verification_key_json,
};
pub use ptau::Ptau;
pub use zkey::{FirstZKey, OpenZKey, ZKey, prove_with_zkey};

use crate::keys::Interface;

/// Of each public signal of snarkjs, in its order, the number of that value in ours: outputs come
/// first there.
fn signals(interface: &Interface) -> Vec<usize> {
    let mut next = 0;
    let ports = interface.public.iter().map(|port| {
        let first = next;
        next += port.len();
        (port.output, first..next)
    });
    let (outputs, inputs): (Vec<_>, Vec<_>) = ports.partition(|(output, _)| *output);
    outputs.into_iter().chain(inputs).flat_map(|(_, range)| range).collect()
}
