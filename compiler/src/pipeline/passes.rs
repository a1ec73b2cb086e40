//! The list of passes, in their order, with what holds before and after each.

use crate::draft::Draft;
use crate::lower::{How, Stage, logup, products};
use crate::optimize::{eliminate, merge};

/// A step from a draft to the next one.
pub(crate) struct Pass {
    pub(crate) name: &'static str,
    pub(crate) run: Run,
    /// What it relies on.
    pub(super) before: &'static [Property],
    /// What can be relied on behind it.
    pub(super) after: &'static [Property],
}

/// What a pass does.
pub(crate) enum Run {
    /// Says the same in fewer words, which is compared.
    Rewrite(fn(&mut Draft)),
    /// Proves something in another way where that is cheaper; see [`Stage`].
    Strategy(fn(&Draft, &How) -> Result<Vec<Stage>, String>),
}

/// What holds between two passes; asked of every draft in builds for testing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Property {
    /// Nothing reads what is left to the witness program.
    NothingHidden,
    /// No lookup waits for a proof.
    LookupsProved,
}

use Property::{LookupsProved, NothingHidden};

impl Property {
    /// Whether a draft has it.
    pub(super) fn holds(self, d: &Draft) -> bool {
        match self {
            NothingHidden => d.reads_hidden().is_none(),
            LookupsProved => d.lookups.is_empty(),
        }
    }
}

/// All passes, each with the reason for its place.
pub(crate) const PASSES: &[Pass] = &[
    // While products still stand as they were written, with a constraint each.
    Pass {
        name: "sum-products",
        run: Run::Strategy(products::apply),
        before: &[NothingHidden],
        after: &[NothingHidden],
    },
    // Equal decompositions first, while every digit still is a variable of its own.
    Pass {
        name: "merge-digits",
        run: Run::Rewrite(merge::digits),
        before: &[NothingHidden],
        after: &[NothingHidden],
    },
    // Products of merged digits are equal in turn.
    Pass {
        name: "merge-products",
        run: Run::Rewrite(merge::products),
        before: &[NothingHidden],
        after: &[NothingHidden],
    },
    // Of digits that are left; pieces of them are solved for in their place.
    Pass {
        name: "argue-lookups",
        run: Run::Strategy(logup::apply),
        before: &[NothingHidden],
        after: &[NothingHidden, LookupsProved],
    },
    // Assertions before recompositions: an asserted equality can give a hinted value without any digit, after
    // which the value's own range check solves for one of its digits.
    Pass {
        name: "solve-equalities",
        run: Run::Rewrite(eliminate::equalities),
        before: &[NothingHidden, LookupsProved],
        after: &[NothingHidden, LookupsProved],
    },
    // What range checks and inputs left over.
    Pass {
        name: "solve-recompositions",
        run: Run::Rewrite(eliminate::recompositions),
        before: &[NothingHidden, LookupsProved],
        after: &[NothingHidden, LookupsProved],
    },
];
