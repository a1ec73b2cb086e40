//! How much work audits may do, all of one program together.

use crate::budget::Budget;
use std::cell::Cell;

/// Work left: one is a term of a polynomial, or a variable looked at.
#[derive(Debug)]
pub(crate) struct Fuel(Cell<u64>);

impl Fuel {
    pub(crate) fn new(budget: Budget) -> Fuel {
        Fuel(Cell::new(budget.work))
    }

    /// Takes so much, if there is; otherwise nothing is left.
    pub(crate) fn take(&self, work: usize) -> bool {
        let left = self.0.get().checked_sub(work as u64 + 1);
        self.0.set(left.unwrap_or(0));
        left.is_some()
    }

    /// Whether nothing is left.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.get() == 0
    }
}
