//! **Bracket.** Let s be an unknown in an enforced interval, and let every other unknown be
//! eliminated, so that polynomials P and Q in s with determined coefficients remain. Then s is
//! determined
//! - if P ≥ 0 and Q ≥ 0 are enforced, P(s) ≥ P(s + 1), and Q(s) + P(s + 1) + 1 ≤ 0, for all s in
//!   the interval: floor division by a witness (P = u − b·s, Q = b·(s + 1) − 1 − u), square roots
//!   (P = u − s²), reciprocal square roots (P = c − u·s²). Where P(s) − P(s + 1) does not depend on
//!   s, P(s) − P(s + 1) ≥ P(s) + Q(s) will do for the second condition, as the right side is ≥ 0;
//! - if P = 0 is enforced and P(s) > P(s + 1) for all s in the interval;
//! - if P = 0 is enforced and P = k·s + d with k never 0 (elimination).
//!
//! Proof: P and Q do not wrap: their intervals and those enforced are so short that equality modulo
//! the order is equality of integers. Let s < s' be two solutions. As P does not rise,
//! P(s + 1) ≥ P(s') ≥ 0, and Q(s) ≥ 0, so that Q(s) + P(s + 1) + 1 > 0, a contradiction. If P = 0 is
//! enforced, 0 = P(s) > P(s + 1) ≥ P(s') = 0 contradicts itself.

use super::case::{Case, Fact};
use crate::audit::engine::{Engine, Proof};
use crate::audit::form::{Poly, Var};
use crate::audit::system::Role;
use crate::number::order;
use num_traits::{One, Signed, Zero};
use std::collections::BTreeSet;
use zirc_circuit::Int;

/// Coefficients of fewer bits stay below half the order when a few polynomials of degree up to
/// [`DEGREE`] are added after a shift by 1, which multiplies by binomials.
const PLAIN_BITS: u64 = 236;
const DEGREE: usize = 6;

/// Tries every unknown.
pub(crate) fn apply(e: &Engine<'_>) -> Option<Proof> {
    let mut open: BTreeSet<Var> = e.open_targets().into_iter().collect();
    // What stands beside an open target may be easier to solve for.
    for v in open.clone() {
        open.extend(e.tied(v));
    }
    open.into_iter().find_map(|s| solve(e, s))
}

fn solve(e: &Engine<'_>, s: Var) -> Option<Proof> {
    if e.determined[s as usize] || !e.afford(e.system.mentions[s as usize].len()) {
        return None;
    }
    let mut case = Case::new(e);
    case.symbol(s);
    case.run();
    let proof = |lemma: &'static str| Proof {
        lemma,
        variables: vec![s],
        constraints: case.used.iter().copied().collect(),
    };
    if case.impossible {
        return Some(proof("constraints that nothing satisfies"));
    }
    if case.facts.iter().any(|(f, _)| is_solved(e, f, s)) {
        return Some(proof("equations with one solution"));
    }
    if e.system.bounds(s).is_none() || e.system.variables[s as usize].role == Role::Given {
        return None;
    }
    // The interval of s itself is no bracket of it, yet harmless among the others.
    let plain: Vec<Plain<'_>> = case.facts.iter().filter_map(|(f, _)| plain(e, f, s)).collect();
    if plain.iter().any(|f| crosses_once(e, f, s)) {
        return Some(proof("an equation whose sides cross once"));
    }
    let sides = plain.iter().flat_map(|Plain { p, lo, hi }| {
        [
            p.add(&Poly::constant(-*lo), &Int::one()),
            Poly::constant((*hi).clone()).add(p, &-Int::one()),
        ]
    });
    is_bracketed(e, &sides.collect::<Vec<_>>(), s)
        .then(|| proof("a bracket: not above, and the next one is"))
}

/// Whether a fact is k·s + d = 0 with k never 0.
fn is_solved(e: &Engine<'_>, f: &Fact, s: Var) -> bool {
    let Fact::Within(p, lo, hi) = f else { return false };
    let equation = lo.is_zero() && hi.is_zero();
    let slope = p.linear_in(s).filter(|_| equation).map(|(slope, _)| slope);
    slope.is_some_and(|k| !k.is_zero() && e.poly_never_zero(&k))
}

/// lo ≤ p ≤ hi, of integers.
struct Plain<'p> {
    p: &'p Poly,
    lo: &'p Int,
    hi: &'p Int,
}

/// A fact about s that holds of integers, whose polynomials may be added and shifted as such.
fn plain<'p>(e: &Engine<'_>, f: &'p Fact, s: Var) -> Option<Plain<'p>> {
    let Fact::Within(p, lo, hi) = f else { return None };
    if !p.has(s) {
        return None;
    }
    let (a, b) = e.system.poly_bounds(p)?;
    // p ≡ t with t in lo..=hi, and |p − t| < order: p = t.
    if &b - lo >= order() || hi - &a >= order() {
        return None;
    }
    // No coefficient may wrap.
    let degree = p.terms.keys().map(Vec::len).max().unwrap_or(0);
    let long = p.terms.values().chain([lo, hi]).any(|c| c.bits() > PLAIN_BITS);
    (degree <= DEGREE && !long).then_some(Plain { p, lo, hi })
}

/// Whether p = 0, and p falls or rises all along the interval of s.
fn crosses_once(e: &Engine<'_>, f: &Plain<'_>, s: Var) -> bool {
    let falls = f.p.add(&next(f.p, s), &-Int::one());
    let strict = |d: &Poly| e.system.poly_bounds(d).is_some_and(|b| b.0.is_positive());
    let equation = f.lo.is_zero() && f.hi.is_zero();
    equation && (strict(&falls) || strict(&falls.times(&-Int::one())))
}

/// Whether two of these polynomials, none of which is negative, bracket s as the lemma says.
fn is_bracketed(e: &Engine<'_>, sides: &[Poly], s: Var) -> bool {
    let at_least_0 = |d: &Poly| e.system.poly_bounds(d).is_some_and(|b| !b.0.is_negative());
    sides.iter().any(|p| {
        let after = next(p, s);
        let falls = p.add(&after, &-Int::one());
        let always = at_least_0(&falls);
        sides.iter().any(|q| {
            // P(s) + Q(s) ≥ 0 is enforced: what is no less is not negative either.
            let both = p.add(q, &Int::one());
            let falls = always || !falls.has(s) && at_least_0(&falls.add(&both, &-Int::one()));
            let sum = || q.add(&after, &Int::one());
            falls && e.system.poly_bounds(&sum()).is_some_and(|b| b.1.is_negative())
        })
    })
}

/// P(s + 1)
fn next(p: &Poly, s: Var) -> Poly {
    p.substitute(s, &Poly::var(s).add(&Poly::constant(Int::one()), &Int::one()))
}

#[cfg(test)]
mod tests {
    use crate::audit::testing::Build;

    /// u = b·q + r with 0 ≤ r ≤ b − 1 + slack.
    fn division(slack: i64, low: bool, high: bool, q_range: Option<i64>, b_lo: i64) -> usize {
        let mut t = Build::default();
        let (u, b, q, r) = (t.given(0, 255), t.given(b_lo, 15), t.hint(), t.hint());
        let z = t.other();
        if let Some(hi) = q_range {
            t.range(&[(q, 1)], 0, 0, hi);
        }
        if low {
            t.range(&[(r, 1)], 0, 0, 255);
        }
        t.product((&[(b, 1)], 0), (&[(q, 1)], 0), (&[(z, 1)], 0));
        t.zero(&[(u, -1), (z, 1), (r, 1)], 0);
        if high {
            t.range(&[(b, 1), (r, -1)], slack - 1, 0, 255);
        }
        t.open().len()
    }

    #[test]
    fn division_by_a_witness() {
        assert_eq!(division(0, true, true, Some(255), 1), 0);
        assert_eq!(division(0, true, true, Some(255), 0), 0);
        // 0 ≤ r ≤ b − 1 makes the divisor positive.
        assert_eq!(division(0, true, true, Some(255), -1), 0);
        assert_eq!(division(1, true, true, Some(255), 1), 2);
        assert_eq!(division(0, false, true, Some(255), 1), 2);
        assert_eq!(division(0, true, false, Some(255), 1), 2);
        assert_eq!(division(0, true, true, None, 1), 2);
    }

    /// 4·v = 1 − u − 4·s: v is −s plus multiples of 1/4, which are huge in the field.
    #[test]
    fn coefficients_that_wrap() {
        let mut t = Build::default();
        let (u, s, v) = (t.given(0, 1), t.hint(), t.hint());
        t.range(&[(s, 1)], 0, -1, 3);
        t.range(&[(v, 1)], 0, 0, 1);
        t.zero(&[(u, 1), (s, 4), (v, 4)], -1);
        assert_eq!(t.open(), [s, v]);
    }

    fn root(lo: i64, slack: i64) -> usize {
        let mut t = Build::default();
        let (u, s, z) = (t.given(0, 65535), t.hint(), t.other());
        t.range(&[(s, 1)], 0, lo, 255);
        t.product((&[(s, 1)], 0), (&[(s, 1)], 0), (&[(z, 1)], 0));
        t.range(&[(u, 1), (z, -1)], 0, 0, 1023);
        t.range(&[(z, 1), (s, 2), (u, -1)], slack, 0, 1023);
        t.open().len()
    }

    #[test]
    fn square_roots() {
        assert_eq!(root(0, 0), 0);
        assert_eq!(root(-255, 0), 1);
        assert_eq!(root(0, 1), 1);
    }

    #[test]
    fn exact_roots_have_a_sign() {
        for (lo, open) in [(0, 0), (-3, 1)] {
            let mut t = Build::default();
            let (u, s) = (t.given(0, 225), t.hint());
            t.range(&[(s, 1)], 0, lo, 15);
            t.product((&[(s, 1)], 0), (&[(s, 1)], 0), (&[(u, 1)], 0));
            assert_eq!(t.open().len(), open, "from {lo}");
        }
    }

    #[test]
    fn two_equations() {
        let mut t = Build::default();
        let (u, v, x, y) = (t.given(0, 9), t.given(0, 9), t.hint(), t.hint());
        t.zero(&[(x, 1), (y, 1), (u, -1)], 0);
        t.zero(&[(x, 1), (y, -1), (v, -1)], 0);
        assert!(t.open().is_empty());
        let mut t = Build::default();
        let (u, x, y) = (t.given(0, 9), t.hint(), t.hint());
        t.zero(&[(x, 1), (y, 1), (u, -1)], 0);
        t.zero(&[(x, 2), (y, 2), (u, -2)], 0);
        assert_eq!(t.open(), [x, y]);
    }
}
