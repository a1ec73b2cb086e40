//! One read of a residual, and reading through a definition by composing two affine maps.

use super::nodes::Node;
use zirc_circuit::{Access, ConstId, Int, Term, Weight};

/// For every index e of a box: `factor · Σ_b Π weights(e, b) · node[source(b) + free·(e − start)]`.
#[derive(Clone, Debug)]
pub(super) struct Read {
    pub(super) node: Node,
    /// Start and extent in each dimension of the residual's shape.
    pub(super) place: Vec<(usize, usize)>,
    pub(super) bound: Vec<usize>,
    /// Strides in the node along the dimensions of the box; 0 where the box is one wide.
    pub(super) free: Vec<i64>,
    /// At the start of the box, over the bound indices.
    pub(super) source: Access,
    pub(super) factor: Int,
    pub(super) weights: Vec<Factor>,
}

/// An element of a constant.
#[derive(Clone, Debug)]
pub(super) struct Factor {
    /// A node of the form whose constant it is.
    pub(super) of: Node,
    pub(super) constant: ConstId,
    pub(super) free: Vec<i64>,
    pub(super) bound: Access,
}

/// What becomes of one dimension of a read when it is composed with a term.
#[derive(Clone, Copy)]
enum Fate {
    /// It runs along this free dimension of the term, from a start on.
    Along(usize, usize),
    /// It stays where it is.
    At(usize),
    /// The term does not depend on it.
    Free,
}

impl Read {
    /// A term of a residual; `None` unless it writes the whole shape in order.
    pub(super) fn new(shape: &[usize], t: &Term, node: Node, of: Node) -> Option<Read> {
        if !t.writes_in_order(shape) || shape.contains(&0) || t.bound.contains(&0) {
            return None;
        }
        let place: Vec<(usize, usize)> = shape.iter().map(|n| (0, *n)).collect();
        let (free, source) = split(&t.src_access, &place);
        let (factor, weights) = weights(t, of, &place);
        Some(Read { node, place, bound: t.bound.clone(), free, source, factor, weights })
    }

    /// What this read is of one term of its node's definition. `None` if the maps do not fit each
    /// other; no read if they do not meet.
    pub(super) fn compose(&self, t: &Term, node: Node) -> Option<Option<Read>> {
        if t.free.contains(&0) || t.bound.contains(&0) {
            return Some(None);
        }
        let rank = self.place.len();
        // All dimensions of the read: those of the box, then the bound ones.
        let extents: Vec<usize> =
            self.place.iter().map(|p| p.1).chain(self.bound.iter().copied()).collect();
        let strides: Vec<i64> =
            self.free.iter().copied().chain(self.source.strides.iter().copied()).collect();
        let Some(fates) = fates(&strides, &extents, self.source.offset, t)? else {
            return Some(None);
        };
        let mut place = self.place.clone();
        for (p, fate) in place.iter_mut().zip(&fates) {
            match fate {
                Fate::Along(j, start) => *p = (p.0 + start, t.free[*j]),
                Fate::At(c) => *p = (p.0 + c, 1),
                Fate::Free => {}
            }
        }
        let kept = |k: &usize| !matches!(fates[*k], Fate::At(_));
        let old: Vec<usize> = (rank..extents.len()).filter(kept).collect();
        let extent = |k: &usize| match fates[*k] {
            Fate::Along(j, _) => t.free[j],
            _ => extents[*k],
        };
        let bound: Vec<usize> = old.iter().map(extent).chain(t.bound.iter().copied()).collect();
        // Of an access over the term's own indices.
        let outer = |a: &Access| {
            let along = |k: usize| match fates[k] {
                Fate::Along(j, _) => a.strides[j],
                _ => 0,
            };
            let free: Vec<i64> = (0..rank).map(along).collect();
            let own = a.strides[t.free.len()..].iter().copied();
            let strides = old.iter().map(|&k| along(k)).chain(own).collect();
            (flat(free, &place), Access { offset: a.offset, strides })
        };
        let (free, source) = outer(&t.src_access);
        let (scale, inner) = match &t.weight {
            Weight::Scalar(n) => (n.clone(), None),
            Weight::Tensor { factor, constant, access } => {
                let (free, bound) = outer(access);
                (factor.clone(), Some(Factor { of: self.node, constant: *constant, free, bound }))
            }
        };
        let moved = self.weights.iter().map(|w| w.moved(&fates, &old, rank, t.bound.len(), &place));
        let weights = moved.chain(inner).collect();
        let factor = &self.factor * scale;
        Some(Some(Read { node, place, bound, free, source, factor, weights }))
    }
}

impl Factor {
    /// The same element where the read's dimensions are those that composition left.
    fn moved(
        &self,
        fates: &[Fate],
        old: &[usize],
        rank: usize,
        more: usize,
        place: &[(usize, usize)],
    ) -> Factor {
        let stride = |k: usize| if k < rank { self.free[k] } else { self.bound.strides[k - rank] };
        let start = |k: usize| match fates[k] {
            Fate::Along(_, c) | Fate::At(c) => c as i64,
            Fate::Free => 0,
        };
        let shift: i64 = (0..fates.len()).map(|k| stride(k) * start(k)).sum();
        let strides = old.iter().map(|&k| stride(k)).chain(std::iter::repeat_n(0, more)).collect();
        Factor {
            free: flat(self.free.clone(), place),
            bound: Access { offset: self.bound.offset + shift, strides },
            ..self.clone()
        }
    }
}

/// An access over the dimensions of a box and bound ones, as strides of the first and an access over
/// the second.
fn split(a: &Access, place: &[(usize, usize)]) -> (Vec<i64>, Access) {
    let (free, bound) = a.strides.split_at(place.len());
    (flat(free.to_vec(), place), Access { offset: a.offset, strides: bound.to_vec() })
}

/// Strides of dimensions that are one wide say nothing.
fn flat(mut free: Vec<i64>, place: &[(usize, usize)]) -> Vec<i64> {
    free.iter_mut().zip(place).filter(|(_, p)| p.1 == 1).for_each(|(s, _)| *s = 0);
    free
}

fn weights(t: &Term, of: Node, place: &[(usize, usize)]) -> (Int, Vec<Factor>) {
    match &t.weight {
        Weight::Scalar(n) => (n.clone(), vec![]),
        Weight::Tensor { factor, constant, access } => {
            let (free, bound) = split(access, place);
            (factor.clone(), vec![Factor { of, constant: *constant, free, bound }])
        }
    }
}

/// Where the indices of a read lie that meet what a term writes: for each dimension of the read, given
/// by stride and extent from `offset` on. `None` if that is no box, `Some(None)` if nothing is met.
///
/// The strides of the read have to be nested (each above the reach of all smaller ones), so that an
/// offset has one index, and each stride of the term has to be one of them.
fn fates(strides: &[i64], extents: &[usize], offset: i64, t: &Term) -> Option<Option<Vec<Fate>>> {
    let mut order: Vec<usize> =
        (0..strides.len()).filter(|&k| strides[k] != 0 && extents[k] > 1).collect();
    order.sort_by_key(|&k| std::cmp::Reverse(strides[k]));
    let mut reach = 0i64;
    for &k in order.iter().rev() {
        if strides[k] <= reach {
            return None;
        }
        reach = reach.checked_add(strides[k].checked_mul(extents[k] as i64 - 1)?)?;
    }
    if let Ok(Some((first, last))) = t.dst.range(&t.free)
        && (last < offset || first > offset.checked_add(reach)?)
    {
        return Some(None);
    }
    let mut fates: Vec<Fate> = (0..strides.len())
        .map(|k| if order.contains(&k) { Fate::At(0) } else { Fate::Free })
        .collect();
    for (k, f) in fates.iter_mut().enumerate() {
        if extents[k] == 1 {
            *f = Fate::At(0);
        }
    }
    // The term's dimensions: each runs along the one of the read that has its stride.
    let mut along: Vec<Option<usize>> = vec![None; strides.len()];
    for (j, (&s, &n)) in t.dst.strides.iter().zip(&t.free).enumerate() {
        if n == 1 {
            continue;
        }
        let k = *order.iter().find(|&&k| strides[k] == s)?;
        if along[k].replace(j).is_some() {
            return None;
        }
    }
    // Where the term's first element lies.
    let mut rest = t.dst.offset.checked_sub(offset)?;
    for &k in &order {
        let c = rest.div_euclid(strides[k]);
        let c = c.clamp(0, extents[k] as i64 - 1);
        rest -= c * strides[k];
        let c = usize::try_from(c).ok()?;
        fates[k] = match along[k] {
            Some(j) if c + t.free[j] > extents[k] => return None,
            Some(j) => Fate::Along(j, c),
            None => Fate::At(c),
        };
    }
    (rest == 0).then_some(Some(fates))
}
