//! Two pairs of QuantizeLinear and DequantizeLinear in a row are one to onnxruntime (`DoubleQDQPairsRemover`): it
//! quantizes once, to the real numbers that both can hold.

use super::parts::Parts;
use crate::context::Role;
use crate::graph::Graph;
use crate::ops::quantized::params::Params;
use crate::table::role;
use crate::tensor::{Element, Tensor};
use ndarray::{ArrayD, IxDyn};

/// Scale and zero point of a pair.
type Pair = (f32, i64);

/// What is in a row: the nodes, the element type, and the parameters of both pairs.
struct Row {
    /// QuantizeLinear, DequantizeLinear, QuantizeLinear, DequantizeLinear.
    nodes: [usize; 4],
    element: Element,
    pairs: [Pair; 2],
}

/// Makes two pairs one, wherever they are; a third joins what became of them.
pub(super) fn merge(g: &mut Graph) {
    let mut from = 0;
    loop {
        let found = {
            let parts = Parts::new(g);
            let rows = (from..g.nodes.len()).filter_map(|at| row(&parts, at));
            rows.filter_map(|r| Some((one(&r)?, r))).next()
        };
        let Some((pair, r)) = found else { return };
        join(g, &r, pair);
        from = r.nodes[1];
    }
}

/// The row whose second node this is.
fn row(parts: &Parts<'_>, second: usize) -> Option<Row> {
    if role(parts.node(second)) != Role::DequantizeLinear {
        return None;
    }
    let first = parts.only(parts.node(second).inputs.first()?)?;
    let third = parts.reader(parts.node(second).outputs.first()?)?;
    let last = parts.reader(parts.node(third).outputs.first()?)?;
    let nodes = [first, second, third, last];
    let kinds = [Role::QuantizeLinear, Role::DequantizeLinear];
    let alternate = nodes.iter().enumerate().all(|(k, n)| role(parts.node(*n)) == kinds[k % 2]);
    // One that several read is one for each of them there, and so in no row.
    let alone = parts.only(parts.node(last).outputs.first()?).is_some();
    let reads = |n: usize, before: usize| {
        parts.node(n).inputs.first() == parts.node(before).outputs.first()
    };
    if !alternate || !alone || !reads(third, second) || !reads(last, third) {
        return None;
    }
    let all = nodes.map(|n| pair(parts, n));
    let [Some((a, e)), Some((a2, e2)), Some((b, f)), Some((b2, f2))] = all else { return None };
    let alike = a == a2 && b == b2 && [e2, f, f2].iter().all(|o| *o == e);
    let byte = matches!(e, Element::Int8 | Element::UInt8);
    (alike && byte).then_some(Row { nodes, element: e, pairs: [a, b] })
}

/// The constant scale and the zero point of a node, where both are written and whole.
fn pair(parts: &Parts<'_>, at: usize) -> Option<(Pair, Element)> {
    let n = parts.node(at);
    let (scale, zero) = (parts.constant(n.inputs.get(1)?)?, parts.constant(n.inputs.get(2)?)?);
    let own = ["output_dtype", "block_size"].iter().any(|a| n.attributes.contains_key(*a));
    let params = Params::read(scale, Some(zero), zero.element).ok().filter(|_| !own)?;
    Some((params.whole().ok()?, zero.element))
}

/// The pair instead of both, in the arithmetic of 32 bits that onnxruntime has for it.
fn one(r: &Row) -> Option<Pair> {
    let [(s1, z1), (s2, z2)] = r.pairs;
    if (s1, z1) == (s2, z2) {
        return Some(r.pairs[0]);
    }
    let (lo, hi) = r.element.limits()?;
    let (lo, hi) = (lo as i64, hi as i64);
    let real = |q: i64, (s, z): Pair| (q - z) as f32 * s;
    let least = real(lo, (s1, z1)).max(real(lo, (s2, z2)));
    let most = real(hi, (s1, z1)).min(real(hi, (s2, z2)));
    let scale = (most - least) / (hi - lo) as f32;
    let zero = (lo as f32 - least / scale).round() as i64;
    (scale.is_finite() && scale > 0.0 && (lo..=hi).contains(&zero)).then_some((scale, zero))
}

/// Leaves the outer two nodes of a row, with other parameters.
fn join(g: &mut Graph, r: &Row, (scale, zero): Pair) {
    let [first, second, third, last] = r.nodes;
    let name = g.nodes[first].outputs[0].clone();
    let (scale_name, zero_name) = (format!("{name}.joined.scale"), format!("{name}.joined.zero"));
    let one = IxDyn(&[]);
    let scale = Tensor::float(Element::Float, ArrayD::from_elem(one.clone(), f64::from(scale)));
    g.initializers.insert(scale_name.clone(), scale);
    let zero = Tensor::int(r.element, ArrayD::from_elem(one, zero));
    g.initializers.insert(zero_name.clone(), zero);
    for n in [first, last] {
        g.nodes[n].inputs[1].clone_from(&scale_name);
        g.nodes[n].inputs[2].clone_from(&zero_name);
    }
    g.nodes[last].inputs[0] = name;
    let (a, b) = (second.min(third), second.max(third));
    g.nodes.remove(b);
    g.nodes.remove(a);
}
