//! From an accumulator's integers to those of a quantized tensor: how a function that a float
//! computes is written with integers, so that it is the same on every integer that can come.

use super::fraction::simplest;
use super::stairs::{Line, Stairs};
use crate::fault::{Import, refuse};
use num_traits::ToPrimitive;
use zirc_compiler::Ratio;

/// Most places that are mended one by one.
const MENDS: usize = 256;
/// Digits that two roundings of a 32-bit float leave alone, that of a number and that of its quotient
/// by a scale; or fewer.
const FLOAT_DIGITS: [u32; 2] = [23, 21];
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
        match Rescale::exact(w, &stairs) {
            Some(r) => Ok(r),
            None => refuse(
                "its float arithmetic rounds too many integers to another side than exact \
                 arithmetic would",
            ),
        }
    }

    /// As `find`; where there are too many places at which the rounding of a float decides, steps may
    /// lie anywhere within that rounding, and `true` is given beside it.
    pub(super) fn near(w: &Wanted<'_>) -> Import<(Rescale, bool)> {
        let stairs = Stairs::of(w.from.0, w.from.1, w.f)?;
        if let Some(r) = Rescale::exact(w, &stairs) {
            return Ok((r, false));
        }
        let line = FLOAT_DIGITS.into_iter().find_map(|digits| {
            let slack = |x: i64| (x.abs() >> digits) + 1;
            stairs.line_near(w.to.0, w.to.1, &slack)
        });
        match line {
            Some(line) => Ok((Rescale { line, even: None, mends: vec![] }, true)),
            None => refuse("no fraction of integers is near enough to its scale"),
        }
    }

    fn exact(w: &Wanted<'_>, stairs: &Stairs) -> Option<Rescale> {
        if let Some(line) = stairs.line(w.to.0, w.to.1) {
            return Some(Rescale { line, even: None, mends: vec![] });
        }
        // Each wrong value beside a step is a place to be mended, and looking there is quick.
        let beside = |r: &Rescale| {
            let at = stairs.rises.iter().flat_map(|x| [*x, x - 1]);
            at.filter(|x| r.value(*x, w.to) != (w.f)(*x)).nth(2 * MENDS).is_none()
        };
        let found = candidates(w).into_iter().filter(beside).filter_map(|r| {
            let there = Stairs::of(w.from.0, w.from.1, &|x| r.value(x, w.to)).ok()?;
            // What is missing before the cut is not what is missing after it.
            let open = (i64::MIN / 4, i64::MAX / 4);
            let places = stairs.missing(&there, MENDS)?.into_iter();
            let mends = places.map(|(x, _)| (x, (w.f)(x) - r.value(x, open))).collect();
            Some(Rescale { mends, ..r })
        });
        found.min_by_key(Rescale::cost)
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

/// A ratio itself, or to 49 bits: products of scales are longer than what is worth looking at.
fn shorter(ratio: &Ratio) -> Ratio {
    let bits = ratio.numer().bits().max(ratio.denom().bits());
    let drop = bits.saturating_sub(49);
    if drop == 0 {
        return ratio.clone();
    }
    let denominator = ratio.denom() >> drop;
    if denominator == num_bigint::BigInt::ZERO {
        return ratio.clone();
    }
    Ratio::new(ratio.numer() >> drop, denominator)
}

/// Lines near a ratio: itself with halves to even, before the zero point is added or after, and short
/// fractions next to it.
fn candidates(w: &Wanted<'_>) -> Vec<Rescale> {
    let short = |v: &num_bigint::BigInt| v.to_i128().filter(|v| *v > 0 && *v < 1 << 50);
    let rounded = shorter(w.ratio);
    let (Some(m), Some(d)) = (short(rounded.numer()), short(rounded.denom())) else {
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
    fn steps_of_sixteen_bits_are_near_those_of_a_float() {
        let (step, scale) = (3.1e-10, 1.1e-4f32);
        const TO: (i64, i64) = (-(1 << 15), (1 << 15) - 1);
        let f = |x: i64| super::super::params::quantize((x as f64 * step) as f32, scale, 0, TO);
        let ratio = Ratio::from_float(step).unwrap() / Ratio::from_float(scale).unwrap();
        let from = (-(1 << 34), 1 << 34);
        let w = Wanted { from, f: &f, to: TO, ratio: &ratio, zero: 0 };
        assert!(Rescale::find(&w).is_err());
        let (r, near) = Rescale::near(&w).unwrap();
        assert!(near && r.mends.is_empty() && r.line.d < 1 << 40, "{r:?}");
        for k in -40_000i64..40_000 {
            let x = k * 414_977;
            // Wherever no step is so near that a float may have it on the other side.
            let slack = 2 * (x.abs() >> 21) + 2;
            if f(x - slack) == f(x + slack) {
                assert_eq!(r.value(x, TO), f(x), "at {x}");
            }
        }
    }

    #[test]
    fn scales_with_long_numerators_have_lines_too() {
        // A product of two scales has 48 digits.
        let step = Ratio::from_float(0.0273f32).unwrap() * Ratio::from_float(0.00493f32).unwrap();
        let unit = num_traits::ToPrimitive::to_f64(&step).unwrap();
        let f =
            |x: i64| super::super::params::quantize((x as f64 * unit) as f32, 0.03, 128, (0, 255));
        let ratio = step / Ratio::from_float(0.03f32).unwrap();
        let w = Wanted { from: (-300_000, 300_000), f: &f, to: (0, 255), ratio: &ratio, zero: 128 };
        let r = Rescale::find(&w).unwrap();
        for x in -300_000..300_000 {
            let mend = r.mends.iter().find(|m| m.0 == x).map_or(0, |m| m.1);
            assert_eq!((r.value(x, (-100_000, 100_000)) + mend).clamp(0, 255), f(x), "at {x}");
        }
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
