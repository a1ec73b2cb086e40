//! One contribution: what it leaves, and the proof that its numbers were known.

use super::{Beacon, Name};
use crate::files::points::{prime_bytes, write_points};
use ark_bn254::{Fr, G1Affine, G1Projective};
use ark_ec::CurveGroup;
use ark_ff::{PrimeField, UniformRand};
use rand::{CryptoRng, RngCore};
use zeroize::Zeroizing;
use zirc_circuit::Digest;

const CHALLENGE: &str = "zirc ceremony v1 challenge of a contribution";
const PUBLIC: &str = "zirc ceremony v1 numbers of a beacon";

/// What one contribution left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Contribution {
    pub(super) name: Name,
    /// \[δ\]₁ of each trapdoor after it.
    pub(super) after: Vec<G1Affine>,
    pub(super) proof: Proof,
}

/// What shows where the numbers of a contribution came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Proof {
    /// Somebody knew them: Schnorr's c, and z of each trapdoor.
    Known { challenge: Fr, responses: Vec<Fr> },
    /// Everybody can compute them.
    Public(Beacon),
}

impl Contribution {
    /// Multiplies by these numbers.
    pub(super) fn secret(
        name: &Name,
        before: &[G1Affine],
        numbers: &[Fr],
        transcript: &Digest,
        rng: &mut (impl RngCore + CryptoRng),
    ) -> Contribution {
        let after = multiply(before, numbers);
        let nonces = Zeroizing::new(numbers.iter().map(|_| Fr::rand(rng)).collect::<Vec<Fr>>());
        let announced = multiply(before, &nonces);
        let challenge = challenge(transcript, name, [before, &after, &announced]);
        let responses = nonces.iter().zip(numbers).map(|(k, s)| *k + challenge * s).collect();
        let (name, proof) = (name.clone(), Proof::Known { challenge, responses });
        Contribution { name, after, proof }
    }

    /// Multiplies by what everybody can compute, and gives that.
    pub(super) fn public(
        name: &Name,
        beacon: &Beacon,
        before: &[G1Affine],
        transcript: &Digest,
    ) -> (Contribution, Zeroizing<Vec<Fr>>) {
        let numbers = public_numbers(beacon, name, transcript, before.len());
        let after = multiply(before, &numbers);
        let (name, proof) = (name.clone(), Proof::Public(beacon.clone()));
        (Contribution { name, after, proof }, Zeroizing::new(numbers))
    }

    pub(super) fn beacon(&self) -> Option<&Beacon> {
        match &self.proof {
            Proof::Known { .. } => None,
            Proof::Public(beacon) => Some(beacon),
        }
    }

    /// What is wrong with the proof, if anything; as many trapdoors as before are there.
    pub(super) fn fault(&self, before: &[G1Affine], transcript: &Digest) -> Option<&'static str> {
        match &self.proof {
            Proof::Public(beacon) => {
                let numbers = public_numbers(beacon, &self.name, transcript, before.len());
                let follows = self.after == multiply(before, &numbers);
                (!follows).then_some("its numbers are not those of its beacon")
            }
            Proof::Known { challenge: c, responses } => {
                let one = |((z, before), after): ((&Fr, &G1Affine), &G1Affine)| {
                    *before * *z - *after * *c
                };
                let all = responses.iter().zip(before).zip(&self.after).map(one);
                let announced = G1Projective::normalize_batch(&all.collect::<Vec<_>>());
                let expected = challenge(transcript, &self.name, [before, &self.after, &announced]);
                (expected != *c).then_some("it does not show that its numbers were known")
            }
        }
    }
}

fn multiply(points: &[G1Affine], numbers: &[Fr]) -> Vec<G1Affine> {
    points.iter().zip(numbers).map(|(p, s)| (*p * *s).into_affine()).collect()
}

/// c of a proof, given \[δ\]₁ before and after, and T, of each trapdoor.
fn challenge(transcript: &Digest, name: &Name, points: [&[G1Affine]; 3]) -> Fr {
    let mut hasher = blake3::Hasher::new_derive_key(CHALLENGE);
    hasher.update(&transcript.0);
    hash_name(&mut hasher, name);
    for points in points {
        hasher.update(&(points.len() as u64).to_le_bytes());
        // Hashing does not fail.
        let _ = write_points(&mut hasher, points);
    }
    scalar(&hasher)
}

fn hash_name(hasher: &mut blake3::Hasher, name: &Name) {
    hasher.update(&(name.as_str().len() as u64).to_le_bytes()).update(name.as_str().as_bytes());
}

/// A beacon's number for each trapdoor.
fn public_numbers(beacon: &Beacon, name: &Name, transcript: &Digest, count: usize) -> Vec<Fr> {
    let seed = beacon.seed();
    let one = |k: usize| {
        let mut hasher = blake3::Hasher::new_derive_key(PUBLIC);
        hasher.update(&transcript.0);
        hash_name(&mut hasher, name);
        hasher.update(&seed).update(&(k as u64).to_le_bytes());
        scalar(&hasher)
    };
    (0..count).map(one).collect()
}

/// 64 bytes of a hash, modulo r: uniform but for 2^-250.
fn scalar(hasher: &blake3::Hasher) -> Fr {
    let mut bytes = [0; 64];
    hasher.finalize_xof().fill(&mut bytes);
    Fr::from_le_bytes_mod_order(&bytes)
}

/// What a transcript is of a contribution, and a file has of it.
pub(super) fn encode(c: &Contribution) -> Vec<u8> {
    let mut out = (c.name.as_str().len() as u32).to_le_bytes().to_vec();
    out.extend(c.name.as_str().as_bytes());
    // Writing into memory does not fail.
    let _ = write_points(&mut out, &c.after);
    match &c.proof {
        Proof::Known { challenge, responses } => {
            out.push(0);
            out.extend(prime_bytes(challenge));
            responses.iter().for_each(|z| out.extend(prime_bytes(z)));
        }
        Proof::Public(beacon) => {
            out.extend([1, beacon.log_hashes()]);
            out.extend((beacon.source().len() as u32).to_le_bytes());
            out.extend(beacon.source());
        }
    }
    out
}
