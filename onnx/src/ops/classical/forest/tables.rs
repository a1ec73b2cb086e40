//! The library's tables of nodes.

use super::lower::Flat;
use std::collections::{BTreeMap, BTreeSet};

/// The tables of trees.
pub(super) struct Tables {
    pub(super) cuts: BTreeMap<usize, Vec<i64>>,
    pub(super) nodes: usize,
    pub(super) feature: Vec<i64>,
    pub(super) cut: Vec<i64>,
    pub(super) left: Vec<i64>,
    pub(super) right: Vec<i64>,
    pub(super) value: Vec<f64>,
}

pub(super) fn tables(trees: &[Vec<Flat>], targets: usize) -> Tables {
    let mut sets: BTreeMap<usize, BTreeSet<i64>> = BTreeMap::new();
    for node in trees.iter().flatten() {
        if let Flat::Branch { feature, cut, .. } = node {
            sets.entry(*feature).or_default().insert(*cut);
        }
    }
    let cuts: BTreeMap<usize, Vec<i64>> =
        sets.into_iter().map(|(f, s)| (f, s.into_iter().collect())).collect();
    let nodes = trees.iter().map(Vec::len).max().unwrap_or(1);
    let mut t = Tables {
        cuts,
        nodes,
        feature: vec![],
        cut: vec![],
        left: vec![],
        right: vec![],
        value: vec![],
    };
    for tree in trees {
        // The root is first in the library.
        let last = tree.len().saturating_sub(1);
        for k in 0..nodes {
            let own = (k as i64, k as i64);
            let node = last.checked_sub(k).and_then(|at| tree.get(at));
            let (feature, cut, (left, right)) = match node {
                Some(Flat::Branch { feature, cut, left, right }) => {
                    let place = t.cuts.get(feature).and_then(|c| c.binary_search(cut).ok());
                    let children = ((last - left) as i64, (last - right) as i64);
                    (*feature as i64, place.unwrap_or(0) as i64, children)
                }
                _ => (0, 0, own),
            };
            t.feature.push(feature);
            t.cut.push(cut);
            t.left.push(left);
            t.right.push(right);
            let mut row = vec![0.0; targets];
            if let Some(Flat::Leaf(values)) = node {
                values.iter().for_each(|(o, v)| row[*o] += v);
            }
            t.value.extend(row);
        }
    }
    t
}
