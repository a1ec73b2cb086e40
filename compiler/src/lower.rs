//! Lowering: what must hold becomes constraints.
//!
//! [`lower`] takes a program rule by rule. What is better decided with all constraints at hand is done to
//! the whole draft afterwards, by *strategies*: sums of products without their products ([`products`]), an
//! argument for all lookups and ranges ([`logup`]), public values that are carried ([`carry`]).

mod build;
pub(crate) mod carry;
mod dead;
mod digits;
pub(crate) mod logup;
mod lookup;
pub(crate) mod model;
pub(crate) mod products;
mod range;

use crate::draft::{Constraint, Draft, Form, Lookup};
use crate::options::{Checks, Products, Public, Round, Strategy};
use crate::program::{Program, Rule};
use crate::recognize::boolean;
pub use dead::Unread;
use std::collections::BTreeSet;
use zirc_circuit::{Category, Origin, Signature, TensorId};

/// A program as constraints.
#[derive(Clone, Debug)]
pub(crate) struct Lowered {
    pub(crate) draft: Draft,
    /// Where they come from.
    pub(crate) origins: Vec<Origin>,
    /// Calls that were not lowered.
    pub(crate) unread: Vec<Unread>,
}

/// What a strategy makes of a draft, and how it is known that nothing is lost.
pub(crate) enum Stage {
    /// It says the same in other words, which is left to be compared.
    Reworded(Draft),
    /// Something is proved in another way than before; that it is has been checked by the strategy.
    Proved(Draft),
}

/// What a circuit is made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// To be proved: as small as the passes make it.
    Proof,
    /// To count the constraints of one call: as for a proof, but without the ranges of its
    /// arguments, whose digits must not be shared either.
    Cost,
    /// To try forgeries: every hint stays a variable.
    Forgery,
}

/// What is chosen about a lowering; it changes no value.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct How {
    /// What a commitment round is used for.
    pub(crate) round: Round,
    /// The strategy of every lookup that it applies to, in place of the cheapest.
    pub(crate) strategy: Option<Strategy>,
    /// The strategy of every sum of products of two unknowns that it applies to, in place of the cheapest.
    pub(crate) products: Option<Products>,
    /// How public values are told, in place of what adds little to a proof.
    pub(crate) public: Option<Public>,
}

/// Every rule of a program as constraints, except for calls that nothing reads.
pub(crate) fn lower(
    program: Program,
    signature: Signature,
    purpose: Purpose,
    how: How,
) -> Result<Lowered, String> {
    let (mut program, unread) = match purpose {
        Purpose::Forgery => (program, vec![]),
        Purpose::Proof | Purpose::Cost => dead::remove(program, &signature),
    };
    if purpose == Purpose::Cost {
        program.enforce.retain(|e| e.category != Category::InputRange);
    }
    // Forgeries are of hints, which a commitment round leaves as they are.
    let argued = match how.round {
        Round::None => BTreeSet::new(),
        _ if purpose == Purpose::Forgery => BTreeSet::new(),
        round => lookup::argued(&program, how.strategy, round),
    };
    let origins = program.origins.len();
    let mut d = Draft::new(program.constants, program.tensors, program.steps, signature, origins);
    for (k, e) in program.enforce.into_iter().enumerate() {
        let (shape, category, origin) = (e.shape, e.category, e.origin);
        let first = d.constraints.len();
        let mut push = |form| {
            let shape = shape.clone();
            d.constraints.push(Constraint { shape, form, category, origin });
        };
        match e.rule {
            Rule::Product(a, b, c) => push(Form::Product(a, b, c)),
            Rule::Zero(lin) => push(Form::Zero(lin)),
            Rule::Range { value, lo, hi } => {
                range::lower(&mut d, shape, value, lo, hi, category, origin);
            }
            Rule::Lookup { index, table, rows, columns, out } => {
                if argued.contains(&k) {
                    d.lookups.push(Lookup { shape, index, table, out, origin });
                    continue;
                }
                let l = lookup::Lookup { shape, index, table, rows, columns, out, origin };
                lookup::lower(&mut d, l, how.strategy)?;
            }
        }
        if let Some(checks) = e.checks {
            note_digits(&mut d, first, checks);
        }
    }
    Ok(Lowered { draft: d, origins: program.origins, unread })
}

/// Notes what a function says of the digits that constraints from `first` on make boolean. Constraints may
/// go where digits are merged; the tensors keep their names.
fn note_digits(d: &mut Draft, first: usize, checks: Checks) {
    let digits = d.constraints[first..].iter().filter_map(|c| boolean(d, c));
    let digits: Vec<TensorId> = digits.collect();
    d.asked.extend(digits.into_iter().map(|t| (t, checks)));
}
