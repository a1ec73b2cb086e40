//! What recognition may take, counted.

/// Most nodes of regions that are looked at: what is beyond stays as it is written.
const NODES: usize = 1 << 20;

/// What is left, and what was computed.
pub(super) struct Work {
    left: usize,
    /// Numbers that nodes and operators were evaluated for.
    pub(super) numbers: usize,
}

impl Work {
    pub(super) fn new() -> Work {
        Work { left: NODES, numbers: 0 }
    }

    /// Looks at a region of so many nodes; `None` if that is too much.
    pub(super) fn look(&mut self, nodes: usize) -> Option<()> {
        self.left = self.left.checked_sub(nodes)?;
        Some(())
    }

    pub(super) fn computed(&mut self, numbers: usize) {
        self.numbers = self.numbers.saturating_add(numbers);
    }
}
