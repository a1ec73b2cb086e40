//! Weights and biases that are floats between integers are quantized by onnxruntime itself (`WeightBiasQuantization`):
//! of a Conv, ConvTranspose or Gemm whose first input is dequantized and whose result is quantized, behind a Relu or
//! Clip or at once. Weights become signed bytes with one scale for all, a bias 32-bit integers in steps of the
//! products.

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

/// Quantizes what there is to be quantized.
pub(super) fn quantize_floats(g: &mut Graph) {
    let mut all: Vec<Option<Quantized>> = {
        let parts = Parts::new(g);
        (0..g.nodes.len()).map(|at| quantized(&parts, parts.node(at))).collect()
    };
    let mut nodes = vec![];
    for (n, found) in std::mem::take(&mut g.nodes).into_iter().zip(&mut all) {
        let Some(found) = found.take() else {
            nodes.push(n);
            continue;
        };
        g.initializers.extend(found.constants);
        nodes.extend(found.nodes);
        nodes.push(Node { inputs: found.inputs, ..n });
    }
    g.nodes = nodes;
}

fn quantized(parts: &Parts<'_>, n: &Node) -> Option<Quantized> {
    if !matches!(role(n), Role::Conv | Role::ConvTranspose | Role::Gemm) || !ends(parts, n) {
        return None;
    }
    let x = parts.dequantizer(n.inputs.first()?)?;
    let x = one_scale(parts.constant(x.inputs.get(1)?)?)?;
    let mut out = Quantized { inputs: n.inputs.clone(), ..Quantized::default() };
    let bias = match n.inputs.get(2).filter(|b| !b.is_empty()) {
        Some(b) => Some(floats(parts.constant(b)?).filter(|t| t.shape().len() == 1)?),
        None => None,
    };
    let scales = match parts.dequantizer(n.inputs.get(1)?) {
        Some(w) => {
            let scales = parts.constant(w.inputs.get(1)?)?;
            let list: Vec<f32> = scales.floats().ok()?.iter().map(|v| *v as f32).collect();
            let size = bias?.len();
            if one_scale(scales).is_none() && (list.len() != size || !along(parts, n, w)) {
                return None;
            }
            list
        }
        None => vec![weights(n, floats(parts.constant(&n.inputs[1])?)?, &mut out)?],
    };
    if let Some(b) = bias {
        let scales: Vec<f32> = scales.iter().map(|w| x * w).collect();
        self::bias(n, b, &scales, &mut out)?;
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

/// Whether weights have a scale for each output.
fn along(parts: &Parts<'_>, n: &Node, w: &Node) -> bool {
    let transposed = n.int_or("transB", 0).is_ok_and(|t| t != 0);
    let wanted = i64::from(role(n) == Role::Gemm && !transposed);
    let rank = w.inputs.first().and_then(|q| parts.rank(q)).unwrap_or(0) as i64;
    let axis = w.int_or("axis", 1).map(|a| if a < 0 { a + rank } else { a });
    axis == Ok(wanted) && w.int_or("block_size", 0) == Ok(0)
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
fn bias(n: &Node, t: &Tensor, scales: &[f32], out: &mut Quantized) -> Option<()> {
    let all = t.floats().ok()?.iter().enumerate().map(|(k, v)| {
        let scale = scales.get(k).or(scales.first().filter(|_| scales.len() == 1))?;
        let v = (*v as f32 / scale).round_ties_even();
        i32::try_from(v as i64).ok().filter(|_| v.is_finite()).map(i64::from)
    });
    let all = all.collect::<Option<Vec<i64>>>()?;
    let q = Tensor::int(Element::Int32, ArrayD::from_shape_vec(IxDyn(t.shape()), all).ok()?);
    let list = scales.iter().map(|v| f64::from(*v)).collect();
    let shape = if scales.len() == 1 { vec![] } else { vec![scales.len()] };
    let scales = ArrayD::from_shape_vec(IxDyn(&shape), list).ok()?;
    add(n, (2, "bias"), vec![q, Tensor::float(Element::Float, scales)], out);
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
