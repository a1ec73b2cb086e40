//! What may be looked up and added where other nodes stand in for one while a graph is folded, and how those
//! nodes are put together.

use crate::fault::{Fault, Import, refuse};
use crate::graph::{Attribute, Fresh, Node, show};
use crate::tensor::{Element, Tensor};
use ndarray::{ArrayD, IxDyn};
use std::collections::BTreeMap;

/// Version of the operators that compositions are written in.
const OPSET: i64 = 24;

/// Elements of a constant that are as much as a further node.
pub(crate) const NODE_ELEMENTS: usize = 64;

/// How a node is written as others.
pub(crate) type Compose = fn(&Node, &mut Scope<'_>) -> Import<Vec<Node>>;

/// What a replacement may look up and add.
pub(crate) struct Scope<'g> {
    pub(crate) constants: &'g mut BTreeMap<String, Tensor>,
    pub(crate) samples: &'g BTreeMap<String, Tensor>,
    pub(crate) fresh: &'g mut Fresh,
    /// Nodes that may still come.
    pub(crate) left: &'g mut usize,
}

impl Scope<'_> {
    /// Adds a constant; its name.
    pub(crate) fn constant(&mut self, hint: &str, t: Tensor) -> String {
        let name = self.fresh.name(hint);
        self.constants.insert(name.clone(), t);
        name
    }

    /// A value of a tensor: its shape and element type, and what it holds if it is a constant.
    pub(crate) fn value(&self, name: &str) -> Import<&Tensor> {
        let t = self.samples.get(name).or_else(|| self.constants.get(name));
        t.ok_or_else(|| Fault::new("reads what is not there"))
    }

    /// The sizes of a tensor.
    pub(crate) fn shape(&self, name: &str) -> Import<&[usize]> {
        self.value(name).map(Tensor::shape)
    }
}

/// Nodes that stand in for one, in the order in which they run.
pub(crate) struct Composition<'c, 'g> {
    of: &'c Node,
    pub(crate) scope: &'c mut Scope<'g>,
    nodes: Vec<Node>,
    /// Elements of the constants that were added.
    elements: usize,
}

impl<'c, 'g> Composition<'c, 'g> {
    pub(crate) fn new(of: &'c Node, scope: &'c mut Scope<'g>) -> Composition<'c, 'g> {
        Composition { of, scope, nodes: vec![], elements: 0 }
    }

    /// An input that must be there.
    pub(crate) fn input(&self, k: usize) -> Import<&'c str> {
        match self.optional(k) {
            Some(i) => Ok(i),
            None => refuse(format!("input {k} is missing")),
        }
    }

    /// An input that may be left out.
    pub(crate) fn optional(&self, k: usize) -> Option<&'c str> {
        self.of.inputs.get(k).map(String::as_str).filter(|i| !i.is_empty())
    }

    /// Whether anybody may read result `k`.
    pub(crate) fn wants(&self, k: usize) -> bool {
        self.of.outputs.get(k).is_some_and(|o| !o.is_empty())
    }

    /// The element type of a tensor of floats.
    pub(crate) fn float(&self, name: &str) -> Import<Element> {
        let e = self.scope.value(name)?.element;
        if !e.is_float() {
            return refuse(format!("`{}` is {}, not a float", show(name), e.name()));
        }
        Ok(e)
    }

    /// A constant of its own.
    pub(crate) fn constant(&mut self, part: &str, t: Tensor) -> String {
        let hint = self.hint(part);
        self.elements += t.len();
        self.scope.constant(&hint, t)
    }

    /// A number of its own, of an element type.
    pub(crate) fn number(&mut self, part: &str, v: f64, element: Element) -> String {
        self.constant(part, Tensor::float(element, ArrayD::from_elem(IxDyn(&[]), v)))
    }

    fn hint(&self, part: &str) -> String {
        let first = self.of.outputs.iter().find(|o| !o.is_empty());
        format!("{}.{part}", first.map_or("", String::as_str))
    }

    /// A node without attributes; the name of its result.
    pub(crate) fn add(&mut self, op: &str, inputs: &[&str]) -> String {
        self.with(op, inputs, &[])
    }

    /// A node of the default domain; the name of its result.
    pub(crate) fn with(
        &mut self,
        op: &str,
        inputs: &[&str],
        attributes: &[(&str, Attribute)],
    ) -> String {
        let hint = self.hint(&op.to_lowercase());
        let output = self.scope.fresh.name(&hint);
        self.nodes.push(Node {
            // All of them are the layer that the model speaks of.
            name: self.of.name.clone(),
            op: op.into(),
            opset: OPSET,
            inputs: inputs.iter().map(|i| (*i).into()).collect(),
            outputs: vec![output.clone()],
            attributes: attributes.iter().map(|(k, v)| ((*k).into(), v.clone())).collect(),
            ..Node::default()
        });
        output
    }

    /// The last node is of another version of its operator.
    pub(crate) fn of_version(&mut self, opset: i64) {
        if let Some(n) = self.nodes.last_mut() {
            n.opset = opset;
        }
    }

    /// The nodes, of which these tensors are the results; an empty name is of one that cannot be had.
    pub(crate) fn give(mut self, results: &[&str]) -> Import<Vec<Node>> {
        let of = self.of;
        let size = self.nodes.len() + self.elements / NODE_ELEMENTS;
        match self.scope.left.checked_sub(size) {
            Some(left) => *self.scope.left = left,
            None => return refuse("what it stands for is more than may be written out"),
        }
        for (k, to) in of.outputs.iter().enumerate().filter(|(_, to)| !to.is_empty()) {
            let Some(from) = results.get(k).filter(|r| !r.is_empty()) else {
                let text = format!("its output {k} is not supported");
                return Err(Fault::new(text).help("leave that output out: nothing may read it"));
            };
            if !self.nodes.iter().any(|n| n.outputs.iter().any(|o| o == from)) {
                // One of its inputs, or a result that it gives twice.
                let twice = results[..k].iter().position(|r| r == from);
                let earlier = twice.and_then(|j| of.outputs.get(j)).filter(|o| !o.is_empty());
                self.add("Identity", &[earlier.map_or(*from, String::as_str)]);
                self.nodes.last_mut().into_iter().for_each(|n| n.outputs = vec![to.clone()]);
                continue;
            }
            for n in &mut self.nodes {
                let names = n.inputs.iter_mut().chain(&mut n.outputs);
                names.filter(|name| name.as_str() == *from).for_each(|name| name.clone_from(to));
            }
        }
        Ok(self.nodes)
    }
}
