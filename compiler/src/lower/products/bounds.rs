//! What constraints hold variables to: ranges that are proved already, whoever asked for them.
//!
//! A sum that is rounded or compared is taken apart right behind it: Σ + bias = 2^s·high + low, each part in
//! a range of its own. Then the sum lies in a range too, and packing it takes no further digit.

use crate::draft::{Constraint, Draft, Form};
use crate::recognize::{boolean, decomposition};
use crate::term::scaled;
use num_traits::{One, Signed};
use std::collections::{BTreeMap, BTreeSet};
use zirc_circuit::lin::row_major;
use zirc_circuit::{Access, Int, Kind, Lin, PortType, TensorId, Term, Visibility, Weight};

/// An interval.
pub(super) type Interval = (Int, Int);

/// Digits that one term may sum over.
const MOST_DIGITS: usize = 1 << 10;

/// Terms that an equation may have with derived tensors read through.
const MOST_TERMS: usize = 1 << 8;

/// For each of these tensors that constraints hold to an interval, the narrowest: by a constraint
/// ±y + Σ w·x = 0 over all elements of it, where every x has a range by constraints of its own.
pub(super) fn held(d: &Draft, wanted: &BTreeSet<TensorId>) -> BTreeMap<TensorId, Interval> {
    let mut found: BTreeMap<TensorId, Interval> = BTreeMap::new();
    if wanted.is_empty() {
        return found;
    }
    let known = ranges(d);
    for c in &d.constraints {
        let Form::Zero(lin) = &c.form else { continue };
        let all = read_through(d, lin, c.shape.iter().product());
        let own = all.iter().position(|t| wanted.contains(&t.src));
        let Some(k) = own else { continue };
        let Some((y, interval)) = solved(d, &known, c, &all, k) else { continue };
        let narrower = |old: &Interval| &interval.1 - &interval.0 < &old.1 - &old.0;
        if found.get(&y).is_none_or(narrower) {
            found.insert(y, interval);
        }
    }
    found
}

/// Variables with a range by constraints that are about nothing else, and public inputs, whose types the
/// verifier checks.
fn ranges(d: &Draft) -> BTreeMap<TensorId, Interval> {
    let mut known = BTreeMap::from([(TensorId::ONE, (Int::one(), Int::one()))]);
    for p in d.signature.inputs.iter().filter(|p| p.visibility == Visibility::Public) {
        if let PortType::Fix { lo, hi, .. } = &p.ty {
            known.insert(p.tensor, (lo.clone(), hi.clone()));
        }
    }
    let booleans: BTreeSet<TensorId> = d.constraints.iter().filter_map(|c| boolean(d, c)).collect();
    known.extend(booleans.iter().map(|t| (*t, (Int::from(0), Int::one()))));
    for c in &d.constraints {
        if let Some((t, lo)) = one_of_two(d, c) {
            known.insert(t, (lo.clone(), lo + 1));
        }
        // ±t + n = 0
        if let Form::Zero(lin) = &c.form
            && let Some((t, sign, n)) = shifted(d, &c.shape, &lin.terms)
        {
            let only = if sign { -n } else { n };
            known.insert(t, (only.clone(), only));
        }
        let Some(x) = decomposition(d, c).filter(|x| booleans.contains(&x.digits)) else {
            continue;
        };
        if x.weights.iter().any(Int::is_negative) {
            continue;
        }
        // ±t + n = Σ w·d
        let Some((t, sign, n)) = shifted(d, &c.shape, &x.value) else { continue };
        let most: Int = x.weights.iter().sum();
        let ends = if sign { (-&n, most - n) } else { (&n - most, n) };
        known.insert(t, ends);
    }
    known
}

/// (t − lo)·(t − lo − 1) = 0
fn one_of_two(d: &Draft, c: &Constraint) -> Option<(TensorId, Int)> {
    let Form::Product(a, b, none) = &c.form else { return None };
    let (t, sign, n) = shifted(d, &c.shape, &a.terms)?;
    let (u, other, m) = shifted(d, &c.shape, &b.terms)?;
    (none.terms.is_empty() && t == u && sign && other && m == &n - 1).then(|| (t, -n))
}

/// Reads ±t + n: a whole tensor, whether its sign is plus, and a number that is the same everywhere.
fn shifted(d: &Draft, shape: &[usize], terms: &[Term]) -> Option<(TensorId, bool, Int)> {
    let (mut whole, mut number) = (None, Int::from(0));
    for t in terms {
        let Weight::Scalar(w) = &t.weight else { return None };
        if !t.writes_in_order(shape) || !t.bound.is_empty() {
            return None;
        }
        if t.src == TensorId::ONE {
            number += w;
        } else if w.abs().is_one() && whole.is_none() && t.is_whole(shape) {
            (d.tensor(t.src).shape == shape).then_some(())?;
            whole = Some((t.src, w.is_positive()));
        } else {
            return None;
        }
    }
    whole.map(|(t, sign)| (t, sign, number))
}

/// The terms of a combination of so many elements, with derived tensors that it reads one for one replaced by
/// their own terms, whatever shapes they have on the way.
fn read_through(d: &Draft, lin: &Lin, len: usize) -> Vec<Term> {
    let mut open = lin.terms.clone();
    let mut out = vec![];
    while let Some(t) = open.pop() {
        let tensor = d.tensor(t.src);
        match (&tensor.kind, &t.weight) {
            (Kind::Linear(inner), Weight::Scalar(k))
                if t.bound.is_empty()
                    && tensor.len() == len
                    && all_in_order(&t, len)
                    && one_for_one(&t.free, &t.src_access)
                    && out.len() + open.len() + inner.terms.len() <= MOST_TERMS =>
            {
                open.extend(inner.terms.iter().map(|x| scaled(x, k)));
            }
            _ => out.push(t),
        }
    }
    out
}

/// Whether a term writes all of so many elements, in order.
fn all_in_order(t: &Term, len: usize) -> bool {
    t.free.iter().product::<usize>() == len && one_for_one(&t.free, &t.dst)
}

/// Whether the places of these indices, one after the other, are 0, 1, 2 and so on.
fn one_for_one(free: &[usize], access: &Access) -> bool {
    let strides = row_major(free);
    let along = access.strides.iter().zip(&strides).zip(free);
    access.offset == 0
        && access.strides.len() == free.len()
        && along.into_iter().all(|((s, wanted), n)| s == wanted || *n < 2)
}

/// The interval of y = ∓Σ w·x from that of the sum, where term k reads all of y once.
fn solved(
    d: &Draft,
    known: &BTreeMap<TensorId, Interval>,
    c: &Constraint,
    terms: &[Term],
    k: usize,
) -> Option<(TensorId, Interval)> {
    let own = &terms[k];
    let len = c.shape.iter().product();
    let Weight::Scalar(sign) = &own.weight else { return None };
    if !sign.abs().is_one()
        || !own.bound.is_empty()
        || !all_in_order(own, len)
        || !own.covers(d.tensor(own.src).len())
    {
        return None;
    }
    let mut sum = (Int::from(0), Int::from(0));
    for (_, t) in terms.iter().enumerate().filter(|(i, _)| *i != k) {
        let (lo, hi) = reach(d, known.get(&t.src)?, t)?;
        // Where it writes nothing it adds 0.
        let everywhere = all_in_order(t, len);
        let zero = Int::from(0);
        sum.0 += if everywhere { lo } else { lo.min(zero.clone()) };
        sum.1 += if everywhere { hi } else { hi.max(zero) };
    }
    let interval = if sign.is_positive() { (-sum.1, -sum.0) } else { sum };
    Some((own.src, interval))
}

/// What a term adds, given the interval of its source.
fn reach(d: &Draft, (lo, hi): &Interval, t: &Term) -> Option<Interval> {
    let times = |w: &Int| if w.is_negative() { (hi * w, lo * w) } else { (lo * w, hi * w) };
    let points: usize = t.bound.iter().product();
    let Weight::Tensor { factor, constant, access } = &t.weight else {
        let Weight::Scalar(w) = &t.weight else { return None };
        let (lo, hi) = times(w);
        return Some((lo * points, hi * points));
    };
    // Weights that are the same for all elements, as those of digits are.
    let (free, bound) = access.strides.split_at(t.free.len());
    let [step] = bound else { return None };
    let still = free.iter().zip(&t.free).all(|(s, n)| *s == 0 || *n < 2);
    if !still || points > MOST_DIGITS {
        return None;
    }
    let data = &d.constants.get(constant.0 as usize)?.data;
    let mut sum = (Int::from(0), Int::from(0));
    for i in 0..points {
        let at =
            usize::try_from(access.offset + step * i as i64).ok().filter(|at| *at < data.len())?;
        let (lo, hi) = times(&(factor * data.get(at)));
        sum = (sum.0 + lo, sum.1 + hi);
    }
    Some(sum)
}
