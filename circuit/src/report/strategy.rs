//! How a constraint shows what it shows, read off its form.

use crate::{Block, Category, Circuit, Kind, Lin, TensorId, Term, Weight};
use serde::Serialize;

/// How something is enforced.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Strategy {
    /// By constraints that say it as it is.
    Direct,
    /// By digits, each 0 or 1, and their sums.
    Digits,
    /// By looking values up.
    Lookups,
    /// By the tables that are looked up in.
    Tables,
    /// By sums at a random point, in place of every product or value.
    RandomChecks,
}

impl Strategy {
    /// As serialised.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Strategy::Direct => "direct",
            Strategy::Digits => "digits",
            Strategy::Lookups => "lookups",
            Strategy::Tables => "tables",
            Strategy::RandomChecks => "random-checks",
        }
    }
}

/// The strategies of a circuit's blocks.
pub(super) struct Strategies {
    /// Of each tensor, whether its values follow from challenges.
    late: Vec<bool>,
}

impl Strategies {
    pub(super) fn new(circuit: &Circuit) -> Strategies {
        let mut late = Vec::with_capacity(circuit.tensors.len());
        for tensor in &circuit.tensors {
            let own = match &tensor.kind {
                // Derived from earlier ones only.
                Kind::Linear(lin) => {
                    lin.terms.iter().any(|t| late.get(t.src.0 as usize) == Some(&true))
                }
                kind => kind.is_late(),
            };
            late.push(own);
        }
        Strategies { late }
    }

    pub(super) fn of(&self, block: &Block) -> Strategy {
        if block.category == Category::Table {
            return Strategy::Tables;
        }
        let sides = [&block.a, &block.b, &block.c];
        if sides.iter().any(|lin| self.is_late(lin)) {
            let looks_up = self.is_query(block) || block.category == Category::Lookup;
            return if looks_up { Strategy::Lookups } else { Strategy::RandomChecks };
        }
        if block.category == Category::Recompose || is_digit(block) {
            return Strategy::Digits;
        }
        Strategy::Direct
    }

    /// Whether each constraint looks one value up: v·(ρ − x) = 1 for a challenge ρ.
    pub(super) fn is_query(&self, block: &Block) -> bool {
        block.category != Category::Table
            && self.is_late(&block.a)
            && self.is_late(&block.b)
            && matches!(block.c.terms.as_slice(), [one] if is_one(one))
    }

    fn is_late(&self, lin: &Lin) -> bool {
        lin.terms.iter().any(|t| self.late.get(t.src.0 as usize) == Some(&true))
    }
}

fn is_one(t: &Term) -> bool {
    t.src == TensorId::ONE && t.weight.is_one()
}

/// Whether a constraint says of a value that it is one of two that differ by a constant: x·(x − n) = 0.
fn is_digit(block: &Block) -> bool {
    let rest = |lin: &Lin| -> Vec<Term> {
        lin.terms.iter().filter(|t| t.src != TensorId::ONE).cloned().collect()
    };
    let negated = |t: &Term| {
        let weight = match &t.weight {
            Weight::Scalar(n) => Weight::Scalar(-n),
            Weight::Tensor { factor, constant, access } => {
                Weight::Tensor { factor: -factor, constant: *constant, access: access.clone() }
            }
        };
        Term { weight, ..t.clone() }
    };
    let (a, b) = (rest(&block.a), rest(&block.b));
    let opposite = || b.iter().map(negated).collect::<Vec<_>>() == a;
    block.c.terms.is_empty() && !a.is_empty() && (a == b || opposite())
}
