//! That an argument says what is claimed of it: read from the finished constraints, by code that shares
//! nothing with what wrote them.
//!
//! For each claim a constraint (ρ − x)·v = 1 over all of its values is looked for, v in a sum of inverses
//! that equals the sum over a table with the claimed rows, whose multiplicities are committed to; see the
//! lemma in [`super::argument`].

use super::argument::{counts_up, listed, total};
use crate::draft::{Constraint, Draft, Form, Lookup};
use crate::term::scaled;
use num_traits::One;
use std::collections::{BTreeMap, BTreeSet};
use zirc_circuit::{ConstId, Int, Kind, Lin, TensorId, Term, Weight};

/// What an argument is to show.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Claim {
    /// Every element of a tensor lies in 0..2^bits.
    Range { tensor: TensorId, bits: usize },
    /// A lookup is that of its table.
    Function(Lookup),
}

impl Claim {
    /// What is looked up, and over which shape.
    fn key(&self, d: &Draft) -> (Lin, Vec<usize>) {
        match self {
            Claim::Range { tensor, .. } => {
                let t = d.tensor(*tensor);
                let terms = vec![Term::whole(*tensor, &t.shape)];
                (Lin { terms, width: t.width }, t.shape.clone())
            }
            Claim::Function(l) => (l.index.clone(), l.shape.clone()),
        }
    }
}

/// A constraint v·(ρ − x) = 1 or q·(ρ − t) = m, by v or q.
struct Fraction<'d> {
    shape: &'d [usize],
    divisor: &'d Lin,
    numerator: &'d Lin,
}

/// Refuses claims that the constraints do not show.
pub(crate) fn check(d: &Draft, claims: &[Claim]) -> Result<(), String> {
    let mut fractions: BTreeMap<TensorId, Fraction<'_>> = BTreeMap::new();
    let mut products: BTreeMap<TensorId, &Constraint> = BTreeMap::new();
    for c in &d.constraints {
        let Form::Product(a, b, out) = &c.form else { continue };
        if let Some(v) = response(d, &c.shape, a) {
            fractions.insert(v, Fraction { shape: &c.shape, divisor: b, numerator: out });
        }
        if let Some(v) = response(d, &c.shape, out) {
            products.insert(v, c);
        }
    }
    // Which table each inverse is summed with.
    let mut tables: BTreeMap<TensorId, TensorId> = BTreeMap::new();
    for c in &d.constraints {
        if let Form::Zero(lin) = &c.form
            && c.shape.is_empty()
            && let Some((share, inverses)) = balance(d, lin, &fractions)
        {
            tables.extend(inverses.into_iter().map(|v| (v, share)));
        }
    }
    let mut shown: BTreeMap<TensorId, Vec<&TensorId>> = BTreeMap::new();
    for v in tables.keys() {
        for t in fractions.get(v).into_iter().flat_map(|f| &f.divisor.terms) {
            shown.entry(t.src).or_default().push(v);
        }
    }
    // Inverses that a claim was seen to be about.
    let mut relied: BTreeSet<TensorId> = BTreeSet::new();
    for claim in claims {
        let (key, shape) = claim.key(d);
        let near = key.terms.iter().flat_map(|t| shown.get(&t.src).into_iter().flatten());
        // A key that is 0 everywhere reads nothing that it could be found by.
        let far = tables.keys().filter(|_| key.terms.is_empty());
        let found = near.copied().chain(far).find(|v| {
            let pair = fractions.get(v).zip(tables.get(v).and_then(|t| fractions.get(t)));
            pair.is_some_and(|(f, share)| {
                f.shape == shape && shows(d, claim, &key, f, share, &products).is_some()
            })
        });
        match found {
            Some(v) => relied.insert(*v),
            None => return Err(format!("no argument shows {claim:?}")),
        };
    }
    // A further inverse in a sum could balance what is looked up: 1/(x − ρ) has the residue −1 at x.
    let sums: BTreeSet<TensorId> = relied.iter().filter_map(|v| tables.get(v).copied()).collect();
    match tables.iter().find(|(v, table)| sums.contains(table) && !relied.contains(v)) {
        Some((v, _)) => Err(format!("inverse {} in a sum is about nothing that is claimed", v.0)),
        None => Ok(()),
    }
}

/// The response that a side consists of.
fn response(d: &Draft, shape: &[usize], side: &Lin) -> Option<TensorId> {
    let [t] = side.terms.as_slice() else { return None };
    let tensor = d.tensor(t.src);
    (tensor.kind == Kind::Response && tensor.shape == shape && *t == Term::whole(t.src, shape))
        .then_some(t.src)
}

/// Reads Σ inverses − Σ shares of a table = 0: the shares and the inverses.
fn balance(
    d: &Draft,
    lin: &Lin,
    fractions: &BTreeMap<TensorId, Fraction<'_>>,
) -> Option<(TensorId, Vec<TensorId>)> {
    let (mut share, mut inverses) = (None, vec![]);
    let mut seen = BTreeSet::new();
    for t in &lin.terms {
        if !fractions.contains_key(&t.src) || !seen.insert(t.src) {
            return None;
        }
        if *t == total(d, t.src, Int::one()) {
            inverses.push(t.src);
        } else if *t == total(d, t.src, -Int::one()) && share.is_none() {
            share = Some(t.src);
        } else {
            return None;
        }
    }
    // All of them have to be inverses: numerators of their own would balance others.
    let one = |v: &TensorId| {
        let f = &fractions[v];
        f.numerator.terms == [Term::constant(f.shape, Int::one())]
    };
    inverses.iter().all(one).then_some((share?, inverses))
}

/// Whether v·(ρ − x [− β·y]) = 1 and q·(ρ − t [− β·f]) = m are about the claimed values and rows.
fn shows(
    d: &Draft,
    claim: &Claim,
    key: &Lin,
    query: &Fraction<'_>,
    table: &Fraction<'_>,
    products: &BTreeMap<TensorId, &Constraint>,
) -> Option<()> {
    let [m] = table.numerator.terms.as_slice() else { return None };
    let committed = d.tensor(m.src).kind == Kind::Witness && *m == Term::whole(m.src, table.shape);
    let [len] = table.shape else { return None };
    let (rho, rest) = query.divisor.terms.split_first()?;
    let (also_rho, rows) = table.divisor.terms.split_first()?;
    let is_challenge = |t: TensorId| d.tensor(t).kind == Kind::Challenge;
    let drawn = is_challenge(rho.src)
        && *rho == Term::spread(rho.src, query.shape)
        && *also_rho == Term::spread(rho.src, table.shape);
    let negative: Vec<Term> = key.terms.iter().map(|t| scaled(t, &-Int::one())).collect();
    let (x, value) = rest.split_at_checked(negative.len())?;
    let (row, function) = rows.split_first()?;
    let listed_rows = constant_of(row)?;
    let counts = counts_up(&d.constants[listed_rows.0 as usize].data)
        && d.constants[listed_rows.0 as usize].data.len() == *len
        && *row == listed(TensorId::ONE, listed_rows, *len);
    if !committed || !drawn || x != negative || !counts {
        return None;
    }
    match claim {
        Claim::Range { bits, .. } => {
            (value.is_empty() && function.is_empty() && *len == 1usize << bits).then_some(())
        }
        Claim::Function(l) => {
            let ([multiple], [column]) = (value, function) else { return None };
            let beta = column.src;
            let apart = is_challenge(beta) && beta != rho.src;
            let of_table = constant_of(column)? == l.table
                && d.constants[l.table.0 as usize].data.len() == *len
                && *column == listed(beta, l.table, *len);
            let product = products.get(&multiple.src)?;
            let Form::Product(a, b, _) = &product.form else { return None };
            let of_value = *multiple
                == scaled(&Term::whole(multiple.src, query.shape), &-Int::one())
                && product.shape == query.shape
                && a.terms == [Term::spread(beta, query.shape)]
                && b.terms == [Term::whole(l.out, query.shape)];
            (apart && of_table && of_value).then_some(())
        }
    }
}

fn constant_of(t: &Term) -> Option<ConstId> {
    match &t.weight {
        Weight::Tensor { constant, .. } => Some(*constant),
        Weight::Scalar(_) => None,
    }
}

#[cfg(test)]
mod tests;
