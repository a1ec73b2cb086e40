//! Signed bytes between a QuantizeLinear and the DequantizeLinear that alone reads them are unsigned ones to
//! onnxruntime (`QDQS8ToU8Transformer`, on processors whose products are of unsigned bytes): integers and zero point
//! are 128 more. What they stand for is the same, but some of its operators are chosen by the type.

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
        let name = format!("{}.unsigned.zero", g.nodes[first].outputs[0]);
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
    let alone = role(parts.node(last)) == Role::DequantizeLinear
        && parts.node(last).inputs.first() == parts.node(at).outputs.first();
    let zero = signed(parts, parts.node(at))?;
    (alone && signed(parts, parts.node(last)) == Some(zero)).then_some((at, last, zero))
}

/// A zero point that is one signed byte.
fn signed(parts: &Parts<'_>, n: &Node) -> Option<i64> {
    let z = parts.constant(n.inputs.get(2)?).filter(|z| z.element == Element::Int8)?;
    let own = n.attributes.contains_key("output_dtype");
    z.int_list().ok()?.first().copied().filter(|_| z.len() == 1 && !own)
}
