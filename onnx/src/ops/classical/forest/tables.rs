//! The library's tables of nodes.

use super::lower::Flat;
use super::order::Row;
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

/// The tables of trees whose nodes stand in these rows.
pub(super) fn tables(trees: &[Vec<Flat>], rows: &[Vec<Row>], targets: usize) -> Tables {
    let mut sets: BTreeMap<usize, BTreeSet<i64>> = BTreeMap::new();
    for node in trees.iter().flatten() {
        if let Flat::Branch { feature, cut, .. } = node {
            sets.entry(*feature).or_default().insert(*cut);
        }
    }
    let cuts: BTreeMap<usize, Vec<i64>> =
        sets.into_iter().map(|(f, s)| (f, s.into_iter().collect())).collect();
    let nodes = rows.iter().map(Vec::len).max().unwrap_or(1);
    let mut t = Tables {
        cuts,
        nodes,
        feature: vec![],
        cut: vec![],
        left: vec![],
        right: vec![],
        value: vec![],
    };
    for (tree, rows) in trees.iter().zip(rows) {
        for k in 0..nodes {
            // What fills a row of the tables is a leaf that nothing points to.
            let row = rows.get(k);
            let node = row.and_then(|r| tree.get(r.node));
            let (left, right) = row.map_or((k, k), |r| (r.left, r.right));
            let (feature, cut) = match node {
                Some(Flat::Branch { feature, cut, .. }) => {
                    let place = t.cuts.get(feature).and_then(|c| c.binary_search(cut).ok());
                    (*feature as i64, place.unwrap_or(0) as i64)
                }
                _ => (0, 0),
            };
            t.feature.push(feature);
            t.cut.push(cut);
            t.left.push(left as i64);
            t.right.push(right as i64);
            let mut row = vec![0.0; targets];
            if let Some(Flat::Leaf(values)) = node {
                values.iter().for_each(|(o, v)| row[*o] += v);
            }
            t.value.extend(row);
        }
    }
    t
}
