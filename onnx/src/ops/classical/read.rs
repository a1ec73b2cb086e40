//! The attributes of tree ensembles, of which nothing is believed.

use super::ensemble::{Aggregate, Ensemble, Place, Raw, Test};
use super::walk::walk;
use crate::fault::{Fault, Import, refuse};
use crate::graph::{Node, show};
use crate::tensor::Tensor;
use std::collections::{BTreeMap, BTreeSet};

/// A list of integers that must be there.
fn ints<'n>(n: &'n Node, name: &str) -> Import<&'n [i64]> {
    match n.ints(name)? {
        Some(list) => Ok(list),
        None => refuse(format!("`{name}` is missing")),
    }
}

/// Numbers in one of two attributes: floats, or a tensor that may hold doubles.
pub(super) fn numbers(n: &Node, name: &str) -> Import<Option<Vec<f64>>> {
    numbers_if(n, name, f64::is_finite)
}

/// The same of numbers that may be others than finite ones.
fn numbers_if(n: &Node, name: &str, may_be: fn(f64) -> bool) -> Import<Option<Vec<f64>>> {
    let list = match n.tensor(&format!("{name}_as_tensor"))? {
        Some(t) => Some(t.to_floats()?.iter().copied().collect::<Vec<f64>>()),
        None => n.floats(name)?.map(|l| l.iter().map(|v| f64::from(*v)).collect()),
    };
    match list.iter().flatten().find(|v| !may_be(**v)) {
        Some(v) => refuse(format!("`{name}` holds {v}")),
        None => Ok(list.filter(|l| !l.is_empty())),
    }
}

fn needed(list: Option<Vec<f64>>, name: &str) -> Import<Vec<f64>> {
    list.ok_or_else(|| Fault::new(format!("`{name}` is missing")))
}

/// Refuses lists of different lengths.
fn length(name: &str, got: usize, wanted: usize, of: &str) -> Import<()> {
    if got == wanted {
        Ok(())
    } else {
        refuse(format!("`{name}` has {got} entries for {wanted} {of}"))
    }
}

fn index(v: i64, what: &str) -> Import<usize> {
    usize::try_from(v).map_err(|_| Fault::new(format!("{what} is {v}")))
}

fn test(mode: &str, value: f64) -> Import<Option<Test>> {
    Ok(Some(match mode {
        "LEAF" => return Ok(None),
        "BRANCH_LEQ" => Test::AtMost(value),
        "BRANCH_LT" => Test::Below(value),
        "BRANCH_GTE" => Test::AtLeast(value),
        "BRANCH_GT" => Test::Above(value),
        "BRANCH_EQ" => Test::Equal(value),
        "BRANCH_NEQ" => Test::Unequal(value),
        other => return refuse(format!("there is no node mode `{}`", show(other))),
    }))
}

/// Where nodes stand in their lists, by the numbers of their tree and of their own.
struct Places {
    places: BTreeMap<(i64, i64), usize>,
    /// The first node of each tree.
    roots: Vec<usize>,
}

impl Places {
    fn new(trees: &[i64], ids: &[i64]) -> Import<Places> {
        let (mut places, mut roots) = (BTreeMap::new(), vec![]);
        let mut known = BTreeSet::new();
        for (k, (tree, id)) in trees.iter().zip(ids).enumerate() {
            if places.insert((*tree, *id), k).is_some() {
                return refuse(format!("node {id} of tree {tree} is given twice"));
            }
            if known.insert(tree) {
                roots.push(k);
            }
        }
        Ok(Places { places, roots })
    }

    fn find(&self, tree: i64, id: i64) -> Import<usize> {
        match self.places.get(&(tree, id)) {
            Some(k) => Ok(*k),
            None => refuse(format!("there is no node {id} in tree {tree}")),
        }
    }
}

/// Gives leaves their values: of targets or classes, as `kind` says.
fn leaves(n: &Node, kind: &str, targets: usize, places: &Places, nodes: &mut [Raw]) -> Import<()> {
    let list = |part: &str| ints(n, &format!("{kind}_{part}"));
    let (of, at, to) = (list("treeids")?, list("nodeids")?, list("ids")?);
    let name = format!("{kind}_weights");
    let weights = needed(numbers(n, &name)?, &name)?;
    for (part, got) in [("treeids", of.len()), ("nodeids", at.len()), ("ids", to.len())] {
        length(&format!("{kind}_{part}"), got, weights.len(), "weights")?;
    }
    for k in 0..weights.len() {
        let target = index(to[k], kind)?;
        if target >= targets {
            return refuse(format!("a weight is for {kind} {target}, there are {targets}"));
        }
        match nodes.get_mut(places.find(of[k], at[k])?) {
            Some(Raw::Leaf(values)) => values.push((target, weights[k])),
            _ => {
                let (id, tree) = (at[k], of[k]);
                return refuse(format!("node {id} of tree {tree} is no leaf, but has a weight"));
            }
        }
    }
    Ok(())
}

/// Most targets.
const TARGETS: i64 = 1 << 16;

/// How many targets there are.
pub(super) fn targets(n: &Node) -> Import<usize> {
    match n.int_or("n_targets", 1)? {
        k if (1..TARGETS).contains(&k) => index(k, "`n_targets`"),
        k => refuse(format!("`n_targets` is {k}: 1 to {} are possible", TARGETS - 1)),
    }
}

/// Trees of TreeEnsembleRegressor and TreeEnsembleClassifier: nodes are named by the numbers of
/// their tree and of their own. `kind` is `target` or `class`.
pub(super) fn classic(n: &Node, kind: &str, targets: usize) -> Import<Ensemble> {
    let trees = ints(n, "nodes_treeids")?;
    let count = trees.len();
    let (ids, features) = (ints(n, "nodes_nodeids")?, ints(n, "nodes_featureids")?);
    let (yes, no) = (ints(n, "nodes_truenodeids")?, ints(n, "nodes_falsenodeids")?);
    let modes = n.texts("nodes_modes")?.unwrap_or(&[]);
    // Everything is below an infinite threshold, or above it.
    let values = needed(numbers_if(n, "nodes_values", |v| !v.is_nan())?, "nodes_values")?;
    let lists = [
        ("nodes_nodeids", ids.len()),
        ("nodes_featureids", features.len()),
        ("nodes_truenodeids", yes.len()),
        ("nodes_falsenodeids", no.len()),
        ("nodes_modes", modes.len()),
        ("nodes_values", values.len()),
    ];
    for (name, got) in lists {
        length(name, got, count, "nodes")?;
    }
    let index_of = Places::new(trees, ids)?;
    let mut nodes = vec![];
    for k in 0..count {
        nodes.push(match test(&modes[k], values[k])? {
            None => Raw::Leaf(vec![]),
            Some(test) => Raw::Branch {
                feature: index(features[k], "a feature")?,
                test,
                yes: Place::Node(index_of.find(trees[k], yes[k])?),
                no: Place::Node(index_of.find(trees[k], no[k])?),
            },
        });
    }
    leaves(n, kind, targets, &index_of, &mut nodes)?;
    let mut seen = vec![false; count];
    let roots = index_of.roots.iter();
    let walked = roots.map(|r| walk(*r, &nodes, &[], &mut seen)).collect::<Import<Vec<_>>>()?;
    if let Some(k) = seen.iter().position(|s| !s) {
        return refuse(format!("no path leads to node {} of tree {}", ids[k], trees[k]));
    }
    let aggregate = match n.text("aggregate_function")?.unwrap_or("SUM") {
        "SUM" => Aggregate::Sum,
        "AVERAGE" => Aggregate::Average,
        "MIN" => Aggregate::Min,
        "MAX" => Aggregate::Max,
        other => return refuse(format!("there is no aggregate function `{}`", show(other))),
    };
    Ok(Ensemble { trees: walked, targets, aggregate })
}

/// A tensor attribute as a list.
fn listed(n: &Node, name: &str) -> Import<Vec<f64>> {
    match n.tensor(name)? {
        Some(t) => Ok(Tensor::to_floats(t)?.iter().copied().collect()),
        None => refuse(format!("`{name}` is missing")),
    }
}

/// Targets of leaves and what they add to them.
fn modern_leaves(n: &Node, targets: usize) -> Import<Vec<(usize, f64)>> {
    let (to, weights) = (ints(n, "leaf_targetids")?, listed(n, "leaf_weights")?);
    length("leaf_weights", weights.len(), to.len(), "leaves")?;
    let leaf = |(t, w): (&i64, &f64)| match index(*t, "a target")? {
        _ if !w.is_finite() => refuse(format!("`leaf_weights` holds {w}")),
        t if t < targets => Ok((t, *w)),
        t => refuse(format!("a leaf is for target {t}, there are {targets}")),
    };
    to.iter().zip(&weights).map(leaf).collect()
}

/// The members that node `k` asks for, ascending.
fn set(given: Option<&[f64]>, k: usize) -> Import<Vec<f64>> {
    let Some(given) = given else {
        return refuse(format!("node {k} asks for a member of no set"));
    };
    let mut set = given.to_vec();
    set.sort_by(f64::total_cmp);
    set.dedup();
    Ok(set)
}

/// A comparison as TreeEnsemble numbers them; 6 asks for a member of a set.
fn numbered_test(mode: i64, value: f64) -> Import<Test> {
    Ok(match mode {
        0 => Test::AtMost(value),
        1 => Test::Below(value),
        2 => Test::AtLeast(value),
        3 => Test::Above(value),
        4 => Test::Equal(value),
        5 => Test::Unequal(value),
        other => return refuse(format!("there is no node mode {other}")),
    })
}

/// Trees of TreeEnsemble: children are named by position, among the nodes or among the leaves.
pub(super) fn modern(n: &Node) -> Import<Ensemble> {
    let targets = targets(n)?;
    let features = ints(n, "nodes_featureids")?;
    let count = features.len();
    let (modes, splits) = (listed(n, "nodes_modes")?, listed(n, "nodes_splits")?);
    let (yes, no) = (ints(n, "nodes_truenodeids")?, ints(n, "nodes_falsenodeids")?);
    let (yes_leaf, no_leaf) = (ints(n, "nodes_trueleafs")?, ints(n, "nodes_falseleafs")?);
    let lists = [
        ("nodes_modes", modes.len()),
        ("nodes_splits", splits.len()),
        ("nodes_truenodeids", yes.len()),
        ("nodes_falsenodeids", no.len()),
        ("nodes_trueleafs", yes_leaf.len()),
        ("nodes_falseleafs", no_leaf.len()),
    ];
    for (name, got) in lists {
        length(name, got, count, "nodes")?;
    }
    let leaves = modern_leaves(n, targets)?;
    // Sets of members stand one after the other, with NaN between them.
    let members = if n.tensor("membership_values")?.is_some() {
        listed(n, "membership_values")?
    } else {
        vec![]
    };
    let mut sets = members.split(|v| v.is_nan()).filter(|s| !s.is_empty());
    let mut nodes = vec![];
    for k in 0..count {
        let value = splits[k];
        let test = match modes[k] as i64 {
            6 => Test::Member(set(sets.next(), k)?),
            mode => numbered_test(mode, value)?,
        };
        if test.values().iter().any(|v| v.is_nan()) {
            return refuse(format!("node {k} compares with {value}"));
        }
        let child = |leaf: i64, at: i64| {
            let at = index(at, "a child")?;
            Ok(if leaf != 0 { Place::Leaf(at) } else { Place::Node(at) })
        };
        let feature = index(features[k], "a feature")?;
        let (yes, no) = (child(yes_leaf[k], yes[k])?, child(no_leaf[k], no[k])?);
        nodes.push(Raw::Branch { feature, test, yes, no });
    }
    if sets.next().is_some() {
        return refuse("`membership_values` has more sets than nodes ask for");
    }
    let mut seen = vec![false; count];
    let roots = ints(n, "tree_roots")?;
    let tree = |r: &i64| walk(index(*r, "a root")?, &nodes, &leaves, &mut seen);
    let trees = roots.iter().map(tree).collect::<Import<Vec<_>>>()?;
    let aggregate = match n.int_or("aggregate_function", 1)? {
        0 => Aggregate::Average,
        1 => Aggregate::Sum,
        2 => Aggregate::Min,
        3 => Aggregate::Max,
        other => return refuse(format!("there is no aggregate function {other}")),
    };
    Ok(Ensemble { trees, targets, aggregate })
}

#[cfg(test)]
mod tests {
    use super::{modern, targets};
    use crate::graph::{Attribute, Node};

    /// A file says in nine bytes that there are 2^62 targets.
    #[test]
    fn targets_have_a_limit() {
        let of = |k: i64| Node {
            attributes: [("n_targets".into(), Attribute::Int(k))].into(),
            ..Node::default()
        };
        assert_eq!(targets(&Node::default()).unwrap(), 1);
        assert_eq!(targets(&of(65535)).unwrap(), 65535);
        for k in [-1, 0, 1 << 16, 1 << 28, 1 << 40, 1 << 62] {
            let e = modern(&of(k)).unwrap_err();
            assert_eq!(e.message, format!("`n_targets` is {k}: 1 to 65535 are possible"));
        }
    }
}
