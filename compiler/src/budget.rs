//! What compiling one circuit may take: a small program must not exhaust the machine.

/// Limits of elaboration. Both are counted, not measured, so that they are the same on every machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    /// Units of work: one is an element of a constant that is computed, an expression is 16, a call 128.
    pub work: u64,
    /// Bytes of what is emitted, with where it comes from, and of the values under way.
    pub memory: u64,
}

/// How often a circuit is elaborated to find the tables that are worth their rows; a table that is refused
/// may bring another one in its place. Then there are none.
pub(crate) const ELABORATIONS: usize = 4;
/// Work of an expression beside that of its parts.
pub(crate) const EXPRESSION: usize = 16;
/// Work of a call of a function.
pub(crate) const CALL: usize = 128;
/// How much more work a run of a circuit on known values may take, where any loop may be run index by
/// index.
pub(crate) const RUN: u64 = 25;
/// How much more a test may take.
pub(crate) const TEST: u64 = 2;

impl Default for Budget {
    /// Two or three seconds of work, and room for circuits of a hundred thousand operations.
    fn default() -> Budget {
        Budget { work: 128 << 20, memory: 320 << 20 }
    }
}

impl Budget {
    /// So many times the default.
    ///
    /// ```
    /// # use zirc_compiler::Budget;
    /// assert_eq!(Budget::times(4).memory, 4 * Budget::default().memory);
    /// ```
    #[must_use]
    pub fn times(factor: u32) -> Budget {
        let one = Budget::default();
        let times = |n: u64| n.saturating_mul(factor.into());
        Budget { work: times(one.work), memory: times(one.memory) }
    }
}
