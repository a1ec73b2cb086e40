//! Field elements and curve points of a payload.
//!
//! Keys hold points uncompressed, x then y: 64 bytes in G1, 128 in G2. Proofs hold them compressed
//! as arkworks does: x, with the sign of y in the topmost bit of the last byte.

use super::codec::Decoder;
use super::subgroup::Group;
use super::{FileError, PointError};
use crate::curve::arithmetic::Arithmetic;
use ark_bn254::{Fq, Fq2, Fr, G1Affine, G2Affine};
use ark_ec::AffineRepr;
use ark_ec::short_weierstrass::{Affine, SWCurveConfig};
use ark_ff::{BigInt, PrimeField};
use rayon::prelude::*;
use std::io::{self, Read, Write};

/// Points that are read and converted together.
const CHUNK: usize = 1 << 14;

/// A prime field element from 32 bytes, `None` if they are not below the modulus.
pub(crate) fn prime<F: PrimeField<BigInt = BigInt<4>>>(bytes: &[u8]) -> Option<F> {
    let mut limbs = [0u64; 4];
    for (limb, chunk) in limbs.iter_mut().zip(bytes.chunks_exact(8)) {
        *limb = u64::from_le_bytes(chunk.try_into().ok()?);
    }
    F::from_bigint(BigInt(limbs))
}

/// The 32 bytes of a prime field element.
pub(crate) fn prime_bytes<F: PrimeField<BigInt = BigInt<4>>>(value: &F) -> [u8; 32] {
    let mut out = [0; 32];
    for (chunk, limb) in out.chunks_exact_mut(8).zip(value.into_bigint().0) {
        chunk.copy_from_slice(&limb.to_le_bytes());
    }
    out
}

/// How a coordinate is encoded.
pub trait Coordinate: Arithmetic {
    const SIZE: usize;
    fn read(bytes: &[u8]) -> Option<Self>;
    fn write(&self, out: &mut Vec<u8>);
}

impl Coordinate for Fq {
    const SIZE: usize = 32;

    fn read(bytes: &[u8]) -> Option<Self> {
        prime(bytes)
    }

    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&prime_bytes(self));
    }
}

impl Coordinate for Fq2 {
    const SIZE: usize = 64;

    fn read(bytes: &[u8]) -> Option<Self> {
        Some(Fq2::new(prime(&bytes[..32])?, prime(&bytes[32..])?))
    }

    fn write(&self, out: &mut Vec<u8>) {
        self.c0.write(out);
        self.c1.write(out);
    }
}

/// Refuses the identity, points off the curve and points outside the subgroup.
pub(crate) fn validate<P: SWCurveConfig>(point: &Affine<P>) -> Result<(), PointError> {
    on_curve(point)?;
    if point.is_in_correct_subgroup_assuming_on_curve() {
        Ok(())
    } else {
        Err(PointError::NotInSubgroup)
    }
}

pub(crate) fn on_curve<P: SWCurveConfig>(point: &Affine<P>) -> Result<(), PointError> {
    if point.is_zero() {
        Err(PointError::Identity)
    } else if !point.is_on_curve() {
        Err(PointError::NotOnCurve)
    } else {
        Ok(())
    }
}

/// Writes points uncompressed, without their number.
pub(crate) fn write_points<P>(out: &mut impl Write, points: &[Affine<P>]) -> io::Result<()>
where
    P: SWCurveConfig<BaseField: Coordinate>,
{
    let mut bytes = Vec::new();
    for chunk in points.chunks(CHUNK) {
        bytes.clear();
        for p in chunk {
            p.x.write(&mut bytes);
            p.y.write(&mut bytes);
        }
        out.write_all(&bytes)?;
    }
    Ok(())
}

/// Bytes of a point in a key.
pub(crate) const fn point_size<P: SWCurveConfig<BaseField: Coordinate>>() -> u64 {
    2 * <P::BaseField as Coordinate>::SIZE as u64
}

/// Reads points slice by slice; whether they are points of the group is checked only on request.
pub(crate) struct PointReader {
    what: &'static str,
    /// Of all bytes so far, if points are checked.
    hasher: Option<blake3::Hasher>,
    bytes: Vec<u8>,
    /// What is read while others are converted.
    next: Vec<u8>,
}

impl PointReader {
    pub(crate) fn new(check: bool, what: &'static str) -> PointReader {
        let hasher = check.then(blake3::Hasher::new);
        PointReader { what, hasher, bytes: Vec::new(), next: Vec::new() }
    }

    /// Replaces what is in `out` by the next `count` points.
    pub(crate) fn read<P, R: Read + Send>(
        &mut self,
        source: &mut Decoder<R>,
        count: usize,
        out: &mut Vec<Affine<P>>,
    ) -> Result<(), FileError>
    where
        P: Group<BaseField: Coordinate>,
    {
        let (what, size) = (self.what, point_size::<P>() as usize);
        let check = self.hasher.is_some();
        out.clear();
        out.reserve_exact(count);
        self.bytes.resize(size * CHUNK.min(count), 0);
        source.fill(&mut self.bytes, what)?;
        while out.len() < count {
            let start = out.len();
            out.resize(start + self.bytes.len() / size, Affine::identity());
            self.next.resize(size * CHUNK.min(count - out.len()), 0);
            let (decoded, filled) = rayon::join(
                || decode(&self.bytes, &mut out[start..], check),
                || source.fill(&mut self.next, what),
            );
            decoded.map_err(|e| e.at(what))?;
            filled?;
            if let Some(hasher) = &mut self.hasher {
                hasher.update(&self.bytes);
            }
            std::mem::swap(&mut self.bytes, &mut self.next);
        }
        match &self.hasher {
            // The seed depends on these points and on all before them.
            Some(h) if !P::contains_all(out, *h.finalize().as_bytes()) => {
                Err(PointError::NotInSubgroup.at(what))
            }
            _ => Ok(()),
        }
    }
}

/// Points from their bytes, and whether they are on the curve, if that is asked for.
fn decode<P>(bytes: &[u8], out: &mut [Affine<P>], check: bool) -> Result<(), PointError>
where
    P: Group<BaseField: Coordinate>,
{
    let half = <P::BaseField as Coordinate>::SIZE;
    let one = |(point, b): (&mut Affine<P>, &[u8])| {
        let x = Coordinate::read(&b[..half]).ok_or(PointError::NonCanonical)?;
        let y = Coordinate::read(&b[half..]).ok_or(PointError::NonCanonical)?;
        *point = Affine::new_unchecked(x, y);
        if check { on_curve(point) } else { Ok(()) }
    };
    out.par_iter_mut().zip(bytes.par_chunks_exact(2 * half)).try_for_each(one)
}

/// Reads `count` points; whether they are points of the group is checked only on request.
pub(crate) fn read_points<P, R: Read + Send>(
    source: &mut Decoder<R>,
    count: usize,
    check: bool,
    what: &'static str,
) -> Result<Vec<Affine<P>>, FileError>
where
    P: Group<BaseField: Coordinate>,
{
    let mut out = Vec::new();
    PointReader::new(check, what).read(source, count, &mut out)?;
    Ok(out)
}

/// Reads one point and checks it.
pub(crate) fn read_point<P, R: Read + Send>(
    source: &mut Decoder<R>,
    what: &'static str,
) -> Result<Affine<P>, FileError>
where
    P: Group<BaseField: Coordinate>,
{
    Ok(read_points(source, 1, true, what)?[0])
}

/// Reads an element of the scalar field.
pub(crate) fn read_scalar<R: Read + Send>(
    source: &mut Decoder<R>,
    what: &'static str,
) -> Result<Fr, FileError> {
    prime(&source.array::<32>(what)?).ok_or(FileError::NonCanonical { what })
}

/// x with the sign of y in the last byte's topmost bit.
fn compress<P: SWCurveConfig<BaseField: Coordinate>>(point: &Affine<P>, out: &mut Vec<u8>) {
    point.x.write(out);
    if let (Some(last), true) = (out.last_mut(), point.y > -point.y) {
        *last |= 0x80;
    }
}

fn decompress<P>(bytes: &[u8]) -> Result<Affine<P>, PointError>
where
    P: SWCurveConfig<BaseField: Coordinate>,
{
    let mut bytes = bytes.to_vec();
    let Some(last) = bytes.last_mut() else { return Err(PointError::NonCanonical) };
    let flags = *last & 0xc0;
    *last &= 0x3f;
    let x = P::BaseField::read(&bytes);
    match flags {
        0xc0 => return Err(PointError::NonCanonical),
        // Only one encoding of the identity is canonical, and it is not wanted either.
        0x40 if bytes.iter().any(|&b| b != 0) => return Err(PointError::NonCanonical),
        0x40 => return Err(PointError::Identity),
        _ => {}
    }
    let x = x.ok_or(PointError::NonCanonical)?;
    let (small, large) = Affine::<P>::get_ys_from_x_unchecked(x).ok_or(PointError::NotOnCurve)?;
    let point = Affine::new_unchecked(x, if flags == 0 { small } else { large });
    validate(&point)?;
    Ok(point)
}

/// 32 bytes of a point of G1.
pub(crate) fn compress_g1(point: &G1Affine, out: &mut Vec<u8>) {
    compress(point, out);
}

/// 64 bytes of a point of G2.
pub(crate) fn compress_g2(point: &G2Affine, out: &mut Vec<u8>) {
    compress(point, out);
}

/// A point of G1, fully checked.
pub(crate) fn decompress_g1(bytes: &[u8]) -> Result<G1Affine, PointError> {
    decompress(bytes)
}

/// A point of G2, fully checked.
pub(crate) fn decompress_g2(bytes: &[u8]) -> Result<G2Affine, PointError> {
    decompress(bytes)
}
