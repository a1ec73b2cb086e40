//! Which tables are worth looking up: `looks_up(table)` in a function that has two ways to its value.
//!
//! In plain Groth16 none is. With a commitment round a table costs a constraint for each row, once for all
//! that look up in it, so that the answer is a matter of the whole circuit: every table that is asked about
//! is taken at first; those that turn out to be looked up too seldom are refused when the circuit is
//! elaborated again. Both ways of a function have the same values, so that nothing else depends on it.

use super::{Elaborator, Mode, Res};
use crate::lower::Round;
use crate::lower::cost::{Estimate, row, tabled};
use crate::options::Checks;
use crate::program::{Program, Rule};
use crate::value::{Num, pack};
use std::collections::BTreeMap;
use std::rc::Rc;
use zirc_circuit::{ConstId, Ints};
use zirc_grammar::ast::Span;

/// Most rows of a table that is looked up in place of digits.
const MAX_ROWS: usize = 1 << 16;

/// What is known about tables while a circuit is elaborated.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tables {
    round: Round,
    /// Tables that are looked up too seldom.
    refused: Rc<Vec<Ints>>,
    /// Tables that were taken so far.
    taken: Vec<Ints>,
}

impl Tables {
    pub(crate) fn new(round: Round) -> Tables {
        Tables { round, ..Tables::default() }
    }

    /// The same for another elaboration, without the tables that a first one did not look up often enough;
    /// `None` if there are none.
    pub(crate) fn without_rare(&self, program: &Program) -> Option<Tables> {
        match self.round {
            Round::WhereCheaper | Round::Shared => {}
            Round::None | Round::Everywhere => return None,
        }
        let calls = self.round.calls();
        let mut lookups: BTreeMap<ConstId, usize> = BTreeMap::new();
        for e in &program.enforce {
            if let Rule::Lookup { table, columns: 1, .. } = &e.rule {
                *lookups.entry(*table).or_default() += e.shape.iter().product::<usize>();
            }
        }
        let rare = |t: &&Ints| {
            let used =
                lookups.iter().filter(|(id, _)| program.constants[id.0 as usize].data == **t);
            let saved: Estimate = used.map(|(_, n)| tabled().times(n * calls)).sum();
            !row().times(t.len()).cheaper_than(&saved)
        };
        let rare: Vec<Ints> = self.taken.iter().filter(rare).cloned().collect();
        if rare.is_empty() {
            return None;
        }
        let refused = self.refused.iter().cloned().chain(rare).collect();
        Some(Tables { round: self.round, refused: Rc::new(refused), taken: vec![] })
    }
}

impl Elaborator<'_> {
    /// 1 where a table is worth looking up, else 0.
    pub(super) fn looks_up(&mut self, table: &Num, span: Span) -> Res<Num> {
        let worth = self.is_looked_up(table, span)?;
        Ok(Num::int(u64::from(worth)))
    }

    /// Whether the circuit may have a commitment round.
    pub(super) fn has_round(&self) -> bool {
        self.tables.round != Round::None
    }

    /// Whether there may be tables at all: in circuits with a commitment round, not on known values.
    pub(super) fn may_look_up(&self) -> bool {
        self.has_round() && self.mode == Mode::Circuit && !self.unroll
    }

    fn is_looked_up(&mut self, table: &Num, span: Span) -> Res<bool> {
        let rows: usize = table.shape.iter().product();
        if !self.may_look_up() || !(2..=MAX_ROWS).contains(&rows) || table.varies() {
            return Ok(false);
        }
        match self.checks {
            Some(Checks::Digits) => return Ok(false),
            // It is not for the cost to refuse.
            Some(Checks::Lookups) => return Ok(true),
            None => {}
        }
        let array = self.to_array(table, span)?;
        let list = pack(self.list(&array, &[], &table.shape));
        self.spend(rows, span)?;
        if self.tables.refused.contains(&list) {
            return Ok(false);
        }
        if !self.tables.taken.contains(&list) {
            self.tables.taken.push(list);
        }
        Ok(true)
    }
}
