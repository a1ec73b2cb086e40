//! Decision trees as they are after everything about them was checked.

use crate::fault::{Import, refuse};

/// What a branch asks of a feature.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Test {
    AtMost(f64),
    Below(f64),
    AtLeast(f64),
    Above(f64),
    Equal(f64),
    Unequal(f64),
    /// Ascending.
    Member(Vec<f64>),
}

impl Test {
    /// The answer for a value.
    pub(super) fn holds(&self, x: f64) -> bool {
        match self {
            Test::AtMost(t) => x <= *t,
            Test::Below(t) => x < *t,
            Test::AtLeast(t) => x >= *t,
            Test::Above(t) => x > *t,
            Test::Equal(t) => x == *t,
            Test::Unequal(t) => x != *t,
            Test::Member(set) => set.contains(&x),
        }
    }

    /// The numbers that it compares with.
    pub(super) fn values(&self) -> &[f64] {
        match self {
            Test::AtMost(t)
            | Test::Below(t)
            | Test::AtLeast(t)
            | Test::Above(t)
            | Test::Equal(t)
            | Test::Unequal(t) => std::slice::from_ref(t),
            Test::Member(set) => set,
        }
    }
}

/// A node of a tree; children come behind their parents.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Step {
    Branch {
        feature: usize,
        test: Test,
        yes: usize,
        no: usize,
    },
    /// Outputs and what is added to them.
    Leaf(Vec<(usize, f64)>),
}

/// How the trees' results become one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Aggregate {
    Sum,
    Average,
    Min,
    Max,
}

/// Trees with the first node as root.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Ensemble {
    pub(super) trees: Vec<Vec<Step>>,
    pub(super) targets: usize,
    pub(super) aggregate: Aggregate,
}

/// A node as a file has it, before the tree is walked.
#[derive(Clone, Debug)]
pub(super) enum Raw {
    Branch { feature: usize, test: Test, yes: Place, no: Place },
    Leaf(Vec<(usize, f64)>),
}

/// Where a child is, by position.
#[derive(Clone, Copy, Debug)]
pub(super) enum Place {
    Node(usize),
    Leaf(usize),
}

impl Ensemble {
    /// Branches of all trees.
    pub(super) fn branches(&self) -> impl Iterator<Item = (usize, &Test)> {
        self.trees.iter().flatten().filter_map(|s| match s {
            Step::Branch { feature, test, .. } => Some((*feature, test)),
            Step::Leaf(_) => None,
        })
    }

    /// Refuses features that x does not have.
    pub(super) fn check_features(&self, count: usize) -> Import<()> {
        match self.branches().find(|(f, _)| *f >= count) {
            Some((f, _)) => refuse(format!("a branch asks for feature {f}, there are {count}")),
            None => Ok(()),
        }
    }

    /// Refuses a least or greatest of leaves of which some have no value for some output: what that is
    /// differs from one runtime to the next.
    pub(super) fn check_values(&self) -> Import<()> {
        let complete = |s: &Step| match s {
            Step::Leaf(v) => (0..self.targets).all(|k| v.iter().any(|(t, _)| *t == k)),
            Step::Branch { .. } => true,
        };
        let sums = matches!(self.aggregate, Aggregate::Sum | Aggregate::Average);
        if sums || self.trees.iter().flatten().all(complete) {
            return Ok(());
        }
        refuse(
            "the least or greatest of leaves that have no value for some output is not supported",
        )
    }

    /// The scores of a sample, without base values, and whether any tree gave one.
    pub(super) fn scores(&self, x: &[f64]) -> Vec<f64> {
        let mut all: Vec<Option<f64>> = vec![None; self.targets];
        for tree in &self.trees {
            let mut at = 0;
            while let Some(Step::Branch { feature, test, yes, no }) = tree.get(at) {
                let v = x.get(*feature).copied().unwrap_or(f64::NAN);
                at = if test.holds(v) { *yes } else { *no };
            }
            let Some(Step::Leaf(values)) = tree.get(at) else { continue };
            for (k, v) in values {
                let Some(slot) = all.get_mut(*k) else { continue };
                *slot = Some(match (self.aggregate, *slot) {
                    (_, None) => *v,
                    (Aggregate::Sum | Aggregate::Average, Some(s)) => s + v,
                    (Aggregate::Min, Some(s)) => s.min(*v),
                    (Aggregate::Max, Some(s)) => s.max(*v),
                });
            }
        }
        let count = match self.aggregate {
            Aggregate::Average => self.trees.len().max(1) as f64,
            _ => 1.0,
        };
        all.into_iter().map(|v| v.unwrap_or(0.0) / count).collect()
    }

    /// Outputs that some leaf has a value for.
    pub(super) fn given(&self) -> std::collections::BTreeSet<usize> {
        let leaves = self.trees.iter().flatten().filter_map(|s| match s {
            Step::Leaf(values) => Some(values),
            Step::Branch { .. } => None,
        });
        leaves.flatten().map(|(k, _)| *k).collect()
    }
}
