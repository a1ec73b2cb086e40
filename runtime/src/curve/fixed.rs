//! Many multiples of one point: windowed tables, accumulated in affine batches.

use super::arithmetic::Arithmetic;
use super::batch::Batch;
use super::chord::canonical;
use ark_bn254::Fr;
use ark_ec::CurveGroup;
use ark_ec::short_weierstrass::{Affine, Projective, SWCurveConfig};
use ark_ff::{AdditiveGroup, PrimeField};
use rayon::prelude::*;

/// Bits of a scalar.
const SCALAR_BITS: usize = Fr::MODULUS_BIT_SIZE as usize;
/// Scalars that share an inversion; small enough for the points to stay in cache.
const CHUNK: usize = 2048;

/// Multiples `d·2^(c·w)·base` for every window w and every digit d of c bits.
pub(crate) struct FixedBase<P: SWCurveConfig> {
    window: usize,
    tables: Vec<Vec<Affine<P>>>,
}

impl<P: SWCurveConfig<ScalarField = Fr, BaseField: Arithmetic>> FixedBase<P> {
    /// Tables sized for about `count` multiplications.
    pub(crate) fn new(base: Projective<P>, count: usize) -> Self {
        let window = window(count as u64);
        let mut bases = vec![base];
        for w in 1..SCALAR_BITS.div_ceil(window) {
            let mut next = bases[w - 1];
            for _ in 0..window {
                next.double_in_place();
            }
            bases.push(next);
        }
        let tables = bases
            .into_par_iter()
            .map(|b| {
                let mut multiple = Projective::<P>::ZERO;
                let row: Vec<_> = (0..1usize << window)
                    .map(|_| {
                        let this = multiple;
                        multiple += &b;
                        this
                    })
                    .collect();
                Projective::normalize_batch(&row)
            })
            .collect();
        FixedBase { window, tables }
    }

    /// One scalar times the base, for each scalar.
    pub(crate) fn multiply(&self, scalars: &[Fr]) -> Vec<Affine<P>> {
        let mut out = vec![Affine::identity(); scalars.len()];
        out.par_chunks_mut(CHUNK).zip(scalars.par_chunks(CHUNK)).for_each(|(out, scalars)| {
            let bits: Vec<_> = scalars.iter().map(|s| s.into_bigint()).collect();
            let mut batch = Batch::new();
            let mut sums = vec![Affine::identity(); bits.len()];
            let mut addends = Vec::with_capacity(bits.len());
            for (w, table) in self.tables.iter().enumerate() {
                addends.clear();
                addends.extend(
                    bits.iter().map(|b| table[digit(b.as_ref(), w * self.window, self.window)]),
                );
                batch.add_assign(&mut sums, &addends);
            }
            for (out, sum) in out.iter_mut().zip(&sums) {
                *out = canonical(sum);
            }
        });
        out
    }
}

/// Bits of the windows for about `count` multiplications.
fn window(count: u64) -> usize {
    (2..=16).min_by_key(|&c| cost(c, count)).unwrap_or(8)
}

/// A window of c bits costs 2^c additions to build, at twice the price, and one for each scalar to use.
fn cost(c: usize, count: u64) -> u64 {
    SCALAR_BITS.div_ceil(c) as u64 * (count + (2 << c))
}

/// Additions for `count` multiplications, tables included, and the points in the tables.
pub(crate) fn additions(count: u64) -> (f64, usize) {
    let c = window(count);
    (cost(c, count) as f64, SCALAR_BITS.div_ceil(c) << c)
}

/// `count` bits of a little-endian number from bit `start` on; `count` < 64.
pub(crate) fn digit(limbs: &[u64], start: usize, count: usize) -> usize {
    let (limb, shift) = (start / 64, start % 64);
    let low = limbs.get(limb).map_or(0, |l| l >> shift);
    let high = if shift == 0 { 0 } else { limbs.get(limb + 1).map_or(0, |l| l << (64 - shift)) };
    ((low | high) & ((1 << count) - 1)) as usize
}

#[cfg(test)]
mod tests {
    use super::*;
    use ark_bn254::{G1Projective, G2Projective};
    use ark_ec::PrimeGroup;
    use ark_std::{One, UniformRand, Zero};
    use rand::{SeedableRng, rngs::StdRng};

    #[test]
    fn multiples_agree_with_single_multiplications() {
        let mut rng = StdRng::seed_from_u64(3);
        let mut scalars = vec![Fr::zero(), Fr::one(), -Fr::one(), Fr::from(1u64 << 40)];
        scalars.extend((0..600).map(|_| Fr::rand(&mut rng)));
        let (g1, g2) = (G1Projective::generator(), G2Projective::generator());
        let in_g1 = FixedBase::new(g1, scalars.len()).multiply(&scalars);
        let in_g2 = FixedBase::new(g2, 4).multiply(&scalars[..8]);
        for (k, s) in scalars.iter().enumerate() {
            assert_eq!(in_g1[k], (g1 * s).into_affine());
            if k < 8 {
                assert_eq!(in_g2[k], (g2 * s).into_affine());
            }
        }
    }

    #[test]
    fn digits_cross_limbs_and_end_with_zeros() {
        let limbs = [u64::MAX << 60, 0b1011];
        assert_eq!(digit(&limbs, 60, 8), 0b1011_1111);
        assert_eq!(digit(&limbs, 126, 8), 0);
    }
}
