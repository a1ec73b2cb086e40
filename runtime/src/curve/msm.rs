//! Multi-scalar multiplication: Pippenger's buckets, summed by pairs in affine batches.
//!
//! Two kinds of scalars occur. The quotient's are full-width. Those of variables are the values of
//! the computation, most of them small and of either sign; they are grouped by width once for each
//! query, so that a bit costs a fraction of one addition and not 254/c of them.

use super::batch::Batch;
use super::fixed::digit;
use ark_bn254::Fr;
use ark_ec::AffineRepr;
use ark_ec::short_weierstrass::{Affine, Projective, SWCurveConfig};
use ark_ff::{AdditiveGroup, PrimeField};
use rayon::prelude::*;
use std::ops::Range;

/// Points gathered for one batch of additions; they stay in the second-level cache.
const GROUP: usize = 2048;
/// Fewest points worth a task of their own.
const MIN_TASK: usize = 4096;
/// What a bucket costs in the final running sum, in batched affine additions.
const BUCKET_COST: usize = 4;
/// Widths in bits that small scalars are grouped by.
const CLASSES: [u32; 5] = [1, 8, 16, 32, 63];

/// Stands for "see the wide ones" among small values.
const WIDE: i64 = i64::MIN;

/// The values of all variables, narrow where they are small.
pub(crate) struct Values {
    small: Vec<i64>,
    /// Variables that do not fit, ascending.
    wide: Vec<(u32, Fr)>,
}

impl Values {
    pub(crate) fn with_capacity(n: usize) -> Self {
        Values { small: Vec::with_capacity(n), wide: Vec::new() }
    }

    pub(crate) fn push_i64(&mut self, value: i64) {
        if value == WIDE {
            self.push_wide(-Fr::from(value.unsigned_abs()));
        } else {
            self.small.push(value);
        }
    }

    pub(crate) fn push_i128(&mut self, value: i128) {
        match i64::try_from(value) {
            Ok(v) => self.push_i64(v),
            Err(_) => {
                let magnitude = Fr::from(value.unsigned_abs());
                self.push_wide(if value < 0 { -magnitude } else { magnitude });
            }
        }
    }

    /// A field element, stored narrow if it or its negative fits 63 bits.
    pub(crate) fn push_field(&mut self, value: Fr) {
        let narrow = |v: Fr| match v.into_bigint().0 {
            [low, 0, 0, 0] => i64::try_from(low).ok(),
            _ => None,
        };
        match (narrow(value), narrow(-value)) {
            (Some(v), _) => self.small.push(v),
            (_, Some(v)) => self.small.push(-v),
            _ => self.push_wide(value),
        }
    }

    fn push_wide(&mut self, value: Fr) {
        self.wide.push((self.small.len() as u32, value));
        self.small.push(WIDE);
    }

    pub(crate) fn len(&self) -> usize {
        self.small.len()
    }
}

/// `Σ_k values[indices[k]]·bases[k]`; `indices` ascend and are below the number of values.
pub(crate) fn sparse<P: SWCurveConfig<ScalarField = Fr>>(
    bases: &[Affine<P>],
    indices: &[u32],
    values: &Values,
) -> Projective<P> {
    let mut classes: [Vec<(u32, i64)>; CLASSES.len()] = Default::default();
    let (mut wide_bases, mut wide_scalars) = (Vec::new(), Vec::new());
    let mut wide = values.wide.iter().peekable();
    for (k, &j) in indices.iter().enumerate() {
        match values.small[j as usize] {
            0 => {}
            WIDE => {
                while wide.next_if(|(i, _)| *i < j).is_some() {}
                if let Some((_, v)) = wide.next_if(|(i, _)| *i == j) {
                    wide_bases.push(bases[k]);
                    wide_scalars.push(*v);
                }
            }
            v => {
                let bits = 64 - v.unsigned_abs().leading_zeros();
                let class = CLASSES.iter().position(|&c| bits <= c).unwrap_or(CLASSES.len() - 1);
                classes[class].push((k as u32, v));
            }
        }
    }
    let small = classes.iter().zip(CLASSES).map(|(items, bits)| signed(bases, items, bits));
    small.sum::<Projective<P>>() + full(&wide_bases, &wide_scalars)
}

/// `Σ_k scalars[k]·bases[k]` for scalars of at most `bits` bits and a sign.
pub(crate) fn narrow<P: SWCurveConfig<ScalarField = Fr>>(
    bases: &[Affine<P>],
    scalars: impl Iterator<Item = i64>,
    bits: u32,
) -> Projective<P> {
    let items: Vec<(u32, i64)> = (0..).zip(scalars).take(bases.len()).collect();
    signed(bases, &items, bits)
}

/// `Σ scalar·base` over items (index of the base, scalar of at most `bits` bits and a sign).
fn signed<P: SWCurveConfig<ScalarField = Fr>>(
    bases: &[Affine<P>],
    items: &[(u32, i64)],
    bits: u32,
) -> Projective<P> {
    let n = items.len();
    let bits = bits as usize;
    let cost = |c: usize| bits.div_ceil(c) * (n + BUCKET_COST * (1 << c));
    let c = (1..=bits.min(16)).min_by_key(|&c| cost(c)).unwrap_or(1);
    windows(
        bases,
        n,
        bits.div_ceil(c),
        c,
        |_| (1 << c) - 1,
        |w, i| {
            let (index, value) = items[i];
            let bucket = (value.unsigned_abs() >> (w * c)) & ((1 << c) - 1);
            (bucket as usize, Pick::new(index, value < 0))
        },
    )
}

/// `Σ_k scalars[k]·bases[k]` for scalars of any size.
pub(crate) fn full<P: SWCurveConfig<ScalarField = Fr>>(
    bases: &[Affine<P>],
    scalars: &[Fr],
) -> Projective<P> {
    let n = bases.len().min(scalars.len());
    let bits = Fr::MODULUS_BIT_SIZE as usize;
    let cost = |c: usize| bits.div_ceil(c) * (n + BUCKET_COST * (1 << (c - 1)));
    let c = (2..=16).min_by_key(|&c| cost(c)).unwrap_or(8);
    let count = bits.div_ceil(c);
    // Adding half = Σ_w 2^(c·w + c − 1) over all windows but the top one makes the window digits
    // of s + half, less 2^(c − 1) each, the signed digits of s: no carry runs between windows.
    let mut half = [0u64; 4];
    for w in 0..count - 1 {
        let bit = c * w + c - 1;
        half[bit / 64] |= 1 << (bit % 64);
    }
    let shifted: Vec<[u64; 4]> =
        scalars[..n].par_iter().map(|s| add(s.into_bigint().0, half)).collect();
    let top = count - 1;
    let top_bits = bits - c * top;
    // r < 0.76·2^254 and half < 2^(c·top): the top digit is at most 0.76·2^top_bits + 1, rounded down.
    let buckets = |w| if w == top { 1 << top_bits } else { 1 << (c - 1) };
    windows(bases, n, count, c, buckets, |w, i| {
        if w == top {
            return (digit(&shifted[i], c * top, c + 1), Pick::new(i as u32, false));
        }
        let raw = digit(&shifted[i], c * w, c) as i64 - (1 << (c - 1));
        (raw.unsigned_abs() as usize, Pick::new(i as u32, raw < 0))
    })
}

/// a + b, which fits.
fn add(mut a: [u64; 4], b: [u64; 4]) -> [u64; 4] {
    let mut carry = false;
    for (x, y) in a.iter_mut().zip(b) {
        let (s, c1) = x.overflowing_add(y);
        let (s, c2) = s.overflowing_add(carry as u64);
        (*x, carry) = (s, c1 | c2);
    }
    a
}

/// A base and whether it is subtracted.
#[derive(Clone, Copy)]
struct Pick(u32);

impl Pick {
    fn new(index: u32, negative: bool) -> Pick {
        Pick(index << 1 | negative as u32)
    }

    fn point<P: SWCurveConfig>(self, bases: &[Affine<P>]) -> Affine<P> {
        let p = bases[(self.0 >> 1) as usize];
        if self.0 & 1 == 1 { -p } else { p }
    }
}

/// `Σ_w 2^(c·w) Σ_i digit(w, i)`, where a digit is a bucket (0: nothing) and a signed base.
fn windows<P: SWCurveConfig<ScalarField = Fr>>(
    bases: &[Affine<P>],
    n: usize,
    count: usize,
    c: usize,
    buckets: impl Fn(usize) -> usize + Sync,
    digit: impl Fn(usize, usize) -> (usize, Pick) + Sync,
) -> Projective<P> {
    if n == 0 {
        return Projective::ZERO;
    }
    // Enough tasks for every thread, none so small that its buckets outweigh its points.
    let wanted = (2 * rayon::current_num_threads()).div_ceil(count);
    let chunks = wanted.min(n.div_ceil(MIN_TASK)).max(1);
    let size = n.div_ceil(chunks);
    let tasks: Vec<(usize, usize)> =
        (0..count).flat_map(|w| (0..chunks).map(move |k| (w, k))).collect();
    let sums: Vec<Projective<P>> = tasks
        .into_par_iter()
        .map(|(w, k)| {
            let items = (k * size).min(n)..((k + 1) * size).min(n);
            window(bases, items, buckets(w), |i| digit(w, i))
        })
        .collect();
    sums.chunks(chunks).rev().fold(Projective::ZERO, |mut total, window| {
        for _ in 0..c {
            total.double_in_place();
        }
        total + window.iter().sum::<Projective<P>>()
    })
}

/// `Σ_i bucket(i)·base(i)` over some items of one window.
fn window<P: SWCurveConfig>(
    bases: &[Affine<P>],
    items: Range<usize>,
    buckets: usize,
    digit: impl Fn(usize) -> (usize, Pick),
) -> Projective<P> {
    // Counting sort by bucket: ends[b] is first where bucket b starts, then where it ends.
    let mut ends = vec![0u32; buckets + 2];
    for i in items.clone() {
        ends[digit(i).0 + 1] += 1;
    }
    for b in 0..=buckets {
        ends[b + 1] += ends[b];
    }
    let mut order = vec![Pick(0); items.len()];
    for i in items {
        let (b, pick) = digit(i);
        order[ends[b] as usize] = pick;
        ends[b] += 1;
    }
    let sums = bucket_sums(bases, &order, &ends[..=buckets]);
    // Σ_b b·S_b as a sum of suffix sums.
    let (mut running, mut total) = (Projective::<P>::ZERO, Projective::<P>::ZERO);
    for s in sums.iter().rev() {
        running += s;
        total += running;
    }
    total
}

/// The sum of each bucket from 1 on; `ends[b]` is where bucket b ends in `order`.
fn bucket_sums<P: SWCurveConfig>(
    bases: &[Affine<P>],
    order: &[Pick],
    ends: &[u32],
) -> Vec<Affine<P>> {
    let mut sums = vec![Affine::identity(); ends.len() - 1];
    let mut batch = Batch::new();
    let (mut points, mut lens, mut first) = (Vec::with_capacity(GROUP), Vec::new(), 0);
    for b in 1..ends.len() {
        // A long bucket is cut; its pieces meet again when they are flushed.
        for piece in order[ends[b - 1] as usize..ends[b] as usize].chunks(GROUP) {
            if points.len() + piece.len() > GROUP {
                flush(&mut batch, &mut points, &mut lens, &mut sums[first..]);
                first = b - 1;
            }
            lens.resize(b - 1 - first, 0);
            lens.push(piece.len());
            points.extend(piece.iter().map(|p| p.point(bases)));
        }
    }
    flush(&mut batch, &mut points, &mut lens, &mut sums[first..]);
    sums
}

/// Adds the segments gathered so far to their buckets.
fn flush<P: SWCurveConfig>(
    batch: &mut Batch<P>,
    points: &mut Vec<Affine<P>>,
    lens: &mut Vec<usize>,
    sums: &mut [Affine<P>],
) {
    batch.sum_segments(points, lens);
    for (sum, p) in sums.iter_mut().zip(points.iter()) {
        // Only a bucket that was cut has anything in it already.
        *sum = if sum.is_zero() { *p } else { (Projective::from(*sum) + p).into() };
    }
    points.clear();
    lens.clear();
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
