//! Numbers for tests that try many things: the same in every run.

/// A linear congruential generator (Knuth's MMIX constants), of which the upper half is used.
pub(crate) struct Numbers(pub(crate) u64);

impl Numbers {
    /// A number below `n`.
    pub(crate) fn below(&mut self, n: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % n
    }

    /// One of a list.
    pub(crate) fn of<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.below(list.len())]
    }
}
