//! How scalars are cut into windows of signed digits.

use super::buckets::{BucketSums, Pick};
use super::weighted::weighted_sum;
use crate::curve::arithmetic::Arithmetic;
use crate::curve::fixed::digit;
use ark_bn254::Fr;
use ark_ec::short_weierstrass::{Affine, Projective, SWCurveConfig};
use ark_ff::AdditiveGroup;
use rayon::prelude::*;

/// Widest window. What it needs for its buckets is in [`Windows::new`]'s account, so this only
/// bounds the search.
const WIDEST: usize = 20;
/// Tasks for each thread, so that threads that were kept waiting do not make the others wait.
const TASKS_PER_THREAD: usize = 4;

/// Windows of c bits for magnitudes up to a maximum.
///
/// Adding half = Σ_w 2^(c·w + c − 1), over all windows but the top one, to a magnitude makes its
/// window digits, less 2^(c − 1) each, the signed digits of the magnitude: no carry runs between
/// windows, and a digit's absolute value is at most 2^(c − 1). The top window's stays unsigned.
#[derive(Debug)]
pub(super) struct Windows {
    c: usize,
    count: usize,
    /// What is to be added to a magnitude before it is shown to [`Windows::digit`].
    pub(super) half: [u64; 4],
    /// Largest digit of the top window.
    top: usize,
}

impl Windows {
    /// The cheapest windows for n magnitudes of at most `max`, which is below 2^255.
    pub(super) fn new(n: usize, max: &[u64; 4]) -> Self {
        let bits = max.iter().enumerate().rev().find(|(_, l)| **l != 0);
        let bits = bits.map_or(1, |(k, l)| 64 * (k + 1) - l.leading_zeros() as usize);
        let cheapest =
            (1..=WIDEST).map(|c| Windows::of_width(c, bits, max)).min_by_key(|w| w.cost(n));
        cheapest.unwrap_or_else(|| Windows::of_width(1, bits, max))
    }

    fn of_width(c: usize, bits: usize, max: &[u64; 4]) -> Self {
        let count = bits.div_ceil(c);
        let mut half = [0u64; 4];
        for w in 0..count - 1 {
            let bit = c * w + c - 1;
            half[bit / 64] |= 1 << (bit % 64);
        }
        // max < 2^(c·count) and half < 2^(c·(count − 1)): c + 1 bits hold their sum's top.
        let top = digit(&add(*max, &half), c * (count - 1), c + 1);
        Windows { c, count, half, top }
    }

    /// In half additions. A point costs one and a bucket one and a half: two for the weighted sum,
    /// less the one by which the points in a bucket outnumber the additions there.
    fn cost(&self, n: usize) -> u64 {
        (0..self.count).map(|w| 2 * n as u64 + 3 * self.buckets(w) as u64).sum()
    }

    /// What n points cost, in additions.
    pub(super) fn additions(&self, n: usize) -> f64 {
        self.cost(n) as f64 / 2.0
    }

    /// Largest absolute value of a digit of window w.
    fn buckets(&self, w: usize) -> usize {
        if w + 1 == self.count { self.top } else { 1 << (self.c - 1) }
    }

    /// Digit w of the magnitude to which [`Windows::half`] was added: its absolute value and whether
    /// it is negative.
    #[inline(always)]
    pub(super) fn digit(&self, shifted: &[u64], w: usize) -> (usize, bool) {
        if w + 1 == self.count {
            return (digit(shifted, self.c * w, self.c + 1), false);
        }
        let raw = digit(shifted, self.c * w, self.c) as i64 - (1 << (self.c - 1));
        (raw.unsigned_abs() as usize, raw < 0)
    }

    /// `Σ_w 2^(c·w) Σ_{i < n} digit(w, i)`, where a digit is a bucket (0: nothing) and a base.
    pub(super) fn sum<P: SWCurveConfig<ScalarField = Fr, BaseField: Arithmetic>>(
        &self,
        bases: &[Affine<P>],
        n: usize,
        digit: impl Fn(usize, usize) -> (usize, Pick) + Sync,
    ) -> Projective<P> {
        if n == 0 {
            return Projective::ZERO;
        }
        let parts = (TASKS_PER_THREAD * rayon::current_num_threads()).div_ceil(self.count);
        let sums: Vec<Projective<P>> = (0..self.count)
            .into_par_iter()
            .map(|w| {
                let sorted = BucketSums::new(n, self.buckets(w), |i| digit(w, i));
                weighted_sum(&sorted.sums(bases, parts))
            })
            .collect();
        sums.iter().rev().fold(Projective::ZERO, |mut total, window| {
            for _ in 0..self.c {
                total.double_in_place();
            }
            total + window
        })
    }
}

/// a + b, which fits.
#[inline(always)]
pub(super) fn add(mut a: [u64; 4], b: &[u64; 4]) -> [u64; 4] {
    let mut carry = false;
    for (x, y) in a.iter_mut().zip(b) {
        let (s, c1) = x.overflowing_add(*y);
        let (s, c2) = s.overflowing_add(carry as u64);
        (*x, carry) = (s, c1 | c2);
    }
    a
}
