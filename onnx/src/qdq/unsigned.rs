//! Signed bytes between a QuantizeLinear and the DequantizeLinear that alone reads them are unsigned ones to
//! onnxruntime (`QDQS8ToU8Transformer`, on processors whose products are of unsigned bytes): integers and zero point
//! are 128 more. What they stand for is the same, but some of its operators are chosen by the type, or add the zero
//! point before they round: only what these read and give is made unsigned here.

use super::moved::passes;
use super::parts::Parts;
use crate::context::Role;
use crate::graph::{Graph, Node};
use crate::table::role;
use crate::tensor::{Element, Tensor};
use ndarray::{ArrayD, IxDyn};

/// How much more an unsigned byte is.
const MORE: i64 = 128;

/// Gives both nodes of each such pair an unsigned zero point.
pub(super) fn make(g: &mut Graph) {
    let found: Vec<(usize, usize, i64)> = {
        let parts = Parts::new(g);
        let all = (0..g.nodes.len()).filter(|at| role(parts.node(*at)) == Role::QuantizeLinear);
        all.filter_map(|at| pair(&parts, at)).collect()
    };
    for (first, last, zero) in found {
        // Other integers have another name.
        let own = format!("{}.unsigned", g.nodes[first].outputs[0]);
        let name = format!("{own}.zero");
        g.nodes[first].outputs[0].clone_from(&own);
        g.nodes[last].inputs[0] = own;
        let zero = ArrayD::from_elem(IxDyn(&[]), zero + MORE);
        g.initializers.insert(name.clone(), Tensor::int(Element::UInt8, zero));
        for n in [first, last] {
            g.nodes[n].inputs[2].clone_from(&name);
        }
    }
}

/// The DequantizeLinear that alone reads what a node quantizes, and the zero point of both.
fn pair(parts: &Parts<'_>, at: usize) -> Option<(usize, usize, i64)> {
    let last = parts.reader(parts.node(at).outputs.first()?)?;
    // A DequantizeLinear for several is one for each of them there, and so none is alone.
    let alone = role(parts.node(last)) == Role::DequantizeLinear
        && parts.node(last).outputs.first().is_some_and(|o| parts.only(o).is_some())
        && parts.node(last).inputs.first() == parts.node(at).outputs.first();
    let zero = signed(parts, parts.node(at))?;
    let alike = alone && signed(parts, parts.node(last)) == Some(zero);
    (alike && (given(parts, at) || read(parts, last))).then_some((at, last, zero))
}

/// Whether an operator is chosen, or rounds, by the type of its integers.
fn depends(n: &Node) -> bool {
    matches!(role(n), Role::Softmax | Role::Sum | Role::Product | Role::AveragePool)
}

/// Whether what cuts or moves numbers may stand between.
fn between(n: &Node) -> bool {
    passes(n) || matches!(role(n), Role::Relu | Role::Clip)
}

/// Whether such an operator gives what a node quantizes.
fn given(parts: &Parts<'_>, mut at: usize) -> bool {
    while let Some(before) = parts.node(at).inputs.first().and_then(|i| parts.only(i)) {
        let n = parts.node(before);
        if !between(n) {
            return depends(n);
        }
        at = before;
    }
    false
}

/// Whether such an operator reads what a node dequantizes.
fn read(parts: &Parts<'_>, mut at: usize) -> bool {
    while let Some(next) = parts.node(at).outputs.first().and_then(|o| parts.reader(o)) {
        let n = parts.node(next);
        if !between(n) {
            return depends(n);
        }
        at = next;
    }
    false
}

/// A zero point that is one signed byte.
fn signed(parts: &Parts<'_>, n: &Node) -> Option<i64> {
    let z = parts.constant(n.inputs.get(2)?).filter(|z| z.element == Element::Int8)?;
    let own = n.attributes.contains_key("output_dtype");
    z.int_list().ok()?.first().copied().filter(|_| z.len() == 1 && !own)
}
