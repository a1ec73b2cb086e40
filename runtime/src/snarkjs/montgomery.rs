//! Points as circom's tools keep them: coordinates as they lie in the machine, x·2^256 modulo q,
//! little-endian, one after the other; for hashing, their integers big-endian. The identity is all
//! zeros.

use super::SnarkjsError;
use crate::files::codec::Decoder;
use crate::files::points::{Coordinate, on_curve, point_size};
use crate::files::{FileError, Group, PointError};
use ark_bn254::{Fq, Fq2, Fr};
use ark_ec::AffineRepr;
use ark_ec::short_weierstrass::{Affine, SWCurveConfig};
use ark_ff::{BigInt, BigInteger, PrimeField};
use rayon::prelude::*;
use std::io::{self, Read, Write};

/// Points that are read and converted together.
const CHUNK: usize = 1 << 14;

/// A coordinate in these encodings.
pub(super) trait Montgomery: Coordinate {
    /// `None` for what is not below the modulus.
    fn load(bytes: &[u8]) -> Option<Self>;
    fn store(&self, out: &mut Vec<u8>);
    fn store_big_endian(&self, out: &mut Vec<u8>);
}

impl Montgomery for Fq {
    fn load(bytes: &[u8]) -> Option<Fq> {
        let n = limbs(bytes);
        (n < Fq::MODULUS).then(|| Fq::new_unchecked(n))
    }

    fn store(&self, out: &mut Vec<u8>) {
        out.extend(self.0.0.iter().flat_map(|limb| limb.to_le_bytes()));
    }

    fn store_big_endian(&self, out: &mut Vec<u8>) {
        out.extend(self.into_bigint().to_bytes_be());
    }
}

impl Montgomery for Fq2 {
    fn load(bytes: &[u8]) -> Option<Fq2> {
        let (c0, c1) = bytes.split_at(32);
        Some(Fq2::new(Fq::load(c0)?, Fq::load(c1)?))
    }

    fn store(&self, out: &mut Vec<u8>) {
        self.c0.store(out);
        self.c1.store(out);
    }

    fn store_big_endian(&self, out: &mut Vec<u8>) {
        self.c1.store_big_endian(out);
        self.c0.store_big_endian(out);
    }
}

fn limbs(bytes: &[u8]) -> BigInt<4> {
    let mut out = [0u64; 4];
    for (limb, chunk) in out.iter_mut().zip(bytes.chunks_exact(8)) {
        *limb = chunk.iter().rev().fold(0, |n, b| n << 8 | u64::from(*b));
    }
    BigInt(out)
}

/// Whether a list may have the identity in it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Identity {
    /// It stands for a variable without a column.
    Allowed,
    Refused,
}

/// Reads `count` points, each of which is in its group.
pub(super) fn read_points<P, R: Read + Send>(
    source: &mut Decoder<R>,
    count: usize,
    identity: Identity,
    what: &'static str,
) -> Result<Vec<Affine<P>>, FileError>
where
    P: Group<BaseField: Montgomery>,
{
    let size = point_size::<P>() as usize;
    let (mut out, mut hasher) = (Vec::new(), blake3::Hasher::new());
    let mut bytes = vec![];
    while out.len() < count {
        let start = out.len();
        bytes.resize(size * CHUNK.min(count - start), 0);
        // What is not there fails here, before the points of this chunk are reserved.
        source.fill(&mut bytes, what)?;
        hasher.update(&bytes);
        out.resize(start + bytes.len() / size, Affine::identity());
        let chunk = out[start..].par_iter_mut().zip(bytes.par_chunks_exact(size));
        chunk
            .try_for_each(|(point, b)| {
                *point = load(b)?;
                match on_curve(point) {
                    Err(PointError::Identity) if identity == Identity::Allowed => Ok(()),
                    checked => checked,
                }
            })
            .map_err(|e: PointError| e.at(what))?;
    }
    if P::contains_all(&out, *hasher.finalize().as_bytes()) {
        Ok(out)
    } else {
        Err(PointError::NotInSubgroup.at(what))
    }
}

/// Reads one point of its group, and not the identity.
pub(super) fn read_point<P, R: Read + Send>(
    source: &mut Decoder<R>,
    what: &'static str,
) -> Result<Affine<P>, FileError>
where
    P: Group<BaseField: Montgomery>,
{
    Ok(read_points(source, 1, Identity::Refused, what)?[0])
}

fn load<P: SWCurveConfig<BaseField: Montgomery>>(bytes: &[u8]) -> Result<Affine<P>, PointError> {
    let (x, y) = bytes.split_at(bytes.len() / 2);
    if bytes.iter().all(|b| *b == 0) {
        return Ok(Affine::identity());
    }
    let coordinate = |b| P::BaseField::load(b).ok_or(PointError::NonCanonical);
    Ok(Affine::new_unchecked(coordinate(x)?, coordinate(y)?))
}

/// Writes points in a row.
pub(super) fn write_points<P: SWCurveConfig<BaseField: Montgomery>>(
    out: &mut impl Write,
    points: &[Affine<P>],
) -> io::Result<()> {
    let mut bytes = Vec::new();
    for chunk in points.chunks(CHUNK) {
        bytes.clear();
        for p in chunk {
            match p.is_zero() {
                true => bytes.resize(bytes.len() + point_size::<P>() as usize, 0),
                false => [p.x, p.y].iter().for_each(|c| c.store(&mut bytes)),
            }
        }
        out.write_all(&bytes)?;
    }
    Ok(())
}

/// Feeds points to a hash.
pub(super) fn hash_points<P: SWCurveConfig<BaseField: Montgomery>>(
    hasher: &mut impl blake2::Digest,
    points: &[Affine<P>],
) {
    let mut bytes = Vec::new();
    for chunk in points.chunks(CHUNK) {
        bytes.clear();
        for p in chunk {
            match p.is_zero() {
                true => bytes.resize(bytes.len() + point_size::<P>() as usize, 0),
                false => [p.x, p.y].iter().for_each(|c| c.store_big_endian(&mut bytes)),
            }
        }
        hasher.update(&bytes);
    }
}

/// The modulus of the coordinates or of scalars, as a header has it: preceded by the size of an
/// element.
pub(super) fn modulus<F: PrimeField<BigInt = BigInt<4>>>() -> [u8; 36] {
    let mut out = [0; 36];
    out[0] = 32;
    for (chunk, limb) in out[4..].chunks_exact_mut(8).zip(F::MODULUS.0) {
        chunk.copy_from_slice(&limb.to_le_bytes());
    }
    out
}

/// Refuses another modulus.
pub(super) fn read_modulus<F: PrimeField<BigInt = BigInt<4>>, R: Read>(
    source: &mut Decoder<R>,
    what: &'static str,
) -> Result<(), SnarkjsError> {
    // The size comes first: another field's elements may have another.
    let size = source.array::<4>(what)?;
    if size != [32, 0, 0, 0] || source.array::<32>(what)? != modulus::<F>()[4..] {
        return Err(SnarkjsError::Curve { what });
    }
    Ok(())
}

/// A coefficient of a key: x·2^512, so that one multiplication of a prover's gives x·2^256.
pub(super) fn store_coefficient(x: &Fr, out: &mut Vec<u8>) {
    let once = Fr::new(x.0);
    out.extend(once.0.0.iter().flat_map(|limb| limb.to_le_bytes()));
}
