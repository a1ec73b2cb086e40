//! Ranges that a lookup shows by itself.
//!
//! A key that is in a table of the rows 0, 1, …, N − 1 lies there. A decomposition of the same number, up
//! to a constant, into digits that reach all of that and that nothing else reads says nothing more:
//! digits with the sum exist for every key that the table has.

use super::pieces::readers;
use crate::draft::{Constraint, Draft, Lookup};
use crate::recognize::{Decomposition, boolean, canonical, decomposition};
use crate::term::scaled;
use num_traits::{One, Signed, Zero};
use std::collections::BTreeSet;
use zirc_circuit::{Int, Lin, TensorId, Term, Weight};

/// Takes out decompositions that lookups make superfluous.
pub(crate) fn remove(d: &mut Draft) {
    if d.lookups.is_empty() {
        return;
    }
    let read = readers(d);
    let booleans: BTreeSet<TensorId> = d.constraints.iter().filter_map(|c| boolean(d, c)).collect();
    let superfluous = |c: &Constraint| {
        let x = decomposition(d, c)?;
        let alone = read.get(&x.digits) == Some(&1) && booleans.contains(&x.digits);
        (alone && is_implied(d, &x, c)).then_some(x.digits)
    };
    let gone: BTreeSet<TensorId> = d.constraints.iter().filter_map(superfluous).collect();
    let all = std::mem::take(&mut d.constraints);
    let stays = |c: &Constraint| {
        let own = boolean(d, c).or_else(|| decomposition(d, c).map(|x| x.digits));
        own.is_none_or(|t| !gone.contains(&t))
    };
    let kept = all.into_iter().filter(stays).collect();
    d.constraints = kept;
    super::pieces::hide(d, &gone);
}

/// Whether every constraint of a draft stands in another, in order, or is one that [`remove`] may take out:
/// a decomposition that a lookup implies, or that digits of one are boolean.
pub(crate) fn accounts_for(before: &Draft, after: &Draft) -> Result<(), String> {
    let mut rest = after.constraints.iter().peekable();
    let mut implied: BTreeSet<TensorId> = BTreeSet::new();
    let mut booleans: BTreeSet<TensorId> = BTreeSet::new();
    for c in &before.constraints {
        if rest.next_if(|a| *a == c).is_some() {
            continue;
        }
        match (boolean(before, c), decomposition(before, c)) {
            (Some(digits), _) => booleans.insert(digits),
            (None, Some(x)) if is_implied(before, &x, c) => implied.insert(x.digits),
            _ => return Err("a constraint is lost that no lookup implies".into()),
        };
    }
    let lost = booleans != implied || rest.next().is_some() || before.lookups != after.lookups;
    let read = readers(before);
    if lost || implied.iter().any(|t| read.get(t) != Some(&1)) {
        return Err("digits are lost that something reads".into());
    }
    Ok(())
}

/// Whether some lookup shows what a decomposition does.
fn is_implied(d: &Draft, x: &Decomposition, c: &Constraint) -> bool {
    let span: Int = x.weights.iter().sum();
    let reaches = x.weights.iter().all(Signed::is_positive) && without_gaps(&x.weights);
    reaches
        && d.lookups.iter().any(|l| {
            l.shape == c.shape
                && apart(d, l, &x.value).is_some_and(|k| {
                    // 0 ≤ key − k ≤ span for every key
                    let rows = d.constants[l.table.0 as usize].data.len();
                    !k.is_positive() && Int::from(rows) - Int::one() - k <= span
                })
        })
}

/// Whether sums of digits with these weights reach every number up to the sum of all.
fn without_gaps(weights: &[Int]) -> bool {
    let mut reached = Int::zero();
    weights.iter().all(|w| {
        let next = *w <= &reached + 1;
        reached += w;
        next
    })
}

/// How much larger a lookup's key is than a value, if that is a constant.
fn apart(d: &Draft, l: &Lookup, value: &[Term]) -> Option<Int> {
    let mut terms = l.index.terms.clone();
    terms.extend(value.iter().map(|t| scaled(t, &-Int::one())));
    match canonical(d, &l.shape, &Lin { terms, width: l.index.width }).as_slice() {
        [] => Some(Int::zero()),
        [t] => match &t.weight {
            Weight::Scalar(k) if t.is_constant(&l.shape) => Some(k.clone()),
            _ => None,
        },
        _ => None,
    }
}
