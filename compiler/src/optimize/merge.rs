//! Work that is asked for twice is done once.
//!
//! Digits: `v = Σ 2^i·d_i` and `v = Σ 2^i·e_i` over boolean digits have one solution each, the same
//! (2^n stays below the order of the field): e may be read from d. Before: e has variables, a
//! boolean constraint each and a sum. After: it has none of them. With fewer digits in d than in e
//! the rest of e is 0, as v is below 2^n by d. Digits with other weights (range checks of intervals
//! that are no power of two) are merged when the weights are equal: e = d meets e's constraints.
//!
//! Products: z = a·b and y = a·b makes y = z.

use crate::draft::{Constraint, Draft, Form};
use crate::recognize::{Decomposition, boolean, canonical, decomposition, original};
use std::collections::BTreeMap;
use zirc_circuit::{Access, Kind, Lin, OriginId, Step, TensorId, Term, Width};

pub(crate) fn digits(d: &mut Draft) {
    digits_by(d, |d, x| d.tensor(x.digits).kind == Kind::Witness, follow);
}

/// `free` says of digits whether they can still be given a definition, `follow` gives them one.
fn digits_by(
    d: &mut Draft,
    free: fn(&Draft, &Decomposition) -> bool,
    follow: fn(&mut Draft, &Decomposition, &[&Decomposition]) -> Followed,
) {
    let all = std::mem::take(&mut d.constraints);
    let boolean: BTreeMap<TensorId, usize> =
        all.iter().enumerate().filter_map(|(k, c)| Some((boolean(d, c)?, k))).collect();
    let mut groups: BTreeMap<String, Vec<(usize, Decomposition)>> = BTreeMap::new();
    for (k, c) in all.iter().enumerate() {
        let Some(x) = decomposition(d, c) else { continue };
        if boolean.contains_key(&x.digits) {
            let key = format!("{:?}{:?}", x.shape, x.value);
            groups.entry(key).or_default().push((k, x));
        }
    }
    let mut gone = vec![false; all.len()];
    let mut all = all;
    for mut group in groups.into_values() {
        // Fewest digits first: they bound the value for the others. Among equally many those that
        // another group has given a definition: they can no longer follow.
        group.sort_by_cached_key(|(_, x)| (x.weights.len(), free(d, x)));
        let mut kept: Vec<&Decomposition> = vec![];
        for (k, x) in &group {
            match follow(d, x, &kept) {
                Followed::Digits(by) => {
                    gone[*k] = true;
                    let [own, others] = [x.digits, by].map(|t| boolean.get(&t).copied());
                    if let Some(b) = own {
                        gone[b] = true;
                    }
                    if let (Some(own), Some(others)) = (own, others) {
                        let origin = share(d, &all[others], &all[own]);
                        all[others].origin = origin;
                        d.attribute(by, origin);
                    }
                }
                Followed::Sum => gone[*k] = true,
                Followed::Nothing => kept.push(x),
            }
        }
    }
    d.constraints = all.into_iter().zip(gone).filter(|(_, gone)| !gone).map(|(c, _)| c).collect();
}

/// What other decompositions of the same value make superfluous.
enum Followed {
    /// The digits are these others: neither their sum nor that they are boolean says anything.
    Digits(TensorId),
    /// The same sum of the same digits stands there already.
    Sum,
    Nothing,
}

/// Reads x's digits from another decomposition of the same value, if one allows it.
fn follow(d: &mut Draft, x: &Decomposition, kept: &[&Decomposition]) -> Followed {
    for y in kept {
        let equal = y.weights == x.weights;
        if equal && original(d, y.digits) == original(d, x.digits) {
            return Followed::Sum;
        }
        if (equal || (y.binary() && x.binary())) && alias(d, x, y) {
            return Followed::Digits(y.digits);
        }
    }
    Followed::Nothing
}

/// The origin of what stands there for two constraints.
fn share(d: &mut Draft, stays: &Constraint, goes: &Constraint) -> OriginId {
    let users = [stays, goes].iter().flat_map(|c| d.users(c.origin, c.category)).collect();
    d.share(users)
}

/// x's digits are y's, and 0 beyond them, unless they have a definition or y's depend on them.
fn alias(d: &mut Draft, x: &Decomposition, y: &Decomposition) -> bool {
    d.define(x.digits, digits_of(x, y))
}

/// As many of y's digits as x has, and 0 beyond them.
fn digits_of(x: &Decomposition, y: &Decomposition) -> Lin {
    let mut free = x.shape.clone();
    free.push(y.weights.len());
    let mut wide = x.shape.clone();
    wide.push(x.weights.len());
    let term = Term::whole(y.digits, &free).to(Access::identity(&wide));
    Lin { terms: vec![term], width: Width::I64 }
}

pub(crate) fn products(d: &mut Draft) {
    // Equal products make equal sums, and those equal products in turn.
    for _ in 0..ROUNDS {
        let merged = equal_sums(d) | equal_products(d);
        if !merged {
            break;
        }
    }
}

/// Monomials of k digits need k rounds at most; deeper chains stay apart.
const ROUNDS: usize = 16;

/// Derived tensors with one definition become one.
fn equal_sums(d: &mut Draft) -> bool {
    let mut first: BTreeMap<(Vec<usize>, Vec<Term>), TensorId> = BTreeMap::new();
    let mut changed = false;
    for id in assigned(d) {
        let t = d.tensor(id);
        let Kind::Linear(lin) = &t.kind else { continue };
        // One term is as short as a name for it.
        if lin.terms.len() < 2 {
            continue;
        }
        let key = (t.shape.clone(), canonical(d, &t.shape, lin));
        match first.get(&key) {
            Some(&y) => changed |= d.redefine(id, name_for(d, y)),
            None => {
                first.insert(key, id);
            }
        }
    }
    changed
}

/// Tensors in the order in which the witness program computes them: one that is derived from
/// another comes after it. A lookup's are computed before what was emitted ahead of them.
fn assigned(d: &Draft) -> Vec<TensorId> {
    let of = |s: &Step| match s {
        Step::Assign { tensor, .. } => Some(*tensor),
        Step::Check { .. } => None,
    };
    d.steps.iter().filter_map(of).collect()
}

fn equal_products(d: &mut Draft) -> bool {
    let all = std::mem::take(&mut d.constraints);
    let mut first: BTreeMap<Factors, (TensorId, usize)> = BTreeMap::new();
    let mut changed = false;
    for c in all {
        if let Some((key, z)) = product(d, &c) {
            match first.get(&key) {
                Some(&(y, at)) if y != z && d.define(z, name_for(d, y)) => {
                    let stays = d.constraints[at].clone();
                    let origin = share(d, &stays, &c);
                    d.constraints[at].origin = origin;
                    d.attribute(y, origin);
                    changed = true;
                    continue;
                }
                Some(_) => {}
                None => {
                    first.insert(key, (z, d.constraints.len()));
                }
            }
        }
        d.constraints.push(c);
    }
    changed
}

/// The definition of another name for a tensor.
fn name_for(d: &Draft, y: TensorId) -> Lin {
    let tensor = d.tensor(y);
    Lin { terms: vec![Term::whole(y, &tensor.shape)], width: tensor.width }
}

/// A shape and two factors over it in canonical form, in a fixed order.
type Factors = (Vec<usize>, Vec<Term>, Vec<Term>);

/// The two factors, and the variable that holds the product.
fn product(d: &Draft, c: &Constraint) -> Option<(Factors, TensorId)> {
    let Form::Product(a, b, z) = &c.form else { return None };
    let [z] = z.terms.as_slice() else { return None };
    let tensor = d.tensor(z.src);
    let once = z.is_whole(&c.shape) && z.weight.is_one();
    if !once || tensor.kind != Kind::Witness || tensor.shape != c.shape {
        return None;
    }
    let (a, b) = (canonical(d, &c.shape, a), canonical(d, &c.shape, b));
    // z among its own factors would define it by itself.
    if a.iter().chain(&b).any(|t| t.src == z.src) {
        return None;
    }
    let (a, b) = if a <= b { (a, b) } else { (b, a) };
    Some(((c.shape.clone(), a, b), z.src))
}

/// The pass as it was when it lost constraints: a tensor that stands in two groups is given a second
/// definition, while the sums of both groups are gone. Kept so that tests can see this found.
#[cfg(test)]
pub(crate) fn digits_overwritten(d: &mut Draft) {
    let overwrite = |d: &mut Draft, x: &Decomposition, kept: &[&Decomposition]| {
        let same = kept.iter().find(|y| {
            let alike = y.weights == x.weights || (y.binary() && x.binary());
            y.digits != x.digits && alike
        });
        let Some(y) = same else { return Followed::Nothing };
        let definition = Kind::Linear(digits_of(x, y));
        d.overwrite(x.digits, definition);
        Followed::Digits(y.digits)
    };
    digits_by(d, |_, _| true, overwrite);
}
