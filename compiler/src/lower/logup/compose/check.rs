//! That lookups which became one say what the two said: read from both drafts, by code that shares
//! nothing with what wrote them.

use crate::draft::{Draft, Lookup};
use crate::recognize::canonical;
use crate::term::scaled;
use num_traits::{ToPrimitive, Zero};
use std::collections::{BTreeMap, BTreeSet};
use zirc_circuit::{Int, Kind, TensorId, Term, Weight};

/// Whether one draft says all that another does, but that some lookups at values of others, which nothing
/// else reads, are in tables of both.
pub(crate) fn accounts_for(before: &Draft, after: &Draft) -> Result<(), String> {
    if before.constraints != after.constraints || before.signature != after.signature {
        return Err("more changed than lookups".into());
    }
    let given: BTreeMap<TensorId, &Lookup> = before.lookups.iter().map(|l| (l.out, l)).collect();
    let kept: BTreeSet<TensorId> = after.lookups.iter().map(|l| l.out).collect();
    if given.len() != before.lookups.len() || kept.len() != after.lookups.len() {
        return Err("two lookups give one value".into());
    }
    let mut passed: BTreeSet<TensorId> = BTreeSet::new();
    for l in &after.lookups {
        let was = *given.get(&l.out).ok_or("a lookup comes from nowhere")?;
        if was != l {
            let first = passed_over(before, after, &given, was, l);
            passed.insert(first.ok_or_else(|| format!("lookup {} says something else", l.out.0))?);
        }
    }
    let gone: BTreeSet<TensorId> = given.keys().filter(|t| !kept.contains(t)).copied().collect();
    if let Some(t) =
        gone.iter().find(|t| !passed.contains(t) || after.tensor(**t).kind != Kind::Aux)
    {
        return Err(format!("lookup {} is lost", t.0));
    }
    let mut ports = after.signature.inputs.iter().chain(&after.signature.outputs);
    match after.reads_hidden().or(ports.find(|p| gone.contains(&p.tensor)).map(|p| p.tensor)) {
        Some(t) => Err(format!("{} is read, and no lookup gives it any more", t.0)),
        None => Ok(()),
    }
}

/// The lookup that `was` goes on from and `now` no more, if the two say what `now` says.
fn passed_over(
    before: &Draft,
    after: &Draft,
    given: &BTreeMap<TensorId, &Lookup>,
    was: &Lookup,
    now: &Lookup,
) -> Option<TensorId> {
    // index = k·y + c
    let (mut k, mut c, mut y) = (Int::zero(), Int::zero(), None);
    for t in canonical(before, &was.shape, &was.index) {
        let Weight::Scalar(factor) = &t.weight else { return None };
        if t.src == TensorId::ONE {
            c += factor;
        } else {
            k += factor;
            y = Some(t.src);
        }
    }
    let first = *given.get(&y?)?;
    let [read] = now.index.terms.as_slice() else { return None };
    let at_y = Term { src: first.out, ..read.clone() };
    let mut rest = was.index.clone();
    rest.terms.push(scaled(&at_y, &-k.clone()));
    rest.terms.push(Term::constant(&was.shape, -c.clone()));
    let same_index = canonical(before, &was.shape, &rest).is_empty();
    let elements = first.len();
    let same_place = now.shape == was.shape
        && read.weight.is_one()
        && reads_all(read, elements)
        && is_index(after, read.src, first);
    let data = |t: zirc_circuit::ConstId| &after.constants[t.0 as usize].data;
    let (f, g, h) = (data(was.table), data(first.table), data(now.table));
    let value =
        |j: usize| (&k * g.get(j) + &c).to_usize().filter(|i| *i < f.len()).map(|i| f.get(i));
    let same_table = g.len() == h.len() && (0..h.len()).all(|j| value(j) == Some(h.get(j)));
    (same_index && same_place && same_table).then_some(first.out)
}

/// Whether a tensor is the index of a lookup.
fn is_index(d: &Draft, id: TensorId, l: &Lookup) -> bool {
    let t = d.tensor(id);
    l.index.terms == [Term::whole(id, &l.shape)] && t.len() == l.len()
        || t.shape == l.shape && matches!(&t.kind, Kind::Linear(lin) if *lin == l.index)
}

/// Whether a term that sums nothing reads every one of so many elements.
fn reads_all(t: &Term, elements: usize) -> bool {
    let mut places = vec![t.src_access.offset];
    for (n, stride) in t.free.iter().zip(&t.src_access.strides) {
        if places.len().saturating_mul(*n) > elements {
            return false;
        }
        let along = |at: &i64| (0..*n as i64).map(move |i| at + i * stride).collect::<Vec<_>>();
        places = places.iter().flat_map(along).collect();
    }
    places.sort_unstable();
    t.bound.is_empty() && places.into_iter().eq(0..elements as i64)
}
