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
//! for all, which y's side has as well. So |X| products do in place of n·k.
//!
//! *Near misses.* Equal exponents for two columns let their errors cancel. A factor that stays different for
//! different k lets errors of a at one k stand for those at another. A y that is assigned after ρ has no
//! need to be right.

use super::Sum;
use super::check::{Claim, Shown};
use super::emit::{self, Factor, one, read};
use super::packed::{self, Rows};
use super::plan::Packing;
use super::shape::{Axis, Role, Shape};
use crate::draft::{Draft, Form};
use crate::lower::cost::{self, Estimate};
use crate::term::scaled;
use zirc_circuit::lin::row_major;
use zirc_circuit::{Access, Int, Kind, Lin, Op, OriginId, TensorId, Term, Weight, Width};

/// How columns get their powers of the challenge.
#[derive(Clone, Debug)]
pub(super) struct Column {
    /// What b reads as a window, if it does and that is cheaper.
    window: Option<Window>,
    columns: usize,
}

/// A tensor read along windows: places are told by their exponents, place modulo `inner`.
#[derive(Clone, Debug)]
struct Window {
    source: TensorId,
    weight: Int,
    /// Elements of the source, and of its inner part.
    len: usize,
    inner: usize,
    /// For each dimension of the block.
    exponents: Vec<i64>,
    offset: i64,
    /// The highest exponent of k; the highest of all is below `inner`.
    highest: i64,
}

impl Column {
    /// How many powers it needs, from 1 on.
    pub(super) fn powers(&self) -> usize {
        match &self.window {
            None => self.columns,
            Some(w) => w.inner,
        }
    }
}

/// Columns worth a random check; `None` for a single one.
pub(super) fn column(d: &Draft, s: &Shape) -> Option<Column> {
    let [z, _, n, k] = s.sizes();
    if s.is_empty() || n < 2 {
        return None;
    }
    // As many products more as powers are saved.
    let window = window(d, s).filter(|w| w.len + z * k < z * n * k);
    Some(Column { window, columns: n })
}

fn window(d: &Draft, s: &Shape) -> Option<Window> {
    let [t] = s.b.terms.as_slice() else { return None };
    let Weight::Scalar(weight) = &t.weight else { return None };
    let source = d.tensor(t.src);
    let strides = &t.src_access.strides;
    if !t.bound.is_empty() || strides.iter().any(|s| *s < 0) || t.src_access.offset < 0 {
        return None;
    }
    let mut inner = 1;
    let sizes = source.shape.iter().rev().map(|n| {
        inner *= n;
        inner
    });
    sizes
        .filter_map(|inner| {
            let part = i64::try_from(inner).ok().filter(|n| *n > 0)?;
            let exponents: Vec<i64> = strides.iter().map(|s| s % part).collect();
            let of = |roles: &[Role]| -> i64 {
                let all = roles.iter().flat_map(|r| s.axes(*r));
                all.map(|a| exponents[a.dim] * (a.extent as i64 - 1)).sum()
            };
            let offset = t.src_access.offset % part;
            let top = offset + of(&[Role::Batch, Role::Column, Role::Summed]);
            let columns = s.axes(Role::Column);
            let apart = columns.iter().all(|a| strides[a.dim] < part);
            let fits = top < part && apart && nested(&columns, &exponents);
            let highest = of(&[Role::Summed]);
            fits.then(|| Window {
                source: t.src,
                weight: weight.clone(),
                len: source.len(),
                inner,
                highest,
                exponents,
                offset,
            })
        })
        .next()
}

/// Whether different indices of these dimensions have different exponents.
fn nested(axes: &[Axis], exponents: &[i64]) -> bool {
    let mut all: Vec<(i64, i64)> =
        axes.iter().map(|a| (exponents[a.dim], a.extent as i64)).filter(|x| x.1 > 1).collect();
    all.sort_unstable();
    let mut reach = 0;
    all.iter().all(|(stride, extent)| {
        let apart = *stride > reach;
        reach += stride * (extent - 1);
        apart
    })
}

/// What it takes, by the cost model.
pub(super) fn estimate(s: &Shape, c: &Column, p: Option<&Packing>) -> Estimate {
    let [z, m, n, k] = s.sizes();
    let m = p.map_or(m, |p| m.div_ceil(p.rows));
    let shared = match &c.window {
        None => z * n * k,
        Some(w) => w.len,
    };
    let narrow = shared + z * m * k + z * m * n + c.powers();
    let all = cost::response().times(narrow).and(cost::wide().times(z * k));
    all.and(cost::equality().times(z * m))
}

/// Powers of a challenge, from 1 on.
pub(super) struct Powers {
    tensor: TensorId,
}

impl Powers {
    /// Draws a challenge and makes so many powers of it: ρ^(2^i + j) = ρ^(2^i)·ρ^j for 1 ≤ j ≤ 2^i.
    pub(super) fn draw(d: &mut Draft, len: usize, origin: OriginId) -> Powers {
        let rho = emit::variable(d, &[], Kind::Challenge, None, Op::Challenge, origin);
        let mut parts = vec![(TensorId::ONE, 1), (rho, 1)];
        let mut known = 2;
        while known < len {
            // From the first to the highest: `half` of them.
            let half = known - 1;
            let count = half.min(len - known);
            let low = Powers::listed(d, &parts, half + 1, origin);
            let own = [count];
            let mut each = read(low, &own, &[], &[1]);
            each.src_access.offset = 1;
            let mut highest = read(low, &own, &[], &[0]);
            highest.src_access.offset = half as i64;
            let (a, b) = (one(d, each), one(d, highest));
            let op = Op::Mul(a.clone(), b.clone());
            let next = emit::variable(d, &own, Kind::Response, None, op, origin);
            let c = one(d, read(next, &own, &[], &[1]));
            let (shape, form) = (own.to_vec(), Form::Product(a, b, c));
            let category = zirc_circuit::Category::Product;
            d.constraints.push(crate::draft::Constraint { shape, form, category, origin });
            parts.push((next, count));
            known += count;
        }
        Powers { tensor: Powers::listed(d, &parts, known, origin) }
    }

    /// Parts one behind the other.
    fn listed(
        d: &mut Draft,
        parts: &[(TensorId, usize)],
        len: usize,
        origin: OriginId,
    ) -> TensorId {
        let mut at = 0;
        let terms = parts.iter().map(|&(src, count)| {
            let dst = Access { offset: at, strides: vec![1] };
            at += count as i64;
            Term { dst, ..read(src, &[count], &[], &[1]) }
        });
        let lin = Lin { terms: terms.collect(), width: Width::Field };
        emit::derived(d, vec![len], lin, None, origin)
    }

    /// Over these indices, the power that strides and an offset say.
    fn at(&self, free: &[usize], strides: &[i64], offset: i64) -> Lin {
        let mut term = read(self.tensor, free, &[], strides);
        term.src_access.offset = offset;
        Lin { terms: vec![term], width: Width::Field }
    }
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
    let own = [w.len / w.inner, w.inner];
    let left = powers.at(&own, &[0, 1], 0);
    let right = one(d, read(w.source, &own, &[], &row_major(&own)));
    let v = emit::product(d, s, &own, Kind::Response, None, (left, right));
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
    (q, Exponents { offset: w.offset + w.highest, strides: strides.collect() })
}
