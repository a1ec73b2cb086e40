//! A product of matrices and a sum with a known row are a Gemm to onnxruntime (`MatMulAddFusion`), and so one operation
//! on integers where what they read is dequantized.

use super::parts::Parts;
use crate::context::Role;
use crate::graph::{Graph, Node};
use crate::table::role;
use crate::tensor::{Element, Tensor};
use std::collections::{BTreeMap, BTreeSet};

/// Version of the Gemm.
const OPSET: i64 = 13;

/// Makes a Gemm of every such pair; `samples` has a value of every tensor, for its shape.
pub(super) fn join(g: &mut Graph, samples: &BTreeMap<String, Tensor>) {
    let found: Vec<(usize, usize, Node)> = {
        let parts = Parts::new(g);
        (0..g.nodes.len()).filter_map(|at| joined(&parts, samples, at)).collect()
    };
    let mut gone = BTreeSet::new();
    for (product, sum, gemm) in found {
        g.nodes[sum] = gemm;
        gone.insert(product);
    }
    let mut at = 0;
    g.nodes.retain(|_| {
        at += 1;
        !gone.contains(&(at - 1))
    });
}

/// The places of a product and of the sum, and the Gemm of both.
fn joined(
    parts: &Parts<'_>,
    samples: &BTreeMap<String, Tensor>,
    at: usize,
) -> Option<(usize, usize, Node)> {
    let product = parts.node(at);
    if role(product) != Role::MatMul {
        return None;
    }
    let [a, b] = product.inputs.as_slice() else { return None };
    let shape = |name: &str| Some(parts.constant(name).or_else(|| samples.get(name))?.shape());
    let (sa, sb) = (shape(a)?, shape(b)?);
    let from_integers = parts.dequantizer(b).is_some();
    if sa.len() != 2 || sb.len() != 2 || !from_integers {
        return None;
    }
    let next = parts.reader(product.outputs.first()?)?;
    let sum = parts.node(next);
    let other = sum.inputs.iter().find(|i| product.outputs.first() != Some(*i))?;
    let row = parts.constant(other)?;
    if role(sum) != Role::Sum || sum.inputs.len() != 2 || row.shape() != &sb[1..] {
        return None;
    }
    let gemm = Node {
        op: "Gemm".into(),
        opset: OPSET,
        inputs: vec![a.clone(), b.clone(), other.clone()],
        outputs: sum.outputs.clone(),
        ..product.clone()
    };
    (row.element == Element::Float).then_some((at, next, gemm))
}
