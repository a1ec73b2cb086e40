//! Translation validation: every circuit is compared with what was lowered, by code that shares
//! nothing with the passes.
//!
//! The claim: *an assignment that satisfies the circuit gives one that satisfies everything that was
//! lowered, with the same public values.* The second assigns to each variable of the lowered form
//! what the circuit makes of it, which is a variable or a derived tensor (the *substitution*,
//! [`nodes`]). So every constraint of the lowered form becomes a polynomial in the circuit's
//! variables, its *residual* A·B − C, and it is enough that each residual
//! - is that of a block which reads the same tensors in the same way ([`unchanged`]), or
//! - is the polynomial 0, or
//! - is, up to its sign, the residual of a constraint of the circuit.
//!
//! That a residual is 0 is shown for whole loops at once where the index maps allow it ([`formal`]),
//! so that the time does not grow with the sizes of tensors. The rest is decided at one random point
//! ([`values`], [`matched`]). Residuals have degree 2, a point is drawn from a set of 2^252 elements
//! of the field after the circuit is fixed, and so two residuals that differ as polynomials agree
//! there with probability at most 2^−251 (Schwartz–Zippel); over all pairs of n and m residuals at
//! most n·m·2^−250. The values come from the operating system's
//! randomness, so that no program can be made to fit them.
//!
//! Nothing is assumed of what the passes did, in what order, or why: whatever substitution they chose
//! is compared with what it has to fulfil. A circuit that fails is not compiled, and the error names
//! the line whose constraint was lost. What is not covered: that lowering itself asks for enough
//! (`tests/campaign.rs` of this crate runs programs against their circuits for that), and that the
//! witness program finds the values, which an honest prover would notice.

mod formal;
mod judge;
mod matched;
mod nodes;
mod read;
mod statement;
mod unchanged;
mod values;

use crate::budget::Budget;
use crate::draft::Draft;
use judge::Judge;
use nodes::Nodes;
use std::collections::BTreeMap;
use zirc_circuit::{Category, Circuit, OriginId, TensorId};

/// What came of comparing a circuit with what was lowered: numbers of constraints of the lowered form.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Validation {
    /// They stand in the circuit as they were.
    pub unchanged: usize,
    /// They hold whatever the circuit's variables are, as variables were solved for.
    pub solved: usize,
    /// A constraint of the circuit says the same.
    pub merged: usize,
}

impl Validation {
    /// Of both, one behind the other.
    pub(crate) fn and(self, other: Validation) -> Validation {
        Validation {
            unchanged: self.unchanged + other.unchanged,
            solved: self.solved + other.solved,
            merged: self.merged + other.merged,
        }
    }

    /// All constraints that were accounted for.
    #[must_use]
    pub fn total(&self) -> usize {
        self.unchanged + self.solved + self.merged
    }
}

/// A constraint that the circuit would not enforce.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Lost {
    pub(crate) category: Option<Category>,
    pub(crate) origin: OriginId,
    /// Elements of its block that are lost, and all elements of it.
    pub(crate) elements: (usize, usize),
    /// What is wrong, if it is not a constraint.
    pub(crate) what: Option<String>,
    /// Nothing is wrong, but this was not computed: so many elements, where so many are allowed.
    pub(crate) too_large: Option<(usize, usize)>,
}

impl std::fmt::Display for Lost {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (lost, all) = self.elements;
        match (&self.what, self.category) {
            (Some(what), _) => f.write_str(what),
            (None, Some(c)) => {
                write!(f, "{lost} of {all} constraints of kind `{}` are lost", c.name())
            }
            (None, None) => f.write_str("lost"),
        }
    }
}

impl Lost {
    /// For a fault that is no constraint's.
    fn statement(what: String) -> Lost {
        Lost {
            category: None,
            origin: OriginId(0),
            elements: (0, 0),
            what: Some(what),
            too_large: None,
        }
    }
}

/// What is compared.
#[derive(Clone, Copy)]
pub(crate) struct Translation<'d> {
    pub(crate) lowered: &'d Draft,
    /// What the passes left, from which the circuit was finished.
    pub(crate) optimized: &'d Draft,
    pub(crate) circuit: &'d Circuit,
    /// Where tensors of the draft are in the circuit; those that it does not need are missing.
    pub(crate) places: &'d BTreeMap<TensorId, TensorId>,
}

/// Compares a circuit with what was lowered.
pub(crate) fn validate(t: Translation<'_>, budget: Budget) -> Result<Validation, Lost> {
    statement::same(t)?;
    let nodes = Nodes::new(t);
    let mut judge = Judge::new(&nodes, budget);
    t.lowered.constraints.iter().try_for_each(|c| judge.constraint(c))?;
    Ok(judge.found)
}
