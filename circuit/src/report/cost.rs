//! What something costs, in all that a report counts.

use super::NonZeros;
use serde::Serialize;

/// What something costs. Every number adds up over the parts of a circuit to that of the whole.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Cost {
    /// Number of constraints.
    pub constraints: usize,
    /// Of them, its share of what others asked for as well.
    pub shared: usize,
    /// Of them, those that look a value up in a table.
    pub lookups: usize,
    /// Of them, its share of the tables' rows.
    pub tables: usize,
    /// Constraints of the circuit that it was compared with by [`super::Report::after`].
    pub before: usize,
    /// Number of variables, `ONE` not counted.
    pub variables: usize,
    /// Of them, public ones.
    pub public: usize,
    /// Of them, those of the witness whose values fill the field.
    pub full: usize,
    /// Non-zero entries, if counted.
    pub nonzeros: Option<NonZeros>,
    /// Nanoseconds of a proof, if there were [`super::Prices`].
    pub nanoseconds: u64,
    /// Bytes that a proof holds at its peak, if there were prices.
    pub bytes: u64,
}

impl std::ops::AddAssign for Cost {
    fn add_assign(&mut self, other: Cost) {
        self.constraints += other.constraints;
        self.shared += other.shared;
        self.lookups += other.lookups;
        self.tables += other.tables;
        self.before += other.before;
        self.variables += other.variables;
        self.public += other.public;
        self.full += other.full;
        self.nonzeros = match (self.nonzeros, other.nonzeros) {
            (Some(a), Some(b)) => Some(a + b),
            (a, b) => a.or(b),
        };
        self.nanoseconds += other.nanoseconds;
        self.bytes += other.bytes;
    }
}

/// A part of something that several pay for: from one mark to another, of so many.
#[derive(Clone, Copy, Debug)]
pub(super) struct Part {
    pub(super) from: u64,
    pub(super) to: u64,
    pub(super) of: u64,
}

impl Part {
    /// Parts that follow each other add up to the whole, each within one of its exact share.
    fn count(self, whole: u64) -> u64 {
        let below = |mark: u64| u128::from(whole) * u128::from(mark) / u128::from(self.of.max(1));
        // No more than the whole, as a mark is no more than all marks.
        u64::try_from(below(self.to) - below(self.from)).unwrap_or(whole)
    }
}

impl Cost {
    /// What a user pays of what is shared.
    pub(super) fn share(self, part: Part) -> Cost {
        let n = |whole: usize| part.count(whole as u64) as usize;
        let constraints = n(self.constraints);
        let nonzeros = |z: NonZeros| NonZeros { a: n(z.a), b: n(z.b), c: n(z.c) };
        Cost {
            constraints,
            shared: constraints,
            lookups: n(self.lookups),
            tables: n(self.tables),
            before: n(self.before),
            variables: n(self.variables),
            public: n(self.public),
            full: n(self.full),
            nonzeros: self.nonzeros.map(nonzeros),
            nanoseconds: part.count(self.nanoseconds),
            bytes: part.count(self.bytes),
        }
    }

    /// Whether there is nothing to show.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        (self.constraints, self.variables, self.before) == (0, 0, 0)
    }
}
