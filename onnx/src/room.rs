//! How many elements may be computed in the clear, by the budget of who asks.

use std::cell::Cell;
use zirc_compiler::Budget;

/// Bytes of an element: of a tensor that is kept, of another as a node computes it, and of what is
/// made of both.
const ELEMENT: u64 = 40;

thread_local! {
    static MEMORY: Cell<Option<u64>> = const { Cell::new(None) };
}

/// Runs something within a budget; a model is read and evaluated by one thread.
pub(crate) fn within<T>(budget: Budget, f: impl FnOnce() -> T) -> T {
    let outer = MEMORY.replace(Some(budget.memory));
    let out = f();
    MEMORY.set(outer);
    out
}

/// Most elements of all tensors that are computed.
pub(crate) fn in_all() -> usize {
    let memory = MEMORY.get().unwrap_or_else(|| Budget::default().memory);
    usize::try_from(memory / ELEMENT).unwrap_or(usize::MAX)
}

/// Most elements of one.
pub(crate) fn of_one() -> usize {
    in_all() / 2
}
