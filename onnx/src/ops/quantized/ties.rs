//! Sums of two integers of 8 bits where so many lie half way between two that no plane has them all: the
//! rounding of each of the floats decides, and is followed.
//!
//! What a float adds up is v = A(a) + B(b), with numbers A(a) and B(b) that each have a float's digits,
//! and what is made of v is a nondecreasing function of it. So the result is one of two neighbours that
//! a plane gives, and which of them follows from comparing v with the number from which on it is
//! the higher one. Layers: `by_table`, `requantize_sum`, `at_most`.

use super::plane::{PAIRS, Plane};
use num_traits::ToPrimitive;

type Range = (i64, i64);

/// A(a), B(b), and for each result the least v of a higher one.
pub(super) struct Ties {
    pub(super) plane: Plane,
    pub(super) a: Vec<i64>,
    pub(super) b: Vec<i64>,
    pub(super) next: Vec<i64>,
}

/// Divisor of the plane.
const DIVISOR: i128 = 1 << 24;
/// How far below a half the plane's steps are, so that the lower neighbour is what it gives.
const BELOW: f64 = 1.0 / 1024.0;

impl Ties {
    /// Looks at all pairs; `None` if results are not of that kind, or numbers too long.
    pub(super) fn find(
        from: (Range, Range),
        (x, y, z): (f64, f64, f64),
        to: Range,
        (first, second): (&dyn Fn(i64) -> f64, &dyn Fn(i64) -> f64),
        f: &dyn Fn(i64, i64) -> i64,
    ) -> Option<Ties> {
        let size = |r: Range| usize::try_from(r.1 - r.0 + 1).ok();
        size(from.0)?.checked_mul(size(from.1)?).filter(|n| *n <= PAIRS)?;
        let left: Vec<f64> = (from.0.0..=from.0.1).map(first).collect();
        let right: Vec<f64> = (from.1.0..=from.1.1).map(second).collect();
        let (a, b) = whole(&left, &right)?;
        let near = |v: f64| (v * DIVISOR as f64).round_ties_even() as i128;
        let o = near(z + 0.5 - BELOW);
        let plane = Plane { m: near(x), n: near(y), o, d: DIVISOR, even: false, mends: vec![] };
        let count = size(to)?;
        let mut next = vec![i64::MAX; count];
        let mut most = i64::MIN;
        let mut seen = vec![];
        for (i, p) in (from.0.0..=from.0.1).enumerate() {
            for (j, q) in (from.1.0..=from.1.1).enumerate() {
                let (v, r) = (a[i] + b[j], f(p, q));
                most = most.max(v);
                if r > to.0 {
                    let below = &mut next[usize::try_from(r - 1 - to.0).ok()?];
                    *below = v.min(*below);
                }
                seen.push((v, plane.at(p, q, to), r));
            }
        }
        // What a higher result begins with is no less than what any lower one does.
        for k in (0..count).rev() {
            let after = next.get(k + 1).copied().unwrap_or(most + 1);
            next[k] = next[k].min(after);
        }
        let right = |(v, low, r): &(i64, i64, i64)| {
            let at = usize::try_from(low - to.0).ok().and_then(|k| next.get(k));
            at.is_some_and(|n| low + i64::from(v >= n) == *r)
        };
        seen.iter().all(right).then_some(Ties { plane, a, b, next })
    }
}

/// Numbers as multiples of one power of two, short enough to be added.
fn whole(left: &[f64], right: &[f64]) -> Option<(Vec<i64>, Vec<i64>)> {
    let exact = |v: &f64| zirc_compiler::Ratio::from_float(*v);
    let all = left.iter().chain(right).map(exact).collect::<Option<Vec<_>>>()?;
    let finest = all.iter().map(|v| v.denom().clone()).max()?;
    let one = |v: &zirc_compiler::Ratio| {
        let raw = (v * &finest).to_integer().to_i64();
        raw.filter(|v| v.unsigned_abs() < 1 << 50)
    };
    let all = all.iter().map(one).collect::<Option<Vec<_>>>()?;
    let (a, b) = all.split_at(left.len());
    Some((a.to_vec(), b.to_vec()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::quantized::params::quantize;

    #[test]
    fn differences_that_are_often_half_a_step() {
        let (sa, sb, sc) = (0.02f32, -0.03f32, 0.04f32);
        let to = (-128, 127);
        let (first, second) =
            (|a: i64| f64::from(a as f32 * sa), |b: i64| f64::from(b as f32 * sb));
        let f = |a: i64, b: i64| quantize(a as f32 * sa + b as f32 * sb, sc, 0, to);
        let near = (f64::from(sa / sc), f64::from(sb / sc), 0.0);
        let t = Ties::find((to, to), near, to, (&first, &second), &f).unwrap();
        assert_eq!((t.a.len(), t.b.len(), t.next.len()), (256, 256, 256));
        // Results that grow by more than one with a number are not of that kind.
        let wild = |a: i64, b: i64| if a == b { 5 } else { f(a, b) };
        assert!(Ties::find((to, to), near, to, (&first, &second), &wild).is_none());
    }
}
