//! The argument that values are rows of tables: LogUp (eprint 2022/1530, 2023/1284).
//!
//! For queries x_i into a table of rows t_j, each looked up m_j times,
//!
//! ```text
//! Σ_i 1/(ρ − x_i) = Σ_j m_j/(ρ − t_j)
//! ```
//!
//! at a challenge ρ that is drawn after the x_i and m_j are fixed. *Lemma.* If some x_i is no row, the two
//! sides differ as functions of ρ, and agree for at most n + N of its r values, for n queries and N rows.
//! *Proof.* On the left the pole at x has the residue k, the number of times that x occurs, 0 < k ≤ n < r;
//! on the right it has none, whatever the m_j. Multiplied out, the difference is a polynomial of degree
//! below n + N that is not 0. Where ρ is itself a query or a row, a constraint (ρ − x)·v = 1 or
//! (ρ − t)·q = m may have no or many solutions: n + N more values of ρ. ∎
//! Together 2(n + N)/r, and the challenge's own bias: less than 2^−220 for 2^30 queries and rows.
//!
//! Near misses, each with a test that forges it: multiplicities chosen after ρ (they are committed to
//! before); m_j that are no counts (any are allowed: the residue at x must be 0, and no sum of m_j makes
//! it k); rows that occur twice (harmless, and refused); n ≥ r (cannot be).
//!
//! A function's table has rows t_j + β·f_j, with a second challenge β: two pairs (x, y) ≠ (t, f) have
//! x + β·y = t + β·f for one β at most, so that for n queries and N rows some query that is no row
//! becomes one with a probability of at most n·N/r, below 2^−190.

use super::check::Claim;
use super::pieces::Piece;
use crate::draft::{Constraint, Draft, Form, Lookup};
use num_traits::{One, Zero};
use std::collections::BTreeMap;
use zirc_circuit::{
    Access, Category, ConstId, Int, Ints, Kind, Lin, Op, OriginId, Step, Tensor, TensorId, Term,
    User, Weight, Width,
};

/// What a table holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Table {
    /// The numbers below 2^n.
    Range(usize),
    /// The numbers below the length of a constant, each with its element.
    Function(ConstId),
}

/// A family of values to be looked up.
struct Query {
    shape: Vec<usize>,
    key: Lin,
    /// The function's value at the key.
    value: Option<TensorId>,
    category: Category,
    origin: OriginId,
}

/// Adds everything that shows the pieces to lie in their ranges and the lookups to be those of their
/// tables. Gives what has been shown, for [`super::check`].
pub(crate) fn emit(d: &mut Draft, pieces: &[Piece], lookups: Vec<Lookup>) -> Vec<Claim> {
    let mut tables: BTreeMap<Table, Vec<Query>> = BTreeMap::new();
    let mut claims = vec![];
    for p in pieces {
        let shape = d.tensor(p.tensor).shape.clone();
        let key = Lin { terms: vec![Term::whole(p.tensor, &shape)], width: Width::I64 };
        claims.push(Claim::Range { tensor: p.tensor, bits: p.len });
        let (category, origin) = (p.category, p.origin);
        let query = Query { shape, key, value: None, category, origin };
        tables.entry(Table::Range(p.len)).or_default().push(query);
    }
    for l in lookups {
        claims.push(Claim::Function(l.clone()));
        let (category, origin) = (Category::Lookup, l.origin);
        let query = Query { shape: l.shape, key: l.index, value: Some(l.out), category, origin };
        tables.entry(Table::Function(l.table)).or_default().push(query);
    }
    let functions = tables.keys().any(|t| matches!(t, Table::Function(_)));
    if tables.is_empty() {
        return claims;
    }
    let all: Vec<&Query> = tables.values().flatten().collect();
    let users = asked(d, &all);
    let origin = d.share(users);
    // How often rows are looked up is committed to, before any challenge.
    let counted: Vec<Counted> =
        tables.into_iter().map(|(table, queries)| count(d, table, queries)).collect();
    let mut draw = || {
        let id = variable(d, vec![], Kind::Challenge, None, origin);
        d.steps.push(Step::Assign { tensor: id, op: Op::Challenge });
        id
    };
    let rho = draw();
    let beta = functions.then(draw);
    for t in counted {
        argue(d, rho, beta, t);
    }
    claims
}

/// A table with its queries and the multiplicities of its rows.
struct Counted {
    table: Table,
    queries: Vec<Query>,
    rows: ConstId,
    len: usize,
    multiplicity: TensorId,
    origin: OriginId,
}

/// Who looks values up, by how many.
fn asked(d: &Draft, queries: &[&Query]) -> Vec<User> {
    let of = |q: &&Query| d.users_of_many(q.origin, q.category, q.shape.iter().product());
    queries.iter().flat_map(of).collect()
}

fn count(d: &mut Draft, table: Table, queries: Vec<Query>) -> Counted {
    let len = match table {
        Table::Range(bits) => 1 << bits,
        Table::Function(values) => d.constants[values.0 as usize].data.len(),
    };
    let rows = d.constant((0..len).map(Int::from).collect());
    let total: usize = queries.iter().map(|q| q.shape.iter().product::<usize>()).sum();
    let mut keys = Lin { terms: vec![], width: Width::I64 };
    let mut at = 0;
    for q in &queries {
        keys.terms.extend(q.key.terms.iter().map(|t| behind(t, at)));
        at += q.shape.iter().product::<usize>() as i64;
    }
    let users = asked(d, &queries.iter().collect::<Vec<_>>());
    let origin = d.share(users);
    let interval = Some((Int::zero(), Int::from(total)));
    let multiplicity = variable(d, vec![len], Kind::Witness, interval, origin);
    let op = Op::Count { keys, table: rows, len: total };
    d.steps.push(Step::Assign { tensor: multiplicity, op });
    Counted { table, queries, rows, len, multiplicity, origin }
}

/// A term that writes behind `at` other elements.
fn behind(t: &Term, at: i64) -> Term {
    let dst = Access { offset: t.dst.offset + at, strides: t.dst.strides.clone() };
    t.clone().to(dst)
}

fn argue(d: &mut Draft, rho: TensorId, beta: Option<TensorId>, t: Counted) {
    let mut sum = Lin { terms: vec![], width: Width::Field };
    let none = || Lin { terms: vec![], width: Width::Field };
    for q in &t.queries {
        let apart = apart(d, rho, beta, q);
        let inverse = variable(d, q.shape.clone(), Kind::Response, None, q.origin);
        d.steps.push(Step::Assign { tensor: inverse, op: Op::Inverse(apart.clone()) });
        // (ρ − x)·v = 1, with v in A, so that nothing but ρ is wide in B.
        let one = Lin { terms: vec![Term::constant(&q.shape, Int::one())], width: Width::I64 };
        let form = Form::Product(all_of(d, inverse), apart, one);
        let (shape, category, origin) = (q.shape.clone(), q.category, q.origin);
        d.constraints.push(Constraint { shape, form, category, origin });
        sum.terms.push(total(d, inverse, Int::one()));
    }
    let shape = vec![t.len];
    let mut apart = Lin { terms: vec![Term::spread(rho, &shape)], width: Width::Field };
    apart.terms.push(listed(TensorId::ONE, t.rows, t.len));
    if let (Table::Function(values), Some(beta)) = (t.table, beta) {
        apart.terms.push(listed(beta, values, t.len));
    }
    let inverse = variable(d, shape.clone(), Kind::Aux, None, t.origin);
    d.steps.push(Step::Assign { tensor: inverse, op: Op::Inverse(apart.clone()) });
    let share = variable(d, shape.clone(), Kind::Response, None, t.origin);
    let field = |lin: Lin| Lin { width: Width::Field, ..lin };
    let op = Op::Mul(field(all_of(d, t.multiplicity)), all_of(d, inverse));
    d.steps.push(Step::Assign { tensor: share, op });
    // (ρ − t)·q = m
    let form = Form::Product(all_of(d, share), apart, all_of(d, t.multiplicity));
    let (category, origin) = (Category::Table, t.origin);
    d.constraints.push(Constraint { shape, form, category, origin });
    sum.terms.push(total(d, share, -Int::one()));
    let form = Form::Zero(Lin { width: none().width, ..sum });
    d.constraints.push(Constraint { shape: vec![], form, category, origin });
}

/// ρ − x, or ρ − x − β·y.
fn apart(d: &mut Draft, rho: TensorId, beta: Option<TensorId>, q: &Query) -> Lin {
    let mut terms = vec![Term::spread(rho, &q.shape)];
    terms.extend(q.key.terms.iter().map(|t| crate::term::scaled(t, &-Int::one())));
    if let (Some(value), Some(beta)) = (q.value, beta) {
        let multiple = variable(d, q.shape.clone(), Kind::Response, None, q.origin);
        let a = Lin { terms: vec![Term::spread(beta, &q.shape)], width: Width::Field };
        // With or without a last dimension of one column.
        let width = d.tensor(value).width;
        let b = Lin { terms: vec![Term::whole(value, &q.shape)], width };
        let wide = Lin { width: Width::Field, ..b.clone() };
        d.steps.push(Step::Assign { tensor: multiple, op: Op::Mul(a.clone(), wide) });
        // β·y = y'
        let form = Form::Product(a, b, all_of(d, multiple));
        let (shape, category, origin) = (q.shape.clone(), q.category, q.origin);
        d.constraints.push(Constraint { shape, form, category, origin });
        terms.push(crate::term::scaled(&Term::whole(multiple, &q.shape), &-Int::one()));
    }
    Lin { terms, width: Width::Field }
}

fn variable(
    d: &mut Draft,
    shape: Vec<usize>,
    kind: Kind,
    interval: Option<(Int, Int)>,
    origin: OriginId,
) -> TensorId {
    let width = interval.as_ref().map_or(Width::Field, |(lo, hi)| Width::of(lo, hi));
    d.push(Tensor { shape, kind, interval, width, name: None, origin })
}

fn all_of(d: &Draft, id: TensorId) -> Lin {
    let t = d.tensor(id);
    Lin { terms: vec![Term::whole(id, &t.shape)], width: t.width }
}

/// −constant·scalar, element by element.
pub(super) fn listed(scalar: TensorId, constant: ConstId, len: usize) -> Term {
    let access = Access { offset: 0, strides: vec![1] };
    let weight = Weight::Tensor { factor: -Int::one(), constant, access };
    Term::spread(scalar, &[len]).weighed(weight)
}

/// The sum over a whole tensor, times a number, as a scalar.
pub(super) fn total(d: &Draft, id: TensorId, factor: Int) -> Term {
    Term::total(id, &d.tensor(id).shape).weighed(Weight::Scalar(factor))
}

/// Whether a constant lists 0, 1, 2, …
pub(super) fn counts_up(data: &Ints) -> bool {
    matches!(data, Ints::Small(v) if v.iter().enumerate().all(|(i, x)| *x == i as i64))
}
