//! Operations between DequantizeLinear and QuantizeLinear, as onnxruntime reads them: as operations
//! on integers.
//!
//! A Conv, Gemm, MatMul, Add, Mul, pooling or elementwise function whose inputs are dequantized and
//! whose result is quantized becomes one node on the integers; a Relu or Clip before the result is
//! quantized becomes a tighter range of it. A Concat, Where, Max, Min or Pad is made of integers that are
//! quantized before. A difference, or a sum of different types, is one of floats there, and here as well.
//! Everything that only moves or compares elements stays as it is: it is exact either way.

mod expand;
mod moved;
mod pad;
mod pairs;
mod parts;
mod rules;
mod unsigned;
mod weights;

pub(crate) use expand::expand;

use super::context::Role;
use super::fault::Import;
use super::graph::{Attribute, Graph, Node};
use super::ops::quantized::RANGE;
use super::table::{self, role};
use super::tensor::Tensor;
use pad::padded;
use parts::{Dequantized, Parts, Quantizer};
use rules::{both, chosen, conv, gemm, matmul, one, softmax};
use std::collections::{BTreeMap, BTreeSet};

/// What stands in for nodes of the graph.
struct Fusion {
    /// Positions of the nodes that go, beside the QuantizeLinear.
    gone: Vec<usize>,
    nodes: Vec<Node>,
    initializers: Vec<(String, Tensor)>,
}

/// Rewrites the graph, in the order in which onnxruntime does. Nodes that nothing reads any more are left to whoever
/// removes them. Gives what the model's file does not say.
pub(crate) fn fuse(g: &mut Graph) -> Import<Vec<String>> {
    if !g.nodes.iter().any(|n| role(n) == Role::DequantizeLinear) {
        return Ok(vec![]);
    }
    pairs::merge(g);
    unsigned::make(g);
    moved::take_past(g);
    let told = weights::quantize_floats(g);
    join(g)?;
    Ok(told)
}

/// Operations between DequantizeLinear and QuantizeLinear as operations on integers.
fn join(g: &mut Graph) -> Import<()> {
    let mut instead: BTreeMap<usize, Vec<Node>> = BTreeMap::new();
    let mut gone: BTreeSet<usize> = BTreeSet::new();
    let mut constants = vec![];
    {
        let parts = Parts::new(g);
        for (at, n) in g.nodes.iter().enumerate().filter(|(_, n)| role(n) == Role::QuantizeLinear) {
            let Some(q) = parts.quantizer(n)? else { continue };
            if let Some(f) = fusion(&parts, n, &q)? {
                gone.extend(f.gone);
                constants.extend(f.initializers);
                instead.insert(at, f.nodes);
            }
        }
    }
    let nodes = std::mem::take(&mut g.nodes).into_iter().enumerate();
    g.nodes = nodes
        .flat_map(|(at, n)| match instead.remove(&at) {
            Some(nodes) => nodes,
            None if gone.contains(&at) => vec![],
            None => vec![n],
        })
        .collect();
    g.initializers.extend(constants);
    Ok(())
}

/// The node on integers that gives what a QuantizeLinear gives, if there is one.
fn fusion(parts: &Parts<'_>, n: &Node, q: &Quantizer) -> Import<Option<Fusion>> {
    let Some(mut at) = parts.only(&n.inputs[0]) else { return Ok(None) };
    let mut gone = vec![at];
    let mut range = None;
    if matches!(role(parts.node(at)), Role::Relu | Role::Clip) {
        let Some((lo, hi)) = parts.cut(parts.node(at)) else { return Ok(None) };
        range = Some(q.cut(lo, hi));
        match parts.only(&parts.node(at).inputs[0]) {
            Some(before) => at = before,
            None => return Ok(None),
        }
        gone.push(at);
    }
    let p = parts.node(at);
    let inputs: Vec<Option<Dequantized>> = p.inputs.iter().map(|i| parts.dequantized(i)).collect();
    let mut fresh = vec![];
    let made = match role(p) {
        Role::Conv => conv(parts, p, &inputs, q, &mut fresh),
        Role::Gemm => gemm(parts, p, &inputs, q, &mut fresh),
        Role::MatMul => matmul(parts, p, &inputs, q, &mut fresh),
        Role::Sum | Role::Difference | Role::Product => both(p, &inputs, q, &mut fresh),
        Role::AveragePool => one(p, &inputs, q, &mut fresh),
        Role::Pad if range.is_none() => {
            let nodes = padded(parts, p, n, &inputs, q, &mut fresh);
            return Ok(nodes.map(|nodes| Fusion { gone, nodes, initializers: fresh }));
        }
        Role::Softmax if range.is_none() => {
            let nodes = softmax(parts, p, n, &inputs, q, &mut fresh);
            return Ok(nodes.map(|nodes| Fusion { gone, nodes, initializers: fresh }));
        }
        Role::Choice(from) if range.is_none() => {
            let nodes = chosen(parts, (p, from), n, &inputs, q);
            return Ok(nodes.map(|nodes| Fusion { gone, nodes, initializers: fresh }));
        }
        _ if table::is_function(p) => one(p, &inputs, q, &mut fresh).filter(|_| inputs.len() == 1),
        _ => None,
    };
    Ok(made.map(|mut node| {
        node.outputs.clone_from(&n.outputs);
        if let Some((lo, hi)) = range {
            node.attributes.insert(RANGE.into(), Attribute::Ints(vec![lo, hi]));
        }
        Fusion { gone, nodes: vec![node], initializers: fresh }
    }))
}
