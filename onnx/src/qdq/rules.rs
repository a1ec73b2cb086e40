//! What an operation on dequantized tensors is on integers.

use super::expand::whole_steps;
use super::parts::{Dequantized, Parts, Quantizer};
use crate::context::Role;
use crate::graph::{Attribute, Node};
use crate::ops::quantized::{DIFFERENCE, MICROSOFT, OWN, SUM, table::FUNCTION};
use crate::table::role;
use crate::tensor::{Element, Tensor};

/// Constants that a rule adds.
pub(super) type Fresh = Vec<(String, Tensor)>;

/// A node in place of another.
fn node(p: &Node, domain: &str, op: &str, inputs: Vec<String>) -> Node {
    Node { op: op.into(), domain: domain.into(), inputs, ..p.clone() }
}

/// What all of these are given: the operands and their parameters, then those of the result.
fn names(operands: &[&Dequantized], q: &Quantizer, fresh: &mut Fresh) -> Vec<String> {
    let mut list: Vec<String> = operands.iter().flat_map(|x| x.names(fresh)).collect();
    list.extend(q.names(fresh));
    list
}

/// Whether onnxruntime has operations on such integers. It turns weights of 2 and 4 bits into floats.
fn wide(e: Element) -> bool {
    matches!(e.integer(), Some((8 | 16, _)))
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

/// QLinearConv.
pub(super) fn conv(
    parts: &Parts<'_>,
    p: &Node,
    inputs: &[Option<Dequantized>],
    q: &Quantizer,
    fresh: &mut Fresh,
) -> Option<Node> {
    let (x, w) = (inputs.first()?.as_ref()?, inputs.get(1)?.as_ref()?);
    let bias = bias(parts, inputs, p)?;
    if !x.whole || !(w.whole || w.along(0)) || !wide(x.element) || !wide(w.element) {
        return None;
    }
    let mut list = names(&[x, w], q, fresh);
    list.extend(bias);
    Some(node(p, "", "QLinearConv", list))
}

/// QGemm.
pub(super) fn gemm(
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
    let wide = wide(a.element) && wide(b.element);
    let fits = wide && a.whole && (b.whole || b.along(columns)) && alpha > 0.0;
    if !fits || (bias.is_some() && (beta != 1.0 || alpha != 1.0)) {
        return None;
    }
    let mut list = names(&[a, b], q, fresh);
    // Behind the two operands and their scales and zero points.
    list.insert(6, bias.unwrap_or_default());
    Some(node(p, MICROSOFT, "QGemm", list))
}

/// QLinearMatMul.
pub(super) fn matmul(
    parts: &Parts<'_>,
    p: &Node,
    inputs: &[Option<Dequantized>],
    q: &Quantizer,
    fresh: &mut Fresh,
) -> Option<Node> {
    let (a, b) = (inputs.first()?.as_ref()?, inputs.get(1)?.as_ref()?);
    let last = parts.rank(&b.q).and_then(|r| r.checked_sub(1));
    let fits = a.whole && (b.whole || last.is_some_and(|l| b.along(l)));
    if !fits || !wide(a.element) || !wide(b.element) {
        return None;
    }
    Some(node(p, "", "QLinearMatMul", names(&[a, b], q, fresh)))
}

/// Whether an integer has 8 bits.
fn byte(e: Element) -> bool {
    matches!(e, Element::Int8 | Element::UInt8)
}

/// QLinearAdd and QLinearMul, which onnxruntime has for integers of one type; sums in floats otherwise.
pub(super) fn both(
    p: &Node,
    inputs: &[Option<Dequantized>],
    q: &Quantizer,
    fresh: &mut Fresh,
) -> Option<Node> {
    let [Some(a), Some(b)] = inputs else { return None };
    if !a.whole || !b.whole || ![a.element, b.element, q.element].into_iter().all(byte) {
        return None;
    }
    let list = names(&[a, b], q, fresh);
    let alike = a.element == b.element && a.element == q.element;
    match role(p) {
        Role::Difference => Some(node(p, OWN, DIFFERENCE, list)),
        Role::Sum if !alike => Some(node(p, OWN, SUM, list)),
        _ => Some(node(p, MICROSOFT, &format!("QLinear{}", p.op), list)),
    }
}

/// The poolings, of integers of one type, and the functions of one number.
pub(super) fn one(
    p: &Node,
    inputs: &[Option<Dequantized>],
    q: &Quantizer,
    fresh: &mut Fresh,
) -> Option<Node> {
    let x = inputs.first()?.as_ref()?;
    if !x.whole || !byte(x.element) || !byte(q.element) {
        return None;
    }
    if role(p) == Role::AveragePool && x.element != q.element {
        return None;
    }
    let list = names(&[x], q, fresh);
    if role(p) == Role::AveragePool {
        return Some(node(p, MICROSOFT, &format!("QLinear{}", p.op), list));
    }
    let mut n = node(p, OWN, "QLinearFunction", list);
    n.attributes.insert(FUNCTION.into(), Attribute::Text(p.op.clone()));
    Some(n)
}

/// A softmax of bytes, which onnxruntime computes in whole steps if both sides have one type: signed
/// bytes that nobody else sees it makes unsigned first.
pub(super) fn softmax(
    parts: &Parts<'_>,
    p: &Node,
    last: &Node,
    inputs: &[Option<Dequantized>],
    q: &Quantizer,
    fresh: &mut Fresh,
) -> Option<Vec<Node>> {
    let x = inputs.first()?.as_ref()?;
    let inner = parts.is_inner(&x.q) == parts.is_inner(last.outputs.first()?);
    let alike = x.element == q.element && byte(x.element);
    if !x.whole || !alike || (x.element == Element::Int8 && !inner) {
        return None;
    }
    let scale = whole_steps(parts.scale(q)?)?;
    let name = format!("{}.steps", last.outputs.first()?);
    fresh.push((name.clone(), scale));
    let mut inputs = last.inputs.clone();
    *inputs.get_mut(1)? = name;
    Some(vec![p.clone(), Node { inputs, ..last.clone() }])
}

/// Every input behind the first `skip`, which are no numbers, quantized as the result is, and then joined, or
/// chosen from: to quantize keeps the order of numbers.
pub(super) fn chosen(
    parts: &Parts<'_>,
    (p, skip): (&Node, usize),
    last: &Node,
    inputs: &[Option<Dequantized>],
    q: &Quantizer,
) -> Option<Vec<Node>> {
    let numbers = inputs.get(skip..)?;
    if numbers.iter().any(|i| i.as_ref().is_none_or(|i| !i.whole)) {
        return None;
    }
    let mut nodes = vec![];
    let mut list = p.inputs.get(..skip)?.to_vec();
    for (k, (i, x)) in p.inputs[skip..].iter().zip(numbers.iter().flatten()).enumerate() {
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
