//! What results of a model are for: what the operators say that give them, seen through others that only take
//! elements from here to there.

use crate::context::{Meaning, Role};
use crate::graph::{Graph, Node};
use crate::table;
use std::collections::{BTreeMap, BTreeSet};

/// What a result is for, if all that its elements may come from says the same.
pub(crate) fn meaning(g: &Graph, tensor: &str) -> Meaning {
    if g.texts.contains_key(tensor) {
        return Meaning::Classes;
    }
    let mut givers: BTreeMap<&str, (&Node, usize)> = BTreeMap::new();
    for n in &g.nodes {
        let own = n.outputs.iter().enumerate().filter(|(_, o)| !o.is_empty());
        givers.extend(own.map(|(k, o)| (o.as_str(), (n, k))));
    }
    let (mut open, mut seen) = (vec![tensor], BTreeSet::new());
    let mut found: Option<Meaning> = None;
    while let Some(name) = open.pop() {
        if !seen.insert(name) {
            continue;
        }
        let Some((n, k)) = givers.get(name).copied() else { return Meaning::Numbers };
        let own = table::gives(n, k);
        let from = if own == Meaning::Numbers { sources(g, n) } else { vec![] };
        if !from.is_empty() {
            open.extend(from);
        } else if found.is_some_and(|m| m != own) {
            return Meaning::Numbers;
        } else {
            found = Some(own);
        }
    }
    found.unwrap_or_default()
}

/// The classifier that a tensor is a result of, and which: as it is, or in another type or shape, or with its rows
/// divided by a number above 0.
pub(crate) fn classifier<'g>(g: &'g Graph, tensor: &str) -> Option<(&'g Node, usize)> {
    let mut name = tensor;
    // As often as there are nodes: a graph that names itself has no end.
    for _ in 0..=g.nodes.len() {
        let giver = |n: &&Node| n.outputs.iter().any(|o| o == name);
        let n = g.nodes.iter().find(giver)?;
        if table::ranks(n) {
            return Some((n, n.outputs.iter().position(|o| o == name)?));
        }
        let same = matches!(table::role(n), Role::Cast | Role::Identity | Role::Dropout)
            || matches!(n.op.as_str(), "Reshape" | "Squeeze" | "Unsqueeze" | "Flatten" | "ZipMap")
            || n.op == "Normalizer" && matches!(n.text("norm"), Ok(Some("L1" | "L2")));
        name = n.inputs.first().filter(|_| same)?;
    }
    None
}

/// The tensors whose elements, or whose places in a list of constants, a node gives.
fn sources<'g>(g: &'g Graph, n: &'g Node) -> Vec<&'g str> {
    let computed = |i: &&String| !i.is_empty() && !g.initializers.contains_key(*i);
    let from = |first: usize| n.inputs.iter().skip(first).filter(computed).map(String::as_str);
    match table::role(n) {
        Role::Choice(first) => from(first).collect(),
        Role::Cast | Role::Identity | Role::Dropout => from(0).take(1).collect(),
        _ if table::moves(n) => from(0).take(1).collect(),
        _ => vec![],
    }
}

#[cfg(test)]
mod tests {
    use super::{classifier, meaning};
    use crate::context::Meaning;
    use crate::graph::{Graph, Node};
    use crate::tensor::Tensor;
    use std::collections::BTreeMap;

    fn graph(lines: &[(&str, &str, &[&str])]) -> Graph {
        let node = |(out, op, inputs): &(&str, &str, &[&str])| Node {
            op: (*op).into(),
            domain: if *op == "ArrayFeatureExtractor" {
                "ai.onnx.ml".into()
            } else {
                String::new()
            },
            inputs: inputs.iter().map(|i| (*i).into()).collect(),
            outputs: vec![(*out).into()],
            ..Node::default()
        };
        Graph {
            nodes: lines.iter().map(node).collect(),
            initializers: BTreeMap::from([("list".to_string(), Tensor::int64s(&[7, 8, 9]))]),
            outputs: vec!["y".into()],
            ..Graph::default()
        }
    }

    #[test]
    fn seen_through_what_moves_elements() {
        let of = |lines: &[(&str, &str, &[&str])]| meaning(&graph(lines), "y");
        assert_eq!(of(&[("y", "Sigmoid", &["x"])]), Meaning::Probabilities);
        let both: [(&str, &str, &[&str]); 3] =
            [("a", "Sigmoid", &["x"]), ("b", "Softmax", &["x"]), ("y", "Concat", &["a", "b"])];
        assert_eq!(of(&both), Meaning::Probabilities);
        let one: [(&str, &str, &[&str]); 3] =
            [("a", "Sigmoid", &["x"]), ("b", "Relu", &["x"]), ("y", "Concat", &["a", "b"])];
        assert_eq!(of(&one), Meaning::Numbers);
        let label: [(&str, &str, &[&str]); 4] = [
            ("a", "ArgMax", &["x"]),
            ("b", "ArrayFeatureExtractor", &["list", "a"]),
            ("c", "Cast", &["b"]),
            ("y", "Reshape", &["c", "list"]),
        ];
        assert_eq!(of(&label), Meaning::Classes);
        assert_eq!(of(&[("a", "Sigmoid", &["x"]), ("y", "Floor", &["a"])]), Meaning::Numbers);
        assert_eq!(meaning(&graph(&[]), "x"), Meaning::Numbers);
    }

    /// Names of classes are for a number for each of them, in their order, and for nothing that was made of those.
    #[test]
    fn results_of_a_classifier() {
        let of = |op: &str, lines: &[(&str, &str, &[&str])]| {
            let mut g = graph(lines);
            g.nodes.push(Node {
                op: op.into(),
                domain: "ai.onnx.ml".into(),
                inputs: vec!["x".into()],
                outputs: vec!["label".into(), "scores".into()],
                ..Node::default()
            });
            classifier(&g, "y").map(|(n, k)| (n.op.clone(), k))
        };
        for op in ["TreeEnsembleClassifier", "LinearClassifier"] {
            let same: [(&str, &str, &[&str]); 2] =
                [("a", "Identity", &["scores"]), ("y", "Reshape", &["a", "list"])];
            assert_eq!(of(op, &same), Some((op.into(), 1)));
            assert_eq!(of(op, &[("y", "Cast", &["label"])]), Some((op.into(), 0)));
            for other in ["Neg", "Gather", "ArgMax", "Abs", "Softmax", "Transpose"] {
                assert_eq!(of(op, &[("y", other, &["scores"])]), None, "{other}");
            }
            assert_eq!(of(op, &[("y", "Identity", &["x"])]), None);
            assert_eq!(of(op, &[("y", "Identity", &["y"])]), None);
        }
        // Its columns may be pairs of classes.
        assert_eq!(of("SVMClassifier", &[("y", "Identity", &["scores"])]), None);
    }
}
