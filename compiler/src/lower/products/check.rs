//! That what is claimed of sums is what the constraints show: read from the finished constraints.
//!
//! A strategy's constraints are evaluated at one random point of all variables. What products define has
//! its value by them; a, b and the sums are as random as everything else. Then the last constraint of a
//! strategy has to be the combination of errors y − Σ a·b that its lemma speaks of: two polynomials in the
//! variables that differ agree at such a point with a probability of at most their degree over the field's
//! order, 2 more than the highest power of the challenge, which is below the number of a tensor's elements.
//! What the lemma asks for beside it, ranges, distances and room, is looked up.
//!
//! - [`point`]: values of all variables at a random point;
//! - [`errors`]: the errors of sums, and the combinations of them.

mod errors;
mod point;

use super::ROOM;
use super::plan::Packing;
use super::random::Exponents;
use super::shape::{Role, Shape};
use crate::draft::{Constraint, Draft, Form};
use crate::recognize::{boolean, canonical, decomposition};
use errors::Errors;
use num_traits::One;
use point::Point;
use std::collections::BTreeSet;
use zirc_circuit::lin::row_major;
use zirc_circuit::{Int, Kind, Lin, TensorId, Term};

/// That `sums` [z, m, n] are those of a block of products.
#[derive(Clone, Debug)]
pub(super) struct Claim {
    pub(super) shape: Shape,
    pub(super) sums: TensorId,
    pub(super) shown: Shown,
}

/// By which lemma.
#[derive(Clone, Debug)]
pub(super) enum Shown {
    /// Of [`super::packed`].
    Packed { packing: Packing, products: TensorId },
    /// Of [`super::random`].
    Random { powers: TensorId, columns: Exponents, packing: Option<Packing> },
}

/// Whether nothing but products is lost between two drafts, and everything that is a variable now is
/// claimed to be what it was.
pub(super) fn accounts_for(
    before: &Draft,
    after: &Draft,
    products: &[TensorId],
    claims: &[Claim],
) -> Result<(), String> {
    let mut rest = after.constraints.iter().peekable();
    for c in &before.constraints {
        let gone = super::shape::product(before, c).is_some_and(|p| products.contains(&p));
        if !gone && rest.next_if(|a| *a == c).is_none() {
            return Err("a constraint is lost that is none of the products'".into());
        }
    }
    for (k, (old, new)) in before.tensors().iter().zip(after.tensors()).enumerate() {
        let id = TensorId(k as u32);
        let same = old.kind == new.kind && old.shape == new.shape;
        let hidden =
            (&old.kind, &new.kind) == (&Kind::Witness, &Kind::Aux) && products.contains(&id);
        let claimed = new.kind == Kind::Witness && claims.iter().any(|c| c.sums == id);
        if !(same || hidden || claimed) {
            return Err(format!("tensor {k} is something else, and nothing is claimed for it"));
        }
    }
    match after.reads_hidden() {
        Some(id) => Err(format!("products {} are read by more than their sums", id.0)),
        None => Ok(()),
    }
}

/// Refuses a claim that the constraints do not show.
pub(super) fn shows(before: &Draft, after: &Draft, claim: &Claim) -> Result<(), String> {
    let refuse = |what: &str| Err(format!("sums {}: {what}", claim.sums.0));
    if !is_sum(before, claim) {
        return refuse("not those of the products");
    }
    let s = &claim.shape;
    let late = s.a.terms.iter().chain(&s.b.terms).map(|t| t.src).chain([claim.sums]);
    if after.is_late(late) {
        return refuse("not fixed before challenges are drawn");
    }
    let mut point = Point::new(after, claim);
    let (Some(a), Some(b)) =
        (point.factor(s, &s.a, Role::Row)?, point.factor(s, &s.b, Role::Column)?)
    else {
        return refuse("factors that read more than their own indices");
    };
    let y = point.values(claim.sums)?;
    let mut errors = Errors { sizes: s.sizes(), a, b, y };
    let packing = match &claim.shown {
        Shown::Packed { packing, .. } => Some(packing),
        Shown::Random { packing, .. } => packing.as_ref(),
    };
    if let Some(p) = packing {
        if !has_room(before, claim, p) || !is_held(after, claim.sums, p) {
            return refuse("no range keeps them apart");
        }
        errors = errors.packed(p.bits, p.rows);
    }
    let (wanted, shape) = match &claim.shown {
        Shown::Packed { .. } => errors.each(),
        Shown::Random { powers, columns, .. } => {
            let challenge = point.challenge(*powers)?;
            let Some(weights) = point.distinct(s, challenge, columns) else {
                return refuse("columns that are told apart by nothing");
            };
            errors.weighed(&weights)
        }
    };
    for c in after.constraints.iter().filter(|c| c.shape == shape) {
        if let Form::Zero(lin) = &c.form
            && lin.terms.iter().any(|t| point.is_about(t.src, claim))
            && point.eval(lin, wanted.len())? == wanted
        {
            return Ok(());
        }
    }
    refuse("no constraint says so")
}

/// Whether the sums were derived from the products as the roles of the indices say.
fn is_sum(d: &Draft, claim: &Claim) -> bool {
    let s = &claim.shape;
    // All that say what the products are go, so that there must be one.
    let says = |c: &&Constraint| super::shape::product(d, c) == Some(s.product);
    let blocks: Vec<&Constraint> = d.constraints.iter().filter(says).collect();
    let of_block = match blocks.as_slice() {
        [Constraint { shape, form: Form::Product(a, b, _), .. }] => {
            *shape == s.dims && ((a, b) == (&s.a, &s.b) || (b, a) == (&s.a, &s.b))
        }
        _ => false,
    };
    let Kind::Linear(lin) = &d.tensor(claim.sums).kind else { return false };
    let [t] = lin.terms.as_slice() else { return false };
    let unit = t.weight.is_one();
    let from = row_major(&s.dims);
    let outer = [Role::Batch, Role::Row, Role::Column];
    let mut place: usize = outer.iter().map(|r| s.count(*r)).product();
    let mut wanted = BTreeSet::new();
    for role in outer {
        for (k, &n) in s.dims.iter().enumerate().filter(|(k, _)| s.roles[*k] == role) {
            place /= n.max(1);
            if n > 1 {
                wanted.insert((n, from[k], Some(place as i64)));
            }
        }
    }
    let summed = s.dims.iter().zip(&from).zip(&s.roles).filter(|(_, r)| **r == Role::Summed);
    wanted.extend(summed.filter(|((n, _), _)| **n > 1).map(|((n, f), _)| (*n, *f, None)));
    let to = t.dst.strides.iter().map(|s| Some(*s)).chain(t.bound.iter().map(|_| None));
    let space = t.free.iter().chain(&t.bound).zip(&t.src_access.strides);
    let found: Vec<_> =
        space.zip(to).map(|((n, f), to)| (*n, *f, to)).filter(|x| x.0 > 1).collect();
    of_block
        && unit
        && t.src == s.product
        && (t.dst.offset, t.src_access.offset) == (0, 0)
        && found.len() == wanted.len()
        && found.iter().all(|x| wanted.contains(x))
}

/// Whether every honest sum is among 2^bits values from `lo` on, and several such fit a number.
fn has_room(d: &Draft, claim: &Claim, p: &Packing) -> bool {
    let Some((least, most)) = &d.tensor(claim.sums).interval else { return false };
    p.rows > 1
        && p.bits * p.rows <= ROOM
        && p.lo <= *least
        && *most < &p.lo + (Int::one() << p.bits)
}

/// Whether constraints hold every sum to these values.
fn is_held(d: &Draft, y: TensorId, p: &Packing) -> bool {
    let by_others = || {
        let held = super::bounds::held(d, &BTreeSet::from([y])).remove(&y);
        held.is_some_and(|(lo, hi)| p.lo <= lo && hi < &p.lo + (Int::one() << p.bits))
    };
    is_ranged(d, y, &p.lo, p.bits) || by_others()
}

/// Whether y − lo is written in at most so many binary digits.
fn is_ranged(d: &Draft, y: TensorId, lo: &Int, bits: usize) -> bool {
    let shape = &d.tensor(y).shape;
    let mut value = Lin { terms: vec![Term::whole(y, shape)], width: d.tensor(y).width };
    value.terms.push(Term::constant(shape, -lo));
    let wanted = canonical(d, shape, &value);
    let booleans: BTreeSet<TensorId> = d.constraints.iter().filter_map(|c| boolean(d, c)).collect();
    let about = |c: &&Constraint| match &c.form {
        Form::Zero(lin) => c.shape == *shape && lin.terms.iter().any(|t| t.src == y),
        Form::Product(..) => false,
    };
    d.constraints.iter().filter(about).filter_map(|c| decomposition(d, c)).any(|x| {
        x.shape == *shape
            && x.binary()
            && x.weights.len() <= bits
            && x.value == wanted
            && booleans.contains(&x.digits)
    })
}

#[cfg(test)]
pub(crate) mod trials;
