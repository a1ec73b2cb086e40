//! Whether many points lie in the group of prime order.
//!
//! G1 is its whole curve. The twist that holds G2 has the order r·c with the cofactor
//! c = 2q − r = 10069 · 5864401 · …, and a test for one point is a multiplication by a scalar of half
//! the length. Many points are tested together: if some Pᵢ has a component of order p | c, a sum
//! Σ sᵢ·Pᵢ with random sᵢ has one too, except if sᵢ happens to be the one residue modulo p that
//! cancels. For sᵢ < 2^14 and p ≥ 10069 that is a chance of at most 2^-13.

use crate::curve::msm;
use ark_bn254::{Fr, g1, g2};
use ark_ec::short_weierstrass::{Affine, SWCurveConfig};
use ark_ec::{AffineRepr, CurveGroup};

/// Sums that must all be in the group: the chance to pass wrongly is 2^-130.
const ROUNDS: usize = 10;
/// Bits of a random factor; 2^14 > 10069.
const BITS: u32 = 14;
/// Points for which one by one is as fast.
const FEW: usize = 32;

/// The two groups of the pairing.
pub trait Group: SWCurveConfig<ScalarField = Fr> {
    /// Whether all of these points of the curve are in the group. `seed` depends on all of them.
    fn contains_all(points: &[Affine<Self>], seed: [u8; 32]) -> bool;
}

impl Group for g1::Config {
    fn contains_all(_: &[Affine<Self>], _: [u8; 32]) -> bool {
        // The cofactor is 1.
        true
    }
}

impl Group for g2::Config {
    fn contains_all(points: &[Affine<Self>], seed: [u8; 32]) -> bool {
        let inside = |p: &Affine<Self>| p.is_in_correct_subgroup_assuming_on_curve();
        if points.len() <= FEW {
            return points.iter().all(inside);
        }
        let mut factors = blake3::Hasher::new_keyed(&seed).finalize_xof();
        let mut bytes = vec![0; 2 * points.len()];
        (0..ROUNDS).all(|_| {
            factors.fill(&mut bytes);
            let scalars = bytes.chunks_exact(2).map(|b| {
                let word = i64::from(u16::from_le_bytes([b[0], b[1]]));
                word & ((1 << BITS) - 1)
            });
            let sum = msm::narrow(points, scalars).into_affine();
            sum.is_zero() || inside(&sum)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ark_bn254::{Fq2, G2Affine, G2Projective};
    use ark_ff::{BigInt, UniformRand};
    use rand::{SeedableRng, rngs::StdRng};

    /// A point of order 10069, the smallest that can hide.
    fn small_order() -> G2Affine {
        // r·c/10069 with c = 2q − r; multiplied in two steps.
        let r = <Fr as ark_ff::PrimeField>::MODULUS;
        let order = num_bigint::BigUint::from(<ark_bn254::Fq as ark_ff::PrimeField>::MODULUS) * 2u8
            - num_bigint::BigUint::from(r);
        let rest: BigInt<4> = (order / 10069u32).try_into().unwrap();
        (1u64..)
            .filter_map(|x| G2Affine::get_point_from_x_unchecked(Fq2::from(x), true))
            .map(|p| p.mul_bigint(r).into_affine().mul_bigint(rest).into_affine())
            .find(|p| !p.is_zero())
            .unwrap()
    }

    #[test]
    fn one_point_of_smallest_order_among_many_is_found() {
        let mut rng = StdRng::seed_from_u64(1);
        let stray = small_order();
        assert!(stray.is_on_curve());
        assert!(stray.mul_bigint([10069u64]).into_affine().is_zero());
        let mut points: Vec<G2Affine> = (0..200).map(|_| G2Affine::rand(&mut rng)).collect();
        for seed in 0..4 {
            assert!(g2::Config::contains_all(&points, [seed; 32]));
        }
        points[77] = (G2Projective::from(points[77]) + stray).into_affine();
        for seed in 0..4 {
            assert!(!g2::Config::contains_all(&points, [seed; 32]));
            assert!(!g2::Config::contains_all(&points[70..90], [seed; 32]));
        }
    }
}
