//! All columns of a sum at once, at a random point.
//!
//! With a challenge ρ that is drawn after a, b and y are committed to, and exponents x(n) that differ for
//! different n:
//!
//! - w[n, k] = ρ^x(n)·b[n, k] and q[k] = Σ_n w[n, k];
//! - r[m, k] = a[m, k]·q[k] and u[m, n] = ρ^x(n)·y[m, n];
//! - Σ_k r[m, k] = Σ_n u[m, n] for each row m.
//!
//! **Lemma.** y[m, n] = Σ_k a[m, k]·b[n, k] for all m and n, but for a probability of at most the highest
//! exponent over r for each row.
//!
//! *Proof.* The last line says Σ_n ρ^x(n)·(Σ_k a[m, k]·b[n, k] − y[m, n]) = 0, a polynomial in ρ whose
//! coefficients were fixed before ρ was drawn; as the exponents differ, each is the difference of one n. One
//! that is not 0 as a polynomial has no more roots than its degree (Schwartz–Zippel). ∎
//!
//! Rows may be packed as in [`super::packed`]: with Σ_i 2^(w·i)·a[g·j + i, k] for a and Σ_i 2^(w·i)·y[g·j + i, n] for
//! y the polynomial's coefficients are Σ_i 2^(w·i)·(Σ_k a·b − y), and where they are 0, so is each error by the
//! lemma there, given the range of y.
//!
//! Where b reads a tensor X along windows, as a convolution does, w is shared: v[p] = ρ^e(p)·X[p] with
//! exponents e(p) that are affine in n and k along the windows. Then Σ_n v at the places of k is
//! ρ^(e(k))·Σ_n ρ^x(n)·b[n, k], and one product with ρ^(max − e(k)) for each k makes the factor the same
//! for all, which y's side has as well. So |X| products do in place of n·k; zeros around X take none, and what
//! all exponents have in common is left out.
//!
//! *Near misses.* Equal exponents for two columns let their errors cancel. A factor that stays different for
//! different k lets errors of a at one k stand for those at another. A y that is assigned after ρ has no
//! need to be right.

use super::Sum;
use super::check::{Claim, Shown};
use super::column::{Column, Window};
use super::emit::{self, Factor, one, read};
use super::packed::{self, Rows};
use super::plan::Packing;
use super::powers::Powers;
use super::shape::{Axis, Role, Shape};
use crate::draft::{Draft, Form};
use crate::estimate::{self, Estimate};
use crate::term::scaled;
use zirc_circuit::lin::row_major;
use zirc_circuit::{Int, Kind, Lin, TensorId, Term, Width};

/// What it takes, by the cost model.
pub(super) fn estimate(s: &Shape, c: &Column, p: Option<&Packing>) -> Estimate {
    let [z, m, n, k] = s.sizes();
    let m = p.map_or(m, |p| m.div_ceil(p.rows));
    let shared = match &c.window {
        None => z * n * k,
        Some(w) => w.content.len(),
    };
    let narrow = shared + z * m * k + z * m * n + c.powers();
    let all = estimate::response().times(narrow).and(estimate::wide().times(z * k));
    all.and(estimate::equality().times(z * m))
}

pub(super) fn emit(
    d: &mut Draft,
    sum: &Sum,
    c: &Column,
    p: Option<&Packing>,
    powers: &Powers,
) -> Claim {
    let s = &sum.shape;
    let [z, m, n, k] = s.sizes();
    let (a, y, m) = match p {
        None => (emit::factor(d, s, Factor::A), sum.tensor, m),
        Some(p) => {
            packed::ranged(d, sum, p);
            let (rows, numbers) = (Rows::new(d, p, m), m.div_ceil(p.rows));
            let lin = Lin { terms: rows.weighed(sum.tensor, z, n, 1), width: Width::Field };
            let y = emit::derived(d, vec![z, numbers, n], lin, None, s.origin);
            (rows.factor(d, s), y, numbers)
        }
    };
    let (q, columns) = match &c.window {
        None => direct(d, s, powers),
        Some(w) => shared(d, s, w, powers),
    };
    let (rows, columns_of, sums_of) = (m as i64, n as i64, k as i64);
    // r = a·q
    let own = [z, m, k];
    let left = one(d, read(a, &own, &[], &row_major(&own)));
    let right = one(d, read(q, &own, &[], &[sums_of, 0, 1]));
    let r = emit::product(d, s, &own, Kind::Response, None, (left, right));
    // u = ρ^x·y
    let axes: Vec<Axis> = s.axes(Role::Batch).into_iter().chain(s.axes(Role::Column)).collect();
    let batch = s.axes(Role::Batch).len();
    let mut own: Vec<usize> = axes.iter().map(|a| a.extent).collect();
    own.insert(batch, m);
    let mut strides: Vec<i64> = axes.iter().map(|a| columns.strides[a.dim]).collect();
    strides.insert(batch, 0);
    let left = powers.at(&own, &strides, columns.offset);
    let right = one(d, read(y, &own, &[], &row_major(&own)));
    let u = emit::product(d, s, &own, Kind::Response, None, (left, right));
    // Σ_k r − Σ_n u = 0
    let outer = [z, m];
    let minus = Int::from(-1);
    let terms = vec![
        read(r, &outer, &[k], &[rows * sums_of, sums_of, 1]),
        scaled(&read(u, &outer, &[n], &[rows * columns_of, columns_of, 1]), &minus),
    ];
    let form = Form::Zero(Lin { terms, width: Width::Field });
    emit::push(d, s, &outer, form);
    let shown = Shown::Random { powers: powers.tensor, columns, packing: p.cloned() };
    Claim { shape: s.clone(), sums: sum.tensor, shown }
}

/// The exponents that columns have: an offset, and a stride for each dimension of the block.
#[derive(Clone, Debug)]
pub(super) struct Exponents {
    pub(super) offset: i64,
    pub(super) strides: Vec<i64>,
}

/// q = Σ_n ρ^n·b[n, k], by a product for each n and k.
fn direct(d: &mut Draft, s: &Shape, powers: &Powers) -> (TensorId, Exponents) {
    let [z, _, n, k] = s.sizes();
    let b = emit::factor(d, s, Factor::B);
    let own = [z, n, k];
    let left = powers.at(&own, &[0, 1, 0], 0);
    let right = one(d, read(b, &own, &[], &row_major(&own)));
    let w = emit::product(d, s, &own, Kind::Response, None, (left, right));
    let own = [z, k];
    let sum = one(d, read(w, &own, &[n], &[(n * k) as i64, 1, k as i64]));
    let unit = one(d, read(TensorId::ONE, &own, &[], &[0, 0]));
    let q = emit::product(d, s, &own, Kind::Response, None, (sum, unit));
    (q, Exponents { offset: 0, strides: s.strides(&[Role::Column]) })
}

/// The same by a product for each element of what b reads.
fn shared(d: &mut Draft, s: &Shape, w: &Window, powers: &Powers) -> (TensorId, Exponents) {
    let own = &w.content.shape;
    let left = powers.at(own, &w.own.strides, w.own.offset);
    let lin = (left, w.content.lin.clone());
    let mut v = emit::product(d, s, own, Kind::Response, None, lin);
    if w.content.len() < w.padded {
        let term = Term::whole(v, own).to(w.content.place.clone());
        let lin = Lin { terms: vec![term], width: Width::Field };
        v = emit::derived(d, vec![w.padded], lin, None, s.origin);
    }
    let outer: Vec<Axis> = s.axes(Role::Batch).into_iter().chain(s.axes(Role::Summed)).collect();
    let inner = s.axes(Role::Column);
    let extents = |axes: &[Axis]| axes.iter().map(|a| a.extent).collect::<Vec<_>>();
    let free = extents(&outer);
    let access = &s.b.terms[0].src_access;
    let along: Vec<i64> = outer.iter().chain(&inner).map(|a| access.strides[a.dim]).collect();
    let mut windows = scaled(&read(v, &free, &extents(&inner), &along), &w.weight);
    windows.src_access.offset = access.offset;
    // ρ^(highest − e(k)), the same for every z
    let batch = s.axes(Role::Batch).len();
    let down: Vec<i64> = outer
        .iter()
        .enumerate()
        .map(|(i, a)| if i < batch { 0 } else { -w.exponents[a.dim] })
        .collect();
    let left = one(d, windows);
    let right = powers.at(&free, &down, w.highest);
    let q = emit::product(d, s, &free, Kind::Response, None, (left, right));
    let roles = |a: &usize| matches!(s.roles[*a], Role::Batch | Role::Column);
    let strides = (0..s.dims.len()).map(|a| if roles(&a) { w.exponents[a] } else { 0 });
    (q, Exponents { offset: w.offset + w.highest - w.shift, strides: strides.collect() })
}
