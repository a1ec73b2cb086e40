//! How the columns of a sum are told apart by powers of a challenge.

use super::emit::{one, read};
use super::shape::{Axis, Role, Shape};
use crate::draft::Draft;
use zirc_circuit::lin::row_major;
use zirc_circuit::{Access, Int, Kind, Lin, TensorId, Term, Weight};

/// How columns get their powers of the challenge.
#[derive(Clone, Debug)]
pub(super) struct Column {
    /// What b reads as a window, if it does and that is cheaper.
    pub(super) window: Option<Window>,
    columns: usize,
}

/// A tensor read along windows. The places of a tensor with zeros around it, or of the tensor itself, are told
/// by their exponents: place modulo `inner`, less `shift`.
#[derive(Clone, Debug)]
pub(super) struct Window {
    pub(super) content: Content,
    /// How many elements windows read from, zeros included.
    pub(super) padded: usize,
    pub(super) weight: Int,
    /// Exponents of the source's elements: one stride for each of its dimensions.
    pub(super) own: Access,
    /// For each dimension of the block.
    pub(super) exponents: Vec<i64>,
    /// The exponent that the first window begins with.
    pub(super) offset: i64,
    /// The highest exponent of k.
    pub(super) highest: i64,
    /// What is taken from all exponents.
    pub(super) shift: i64,
    /// Powers that are needed.
    powers: usize,
}

/// What a tensor holds, without the zeros around it.
#[derive(Clone, Debug)]
pub(super) struct Content {
    pub(super) shape: Vec<usize>,
    /// Over all of that shape.
    pub(super) lin: Lin,
    /// Where its elements are in the tensor.
    pub(super) place: Access,
}

impl Content {
    /// How many elements it has.
    pub(super) fn len(&self) -> usize {
        self.shape.iter().product()
    }
}

impl Column {
    /// How many powers it needs, from 1 on.
    pub(super) fn powers(&self) -> usize {
        match &self.window {
            None => self.columns,
            Some(w) => w.powers,
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
    let window = window(d, s).filter(|w| w.content.len() + z * k < z * n * k);
    Some(Column { window, columns: n })
}

fn window(d: &Draft, s: &Shape) -> Option<Window> {
    let [t] = s.b.terms.as_slice() else { return None };
    let Weight::Scalar(weight) = &t.weight else { return None };
    let strides = &t.src_access.strides;
    if !t.bound.is_empty() || strides.iter().any(|s| *s < 0) || t.src_access.offset < 0 {
        return None;
    }
    let content = unpadded(d, t.src);
    let mut inner = 1;
    let sizes = d.tensor(t.src).shape.iter().rev().map(|n| {
        inner *= n;
        inner
    });
    let told = |inner: usize| {
        let part = i64::try_from(inner).ok().filter(|n| *n > 0)?;
        let exponents: Vec<i64> = strides.iter().map(|s| s % part).collect();
        let of = |roles: &[Role]| -> i64 {
            let all = roles.iter().flat_map(|r| s.axes(*r));
            all.map(|a| exponents[a.dim] * (a.extent as i64 - 1)).sum()
        };
        let (offset, highest) = (t.src_access.offset % part, of(&[Role::Summed]));
        let top = offset + of(&[Role::Batch, Role::Column, Role::Summed]);
        let columns = s.axes(Role::Column);
        let apart = columns.iter().all(|a| strides[a.dim] < part);
        let own = Access {
            offset: content.place.offset % part,
            strides: content.place.strides.iter().map(|s| s % part).collect(),
        };
        let (least, most) = own.range(&content.shape).ok()??;
        if top >= part || most >= part || !apart || !nested(&columns, &exponents) {
            return None;
        }
        // No exponent becomes negative by it: neither of the source, nor of the sums.
        let shift = least.min(offset + highest);
        let powers = usize::try_from((most.max(top) - shift).max(highest)).ok()? + 1;
        let own = Access { offset: own.offset - shift, ..own };
        let (weight, padded) = (weight.clone(), d.tensor(t.src).len());
        Some(Window {
            content: content.clone(),
            padded,
            weight,
            own,
            exponents,
            offset,
            highest,
            shift,
            powers,
        })
    };
    sizes.filter_map(told).next()
}

/// What is in a tensor, through however many tensors that are others with zeros around them.
fn unpadded(d: &Draft, id: TensorId) -> Content {
    let shape = d.tensor(id).shape.clone();
    let lin = one(d, read(id, &shape, &[], &row_major(&shape)));
    let mut content = Content { place: Access::identity(&shape), lin, shape };
    while let Some(inner) = inside(d, &content) {
        content = inner;
    }
    content
}

/// The same through one tensor more: one that is written at the places of a part of it, by all of its terms.
fn inside(d: &Draft, outer: &Content) -> Option<Content> {
    let [all] = outer.lin.terms.as_slice() else { return None };
    let tensor = d.tensor(all.src);
    let Kind::Linear(lin) = &tensor.kind else { return None };
    let first = lin.terms.first()?;
    let alike = lin.terms.iter().all(|t| t.free == first.free && t.dst == first.dst);
    if *all != Term::whole(all.src, &outer.shape) || tensor.shape != outer.shape || !alike {
        return None;
    }
    let shape = first.free.clone();
    // Not a sum of its own, which is better computed once.
    if shape.iter().product::<usize>() == tensor.len() && !is_another(d, lin) {
        return None;
    }
    let place = moved(&first.dst, &shape, &tensor.shape, &outer.place)?;
    let within = |t: &Term| t.clone().to(Access::identity(&shape));
    let lin = Lin { terms: lin.terms.iter().map(within).collect(), width: lin.width };
    Some(Content { shape, lin, place })
}

/// Whether it is all of another tensor, in order.
fn is_another(d: &Draft, lin: &Lin) -> bool {
    let [t] = lin.terms.as_slice() else { return false };
    let read = Term::whole(t.src, &d.tensor(t.src).shape);
    *t == read.to(t.dst.clone())
}

/// The places of a part, given those of what it is written into; `None` if it is anything but a block of
/// that, in order.
fn moved(dst: &Access, part: &[usize], into: &[usize], places: &Access) -> Option<Access> {
    let mut rest = dst.offset;
    let mut offset = places.offset;
    let mut axes = vec![];
    for ((stride, &extent), place) in row_major(into).into_iter().zip(into).zip(&places.strides) {
        if extent < 2 {
            continue;
        }
        let by = rest.div_euclid(stride);
        rest -= by * stride;
        offset += by * place;
        axes.push((stride, extent as i64 - by, *place));
    }
    let along = |(stride, &extent): (&i64, &usize)| {
        let mut axis = axes.iter().filter(|(s, ..)| s == stride);
        match axis.next() {
            _ if extent < 2 => Some(0),
            Some((_, room, place)) if extent as i64 <= *room => Some(*place),
            _ => None,
        }
    };
    let strides: Option<Vec<i64>> = dst.strides.iter().zip(part).map(along).collect();
    (rest == 0 && dst.offset >= 0).then_some(Access { offset, strides: strides? })
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
