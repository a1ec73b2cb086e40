//! The second phase: who multiplied δ by what, and the proof of each that it was known.
//!
//! A contribution multiplies δ by an s of its own. It shows s·P beside a P of its choice, which,
//! with all that came before, is hashed to a point R of G2, and shows s·R: who does not know s
//! cannot make that. The hash of all that came before begins with the digest of the circuit and the
//! first phase.

mod check;
mod draw;
mod notes;

use super::montgomery::{hash_points, read_point, write_points};
use crate::ceremony::{Contributor, Name, Source};
use crate::files::FileError;
use crate::files::codec::Decoder;
use crate::setup::invertible;
use ark_bn254::{Fr, G1Affine, G1Projective, G2Affine};
use ark_ec::{AffineRepr, CurveGroup, PrimeGroup};
use ark_ff::Field;
use blake2::{Blake2b512, Digest};
pub(super) use check::{check, check_numbers, has_secret};
use draw::{hash_to_g2, of_beacon};
use notes::Notes;
use rand::{CryptoRng, RngCore};
use std::io::{self, Read, Write};
use zeroize::Zeroizing;

/// A digest as the format has it, BLAKE2b.
pub(super) type Hash = [u8; 64];

/// Bytes of a contribution without its notes.
const LEAST: u64 = 3 * 64 + 128 + 64 + 4 + 4;
/// Most bytes of notes: a name, an iteration count and a public source take up to 330.
const NOTES: usize = 4096;

/// What one contribution to the second phase left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contribution {
    /// \[δ\]₁ after it.
    delta_after: G1Affine,
    /// P.
    base: G1Affine,
    /// s·P.
    multiple: G1Affine,
    /// s·R.
    proof: G2Affine,
    /// Digest of all before and of P and s·P, from which R follows.
    transcript: Hash,
    /// 0, or 1 for one whose s was drawn from a public source.
    kind: u32,
    /// Name and public source.
    notes: Notes,
}

/// What a contribution multiplies by, and its inverse; wiped on drop.
pub(super) type Number = Zeroizing<[Fr; 2]>;

impl Contribution {
    /// Multiplies δ by s, which is given back beside it.
    pub(super) fn make(
        circuit: &Hash,
        before: &[Contribution],
        name: &Name,
        source: Source<'_>,
        rng: &mut (impl RngCore + CryptoRng),
    ) -> (Contribution, Number) {
        let (number, base, kind, notes) = match source {
            Source::Secret => {
                let (s, inverse) = invertible(rng);
                let base = (G1Projective::generator() * invertible(rng).0).into_affine();
                (Zeroizing::new([s, inverse]), base, 0, Notes::named(name))
            }
            Source::Beacon(beacon) => {
                let (s, base) = of_beacon(&beacon.seed());
                // A hash that gives 0 has not been seen.
                let inverse = s.inverse().unwrap_or_default();
                (Zeroizing::new([s, inverse]), base, 1, Notes::of_beacon(name, beacon))
            }
        };
        (Contribution::by(circuit, before, number[0], base, (kind, notes)), number)
    }

    /// The one that multiplies by s, beside this P.
    fn by(
        circuit: &Hash,
        before: &[Contribution],
        s: Fr,
        base: G1Affine,
        (kind, notes): (u32, Notes),
    ) -> Contribution {
        let multiple = (base * s).into_affine();
        let mut hasher = Blake2b512::new();
        hasher.update(circuit);
        before.iter().for_each(|c| c.hash_into(&mut hasher));
        let transcript = transcript(&hasher, &base, &multiple);
        let last = before.last().map_or(G1Affine::generator(), |c| c.delta_after);
        Contribution {
            delta_after: (last * s).into_affine(),
            base,
            multiple,
            proof: (hash_to_g2(&transcript) * s).into_affine(),
            transcript,
            kind,
            notes,
        }
    }

    /// One whose number the tests know.
    #[cfg(test)]
    pub(super) fn known(circuit: &Hash, before: &[Contribution], s: Fr) -> Contribution {
        let base = (G1Projective::generator() * Fr::from(7)).into_affine();
        Contribution::by(circuit, before, s, base, (0, Notes::default()))
    }

    /// Whether its number is one that everybody can compute.
    #[must_use]
    pub fn is_public(&self) -> bool {
        self.kind == 1
    }

    /// \[δ\]₁ after it.
    pub(super) fn delta_after(&self) -> G1Affine {
        self.delta_after
    }

    /// As a reader is told of it. Nothing binds its name.
    #[must_use]
    pub fn contributor(&self) -> Contributor {
        let digest = self.digest().iter().map(|b| format!("{b:02x}")).collect();
        let beacon = self.notes.beacon().ok().filter(|_| self.is_public());
        Contributor { name: self.notes.name(), beacon, digest }
    }

    /// BLAKE2b of the contribution, by which whoever made it knows it again.
    #[must_use]
    pub fn digest(&self) -> [u8; 64] {
        let mut hasher = Blake2b512::new();
        self.hash_into(&mut hasher);
        hasher.finalize().into()
    }

    fn hash_into(&self, hasher: &mut Blake2b512) {
        hash_points(hasher, &[self.delta_after, self.base, self.multiple]);
        hash_points(hasher, &[self.proof]);
        hasher.update(self.transcript);
    }

    pub(super) fn write(&self, out: &mut impl Write) -> io::Result<()> {
        write_points(out, &[self.delta_after, self.base, self.multiple])?;
        write_points(out, &[self.proof])?;
        out.write_all(&self.transcript)?;
        out.write_all(&self.kind.to_le_bytes())?;
        let notes = self.notes.encode();
        out.write_all(&(notes.len() as u32).to_le_bytes())?;
        out.write_all(&notes)
    }

    /// Bytes in a key.
    pub(super) fn len(&self) -> u64 {
        LEAST + self.notes.encode().len() as u64
    }

    fn read<R: Read + Send>(source: &mut Decoder<R>) -> Result<Contribution, FileError> {
        let what = "contribution";
        let [delta_after, base, multiple] = [(); 3].map(|()| read_point(source, what));
        let (delta_after, base, multiple) = (delta_after?, base?, multiple?);
        let proof = read_point(source, what)?;
        let transcript = source.array(what)?;
        let kind = u32::from_le_bytes(source.array(what)?);
        if kind > 1 {
            return Err(FileError::Invalid { what: "kind of a contribution" });
        }
        let notes = Notes::parse(&source.bytes_within("notes of a contribution", NOTES)?)?;
        Ok(Contribution { delta_after, base, multiple, proof, transcript, kind, notes })
    }
}

/// Writes the section of contributions.
pub(super) fn write_all(
    out: &mut impl Write,
    circuit: &Hash,
    all: &[Contribution],
) -> io::Result<()> {
    out.write_all(circuit)?;
    out.write_all(&(all.len() as u32).to_le_bytes())?;
    all.iter().try_for_each(|c| c.write(out))
}

/// Reads contributions, of which nothing has been checked but that they are points.
pub(super) fn read_all<R: Read + Send>(
    source: &mut Decoder<R>,
) -> Result<Vec<Contribution>, FileError> {
    // What is announced and not there ends at the first one that is missing.
    let count = u32::from_le_bytes(source.array("contributions")?);
    (0..count).map(|_| Contribution::read(source)).collect()
}

/// The transcript of a contribution with these points, after what was hashed before.
fn transcript(before: &Blake2b512, base: &G1Affine, multiple: &G1Affine) -> Hash {
    let mut hasher = before.clone();
    hash_points(&mut hasher, &[*base, *multiple]);
    hasher.finalize().into()
}
