//! Lagrange polynomials at τ, from its powers.
//!
//! Lᵢ(x) = 1/m·Σ_k ω^(−ik)·x^k for the m roots of unity ω^i: the inverse transform of the powers.

use super::super::SnarkjsError;
use crate::curve::msm;
use crate::files::Group;
use ark_bn254::{Fr, G1Affine};
use ark_ec::CurveGroup;
use ark_ec::short_weierstrass::{Affine, Projective};
use ark_ff::{AdditiveGroup, UniformRand};
use ark_poly::{EvaluationDomain, Radix2EvaluationDomain};
use rand::{CryptoRng, RngCore};

/// Those of `count` roots of unity; powers that are not there are left out.
pub(super) fn of_powers<P: Group>(
    powers: &[Affine<P>],
    count: usize,
) -> Result<Vec<Affine<P>>, SnarkjsError> {
    let mut points: Vec<Projective<P>> = powers.iter().map(|p| (*p).into()).collect();
    points.resize(count, Projective::ZERO);
    domain(count)?.ifft_in_place(&mut points);
    Ok(Projective::normalize_batch(&points))
}

/// Refuses points that are not those of the powers: for random rᵢ, Σ rᵢ·Lᵢ is the polynomial with
/// the values rᵢ, by its coefficients a sum over the powers.
pub(super) fn check<P: Group<BaseField: crate::files::points::Coordinate>>(
    points: &[Affine<P>],
    powers: &[Affine<P>],
    what: &'static str,
    rng: &mut (impl RngCore + CryptoRng),
) -> Result<(), SnarkjsError> {
    let mut values: Vec<Fr> = points.iter().map(|_| Fr::rand(rng)).collect();
    let by_points: Projective<P> = msm::full(points, &values);
    domain(values.len())?.ifft_in_place(&mut values);
    let by_powers: Projective<P> = msm::full(powers, &values[..powers.len()]);
    if by_points == by_powers { Ok(()) } else { Err(SnarkjsError::Powers { what }) }
}

/// The highest of the powers that polynomials are made of: with m roots of unity \[τ^k\] is Σᵢ ω^(ik)·Lᵢ, and
/// ω^(m−1) is ω^(−1). The identity where they lack it.
pub(super) fn last_power(points: &[G1Affine]) -> Result<G1Affine, SnarkjsError> {
    let domain = domain(points.len())?;
    let mut roots: Vec<Fr> = domain.elements().collect();
    // ω^(−i) is the root of index m − i.
    roots[1..].reverse();
    Ok(msm::full(points, &roots).into_affine())
}

fn domain(count: usize) -> Result<Radix2EvaluationDomain<Fr>, SnarkjsError> {
    let what = "roots of unity";
    Radix2EvaluationDomain::new(count).ok_or(SnarkjsError::Differs {
        what,
        expected: 1 << 28,
        got: count as u64,
    })
}
