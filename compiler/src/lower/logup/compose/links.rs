//! Which lookups are at values that were looked up and that nothing else reads.

use crate::draft::{Draft, Form, Lookup};
use crate::recognize::{canonical, original};
use num_traits::{ToPrimitive, Zero};
use std::collections::{BTreeMap, BTreeSet};
use zirc_circuit::{Int, Ints, Kind, TensorId, Term, Weight};

/// A lookup, by what it gives, at the value of another.
#[derive(Clone, Debug)]
pub(super) struct Link {
    pub(super) first: TensorId,
    pub(super) second: TensorId,
    /// How the second reads the first: every element once.
    pub(super) term: Term,
    /// The table of both.
    pub(super) rows: Vec<Int>,
}

/// k·y + c, for every element y of what another lookup gives.
pub(super) struct Affine {
    pub(super) term: Term,
    pub(super) factor: Int,
    pub(super) constant: Int,
}

/// The links from each lookup whose value is read by lookups alone, all of them links. No lookup is the
/// first of one link and the second of another.
pub(super) fn links(d: &Draft) -> Vec<Vec<Link>> {
    let given: BTreeMap<TensorId, &Lookup> = d.lookups.iter().map(|l| (l.out, l)).collect();
    let mut free: BTreeSet<TensorId> = BTreeSet::new();
    let mut all: BTreeMap<TensorId, Vec<Option<Link>>> = BTreeMap::new();
    for l in &d.lookups {
        let read = affine(d, l).filter(|a| given.contains_key(&a.term.src));
        let Some(read) = read else {
            free.extend(l.index.terms.iter().map(|t| t.src));
            continue;
        };
        let first = read.term.src;
        let table = |l: &Lookup| &d.constants[l.table.0 as usize].data;
        let rows = composed(table(given[&first]), table(l), &read);
        let link = |rows| Link { first, second: l.out, term: read.term, rows };
        all.entry(first).or_default().push(rows.map(link));
    }
    let needed = needed(d, free);
    let mut firsts: BTreeSet<TensorId> = BTreeSet::new();
    let mut seconds: BTreeSet<TensorId> = BTreeSet::new();
    let mut out = vec![];
    // In the order of the lookups, so that a chain begins where it begins.
    for first in d.lookups.iter().map(|l| l.out) {
        let Some(own) = all.remove(&first) else { continue };
        let Some(own) = own.into_iter().collect::<Option<Vec<Link>>>() else { continue };
        let chained = seconds.contains(&first) || own.iter().any(|l| firsts.contains(&l.second));
        if !chained && !needed.contains(&first) {
            firsts.insert(first);
            seconds.extend(own.iter().map(|l| l.second));
            out.push(own);
        }
    }
    out
}

/// What a lookup reads, where that is k·y + c for the elements y of one tensor, each once.
pub(super) fn affine(d: &Draft, l: &Lookup) -> Option<Affine> {
    let mut constant = Int::zero();
    let mut read = None;
    for t in canonical(d, &l.shape, &l.index) {
        let Weight::Scalar(k) = &t.weight else { return None };
        if !t.bound.is_empty() || !t.writes_in_order(&l.shape) {
            return None;
        }
        if t.src == TensorId::ONE {
            constant += k;
        } else if read.is_none() {
            read = Some((k.clone(), t.clone()));
        } else {
            return None;
        }
    }
    let (factor, term) = read?;
    let once = term.covers(d.tensor(term.src).len()) && !term.free.contains(&0);
    once.then_some(Affine { term, factor, constant })
}

/// f[k·g[j] + c] for every row j of g; `None` where f has no such row.
pub(super) fn composed(g: &Ints, f: &Ints, read: &Affine) -> Option<Vec<Int>> {
    let value = |j: usize| {
        let at = (&read.factor * g.get(j) + &read.constant).to_usize()?;
        (at < f.len()).then(|| f.get(at))
    };
    (0..g.len()).map(value).collect()
}

/// What constraints, ports and these tensors are made of.
fn needed(d: &Draft, also: BTreeSet<TensorId>) -> BTreeSet<TensorId> {
    let sides = d.constraints.iter().flat_map(|c| match &c.form {
        Form::Product(a, b, out) => vec![a, b, out],
        Form::Zero(lin) => vec![lin],
    });
    let ports = d.signature.inputs.iter().chain(&d.signature.outputs).map(|p| p.tensor);
    let mut stack: Vec<TensorId> = sides.flat_map(|l| &l.terms).map(|t| t.src).collect();
    stack.extend(ports);
    stack.extend(also);
    let mut seen = BTreeSet::new();
    while let Some(t) = stack.pop() {
        if seen.insert(t) {
            if let Kind::Linear(l) = &d.tensor(t).kind {
                stack.extend(l.terms.iter().map(|t| t.src));
            }
            stack.push(original(d, t));
        }
    }
    seen
}

/// These tensors and all that are derived from them.
pub(super) fn behind(d: &Draft, tensors: &BTreeSet<TensorId>) -> BTreeSet<TensorId> {
    let mut readers: BTreeMap<TensorId, Vec<TensorId>> = BTreeMap::new();
    for (k, t) in d.tensors().iter().enumerate() {
        if let Kind::Linear(l) = &t.kind {
            for term in &l.terms {
                readers.entry(term.src).or_default().push(TensorId(k as u32));
            }
        }
    }
    let mut stack: Vec<TensorId> = tensors.iter().copied().collect();
    let mut all = BTreeSet::new();
    while let Some(t) = stack.pop() {
        if all.insert(t) {
            stack.extend(readers.get(&t).into_iter().flatten());
        }
    }
    all
}
