//! Whether contributions follow from each other, lead to δ, and are what they say.

use super::draw::{hash_to_g2, of_beacon};
use super::{Contribution, Hash, transcript};
use crate::snarkjs::SnarkjsError;
use crate::snarkjs::montgomery::hash_points;
use ark_bn254::{Bn254, Fr, G1Affine, G2Affine};
use ark_ec::pairing::{Pairing, PairingOutput};
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::PrimeField;
use blake2::{Blake2b512, Digest};
use rayon::prelude::*;

impl Contribution {
    /// Two pairs of points as one, by a weight that follows from all of them: if both have one ratio so has
    /// it, and if one of them has another so has it but for one weight of 2^128.
    fn both(&self, [one, other]: [(G1Affine, G1Affine); 2]) -> (G1Affine, G1Affine) {
        let mut hasher = Blake2b512::new();
        hash_points(&mut hasher, &[other.0]);
        self.hash_into(&mut hasher);
        let hash: Hash = hasher.finalize().into();
        let weight = Fr::from_le_bytes_mod_order(&hash[..16]);
        let sum = |one: G1Affine, other: G1Affine| (other * weight + one).into_affine();
        (sum(one.0, other.0), sum(one.1, other.1))
    }

    /// What is wrong with it behind a contribution that left this δ, if anything.
    ///
    /// No hash is over kind and notes: whoever takes both from a beacon has a contribution that looks secret. Who
    /// takes the kind alone is seen.
    fn fault_of_place(&self, before: G1Affine, is_last: bool) -> Option<&'static str> {
        if self.delta_after.x == before.x || self.delta_after.x == G1Affine::generator().x {
            return Some("it leaves delta as it was, or 1");
        }
        match (self.is_public(), self.notes.has_source()) {
            (true, _) if !is_last => Some("a beacon is the last contribution, and this one is not"),
            (false, true) => Some("it has the value of a beacon and calls itself secret"),
            _ => None,
        }
    }

    /// What is wrong with its number as that of a public source, if anything.
    fn fault_of_beacon(&self) -> Option<&'static str> {
        let Ok(beacon) = self.notes.beacon() else {
            return Some("its beacon is not a value that is hashed 2^10 to 2^30 times");
        };
        let (s, base) = of_beacon(&beacon.seed());
        let follows = self.base == base && self.multiple == (base * s).into_affine();
        (!follows).then_some("its number is not that of its beacon")
    }
}

/// Refuses contributions that do not follow from each other, or do not lead from 1 to δ; one that leaves δ as it
/// was or makes it 1, up to sign; a beacon that is not the last, or does not call itself one.
///
/// That the s of a beacon came from its public source [`check_numbers`] tells, which may take minutes.
pub(in crate::snarkjs) fn check(
    circuit: &Hash,
    all: &[Contribution],
    delta: G1Affine,
) -> Result<(), SnarkjsError> {
    let mut hasher = Blake2b512::new();
    hasher.update(circuit);
    for (k, c) in all.iter().enumerate() {
        if c.transcript != transcript(&hasher, &c.base, &c.multiple) {
            let what = "its transcript is not of what came before";
            return Err(SnarkjsError::Contribution { number: k + 1, what });
        }
        c.hash_into(&mut hasher);
    }
    let pairings = |(k, c): (usize, &Contribution)| {
        let last = k.checked_sub(1).map_or(G1Affine::generator(), |k| all[k].delta_after);
        let point = hash_to_g2(&c.transcript).into_affine();
        let two = [(c.base, c.multiple), (last, c.delta_after)];
        if same_ratio(c.both(two), (point, c.proof)) {
            return None;
        }
        let what = if same_ratio(two[0], (point, c.proof)) {
            "delta is not multiplied by its number"
        } else {
            "it does not show that its number was known"
        };
        Some(SnarkjsError::Contribution { number: k + 1, what })
    };
    if let Some(Some(wrong)) = all.par_iter().enumerate().map(pairings).find_first(Option::is_some)
    {
        return Err(wrong);
    }
    let one = G1Affine::generator();
    for (k, c) in all.iter().enumerate() {
        let last = k.checked_sub(1).map_or(one, |k| all[k].delta_after);
        if let Some(what) = c.fault_of_place(last, k + 1 == all.len()) {
            return Err(SnarkjsError::Contribution { number: k + 1, what });
        }
    }
    if all.last().map_or(G1Affine::generator(), |c| c.delta_after) == delta {
        Ok(())
    } else {
        let what = "the last one does not lead to the delta of the key";
        Err(SnarkjsError::Contribution { number: all.len(), what })
    }
}

/// Refuses contributions whose numbers are all known, and a beacon whose number is not what its value gives.
///
/// The value is hashed as often as the file says, up to 2^30 times.
pub(in crate::snarkjs) fn check_numbers(all: &[Contribution]) -> Result<(), SnarkjsError> {
    has_secret(all)?;
    let mut beacons = all.iter().enumerate().filter(|(_, c)| c.is_public());
    match beacons.find_map(|(k, c)| Some((k, c.fault_of_beacon()?))) {
        Some((k, what)) => Err(SnarkjsError::Contribution { number: k + 1, what }),
        None => Ok(()),
    }
}

/// Refuses contributions of which none had a secret number; without any at all δ is 1, which is
/// refused elsewhere.
pub(in crate::snarkjs) fn has_secret(all: &[Contribution]) -> Result<(), SnarkjsError> {
    if !all.is_empty() && all.iter().all(Contribution::is_public) {
        let what = "everybody can compute its number, and there is no other";
        return Err(SnarkjsError::Contribution { number: all.len(), what });
    }
    Ok(())
}

/// Whether b/a is d/c.
fn same_ratio((a, b): (G1Affine, G1Affine), (c, d): (G2Affine, G2Affine)) -> bool {
    Bn254::multi_pairing([a, -b], [d, c]) == PairingOutput::default()
}
