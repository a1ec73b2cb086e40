//! The inputs of a node that is computed in the clear, and the names of its results.

use crate::fault::{Import, refuse};
use crate::graph::Node;
use crate::tensor::Tensor;

/// The inputs of a node.
#[derive(Debug)]
pub(crate) struct Args<'a> {
    pub(crate) list: Vec<Option<&'a Tensor>>,
}

impl<'a> Args<'a> {
    /// An input that must be there.
    pub(crate) fn get(&self, k: usize) -> Import<&'a Tensor> {
        match self.optional(k) {
            Some(t) => Ok(t),
            None => refuse(format!("input {k} is missing")),
        }
    }

    /// An input that may be left out.
    pub(crate) fn optional(&self, k: usize) -> Option<&'a Tensor> {
        self.list.get(k).copied().flatten()
    }

    /// All inputs of an operation that takes any number of them.
    pub(crate) fn all(&self) -> Import<Vec<&'a Tensor>> {
        (0..self.list.len()).map(|k| self.get(k)).collect()
    }
}

/// The name of a node's result: the tensor's, or one for what the graph does not name, which is an
/// output left out or something inside of the operation. Types are chosen and ranges observed by it.
pub(crate) fn result_name(n: &Node, k: usize) -> String {
    match n.outputs.get(k).filter(|o| !o.is_empty()) {
        Some(name) => name.clone(),
        None => {
            let first = n.outputs.iter().find(|o| !o.is_empty());
            format!("{}#{k}", first.map_or("", String::as_str))
        }
    }
}
