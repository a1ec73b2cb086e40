//! What compiling may take, as `--budget` says: the same for every program that a command opens.

use std::sync::OnceLock;
use zirc_compiler::Budget;

static FACTOR: OnceLock<u32> = OnceLock::new();

/// Sets how many times the default is allowed; the first call counts.
pub(crate) fn allow(factor: u32) {
    let _ = FACTOR.set(factor);
}

/// What is allowed.
pub(crate) fn allowed() -> Budget {
    Budget::times(*FACTOR.get().unwrap_or(&1))
}
