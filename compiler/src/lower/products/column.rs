//! How the columns of a sum are told apart by powers of a challenge.

use super::shape::{Axis, Role, Shape};
use crate::draft::Draft;
use num_traits::One;
use zirc_circuit::lin::row_major;
use zirc_circuit::{Access, Int, Kind, TensorId, Weight};

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
    /// Without the zeros.
    pub(super) source: TensorId,
    /// Where its elements are among those that windows read.
    pub(super) place: Access,
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
    let window = window(d, s).filter(|w| d.tensor(w.source).len() + z * k < z * n * k);
    Some(Column { window, columns: n })
}

fn window(d: &Draft, s: &Shape) -> Option<Window> {
    let [t] = s.b.terms.as_slice() else { return None };
    let Weight::Scalar(weight) = &t.weight else { return None };
    let strides = &t.src_access.strides;
    if !t.bound.is_empty() || strides.iter().any(|s| *s < 0) || t.src_access.offset < 0 {
        return None;
    }
    let (source, place) = unpadded(d, t.src);
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
            offset: place.offset % part,
            strides: place.strides.iter().map(|s| s % part).collect(),
        };
        let (least, most) = own.range(&d.tensor(source).shape).ok()??;
        if top >= part || most >= part || !apart || !nested(&columns, &exponents) {
            return None;
        }
        // No exponent becomes negative by it: neither of the source, nor of the sums.
        let shift = least.min(offset + highest);
        let powers = usize::try_from((most.max(top) - shift).max(highest)).ok()? + 1;
        let own = Access { offset: own.offset - shift, ..own };
        let (weight, place, padded) = (weight.clone(), place.clone(), d.tensor(t.src).len());
        Some(Window {
            source,
            place,
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

/// The tensor that another one is with zeros around it, through however many others, and where its elements
/// are in it. A tensor that is no such is its own.
fn unpadded(d: &Draft, id: TensorId) -> (TensorId, Access) {
    let (mut source, mut place) = (id, Access::identity(&d.tensor(id).shape));
    while let Some((inner, moved)) = without_zeros(d, source) {
        place.offset += moved.iter().zip(&place.strides).map(|(m, s)| m * s).sum::<i64>();
        source = inner;
    }
    (source, place)
}

/// What a tensor reads the whole of once, in order, and by how much it is moved along each dimension.
fn without_zeros(d: &Draft, id: TensorId) -> Option<(TensorId, Vec<i64>)> {
    let tensor = d.tensor(id);
    let Kind::Linear(lin) = &tensor.kind else { return None };
    let [t] = lin.terms.as_slice() else { return None };
    let inner = &d.tensor(t.src).shape;
    let strides = row_major(&tensor.shape);
    let whole = matches!(&t.weight, Weight::Scalar(w) if w.is_one())
        && t.bound.is_empty()
        && t.free == *inner
        && t.src_access == Access::identity(inner)
        && t.dst.strides == strides;
    if !whole {
        return None;
    }
    let mut rest = t.dst.offset;
    let mut moved = vec![];
    for ((stride, outer), inner) in strides.iter().zip(&tensor.shape).zip(inner) {
        let by = rest.div_euclid((*stride).max(1));
        rest -= by * stride;
        if by < 0 || by + *inner as i64 > *outer as i64 {
            return None;
        }
        moved.push(by);
    }
    (rest == 0).then_some((t.src, moved))
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
