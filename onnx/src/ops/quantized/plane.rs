//! Planes that have the steps of a function of two integers: what `stairs` is for one.

use crate::fault::{Import, refuse};

/// clamp(⌊(m·a + n·b + o) / d⌋), or rounded with halves to even; `mends` are pairs (a, b) and how
/// much is added there before the cut.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Plane {
    pub(super) m: i128,
    pub(super) n: i128,
    pub(super) o: i128,
    pub(super) d: i128,
    pub(super) even: bool,
    pub(super) mends: Vec<(i64, i64, i64)>,
}

/// Divisors up to 2^this are all tried, larger ones if they are powers of two.
const THOROUGH: u32 = 16;
/// Longest divisor.
const LONGEST: u32 = 30;
/// Most pairs that are mended.
const MENDS: usize = 64;
/// Most pairs of integers that come.
pub(super) const PAIRS: usize = 1 << 17;

type Range = (i64, i64);

/// All pairs with their values; those next to a step first, as they decide.
fn points(
    from: (Range, Range),
    near: &dyn Fn(i64, i64) -> f64,
    f: &dyn Fn(i64, i64) -> i64,
) -> Import<Vec<(i64, i64, i64)>> {
    let size = |r: Range| usize::try_from(r.1 - r.0 + 1).unwrap_or(usize::MAX);
    let all = size(from.0).checked_mul(size(from.1));
    if all.is_none_or(|n| n > PAIRS) {
        return refuse("its operands have more than 8 bits");
    }
    let pairs = (from.0.0..=from.0.1).flat_map(|a| (from.1.0..=from.1.1).map(move |b| (a, b)));
    let slack = |a, b| {
        let v = near(a, b) + 0.5;
        (v - v.round()).abs()
    };
    let mut all: Vec<(f64, (i64, i64, i64))> =
        pairs.map(|(a, b)| (slack(a, b), (a, b, f(a, b)))).collect();
    all.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    Ok(all.into_iter().map(|p| p.1).collect())
}

/// The plane with the shortest divisor found for a function f(a, b) near x·a + y·b + z, rounded; and at
/// how many pairs it is not f, which is none unless they were too many to mend.
pub(super) fn find(
    from: (Range, Range),
    (x, y, z): (f32, f32, f32),
    to: Range,
    f: &dyn Fn(i64, i64) -> i64,
) -> Import<(Plane, usize)> {
    let (x, y, z) = (f64::from(x), f64::from(y), f64::from(z));
    let points = points(from, &|a, b| x * a as f64 + y * b as f64 + z, f)?;
    for bits in 0..=LONGEST {
        let last = 1i128 << bits;
        if let Some(p) = even(&points, (x, y, z), last, to) {
            return Ok((p, 0));
        }
        let first = if bits == 0 || bits > THOROUGH { last } else { last / 2 + 1 };
        for d in first..=last {
            let near = |v: f64| (v * d as f64).floor() as i128;
            for (m, n) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
                let (m, n) = (near(x) + m, near(y) + n);
                if let Some(o) = offset(&points, m, n, d, to) {
                    return Ok((Plane { m, n, o, d, even: false, mends: vec![] }, 0));
                }
            }
        }
    }
    let d = 1i128 << 24;
    let near = |v: f64| (v * d as f64).round_ties_even() as i128;
    let mut p = Plane { m: near(x), n: near(y), o: near(z + 0.5), d, even: false, mends: vec![] };
    p.mends = points
        .iter()
        .map(|(a, b, v)| (*a, *b, v - p.at(*a, *b, to)))
        .filter(|(_, _, by)| *by != 0)
        .collect();
    let wrong = p.mends.len();
    if wrong > MENDS {
        p.mends.clear();
        return Ok((p, wrong));
    }
    p.mends.sort_unstable();
    Ok((p, 0))
}

/// Some o with ⌊(m·a + n·b + o) / d⌋ right everywhere, if there is one.
fn offset(points: &[(i64, i64, i64)], m: i128, n: i128, d: i128, to: Range) -> Option<i128> {
    let (mut low, mut high) = (i128::MIN, i128::MAX);
    for (a, b, v) in points {
        let u = m * i128::from(*a) + n * i128::from(*b);
        if *v > to.0 {
            low = low.max(i128::from(*v) * d - u);
        }
        if *v < to.1 {
            high = high.min((i128::from(*v) + 1) * d - 1 - u);
        }
        if low > high {
            return None;
        }
    }
    Some(match (low == i128::MIN, high == i128::MAX) {
        (false, false) => low + (high - low) / 2,
        (false, true) => low,
        (true, false) => high,
        (true, true) => 0,
    })
}

/// The plane with halves to even, where all its numbers are multiples of 1/d.
fn even(points: &[(i64, i64, i64)], all: (f64, f64, f64), d: i128, to: Range) -> Option<Plane> {
    let whole = |v: f64| {
        let u = v * d as f64;
        (u.fract() == 0.0).then_some(u as i128)
    };
    let (m, n, o) = (whole(all.0)?, whole(all.1)?, whole(all.2)?);
    let p = Plane { m, n, o, d, even: true, mends: vec![] };
    points.iter().all(|(a, b, v)| p.at(*a, *b, to) == *v).then_some(p)
}

impl Plane {
    /// Its value, without mends.
    pub(super) fn at(&self, a: i64, b: i64, to: Range) -> i64 {
        let u = self.m * i128::from(a) + self.n * i128::from(b) + self.o;
        let mut v = u.div_euclid(self.d);
        if self.even {
            let twice = 2 * u.rem_euclid(self.d);
            if twice > self.d || (twice == self.d && v.rem_euclid(2) == 1) {
                v += 1;
            }
        }
        v.clamp(to.0.into(), to.1.into()) as i64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(x: f32, y: f32, z: f32) -> Plane {
        let to = (-128, 127);
        let f = |a: i64, b: i64| {
            let v = x.mul_add(a as f32, y.mul_add(b as f32, z));
            v.round_ties_even().clamp(-128.0, 127.0) as i64
        };
        let from = ((-100, 127), (-128, 90));
        let (p, wrong) = find(from, (x, y, z), to, &f).unwrap();
        assert_eq!(wrong, 0);
        for a in from.0.0..=from.0.1 {
            for b in from.1.0..=from.1.1 {
                let mend = p.mends.iter().find(|m| (m.0, m.1) == (a, b)).map_or(0, |m| m.2);
                let got = (p.at(a, b, (-100_000, 100_000)) + mend).clamp(-128, 127);
                assert_eq!(got, f(a, b), "at {a}, {b} with {p:?}");
            }
        }
        p
    }

    #[test]
    fn sums_of_different_scales() {
        let p = check(0.7312, 1.113, -13.37);
        assert!(!p.even && p.mends.is_empty() && p.d < 1 << 17, "{p:?}");
    }

    #[test]
    fn halves_go_to_even() {
        let p = check(0.5, 0.25, 3.0);
        assert!(p.even && p.d == 4, "{p:?}");
        assert_eq!(check(1.0, 1.0, 7.0).d, 1);
    }
}
