//! Trees over integers: every test as comparisons with a cut.

use super::super::ensemble::{Step, Test};
use crate::context::{Converter, Operand};
use crate::fault::{Import, refuse};
use crate::tensor::Element;
use num_traits::ToPrimitive;

/// A node of a tree over integers; children come before their parent.
pub(super) enum Flat {
    Branch { feature: usize, cut: i64, left: usize, right: usize },
    Leaf(Vec<(usize, f64)>),
}

/// Digits that a decimal is shorter by than its neighbour, where it is one of few digits.
const FEW: usize = 3;

/// Where the steps of x cut the line of real numbers.
pub(super) struct Grid {
    step: f64,
    /// Thresholds are rounded as x was.
    rounded: bool,
    /// x was a 32-bit float before.
    single: bool,
    lo: i64,
    pub(super) hi: i64,
}

impl Grid {
    pub(super) fn new(c: &Converter<'_>, x: &Operand) -> Import<Grid> {
        match (x.scale.to_f64(), x.lo.to_i64(), x.hi.to_i64()) {
            (Some(step), Some(lo), Some(hi)) if step > 0.0 => {
                // Integers are taken as they are.
                let given = c.graph.inputs.iter().any(|i| i.name == x.tensor);
                let rounded = given && x.element.is_float();
                Ok(Grid { step, rounded, single: x.element == Element::Float, lo, hi })
            }
            _ => refuse("what the trees read has too many bits"),
        }
    }

    /// The largest integer that stands for a float up to t.
    ///
    /// Thresholds lie halfway between two numbers of the training data, and so on a third where data has few
    /// digits. Its float may be the one after t, and both be one integer here. Of the two it is the one
    /// with the shorter decimal that is met.
    fn at_most(&self, t: f64) -> i64 {
        match self.shorter(t, f32::next_up) {
            Some(next) => self.cuts(next).1,
            None => self.cuts(t).0,
        }
    }

    /// The largest integer that stands for a float below t, in the same way.
    fn below(&self, t: f64) -> i64 {
        match self.shorter(t, f32::next_down) {
            Some(last) => self.cuts(last).0,
            None => self.cuts(t).1,
        }
    }

    /// The float beside t, if x may be that one rather than t.
    fn shorter(&self, t: f64, beside: fn(f32) -> f32) -> Option<f64> {
        let own = t as f32;
        let other = beside(own);
        let floats = self.rounded && self.single && f64::from(own) == t && other.is_finite();
        // A float has a neighbour that is one digit shorter by chance; three are no chance.
        (floats && other.to_string().len() + FEW <= own.to_string().len())
            .then_some(f64::from(other))
    }

    /// The largest integer that stands for a number up to t, and that for one below t.
    fn cuts(&self, t: f64) -> (i64, i64) {
        let v = t / self.step;
        // A threshold that is as good as 0 is on its side of 0 itself, which numbers are more often than not.
        let nothing = v != 0.0 && v.abs() < 0.5;
        // As integers: beyond 2^53 a float less 1 is the same float.
        let (most, up) = if self.rounded && !nothing {
            (v.round_ties_even() as i64, v.round_ties_even() as i64)
        } else {
            (v.floor() as i64, v.ceil() as i64)
        };
        let below = up.saturating_sub(1);
        let cut = |v: i64| v.clamp(self.lo.saturating_sub(1), self.hi);
        (cut(most), cut(below))
    }

    /// Cuts in ascending order and, between them, whether a test holds.
    fn regions(&self, t: &Test) -> (Vec<i64>, Vec<bool>) {
        let mut cuts = vec![];
        let mut holds = vec![];
        match t {
            Test::AtMost(t) => (cuts, holds) = (vec![self.at_most(*t)], vec![true, false]),
            Test::Below(t) => (cuts, holds) = (vec![self.below(*t)], vec![true, false]),
            Test::AtLeast(t) => (cuts, holds) = (vec![self.below(*t)], vec![false, true]),
            Test::Above(t) => (cuts, holds) = (vec![self.at_most(*t)], vec![false, true]),
            _ => {
                for t in t.values() {
                    let (most, below) = self.cuts(*t);
                    cuts.extend([below, most]);
                    holds.extend([false, true]);
                }
                holds.push(false);
            }
        }
        if matches!(t, Test::Unequal(_)) {
            holds.iter_mut().for_each(|h| *h = !*h);
        }
        // An empty region has no integers.
        let mut k = 1;
        while k < cuts.len() {
            if cuts[k] <= cuts[k - 1] {
                cuts.remove(k);
                holds.remove(k);
            } else {
                k += 1;
            }
        }
        (cuts, holds)
    }
}

/// A tree over integers, with its root last, and the length of its longest path.
pub(super) fn lower(tree: &[Step], grid: &Grid) -> (Vec<Flat>, u32) {
    let mut flat: Vec<Flat> = vec![];
    let mut depth: Vec<u32> = vec![];
    let mut at = vec![0; tree.len()];
    // Children come behind their parent, so that the last node is done first.
    for (k, step) in tree.iter().enumerate().rev() {
        match step {
            Step::Leaf(values) => {
                flat.push(Flat::Leaf(values.clone()));
                depth.push(0);
            }
            Step::Branch { feature, test, yes, no } => {
                let (cuts, holds) = grid.regions(test);
                let child = |h: &bool| if *h { at[*yes] } else { at[*no] };
                let mut parts: Vec<usize> = holds.iter().map(child).collect();
                // Neighbouring regions are joined by the cut between them, level by level.
                let mut cuts = cuts;
                while parts.len() > 1 {
                    let (mut joined, mut left) = (vec![], vec![]);
                    for (pair, cut) in parts.chunks(2).zip(0..) {
                        match pair {
                            [a, b] => {
                                let cut = cuts[2 * cut];
                                let (feature, left, right) = (*feature, *a, *b);
                                flat.push(Flat::Branch { feature, cut, left, right });
                                depth.push(1 + depth[*a].max(depth[*b]));
                                joined.push(flat.len() - 1);
                            }
                            one => joined.extend(one),
                        }
                    }
                    left.extend(cuts.iter().skip(1).step_by(2).copied());
                    (parts, cuts) = (joined, left);
                }
                at[k] = parts[0];
                continue;
            }
        }
        at[k] = flat.len() - 1;
    }
    let root = at.first().copied().unwrap_or(0);
    let longest = depth.get(root).copied().unwrap_or(0);
    if root + 1 < flat.len() {
        flat.truncate(root + 1);
    }
    (flat, longest)
}

#[cfg(test)]
mod tests {
    use super::{Grid, Test};

    fn grid(rounded: bool, single: bool) -> Grid {
        Grid { step: 1.0 / 32.0, rounded, single, lo: -512, hi: 511 }
    }

    /// The threshold between 1.6 and 1.8 is the float below 1.7, and 1.7 is the next one.
    #[test]
    fn floats_of_few_digits_are_on_their_side_of_a_threshold() {
        let (x, t) = (f64::from(1.7f32), f64::from(1.7f32.next_down()));
        let k = (x * 32.0).round_ties_even() as i64;
        let at = |k: i64, test: Test, grid: &Grid| {
            let (cuts, holds) = grid.regions(&test);
            holds[cuts.iter().filter(|c| k > **c).count()]
        };
        let holds = |test, grid: &Grid| at(k, test, grid);
        let g = grid(true, true);
        assert!(!holds(Test::AtMost(t), &g) && holds(Test::Above(t), &g));
        assert!(holds(Test::AtMost(x), &g) && !holds(Test::Above(x), &g));
        assert!(!holds(Test::Below(x), &g) && holds(Test::AtLeast(x), &g));
        // Strictly below the float behind 1.7 is 1.7.
        let after = f64::from(1.7f32.next_up());
        assert!(holds(Test::Below(after), &g) && !holds(Test::AtLeast(after), &g));
        // Doubles have other neighbours, and what is no input was not rounded.
        assert!(holds(Test::AtMost(t), &grid(true, false)));
        assert_eq!(grid(false, true).at_most(t), 54);
        // 0 is below what is next to nothing, and above what is a little less.
        assert!(at(0, Test::Below(1e-35), &g) && !at(0, Test::AtMost(-1e-35), &g));
    }
}
