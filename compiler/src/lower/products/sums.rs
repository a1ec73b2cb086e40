//! Readers of products read sums of them.

use super::Sum;
use super::shape::{Axis, Role, Shape, product};
use crate::draft::{Constraint, Draft, Form};
use std::collections::{BTreeMap, BTreeSet};
use zirc_circuit::{Access, Kind, Lin, Op, Step, Tensor, TensorId, Term, Weight, Width};

/// The places of a combination in a draft.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Place {
    /// A side of a constraint.
    Side(usize, usize),
    Derived(TensorId),
    Index(usize),
}

/// A block of products, and the combinations that read them.
pub(super) type Found = (Shape, BTreeSet<Place>);

/// All blocks of products that nothing but sums over the same indices reads, with the combinations that
/// read them.
pub(super) fn candidates(d: &Draft) -> Vec<Found> {
    let mut blocks: BTreeMap<TensorId, usize> = BTreeMap::new();
    for (k, c) in d.constraints.iter().enumerate() {
        if let Some(p) = product(d, c) {
            blocks.insert(p, k);
        }
    }
    let ports = d.signature.inputs.iter().chain(&d.signature.outputs).map(|p| p.tensor);
    ports.chain(d.lookups.iter().map(|l| l.out)).for_each(|t| {
        blocks.remove(&t);
    });
    let mut readers: BTreeMap<TensorId, Vec<(Place, &Term)>> = BTreeMap::new();
    for (place, lin) in lins(d) {
        for t in &lin.terms {
            let own = matches!(place, Place::Side(k, 2) if blocks.get(&t.src) == Some(&k));
            if blocks.contains_key(&t.src) && !own {
                readers.entry(t.src).or_default().push((place, t));
            }
        }
    }
    let mut found = vec![];
    for (p, all) in readers {
        let c = &d.constraints[blocks[&p]];
        let mut summed = all.iter().map(|(_, t)| summed_dims(t, &c.shape));
        let Some(Some(first)) = summed.next() else { continue };
        if !summed.all(|s| s.as_ref() == Some(&first)) {
            continue;
        }
        let Some(shape) = Shape::of(d, c, &first) else { continue };
        if all.iter().all(|(_, t)| of_sums(&shape, t, TensorId::ONE).is_some()) {
            found.push((shape, all.iter().map(|x| x.0).collect()));
        }
    }
    // In the order of the constraints.
    found.sort_by_key(|(s, _)| blocks[&s.product]);
    found
}

/// Every combination that is not a step of the witness program.
fn lins(d: &Draft) -> impl Iterator<Item = (Place, &Lin)> {
    let sides = d.constraints.iter().enumerate().flat_map(|(k, c)| {
        let sides: Vec<&Lin> = match &c.form {
            Form::Product(a, b, out) => vec![a, b, out],
            Form::Zero(lin) => vec![lin],
        };
        sides.into_iter().enumerate().map(move |(i, l)| (Place::Side(k, i), l))
    });
    let derived = d.tensors().iter().enumerate().filter_map(|(k, t)| match &t.kind {
        Kind::Linear(lin) => Some((Place::Derived(TensorId(k as u32)), lin)),
        _ => None,
    });
    let indices = d.lookups.iter().enumerate().map(|(k, l)| (Place::Index(k), &l.index));
    sides.chain(derived).chain(indices)
}

/// Which dimensions of products a term sums over as a whole; `None` if it is no such sum.
fn summed_dims(t: &Term, dims: &[usize]) -> Option<Vec<bool>> {
    let Weight::Scalar(_) = t.weight else { return None };
    let strides = zirc_circuit::lin::row_major(dims);
    let mut summed = vec![false; dims.len()];
    let bound = &t.src_access.strides[t.free.len()..];
    for (&extent, &stride) in t.bound.iter().zip(bound) {
        if extent == 0 {
            return None;
        }
        if extent > 1 {
            let dim = (0..dims.len()).find(|&k| dims[k] == extent && strides[k] == stride)?;
            if std::mem::replace(&mut summed[dim], true) {
                return None;
            }
        }
    }
    summed.contains(&true).then_some(summed)
}

/// The term that reads the sums which this one forms, in the place of products.
fn of_sums(s: &Shape, t: &Term, sums: TensorId) -> Option<Term> {
    let roles = [Role::Batch, Role::Row, Role::Column];
    let to = s.strides(&roles);
    // An offset or a step in the block as one for each dimension, and where that leads.
    let split = |mut by: i64| -> Option<Vec<i64>> {
        let strides = zirc_circuit::lin::row_major(&s.dims);
        let mut parts = vec![];
        for (&stride, &extent) in strides.iter().zip(&s.dims) {
            let part = by.div_euclid(stride.max(1));
            if part < 0 || part >= extent.max(1) as i64 {
                return None;
            }
            by -= part * stride;
            parts.push(part);
        }
        (by == 0).then_some(parts)
    };
    let mut last = split(t.src_access.offset)?;
    let weigh = |parts: &[i64]| -> i64 { parts.iter().zip(&to).map(|(p, s)| p * s).sum() };
    let offset = weigh(&last);
    let mut strides = vec![];
    for (&extent, &stride) in t.free.iter().zip(&t.src_access.strides) {
        if extent == 0 {
            return None;
        }
        let parts = if extent > 1 { split(stride)? } else { vec![0; s.dims.len()] };
        last.iter_mut().zip(&parts).for_each(|(l, p)| *l += p * (extent as i64 - 1));
        strides.push(weigh(&parts));
    }
    // No index may carry into the next dimension, nor choose among what is summed over.
    let inside = last.iter().zip(&s.dims).all(|(&l, &n)| l < n as i64);
    let free = last.iter().zip(&s.roles).all(|(&l, r)| *r != Role::Summed || l == 0);
    (inside && free).then(|| {
        let read = Term::read(sums, &t.free, &[], Access { offset, strides });
        read.to(t.dst.clone()).weighed(t.weight.clone())
    })
}

/// Adds the sums as a derived tensor [z, m, n], computed behind the products.
pub(super) fn add(d: &mut Draft, s: &Shape) -> TensorId {
    let [z, m, n, k] = s.sizes();
    let product = d.tensor(s.product).clone();
    // Sums of elements of the field may leave what integers have room for.
    let half = crate::number::half_order();
    let interval = product.interval.map(|(lo, hi)| (lo * k, hi * k));
    let interval = interval.filter(|(lo, hi)| *lo >= -&half && *hi <= half);
    let width = interval.as_ref().map_or(Width::Field, |(lo, hi)| Width::of(lo, hi));
    let outer = [Role::Batch, Role::Row, Role::Column].map(|r| s.axes(r));
    let outer: Vec<_> = outer.into_iter().flatten().collect();
    let summed = s.axes(Role::Summed);
    let from = zirc_circuit::lin::row_major(&s.dims);
    let to = s.strides(&[Role::Batch, Role::Row, Role::Column]);
    let extents = |axes: &[Axis]| axes.iter().map(|a| a.extent).collect::<Vec<_>>();
    let along = |strides: &[i64], axes: &[&[Axis]]| Access {
        offset: 0,
        strides: axes.iter().copied().flatten().map(|a| strides[a.dim]).collect(),
    };
    let places = along(&from, &[&outer, &summed]);
    let term = Term::read(s.product, &extents(&outer), &extents(&summed), places)
        .to(along(&to, &[&outer]));
    let kind = Kind::Linear(Lin { terms: vec![term], width });
    let (name, origin) = (product.name, product.origin);
    let id = d.push(Tensor { shape: vec![z, m, n], kind, interval, width, name, origin });
    let computes = |x: &Step| matches!(x, Step::Assign { tensor, .. } if *tensor == s.product);
    let at = d.steps.iter().position(computes).map_or(d.steps.len(), |k| k + 1);
    d.steps.insert(at, Step::Assign { tensor: id, op: Op::Derive });
    id
}

/// Lets these combinations read the sums.
pub(super) fn read(d: &mut Draft, s: &Shape, readers: &BTreeSet<Place>, sums: TensorId) {
    let through = |lin: &Lin| {
        let terms = lin.terms.iter().map(|t| match t.src == s.product {
            true => of_sums(s, t, sums).unwrap_or_else(|| t.clone()),
            false => t.clone(),
        });
        Lin { terms: terms.collect(), width: lin.width }
    };
    for place in readers {
        match *place {
            Place::Side(k, i) => {
                if let Some(lin) = sides_mut(&mut d.constraints[k]).into_iter().nth(i) {
                    *lin = through(lin);
                }
            }
            Place::Index(k) => d.lookups[k].index = through(&d.lookups[k].index),
            Place::Derived(id) => {
                if let Kind::Linear(lin) = &d.tensor(id).kind {
                    let lin = through(lin);
                    // Sums depend on products only, which depend on nothing.
                    let _ = d.redefine(id, lin);
                }
            }
        }
    }
}

fn sides_mut(c: &mut Constraint) -> Vec<&mut Lin> {
    match &mut c.form {
        Form::Product(a, b, out) => vec![a, b, out],
        Form::Zero(lin) => vec![lin],
    }
}

/// Takes the products out: sums become variables, and products are left to the witness program.
pub(super) fn release(d: &mut Draft, all: &[Sum]) {
    let gone: BTreeSet<TensorId> = all.iter().map(|s| s.product).collect();
    let constraints = std::mem::take(&mut d.constraints);
    let stays = |c: &Constraint| product(d, c).is_none_or(|p| !gone.contains(&p));
    let left: Vec<Constraint> = constraints.into_iter().filter(|c| stays(c)).collect();
    d.constraints = left;
    for s in all {
        d.free(s.tensor);
        d.hide(s.product);
    }
}
