//! How digits are read: which runs of neighbouring ones count as one number.
//!
//! A sum over digits with weights c, 2c, 4c, … reads the number that these digits are the binary form of, c
//! times. Digits that are only ever read in such runs need not be there one by one.

use super::pieces::Piece;
use crate::draft::Draft;
use num_traits::{One, Zero};
use zirc_circuit::{Access, Int, Ints, Kind, TensorId, Term, Weight};

/// A run of digits that a term reads as one number.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Run {
    /// First digit and number of digits.
    pub(super) start: usize,
    pub(super) len: usize,
    /// The term that reads the number, in the place of the digits: its source is to be filled in, and has
    /// one element for each vector of digits.
    pub(super) term: Term,
}

/// The tensor that a tensor is another view of: it reads the whole of it in order, with zeros behind the
/// last dimension if its own is longer.
pub(super) fn view_of(d: &Draft, id: TensorId) -> Option<TensorId> {
    let tensor = d.tensor(id);
    let Kind::Linear(lin) = &tensor.kind else { return None };
    let [t] = lin.terms.as_slice() else { return None };
    let source = d.tensor(t.src);
    let (own, outer) = tensor.shape.split_last()?;
    let (len, shape) = source.shape.split_last()?;
    let whole = Term::whole(t.src, &source.shape).to(Access::identity(&tensor.shape));
    (*t == whole && outer == shape && len <= own).then_some(t.src)
}

/// The tensor that digits stand in: itself, or the one that it is a view of.
pub(super) fn digits_behind(d: &Draft, mut id: TensorId) -> TensorId {
    while let Some(of) = view_of(d, id) {
        id = of;
    }
    id
}

/// Takes a term over digits apart into runs; `None` if they are read in another way. `digits` is what
/// [`digits_behind`] gives for the term's source.
pub(super) fn runs(d: &Draft, t: &Term, digits: TensorId) -> Option<Vec<Run>> {
    let last = |id: TensorId| d.tensor(id).shape.last().copied();
    let (own, there) = (last(t.src)?, last(digits)?);
    let mut all = all_runs(d, t, own)?;
    // Beyond the digits there are zeros.
    all.retain(|r| r.start < there);
    all.iter_mut().for_each(|r| r.len = r.len.min(there - r.start));
    Some(all)
}

fn all_runs(d: &Draft, t: &Term, count: usize) -> Option<Vec<Run>> {
    let space: Vec<usize> = t.free.iter().chain(&t.bound).copied().collect();
    let k = i64::try_from(count).ok()?;
    // Which dimension runs over digits, if any does; all others run over elements.
    let own = |j: &usize| space[*j] > 1 && t.src_access.strides[*j] % k != 0;
    let mut over = (0..space.len()).filter(own);
    let along = over.next();
    if over.next().is_some() {
        return None;
    }
    let (first, element) = (t.src_access.offset.rem_euclid(k), t.src_access.offset.div_euclid(k));
    let first = usize::try_from(first).ok()?;
    let outer = |j: usize| if space[j] > 1 { t.src_access.strides[j] / k } else { 0 };
    let access = |skip: Option<usize>| Access {
        offset: element,
        strides: (0..space.len()).filter(|j| Some(*j) != skip).map(outer).collect(),
    };
    let Some(j) = along else {
        let term = Term { src_access: access(None), ..t.clone() };
        return Some(vec![Run { start: first, len: 1, term }]);
    };
    let n = space[j];
    if t.src_access.strides[j] != 1 || first + n > count {
        return None;
    }
    if j < t.free.len() {
        return Some((0..n).map(|i| single(t, j, i, first, access(Some(j)))).collect());
    }
    sums(d, t, j, first, access(Some(j)))
}

/// The i-th digit along a free dimension, as a term of its own.
fn single(t: &Term, j: usize, i: usize, first: usize, src_access: Access) -> Run {
    let mut term = Term { src_access, ..t.clone() };
    term.free.remove(j);
    term.dst.offset += term.dst.strides.remove(j) * i as i64;
    if let Weight::Tensor { access, .. } = &mut term.weight {
        access.offset += access.strides.remove(j) * i as i64;
    }
    Run { start: first + i, len: 1, term }
}

/// The runs of doubling weights along a bound dimension.
fn sums(d: &Draft, t: &Term, j: usize, first: usize, src_access: Access) -> Option<Vec<Run>> {
    let at = j - t.free.len();
    let weights: Vec<Int> = match &t.weight {
        Weight::Scalar(w) => vec![w.clone(); t.bound[at]],
        Weight::Tensor { factor, constant, access } => {
            // The same weights for every element.
            let extents = t.free.iter().chain(&t.bound).enumerate();
            let mut others = extents.filter(|(i, n)| *i != j && **n > 1);
            if others.any(|(i, _)| access.strides[i] != 0) {
                return None;
            }
            let data = &d.constants[constant.0 as usize].data;
            let read = |i: usize| {
                let place = access.offset + access.strides[j] * i as i64;
                Some(factor * get(data, usize::try_from(place).ok()?)?)
            };
            (0..t.bound[at]).map(read).collect::<Option<_>>()?
        }
    };
    let mut runs: Vec<Run> = vec![];
    let mut i = 0;
    while i < weights.len() {
        let start = i;
        i += 1;
        if weights[start].is_zero() {
            continue;
        }
        while i < weights.len() && weights[i] == &weights[i - 1] * 2 {
            i += 1;
        }
        let mut term = Term { src_access: src_access.clone(), ..t.clone() };
        term.bound.remove(at);
        term.weight = Weight::Scalar(weights[start].clone());
        runs.push(Run { start: first + start, len: i - start, term });
    }
    Some(runs)
}

fn get(data: &Ints, i: usize) -> Option<Int> {
    (i < data.len()).then(|| data.get(i))
}

impl Run {
    /// The run read from pieces that it consists of: Σ 2^(start of the piece − start of the run)·piece.
    pub(super) fn of_pieces(&self, pieces: &[&Piece]) -> Vec<Term> {
        let end = self.start + self.len;
        let inside = |p: &&&Piece| p.start >= self.start && p.start + p.len <= end;
        let read = |p: &&Piece| {
            let power = Int::one() << (p.start - self.start);
            Term { src: p.tensor, ..crate::term::scaled(&self.term, &power) }
        };
        pieces.iter().filter(inside).map(read).collect()
    }
}
