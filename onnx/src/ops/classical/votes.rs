//! Leaves that are parts of a vote.
//!
//! A forest of n trees gives every tree 1/n of the whole, of which a leaf that k of m samples reached has k/m. As
//! 32-bit floats these are not what they stand for, nor are their sums: five times a tenth may be a half or a little
//! more. What they stand for tells which votes are tied.

use super::ensemble::{Ensemble, Step};
use std::collections::BTreeSet;

/// Largest m: of 32-bit floats that are nothing of the kind, one in two hundred is near such a part.
const MOST: u64 = 1 << 8;
/// How far a 32-bit float is from what it stands for, as a part of it.
const OFF: f64 = 1.0 / (1 << 23) as f64;
/// Largest number of votes of one leaf.
const LARGEST: f64 = (1 << 20) as f64;
/// Sums of parts that differ by less are equal.
const EQUAL: f64 = 1e-9;

/// k and m of a number that stands for k / (m·n), with the least m.
pub(super) fn part(v: f64, n: usize) -> Option<(u64, u64)> {
    let (v, n) = (v.abs(), n as f64);
    let votes = v * n;
    if v == 0.0 || votes >= LARGEST {
        return (v == 0.0).then_some((0, 1));
    }
    // What is so near to a number is one of its convergents.
    let (mut before, mut now) = ((1u64, 0u64), (votes.floor() as u64, 1u64));
    let mut rest = votes.fract();
    loop {
        let (k, m) = now;
        if (k as f64 / (m as f64 * n) - v).abs() <= v * OFF {
            return Some(now);
        }
        if rest * (MOST as f64) < 1.0 {
            return None;
        }
        let inverse = 1.0 / rest;
        let a = inverse.floor() as u64;
        let next = (a * k + before.0, a * m + before.1);
        if next.1 > MOST {
            return None;
        }
        (before, now, rest) = (now, next, inverse.fract());
    }
}

/// The sizes of leaves that are not 0, in ascending order.
pub(super) fn sizes<'v>(values: impl Iterator<Item = &'v f64>) -> Vec<f64> {
    let sizes: BTreeSet<u64> = values.map(|v| v.abs().to_bits()).filter(|v| *v != 0).collect();
    sizes.into_iter().map(f64::from_bits).collect()
}

/// Whether leaves of these sizes are parts of votes of so many trees, as far as can be told.
pub(super) fn are_parts(sizes: &[f64], trees: usize) -> bool {
    let parts = sizes.iter().filter(|v| part(**v, trees).is_some()).count();
    parts > 0 && 2 * parts >= sizes.len()
}

/// The same trees with votes in their leaves where leaves are parts of the whole: n times as much.
pub(super) fn of(e: &Ensemble) -> Option<Ensemble> {
    let trees = e.trees.len();
    let leaves = e.trees.iter().flatten().filter_map(|s| match s {
        Step::Leaf(values) => Some(values.iter().map(|(_, v)| v)),
        Step::Branch { .. } => None,
    });
    if !are_parts(&sizes(leaves.flatten()), trees) {
        return None;
    }
    let mut votes = e.clone();
    let steps = votes.trees.iter_mut().flatten();
    for (_, v) in steps.flat_map(|s| match s {
        Step::Leaf(values) => values.as_mut_slice(),
        Step::Branch { .. } => &mut [],
    }) {
        *v = match part(*v, trees) {
            Some((k, m)) => (k as f64 / m as f64).copysign(*v),
            None => *v * trees as f64,
        };
    }
    Some(votes)
}

/// Whether one number of votes is more than another.
pub(super) fn more(a: f64, b: f64) -> bool {
    a > b + EQUAL * b.abs().max(1.0)
}

#[cfg(test)]
mod tests {
    use super::{are_parts, part};

    #[test]
    fn floats_are_parts_of_a_vote() {
        for n in [1usize, 3, 10, 34, 100, 1000] {
            for (k, m) in [(1u64, 1u64), (1, 3), (2, 3), (5, 7), (113, 255), (254, 255)] {
                let v = (k as f64 / m as f64 / n as f64) as f32;
                assert_eq!(part(f64::from(v), n), Some((k, m)), "{k}/{m} of {n}");
                assert_eq!(part(-f64::from(v), n), Some((k, m)));
            }
            assert_eq!(part(0.0, n), Some((0, 1)));
        }
        assert_eq!(part(std::f64::consts::FRAC_1_SQRT_2, 1), None);
        assert_eq!(part(1e30, 1), None);
        assert_eq!(part(1e-30, 1), None);
    }

    #[test]
    fn boosted_leaves_are_no_votes() {
        let boosted: Vec<f64> =
            (1..50).map(|k| f64::from((f64::from(k).sqrt() / 9.7) as f32)).collect();
        assert!(!are_parts(&boosted, 10));
        assert!(!are_parts(&[], 10));
        assert!(are_parts(&[f64::from(0.1f32)], 10));
    }
}
