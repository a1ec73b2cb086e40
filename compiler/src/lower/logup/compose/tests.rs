//! Lookups behind lookups, the near misses of the lemma, and drafts that lost something.

use super::check::accounts_for;
use super::links::links;
use super::{apply, pass};
use crate::draft::{Constraint, Draft, Form, Lookup};
use crate::options::Round;
use crate::term::scaled;
use num_traits::One;
use zirc_circuit::lin::row_major;
use zirc_circuit::{
    Access, Category, Int, Kind, Lin, Op, OriginId, Signature, Step, Tensor, TensorId, Term, Width,
};

const G: [i64; 8] = [0, 0, 1, 2, 3, 3, 3, 3];
const F: [i64; 9] = [4, 7, 1, 0, 5, 2, 2, 9, 8];

fn tensor(d: &mut Draft, shape: &[usize]) -> TensorId {
    let kind = if d.tensors().is_empty() { Kind::One } else { Kind::Witness };
    let (width, origin) = (Width::I64, OriginId(0));
    d.push(Tensor { shape: shape.to_vec(), kind, interval: None, width, name: None, origin })
}

fn lookup(d: &mut Draft, shape: &[usize], index: Vec<Term>, table: &[i64]) -> TensorId {
    let table = d.constant(table.iter().copied().map(Int::from).collect());
    let out = tensor(d, shape);
    let index = Lin { terms: index, width: Width::I64 };
    d.steps.push(Step::Assign { tensor: out, op: Op::Table(table, index.clone()) });
    d.lookups.push(Lookup { shape: shape.to_vec(), index, table, out, origin: OriginId(0) });
    out
}

fn constant(shape: &[usize], k: i64) -> Term {
    Term::constant(shape, Int::from(k))
}

fn empty() -> Draft {
    let signature = Signature::new("c", vec![], vec![]);
    let mut d = Draft::new(vec![], vec![], vec![], signature, 1);
    tensor(&mut d, &[]);
    d
}

/// y = G[x], z = F[k·y + c] over a shape, and z is read; z reads y by `term`.
fn chain(k: i64, c: i64, term: impl Fn(TensorId) -> Term) -> (Draft, [TensorId; 3]) {
    let mut d = empty();
    let shape = [2, 3];
    let x = tensor(&mut d, &shape);
    let y = lookup(&mut d, &shape, vec![Term::whole(x, &shape)], &G);
    let index = vec![scaled(&term(y), &Int::from(k)), constant(&shape, c)];
    let z = lookup(&mut d, &shape, index, &F);
    read(&mut d, z);
    (d, [x, y, z])
}

fn in_order(y: TensorId) -> Term {
    Term::whole(y, &[2, 3])
}

fn read(d: &mut Draft, t: TensorId) {
    let shape = d.tensor(t).shape.clone();
    let form = Form::Zero(Lin { terms: vec![Term::whole(t, &shape)], width: Width::I64 });
    let (category, origin) = (Category::Range, OriginId(0));
    d.constraints.push(Constraint { shape, form, category, origin });
}

fn rows(d: &Draft, l: &Lookup) -> Vec<Int> {
    let data = &d.constants[l.table.0 as usize].data;
    (0..data.len()).map(|k| data.get(k)).collect()
}

#[test]
fn two_lookups_become_one_in_the_table_of_both() {
    for (k, c) in [(1, 0), (2, 1), (-1, 3), (-2, 8)] {
        let (mut d, [x, y, z]) = chain(k, c, in_order);
        apply(&mut d, Round::Everywhere).unwrap();
        let [l] = d.lookups.as_slice() else { panic!("{:?}", d.lookups) };
        let expected = G.map(|g| Int::from(F[(k * g + c) as usize]));
        assert_eq!((l.out, rows(&d, l)), (z, expected.to_vec()), "{k}·y + {c}");
        assert_eq!(l.index.terms, [Term::whole(x, &[2, 3])]);
        assert_eq!(d.tensor(y).kind, Kind::Aux);
    }
}

/// Elements may be read in another order, and an index that is a sum becomes a tensor of its own.
#[test]
fn every_element_is_read_once_in_any_order() {
    let shape = [3, 2];
    let mut d = empty();
    let x = tensor(&mut d, &[2, 3]);
    let sum = vec![scaled(&Term::whole(x, &[2, 3]), &Int::from(2)), constant(&[2, 3], 1)];
    let y = lookup(&mut d, &[2, 3], sum.clone(), &G);
    let transposed = Access { offset: 0, strides: vec![1, 3] };
    let term = Term { src_access: transposed.clone(), ..Term::whole(y, &shape) };
    let z = lookup(&mut d, &shape, vec![term], &F);
    read(&mut d, z);
    apply(&mut d, Round::Everywhere).unwrap();
    let [l] = d.lookups.as_slice() else { panic!("{:?}", d.lookups) };
    let [t] = l.index.terms.as_slice() else { panic!() };
    assert_eq!(t.src_access, transposed);
    assert_eq!(d.tensor(t.src).kind, Kind::Linear(Lin { terms: sum, width: Width::I64 }));
    // It is derived before what reads it.
    let at = |of: TensorId| {
        let computes = |s: &Step| matches!(s, Step::Assign { tensor, .. } if *tensor == of);
        d.steps.iter().position(computes)
    };
    assert!(at(t.src) < at(y) && at(t.src).is_some());
}

#[test]
fn a_chain_of_three_becomes_one() {
    let (mut d, [_, _, z]) = chain(1, 0, in_order);
    let shape = [2, 3];
    let last =
        lookup(&mut d, &shape, vec![Term::whole(z, &shape)], &[1, 1, 2, 3, 5, 8, 13, 21, 34, 55]);
    d.constraints.clear();
    read(&mut d, last);
    apply(&mut d, Round::Everywhere).unwrap();
    let [l] = d.lookups.as_slice() else { panic!("{:?}", d.lookups) };
    let expected = G.map(|g| Int::from([1, 1, 2, 3, 5, 8, 13, 21, 34, 55][F[g as usize] as usize]));
    assert_eq!((l.out, rows(&d, l)), (last, expected.to_vec()));
}

fn stays(mut d: Draft, why: &str) {
    let before = d.lookups.clone();
    assert!(links(&d).is_empty(), "{why}");
    apply(&mut d, Round::Everywhere).unwrap();
    assert_eq!(d.lookups, before, "{why}");
}

#[test]
fn near_misses_stay_two() {
    let (mut d, [_, y, _]) = chain(1, 0, in_order);
    read(&mut d, y);
    stays(d, "the first value is asserted about");

    let (mut d, [_, y, _]) = chain(1, 0, in_order);
    let shape = vec![2, 3];
    let kind = Kind::Linear(Lin { terms: vec![Term::whole(y, &shape)], width: Width::I64 });
    let (width, origin) = (Width::I64, OriginId(0));
    let alias = d.push(Tensor { shape, kind, interval: None, width, name: None, origin });
    read(&mut d, alias);
    stays(d, "the first value is asserted about by another name");

    stays(chain(3, 0, in_order).0, "3·3 is beyond the rows");
    stays(chain(1, -1, in_order).0, "0 − 1 is before the rows");
    let repeated = Access { offset: 0, strides: vec![0, 1] };
    let some = |y| Term { src_access: repeated.clone(), ..Term::whole(y, &[2, 3]) };
    stays(chain(1, 0, some).0, "nothing would show the range of half of the indices");

    // A second reader that reads the square of an index cannot be, but one of two values can.
    let (mut d, [x, y, _]) = chain(1, 0, in_order);
    let both = vec![Term::whole(y, &[2, 3]), Term::whole(x, &[2, 3])];
    let other = lookup(&mut d, &[2, 3], both, &F);
    read(&mut d, other);
    stays(d, "another lookup is at more than the first value");
}

#[test]
fn rows_are_paid_for_by_queries() {
    let with = |n: usize, other: bool| {
        let mut d = empty();
        let x = tensor(&mut d, &[n]);
        let y = lookup(&mut d, &[n], vec![Term::whole(x, &[n])], &G);
        let z = lookup(&mut d, &[n], vec![Term::whole(y, &[n])], &F);
        read(&mut d, z);
        if other {
            // Both tables are there for others too.
            let y = lookup(&mut d, &[n], vec![Term::whole(x, &[n])], &G);
            read(&mut d, y);
            let z = lookup(&mut d, &[n], vec![Term::whole(x, &[n])], &F);
            read(&mut d, z);
        }
        let before = d.lookups.len();
        apply(&mut d, Round::WhereCheaper).unwrap();
        before - d.lookups.len()
    };
    assert_eq!(with(1, false), 1);
    // Eight rows more for one query less.
    assert_eq!(with(1, true), 0);
    assert_eq!(with(100, true), 1);
}

/// What the pass might lose, each refused by the check.
#[test]
fn what_is_lost_is_seen() {
    let (before, [x, y, z]) = chain(1, 0, in_order);
    let mut good = before.clone();
    assert!(pass(&mut good, Round::Everywhere));
    assert_eq!(accounts_for(&before, &good), Ok(()));
    let refused = |change: &dyn Fn(&mut Draft)| {
        let mut d = good.clone();
        change(&mut d);
        assert!(accounts_for(&before, &d).is_err());
    };
    let reads = |t: Term| Lin { terms: vec![t], width: Width::I64 };
    refused(&|d| d.lookups.clear());
    refused(&|d| d.constraints.clear());
    refused(&|d| read(d, y));
    refused(&|d| d.free(y));
    refused(&|d| d.lookups[0].table = d.constant(G.map(Int::from).to_vec()));
    let mut rows = G.map(|g| Int::from(F[g as usize])).to_vec();
    rows.push(Int::one());
    refused(&|d| d.lookups[0].table = d.constant(rows.clone()));
    refused(&|d| d.lookups[0].index = reads(Term::whole(z, &[2, 3])));
    refused(&|d| d.lookups[0].index.terms.push(constant(&[2, 3], 1)));
    refused(&|d| d.lookups[0].index = reads(scaled(&Term::whole(x, &[2, 3]), &Int::from(2))));
    let access = Access { offset: 0, strides: row_major(&[3, 2]) };
    refused(&|d| {
        d.lookups[0].index = reads(Term { src_access: access.clone(), ..Term::whole(x, &[2, 3]) });
    });
    refused(&|d| d.lookups[0].out = y);
}
