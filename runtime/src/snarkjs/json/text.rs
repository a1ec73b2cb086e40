//! Numbers and points as texts.

use crate::files::points::validate;
use crate::files::{FileError, PointError};
use ark_bn254::{Bn254, Fq2, Fq6, Fq12, G1Affine, G2Affine};
use ark_ec::pairing::Pairing;
use ark_ff::{BigInt, PrimeField};
use num_bigint::BigUint;

/// Digits of the largest number there is.
const DIGITS: usize = 77;

/// x, y and 1.
pub(super) type G1Text = [String; 3];
/// The same, of pairs.
pub(super) type G2Text = [[String; 2]; 3];
/// Twelve numbers, as the tower of fields has them.
pub(super) type TargetText = [[[String; 2]; 3]; 2];

/// A number, of which there is one text only.
pub(super) fn number<F: PrimeField<BigInt = BigInt<4>>>(
    text: &str,
    what: &'static str,
) -> Result<F, FileError> {
    let digits = text.len() <= DIGITS && text.bytes().all(|b| b.is_ascii_digit());
    let plain = digits && (text == "0" || !text.starts_with('0'));
    let parsed = plain.then(|| text.parse::<BigUint>().ok()).flatten();
    let parsed = parsed.and_then(|n| BigInt::<4>::try_from(n).ok());
    parsed.and_then(F::from_bigint).ok_or(FileError::NonCanonical { what })
}

pub(super) fn text<F: PrimeField<BigInt = BigInt<4>>>(x: &F) -> String {
    BigUint::from(x.into_bigint()).to_string()
}

pub(super) fn g1([x, y, z]: &G1Text, what: &'static str) -> Result<G1Affine, FileError> {
    affine(z == "0", z == "1", what)?;
    let point = G1Affine::new_unchecked(number(x, what)?, number(y, what)?);
    validate(&point).map_err(|e| e.at(what))?;
    Ok(point)
}

pub(super) fn g2([x, y, z]: &G2Text, what: &'static str) -> Result<G2Affine, FileError> {
    affine(z == &["0", "0"], z == &["1", "0"], what)?;
    let point = G2Affine::new_unchecked(pair(x, what)?, pair(y, what)?);
    validate(&point).map_err(|e| e.at(what))?;
    Ok(point)
}

/// Points have the third coordinate 1; the identity has 0 there.
fn affine(identity: bool, affine: bool, what: &'static str) -> Result<(), FileError> {
    match (identity, affine) {
        (true, _) => Err(PointError::Identity.at(what)),
        (_, true) => Ok(()),
        _ => Err(PointError::NonCanonical.at(what)),
    }
}

fn pair([c0, c1]: &[String; 2], what: &'static str) -> Result<Fq2, FileError> {
    Ok(Fq2::new(number(c0, what)?, number(c1, what)?))
}

fn pair_text(x: &Fq2) -> [String; 2] {
    [text(&x.c0), text(&x.c1)]
}

pub(super) fn g1_text(p: &G1Affine) -> G1Text {
    [text(&p.x), text(&p.y), "1".into()]
}

pub(in crate::snarkjs) fn g2_text(p: &G2Affine) -> G2Text {
    [pair_text(&p.x), pair_text(&p.y), ["1".into(), "0".into()]]
}

/// e(α, β), by which some verifiers spare themselves a pairing.
pub(super) fn alpha_beta(points: &ark_groth16::VerifyingKey<Bn254>) -> TargetText {
    let Fq12 { c0, c1 } = Bn254::pairing(points.alpha_g1, points.beta_g2).0;
    let six = |Fq6 { c0, c1, c2 }: &Fq6| [c0, c1, c2].map(pair_text);
    [six(&c0), six(&c1)]
}
