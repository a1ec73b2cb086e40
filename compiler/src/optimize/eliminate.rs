//! Solves linear constraints for a variable.
//!
//! `w·v(f) + rest(f) = 0` with w = ±1 says `v(f) = ∓rest(f)`: v needs no variable and the
//! constraint says nothing more. Before: every element of v is a witness variable. After: the
//! solved elements are linear in others, and the same assignments (restricted to what is left)
//! satisfy the circuit. The witness program still computes v as it did.

use crate::draft::{Constraint, Draft, Form};
use crate::recognize::inline;
use crate::term::{coefficient, scaled, writes_in_order};
use num_traits::{One, Signed};
use zirc_circuit::lin::row_major;
use zirc_circuit::{Access, Category, Int, Ints, Kind, Lin, Op, Step, Tensor, Term, Weight};

pub(crate) fn equalities(d: &mut Draft) {
    run(d, |c| c.category != Category::Recompose);
}

pub(crate) fn recompositions(d: &mut Draft) {
    run(d, |_| true);
}

fn run(d: &mut Draft, wanted: impl Fn(&Constraint) -> bool) {
    let all = std::mem::take(&mut d.constraints);
    let mut kept = vec![];
    for c in all {
        let solved = match &c.form {
            Form::Zero(lin) if wanted(&c) => {
                solve(d, &c.shape, lin)
                    || inline(d, &c.shape, lin).is_some_and(|l| solve(d, &c.shape, &l))
            }
            _ => false,
        };
        if !solved {
            kept.push(c);
        }
    }
    d.constraints = kept;
}

/// Solves `lin = 0` for one of its variables, if one can be. Every term has to say something about
/// every element of the shape: solving for some elements would lose the others.
fn solve(d: &mut Draft, shape: &[usize], lin: &Lin) -> bool {
    if !lin.terms.iter().all(|t| writes_in_order(t, shape)) {
        return false;
    }
    let whole = (0..lin.terms.len()).find(|&k| {
        let t = &lin.terms[k];
        t.bound.is_empty() && unit(&t.weight) && candidate(d, lin, k) && covers(d, t)
    });
    if let Some(k) = whole {
        return solve_whole(d, lin, k);
    }
    for k in 0..lin.terms.len() {
        let t = &lin.terms[k];
        if t.bound.is_empty() || !candidate(d, lin, k) || !covers(d, t) {
            continue;
        }
        if let Some(at) = unit_index(d, t) {
            return solve_slice(d, lin, k, &at);
        }
    }
    false
}

fn unit(w: &Weight) -> bool {
    matches!(w, Weight::Scalar(n) if n.abs().is_one())
}

/// The term reads a witness tensor that nothing else in the combination depends on.
fn candidate(d: &Draft, lin: &Lin, k: usize) -> bool {
    let v = lin.terms[k].src;
    if !matches!(d.tensor(v).kind, Kind::Witness) {
        return false;
    }
    let others = lin.terms.iter().enumerate().filter(|(i, _)| *i != k).map(|(_, t)| t.src);
    !d.depends(others, v)
}

/// Whether the term's index space reads every element of its source exactly once.
fn covers(d: &Draft, t: &Term) -> bool {
    let extents = t.free.iter().chain(&t.bound);
    let mut dims: Vec<(i64, usize)> =
        t.src_access.strides.iter().copied().zip(extents.copied()).filter(|x| x.1 != 1).collect();
    dims.sort_unstable();
    let mut expected = 1i64;
    for (stride, extent) in dims {
        if stride != expected {
            return false;
        }
        expected *= extent as i64;
    }
    let len = d.tensor(t.src).len();
    t.src_access.offset == 0 && expected as usize == len && t.dst == Access::identity(&t.free)
}

/// w·v(f) + rest(f) = 0 gives v(f) = −w·rest(f), as w² = 1.
fn solve_whole(d: &mut Draft, lin: &Lin, k: usize) -> bool {
    let t = &lin.terms[k];
    let Weight::Scalar(w) = &t.weight else { return false };
    let terms = lin.terms.iter().enumerate().filter(|(i, _)| *i != k).map(|(_, r)| {
        let mut r = scaled(r, &-w);
        r.dst = redirect(&r.dst, &t.free, &t.src_access.strides, t.src_access.offset);
        r
    });
    let terms = terms.collect();
    d.define(t.src, Lin { terms, width: d.tensor(t.src).width })
}

/// The destination of a term over a row-major shape, moved to where `strides` put that shape.
fn redirect(dst: &Access, shape: &[usize], strides: &[i64], offset: i64) -> Access {
    // Terms of one combination all write the whole shape in row-major order.
    debug_assert_eq!(*dst, Access::identity(shape));
    Access { offset, strides: strides[..shape.len()].to_vec() }
}

/// A bound index whose weight is ±1 whatever the free index is.
fn unit_index(d: &Draft, t: &Term) -> Option<Vec<usize>> {
    let zero = vec![0; t.bound.len()];
    match &t.weight {
        w @ Weight::Scalar(_) => unit(w).then_some(zero),
        Weight::Tensor { factor, constant, access } => {
            let (free, bound) = access.strides.split_at(t.free.len());
            let varies = free.iter().zip(&t.free).any(|(s, n)| *s != 0 && *n > 1);
            if varies || !factor.abs().is_one() {
                return None;
            }
            let data = &d.constants[constant.0 as usize].data;
            let is_unit = |at: i64| match (data, usize::try_from(at)) {
                (Ints::Small(v), Ok(i)) => v.get(i).is_some_and(|x| x.abs() == 1),
                (Ints::Big(v), Ok(i)) => v.get(i).is_some_and(|x| x.abs().is_one()),
                _ => false,
            };
            match (bound, t.bound.as_slice()) {
                ([s], [n]) => {
                    (0..*n).find(|&i| is_unit(access.offset + s * i as i64)).map(|i| vec![i])
                }
                _ => is_unit(access.offset).then_some(zero),
            }
        }
    }
}

/// A box of bound indices that stays a variable, packed behind the boxes before it.
struct Piece {
    start: Vec<usize>,
    extents: Vec<usize>,
    base: usize,
}

/// All bound indices but one, as boxes.
fn complement(bound: &[usize], at: &[usize]) -> Vec<Piece> {
    let mut pieces = vec![];
    let mut base = 0;
    for k in 0..bound.len() {
        // The dimensions before k sit at the solved index, those behind run freely.
        for (lo, hi) in [(0, at[k]), (at[k] + 1, bound[k])] {
            if lo == hi {
                continue;
            }
            let mut start = at.to_vec();
            start[k] = lo;
            start[k + 1..].fill(0);
            let mut extents = vec![1; bound.len()];
            extents[k] = hi - lo;
            extents[k + 1..].copy_from_slice(&bound[k + 1..]);
            let size: usize = extents.iter().product();
            pieces.push(Piece { start, extents, base });
            base += size;
        }
    }
    pieces
}

/// Σ_b w(b)·v(f, b) + rest(f) = 0 with w(b₀) = ±1 gives v(f, b₀); the other elements move to a
/// variable of their own, and v reads both.
fn solve_slice(d: &mut Draft, lin: &Lin, k: usize, at: &[usize]) -> bool {
    let t = lin.terms[k].clone();
    let w = weight_at(d, &t, at);
    let pieces = complement(&t.bound, at);
    let left: usize = pieces.iter().map(|p| p.extents.iter().product::<usize>()).sum();
    let rank = t.free.len();
    let (free_strides, bound_strides) = t.src_access.strides.split_at(rank);
    let offset = |start: &[usize]| -> i64 {
        bound_strides.iter().zip(start).map(|(s, &i)| s * i as i64).sum()
    };
    let solved = Access { offset: offset(at), strides: free_strides.to_vec() };

    let mut rest_shape = t.free.clone();
    rest_shape.push(left.max(1));
    let rest_id = d.next();
    let packed = row_major(&rest_shape);
    let mut terms: Vec<Term> = lin
        .terms
        .iter()
        .enumerate()
        .filter(|(i, _)| *i != k)
        .map(|(_, r)| Term { dst: solved.clone(), ..scaled(r, &-&w) })
        .collect();
    let mut gather = vec![];
    for p in &pieces {
        let inner = row_major(&p.extents);
        let strides: Vec<i64> = packed[..rank].iter().copied().chain(inner.clone()).collect();
        let src_access = Access { offset: p.base as i64, strides };
        // v(f, b₀) −= w·w(b)·v'(f, b)
        let weight = match &t.weight {
            Weight::Scalar(n) => Weight::Scalar(coefficient(-(n * &w))),
            Weight::Tensor { factor, constant, access } => {
                let shift: i64 =
                    access.strides[rank..].iter().zip(&p.start).map(|(s, &i)| s * i as i64).sum();
                Weight::Tensor {
                    factor: coefficient(-(factor * &w)),
                    constant: *constant,
                    access: Access {
                        offset: access.offset + shift,
                        strides: access.strides.clone(),
                    },
                }
            }
        };
        terms.push(Term {
            free: t.free.clone(),
            bound: p.extents.clone(),
            dst: solved.clone(),
            src: rest_id,
            src_access: src_access.clone(),
            weight,
        });
        // v(f, b) = v'(f, b)
        let place = Access { offset: offset(&p.start), strides: t.src_access.strides.clone() };
        let free: Vec<usize> = t.free.iter().chain(&p.extents).copied().collect();
        terms.push(Term {
            free: free.clone(),
            bound: vec![],
            dst: place.clone(),
            src: rest_id,
            src_access: src_access.clone(),
            weight: Weight::Scalar(Int::one()),
        });
        gather.push(Term {
            free,
            bound: vec![],
            dst: src_access,
            src: t.src,
            src_access: place,
            weight: Weight::Scalar(Int::one()),
        });
    }
    let v = d.tensor(t.src);
    let (width, origin, interval) = (v.width, v.origin, v.interval.clone());
    let name = v.name.clone();
    let kind = Kind::Witness;
    let rest = Tensor { shape: rest_shape, kind, interval, width, name, origin };
    if left > 0 {
        d.push(rest);
        let op = Op::Linear(Lin { terms: gather, width });
        d.steps.push(Step::Assign { tensor: rest_id, op });
    }
    d.define(t.src, Lin { terms, width })
}

fn weight_at(d: &Draft, t: &Term, at: &[usize]) -> Int {
    match &t.weight {
        Weight::Scalar(n) => n.clone(),
        Weight::Tensor { factor, constant, access } => {
            let shift: i64 =
                access.strides[t.free.len()..].iter().zip(at).map(|(s, &i)| s * i as i64).sum();
            let i = usize::try_from(access.offset + shift).unwrap_or(0);
            factor * d.constants[constant.0 as usize].data.get(i)
        }
    }
}
