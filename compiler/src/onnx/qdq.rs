//! Operations between DequantizeLinear and QuantizeLinear, as onnxruntime reads them: as operations
//! on integers.
//!
//! A Conv, Gemm, MatMul, Add, Mul, pooling or elementwise function whose inputs are dequantized and
//! whose result is quantized becomes one node on the integers; a Relu or Clip before the result is
//! quantized becomes a tighter range of it. A Concat is made of integers that are quantized before.
//! Everything that only moves or compares elements stays as it is: it is exact either way.

mod expand;
mod parts;

pub(crate) use expand::expand;

use super::fault::Import;
use super::graph::{Attribute, Graph, Node};
use super::ops::quantized::{MICROSOFT, OWN, RANGE, table::FUNCTION};
use super::tensor::{Element, Tensor};
use parts::{Dequantized, Parts, Quantizer};
use std::collections::{BTreeMap, BTreeSet};

/// Elementwise functions of one input, which a table of 256 results can hold.
const FUNCTIONS: &[&str] = &[
    "Celu",
    "Elu",
    "Erf",
    "Exp",
    "Gelu",
    "HardSigmoid",
    "HardSwish",
    "LeakyRelu",
    "Mish",
    "Selu",
    "Sigmoid",
    "Softplus",
    "Softsign",
    "Swish",
    "Tanh",
    "ThresholdedRelu",
];

/// What stands in for nodes of the graph.
struct Fusion {
    /// Positions of the nodes that go, beside the QuantizeLinear.
    gone: Vec<usize>,
    nodes: Vec<Node>,
    initializers: Vec<(String, Tensor)>,
}

/// Rewrites the graph. Nodes that nothing reads any more are left to whoever removes them.
pub(crate) fn fuse(g: &mut Graph) -> Import<()> {
    let mut instead: BTreeMap<usize, Vec<Node>> = BTreeMap::new();
    let mut gone: BTreeSet<usize> = BTreeSet::new();
    let mut constants = vec![];
    {
        let parts = Parts::new(g);
        for (at, n) in g.nodes.iter().enumerate().filter(|(_, n)| n.op == "QuantizeLinear") {
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
    if matches!(parts.node(at).op.as_str(), "Relu" | "Clip") {
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
    let made = match p.op.as_str() {
        "Conv" => conv(parts, p, &inputs, q, &mut fresh),
        "Gemm" => gemm(parts, p, &inputs, q, &mut fresh),
        "MatMul" => matmul(parts, p, &inputs, q, &mut fresh),
        "Add" | "Mul" => both(p, &inputs, q, &mut fresh),
        "AveragePool" | "GlobalAveragePool" => one(p, &inputs, q, &mut fresh),
        "Concat" if range.is_none() => {
            let nodes = concat(parts, p, n, &inputs, q);
            return Ok(nodes.map(|nodes| Fusion { gone, nodes, initializers: fresh }));
        }
        op if FUNCTIONS.contains(&op) && p.domain.is_empty() => {
            one(p, &inputs, q, &mut fresh).filter(|_| inputs.len() == 1)
        }
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

type Fresh = Vec<(String, Tensor)>;

/// A node in place of another.
fn node(p: &Node, domain: &str, op: &str, inputs: Vec<String>) -> Node {
    Node { op: op.into(), domain: domain.into(), inputs, ..p.clone() }
}

/// A bias of 32-bit integers, which has no zero point.
fn bias(parts: &Parts<'_>, inputs: &[Option<Dequantized>], p: &Node) -> Option<Option<String>> {
    if p.inputs.get(2).is_none_or(String::is_empty) {
        return Some(None);
    }
    let b = inputs.get(2)?.as_ref()?;
    let whole = b.element == Element::Int32 && parts.is_constant(&b.q) && b.no_zero;
    whole.then(|| Some(b.q.clone()))
}

fn conv(
    parts: &Parts<'_>,
    p: &Node,
    inputs: &[Option<Dequantized>],
    q: &Quantizer,
    fresh: &mut Fresh,
) -> Option<Node> {
    let (x, w) = (inputs.first()?.as_ref()?, inputs.get(1)?.as_ref()?);
    let bias = bias(parts, inputs, p)?;
    if !x.whole || !(w.whole || w.along(0)) || x.element == Element::Int32 {
        return None;
    }
    let mut list = x.names(fresh);
    list.extend(w.names(fresh));
    list.extend(q.names(fresh));
    list.extend(bias);
    Some(node(p, "", "QLinearConv", list))
}

fn gemm(
    parts: &Parts<'_>,
    p: &Node,
    inputs: &[Option<Dequantized>],
    q: &Quantizer,
    fresh: &mut Fresh,
) -> Option<Node> {
    let (a, b) = (inputs.first()?.as_ref()?, inputs.get(1)?.as_ref()?);
    let bias = bias(parts, inputs, p)?;
    let columns = if p.int_or("transB", 0).ok()? == 0 { 1 } else { 0 };
    let beta = p.float_or("beta", 1.0).ok()?;
    let alpha = p.float_or("alpha", 1.0).ok()?;
    let fits = a.whole && (b.whole || b.along(columns)) && alpha > 0.0;
    if !fits || (bias.is_some() && (beta != 1.0 || alpha != 1.0)) {
        return None;
    }
    let mut list = a.names(fresh);
    list.extend(b.names(fresh));
    list.push(bias.unwrap_or_default());
    list.extend(q.names(fresh));
    Some(node(p, MICROSOFT, "QGemm", list))
}

fn matmul(
    parts: &Parts<'_>,
    p: &Node,
    inputs: &[Option<Dequantized>],
    q: &Quantizer,
    fresh: &mut Fresh,
) -> Option<Node> {
    let (a, b) = (inputs.first()?.as_ref()?, inputs.get(1)?.as_ref()?);
    let last = parts.rank(&b.q).and_then(|r| r.checked_sub(1));
    if !a.whole || !(b.whole || last.is_some_and(|l| b.along(l))) {
        return None;
    }
    let mut list = a.names(fresh);
    list.extend(b.names(fresh));
    list.extend(q.names(fresh));
    Some(node(p, "", "QLinearMatMul", list))
}

/// Whether an integer has 8 bits.
fn byte(e: Element) -> bool {
    matches!(e, Element::Int8 | Element::UInt8)
}

fn both(
    p: &Node,
    inputs: &[Option<Dequantized>],
    q: &Quantizer,
    fresh: &mut Fresh,
) -> Option<Node> {
    let [Some(a), Some(b)] = inputs else { return None };
    if !a.whole || !b.whole || ![a.element, b.element, q.element].into_iter().all(byte) {
        return None;
    }
    let mut list = a.names(fresh);
    list.extend(b.names(fresh));
    list.extend(q.names(fresh));
    Some(node(p, MICROSOFT, &format!("QLinear{}", p.op), list))
}

fn one(p: &Node, inputs: &[Option<Dequantized>], q: &Quantizer, fresh: &mut Fresh) -> Option<Node> {
    let x = inputs.first()?.as_ref()?;
    if !x.whole || !byte(x.element) || !byte(q.element) {
        return None;
    }
    let mut list = x.names(fresh);
    list.extend(q.names(fresh));
    if p.op.ends_with("Pool") {
        return Some(node(p, MICROSOFT, &format!("QLinear{}", p.op), list));
    }
    let mut n = node(p, OWN, "QLinearFunction", list);
    n.attributes.insert(FUNCTION.into(), Attribute::Text(p.op.clone()));
    Some(n)
}

/// Every input quantized as the result is, and then joined.
fn concat(
    parts: &Parts<'_>,
    p: &Node,
    last: &Node,
    inputs: &[Option<Dequantized>],
    q: &Quantizer,
) -> Option<Vec<Node>> {
    if inputs.iter().any(|i| i.as_ref().is_none_or(|i| !i.whole)) {
        return None;
    }
    let mut nodes = vec![];
    let mut list = vec![];
    for (k, (i, x)) in p.inputs.iter().zip(inputs.iter().flatten()).enumerate() {
        if parts.same(x, q) {
            list.push(x.q.clone());
            continue;
        }
        let name = format!("{}.{k}", last.outputs[0]);
        let mut inputs = last.inputs.clone();
        inputs[0].clone_from(i);
        let name_of = format!("{}.{k}", last.name);
        nodes.push(Node { name: name_of, inputs, outputs: vec![name.clone()], ..last.clone() });
        list.push(name);
    }
    nodes.push(Node { inputs: list, outputs: last.outputs.clone(), ..p.clone() });
    Some(nodes)
}
