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

    /// Whether numbers just below those that it compares with have another answer than these, and those just above.
    pub(super) fn borders(&self) -> (bool, bool) {
        match self {
            Test::AtMost(_) | Test::Above(_) => (false, true),
            Test::Below(_) | Test::AtLeast(_) => (true, false),
            Test::Equal(_) | Test::Unequal(_) | Test::Member(_) => (true, true),
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

    /// The scores of a sample, tree by tree, and then the base values. Where they are 32-bit floats each sum is one,
    /// as it is in onnxruntime: whether five times a tenth is a half depends on it.
    pub(super) fn scores(&self, x: &[f64], base: &[f64], single: bool) -> Vec<f64> {
        let round = |v: f64| if single { f64::from(v as f32) } else { v };
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
                    (Aggregate::Sum | Aggregate::Average, Some(s)) => round(s + v),
                    (Aggregate::Min, Some(s)) => s.min(*v),
                    (Aggregate::Max, Some(s)) => s.max(*v),
                });
            }
        }
        let count = match self.aggregate {
            Aggregate::Average => self.trees.len().max(1) as f64,
            _ => 1.0,
        };
        let base = base.iter().copied().chain(std::iter::repeat(0.0));
        let one = |(v, b): (Option<f64>, f64)| round(round(v.unwrap_or(0.0) / count) + b);
        all.into_iter().zip(base).map(one).collect()
    }

    /// Outputs with a base value to which, for some samples, no tree adds anything: onnxruntime leaves the base
    /// value out there, ONNX does not.
    pub(super) fn bare(&self, base: &[f64]) -> Vec<usize> {
        let based = |k: &usize| base.get(*k).is_some_and(|b| *b != 0.0);
        self.unscored((0..self.targets).filter(based))
    }

    /// Those of some outputs to which, for some samples, no tree adds anything.
    pub(super) fn unscored(&self, outputs: impl Iterator<Item = usize>) -> Vec<usize> {
        let gives = |s: &Step, k: usize| match s {
            Step::Leaf(values) => values.iter().any(|(t, _)| *t == k),
            Step::Branch { .. } => true,
        };
        let always = |k: usize| self.trees.iter().any(|t| t.iter().all(|s| gives(s, k)));
        outputs.filter(|k| !always(*k)).collect()
    }

    /// Outputs that some leaf has several values for.
    pub(super) fn twice(&self) -> Vec<usize> {
        let mut found = std::collections::BTreeSet::new();
        for s in self.trees.iter().flatten() {
            let Step::Leaf(values) = s else { continue };
            let mut seen = std::collections::BTreeSet::new();
            found.extend(values.iter().map(|(k, _)| *k).filter(|k| !seen.insert(*k)));
        }
        found.into_iter().collect()
    }

    /// What leaves hold.
    fn leaves(&self) -> impl Iterator<Item = (usize, f64)> {
        let leaves = self.trees.iter().flatten().filter_map(|s| match s {
            Step::Leaf(values) => Some(values),
            Step::Branch { .. } => None,
        });
        leaves.flatten().copied()
    }

    /// The values of leaves.
    pub(super) fn values(&self) -> impl Iterator<Item = f64> {
        self.leaves().map(|(_, v)| v)
    }

    /// Outputs that some leaf has a value for.
    pub(super) fn given(&self) -> std::collections::BTreeSet<usize> {
        self.leaves().map(|(k, _)| k).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::{Aggregate, Ensemble, Step, Test};

    /// A tree with two leaves.
    fn tree(yes: Vec<(usize, f64)>, no: Vec<(usize, f64)>) -> Vec<Step> {
        let root = Step::Branch { feature: 0, test: Test::AtMost(0.0), yes: 1, no: 2 };
        vec![root, Step::Leaf(yes), Step::Leaf(no)]
    }

    /// With two targets onnxruntime 1.31 gives 1.5 and 0 for the first leaf of the first tree and base
    /// values of 0.5 and 0.25.
    #[test]
    fn outputs_that_may_be_a_base_value_alone() {
        let both = || tree(vec![(0, 1.0)], vec![(0, 2.0), (1, 3.0)]);
        let second = || tree(vec![(1, 1.0)], vec![(1, 2.0)]);
        let of = |trees| Ensemble { trees, targets: 2, aggregate: Aggregate::Sum };
        assert_eq!(of(vec![both()]).bare(&[0.5, 0.25]), [1]);
        assert!(of(vec![both()]).bare(&[0.5, 0.0]).is_empty());
        assert_eq!(of(vec![second()]).bare(&[0.5, 0.25]), [0]);
        assert!(of(vec![both(), second()]).bare(&[0.5, 0.25]).is_empty());
        assert!(of(vec![both()]).bare(&[]).is_empty());
    }
}
