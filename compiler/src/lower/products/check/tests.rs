//! Strategies that are broken in every way that comes to mind: each is refused.

use super::super::{Replaced, Stages, replace};
use super::{Claim, Shown, accounts_for, shows};
use crate::draft::{Constraint, Draft, Form};
use crate::loader::NoFiles;
use crate::lower::products::Products;
use crate::lower::{How, Purpose, Round, draft};
use crate::project::{Elaborated, Project};
use crate::term::scaled;
use zirc_circuit::{Int, Kind, Lin, TensorId};

const PROGRAMS: [&str; 3] = [
    "circuit c(private w: i4[5, 3], private x: u3[3, 2]) -> public y: _ { w @ x }",
    "circuit c(private k: i3[2, 1, 2, 2], private x: u3[1, 4, 4]) -> public y: _ {
        for o < 2, r < 3, c < 3 { sum ch, i < 2, j < 2 { k[o, ch, i, j] * x[ch, r + i, c + j] } }
    }",
    "circuit c(private q: i4[3, 4], private k: i4[3, 4]) -> public y: _ {
        for h < 2, i < 3, j < 3 { sum d < 2 { q[i, 2 * h + d] * k[j, 2 * h + d] } }
    }",
];

fn replaced(text: &str, wanted: Products) -> Replaced {
    let project = Project::load("t.zirc", text, &mut NoFiles).unwrap();
    let Elaborated { program, signature, .. } = project.elaborate("c", &mut NoFiles).unwrap();
    let (lowered, ..) = draft(program, signature, Purpose::Proof, How::default()).unwrap();
    replace(&lowered, Round::WhereCheaper, Some(wanted)).unwrap().unwrap()
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

fn each(mut change: impl FnMut(&Replaced)) {
    for text in PROGRAMS {
        for wanted in [Products::Packed, Products::Random] {
            let r = replaced(text, wanted);
            assert!(accepts(&r, &r.stages.proved), "{wanted}: {text}");
            change(&r);
        }
    }
}

#[test]
fn every_constraint_is_needed_as_it_is() {
    each(|r| {
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
                refused("a term less in constraint", &|d| {
                    sides(&mut d.constraints[k])[side].terms.pop();
                });
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

#[test]
fn tensors_are_what_they_were() {
    each(|r| {
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

#[test]
fn claims_that_go_too_far() {
    each(|r| {
        let Stages { summed, proved } = &r.stages;
        for claim in &r.claims {
            let mut others: Vec<Claim> = vec![];
            let with = |shown| Claim { shown, ..claim.clone() };
            match &claim.shown {
                Shown::Packed { bits, rows, lo, products } => {
                    let (bits, rows, lo, products) = (*bits, *rows, lo.clone(), *products);
                    let packed =
                        |bits, rows, lo, products| Shown::Packed { bits, rows, lo, products };
                    others.push(with(packed(bits - 1, rows, lo.clone(), products)));
                    others.push(with(packed(bits + 1, rows, lo.clone(), products)));
                    others.push(with(packed(bits, rows - 1, lo.clone(), products)));
                    others.push(with(packed(bits, rows, &lo + 1, products)));
                    others.push(with(packed(bits, rows, &lo - 1, products)));
                }
                Shown::Random { powers, columns } => {
                    let random = |columns| Shown::Random { powers: *powers, columns };
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

/// Past the field's order packed sums have more than one reading.
#[test]
fn no_number_takes_more_than_there_is_room_for() {
    let text = "circuit c(private w: i60[9, 2], private x: u60[2]) -> public y: _ {
        for i { sum j { w[i, j] * x[j] } }
    }";
    let r = replaced(text, Products::Packed);
    let Shown::Packed { bits, rows, .. } = r.claims[0].shown else { panic!() };
    assert_eq!((bits, rows), (121, 2));
    let wide = "circuit c(private w: i70[9, 2], private x: u60[2]) -> public y: _ {
        for i { sum j { w[i, j] * x[j] } }
    }";
    let project = Project::load("t.zirc", wide, &mut NoFiles).unwrap();
    let Elaborated { program, signature, .. } = project.elaborate("c", &mut NoFiles).unwrap();
    let (lowered, ..) = draft(program, signature, Purpose::Proof, How::default()).unwrap();
    assert!(replace(&lowered, Round::None, Some(Products::Packed)).unwrap().is_none());
}
