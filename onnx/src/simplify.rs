//! Rewriting the graph before it is quantized: what two nodes do with constants, one can do.
//!
//! Each node is looked at once, in order, together with the node that gives what it reads. They
//! become one only if nothing else reads the tensor between them and it is no result of the model.

mod affine;
mod chain;
mod linear;
mod logistic;
mod pads;
mod transposes;

use super::context::Role;
use super::graph::{Attribute, Graph, Node};
use super::ops::quantized::is_quantized;
use super::table::role;
use super::tensor::{Tensor, Values};
use std::collections::{BTreeMap, BTreeSet};

/// Simplifies the graph; what it computes stays the same, up to the rounding of floats.
pub(crate) fn simplify(g: &mut Graph) {
    let ranks = affine::ranks(g);
    let mut s = Simplifier::new(g, ranks);
    for k in 0..s.nodes.len() {
        s.visit(k);
    }
    g.nodes = s.nodes.into_iter().flatten().collect();
    let mut read: BTreeSet<&String> = g.nodes.iter().flat_map(|n| &n.inputs).collect();
    read.extend(&g.outputs);
    let unread: Vec<String> =
        g.initializers.keys().filter(|name| !read.contains(name)).cloned().collect();
    unread.iter().for_each(|name| {
        g.initializers.remove(name);
    });
}

/// The graph under way.
struct Simplifier<'g> {
    /// `None` where a node has become part of another.
    nodes: Vec<Option<Node>>,
    constants: &'g mut BTreeMap<String, Tensor>,
    /// Which node gives a tensor.
    givers: BTreeMap<String, usize>,
    /// How often a tensor is read, as a result of the model too.
    reads: BTreeMap<String, usize>,
    /// Results of the model.
    results: BTreeSet<String>,
    /// Tensors that are another one.
    same: BTreeMap<String, String>,
    /// The number of dimensions of tensors of which a rule must know it.
    ranks: BTreeMap<String, usize>,
    /// Whether integers follow from floats, which then keep their order.
    quantized: bool,
}

impl<'g> Simplifier<'g> {
    fn new(g: &'g mut Graph, ranks: BTreeMap<String, usize>) -> Simplifier<'g> {
        let mut givers = BTreeMap::new();
        let mut reads: BTreeMap<String, usize> = BTreeMap::new();
        for (k, n) in g.nodes.iter().enumerate() {
            n.outputs.iter().for_each(|o| {
                givers.insert(o.clone(), k);
            });
            let given = n.inputs.iter().filter(|i| !i.is_empty());
            given.for_each(|i| *reads.entry(i.clone()).or_default() += 1);
        }
        g.outputs.iter().for_each(|o| *reads.entry(o.clone()).or_default() += 1);
        let quantized = g.nodes.iter().any(is_quantized);
        Simplifier {
            nodes: std::mem::take(&mut g.nodes).into_iter().map(Some).collect(),
            constants: &mut g.initializers,
            givers,
            reads,
            results: g.outputs.iter().cloned().collect(),
            same: BTreeMap::new(),
            ranks,
            quantized,
        }
    }

    fn visit(&mut self, k: usize) {
        let Some(mut n) = self.nodes[k].take() else { return };
        for i in &mut n.inputs {
            if let Some(same) = self.same.get(i) {
                i.clone_from(same);
            }
        }
        let kept = if self.says_nothing(&n) {
            self.forget(&n);
            None
        } else {
            self.merge(n)
        };
        self.nodes[k] = kept;
    }

    /// Makes the node one with those that give what it reads, if a rule fits.
    fn merge(&mut self, mut n: Node) -> Option<Node> {
        logistic::merge(self, &mut n);
        match role(&n) {
            Role::Transpose => transposes::merge(self, n),
            Role::Conv => pads::merge(self, n),
            Role::MaxPool => pads::merge_largest(self, n),
            Role::BatchNormalization => affine::merge(self, n),
            Role::Product | Role::Sum | Role::Difference | Role::Quotient => {
                let n = if self.quantized { n } else { chain::merge(self, n) };
                affine::merge(self, n)
            }
            _ => Some(n),
        }
    }

    /// Identity, and Dropout in inference: their first output is their input.
    fn says_nothing(&self, n: &Node) -> bool {
        let unused = |o: &String| o.is_empty() || !self.reads.contains_key(o);
        let plain = n.inputs.first().is_some_and(|i| !i.is_empty());
        let alone = n.outputs.first().is_some_and(|o| !self.results.contains(o))
            && n.outputs.iter().skip(1).all(unused);
        let inference = || match n.inputs.get(2).filter(|i| !i.is_empty()) {
            None => true,
            Some(flag) => match self.constants.get(flag).map(|t| &t.values) {
                Some(Values::Bool(b)) => b.iter().all(|b| !b),
                _ => false,
            },
        };
        let same = match role(n) {
            Role::Identity => true,
            Role::Dropout => inference(),
            _ => false,
        };
        plain && alone && same
    }

    /// Lets everybody who reads the node's output read its input.
    fn forget(&mut self, n: &Node) {
        let (from, to) = (&n.outputs[0], &n.inputs[0]);
        let readers = self.reads.remove(from).unwrap_or(0);
        let count = self.reads.entry(to.clone()).or_default();
        *count = *count + readers - 1;
        self.same.insert(from.clone(), to.clone());
    }

    /// The node that gives a tensor, if only one node reads it and the giver has no other output
    /// that is used.
    fn giver(&self, name: &str) -> Option<(usize, &Node)> {
        if self.reads.get(name) != Some(&1) || self.results.contains(name) {
            return None;
        }
        let k = *self.givers.get(name)?;
        let n = self.nodes.get(k)?.as_ref()?;
        let alone = n.outputs.iter().all(|o| o == name || !self.reads.contains_key(o));
        alone.then_some((k, n))
    }

    /// A constant that only one node reads keeps its name when it changes; another gets a new one.
    fn replace(&mut self, name: &str, t: Tensor) -> String {
        if self.reads.get(name).copied().unwrap_or(0) > 1 || self.results.contains(name) {
            self.reads.entry(name.to_string()).and_modify(|r| *r -= 1);
            return self.constant(name, t);
        }
        self.constants.insert(name.to_string(), t);
        name.to_string()
    }

    /// A new constant, which one node reads.
    fn constant(&mut self, hint: &str, t: Tensor) -> String {
        let name = |k: usize| if k < 2 { hint.to_string() } else { format!("{hint}_{k}") };
        let known = |name: &String| {
            self.constants.contains_key(name)
                || self.givers.contains_key(name)
                || self.reads.contains_key(name)
        };
        let mut k = 1;
        while known(&name(k)) {
            k += 1;
        }
        self.reads.insert(name(k), 1);
        self.constants.insert(name(k), t);
        name(k)
    }
}

/// Sets an attribute that is a list of integers.
fn set_ints(n: &mut Node, name: &str, list: &[usize]) {
    let list = list.iter().map(|v| *v as i64).collect();
    n.attributes.insert(name.into(), Attribute::Ints(list));
}

#[cfg(test)]
mod tests;
