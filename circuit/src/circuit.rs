//! The circuit itself.

use crate::{Constant, Lin, Origin, OriginId, Signature, SourceFile, Step, Tensor};
use serde::{Deserialize, Serialize};

/// What a constraint is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Category {
    /// A product of two values.
    Product,
    /// b·(b − 1) = 0
    Boolean,
    /// A value is the weighted sum of its digits.
    Recompose,
    /// A value lies in an interval.
    Range,
    /// A table was consulted.
    Lookup,
    /// One of two values was chosen.
    Select,
    /// Two values are equal.
    Equality,
    /// A private input lies in its type.
    InputRange,
    /// A value is bound to a commitment.
    Commitment,
    /// A row of a table that lookups share, or the sum over all of them.
    Table,
}

impl Category {
    /// All of them, in the order of reports.
    pub const ALL: [Category; 10] = [
        Category::Product,
        Category::Boolean,
        Category::Recompose,
        Category::Range,
        Category::Lookup,
        Category::Select,
        Category::Equality,
        Category::InputRange,
        Category::Commitment,
        Category::Table,
    ];

    /// As serialised.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Category::Product => "product",
            Category::Boolean => "boolean",
            Category::Recompose => "recompose",
            Category::Range => "range",
            Category::Lookup => "lookup",
            Category::Select => "select",
            Category::Equality => "equality",
            Category::InputRange => "input-range",
            Category::Commitment => "commitment",
            Category::Table => "table",
        }
    }
}

/// `A(e)·B(e) = C(e)` for every e of a shape.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// Sizes; one constraint for each index.
    pub shape: Vec<usize>,
    /// Left factor.
    pub a: Lin,
    /// Right factor.
    pub b: Lin,
    /// Product.
    pub c: Lin,
    /// What it is for.
    pub category: Category,
    /// What asked for it.
    pub origin: OriginId,
}

/// A circuit in tensor R1CS form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Circuit {
    /// Constants.
    pub constants: Vec<Constant>,
    /// Tensors; the first is `ONE`, and a `Linear` one reads earlier ones only.
    pub tensors: Vec<Tensor>,
    /// Constraints.
    pub blocks: Vec<Block>,
    /// From inputs to all values.
    pub program: Vec<Step>,
    /// Inputs and outputs.
    pub signature: Signature,
    /// Source files that origins point into; not part of the digest.
    pub sources: Vec<SourceFile>,
    /// Provenance; not part of the digest.
    pub origins: Vec<Origin>,
}

impl Circuit {
    /// The step that the second part of the witness program begins with: the first that draws
    /// challenges.
    #[must_use]
    pub fn challenge_step(&self) -> usize {
        let draws = |s: &Step| matches!(s, Step::Assign { op: crate::Op::Challenge, .. });
        self.program.iter().position(draws).unwrap_or(self.program.len())
    }
}

impl Block {
    /// Number of constraints.
    #[must_use]
    pub fn len(&self) -> usize {
        self.shape.iter().product()
    }

    /// Whether there is no constraint.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
