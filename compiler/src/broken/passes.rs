//! Passes that are broken in every way that comes to mind: each circuit must be refused.

use super::{lowered, rewrites, rewrites_that_lose};
use crate::budget::Budget;
use crate::draft::{Draft, Form};
use crate::finish::{Finished, finish};
use crate::lower::Lowered;
use crate::translation::{Lost, Translation, Validation, validate};
use num_traits::One;
use std::collections::BTreeSet;
use zirc_circuit::{Int, Ints, Kind, Lin, Origin, SourceFile, Weight};

/// Programs that between them use every rule and every pass.
const PROGRAMS: &[&str] = &[
    "circuit c(private x: i8) -> public y: _ { relu(x) }",
    "circuit c(private x: u8, private v: u8) -> public y: _ {
        let d = bits::<8>(x);
        assert v == sum i < 8 { 2 ** i * d[i] };
        d[0] + v
    }",
    "circuit c(private x: q7.8[2, 3]) -> public y: _ { relu.(clamp_to::<q3.4>.(x)) }",
    "circuit c(private x: u4[5]) -> public y: _ { max(max(x[0], x[1]), x[2]) + argmax(x) }",
    "const T: u8[16] = for k { (k * k * k + 3) % 200 };
    circuit c(private x: u4[3]) -> public y: _ { for i { T[x[i]] * T[x[i]] } }",
    "circuit c(private k: i4[2, 2], private x: i4[2]) -> public y: _ {
        let h = for i { sum j { k[i, j] * x[j] } };
        if h[0] < h[1] { h[0] } else { 3 * h[1] }
    }",
    "circuit c(private x: int<-3..=9>[4], public z: u5) {
        assert (sum i { x[i] }) in -5..=20;
        assert x[0] != 3;
        assert x[1] + x[2] == z;
    }",
    "circuit c(private x: field[3], private b: bit) -> public y: _ {
        (prod i { x[i] }) + select(b, x[0], x[1])
    }",
    "circuit c(private x: u6) -> public y: _ { poseidon([x as field, 3 as field]) }",
];

/// A program as lowered, and as the real passes leave it.
struct Case {
    lowered: Draft,
    optimized: Draft,
    origins: Vec<Origin>,
    sources: Vec<SourceFile>,
    text: &'static str,
}

fn case(text: &'static str) -> Case {
    let (Lowered { draft: lowered, origins, .. }, sources) = lowered(text);
    let mut optimized = lowered.clone();
    rewrites().for_each(|(_, run)| run(&mut optimized));
    let c = Case { lowered, optimized, origins, sources, text };
    // Otherwise every mutant would be refused for the same reason as this one.
    assert!(c.accepts(&c.optimized), "{text}");
    c
}

impl Case {
    fn finished(&self) -> Finished {
        finish(&self.optimized, &self.origins, self.sources.clone()).unwrap()
    }

    fn validated(&self, optimized: &Draft, out: &Finished) -> Result<Validation, Lost> {
        let Finished { circuit, places } = out;
        let t = Translation { lowered: &self.lowered, optimized, circuit, places };
        validate(t, Budget::default())
    }

    /// Whether a circuit that is finished from `optimized` is accepted.
    fn accepts(&self, optimized: &Draft) -> bool {
        finish(optimized, &self.origins, self.sources.clone())
            .is_ok_and(|out| self.validated(optimized, &out).is_ok())
    }

    /// Breaks the result of the passes in one way after the other; each has to be refused.
    fn refuses(&self, what: &str, mutants: impl Iterator<Item = Draft>) -> usize {
        let mut tried = 0;
        for (k, m) in mutants.enumerate() {
            assert!(!self.accepts(&m), "{what}, mutant {k} is accepted:\n{}", self.text);
            tried += 1;
        }
        tried
    }

    /// The result with one constraint changed, for every constraint that `change` has a way for.
    fn with<'c>(
        &'c self,
        change: impl Fn(&mut Form) -> bool + 'c,
    ) -> impl Iterator<Item = Draft> + 'c {
        (0..self.optimized.constraints.len()).filter_map(move |k| {
            let mut m = self.optimized.clone();
            change(&mut m.constraints[k].form).then_some(m)
        })
    }
}

fn sides(form: &mut Form) -> Vec<&mut Lin> {
    match form {
        Form::Zero(lin) => vec![lin],
        Form::Product(a, b, c) => vec![a, b, c],
    }
}

fn cases() -> impl Iterator<Item = Case> {
    PROGRAMS.iter().map(|text| case(text))
}

#[test]
fn what_the_passes_make_is_accepted() {
    for c in cases() {
        let out = c.finished();
        let found = c.validated(&c.optimized, &out).unwrap();
        let all: usize =
            c.lowered.constraints.iter().map(|c| c.shape.iter().product::<usize>()).sum();
        assert_eq!(found.total(), all);
    }
}

#[test]
fn a_constraint_that_is_skipped_is_missed() {
    for c in cases() {
        let n = c.optimized.constraints.len();
        let without = |k: usize| {
            let mut m = c.optimized.clone();
            m.constraints.remove(k);
            m
        };
        assert_eq!(c.refuses("skipped", (0..n).map(without)), n);
    }
}

#[test]
fn half_of_the_elements_of_a_constraint_are_missed() {
    let halved = |form: &mut Form, n: usize| {
        for lin in sides(form) {
            lin.terms
                .iter_mut()
                .filter(|t| t.free.first() == Some(&n))
                .for_each(|t| t.free[0] -= 1);
        }
    };
    let mut tried = 0;
    for c in cases() {
        let all = (0..c.optimized.constraints.len()).filter_map(|k| {
            let mut m = c.optimized.clone();
            let n = m.constraints[k].shape.first().copied().filter(|n| *n > 1)?;
            m.constraints[k].shape[0] -= 1;
            halved(&mut m.constraints[k].form, n);
            Some(m)
        });
        tried += c.refuses("shortened", all);
    }
    assert!(tried > 20);
}

#[test]
fn a_changed_coefficient_is_seen() {
    let bump = |w: &mut Weight| match w {
        Weight::Scalar(n) => *n += Int::one(),
        Weight::Tensor { factor, .. } => *factor += Int::one(),
    };
    for c in cases() {
        for term in 0..3 {
            let changed = c.with(|f| {
                let mut all: Vec<_> = sides(f).into_iter().flat_map(|l| &mut l.terms).collect();
                all.get_mut(term).map(|t| bump(&mut t.weight)).is_some()
            });
            assert!(c.refuses("coefficient", changed) > 0 || term > 0);
        }
    }
}

#[test]
fn a_range_of_another_size_is_seen() {
    // d·(d − 1) becomes d·(d − 2); the last weight of digits is one more.
    let mut tried = 0;
    for c in cases() {
        tried += c.refuses(
            "boolean",
            c.with(|f| match f {
                Form::Product(_, b, out) if out.terms.is_empty() => {
                    b.terms.last_mut().map(|t| t.weight = Weight::Scalar(Int::from(-2))).is_some()
                }
                _ => false,
            }),
        );
        // Constants that a constraint or a derived tensor reads; others only tables of the witness.
        let out = c.finished();
        let linear = out.circuit.tensors.iter().filter_map(|t| match &t.kind {
            Kind::Linear(lin) => Some(lin),
            _ => None,
        });
        let all = out.circuit.blocks.iter().flat_map(|b| [&b.a, &b.b, &b.c]).chain(linear);
        let read: BTreeSet<usize> = all
            .flat_map(|l| &l.terms)
            .filter_map(|t| match &t.weight {
                Weight::Tensor { constant, .. } => Some(constant.0 as usize),
                Weight::Scalar(_) => None,
            })
            .collect();
        for k in read {
            let mut out = out.clone();
            if let Ints::Small(data) = &mut out.circuit.constants[k].data
                && let Some(last) = data.last_mut()
            {
                *last += 1;
                tried += 1;
                assert!(c.validated(&c.optimized, &out).is_err(), "constant {k}");
            }
        }
    }
    assert!(tried > 20);
}

#[test]
fn another_index_map_is_seen() {
    let mut tried = 0;
    for c in cases() {
        for reversed in [false, true] {
            let moved = c.with(|f| {
                let mut all = sides(f).into_iter().flat_map(|l| &mut l.terms);
                let Some(t) = all.find(|t| t.free.last().is_some_and(|n| *n > 1)) else {
                    return false;
                };
                let last = t.free.len() - 1;
                let (stride, n) = (t.src_access.strides[last], t.free[last] as i64);
                if stride == 0 {
                    return false;
                }
                if reversed {
                    t.src_access.offset += stride * (n - 1);
                    t.src_access.strides[last] = -stride;
                } else {
                    t.src_access.strides[last] = 0;
                }
                true
            });
            tried += c.refuses("index map", moved);
        }
    }
    assert!(tried > 20);
}

#[test]
fn a_wrong_definition_is_seen() {
    // Every derived tensor that the circuit needs: all of its terms twice, or none of them.
    let mut tried = 0;
    for c in cases() {
        let out = c.finished();
        for (k, t) in c.optimized.tensors().iter().enumerate() {
            let id = zirc_circuit::TensorId(k as u32);
            let Kind::Linear(lin) = &t.kind else { continue };
            // What only the witness program or an output reads is not the constraints' concern.
            let read = out.places.get(&id).is_some_and(|to| {
                let all = out.circuit.blocks.iter().flat_map(|b| [&b.a, &b.b, &b.c]);
                all.flat_map(|l| &l.terms).any(|t| t.src == *to)
            });
            if !read || lin.terms.is_empty() {
                continue;
            }
            let mut twice = lin.clone();
            twice.terms.extend(lin.terms.clone());
            let none = Lin { terms: vec![], ..lin.clone() };
            let mutants = [twice, none].into_iter().map(|lin| {
                let mut m = c.optimized.clone();
                m.overwrite(id, Kind::Linear(lin));
                m
            });
            tried += c.refuses(&format!("definition of {k}, {t:?}"), mutants);
        }
    }
    assert!(tried > 20);
}

#[test]
fn a_freed_variable_is_seen() {
    // A tensor that was solved for becomes a variable again, without its constraint.
    let mut tried = 0;
    for c in cases() {
        for (k, t) in c.optimized.tensors().iter().enumerate() {
            let id = zirc_circuit::TensorId(k as u32);
            let was = c.lowered.tensors().get(k).map(|t| &t.kind);
            if was == Some(&Kind::Witness) && matches!(t.kind, Kind::Linear(_)) {
                let mut m = c.optimized.clone();
                m.overwrite(id, Kind::Witness);
                tried += c.refuses("freed", std::iter::once(m));
            }
        }
    }
    assert!(tried > 10);
}

#[test]
fn public_values_stay_public() {
    for c in cases() {
        let public = |t: &&zirc_circuit::Port| t.visibility == zirc_circuit::Visibility::Public;
        let ports = &c.lowered.signature;
        for p in ports.inputs.iter().chain(&ports.outputs).filter(public) {
            let mut m = c.optimized.clone();
            m.overwrite(p.tensor, Kind::Witness);
            assert!(!c.accepts(&m), "{} became private", p.name);
        }
        let mut m = c.optimized.clone();
        if let Some(p) = m.signature.inputs.first_mut() {
            p.tensor = zirc_circuit::TensorId(0);
            assert!(!c.accepts(&m));
        }
    }
}

#[test]
fn the_pass_that_lost_constraints_is_caught() {
    let lost = [
        // The report: digits of u that are asserted to be those of v.
        "circuit c(private u: u8, private v: u8) -> (public a: _, public b: _) {
            let d = bits::<8>(u);
            assert v == sum i < 8 { 2 ** i * d[i] };
            (u, v)
        }",
        "circuit c(private u: u4[3], private v: u4[3]) -> public a: _ {
            let b: bit[3, 4] = hint for i { to_bits(u[i]) };
            for i { assert u[i] == sum j < 4 { 2 ** j * b[i, j] }; }
            for i { assert v[i] == sum j < 4 { 2 ** j * b[i, j] }; }
            sum i { u[i] * v[i] }
        }",
    ];
    for text in lost {
        let c = case(text);
        let mut broken = c.lowered.clone();
        for run in rewrites_that_lose() {
            run(&mut broken);
            assert!(!c.accepts(&broken), "{text}");
        }
        assert!(c.accepts(&c.optimized), "{text}");
    }
}
