//! What one call of a function adds to a circuit, in numbers.

use super::{Project, Rejected};
use crate::elaborate::Elaborator;
use crate::loader::Loader;
use crate::options::{Mode, Round, Strategy};
use std::collections::BTreeMap;
use zirc_circuit::{Category, Port};
use zirc_grammar::ast::Expr;

/// What one call costs; constraints that hold its arguments to their types are left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallCost {
    /// Elements of the largest tensor among arguments and results that are not constants.
    pub elements: usize,
    /// Constraints, without those of tables that all calls share.
    pub constraints: usize,
    /// Rows of such tables, and the sums over them: there once, however many calls look up in them.
    pub tables: usize,
    /// The same by category; those that have none are left out.
    pub by: BTreeMap<Category, usize>,
    /// Witness variables beyond those of the arguments and of tables.
    pub variables: usize,
    /// Elements of hints in the source, before the optimizer.
    pub hints: usize,
    /// Whether a table is read at a witness index, so that a strategy for lookups matters.
    pub looks_up: bool,
}

/// A way to enforce a call, and what it costs so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Enforced {
    /// Without or with a commitment round; never [`Mode::Auto`].
    pub mode: Mode,
    /// The strategy of lookups, or what the compiler chooses.
    pub lookup: Option<Strategy>,
    /// What it costs.
    pub cost: CallCost,
}

impl Project {
    /// Measures a function or call, as [`call_cost`](Self::call_cost) does, in every way: as the compiler chooses
    /// in each mode, in that order, and without a commitment round with lookups by every strategy that makes a
    /// difference: one that does not apply gives way to the choice.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn call_costs(
        &self,
        what: &Expr,
        loader: &mut dyn Loader,
    ) -> Result<Vec<Enforced>, Rejected> {
        let mut of = |mode, lookup| {
            let cost = self.call_cost(what, mode, lookup, loader)?;
            Ok(Enforced { mode, lookup, cost })
        };
        let chosen = of(Mode::Groth16, None)?;
        let mut all = vec![chosen.clone(), of(Mode::Commit, None)?];
        for strategy in Strategy::ALL.into_iter().filter(|_| chosen.cost.looks_up) {
            let other = of(Mode::Groth16, Some(strategy))?;
            all.extend(Some(other).filter(|o| o.cost != chosen.cost));
        }
        Ok(all)
    }

    /// Measures a function whose arguments all are private inputs, `f::<i8>`, or a call, of which
    /// arguments with a declared type are private inputs and others known, `f([1, 2], 3 as u4)`.
    /// Names are those of the program. With a commitment round the call is one of many such calls in a
    /// circuit, so that tables are chosen as if 2^14 of them shared the rows. `lookup` is the strategy of every lookup that it applies to,
    /// in place of the cheapest.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn call_cost(
        &self,
        what: &Expr,
        mode: Mode,
        lookup: Option<Strategy>,
        loader: &mut dyn Loader,
    ) -> Result<CallCost, Rejected> {
        let mut e = Elaborator::inside(&self.world, loader, 0);
        e.lookup = lookup;
        let bench = self.accepted(&mut e, |e| e.bench_of(what, Round::of_a_call(mode)))?;
        let mut by = BTreeMap::new();
        let mut rows = 0;
        for b in bench.circuit.blocks.iter().filter(|b| b.category != Category::InputRange) {
            *by.entry(b.category).or_insert(0) += b.len();
            // The other constraints of a table are scalars.
            if b.category == Category::Table && !b.shape.is_empty() {
                rows += b.len();
            }
        }
        let tables = by.remove(&Category::Table).unwrap_or(0);
        let signature = &bench.circuit.signature;
        let (inputs, outputs) = (&signature.inputs, &signature.outputs);
        let given: usize = inputs.iter().map(len).sum();
        Ok(CallCost {
            elements: inputs.iter().chain(outputs).map(len).max().unwrap_or(0),
            constraints: by.values().sum(),
            tables,
            by,
            // A row has a multiplicity and a share of the sum.
            variables: bench.circuit.layout().num_witness.saturating_sub(given + 2 * rows),
            hints: bench.hint_values,
            looks_up: bench.looks_up,
        })
    }
}

fn len(port: &Port) -> usize {
    port.shape.iter().product()
}
