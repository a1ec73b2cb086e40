//! A model as its file says it, beside what recognition and simplification made of it.
//!
//! A circuit is made of what the model was simplified to. What it is compared with is what was there before:
//! nodes that were taken for an operator that they are not would otherwise be wrong on both sides alike.

use super::{Array, Model};
use crate::evaluate;
use crate::fault::Fault;
use crate::graph::{Graph, Node, show};
use crate::room;
use crate::spread::spread;
use crate::tensor::Tensor;
use std::collections::BTreeMap;
use std::fmt;

/// Nodes before they were simplified, and constants that are no longer there, or others now.
#[derive(Clone, Debug)]
pub(crate) struct Written {
    nodes: Vec<Node>,
    constants: BTreeMap<String, Tensor>,
}

/// How far results may be apart for their largest: constants of 32 bits are rounded, and what is computed in
/// another order is.
const APART: f64 = 1e-3;
/// Samples on which they are compared, and elements of all tensors on them together.
const SAMPLES: usize = 64;
const ELEMENTS: usize = 1 << 22;

/// Where what a model was simplified to gives something else than its file says.
#[derive(Clone, Debug, PartialEq)]
pub struct Misread {
    /// The first node that does, as errors call it.
    pub node: String,
    /// The tensor that it gives.
    pub tensor: String,
    /// How far the largest difference is, for the tensor's largest number.
    pub apart: f64,
}

impl fmt::Display for Misread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Misread { node, tensor, apart } = self;
        let (apart, tensor) = (100.0 * apart, show(tensor));
        write!(
            f,
            "{node} was taken for something else than what is written: `{tensor}` is {apart:.2} % off"
        )
    }
}

impl Written {
    /// What of a graph is no longer in what became of it; `None` if all of it is.
    pub(super) fn of(before: Graph, now: &Graph) -> Option<Written> {
        let mut constants = before.initializers;
        constants.retain(|name, t| now.initializers.get(name) != Some(t));
        (before.nodes != now.nodes).then_some(Written { nodes: before.nodes, constants })
    }

    fn evaluate(&self, now: &Graph, values: &mut BTreeMap<String, Tensor>) -> Result<(), Fault> {
        let constant = |name: &str| self.constants.get(name).or_else(|| now.initializers.get(name));
        evaluate::nodes(&self.nodes, &constant, values)
    }
}

impl Model {
    /// Evaluates the model as its file says it, nodes one by one as they are written there: its results, by the
    /// names of the graph.
    ///
    /// # Errors
    /// As [`evaluate`](Model::evaluate).
    pub fn evaluate_as_written(
        &self,
        inputs: &BTreeMap<String, Array>,
    ) -> Result<BTreeMap<String, Array>, Fault> {
        let mut values = self.given_inputs(inputs)?;
        room::within(self.budget, || self.run_as_written(&mut values))?;
        Ok(self.results(&values))
    }

    /// Where, on samples, what the model was simplified to gives other results than what its file says. The first
    /// tensor of both that differs is told, as it is there that something was taken for what it is not.
    ///
    /// # Errors
    /// As [`evaluate`](Model::evaluate).
    pub fn misread(&self, samples: &[BTreeMap<String, Array>]) -> Result<Option<Misread>, Fault> {
        if self.written.is_none() {
            return Ok(None);
        }
        let all: usize = self.samples.values().map(Tensor::len).sum();
        let count = (ELEMENTS / all.max(1)).clamp(1, SAMPLES);
        room::within(self.budget, || {
            for sample in spread(samples, count) {
                let mut written = self.given_inputs(sample)?;
                let mut now = written.clone();
                self.run_as_written(&mut written)?;
                evaluate::graph(&self.graph, &mut now)?;
                let differs = |o: &String| apart(&written, &now, o).is_some_and(|a| a > APART);
                if self.graph.outputs.iter().any(differs) {
                    return Ok(self.first_apart(&written, &now));
                }
            }
            Ok(None)
        })
    }

    fn run_as_written(&self, values: &mut BTreeMap<String, Tensor>) -> Result<(), Fault> {
        match &self.written {
            Some(written) => written.evaluate(&self.graph, values),
            None => evaluate::graph(&self.graph, values),
        }
    }

    fn first_apart(
        &self,
        written: &BTreeMap<String, Tensor>,
        now: &BTreeMap<String, Tensor>,
    ) -> Option<Misread> {
        let of = |n: &Node| {
            n.outputs.iter().find_map(|o| {
                let apart = apart(written, now, o).filter(|a| *a > APART)?;
                Some(Misread { node: n.place(), tensor: o.clone(), apart })
            })
        };
        self.graph.nodes.iter().find_map(of)
    }
}

/// The largest difference of two values of a tensor, for the largest number in it; `None` where one is not there.
/// What is no number on both sides is the same.
fn apart(
    written: &BTreeMap<String, Tensor>,
    now: &BTreeMap<String, Tensor>,
    name: &str,
) -> Option<f64> {
    let (a, b) = (written.get(name)?.to_floats().ok()?, now.get(name)?.to_floats().ok()?);
    if a.shape() != b.shape() {
        return Some(f64::INFINITY);
    }
    let largest = a.iter().filter(|v| v.is_finite()).fold(0.0, |m: f64, v| m.max(v.abs()));
    let difference = |(a, b): (&f64, &f64)| match (a - b).abs() {
        _ if a == b || a.is_nan() && b.is_nan() => 0.0,
        d if d.is_finite() => d / largest.max(f64::MIN_POSITIVE),
        _ => f64::INFINITY,
    };
    Some(a.iter().zip(b.iter()).map(difference).fold(0.0, f64::max))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::Input;
    use crate::model::Files;
    use crate::tensor::Element;

    fn graph(ops: &[(&str, &str, &str)]) -> Graph {
        let node = |(out, op, input): &(&str, &str, &str)| Node {
            op: (*op).into(),
            opset: 18,
            inputs: vec![(*input).into()],
            outputs: vec![(*out).into()],
            ..Node::default()
        };
        Graph {
            opsets: BTreeMap::from([(String::new(), 18)]),
            nodes: ops.iter().map(node).collect(),
            inputs: vec![Input { name: "x".into(), element: Element::Float, shape: vec![2] }],
            outputs: vec!["y".into()],
            ..Graph::default()
        }
    }

    fn x(data: [f64; 2]) -> BTreeMap<String, Array> {
        BTreeMap::from([("x".to_string(), Array { shape: vec![2], data: data.to_vec() })])
    }

    /// As if Abs had been taken for Relu: a sample with a negative number tells.
    #[test]
    fn what_was_taken_for_something_else_is_told() {
        let before = graph(&[("a", "Abs", "x"), ("y", "Sqrt", "a")]);
        let now = graph(&[("a", "Relu", "x"), ("y", "Sqrt", "a")]);
        let model = Model {
            written: Written::of(before.clone(), &now),
            graph: now.clone(),
            files: Files::new(b""),
            samples: BTreeMap::new(),
            budget: Default::default(),
            original: Default::default(),
            as_written: false,
            warnings: vec![],
        };
        assert_eq!(model.misread(&[x([1.0, 4.0])]).unwrap(), None);
        let found = model.misread(&[x([1.0, 4.0]), x([1.0, -4.0])]).unwrap().unwrap();
        assert_eq!((found.tensor.as_str(), found.apart), ("a", 1.0));
        assert!(found.to_string().ends_with("`a` is 100.00 % off"), "{found}");
        let given = x([1.0, -4.0]);
        assert_eq!(model.evaluate_as_written(&given).unwrap()["y"].data, [1.0, 2.0]);
        assert_eq!(model.evaluate(&given).unwrap()["y"].data, [1.0, 0.0]);
        // What is the same is not kept.
        assert!(Written::of(now.clone(), &now).is_none());
        let (clear, none) = (Model { written: None, ..model }, None);
        assert_eq!(clear.misread(&[given]).unwrap(), none);
    }
}
