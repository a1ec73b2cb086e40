//! From an accumulator's integers to those of a quantized tensor: how a function that a float
//! computes is written with integers, so that it is the same on every integer that can come.

use super::fraction::simplest;
use super::stairs::{Line, Stairs};
use crate::number::Ratio;
use crate::onnx::fault::{Import, refuse};
use num_traits::ToPrimitive;

/// Most places that are mended one by one.
const MENDS: usize = 256;
/// Constraints for each.
const MEND_COST: u32 = 3;

/// clamp(⌊(m·x + o) / d⌋), or rounded with halves to even and then `even` added; and `mends`, which
/// say how much is added before the cut at single places.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Rescale {
    pub(super) line: Line,
    pub(super) even: Option<i64>,
    pub(super) mends: Vec<(i64, i64)>,
}

/// What is to be written.
pub(super) struct Wanted<'a> {
    /// Integers that come.
    pub(super) from: (i64, i64),
    /// A nondecreasing function of them, cut to `to`.
    pub(super) f: &'a dyn Fn(i64) -> i64,
    pub(super) to: (i64, i64),
    /// It is near ratio·x + zero.
    pub(super) ratio: &'a Ratio,
    pub(super) zero: i64,
}

impl Rescale {
    /// The cheapest way found.
    pub(super) fn find(w: &Wanted<'_>) -> Import<Rescale> {
        let stairs = Stairs::of(w.from.0, w.from.1, w.f)?;
        if let Some(line) = stairs.line(w.to.0, w.to.1) {
            return Ok(Rescale { line, even: None, mends: vec![] });
        }
        let found = candidates(w).into_iter().filter_map(|r| {
            let there = Stairs::of(w.from.0, w.from.1, &|x| r.value(x, w.to)).ok()?;
            let mends = stairs.missing(&there, MENDS)?;
            Some(Rescale { mends, ..r })
        });
        match found.min_by_key(Rescale::cost) {
            Some(r) => Ok(r),
            None => refuse(
                "its float arithmetic rounds too many integers to another side than exact \
                 arithmetic would",
            ),
        }
    }

    /// Bits of the remainder, and what is added to them.
    fn cost(&self) -> u32 {
        let digits = 128 - (self.line.d - 1).leading_zeros();
        digits + if self.even.is_some() { 4 } else { 0 } + MEND_COST * self.mends.len() as u32
    }

    /// Its value, without mends.
    fn value(&self, x: i64, to: (i64, i64)) -> i64 {
        let Line { m, d, o } = self.line;
        let u = m * i128::from(x) + o;
        let mut v = u.div_euclid(d);
        if let Some(zero) = self.even {
            let twice = 2 * u.rem_euclid(d);
            if twice > d || (twice == d && v.rem_euclid(2) == 1) {
                v += 1;
            }
            v += i128::from(zero);
        }
        v.clamp(to.0.into(), to.1.into()) as i64
    }
}

/// Lines near a ratio: itself with halves to even, before the zero point is added or after, and short
/// fractions next to it.
fn candidates(w: &Wanted<'_>) -> Vec<Rescale> {
    let short = |v: &num_bigint::BigInt| v.to_i128().filter(|v| *v > 0 && *v < 1 << 50);
    let (Some(m), Some(d)) = (short(w.ratio.numer()), short(w.ratio.denom())) else {
        return vec![];
    };
    let rescale = |m, d, o, even| Rescale { line: Line { m, d, o }, even, mends: vec![] };
    let zero = i128::from(w.zero);
    let mut all = vec![rescale(m, d, 0, Some(w.zero)), rescale(m, d, zero * d, Some(0))];
    for near in (8..=40).step_by(2) {
        let (less, more) = ((1i128 << near) - 1, (1i128 << near) + 1);
        if let Some((m, d)) = simplest((m * less, d << near), Some((m * more, d << near))) {
            // Half a step and the zero point.
            all.push(rescale(m, d, ((2 * zero + 1) * d).div_euclid(2), None));
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use num_bigint::BigInt;

    fn find(scale: f32, from: (i64, i64), zero: i64) -> Rescale {
        let f = |x: i64| ((x as f32 * scale).round_ties_even() as i64 + zero).clamp(-128, 127);
        let ratio = Ratio::from_float(f64::from(scale)).unwrap();
        let w = Wanted { from, f: &f, to: (-128, 127), ratio: &ratio, zero };
        let r = Rescale::find(&w).unwrap();
        for x in from.0..=from.1 {
            let mend = r.mends.iter().find(|m| m.0 == x).map_or(0, |m| m.1);
            let open = (i64::MIN / 4, i64::MAX / 4);
            let got = (r.value(x, open) + mend).clamp(-128, 127);
            assert_eq!(got, f(x), "at {x} with {r:?}");
        }
        r
    }

    #[test]
    fn exact_halves_go_to_even() {
        let r = find(0.125, (-3000, 3000), 3);
        assert!(r.even == Some(3) && r.mends.is_empty());
        assert_eq!((r.line.m, r.line.d), (1, 8));
    }

    #[test]
    fn scales_of_networks_are_lines_with_short_divisors() {
        for scale in [0.012_345_67f32, 0.000_713_579, 0.004_213_7, 0.000_312_346_7] {
            let r = find(scale, (-70_000, 90_000), -128);
            assert!(r.even.is_none() && r.mends.is_empty(), "{r:?}");
            assert!(r.line.d < 1 << 18, "{r:?}");
        }
    }

    #[test]
    fn places_where_a_float_takes_a_neighbour_of_a_half_for_one_are_mended() {
        // 0.0042 as a float is more than 0.0042, and 17500·0.0042 = 73.5 exactly once rounded.
        let r = find(0.0042, (-70_000, 90_000), -128);
        assert!(r.even.is_none() && r.mends.len() == 3, "{r:?}");
    }

    #[test]
    fn what_is_no_line_is_mended() {
        let ratio = Ratio::from_integer(BigInt::from(1));
        let odd = |x: i64| if x > 5 { x + 3 } else { x };
        let w = Wanted { from: (0, 20), f: &odd, to: (0, 255), ratio: &ratio, zero: 0 };
        let r = Rescale::find(&w).unwrap();
        assert!(!r.mends.is_empty() && r.mends.len() <= 15, "{r:?}");
        let open = (0, 1000);
        for x in 0..=20 {
            let mend = r.mends.iter().find(|m| m.0 == x).map_or(0, |m| m.1);
            assert_eq!(r.value(x, open) + mend, odd(x));
        }
        let far = |x: i64| 1000 * x;
        let w = Wanted {
            from: (0, 300),
            f: &|x| if x > 5 { far(x) } else { x },
            to: (0, 1 << 16),
            ..w
        };
        assert!(Rescale::find(&w).is_err());
    }
}
