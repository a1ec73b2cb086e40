//! Lookups in plain Groth16: the result of `table[index]` as a polynomial.
//!
//! Every strategy writes `table[index]` as a polynomial that agrees with the table on 0..rows, in
//! the index or in its binary digits; the index lies there by ranges enforced elsewhere, and binary
//! digits of a number below 2^k are unique. So the result is a function of the index, and nothing
//! is left to the prover.

mod basis;
mod plan;

use super::build::Builder;
use crate::draft::Draft;
use crate::estimate::{Estimate, function_query, row};
use crate::options::{Checks, Round, Strategy};
use crate::program::{Program, Rule};
use num_traits::{One, Signed, Zero};
use plan::Plan;
use std::collections::{BTreeMap, BTreeSet};
use zirc_circuit::{
    Access, ConstId, Int, Kind, Lin, OriginId, Step, TensorId, Term, Weight, Width,
};

/// A lookup to be lowered.
pub(crate) struct Lookup {
    /// Shape of the index.
    pub(crate) shape: Vec<usize>,
    pub(crate) index: Lin,
    pub(crate) table: ConstId,
    pub(crate) rows: usize,
    pub(crate) columns: usize,
    /// Shape of the index, then the columns.
    pub(crate) out: TensorId,
    pub(crate) origin: OriginId,
}

/// The lookups, by their place among the rules, that an argument over all of them is to prove: where a
/// function asks for that, and where it costs less than polynomials for all others in a table together.
pub(crate) fn argued(p: &Program, forced: Option<Strategy>, round: Round) -> BTreeSet<usize> {
    let mut tables: BTreeMap<(ConstId, usize), Vec<usize>> = BTreeMap::new();
    for (k, e) in p.enforce.iter().enumerate() {
        if let Rule::Lookup { table, rows, columns: 1, .. } = &e.rule
            && e.checks != Some(Checks::Digits)
        {
            tables.entry((*table, *rows)).or_default().push(k);
        }
    }
    let given = p.enforce.iter().filter_map(|e| match &e.rule {
        Rule::Lookup { out, .. } => Some(*out),
        _ => None,
    });
    let given: BTreeSet<TensorId> = given.collect();
    let mut all = BTreeSet::new();
    for ((table, rows), lookups) in tables {
        // The argument reads all of a constant.
        let whole = p.constants[table.0 as usize].data.len() == rows;
        if !whole || rows < 2 || forced.is_some() {
            continue;
        }
        let wanted = |k: &usize| {
            p.enforce[*k].checks == Some(Checks::Lookups) && !p.enforce[*k].shape.contains(&0)
        };
        let (asked, free): (Vec<usize>, Vec<usize>) = lookups.into_iter().partition(wanted);
        let paid = !asked.is_empty();
        all.extend(asked);
        if pays(p, &given, table, (&free, paid), round) {
            all.extend(free);
        }
    }
    all
}

/// Whether lookups in the whole of a table are better argued, its rows being there already or not; `given`
/// is what lookups give.
fn pays(
    p: &Program,
    given: &BTreeSet<TensorId>,
    table: ConstId,
    (lookups, paid): (&[usize], bool),
    round: Round,
) -> bool {
    let data = &p.constants[table.0 as usize].data;
    let elements = |k: &usize| p.enforce[*k].shape.iter().product::<usize>();
    let n: usize = lookups.iter().map(elements).sum();
    let out = lookups.iter().find_map(|k| match &p.enforce[*k].rule {
        Rule::Lookup { out, .. } => Some(*out),
        _ => None,
    });
    let Some(out) = out.filter(|_| n > 0) else { return false };
    if round == Round::Everywhere {
        return true;
    }
    let rows = data.len();
    let column: Vec<Int> = (0..rows).map(|r| data.get(r)).collect();
    let field = p.tensor(out).interval.is_none();
    let polynomials = [true, false].map(|ranged| {
        let own = lookups.iter().filter(|k| is_ranged(p, given, **k) == ranged).map(elements);
        let each = plan::cost(std::slice::from_ref(&column), rows, ranged, field);
        each.times(own.sum::<usize>() * round.calls())
    });
    let polynomial: Estimate = polynomials.into_iter().sum();
    let n = n * round.calls();
    let table = row().times(if paid { 0 } else { rows });
    function_query().times(n).and(table).cheaper_than(&polynomial)
}

/// Whether the digits of a lookup's index are there without it, as of all that was ranged: what another
/// lookup gives has none.
fn is_ranged(p: &Program, given: &BTreeSet<TensorId>, rule: usize) -> bool {
    let Rule::Lookup { index, .. } = &p.enforce[rule].rule else { return true };
    let mut stack: Vec<TensorId> = index.terms.iter().map(|t| t.src).collect();
    let mut seen = BTreeSet::new();
    while let Some(t) = stack.pop() {
        if given.contains(&t) {
            return false;
        }
        if seen.insert(t)
            && let Kind::Linear(l) = &p.tensor(t).kind
        {
            stack.extend(l.terms.iter().map(|t| t.src));
        }
    }
    true
}

/// Gives `l.out` its definition. The cheapest strategy is taken unless one is forced.
pub(crate) fn lower(d: &mut Draft, l: Lookup, forced: Option<Strategy>) -> Result<(), String> {
    let data = &d.constants[l.table.0 as usize].data;
    let column = |c: usize| (0..l.rows).map(|r| data.get(r * l.columns + c)).collect::<Vec<_>>();
    let table: Vec<Vec<Int>> = (0..l.columns).map(column).collect();
    let shared = super::digits::known(d, &l.shape, &l.index, plan::bits(l.rows));
    let field = d.tensor(l.out).interval.is_none();
    let plan = plan::choose(&table, l.rows, shared, field, forced);
    let computes = |s: &Step| matches!(s, Step::Assign { tensor, .. } if *tensor == l.out);
    let at = d.steps.iter().position(computes);
    let tail = d.steps.split_off(at.unwrap_or(d.steps.len()));
    let (terms, width) = match plan {
        Plan::Interpolate => interpolate(d, &l, &table),
        Plan::Digits { low } => by_digits(d, &l, &table, low),
    };
    d.steps.extend(tail);
    let width = width.max(d.tensor(l.out).width);
    if d.define(l.out, Lin { terms, width }) {
        Ok(())
    } else {
        Err("the result of a lookup is defined already".into())
    }
}

/// out = Σ_j c_j·index^j, the polynomial of lowest degree through the table.
fn interpolate(d: &mut Draft, l: &Lookup, table: &[Vec<Int>]) -> (Vec<Term>, Width) {
    let degree = table.iter().map(|c| basis::degree(c).unwrap_or(l.rows - 1)).max().unwrap_or(0);
    let degree = degree.min(l.rows - 1);
    let coefficients: Vec<Vec<Int>> =
        table.iter().map(|c| basis::interpolate(&c[..=degree])).collect();
    let mut b = Builder::new(d, &l.shape, l.origin);
    let mut bound = Int::from(l.rows - 1);
    // The index as a tensor of its own, so that every power reads one term.
    let x = b.derived(&[], l.index.clone(), Some((Int::zero(), bound.clone())));
    let mut powers = vec![TensorId::ONE, x];
    for j in 2..=degree {
        bound *= Int::from(l.rows - 1);
        // x^(j−1) · x = x^j
        let (p, q) = (b.read(powers[j - 1]), b.read(x));
        powers.push(b.product(&[], p, q, Some((Int::zero(), bound.clone()))));
    }
    let mut terms = vec![];
    for (c, column) in coefficients.iter().enumerate() {
        for (&power, k) in powers.iter().zip(column) {
            if !k.is_zero() {
                terms.push(b.place(power, l.columns, c, k.clone()));
            }
        }
    }
    let wide = coefficients.iter().flatten().any(|k| k.bits() > 60) || bound.bits() > 60;
    (terms, if wide { Width::Field } else { Width::I128 })
}

/// out = q_0(low) + Σ_{h > 0} high_h·q_h(low): the monomials of the high digits times multilinear
/// polynomials of the low ones.
fn by_digits(d: &mut Draft, l: &Lookup, table: &[Vec<Int>], low: usize) -> (Vec<Term>, Width) {
    let k = plan::bits(l.rows);
    let digits = super::digits::decompose(d, &l.shape, &l.index, k, l.origin);
    let mut b = Builder::new(d, &l.shape, l.origin);
    let lower = b.monomials(digits, k, 0, low);
    let (n, m, columns) = (1usize << low, 1usize << (k - low), l.columns);
    // coefficients[c][h·n + i]: of (monomial h of the high digits)·(monomial i of the low ones)
    let coefficients: Vec<Vec<Int>> = table.iter().map(|c| basis::multilinear(c, 1 << k)).collect();
    // Largest absolute value of Σ_{h in rows} high_h·q_h, whatever the digits are.
    let bound = |rows: std::ops::Range<usize>| -> Int {
        let sum = |c: &Vec<Int>| c[rows.start * n..rows.end * n].iter().map(Signed::abs).sum();
        coefficients.iter().map(sum).max().unwrap_or_default()
    };
    let each = (1..m).map(|h| bound(h..h + 1)).max().unwrap_or_default();
    let total = bound(0..m);
    let weights = b.constant(coefficients.into_iter().flatten().collect());
    // q_h over `own`, the strides of which in the coefficients are given
    let rank = l.shape.len();
    let q = |b: &Builder<'_>, first: usize, own: &[usize], strides: &[i64]| {
        let zeros = vec![0; own.len() + 1];
        let mut t = b.spread(lower, n, own, 0, &zeros);
        t.bound = vec![n];
        t.src_access.strides[rank + own.len()] = 1;
        let strides = [&vec![0; rank], strides, &[1]].concat();
        let access = Access { offset: (first * n) as i64, strides };
        t.weight = Weight::Tensor { factor: Int::one(), constant: weights, access };
        t
    };
    let row = (n * m) as i64;
    let mut terms = vec![q(&b, 0, &[columns], &[row])];
    if m > 1 {
        let upper = b.monomials(digits, k, low, k - low);
        let own = [columns, m - 1];
        let high = b.spread(upper, m, &own, 1, &[0, 1]);
        let high = Lin { terms: vec![high], width: Width::I64 };
        let interval = (each.bits() < 250).then(|| (-each.clone(), each.clone()));
        let width = interval.as_ref().map_or(Width::Field, |(lo, hi)| Width::of(lo, hi));
        let low = Lin { terms: vec![q(&b, 1, &own, &[row, n as i64])], width };
        // high_h·q_h = p_h, for h = 1, 2, …
        let p = b.product(&own, high, low, interval);
        let mut t = b.spread(p, columns * (m - 1), &[columns], 0, &[(m - 1) as i64, 1]);
        t.bound = vec![m - 1];
        terms.push(t);
    }
    (terms, Width::of(&-total.clone(), &total))
}
