//! Work that is asked for twice is done once.
//!
//! Digits: `v = Σ 2^i·d_i` and `v = Σ 2^i·e_i` over boolean digits have one solution each, the same
//! (2^n stays below the order of the field): e may be read from d. Before: e has variables, a
//! boolean constraint each and a sum. After: it has none of them. With fewer digits in d than in e
//! the rest of e is 0, as v is below 2^n by d. Digits with other weights (range checks of intervals
//! that are no power of two) are merged when the weights are equal: e = d meets e's constraints.
//!
//! Products: z = a·b and y = a·b makes y = z.

use super::canonical::canonical;
use crate::lower::digits::{Decomposition, boolean, decomposition};
use crate::lower::{Constraint, Draft, Form};
use num_traits::One;
use std::collections::BTreeMap;
use zirc_circuit::lin::row_major;
use zirc_circuit::{Access, Int, Kind, Lin, TensorId, Term, Weight, Width};

pub(super) fn digits(d: &mut Draft) {
    let all = std::mem::take(&mut d.constraints);
    let boolean: BTreeMap<TensorId, usize> =
        all.iter().enumerate().filter_map(|(k, c)| Some((boolean(c)?, k))).collect();
    let mut groups: BTreeMap<String, Vec<(usize, Decomposition)>> = BTreeMap::new();
    for (k, c) in all.iter().enumerate() {
        let Some(x) = decomposition(d, c) else { continue };
        if boolean.contains_key(&x.digits) {
            let key = format!("{:?}{:?}", x.shape, x.value);
            groups.entry(key).or_default().push((k, x));
        }
    }
    let mut gone = vec![false; all.len()];
    for mut group in groups.into_values() {
        // Fewest digits first: they bound the value for the others.
        group.sort_by_key(|(_, x)| x.weights.len());
        let mut kept: Vec<&Decomposition> = vec![];
        for (k, x) in &group {
            let same = kept.iter().find(|y| {
                y.digits != x.digits && (y.weights == x.weights || (y.binary() && x.binary()))
            });
            match same {
                Some(y) => {
                    alias(d, x, y);
                    gone[*k] = true;
                    if let Some(&b) = boolean.get(&x.digits) {
                        gone[b] = true;
                    }
                }
                None => kept.push(x),
            }
        }
    }
    d.constraints = all.into_iter().zip(gone).filter(|(_, gone)| !gone).map(|(c, _)| c).collect();
}

/// x's digits are y's, and 0 beyond them.
fn alias(d: &mut Draft, x: &Decomposition, y: &Decomposition) {
    let mut free = x.shape.clone();
    free.push(y.weights.len());
    let mut wide = x.shape.clone();
    wide.push(x.weights.len());
    let term = Term {
        dst: Access { offset: 0, strides: row_major(&wide) },
        src_access: Access::identity(&free),
        free,
        bound: vec![],
        src: y.digits,
        weight: Weight::Scalar(Int::one()),
    };
    d.tensors[x.digits.0 as usize].kind =
        Kind::Linear(Lin { terms: vec![term], width: Width::I64 });
}

pub(super) fn products(d: &mut Draft) {
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
    let mut first: BTreeMap<String, TensorId> = BTreeMap::new();
    let mut changed = false;
    for k in 0..d.tensors.len() {
        let t = &d.tensors[k];
        let Kind::Linear(lin) = &t.kind else { continue };
        // One term is as short as a name for it.
        if lin.terms.len() < 2 {
            continue;
        }
        let key = format!("{:?}{:?}", t.shape, canonical(d, &t.shape, lin));
        match first.get(&key) {
            Some(&y) => {
                rename(d, TensorId(k as u32), y);
                changed = true;
            }
            None => {
                first.insert(key, TensorId(k as u32));
            }
        }
    }
    changed
}

fn equal_products(d: &mut Draft) -> bool {
    let all = std::mem::take(&mut d.constraints);
    let mut first: BTreeMap<String, TensorId> = BTreeMap::new();
    let mut changed = false;
    for c in all {
        if let Some((key, z)) = product(d, &c) {
            match first.get(&key) {
                Some(&y) if y != z => {
                    rename(d, z, y);
                    changed = true;
                    continue;
                }
                Some(_) => {}
                None => {
                    first.insert(key, z);
                }
            }
        }
        d.constraints.push(c);
    }
    changed
}

/// Makes a tensor another name for one of the same shape.
fn rename(d: &mut Draft, z: TensorId, y: TensorId) {
    let tensor = &mut d.tensors[z.0 as usize];
    let identity = Access::identity(&tensor.shape);
    let term = Term {
        free: tensor.shape.clone(),
        bound: vec![],
        dst: identity.clone(),
        src: y,
        src_access: identity,
        weight: Weight::Scalar(Int::one()),
    };
    tensor.kind = Kind::Linear(Lin { terms: vec![term], width: tensor.width });
}

/// The two factors in canonical form, and the variable that holds the product.
fn product(d: &Draft, c: &Constraint) -> Option<(String, TensorId)> {
    let Form::Product(a, b, z) = &c.form else { return None };
    let [z] = z.terms.as_slice() else { return None };
    let identity = Access::identity(&c.shape);
    let tensor = &d.tensors[z.src.0 as usize];
    let whole = tensor.kind == Kind::Witness
        && tensor.shape == c.shape
        && z.bound.is_empty()
        && z.free == c.shape
        && z.dst == identity
        && z.src_access == identity
        && z.weight == Weight::Scalar(Int::one());
    if !whole {
        return None;
    }
    let (a, b) = (canonical(d, &c.shape, a), canonical(d, &c.shape, b));
    // z among its own factors would define it by itself.
    if a.iter().chain(&b).any(|t| t.src == z.src) {
        return None;
    }
    let (a, b) = (format!("{a:?}"), format!("{b:?}"));
    let (a, b) = if a <= b { (a, b) } else { (b, a) };
    Some((format!("{:?}{a}·{b}", c.shape), z.src))
}
