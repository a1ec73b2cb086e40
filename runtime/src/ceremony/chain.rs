//! Whether contributions follow from each other.

use super::contribution::encode;
use super::{Ceremony, CeremonyError};
use ark_bn254::{Bn254, G1Affine, G2Affine};
use ark_ec::AffineRepr;
use ark_ec::pairing::{Pairing, PairingOutput};
use zirc_circuit::Digest;

const BEGINNING: &str = "zirc ceremony v1 beginning";
const CONTRIBUTION: &str = "zirc ceremony v1 contribution";

impl Ceremony {
    /// What the first contribution is bound to: the circuit, and the keys that it begins with.
    pub(super) fn first_transcript(&self) -> Digest {
        let mut hasher = blake3::Hasher::new_derive_key(BEGINNING);
        hasher.update(&self.circuit.0).update(&self.start.0).update(&[self.has.tag()]);
        hasher.update(self.name.as_bytes());
        Digest(*hasher.finalize().as_bytes())
    }

    /// The transcript after each contribution.
    pub(super) fn transcripts(&self) -> Vec<Digest> {
        let next = |last: &mut Digest, bytes: Vec<u8>| {
            let mut hasher = blake3::Hasher::new_derive_key(CONTRIBUTION);
            hasher.update(&last.0).update(&bytes);
            *last = Digest(*hasher.finalize().as_bytes());
            Some(*last)
        };
        self.contributions.iter().map(encode).scan(self.first_transcript(), next).collect()
    }

    /// Refuses contributions of which one does not follow from those before, and trapdoors that are not what the
    /// last one left.
    pub(super) fn check_chain(&self) -> Result<(), CeremonyError> {
        let mut before = vec![G1Affine::generator(); self.parts.len()];
        let mut transcript = self.first_transcript();
        for (k, (c, after)) in self.contributions.iter().zip(self.transcripts()).enumerate() {
            let wrong = |what| CeremonyError::Contribution { number: k + 1, what };
            if c.beacon().is_some() && k + 1 < self.contributions.len() {
                return Err(wrong("a beacon is the last contribution, and this one is not"));
            }
            if let Some(what) = degenerate(&before, &c.after) {
                return Err(wrong(what));
            }
            if let Some(what) = c.fault(&before, &transcript) {
                return Err(wrong(what));
            }
            (before, transcript) = (c.after.clone(), after);
        }
        for (part, last) in self.parts.iter().zip(&before) {
            if !equal(*last, G2Affine::generator(), G1Affine::generator(), part.point) {
                return Err(CeremonyError::Groups { trapdoor: part.trapdoor.name() });
            }
        }
        Ok(())
    }
}

/// What of the trapdoors after a contribution must not be, up to sign.
fn degenerate(before: &[G1Affine], after: &[G1Affine]) -> Option<&'static str> {
    let same = |a: &G1Affine, b: &G1Affine| a.x == b.x;
    if before.iter().zip(after).any(|(before, after)| same(before, after)) {
        return Some("it leaves a trapdoor as it was");
    }
    if after.iter().any(|p| same(p, &G1Affine::generator())) {
        return Some("a trapdoor after it is 1");
    }
    let equal = |k: usize| after[..k].iter().any(|p| same(p, &after[k]));
    (0..after.len()).any(equal).then_some("two trapdoors after it are the same")
}

/// e(a, b) = e(c, d)
pub(super) fn equal(a: G1Affine, b: G2Affine, c: G1Affine, d: G2Affine) -> bool {
    Bn254::multi_pairing([a, -c], [b, d]) == PairingOutput::default()
}
