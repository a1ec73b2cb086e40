//! Passes that make a circuit smaller without changing what it accepts.

pub(crate) mod canonical;
mod eliminate;
mod inline;
pub(crate) mod merge;

use crate::draft::Draft;

/// A pass over the draft circuit.
pub(crate) struct Pass {
    /// What reports and tests call it.
    #[allow(dead_code, reason = "read by tests and traces")]
    pub(crate) name: &'static str,
    pub(crate) run: fn(&mut Draft),
}

/// The first passes in order, each with the reason for its place.
pub(crate) const PASSES: &[Pass] = &[
    // Equal decompositions first, while every digit still is a variable of its own.
    Pass { name: "merge-digits", run: merge::digits },
    // Products of merged digits are equal in turn.
    Pass { name: "merge-products", run: merge::products },
];

/// The last passes. In between, digits may become pieces, which these solve for in their place.
pub(crate) const LAST: &[Pass] = &[
    // Assertions before recompositions: an asserted equality can give a hinted value without any digit, after
    // which the value's own range check solves for one of its digits.
    Pass { name: "solve-equalities", run: eliminate::equalities },
    // What range checks and inputs left over.
    Pass { name: "solve-recompositions", run: eliminate::recompositions },
];
