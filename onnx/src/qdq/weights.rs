//! Weights that are floats between integers are quantized by onnxruntime itself (`WeightBiasQuantization`): of a Conv,
//! ConvTranspose or Gemm whose first input is dequantized and whose result is quantized, behind a Relu or Clip or at
//! once. Weights become signed bytes with one scale for all, their bias 32-bit integers in steps of the products.
//!
//! A float bias beside weights that are integers already is what the model says, and stays so: onnxruntime rounds it
//! too unless its optimizations are off, by half a step of the accumulator at most, and versions of it differ in that.

use super::parts::Parts;
use crate::context::Role;
use crate::graph::{Attribute, Graph, Node};
use crate::ops::quantized::params::quantize;
use crate::table::role;
use crate::tensor::{Element, Tensor};
use ndarray::{ArrayD, IxDyn};

/// Version of the DequantizeLinear that are added.
const OPSET: i64 = 13;
const BYTE: (i64, i64) = (-128, 127);

/// What becomes of a node: its inputs, what dequantizes them, and constants.
#[derive(Default)]
struct Quantized {
    inputs: Vec<String>,
    nodes: Vec<Node>,
    constants: Vec<(String, Tensor)>,
}

/// Quantizes weights; says what of it the model does not say, and what else onnxruntime rounds.
pub(super) fn quantize_floats(g: &mut Graph) -> Vec<String> {
    let (mut all, mut biases): (Vec<Option<Quantized>>, Vec<String>) = (vec![], vec![]);
    {
        let parts = Parts::new(g);
        for n in (0..g.nodes.len()).map(|at| parts.node(at)) {
            all.push(quantized(&parts, n));
            biases.extend(has_float_bias(&parts, n).then(|| n.place()));
        }
    }
    let (mut nodes, mut weights) = (vec![], vec![]);
    for (n, found) in std::mem::take(&mut g.nodes).into_iter().zip(&mut all) {
        let Some(found) = found.take() else {
            nodes.push(n);
            continue;
        };
        weights.push(n.place());
        g.initializers.extend(found.constants);
        nodes.extend(found.nodes);
        nodes.push(Node { inputs: found.inputs, ..n });
    }
    g.nodes = nodes;
    let told = |places: Vec<String>, what: &str| {
        let (first, more) = (places.first()?, places.len() - 1);
        let others = if more > 0 { format!(" and {more} more") } else { String::new() };
        Some(format!("{first}{others}: {what}"))
    };
    let rounded =
        "its weights are floats between integers: they are rounded to bytes, as onnxruntime does";
    let kept = "its bias is of floats, as the model says: onnxruntime rounds it, unless its optimizations are \
                off, and integers may differ from that by 1";
    told(weights, rounded).into_iter().chain(told(biases, kept)).collect()
}

/// Whether a node has a float bias beside weights that are integers, between integers.
fn has_float_bias(parts: &Parts<'_>, n: &Node) -> bool {
    let constant = |k: usize| n.inputs.get(k).and_then(|i| parts.constant(i));
    is_between(parts, n)
        && parts.dequantizer(&n.inputs[1]).is_some()
        && constant(2).is_some_and(|b| floats(b).is_some())
}

/// Whether a node is a Conv, ConvTranspose or Gemm of what is dequantized, whose result is quantized.
fn is_between(parts: &Parts<'_>, n: &Node) -> bool {
    matches!(role(n), Role::Conv | Role::ConvTranspose | Role::Gemm)
        && n.inputs.len() >= 2
        && parts.dequantizer(&n.inputs[0]).is_some()
        && ends(parts, n)
}

fn quantized(parts: &Parts<'_>, n: &Node) -> Option<Quantized> {
    if !is_between(parts, n) {
        return None;
    }
    let x = parts.dequantizer(n.inputs.first()?)?;
    let x = one_scale(parts.constant(x.inputs.get(1)?)?)?;
    let mut out = Quantized { inputs: n.inputs.clone(), ..Quantized::default() };
    let bias = match n.inputs.get(2).filter(|b| !b.is_empty()) {
        Some(b) => Some(floats(parts.constant(b)?).filter(|t| t.shape().len() == 1)?),
        None => None,
    };
    let w = weights(n, floats(parts.constant(&n.inputs[1])?)?, &mut out)?;
    if let Some(b) = bias {
        self::bias(n, b, x * w, &mut out)?;
    }
    Some(out)
}

/// Whether a result is quantized, and read by nobody else on the way.
fn ends(parts: &Parts<'_>, n: &Node) -> bool {
    let mut n = n;
    loop {
        let next = n.outputs.first().and_then(|o| parts.reader(o)).map(|at| parts.node(at));
        match next {
            Some(q) if role(q) == Role::QuantizeLinear => return true,
            Some(cut) if matches!(role(cut), Role::Relu | Role::Clip) => n = cut,
            _ => return false,
        }
    }
}

fn floats(t: &Tensor) -> Option<&Tensor> {
    (t.element == Element::Float).then_some(t)
}

fn one_scale(t: &Tensor) -> Option<f32> {
    t.floats().ok()?.first().map(|v| *v as f32).filter(|_| t.len() == 1)
}

/// Weights as signed bytes between their least and their largest, or 0; their scale.
fn weights(n: &Node, t: &Tensor, out: &mut Quantized) -> Option<f32> {
    let list: Vec<f32> = t.floats().ok()?.iter().map(|v| *v as f32).collect();
    let least = list.iter().copied().fold(0.0, f32::min);
    let most = list.iter().copied().fold(0.0, f32::max);
    let scale = if least == most { 1.0 } else { (most - least) / 255.0 };
    if !scale.is_finite() || scale <= 0.0 {
        return None;
    }
    let (lo, hi) = BYTE;
    let zero = (lo as f32 - least / scale).clamp(lo as f32, hi as f32).round_ties_even() as i64;
    let bytes = list.iter().map(|v| quantize(*v, scale, zero, BYTE)).collect();
    let zero = Tensor::int(Element::Int8, ArrayD::from_elem(IxDyn(&[]), zero));
    let scales = ArrayD::from_elem(IxDyn(&[]), f64::from(scale));
    let shape = IxDyn(t.shape());
    let q = Tensor::int(Element::Int8, ArrayD::from_shape_vec(shape, bytes).ok()?);
    add(n, (1, "weight"), [q, Tensor::float(Element::Float, scales), zero].into(), out);
    Some(scale)
}

/// A bias as 32-bit integers.
fn bias(n: &Node, t: &Tensor, scale: f32, out: &mut Quantized) -> Option<()> {
    let all = t.floats().ok()?.iter().map(|v| {
        let v = (*v as f32 / scale).round_ties_even();
        i32::try_from(v as i64).ok().filter(|_| v.is_finite()).map(i64::from)
    });
    let all = all.collect::<Option<Vec<i64>>>()?;
    let q = Tensor::int(Element::Int32, ArrayD::from_shape_vec(IxDyn(t.shape()), all).ok()?);
    let scale = ArrayD::from_elem(IxDyn(&[]), f64::from(scale));
    add(n, (2, "bias"), vec![q, Tensor::float(Element::Float, scale)], out);
    Some(())
}

/// Input `k` of a node, dequantized from constants.
fn add(n: &Node, (k, what): (usize, &str), constants: Vec<Tensor>, out: &mut Quantized) {
    let base = format!("{}.{what}", n.outputs[0]);
    let mut inputs = vec![];
    for (part, t) in ["", ".scale", ".zero"].iter().zip(constants) {
        let name = format!("{base}{part}");
        inputs.push(name.clone());
        out.constants.push((name, t));
    }
    out.inputs[k] = format!("{base}.float");
    out.nodes.push(Node {
        name: format!("{}.{what}", n.name),
        op: "DequantizeLinear".into(),
        domain: String::new(),
        opset: OPSET,
        inputs,
        outputs: vec![out.inputs[k].clone()],
        attributes: [("axis".to_string(), Attribute::Int(0))].into(),
        ..Node::default()
    });
}
