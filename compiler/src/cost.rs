//! What one call costs, and what its cost can be pinned by.

use crate::options::Mode;
use std::collections::BTreeMap;
use zirc_circuit::Category;

/// The category of what all calls share.
const SHARED: &str = Category::Table.name();

/// Categories that the cost of a call can be pinned by.
pub(crate) const PINNED: &[&str] = &[
    Category::Product.name(),
    Category::Boolean.name(),
    Category::Recompose.name(),
    Category::Range.name(),
    Category::Lookup.name(),
    Category::Select.name(),
    Category::Equality.name(),
    Category::Table.name(),
];

/// Lines that are shown of what a call is made of.
const SHOWN: usize = 8;

/// What one call costs.
#[derive(Clone, Debug, Default)]
pub(crate) struct Cost {
    /// What was measured, as written.
    pub(crate) what: String,
    /// In which mode.
    pub(crate) mode: Mode,
    /// Constraints by category.
    pub(crate) by: BTreeMap<String, usize>,
    /// The same by function, line and category, in the order of the circuit.
    pub(crate) parts: Vec<(String, String, usize)>,
}

impl Cost {
    /// What `cost(f).total` says: rows of tables are there once, whoever else looks up in them.
    pub(crate) fn total(&self) -> usize {
        self.by.iter().filter(|(category, _)| *category != SHARED).map(|(_, n)| n).sum()
    }

    /// What it is made of, a line each, the largest first; of one category, if one is named.
    pub(crate) fn notes(&self, category: Option<&str>) -> Vec<String> {
        let of = |(_, c, _): &&(String, String, usize)| match category {
            Some(one) => c == one,
            None => c != SHARED,
        };
        let mut parts: Vec<&(String, String, usize)> = self.parts.iter().filter(of).collect();
        parts.sort_by_key(|(_, _, n)| std::cmp::Reverse(*n));
        let line = |(place, c, n): &&(String, String, usize)| format!("{n} {c} {place}");
        let mut out: Vec<String> = parts.iter().take(SHOWN).map(line).collect();
        let rest: usize = parts.iter().skip(SHOWN).map(|(_, _, n)| n).sum();
        if rest > 0 {
            out.push(format!("{rest} in {} more places", parts.len() - SHOWN));
        }
        let nothing = if out.is_empty() { ": nothing" } else { ":" };
        out.insert(0, format!("in mode {}{nothing}", self.mode.name()));
        out
    }
}
