//! Breaks what strategies made of a draft in every way that comes to mind: each is refused. What is drafted,
//! programs, comes from above.

use super::super::{Replaced, Stages, bounds, replace};
use super::{Claim, Shown, accounts_for, shows};
use crate::draft::{Constraint, Draft, Form};
use crate::lower::products::plan::Packing;
use crate::options::{Products, Round};
use crate::term::scaled;
use std::collections::BTreeSet;
use zirc_circuit::{Category, Int, Kind, Lin, TensorId};

fn replaced(lowered: &Draft, wanted: Products) -> Replaced {
    replace(lowered, Round::WhereCheaper, Some(wanted)).unwrap().unwrap()
}

/// Whether this draft in place of the last one is accepted.
fn accepts(r: &Replaced, proved: &Draft) -> bool {
    let summed = &r.stages.summed;
    accounts_for(summed, proved, &r.products, &r.claims).is_ok()
        && r.claims.iter().all(|c| shows(summed, proved, c).is_ok())
}

fn sides(c: &mut Constraint) -> Vec<&mut Lin> {
    match &mut c.form {
        Form::Product(a, b, out) => vec![a, b, out],
        Form::Zero(lin) => vec![lin],
    }
}

fn is_range(c: &Constraint) -> bool {
    c.category == Category::Recompose && matches!(c.form, Form::Zero(_))
}

fn each(lowered: &Draft, mut change: impl FnMut(&Replaced)) {
    for wanted in [Products::Packed, Products::Random] {
        let r = replaced(lowered, wanted);
        assert!(accepts(&r, &r.stages.proved), "{wanted}");
        change(&r);
    }
}

/// Refuses a draft without a constraint, or with another weight, term or place in it.
pub(crate) fn every_constraint_is_needed_as_it_is(lowered: &Draft) {
    each(lowered, |r| {
        let proved = &r.stages.proved;
        for k in 0..proved.constraints.len() {
            let refused = |what: &str, change: &dyn Fn(&mut Draft)| {
                let mut d = proved.clone();
                change(&mut d);
                assert!(!accepts(r, &d), "{what} {k}: {:?}\n{:?}", proved.constraints[k], r.claims);
            };
            refused("without constraint", &|d| {
                d.constraints.remove(k);
            });
            for side in 0..sides(&mut proved.constraints[k].clone()).len() {
                if sides(&mut proved.constraints[k].clone())[side].terms.is_empty() {
                    continue;
                }
                refused("another weight in constraint", &|d| {
                    let terms = &mut sides(&mut d.constraints[k])[side].terms;
                    terms[0] = scaled(&terms[0], &Int::from(3));
                });
                // Without its digits a range holds sums to one value: more than is claimed.
                if !is_range(&proved.constraints[k]) {
                    refused("a term less in constraint", &|d| {
                        sides(&mut d.constraints[k])[side].terms.pop();
                    });
                }
                refused("another place in constraint", &|d| {
                    let term = &mut sides(&mut d.constraints[k])[side].terms[0];
                    let mut space = term.free.iter().chain(&term.bound);
                    let moves = |s: &i64| space.next().is_some_and(|n| *n > 1) && *s != 0;
                    match term.src_access.strides.iter().position(moves) {
                        Some(i) => term.src_access.strides[i] = 0,
                        // What is the same everywhere, powers of a challenge once and for all.
                        None => term.weight = zirc_circuit::Weight::Scalar(Int::from(5)),
                    }
                });
            }
        }
    });
}

/// Refuses tensors of another kind.
pub(crate) fn tensors_are_what_they_were(lowered: &Draft) {
    each(lowered, |r| {
        let proved = &r.stages.proved;
        for (k, t) in proved.tensors().iter().enumerate().skip(1) {
            let mut kinds = vec![Kind::Witness, Kind::Public, Kind::Aux, Kind::Response];
            // A challenge that is committed to, a response that is: either is chosen.
            kinds.retain(|kind| *kind != t.kind);
            let claimed = r.claims.iter().any(|c| c.sums == TensorId(k as u32));
            // Products that nothing reads may be anything.
            let old = t.kind != Kind::Aux && k < r.stages.summed.tensors().len();
            for kind in kinds {
                let chosen = t.kind == Kind::Challenge || t.kind == Kind::Response;
                if old || claimed || (chosen && kind == Kind::Witness) {
                    let mut d = proved.clone();
                    d.overwrite(TensorId(k as u32), kind.clone());
                    assert!(!accepts(r, &d), "tensor {k}, {:?} as {kind:?}", t.kind);
                }
            }
        }
    });
}

/// Refuses claims of more than is shown, and fewer claims than there are sums.
pub(crate) fn claims_that_go_too_far(lowered: &Draft) {
    each(lowered, |r| {
        let Stages { summed, proved } = &r.stages;
        for claim in &r.claims {
            let mut others: Vec<Claim> = vec![];
            let with = |shown| Claim { shown, ..claim.clone() };
            match &claim.shown {
                Shown::Packed { packing, products } => {
                    let (Packing { bits, rows, lo, .. }, products) = (packing.clone(), *products);
                    let packed = |bits, rows, lo, products| {
                        let packing = Packing { bits, rows, lo, held: false };
                        Shown::Packed { packing, products }
                    };
                    others.push(with(packed(bits - 1, rows, lo.clone(), products)));
                    others.push(with(packed(bits + 1, rows, lo.clone(), products)));
                    others.push(with(packed(bits, rows - 1, lo.clone(), products)));
                    others.push(with(packed(bits, rows, &lo + 1, products)));
                    if !packing.held {
                        others.push(with(packed(bits, rows, &lo - 1, products)));
                    }
                }
                Shown::Random { powers, columns, packing } => {
                    let packing = packing.clone();
                    let random = |columns| Shown::Random {
                        powers: *powers,
                        columns,
                        packing: packing.clone(),
                    };
                    let mut still = columns.clone();
                    still.strides.iter_mut().for_each(|s| *s = 0);
                    others.push(with(random(still)));
                    let mut moved = columns.clone();
                    moved.offset += 1;
                    others.push(with(random(moved)));
                    let mut far = columns.clone();
                    far.strides.iter_mut().for_each(|s| *s *= 2);
                    others.push(with(random(far)));
                }
            }
            others.push(Claim { shape: claim.shape.transposed(), ..claim.clone() });
            others.push(Claim { sums: claim.shape.product, ..claim.clone() });
            for other in others {
                assert!(shows(summed, proved, &other).is_err(), "{other:?}");
            }
            assert_eq!(shows(summed, proved, claim), Ok(()));
        }
        // What nothing is claimed for.
        assert!(accounts_for(summed, proved, &r.products, &[]).is_err());
        assert!(accounts_for(summed, proved, &[], &r.claims).is_err());
    });
}

/// How the first sums are packed: bits of each, sums in a number, and whether what takes the sums apart holds
/// them to their range; `None` if they are not.
pub(crate) fn packed(lowered: &Draft) -> Option<(usize, usize, bool)> {
    let r = replace(lowered, Round::None, Some(Products::Packed)).unwrap()?;
    assert!(accepts(&r, &r.stages.proved));
    let Shown::Packed { packing, .. } = &r.claims[0].shown else { return None };
    Some((packing.bits, packing.rows, packing.held))
}

/// A range that other constraints prove is taken as long as all of them are there: 3 products of -8..=7 and
/// 0..=7, taken apart as 11 bits of 3·x - y + b.
pub(crate) fn sums_are_held_by_what_takes_them_apart(lowered: &Draft) {
    for wanted in [Products::Packed, Products::Random] {
        let r = replaced(lowered, wanted);
        let packing = match &r.claims[0].shown {
            Shown::Packed { packing, .. } => packing.clone(),
            Shown::Random { packing, .. } => packing.clone().unwrap(),
        };
        assert!(packing.held, "{wanted}");
        let (proved, y) = (&r.stages.proved, r.claims[0].sums);
        let of = |d: &Draft| bounds::held(d, &BTreeSet::from([y])).remove(&y);
        let (lo, hi) = of(proved).unwrap();
        assert!(lo <= Int::from(-168) && hi >= Int::from(147) && &hi - &lo < Int::from(1 << 11));
        let mut needed = 0;
        for k in 0..proved.constraints.len() {
            let mut d = proved.clone();
            d.constraints.remove(k);
            let left = of(&d);
            assert!(left.is_none() || left == Some((lo.clone(), hi.clone())), "constraint {k}");
            needed += usize::from(left.is_none());
        }
        // The equation, and two of each for x, b, what is cut off and what is left.
        assert!(needed >= 9, "{needed}");
        // What is no digit has no range.
        for k in 0..proved.constraints.len() {
            let mut d = proved.clone();
            for side in sides(&mut d.constraints[k]) {
                side.terms.iter_mut().for_each(|t| *t = scaled(t, &Int::from(2)));
            }
            let doubled = of(&d);
            assert!(
                doubled.is_none() || doubled == Some((lo.clone(), hi.clone())),
                "constraint {k}"
            );
        }
    }
}
