//! A lookup at a value that was itself looked up, and that nothing else reads, becomes one lookup.
//!
//! A saturation gives y = g[i], an activation behind it z = f[k·y + c]: two queries for each element. The
//! table h[i] = f[k·g[i] + c] gives z at i in one. *Lemma.* Where k·g[j] + c is a row of f for every row j
//! of g, the pairs (i, z) for which some y has y = g[i] and z = f[k·y + c] are those with z = h[i].
//! *Proof.* From the two follows z = f[k·g[i] + c] = h[i]. From z = h[i] follow both with y = g[i], as i is
//! then a row of h and so of g. ∎ Nothing else may read y, which is left to the witness program.
//!
//! Near misses, each with a test: a y that is read elsewhere too (all of it stays); some i that the
//! second lookup does not read (nothing would show its range: every element must be read, and once);
//! k·g[j] + c beyond the rows of f (there is no h).

mod check;
mod links;
#[cfg(test)]
mod tests;

use crate::draft::{Draft, Lookup};
use crate::estimate::{function_query, row};
use crate::options::Round;
use links::{Link, behind, links};
use num_traits::Zero;
use std::collections::{BTreeMap, BTreeSet};
use zirc_circuit::{
    Category, ConstId, Int, Ints, Kind, Lin, Op, Step, Tensor, TensorId, Term, Weight, Width,
};

/// Replaces pairs of lookups by one in the table of both, where that is cheaper.
///
/// # Errors
/// Lookups that would say something else.
pub(crate) fn apply(d: &mut Draft, round: Round) -> Result<(), String> {
    // A chain of three becomes one of two, and then one.
    while !links(d).is_empty() {
        let before = d.clone();
        if !pass(d, round) {
            break;
        }
        check::accounts_for(&before, d)?;
    }
    Ok(())
}

/// Follows links as far as none is behind another; whether there were any.
fn pass(d: &mut Draft, round: Round) -> bool {
    // By the first table and all that the links from it lead to, as they take its rows along together.
    let mut groups: BTreeMap<(ConstId, BTreeSet<Vec<Int>>), Vec<Link>> = BTreeMap::new();
    for own in links(d) {
        let Some(first) = own.first().and_then(|l| find(d, l.first)) else { continue };
        let table = first.table;
        let made = own.iter().map(|l| l.rows.clone()).collect();
        groups.entry((table, made)).or_default().extend(own);
    }
    let mut changed = false;
    for ((_, made), links) in groups {
        if pays(d, &made, &links, round) {
            follow(d, &links);
            changed = true;
        }
    }
    changed
}

fn find(d: &Draft, out: TensorId) -> Option<&Lookup> {
    d.lookups.iter().find(|l| l.out == out)
}

/// Whether the queries and rows that go are more than the rows that come.
fn pays(d: &Draft, made: &BTreeSet<Vec<Int>>, links: &[Link], round: Round) -> bool {
    if round == Round::Everywhere {
        return true;
    }
    let firsts: BTreeSet<TensorId> = links.iter().map(|l| l.first).collect();
    let seconds: BTreeSet<TensorId> = links.iter().map(|l| l.second).collect();
    let leaves = |l: &&Lookup| firsts.contains(&l.out) || seconds.contains(&l.out);
    let before: BTreeSet<ConstId> = d.lookups.iter().map(|l| l.table).collect();
    let after: BTreeSet<ConstId> =
        d.lookups.iter().filter(|l| !leaves(l)).map(|l| l.table).collect();
    let data = |t: &ConstId| &d.constants[t.0 as usize].data;
    let is_there = |rows: &Vec<Int>| after.iter().any(|t| lists(data(t), rows));
    let come: usize = made.iter().filter(|rows| !is_there(rows)).map(Vec::len).sum();
    let go: usize = before.difference(&after).map(|t| data(t).len()).sum();
    let queries: usize =
        d.lookups.iter().filter(|l| firsts.contains(&l.out)).map(Lookup::len).sum();
    let saved = function_query().times(queries * round.calls()).and(row().times(go));
    row().times(come).cheaper_than(&saved)
}

fn lists(data: &Ints, rows: &[Int]) -> bool {
    data.len() == rows.len() && rows.iter().enumerate().all(|(k, x)| data.get(k) == *x)
}

/// Lets the second lookup of every link read the index of its first, and takes the first ones out.
fn follow(d: &mut Draft, links: &[Link]) {
    let mut indices: BTreeMap<TensorId, TensorId> = BTreeMap::new();
    for link in links {
        let both = find(d, link.first).cloned().zip(find(d, link.second).cloned());
        let Some((first, second)) = both else { continue };
        let index = *indices.entry(link.first).or_insert_with(|| index_of(d, &first));
        let mut users = d.users(first.origin, Category::Lookup);
        users.extend(d.users(second.origin, Category::Lookup));
        let term = Term { src: index, ..link.term.clone() }.weighed(Weight::one());
        let composed = Lookup {
            index: Lin { terms: vec![term], width: d.tensor(index).width },
            table: d.constant(link.rows.clone()),
            origin: d.share(users),
            ..second
        };
        if let Some(l) = d.lookups.iter_mut().find(|l| l.out == link.second) {
            *l = composed;
        }
    }
    d.lookups.retain(|l| !indices.contains_key(&l.out));
    let gone = indices.into_keys().collect();
    behind(d, &gone).into_iter().for_each(|t| d.hide(t));
}

/// The index of a lookup as a tensor, computed before what is looked up at it.
fn index_of(d: &mut Draft, l: &Lookup) -> TensorId {
    if let [t] = l.index.terms.as_slice()
        && *t == Term::whole(t.src, &l.shape)
        && d.tensor(t.src).len() == l.len()
    {
        return t.src;
    }
    let last = Int::from(d.constants[l.table.0 as usize].data.len()) - 1;
    let width = Width::of(&Int::zero(), &last);
    let id = d.push(Tensor {
        shape: l.shape.clone(),
        kind: Kind::Linear(l.index.clone()),
        interval: Some((Int::zero(), last)),
        width,
        name: None,
        origin: l.origin,
    });
    let computes = |s: &Step| matches!(s, Step::Assign { tensor, .. } if *tensor == l.out);
    let at = d.steps.iter().position(computes).unwrap_or(d.steps.len());
    d.steps.insert(at, Step::Assign { tensor: id, op: Op::Derive });
    id
}
