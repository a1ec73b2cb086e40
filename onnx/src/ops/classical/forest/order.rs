//! In which rows the nodes of a tree stand.
//!
//! Sets and ranges of a feature, and files that share leaves, make nodes with several parents. The library
//! looks at such a node once where the table has its nodes level by level, with children on the level below
//! their parents; a node that is reached on several levels has a row on each.

use super::lower::Flat;
use std::collections::BTreeMap;

/// A row of the library's table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Row {
    /// The node, by its place in the tree.
    pub(super) node: usize,
    /// The rows of its children; its own for a leaf.
    pub(super) left: usize,
    pub(super) right: usize,
}

/// The rows of a tree whose root is last, the root first.
pub(super) fn rows(tree: &[Flat]) -> Vec<Row> {
    let mut parents = vec![0usize; tree.len()];
    for (left, right) in tree.iter().filter_map(children) {
        parents[left] += 1;
        parents[right] += 1;
    }
    if parents.iter().any(|n| *n > 1) { by_level(tree) } else { reversed(tree) }
}

fn children(node: &Flat) -> Option<(usize, usize)> {
    match node {
        Flat::Branch { left, right, .. } => Some((*left, *right)),
        Flat::Leaf(_) => None,
    }
}

/// As they come, from the root on.
fn reversed(tree: &[Flat]) -> Vec<Row> {
    let last = tree.len().saturating_sub(1);
    let one = |(node, flat): (usize, &Flat)| {
        let (left, right) = children(flat).unwrap_or((node, node));
        Row { node, left: last - left, right: last - right }
    };
    tree.iter().enumerate().rev().map(one).collect()
}

/// Level by level, each node once on each of its levels.
fn by_level(tree: &[Flat]) -> Vec<Row> {
    let mut rows = vec![];
    let mut level: Vec<usize> = tree.len().checked_sub(1).into_iter().collect();
    while !level.is_empty() {
        let first = rows.len() + level.len();
        let mut places: BTreeMap<usize, usize> = BTreeMap::new();
        let mut next = vec![];
        for node in level {
            let own = rows.len();
            let mut place = |child: usize| {
                *places.entry(child).or_insert_with(|| {
                    next.push(child);
                    first + next.len() - 1
                })
            };
            rows.push(match children(&tree[node]) {
                None => Row { node, left: own, right: own },
                Some((left, right)) => {
                    let left = place(left);
                    Row { node, left, right: place(right) }
                }
            });
        }
        level = next;
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::{Flat, Row, rows};

    fn branch(left: usize, right: usize) -> Flat {
        Flat::Branch { feature: 0, cut: 0, left, right }
    }

    fn leaf() -> Flat {
        Flat::Leaf(vec![])
    }

    fn row((node, left, right): (usize, usize, usize)) -> Row {
        Row { node, left, right }
    }

    #[test]
    fn a_tree_is_reversed() {
        let tree = [leaf(), leaf(), branch(1, 0), leaf(), branch(3, 2)];
        let expected = [(4, 1, 2), (3, 1, 1), (2, 3, 4), (1, 3, 3), (0, 4, 4)].map(row);
        assert_eq!(rows(&tree), expected);
        assert_eq!(rows(&[leaf()]), [row((0, 0, 0))]);
    }

    #[test]
    fn what_has_two_parents_has_a_row_on_each_of_its_levels() {
        // 3 reads 2 and 0, 2 reads 0 and 1: 0 is on two levels.
        let tree = [leaf(), leaf(), branch(0, 1), branch(2, 0)];
        let expected = [(3, 1, 2), (2, 3, 4), (0, 2, 2), (0, 3, 3), (1, 4, 4)].map(row);
        assert_eq!(rows(&tree), expected);
        // Both children of both are the same two.
        let tree = [leaf(), leaf(), branch(0, 1), branch(1, 0), branch(2, 3)];
        let expected = [(4, 1, 2), (2, 3, 4), (3, 4, 3), (0, 3, 3), (1, 4, 4)].map(row);
        assert_eq!(rows(&tree), expected);
    }
}
