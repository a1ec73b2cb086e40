//! Arguments that say less than is claimed of them.

use super::super::argument::emit;
use super::super::pieces::{Piece, accounts_for};
use super::{Claim, check};
use crate::draft::{Constraint, Draft, Form, Lookup};
use crate::lower::digits::boolean_constraint;
use num_traits::One;
use zirc_circuit::{
    Category, Int, Kind, Lin, OriginId, Signature, Tensor, TensorId, Term, Weight, Width,
};

fn tensor(d: &mut Draft, shape: &[usize], kind: Kind) -> TensorId {
    d.push(Tensor {
        shape: shape.to_vec(),
        kind,
        interval: Some((Int::from(0), Int::from(7))),
        width: Width::I64,
        name: None,
        origin: OriginId(0),
    })
}

/// Two ranges of 3 bits and one of 2, and a lookup in a table of 8 rows.
fn argued() -> (Draft, Vec<Claim>) {
    let signature = Signature::new("c", vec![], vec![]);
    let mut d = Draft::new(vec![], vec![], vec![], signature, 1);
    tensor(&mut d, &[], Kind::One);
    let pieces: Vec<Piece> = [(vec![4], 3), (vec![2, 3], 3), (vec![5], 2)]
        .into_iter()
        .map(|(shape, len)| {
            let tensor = tensor(&mut d, &shape, Kind::Witness);
            let (digits, category, origin) = (tensor, Category::Range, OriginId(0));
            Piece { digits, start: 0, len, tensor, category, origin }
        })
        .collect();
    let (x, out) = (tensor(&mut d, &[6], Kind::Witness), tensor(&mut d, &[6], Kind::Witness));
    let table = d.constant([3, 1, 4, 1, 5, 9, 2, 6].map(Int::from).to_vec());
    let index = Lin { terms: vec![Term::whole(x, &[6])], width: Width::I64 };
    let lookup = Lookup { shape: vec![6], index, table, out, origin: OriginId(0) };
    let claims = emit(&mut d, &pieces, vec![lookup]);
    (d, claims)
}

#[test]
fn what_was_emitted_shows_what_is_claimed() {
    let (d, claims) = argued();
    assert_eq!(claims.len(), 4);
    assert_eq!(check(&d, &claims), Ok(()));
}

#[test]
fn more_than_was_asked_for_is_not_shown() {
    let (mut d, claims) = argued();
    let other = tensor(&mut d, &[4], Kind::Witness);
    for claim in [
        Claim::Range { tensor: other, bits: 3 },
        Claim::Range { tensor: TensorId(1), bits: 2 },
        Claim::Range { tensor: TensorId(1), bits: 4 },
        Claim::Range { tensor: TensorId(3), bits: 3 },
    ] {
        assert!(check(&d, &[claim]).is_err());
    }
    let Claim::Function(l) = &claims[3] else { panic!() };
    let changed = d.constant([3, 1, 4, 1, 5, 9, 2, 7].map(Int::from).to_vec());
    for lookup in [
        Lookup { table: changed, ..l.clone() },
        Lookup { out: other, ..l.clone() },
        Lookup { out: l.index.terms[0].src, ..l.clone() },
        Lookup {
            index: Lin { terms: vec![Term::whole(l.out, &[6])], width: Width::I64 },
            ..l.clone()
        },
    ] {
        assert!(check(&d, &[Claim::Function(lookup)]).is_err());
    }
}

/// Every part of the argument is there for something: without it, or with another, claims fall.
#[test]
fn every_part_of_an_argument_is_needed() {
    let (honest, claims) = argued();
    let refused = |what: &str, change: &dyn Fn(&mut Draft)| {
        let mut d = honest.clone();
        change(&mut d);
        assert!(check(&d, &claims).is_err(), "{what}");
    };
    for k in 0..honest.constraints.len() {
        refused(&format!("without constraint {k}"), &|d| {
            d.constraints.remove(k);
        });
        for side in 0..3 {
            if sides(&mut honest.constraints[k].form.clone()).len() <= side {
                continue;
            }
            refused(&format!("constraint {k}, side {side} doubled"), &|d| {
                let term = &mut sides(&mut d.constraints[k].form)[side].terms[0];
                *term = crate::term::scaled(term, &Int::from(2));
            });
            refused(&format!("constraint {k}, side {side} without its last term"), &|d| {
                sides(&mut d.constraints[k].form)[side].terms.pop();
            });
        }
    }
    for k in 0..honest.tensors().len() {
        let id = TensorId(k as u32);
        match honest.tensor(id).kind {
            // A challenge that is chosen, an inverse that is committed to, counts that are not.
            Kind::Challenge | Kind::Response => {
                refused(&format!("tensor {k} committed to"), &|d| d.overwrite(id, Kind::Witness));
            }
            _ => {}
        }
    }
    let counts = honest.constraints.iter().filter_map(|c| match &c.form {
        Form::Product(_, _, m) if c.category == Category::Table => Some(m.terms[0].src),
        _ => None,
    });
    for m in counts {
        refused("counts after the challenge", &|d| d.overwrite(m, Kind::Response));
    }
}

/// Inverses of one table summed against another's rows, or counted twice.
#[test]
fn sums_belong_to_their_tables() {
    let (honest, claims) = argued();
    let sums: Vec<usize> = (0..honest.constraints.len())
        .filter(|&k| matches!(honest.constraints[k].form, Form::Zero(_)))
        .collect();
    assert_eq!(sums.len(), 3);
    let with = |change: &dyn Fn(&mut Lin, &mut Lin)| {
        let mut d = honest.clone();
        let [mut a, mut b] = [sums[0], sums[1]].map(|k| match &d.constraints[k].form {
            Form::Zero(lin) => lin.clone(),
            Form::Product(..) => panic!(),
        });
        change(&mut a, &mut b);
        d.constraints[sums[0]].form = Form::Zero(a);
        d.constraints[sums[1]].form = Form::Zero(b);
        check(&d, &claims)
    };
    assert_eq!(with(&|_, _| ()), Ok(()));
    assert!(with(&|a, b| std::mem::swap(&mut a.terms[0], &mut b.terms[0])).is_err());
    assert!(with(&|a, _| a.terms.push(a.terms[0].clone())).is_err());
    assert!(with(&|a, _| a.terms[0].weight = Weight::Scalar(-Int::one())).is_err());
}

/// 1/(x − ρ) has the residue −1 at x: in a sum it takes back that x was looked up.
#[test]
fn an_inverse_of_its_own_in_a_sum_is_refused() {
    let (honest, claims) = argued();
    let first = honest.constraints.iter().find(|c| matches!(c.form, Form::Product(..))).unwrap();
    let Form::Product(inverse, divisor, one) = first.form.clone() else { panic!() };
    let with = |turned: bool, summed: bool| {
        let mut d = honest.clone();
        let own = tensor(&mut d, &first.shape, Kind::Response);
        let read = |lin: &Lin, src| {
            let terms = lin.terms.iter().map(|t| Term { src, ..t.clone() }).collect();
            Lin { terms, width: lin.width }
        };
        let mut divisor = divisor.clone();
        if turned {
            let minus = |t: &Term| crate::term::scaled(t, &-Int::one());
            divisor.terms = divisor.terms.iter().map(minus).collect();
        }
        let form = Form::Product(read(&inverse, own), divisor, one.clone());
        d.constraints.push(Constraint { form, ..first.clone() });
        for c in d.constraints.iter_mut().filter(|_| summed) {
            if let Form::Zero(sum) = &mut c.form
                && sum.terms.iter().any(|t| t.src == inverse.terms[0].src)
            {
                let term = sum.terms.iter().find(|t| t.src == inverse.terms[0].src).unwrap();
                let term = Term { src: own, ..term.clone() };
                sum.terms.push(term);
            }
        }
        check(&d, &claims)
    };
    // By itself it says nothing.
    assert_eq!(with(true, false), Ok(()));
    assert!(with(true, true).is_err());
    assert!(with(false, true).is_err());
}

/// A piece of digits of which something is lost when they go.
#[test]
fn what_goes_with_digits_is_accounted_for() {
    let (mut before, _) = argued();
    let digits = tensor(&mut before, &[4, 3], Kind::Witness);
    let part = |tensor, start, len| {
        let (category, origin) = (Category::Range, OriginId(0));
        Piece { digits, start, len, tensor, category, origin }
    };
    let (low, high) = (TensorId(1), tensor(&mut before, &[4], Kind::Witness));
    let pieces = [part(low, 0, 2), part(high, 2, 1)];
    let (category, origin) = (Category::Range, OriginId(0));
    let boolean = |d: &Draft, t| boolean_constraint(d, t, category, origin);
    let mut after = before.clone();
    let own = boolean(&before, digits);
    before.constraints.insert(1, own);
    let single = boolean(&after, high);
    after.constraints.push(single);
    assert_eq!(accounts_for(&before, &after, &pieces), Ok(()));
    let refused = |what: &str, after: &Draft, pieces: &[Piece]| {
        assert!(accounts_for(&before, after, pieces).is_err(), "{what}");
    };
    refused("a gap", &after, &[part(low, 0, 1), part(high, 2, 1)]);
    refused("an overlap", &after, &[part(low, 0, 2), part(high, 1, 2)]);
    refused("not to the end", &after, &[part(low, 0, 2)]);
    for k in 0..after.constraints.len() {
        let mut less = after.clone();
        less.constraints.remove(k);
        refused(&format!("without constraint {k}"), &less, &pieces);
    }
}

fn sides(form: &mut Form) -> Vec<&mut Lin> {
    match form {
        Form::Product(a, b, out) => vec![a, b, out],
        Form::Zero(lin) => vec![lin],
    }
}
