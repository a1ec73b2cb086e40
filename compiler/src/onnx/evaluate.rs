//! The model in the clear: what ONNX says each node computes, in double precision. Constants are
//! folded by it, shapes found, ranges calibrated, and the circuit's integers compared with it.
//!
//! Sums are taken in index order and transcendental functions come from `libm`, so that the same
//! model gives the same numbers on every machine.

use super::fault::{Fault, Import, refuse};
use super::graph::{Graph, Node, show};
use super::ops;
use super::tensor::{Tensor, elements};
use std::collections::{BTreeMap, BTreeSet};

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

/// The results of one node.
pub(crate) fn node(n: &Node, values: &BTreeMap<String, Tensor>) -> Import<Vec<Tensor>> {
    let op = ops::find(n).ok_or_else(|| Fault::new("this operation is not supported"))?;
    let list = n.inputs.iter().map(|i| values.get(i)).collect();
    let out = (op.evaluate)(n, &Args { list })?;
    for t in &out {
        elements(t.shape())?;
    }
    if out.len() < n.outputs.len() && n.outputs[out.len()..].iter().any(|o| !o.is_empty()) {
        return refuse(format!("gives {} outputs, {} are used", out.len(), n.outputs.len()));
    }
    Ok(out)
}

/// Everything that the graph computes from its inputs, by the name of the tensor.
pub(crate) fn graph(g: &Graph, values: &mut BTreeMap<String, Tensor>) -> Import<()> {
    for n in &g.nodes {
        let out = node(n, values).map_err(|f| f.at(n.place()))?;
        for (name, t) in n.outputs.iter().zip(out).filter(|(name, _)| !name.is_empty()) {
            values.insert(name.clone(), t);
        }
    }
    Ok(())
}

/// Computes what depends on no input, moves it to the initializers, and drops nodes that no output
/// needs.
pub(crate) fn fold(g: &mut Graph) -> Result<(), Vec<Fault>> {
    let mut faults = vec![];
    let mut rest = vec![];
    for n in std::mem::take(&mut g.nodes) {
        let known = |i: &String| i.is_empty() || g.initializers.contains_key(i);
        if !n.inputs.iter().all(known) {
            rest.push(n);
            continue;
        }
        match node(&n, &g.initializers) {
            Ok(out) => {
                for (name, t) in n.outputs.iter().zip(out).filter(|(name, _)| !name.is_empty()) {
                    g.initializers.insert(name.clone(), t);
                }
            }
            Err(f) => {
                faults.push(f.at(n.place()));
                // What follows from it is not reported again.
                rest.push(n);
            }
        }
    }
    let mut needed: BTreeSet<String> = g.outputs.iter().cloned().collect();
    for n in rest.into_iter().rev() {
        if n.outputs.iter().any(|o| needed.contains(o)) {
            needed.extend(n.inputs.iter().cloned());
            g.nodes.push(n);
        }
    }
    g.nodes.reverse();
    g.initializers.retain(|name, _| needed.contains(name));
    if faults.is_empty() { Ok(()) } else { Err(faults) }
}

/// Refuses nodes whose shape would depend on the data: those inputs must be constants.
pub(crate) fn check_known(g: &Graph) -> Vec<Fault> {
    let mut faults = vec![];
    for n in &g.nodes {
        let Some(op) = ops::find(n) else { continue };
        for &k in op.known {
            let Some(name) = n.inputs.get(k).filter(|i| !i.is_empty()) else { continue };
            if !g.initializers.contains_key(name) {
                let t = format!("input {k}, `{}`, must be a constant", show(name));
                faults.push(
                    Fault::new(t)
                        .at(n.place())
                        .help("a circuit has one shape: what decides it cannot be an input"),
                );
            }
        }
    }
    faults
}
