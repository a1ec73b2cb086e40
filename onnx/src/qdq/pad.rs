//! A Pad between integers: what it moves and what it adds are quantized before, as to quantize is a function of each
//! number. What it adds is one integer then, and what it moves costs nothing where both sides have one scale.

use super::parts::{Dequantized, Parts, Quantizer};
use super::rules::Fresh;
use crate::graph::Node;
use crate::tensor::{Element, Tensor};
use ndarray::{ArrayD, IxDyn};

/// Where a Pad reads the number that it adds.
const VALUE: usize = 2;
/// A version of Pad that adds to integers, and reads it there.
const OPSET: i64 = 13;

/// The nodes in place of a Pad and the QuantizeLinear behind it.
pub(super) fn padded(
    parts: &Parts<'_>,
    p: &Node,
    last: &Node,
    inputs: &[Option<Dequantized>],
    q: &Quantizer,
    fresh: &mut Fresh,
) -> Option<Vec<Node>> {
    let out = last.outputs.first()?;
    let (mut nodes, mut list) = (vec![], p.inputs.clone());
    let mut quantized = |float: &str, given: Option<&Dequantized>, part: &str| {
        if let Some(x) = given.filter(|x| parts.same(x, q)) {
            return x.q.clone();
        }
        let name = format!("{out}.{part}");
        let mut inputs = last.inputs.clone();
        float.clone_into(&mut inputs[0]);
        let name_of = format!("{}.{part}", last.name);
        nodes.push(Node { name: name_of, inputs, outputs: vec![name.clone()], ..last.clone() });
        name
    };
    let x = inputs.first()?.as_ref().filter(|x| x.whole)?;
    list[0] = quantized(&p.inputs[0], Some(x), "inside");
    if p.text("mode").ok()?.unwrap_or("constant") == "constant" {
        let value = match list.get(VALUE).filter(|v| !v.is_empty()) {
            Some(v) => v.clone(),
            None => {
                let value = ArrayD::from_elem(IxDyn(&[]), p.extended("value", 0.0).ok()?);
                let name = format!("{out}.outside.float");
                fresh.push((name.clone(), Tensor::float(Element::Float, value)));
                name
            }
        };
        let given = inputs.get(VALUE).and_then(Option::as_ref);
        list.resize(list.len().max(VALUE + 1), String::new());
        list[VALUE] = quantized(&value, given, "outside");
    }
    let opset = p.opset.max(OPSET);
    nodes.push(Node { inputs: list, outputs: last.outputs.clone(), opset, ..p.clone() });
    Some(nodes)
}
