//! Several sums in one number.
//!
//! For rows m in groups of g and numbers of 2^w values each:
//!
//! - P[j, k] = Σ_{i<g} 2^(w·i)·a[g·j + i, k], a combination;
//! - P[j, k]·b[n, k] = t[j, n, k], a constraint each;
//! - Σ_k t[j, n, k] = Σ_{i<g} 2^(w·i)·y[g·j + i, n];
//! - lo ≤ y[m, n] < lo + 2^w, proved as any range, or by what takes y apart anyway ([`super::bounds`]).
//!
//! **Lemma.** If a and b lie in their intervals, so that every Σ_k a·b lies in [lo, lo + 2^w), and
//! w·g ≤ 252, then y[m, n] = Σ_k a[m, k]·b[n, k].
//!
//! *Proof.* Let e_i = Σ_k a[g·j + i, k]·b[n, k] as an integer. The constraints say Σ 2^(w·i)·e_i =
//! Σ 2^(w·i)·y_i modulo r, and so the same of e_i − lo and y_i − lo, which all lie in [0, 2^w). Both sums lie
//! in [0, 2^(w·g)), and 2^252 < r, so that they are equal as integers; digits to the base 2^w are unique. ∎
//!
//! *Near misses.* Without the range of y, y_0 + 2^w and y_1 − 1 pass for y_0 and y_1. With w·g past the
//! order, y may be off by the digits of r. With w too small for the sums, an honest prover has no y, and
//! where a or b leave their intervals two rows can be traded against each other: their ranges are proved
//! where they come from, not here.

use super::check::{Claim, Shown};
use super::emit::{self, Factor};
use super::plan::Packing;
use super::shape::Shape;
use super::{Sum, emit::read};
use crate::draft::{Draft, Form};
use crate::lower::range;
use num_traits::One;
use zirc_circuit::{Access, Category, ConstId, Int, Kind, Lin, TensorId, Term, Weight, Width};

pub(super) fn emit(d: &mut Draft, sum: &Sum, p: &Packing) -> Claim {
    let s = &sum.shape;
    let [z, m, n, k] = s.sizes();
    let numbers = m.div_ceil(p.rows);
    let rows = Rows::new(d, p, m);
    let packed = rows.factor(d, s);
    let b = emit::factor(d, s, Factor::B);
    // t = P·b
    let own = [z, numbers, n, k];
    let strides = |x: usize, rest: [i64; 3]| [&[(x * k) as i64], &rest[..]].concat();
    let left = emit::one(d, read(packed, &own, &[], &strides(numbers, [k as i64, 0, 1])));
    let right = emit::one(d, read(b, &own, &[], &strides(n, [0, k as i64, 1])));
    let interval = emit::product_interval(d, packed, b);
    let t = emit::product(d, s, &own, Kind::Witness, interval, (left, right));
    // Σ t − Σ 2^(w·i)·y = 0
    let outer = [z, numbers, n];
    let row = k as i64;
    let of_t = [(numbers * n) as i64 * row, n as i64 * row, row, 1];
    let mut balance = Lin { terms: vec![read(t, &outer, &[k], &of_t)], width: Width::Field };
    balance.terms.extend(rows.weighed(sum.tensor, z, n, -1));
    emit::push(d, s, &outer, Form::Zero(balance));
    ranged(d, sum, p);
    let shown = Shown::Packed { packing: p.clone(), products: t };
    Claim { shape: s.clone(), sums: sum.tensor, shown }
}

/// Holds sums to their range, where nothing else does.
pub(super) fn ranged(d: &mut Draft, sum: &Sum, p: &Packing) {
    if p.held {
        return;
    }
    let hi = &p.lo + (Int::one() << p.bits) - 1;
    let shape = d.tensor(sum.tensor).shape.clone();
    let width = d.tensor(sum.tensor).width;
    let value = Lin { terms: vec![Term::whole(sum.tensor, &shape)], width };
    range::lower(d, shape, value, p.lo.clone(), hi, Category::Range, sum.shape.origin);
}

/// Rows of a tensor in numbers of several.
pub(super) struct Rows {
    /// Powers of two.
    weights: ConstId,
    /// In each number but the last.
    rows: usize,
    all: usize,
}

impl Rows {
    /// So many rows, packed.
    pub(super) fn new(d: &mut Draft, p: &Packing, all: usize) -> Rows {
        let weights = d.constant((0..p.rows).map(|i| Int::one() << (p.bits * i)).collect());
        Rows { weights, rows: p.rows, all }
    }

    /// P over [z, j, k].
    pub(super) fn factor(&self, d: &mut Draft, s: &Shape) -> TensorId {
        let [z, m, _, k] = s.sizes();
        let a = emit::factor(d, s, Factor::A);
        let lin = Lin { terms: self.weighed(a, z, k, 1), width: Width::Field };
        let interval = emit::interval(d, &lin);
        emit::derived(d, vec![z, m.div_ceil(self.rows), k], lin, interval, s.origin)
    }

    /// Σ_i 2^(w·i)·x[z, g·j + i, inner] over [z, j, inner], times a number.
    pub(super) fn weighed(&self, of: TensorId, z: usize, inner: usize, factor: i64) -> Vec<Term> {
        let (full, rest) = (self.all / self.rows, self.all % self.rows);
        let numbers = full + usize::from(rest > 0);
        let step = inner as i64;
        let weight = Weight::Tensor {
            factor: Int::from(factor),
            constant: self.weights,
            access: Access { offset: 0, strides: vec![0, 0, 0, 1] },
        };
        let term = |first: usize, count: usize, rows: usize| {
            let number = Access {
                offset: first as i64 * step,
                strides: vec![numbers as i64 * step, step, 1],
            };
            let parts = Access {
                offset: (first * self.rows) as i64 * step,
                strides: vec![self.all as i64 * step, self.rows as i64 * step, 1, step],
            };
            let read = Term::read(of, &[z, count, inner], &[rows], parts);
            read.to(number).weighed(weight.clone())
        };
        let mut terms = vec![];
        if full > 0 {
            terms.push(term(0, full, self.rows));
        }
        if rest > 0 {
            terms.push(term(full, 1, rest));
        }
        terms
    }
}
