//! Which cases cannot both be those of assignments with the same inputs.
//!
//! The facts of a case speak of determined variables only, which have the same values in both
//! assignments. Two cases exclude each other when
//! - one says P = 0 (or L² = 0) and the other that P (or L) is not 0, or
//! - λ·M lies in one interval in the first and in a disjoint one in the second, modulo the order.
//!   This holds inequalities that sum to a negative constant: M ≥ 0 and −M − 1 ≥ 0.

use super::case::{Case, Fact};
use crate::audit::engine::excludes_zero;
use crate::audit::form::{Poly, reduce};
use crate::number::{centred, inverse};
use num_traits::{One, Zero};
use std::collections::BTreeMap;
use zirc_circuit::Int;

/// λ·M in `lo..=hi`, in one case.
struct Entry {
    case: usize,
    factor: Int,
    lo: Int,
    hi: Int,
}

/// Entries of one key that are compared pairwise; more are left alone.
const ENTRIES: usize = 4096;

/// `out[i][j]` for i < j: the cases exclude each other.
pub(crate) fn excluded(cases: &[Case<'_, '_>]) -> Vec<Vec<bool>> {
    let n = cases.len();
    let mut out = vec![vec![false; n]; n];
    let mut within: BTreeMap<Poly, Vec<Entry>> = BTreeMap::new();
    let mut zero: BTreeMap<Poly, Vec<usize>> = BTreeMap::new();
    let mut nonzero: BTreeMap<Poly, Vec<usize>> = BTreeMap::new();
    for (case, c) in cases.iter().enumerate() {
        for (f, _) in &c.facts {
            match f {
                Fact::NonZero(p) => nonzero.entry(p.monic()).or_default().push(case),
                Fact::Within(p, lo, hi) => {
                    if lo.is_zero() && hi.is_zero() {
                        zero.entry(root(p).monic()).or_default().push(case);
                    }
                    let p = if lo.is_zero() && hi.is_zero() { root(p) } else { p.clone() };
                    let offset = p.offset();
                    let mut rest = p;
                    rest.terms.remove(&vec![]);
                    let Some(factor) = rest.terms.values().next_back().cloned() else { continue };
                    let e = Entry { case, factor, lo: lo - &offset, hi: hi - offset };
                    within.entry(rest.monic()).or_default().push(e);
                }
            }
        }
    }
    let mut mark = |i: usize, j: usize| out[i.min(j)][i.max(j)] = true;
    for (p, zs) in &zero {
        for &j in nonzero.get(p).into_iter().flatten() {
            zs.iter().filter(|i| **i != j).for_each(|&i| mark(i, j));
        }
    }
    for entries in within.values().filter(|e| e.len() <= ENTRIES) {
        for (k, a) in entries.iter().enumerate() {
            for b in entries[k + 1..].iter().filter(|b| b.case != a.case) {
                if disjoint(a, b) {
                    mark(a.case, b.case);
                }
            }
        }
    }
    out
}

/// Whether no value of M is in both.
fn disjoint(a: &Entry, b: &Entry) -> bool {
    let scaled = |e: &Entry, k: &Int| (reduce(&e.lo * k), e.factor.clone());
    let (alo, ahi, blo, bhi) = if a.factor == b.factor {
        (a.lo.clone(), a.hi.clone(), b.lo.clone(), b.hi.clone())
    } else if reduce(&a.factor + &b.factor).is_zero() {
        (a.lo.clone(), a.hi.clone(), -&b.hi, -&b.lo)
    } else if a.lo == a.hi {
        let (x, _) = scaled(a, &(&b.factor * inverse(&a.factor)));
        (x.clone(), x, b.lo.clone(), b.hi.clone())
    } else if b.lo == b.hi {
        let (x, _) = scaled(b, &(&a.factor * inverse(&b.factor)));
        (a.lo.clone(), a.hi.clone(), x.clone(), x)
    } else {
        return false;
    };
    excludes_zero(&(alo - bhi, ahi - blo))
}

/// L where the polynomial is c·L² with L of degree 1, else the polynomial: they have the same
/// zeros, as a field has no zero divisors.
pub(crate) fn root(p: &Poly) -> Poly {
    let square = p.terms.iter().find(|(m, _)| matches!(m[..], [v, w] if v == w));
    let Some((m, c)) = square else { return p.clone() };
    let v = m[0];
    // c·(v + L')² = c·v² + 2c·L'·v + …
    let half = inverse(&centred(&(c * 2)));
    let mut l = Poly::var(v);
    for (m, d) in &p.terms {
        let rest = match m[..] {
            [a, b] if a == v && b != v => vec![b],
            [a, b] if b == v && a != v => vec![a],
            [a] if a == v => vec![],
            _ => continue,
        };
        l.add_term(rest, reduce(d * &half));
    }
    let back = l.mul(&l).times(c);
    if back.add(p, &-Int::one()).is_zero() { l } else { p.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roots_of_squares() {
        let l = Poly::var(3)
            .add(&Poly::var(5), &Int::from(-2))
            .add(&Poly::constant(7.into()), &Int::one());
        let p = l.mul(&l).times(&Int::from(9));
        assert_eq!(root(&p).monic(), l.monic());
        let q = p.add(&Poly::constant(Int::one()), &Int::one());
        assert_eq!(root(&q), q);
        assert_eq!(root(&Poly::var(1).mul(&Poly::var(2))), Poly::var(1).mul(&Poly::var(2)));
    }
}
