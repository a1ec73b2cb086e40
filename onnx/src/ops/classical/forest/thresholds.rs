//! What trees compare the elements of a tensor with, also where these are moved before.

use crate::context::Role;
use crate::graph::{Graph, Node, axis};
use crate::ops::classical::ensemble::Test;
use crate::ops::classical::trees;
use crate::table;
use crate::tensor::Tensor;
use std::collections::{BTreeMap, BTreeSet};

/// Most tensors that are looked at on the way to trees.
const TENSORS: usize = 1 << 12;

/// A number that elements are compared with.
#[derive(Clone, Copy, Debug)]
pub(super) struct Threshold {
    pub(super) at: f64,
    /// Whether what is below has another answer.
    pub(super) below: bool,
    /// Whether what is above has another one.
    pub(super) above: bool,
}

/// What the elements of a tensor meet.
#[derive(Default)]
pub(super) struct Met {
    /// Finite ones, of all its columns.
    pub(super) thresholds: Vec<Threshold>,
    /// Tensors that trees read, of which it is a part.
    pub(super) beside: BTreeSet<String>,
    /// The largest threshold of other parts of these.
    pub(super) largest_beside: f64,
}

/// Columns of what trees read that elements of a tensor are: all from one on, or, where they are mixed, any.
#[derive(Clone, Copy)]
enum Columns {
    These(usize, usize),
    Any,
}

/// The thresholds of trees that read a tensor, if nothing else reads it: also behind nodes that put its elements
/// elsewhere, as those that make a matrix of columns do.
pub(super) fn met(g: &Graph, samples: &BTreeMap<String, Tensor>, name: &str) -> Option<Met> {
    let width = samples.get(name)?.shape().last().copied().unwrap_or(1);
    let mut met = Met::default();
    let mut open = vec![(name, Columns::These(0, width))];
    let mut looked = 0;
    while let Some((tensor, columns)) = open.pop() {
        looked += 1;
        if g.outputs.iter().any(|o| o == tensor) || looked > TENSORS {
            return None;
        }
        for n in g.nodes.iter().filter(|n| n.inputs.iter().any(|i| i == tensor)) {
            match table::role(n) {
                Role::Trees(own) => {
                    let e = trees::ensemble(own, n).ok()?;
                    if tensor != name {
                        met.beside.insert(tensor.to_owned());
                    }
                    for (f, t) in e.branches() {
                        met.take(f, t, columns);
                    }
                }
                _ => {
                    let next = moved(g, n, tensor, columns, samples)?;
                    open.extend(next.into_iter().map(|c| (n.outputs[0].as_str(), c)));
                }
            }
        }
    }
    Some(met)
}

impl Met {
    fn take(&mut self, feature: usize, test: &Test, columns: Columns) {
        let own = match columns {
            Columns::These(from, count) => feature >= from && feature - from < count,
            Columns::Any => true,
        };
        let finite = test.values().iter().copied().filter(|v| v.is_finite());
        if own {
            let (below, above) = test.borders();
            self.thresholds.extend(finite.map(|at| Threshold { at, below, above }));
        } else {
            self.largest_beside = finite.fold(self.largest_beside, |m, v| m.max(v.abs()));
        }
    }
}

/// Which columns of a node's result are elements of one of its inputs, one for each time that it reads it; none if it
/// does more than to move them.
fn moved(
    g: &Graph,
    n: &Node,
    tensor: &str,
    columns: Columns,
    samples: &BTreeMap<String, Tensor>,
) -> Option<Vec<Columns>> {
    let (Some(from), [result]) = (samples.get(tensor), n.outputs.as_slice()) else { return None };
    let to = samples.get(result)?;
    if !to.element.is_float() || from.shape().is_empty() || !from.element.is_float() {
        return None;
    }
    let places = || n.inputs.iter().enumerate().filter(|(_, i)| *i == tensor).map(|(k, _)| k);
    match table::role(n) {
        Role::Choice(0) if !table::is_pointwise(n) => {
            // What is computed has steps of its own, and may leave no room for finer ones.
            if !n.inputs.iter().all(|i| is_given(g, samples, i)) {
                return None;
            }
            let along = axis(n.int_or("axis", 0).ok()?, to.shape().len()).ok()?;
            if along + 1 < to.shape().len() {
                return Some(vec![columns]);
            }
            let width = |i: &String| samples.get(i).map(|t| t.shape()[along]);
            let before = |k: usize| n.inputs[..k].iter().map(width).sum::<Option<usize>>();
            let behind = |k: usize| {
                Some(match columns {
                    Columns::These(at, count) => Columns::These(before(k)? + at, count),
                    Columns::Any => Columns::Any,
                })
            };
            places().map(behind).collect()
        }
        Role::Identity | Role::Cast => Some(vec![columns]),
        _ if table::moves(n) && places().all(|k| k == 0) => {
            // One column stays one, wherever its elements go.
            let one = from.shape().last() == Some(&1) && to.shape().last() == Some(&1);
            Some(vec![if one { columns } else { Columns::Any }])
        }
        _ => None,
    }
}

/// Whether the elements of a tensor are those of inputs that are floats, or constants.
fn is_given(g: &Graph, samples: &BTreeMap<String, Tensor>, name: &str) -> bool {
    let mut open = vec![name];
    let mut seen = BTreeSet::new();
    while let Some(name) = open.pop() {
        let float = |t: &Tensor| t.element.is_float();
        if g.initializers.contains_key(name) || !seen.insert(name) {
            continue;
        }
        if !samples.get(name).is_some_and(float) || seen.len() > TENSORS {
            return false;
        }
        let Some(n) = g.nodes.iter().find(|n| n.outputs.iter().any(|o| o == name)) else {
            continue;
        };
        match table::role(n) {
            Role::Choice(0) if !table::is_pointwise(n) => {
                open.extend(n.inputs.iter().map(String::as_str));
            }
            Role::Identity | Role::Cast => open.extend(n.inputs.first().map(String::as_str)),
            _ if table::moves(n) => open.extend(n.inputs.first().map(String::as_str)),
            _ => return false,
        }
    }
    true
}
