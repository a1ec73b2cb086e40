//! Coordinates at the ends of what they may be, which no point of the curve has: additions are made of
//! coordinates alone, and what they do with these, a point may ask for that nobody has tried.

use super::tests::both_ways_agree;
use crate::curve::arithmetic::{Arithmetic, Loosely};
use ark_bn254::{Fq, Fq2, g1, g2};
use ark_ec::AffineRepr;
use ark_ec::short_weierstrass::{Affine, SWCurveConfig};
use ark_ff::{AdditiveGroup, BigInt, Field, PrimeField, Zero};
use proptest::prelude::*;

/// The sum by the formulas for chord and tangent. Where neither is there, as of points with one abscissa that are
/// neither equal nor opposite, it is the identity, as of opposite ones.
fn expected<P: SWCurveConfig>(p: &Affine<P>, q: &Affine<P>) -> Affine<P> {
    if p.is_zero() || q.is_zero() {
        return if p.is_zero() { *q } else { *p };
    }
    let slope = if p.x != q.x {
        (q.y - p.y) / (q.x - p.x)
    } else if p.y == q.y && !p.y.is_zero() {
        (p.x.square() * P::BaseField::from(3u64) + P::COEFF_A) / p.y.double()
    } else {
        return Affine::identity();
    };
    let x = slope.square() - p.x - q.x;
    Affine::new_unchecked(x, slope * (p.x - x) - p.y)
}

/// Numbers below p in the representation that is computed with: next to 0, to p, and to where limbs of 64 and of
/// 52 bits end.
fn number() -> impl Strategy<Value = Fq> {
    let edge = (0usize..14, -3i64..=3).prop_map(|(k, by)| {
        let p: num_bigint::BigInt = num_bigint::BigUint::from(Fq::MODULUS).into();
        let power = |e: u32| num_bigint::BigInt::from(1) << e;
        let at = match k {
            0 => power(0) - 1,
            1 => p.clone(),
            2 => &p >> 1,
            3 => power(52),
            4 => power(64),
            5 => power(104),
            6 => power(128),
            7 => power(156),
            8 => power(192),
            9 => power(208),
            10 => power(253),
            11 => power(253) - power(208),
            12 => &p - power(208),
            _ => &p - power(52),
        };
        let n: num_bigint::BigInt = ((at + by) % &p + &p) % &p;
        let limbs: BigInt<4> = n.to_biguint().unwrap().try_into().unwrap();
        Fq::new_unchecked(limbs)
    });
    let any = any::<[u64; 4]>()
        .prop_map(|limbs| Fq::from_le_bytes_mod_order(&limbs.map(u64::to_le_bytes).concat()));
    prop_oneof![4 => edge, 1 => any]
}

/// Pairs of four coordinates: any, of one abscissa, equal, opposite, or with nothing on one side.
fn pairs<F: Field>(number: impl Strategy<Value = F>) -> impl Strategy<Value = Vec<[F; 4]>> {
    let pair = (prop::collection::vec(number, 4), 0..9usize).prop_map(|(n, kind)| match kind {
        0 => [n[0], n[1], n[0], n[3]],
        1 => [n[0], n[1], n[0], n[1]],
        2 => [n[0], n[1], n[0], -n[1]],
        3 => [F::ZERO, F::ZERO, n[2], n[3]],
        4 => [n[0], n[1], F::ZERO, F::ZERO],
        _ => [n[0], n[1], n[2], n[3]],
    });
    prop::collection::vec(pair, 32..75)
}

fn points<P: SWCurveConfig>(pairs: &[[P::BaseField; 4]]) -> [Vec<Affine<P>>; 2] {
    let p = pairs.iter().map(|n| Affine::new_unchecked(n[0], n[1])).collect();
    [p, pairs.iter().map(|n| Affine::new_unchecked(n[2], n[3])).collect()]
}

fn agree<P: SWCurveConfig<BaseField: Arithmetic>>(
    [p, q]: &[Vec<Affine<P>>; 2],
    lift: impl Fn(usize, &Affine<P>) -> Affine<P>,
) {
    let sums: Vec<Affine<P>> = p.iter().zip(q).map(|(p, q)| expected(p, q)).collect();
    let lifted = |of: &[Affine<P>]| of.iter().enumerate().map(|(k, p)| lift(k, p)).collect();
    let (p, q): (Vec<_>, Vec<_>) = (lifted(p), lifted(q));
    both_ways_agree([&p, &q], &sums);
}

proptest! {
    #[test]
    fn additions_agree_on_coordinates_at_the_ends(pairs in pairs(number()), mask: u64) {
        let given = points::<g1::Config>(&pairs);
        agree(&given, |_, p| *p);
        // Loose ones too, but for the zeros of the identity.
        agree(&given, |k, p| {
            let lift = |a: Fq, bit: usize| match mask >> ((2 * k + bit) % 64) & 1 {
                1 => a.plus_modulus(),
                _ => a,
            };
            if p.is_zero() { *p } else { Affine::new_unchecked(lift(p.x, 0), lift(p.y, 1)) }
        });
    }

    #[test]
    fn additions_agree_on_coordinates_at_the_ends_in_the_extension(
        pairs in pairs((number(), number()).prop_map(|(a, b)| Fq2::new(a, b))),
    ) {
        agree(&points::<g2::Config>(&pairs), |_, p| *p);
    }
}
