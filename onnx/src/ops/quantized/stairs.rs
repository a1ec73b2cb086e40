//! Nondecreasing functions from integers to integers, and lines that have their steps.
//!
//! What floating point makes of an accumulator is such a function. On the integers that the
//! accumulator can be, it is ⌊(m·x + o) / d⌋ for some integers m, d and o, or nearly: which ones is a
//! question about finitely many inequalities, and is answered exactly.

use super::fraction::{Fraction, simplest};
use crate::fault::{Import, refuse};

/// Largest integers that are looked at.
pub(super) const LIMIT: i64 = 1 << 60;
/// A nondecreasing function on `lo..=hi`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Stairs {
    pub(super) lo: i64,
    pub(super) hi: i64,
    /// Its value at `lo`.
    pub(super) first: i64,
    /// The k-th entry is the least x with a value above `first + k`.
    pub(super) rises: Vec<i64>,
}

/// ⌊(m·x + o) / d⌋
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) m: i128,
    pub(super) d: i128,
    pub(super) o: i128,
}

/// Places and values.
type Points = Vec<(i64, i64)>;

impl Stairs {
    /// The steps of a nondecreasing function with at most 2^17 values.
    pub(super) fn of(lo: i64, hi: i64, f: &dyn Fn(i64) -> i64) -> Import<Stairs> {
        if lo < -LIMIT || hi > LIMIT || lo > hi {
            return refuse(format!("an accumulator may be {lo} to {hi}, which is too much"));
        }
        let (first, last) = (f(lo), f(hi));
        if last - first > 1 << 17 {
            return refuse("its result may have too many values");
        }
        let mut rises = vec![];
        let mut from = lo;
        for k in first + 1..=last {
            let (mut below, mut there) = (from, hi);
            while below < there {
                let middle = below + (there - below) / 2;
                if f(middle) >= k {
                    there = middle;
                } else {
                    below = middle + 1;
                }
            }
            rises.push(there);
            from = there;
        }
        Ok(Stairs { lo, hi, first, rises })
    }

    /// Its value at `hi`.
    pub(super) fn last(&self) -> i64 {
        self.first + self.rises.len() as i64
    }

    /// Points (x, k) where the value is at least k, and points where it is less than k, that
    /// determine the function. Below `bottom` and above `top` any value will do, as it is cut.
    ///
    /// `slack` says how far from a rise any value will do.
    fn bounds(&self, bottom: i64, top: i64, slack: &dyn Fn(i64) -> i64) -> (Points, Points) {
        let rises = || self.rises.iter().zip(self.first + 1..);
        let above = |(x, k): (&i64, i64)| (x + slack(*x), k);
        let mut least: Points = rises().map(above).filter(|p| p.0 <= self.hi).collect();
        // No rise is at `lo`, so there is a point before it.
        let below = |(x, k): (&i64, i64)| (x - 1 - slack(*x), k);
        let mut most: Points = rises().map(below).filter(|p| p.0 >= self.lo).collect();
        if self.first > bottom {
            least.push((self.lo, self.first));
        }
        if self.last() < top {
            most.push((self.hi, self.last() + 1));
        }
        (least, most)
    }

    /// The line with these steps that has the smallest divisor, where the result is cut to
    /// `bottom..=top`.
    ///
    /// m·x + o ≥ k·d at each point of one kind, and < k·d at each of the other. For a slope m/d
    /// there is an o or there is a pair of points that says the slope is too small or too large; the
    /// simplest slope between the bounds found so far is tried next.
    pub(super) fn line(&self, bottom: i64, top: i64) -> Option<Line> {
        self.line_near(bottom, top, &|_| 0)
    }

    /// A line whose steps may be `slack` away from these.
    pub(super) fn line_near(
        &self,
        bottom: i64,
        top: i64,
        slack: &dyn Fn(i64) -> i64,
    ) -> Option<Line> {
        if self.rises.is_empty() {
            return Some(Line { m: 0, d: 1, o: self.first.into() });
        }
        let (least, most) = self.bounds(bottom, top, slack);
        let (mut low, mut high): (Fraction, Option<Fraction>) = ((0, 1), None);
        loop {
            let (m, d) = simplest(low, high)?;
            let (x1, k1, from) = extreme(&least, |x, k| k * d - m * x)?;
            let (x2, k2, to) = extreme(&most, |x, k| m * x + 1 - k * d)?;
            let to = -to;
            if from <= to {
                return Some(Line { m, d, o: from + (to - from) / 2 });
            }
            // (k1 − k2)·d ≥ m·(x1 − x2), where it has to be less.
            match x1 - x2 {
                0 => return None,
                x if x > 0 => low = (k1 - k2, x),
                x => high = Some((k2 - k1, -x)),
            }
            if high.is_some_and(|h| low.0 * h.1 >= h.0 * low.1) {
                return None;
            }
        }
    }

    /// Where another function on the same integers differs: places, and how much is missing there.
    /// `None` if there are more than `limit`.
    pub(super) fn missing(&self, other: &Stairs, limit: usize) -> Option<Vec<(i64, i64)>> {
        let mut places = std::collections::BTreeMap::new();
        let (low, high) = (self.first.min(other.first), self.last().max(other.last()));
        let rise = |s: &Stairs, k: i64| match usize::try_from(k - s.first - 1) {
            Err(_) => s.lo,
            Ok(at) => s.rises.get(at).copied().unwrap_or(s.hi + 1),
        };
        for k in low + 1..=high {
            let (a, b) = (rise(self, k), rise(other, k));
            if a.abs_diff(b) > limit as u64 {
                return None;
            }
            (a.min(b)..a.max(b)).for_each(|x| {
                *places.entry(x).or_insert(0) += if a < b { 1 } else { -1 };
            });
            if places.len() > limit {
                return None;
            }
        }
        Some(places.into_iter().collect())
    }
}

/// The point at which `f` is greatest, and that value.
fn extreme(points: &[(i64, i64)], f: impl Fn(i128, i128) -> i128) -> Option<(i128, i128, i128)> {
    points
        .iter()
        .map(|(x, k)| (i128::from(*x), i128::from(*k)))
        .map(|(x, k)| (x, k, f(x, k)))
        .max_by_key(|(_, _, v)| *v)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The value of a line, cut.
    fn at(l: &Line, x: i64, bottom: i64, top: i64) -> i64 {
        let v = (l.m * i128::from(x) + l.o).div_euclid(l.d);
        v.clamp(bottom.into(), top.into()) as i64
    }

    #[test]
    fn halves_to_even_are_no_line() {
        let even = Stairs::of(-40, 40, &|x| (x as f64 / 4.0).round_ties_even() as i64).unwrap();
        assert_eq!(even.line(-128, 127), None);
        let up = Stairs::of(-40, 40, &|x| (x + 2).div_euclid(4)).unwrap();
        let line = up.line(-128, 127).unwrap();
        assert_eq!((line.m, line.d), (1, 4));
        // They differ where x/4 lies half way above an even number.
        let places: Vec<i64> = even.missing(&up, 20).unwrap().iter().map(|p| p.0).collect();
        assert_eq!(places, [-38, -30, -22, -14, -6, 2, 10, 18, 26, 34]);
        assert_eq!(even.missing(&up, 3), None);
    }

    proptest! {
        #[test]
        fn a_line_has_the_steps_of_what_a_float_does(
            scale in 1e-4f32..0.5, zero in -128i64..128, lo in -5000i64..0, hi in 0i64..5000,
        ) {
            let f = |x: i64| ((x as f32 * scale).round_ties_even() as i64 + zero).clamp(-128, 127);
            let s = Stairs::of(lo, hi, &f).unwrap();
            if let Some(l) = s.line(-128, 127) {
                for x in lo..=hi {
                    prop_assert_eq!(at(&l, x, -128, 127), f(x));
                }
            } else {
                // Only exact halves keep two neighbouring steps from one line, and few scales have
                // any.
                let halves = (lo..=hi).any(|x| ((x as f32 * scale) * 2.0).fract() == 0.0 && x != 0);
                prop_assert!(halves);
            }
        }

        #[test]
        fn no_smaller_divisor_will_do(m in 1i128..9, d in 1i128..40, o in -50i128..50) {
            let f = |x: i64| (m * i128::from(x) + o).div_euclid(d) as i64;
            let s = Stairs::of(-60, 60, &f).unwrap();
            let l = s.line(-10_000, 10_000).unwrap();
            prop_assert!(l.d <= d);
            for x in -60..=60 {
                prop_assert_eq!(at(&l, x, -10_000, 10_000), f(x));
            }
        }
    }
}
