//! The second phase: who multiplied δ by what, and the proof of each that it was known.
//!
//! A contribution multiplies δ by an s of its own. It shows s·P beside a P of its choice, which,
//! with all that came before, is hashed to a point R of G2, and shows s·R: who does not know s
//! cannot make that. The hash of all that came before begins with the digest of the circuit and the
//! first phase.

use super::SnarkjsError;
use super::montgomery::{Montgomery, hash_points, read_point, write_points};
use crate::files::FileError;
use crate::files::codec::Decoder;
use crate::setup::invertible;
use ark_bn254::{Bn254, Fq, Fq2, Fr, G1Affine, G1Projective, G2Affine, G2Projective, g2};
use ark_ec::pairing::{Pairing, PairingOutput};
use ark_ec::{AffineRepr, CurveConfig, CurveGroup, PrimeGroup};
use ark_ff::PrimeField;
use blake2::{Blake2b512, Digest};
use rand::{CryptoRng, RngCore, SeedableRng};
use rand_chacha::ChaCha20Rng;
use rayon::prelude::*;
use std::io::{self, Read, Write};

/// A digest as the format has it, BLAKE2b.
pub(super) type Hash = [u8; 64];

/// Bytes of a contribution without its notes.
const LEAST: u64 = 3 * 64 + 128 + 64 + 4 + 4;
/// The largest name, which has its length in one byte.
const LONGEST: usize = 64;

/// Kind of a contribution whose number was drawn from a public source, as it says itself: nothing binds that,
/// so that one which says otherwise is not told from one of a person.
const PUBLIC_SOURCE: u32 = 1;
/// Most bytes of notes: a name, an iteration count and a public source take up to 260.
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
    /// Name and public source, as they were read.
    notes: Vec<u8>,
}

impl Contribution {
    /// Multiplies δ by a fresh s, which is given back beside it.
    pub(super) fn make(
        circuit: &Hash,
        before: &[Contribution],
        name: &str,
        rng: &mut (impl RngCore + CryptoRng),
    ) -> (Contribution, Fr, Fr) {
        let (s, inverse) = invertible(rng);
        let (base, _) = invertible(rng);
        let base = (G1Projective::generator() * base).into_affine();
        let multiple = (base * s).into_affine();
        let mut hasher = Blake2b512::new();
        hasher.update(circuit);
        before.iter().for_each(|c| c.hash_into(&mut hasher));
        let transcript = transcript(&hasher, &base, &multiple);
        let last = before.last().map_or(G1Affine::generator(), |c| c.delta_after);
        let name = &name.as_bytes()[..name.len().min(LONGEST)];
        let notes = [&[1, name.len() as u8], name].concat();
        let contribution = Contribution {
            delta_after: (last * s).into_affine(),
            base,
            multiple,
            proof: (hash_to_g2(&transcript) * s).into_affine(),
            transcript,
            kind: 0,
            notes,
        };
        (contribution, s, inverse)
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

    pub(super) fn write(&self, out: &mut impl Write) -> io::Result<()> {
        write_points(out, &[self.delta_after, self.base, self.multiple])?;
        write_points(out, &[self.proof])?;
        out.write_all(&self.transcript)?;
        out.write_all(&self.kind.to_le_bytes())?;
        out.write_all(&(self.notes.len() as u32).to_le_bytes())?;
        out.write_all(&self.notes)
    }

    /// Bytes in a key.
    pub(super) fn len(&self) -> u64 {
        LEAST + self.notes.len() as u64
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
        let notes = source.bytes_within("notes of a contribution", NOTES)?;
        Ok(Contribution { delta_after, base, multiple, proof, transcript, kind, notes })
    }
}

/// Reads contributions, of which nothing has been checked but that they are points.
pub(super) fn read_all<R: Read + Send>(
    source: &mut Decoder<R>,
) -> Result<Vec<Contribution>, FileError> {
    // What is announced and not there ends at the first one that is missing.
    let count = u32::from_le_bytes(source.array("contributions")?);
    (0..count).map(|_| Contribution::read(source)).collect()
}

/// Refuses contributions that do not follow from each other, or do not lead from 1 to δ.
///
/// That the s of one of kind 1 came from its public source is not checked: `snarkjs zkey verify`
/// does.
pub(super) fn check(
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
    if !all.is_empty() && all.iter().all(|c| c.kind == PUBLIC_SOURCE) {
        let what = "every number came from a public source, so that everybody knows delta";
        return Err(SnarkjsError::Contribution { number: all.len(), what });
    }
    if all.last().map_or(G1Affine::generator(), |c| c.delta_after) == delta {
        Ok(())
    } else {
        let what = "the last one does not lead to the delta of the key";
        Err(SnarkjsError::Contribution { number: all.len(), what })
    }
}

/// Whether b/a is d/c.
fn same_ratio((a, b): (G1Affine, G1Affine), (c, d): (G2Affine, G2Affine)) -> bool {
    Bn254::multi_pairing([a, -b], [d, c]) == PairingOutput::default()
}

/// The transcript of a contribution with these points, after what was hashed before.
fn transcript(before: &Blake2b512, base: &G1Affine, multiple: &G1Affine) -> Hash {
    let mut hasher = before.clone();
    hash_points(&mut hasher, &[*base, *multiple]);
    hasher.finalize().into()
}

/// A point of G2 whose logarithm nobody knows: ChaCha20 with the first bytes of a hash as its key
/// draws x until some point of the curve has it, and one of the two with it; times the cofactor.
fn hash_to_g2(hash: &Hash) -> G2Projective {
    let mut seed = [0; 32];
    for (to, from) in seed.chunks_exact_mut(4).zip(hash.chunks_exact(4)) {
        to.copy_from_slice(from);
        to.reverse();
    }
    let mut rng = ChaCha20Rng::from_seed(seed);
    loop {
        let (c0, c1) = (draw(&mut rng), draw(&mut rng));
        let large = rng.next_u32() & 1 == 1;
        let x = Fq2::new(c0, c1);
        if let Some((low, high)) = G2Affine::get_ys_from_x_unchecked(x) {
            let point = G2Affine::new_unchecked(x, if large { high } else { low });
            return point.mul_bigint(g2::Config::COFACTOR);
        }
    }
}

/// A coordinate: what is drawn is how it lies in the machine, not its value.
fn draw(rng: &mut impl RngCore) -> Fq {
    loop {
        let mut bytes = vec![];
        for _ in 0..4 {
            let (high, low) = (rng.next_u32(), rng.next_u32());
            bytes.extend((u64::from(high) << 32 | u64::from(low)).to_le_bytes());
        }
        // 254 bits
        if let Some(top) = bytes.last_mut() {
            *top &= 0x3f;
        }
        if let Some(x) = Fq::load(&bytes) {
            return x;
        }
    }
}
