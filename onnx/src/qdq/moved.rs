//! What only moves or compares elements is nothing between integers to onnxruntime (`QDQPropagationTransformer`): it
//! quantizes before a Reshape what is quantized behind it, and dequantizes behind it what is dequantized before, so
//! that an operation on the other side of it is one on integers.

use super::parts::Parts;
use crate::context::Role;
use crate::graph::{Graph, Node};
use crate::table::role;

/// The operators, and the version of the first that takes integers where earlier ones do not.
const THROUGH: &[(&str, i64)] = &[
    ("MaxPool", 12),
    ("Reshape", 5),
    ("Transpose", 1),
    ("Squeeze", 1),
    ("Unsqueeze", 1),
    ("Slice", 1),
];

/// Takes every QuantizeLinear as far back, and then every DequantizeLinear as far on, as there are such nodes.
pub(super) fn take_past(g: &mut Graph) {
    back(g);
    on(g);
}

/// Whether integers come through a node as they are.
pub(super) fn passes(n: &Node) -> bool {
    let known = THROUGH.iter().any(|(op, from)| n.op == *op && n.opset >= *from);
    known && n.domain.is_empty() && n.outputs.len() == 1
}

/// One scale for the whole tensor, which is known.
fn whole(parts: &Parts<'_>, n: &Node) -> bool {
    let one = |name: &String| parts.constant(name).is_some_and(|t| t.len() == 1);
    let zero = n.inputs.get(2).filter(|z| !z.is_empty());
    n.inputs.get(1).is_some_and(one) && zero.is_none_or(one)
}

/// From the last node to the first: what is quantized earlier is looked at again where it is then.
fn back(g: &mut Graph) {
    let mut below = g.nodes.len();
    loop {
        let found = {
            let parts = Parts::new(g);
            (0..below).rev().find_map(|at| Some((at, passed(&parts, at)?)))
        };
        let Some((at, over)) = found else { return };
        let mut q = g.nodes.remove(at);
        let x = &mut g.nodes[over];
        let before = format!("{}.before", q.outputs[0]);
        let out = std::mem::replace(&mut q.outputs[0], before);
        q.inputs[0] = std::mem::replace(&mut x.inputs[0], q.outputs[0].clone());
        x.outputs[0] = out;
        g.nodes.insert(over, q);
        // What was between is one place further now.
        below = at + 1;
    }
}

/// The node before a QuantizeLinear that it can be taken past: one that reads what a node computes, for nobody else.
fn passed(parts: &Parts<'_>, at: usize) -> Option<usize> {
    let q = parts.node(at);
    if role(q) != Role::QuantizeLinear || !whole(parts, q) {
        return None;
    }
    let over = parts.only(q.inputs.first()?)?;
    let x = parts.node(over);
    let before = parts.node(parts.only(x.inputs.first()?)?);
    (passes(x) && role(before) != Role::DequantizeLinear).then_some(over)
}

/// From the first node to the last, so that several in a row are passed one by one.
fn on(g: &mut Graph) {
    let mut from = 0;
    loop {
        let found = {
            let parts = Parts::new(g);
            let all = (from..g.nodes.len()).filter(|at| passes(&g.nodes[*at]));
            all.filter_map(|at| Some((at, dequantizer(&parts, at)?))).next()
        };
        let Some((at, mut d)) = found else { return };
        let x = &mut g.nodes[at];
        x.inputs[0].clone_from(&d.inputs[0]);
        let integers = format!("{}.integers", x.outputs[0]);
        d.outputs[0] = std::mem::replace(&mut x.outputs[0], integers.clone());
        d.inputs[0] = integers;
        d.name = format!("{}.behind", x.name);
        g.nodes.insert(at + 1, d);
        from = at + 1;
    }
}

/// What dequantizes what a node reads, if it is computed, and not quantized again at once.
fn dequantizer(parts: &Parts<'_>, at: usize) -> Option<Node> {
    let n = parts.node(at);
    let d = parts.dequantizer(n.inputs.first()?)?;
    let constant = d.inputs.first().is_none_or(|q| parts.is_constant(q));
    let next = n.outputs.first().and_then(|o| parts.reader(o)).map(|k| role(parts.node(k)));
    let idle = constant || next == Some(Role::QuantizeLinear);
    (!idle && whole(parts, d)).then(|| d.clone())
}
