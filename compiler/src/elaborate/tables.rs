//! Which tables are worth looking up: `looks_up(table, first)` in a function that has two ways to its value.
//!
//! In plain Groth16 none is. With a commitment round a table costs a constraint for each row, once for all
//! that look up in it, so that the answer is a matter of the whole circuit: every table that is asked about
//! is taken at first; those that turn out to be looked up too seldom are refused when the circuit is
//! elaborated again. Both ways of a function have the same values, so that nothing else depends on it.
//!
//! A table is that of a function from the argument `first` on. Tables of one function over different
//! intervals, as channels have them, become one over all of these when the circuit is elaborated again:
//! `first_row` and `last_row` say for which arguments the table that is looked up has rows.

mod merge;

use super::{Elaborator, Mode, Res};
use crate::estimate::{Estimate, row, tabled};
use crate::options::{Checks, Round};
use crate::program::{Program, Rule};
use crate::value::{Num, pack};
use merge::{Merged, Wanted};
use std::collections::BTreeMap;
use std::rc::Rc;
use zirc_circuit::{ConstId, Int, Ints};
use zirc_grammar::ast::Span;

/// Most rows of a table that is looked up in place of digits.
const MAX_ROWS: usize = 1 << 16;

/// What is known about tables while a circuit is elaborated.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tables {
    round: Round,
    /// Tables that are looked up too seldom.
    refused: Rc<Vec<Ints>>,
    /// Tables that are looked up in others; `None` before it was thought about.
    merged: Option<Rc<Vec<Merged>>>,
    /// Tables that were taken so far, with their first arguments.
    taken: Vec<(Ints, Int)>,
}

impl Tables {
    pub(crate) fn new(round: Round) -> Tables {
        Tables { round, ..Tables::default() }
    }

    /// The same for another elaboration, with tables of one function made one, and without those that were
    /// not looked up often enough; `None` if that changes nothing.
    pub(crate) fn better(&self, program: &Program) -> Option<Tables> {
        match self.round {
            Round::WhereCheaper | Round::Shared => {}
            Round::None | Round::Everywhere => return None,
        }
        let mut lookups: BTreeMap<ConstId, usize> = BTreeMap::new();
        for e in &program.enforce {
            if let Rule::Lookup { table, columns: 1, .. } = &e.rule {
                *lookups.entry(*table).or_default() += e.shape.iter().product::<usize>();
            }
        }
        let calls = self.round.calls();
        let saved = |t: &Ints| -> Estimate {
            let own = lookups.iter().filter(|(id, _)| program.constants[id.0 as usize].data == *t);
            own.map(|(_, n)| tabled().times(n * calls)).sum()
        };
        let (merged, rare) = match &self.merged {
            None => {
                let wanted = self.taken.iter().map(|(rows, first)| Wanted {
                    rows,
                    first: first.clone(),
                    saved: saved(rows),
                });
                merge::plan(wanted.collect())
            }
            Some(merged) => {
                let is_rare = |t: &&Ints| {
                    let wide = self.wide(t).map_or(*t, |m| &*m.wide);
                    !row().times(wide.len()).cheaper_than(&saved(wide))
                };
                let rare = self.taken.iter().map(|(t, _)| t).filter(is_rare).cloned().collect();
                (merged.to_vec(), rare)
            }
        };
        if rare.is_empty() && (merged.is_empty() || self.merged.is_some()) {
            return None;
        }
        let refused = self.refused.iter().cloned().chain(rare).collect();
        let merged = Some(Rc::new(merged));
        Some(Tables { round: self.round, refused: Rc::new(refused), merged, taken: vec![] })
    }

    /// The table that this one is looked up in, if that is another one.
    fn wide(&self, table: &Ints) -> Option<&Merged> {
        self.merged.iter().flat_map(|m| m.iter()).find(|m| m.own == *table)
    }
}

impl Elaborator<'_> {
    /// 1 where a table is worth looking up, else 0; its first row is for the argument `first`.
    pub(super) fn looks_up(&mut self, table: &Num, first: &Num, span: Span) -> Res<Num> {
        let worth = self.is_looked_up(table, first, span)?;
        Ok(Num::int(u64::from(worth)))
    }

    /// The argument of the first or of the last row of the table that one is looked up in whose own first row
    /// is for the argument `first`.
    pub(super) fn end_row(&mut self, table: &Num, first: &Num, last: bool, span: Span) -> Res<Num> {
        let array = self.to_array(table, span)?;
        let list = pack(self.list(&array, &[], &table.shape));
        self.spend(list.len(), span)?;
        let first = first.as_scalar().unwrap_or_default();
        let (offset, rows) = match self.tables.wide(&list) {
            Some(m) => (m.offset, m.wide.len()),
            None => (0, list.len()),
        };
        let end = if last { rows - 1 } else { 0 };
        Ok(Num::int(first + Int::from(end) - Int::from(offset)))
    }

    /// Whether the circuit may have a commitment round.
    pub(super) fn has_round(&self) -> bool {
        self.tables.round != Round::None
    }

    /// Whether there may be tables at all: in circuits with a commitment round, not on known values.
    pub(super) fn may_look_up(&self) -> bool {
        self.has_round() && self.at.mode == Mode::Circuit && !self.at.unroll
    }

    fn is_looked_up(&mut self, table: &Num, first: &Num, span: Span) -> Res<bool> {
        let rows: usize = table.shape.iter().product();
        let Some(first) = first.as_scalar() else { return Ok(false) };
        if !self.may_look_up() || !(2..=MAX_ROWS).contains(&rows) || table.varies() {
            return Ok(false);
        }
        match self.at.checks {
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
        if self.tables.taken.iter().all(|(t, _)| *t != list) {
            self.tables.taken.push((list, first));
        }
        Ok(true)
    }
}
