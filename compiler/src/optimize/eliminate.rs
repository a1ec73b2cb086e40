//! Solves linear constraints for a variable.
//!
//! `w·v(f) + rest(f) = 0` with w = ±1 says `v(f) = ∓rest(f)`: v needs no variable and the
//! constraint says nothing more. Before: every element of v is a witness variable. After: the
//! solved elements are linear in others, and the same assignments (restricted to what is left)
//! satisfy the circuit. The witness program still computes v as it did.

use crate::draft::{Constraint, Draft, Form};
use crate::recognize::inline;
use crate::term::scaled;
use num_traits::{One, Signed};
use zirc_circuit::lin::row_major;
use zirc_circuit::{
    Access, Category, Int, Ints, Kind, Lin, Op, Step, Tensor, TensorId, Term, Weight,
};

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
    if !lin.terms.iter().all(|t| t.writes_in_order(shape)) {
        return false;
    }
    let whole = (0..lin.terms.len()).find(|&k| {
        let t = &lin.terms[k];
        t.bound.is_empty() && t.weight.is_unit() && candidate(d, lin, k) && covers(d, t)
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

/// The term reads a witness tensor that nothing else in the combination depends on.
fn candidate(d: &Draft, lin: &Lin, k: usize) -> bool {
    let v = lin.terms[k].src;
    if !matches!(d.tensor(v).kind, Kind::Witness) {
        return false;
    }
    let others = lin.terms.iter().enumerate().filter(|(i, _)| *i != k).map(|(_, t)| t.src);
    !d.depends(others, v)
}

/// Whether the term reads every element of its source exactly once, and writes in order.
fn covers(d: &Draft, t: &Term) -> bool {
    t.writes_in_order(&t.free) && t.covers(d.tensor(t.src).len())
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
        w @ Weight::Scalar(_) => w.is_unit().then_some(zero),
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
    let t = &lin.terms[k];
    let w = weight_at(d, t, at);
    let pieces = complement(&t.bound, at);
    let left: usize = pieces.iter().map(|p| p.extents.iter().product::<usize>()).sum();
    let mut shape = t.free.clone();
    shape.push(left.max(1));
    let rest = d.next();
    let slice = Slice { t, w, solved: part(t, at, t.free.len()), rest, packed: row_major(&shape) };
    let others = lin.terms.iter().enumerate().filter(|(i, _)| *i != k);
    let mut terms: Vec<Term> = others.map(|(_, r)| slice.less(r)).collect();
    terms.extend(pieces.iter().flat_map(|p| [slice.less_piece(p), slice.scattered(p)]));
    let Tensor { width, origin, interval, name, .. } = d.tensor(t.src).clone();
    if left > 0 {
        d.push(Tensor { shape, kind: Kind::Witness, interval, width, name, origin });
        let terms = pieces.iter().map(|p| slice.gathered(p)).collect();
        let op = Op::Linear(Lin { terms, width });
        d.steps.push(Step::Assign { tensor: rest, op });
    }
    d.define(t.src, Lin { terms, width })
}

/// Where a term reads with its bound indices at a place, over the first so many of its dimensions.
fn part(t: &Term, at: &[usize], dims: usize) -> Access {
    let bound = &t.src_access.strides[t.free.len()..];
    let offset = bound.iter().zip(at).map(|(s, &i)| s * i as i64).sum();
    Access { offset, strides: t.src_access.strides[..dims].to_vec() }
}

/// A variable v that is solved for at one of the bound indices by which a term reads it.
struct Slice<'t> {
    t: &'t Term,
    /// Its weight there, which is ±1.
    w: Int,
    /// The elements that are solved for.
    solved: Access,
    /// The variable v' that has the others, one box behind the other.
    rest: TensorId,
    /// Strides of v'.
    packed: Vec<i64>,
}

impl Slice<'_> {
    /// v(f, b₀) −= w·rest(f)
    fn less(&self, r: &Term) -> Term {
        scaled(r, &-&self.w).to(self.solved.clone())
    }

    /// v(f, b₀) −= w·w(b)·v'(f, b)
    fn less_piece(&self, p: &Piece) -> Term {
        let t = self.t;
        let mut own = t.weight.clone();
        if let Weight::Tensor { access, .. } = &mut own {
            let bound = &access.strides[t.free.len()..];
            access.offset += bound.iter().zip(&p.start).map(|(s, &i)| s * i as i64).sum::<i64>();
        }
        self.less(&Term::read(self.rest, &t.free, &p.extents, self.packed(p)).weighed(own))
    }

    /// v(f, b) = v'(f, b)
    fn scattered(&self, p: &Piece) -> Term {
        Term::read(self.rest, &self.indices(p), &[], self.packed(p)).to(self.place(p))
    }

    /// v'(f, b) = v(f, b), as it is computed.
    fn gathered(&self, p: &Piece) -> Term {
        Term::read(self.t.src, &self.indices(p), &[], self.place(p)).to(self.packed(p))
    }

    fn indices(&self, p: &Piece) -> Vec<usize> {
        self.t.free.iter().chain(&p.extents).copied().collect()
    }

    /// Where a box is in v.
    fn place(&self, p: &Piece) -> Access {
        part(self.t, &p.start, self.t.src_access.strides.len())
    }

    /// Where it is in v'.
    fn packed(&self, p: &Piece) -> Access {
        let free = &self.packed[..self.t.free.len()];
        let strides = free.iter().copied().chain(row_major(&p.extents)).collect();
        Access { offset: p.base as i64, strides }
    }
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
