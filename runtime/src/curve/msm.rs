//! Multi-scalar multiplication: Pippenger's buckets, summed by pairs in affine batches.
//!
//! Two kinds of scalars occur. The quotient's are full-width. Those of variables are the values of
//! the computation, most of them small and of either sign; they are grouped by width once for each
//! query, so that a bit costs a fraction of one addition and not 254/c of them.

mod buckets;
mod classes;
#[cfg(test)]
mod floor;
mod values;
mod weighted;
mod windows;

pub(crate) use values::Values;

use super::arithmetic::Arithmetic;
use ark_bn254::Fr;
use ark_ec::short_weierstrass::{Affine, Projective, SWCurveConfig};
use ark_ff::PrimeField;
use buckets::Pick;
use classes::{Classes, Items};
use rayon::prelude::*;
use windows::{Windows, add};

/// `Σ_k values[indices[k]]·bases[k]`; `indices` ascend and are below the number of values.
pub(crate) fn sparse<P: SWCurveConfig<ScalarField = Fr, BaseField: Arithmetic>>(
    bases: &[Affine<P>],
    indices: &[u32],
    values: &Values,
) -> Projective<P> {
    let Classes { small, mut wide } = Classes::of(indices, values);
    let total: Projective<P> = small.into_iter().map(|items| signed(bases, &items)).sum();
    let windows = Windows::new(wide.len(), &LARGEST);
    wide.par_iter_mut().for_each(|(_, s)| *s = add(*s, &windows.half));
    total
        + windows.sum(bases, wide.len(), |w, i| {
            let (base, shifted) = &wide[i];
            let (bucket, negative) = windows.digit(shifted, w);
            (bucket, Pick::new(*base, negative))
        })
}

/// `Σ_k scalars[k]·bases[k]` for small scalars.
pub(crate) fn narrow<P: SWCurveConfig<ScalarField = Fr, BaseField: Arithmetic>>(
    bases: &[Affine<P>],
    scalars: impl Iterator<Item = i64>,
) -> Projective<P> {
    let items: Items<i64> = (0..).zip(scalars).take(bases.len()).collect();
    signed(bases, &items)
}

/// `Σ scalar·base` over items.
fn signed<P: SWCurveConfig<ScalarField = Fr, BaseField: Arithmetic>>(
    bases: &[Affine<P>],
    items: &[(u32, i64)],
) -> Projective<P> {
    let max = items.iter().map(|(_, v)| v.unsigned_abs()).max().unwrap_or(0);
    let windows = Windows::new(items.len(), &[max, 0, 0, 0]);
    windows.sum(bases, items.len(), |w, i| {
        let (base, value) = items[i];
        let (bucket, negative) = windows.digit(&[value.unsigned_abs() + windows.half[0]], w);
        (bucket, Pick::new(base, negative != (value < 0)))
    })
}

/// The largest scalar, −1.
const LARGEST: [u64; 4] = {
    let mut limbs = Fr::MODULUS.0;
    limbs[0] -= 1;
    limbs
};

/// Bits of a scalar that fills the field.
pub(crate) const FULL: u32 = Fr::MODULUS_BIT_SIZE;

/// About how many additions a sum of n points takes, buckets included, for scalars of so many bits.
pub(crate) fn additions(n: usize, bits: u32) -> f64 {
    let max = match bits {
        0..64 => [(1 << bits) - 1, 0, 0, 0],
        _ => LARGEST,
    };
    if n == 0 { 0.0 } else { Windows::new(n, &max).additions(n) }
}

/// `Σ_k scalars[k]·bases[k]` for scalars of any size.
pub(crate) fn full<P: SWCurveConfig<ScalarField = Fr, BaseField: Arithmetic>>(
    bases: &[Affine<P>],
    scalars: &[Fr],
) -> Projective<P> {
    let n = bases.len().min(scalars.len());
    let windows = Windows::new(n, &LARGEST);
    let shifted: Vec<[u64; 4]> =
        scalars[..n].par_iter().map(|s| add(s.into_bigint().0, &windows.half)).collect();
    windows.sum(bases, n, |w, i| {
        let (bucket, negative) = windows.digit(&shifted[i], w);
        (bucket, Pick::new(i as u32, negative))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use ark_bn254::{G1Affine, G1Projective, G2Affine, G2Projective};
    use ark_ec::VariableBaseMSM;
    use ark_std::{One, UniformRand, Zero};
    use rand::{Rng, SeedableRng, rngs::StdRng};

    fn bases(n: usize, rng: &mut StdRng) -> Vec<G1Affine> {
        let scalars: Vec<Fr> = (0..n).map(|_| Fr::rand(rng)).collect();
        super::super::fixed::FixedBase::new(G1Projective::rand(rng), n).multiply(&scalars)
    }

    #[test]
    fn full_width_agrees_with_arkworks() {
        let mut rng = StdRng::seed_from_u64(1);
        for n in [0, 1, 2, 31, 1000, 9000] {
            let b = bases(n, &mut rng);
            let mut s: Vec<Fr> = (0..n).map(|_| Fr::rand(&mut rng)).collect();
            for (k, v) in [Fr::zero(), Fr::one(), -Fr::one()].into_iter().enumerate() {
                if k < n {
                    s[k] = v;
                }
            }
            assert_eq!(full(&b, &s), G1Projective::msm_unchecked(&b, &s), "{n}");
        }
    }

    #[test]
    fn equal_points_and_scalars_do_not_confuse_it() {
        let mut rng = StdRng::seed_from_u64(2);
        let p = G1Affine::rand(&mut rng);
        let b: Vec<G1Affine> = (0..5000).map(|k| if k % 3 == 0 { -p } else { p }).collect();
        let s = vec![-Fr::one(); b.len()];
        assert_eq!(full(&b, &s), G1Projective::msm_unchecked(&b, &s));
    }

    #[test]
    fn points_that_double_and_cancel_in_both_groups() {
        let mut rng = StdRng::seed_from_u64(5);
        let few = bases(3, &mut rng);
        let twist: Vec<G2Affine> = (0..3).map(|_| G2Affine::rand(&mut rng)).collect();
        let n = 3000;
        let kinds: Vec<usize> = (0..n).map(|_| rng.gen_range(0..8)).collect();
        let scalars: Vec<Fr> =
            (0..n).map(|k| if k % 2 == 0 { Fr::from(7u64) } else { Fr::rand(&mut rng) }).collect();
        fn pick<P: SWCurveConfig>(of: &[Affine<P>], kind: usize) -> Affine<P> {
            match kind {
                0..3 => of[kind],
                3..6 => -of[kind - 3],
                _ => Affine::identity(),
            }
        }
        let b1: Vec<_> = kinds.iter().map(|&k| pick(&few, k)).collect();
        assert_eq!(full(&b1, &scalars), G1Projective::msm_unchecked(&b1, &scalars));
        let b2: Vec<_> = kinds.iter().map(|&k| pick(&twist, k)).collect();
        assert_eq!(full(&b2, &scalars), G2Projective::msm_unchecked(&b2, &scalars));
    }

    #[test]
    fn a_bucket_longer_than_a_batch_is_put_together_again() {
        let mut rng = StdRng::seed_from_u64(6);
        let n = 3 * buckets::group_size::<ark_bn254::g1::Config>() + 1;
        let b = bases(n, &mut rng);
        for value in [1, -1, 3, 255, -40_000] {
            let s = vec![Fr::from(value); n];
            let mut values = Values::with_capacity(n);
            s.iter().for_each(|s| values.push_field(*s));
            let indices: Vec<u32> = (0..n as u32).collect();
            let expected: G1Projective = b.iter().sum::<G1Projective>() * Fr::from(value);
            assert_eq!(sparse(&b, &indices, &values), expected, "{value}");
            // The same, among other buckets.
            let scalars: Vec<i64> =
                (0..n).map(|k| if k < 200 { k as i64 } else { value }).collect();
            let expected = expected - b[..200].iter().sum::<G1Projective>() * Fr::from(value);
            let few: Vec<Fr> = (0..200u64).map(Fr::from).collect();
            let expected = expected + G1Projective::msm_unchecked(&b[..200], &few);
            assert_eq!(narrow(&b, scalars.into_iter()), expected, "{value}");
        }
    }

    #[test]
    fn the_largest_scalars_fit_the_top_window_of_every_width() {
        let mut rng = StdRng::seed_from_u64(4);
        let b = bases(30_000, &mut rng);
        for n in [1, 5, 20, 60, 150, 400, 1000, 3000, 8000, 15_000, 30_000] {
            for last in [-Fr::one(), -Fr::from(2u64)] {
                let expected: G1Projective = b[..n].iter().sum::<G1Projective>() * last;
                assert_eq!(full(&b[..n], &vec![last; n]), expected, "{n}");
            }
        }
    }

    #[test]
    fn sparse_values_of_every_width() {
        let mut rng = StdRng::seed_from_u64(3);
        let n = 12_000;
        let mut values = Values::with_capacity(n);
        let mut plain = Vec::new();
        for k in 0..n {
            let magnitude = rng.r#gen::<u64>() >> rng.gen_range(1..64);
            let v = if rng.r#gen() { magnitude as i64 } else { -(magnitude as i64) };
            match k % 7 {
                0 => {
                    let f = Fr::rand(&mut rng);
                    values.push_field(f);
                    plain.push(f);
                }
                1 => {
                    let w = v as i128 * v as i128 * if v < 0 { -1 } else { 1 };
                    values.push_i128(w);
                    plain.push(Fr::from(w));
                }
                2 => {
                    values.push_field(Fr::from(v));
                    plain.push(Fr::from(v));
                }
                _ => {
                    let v = if k == 5 { i64::MIN } else { v };
                    values.push_i64(v);
                    plain.push(Fr::from(v));
                }
            }
        }
        let indices: Vec<u32> = (0..n as u32).filter(|_| rng.gen_ratio(2, 3)).collect();
        let scalars: Vec<Fr> = indices.iter().map(|&j| plain[j as usize]).collect();
        let b1 = bases(indices.len(), &mut rng);
        assert_eq!(sparse(&b1, &indices, &values), G1Projective::msm_unchecked(&b1, &scalars));
        let b2: Vec<G2Affine> = (0..300).map(|_| G2Affine::rand(&mut rng)).collect();
        let short = &indices[..300];
        let expected = G2Projective::msm_unchecked(&b2, &scalars[..300]);
        assert_eq!(sparse(&b2, short, &values), expected);
    }
}
