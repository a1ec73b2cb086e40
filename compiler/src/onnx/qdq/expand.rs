//! QLinearConcat of `com.microsoft` as what it computes: every input is dequantized, quantized as the
//! result is, and joined.

use crate::onnx::fault::{Import, refuse};
use crate::onnx::graph::{Attribute, Graph, Node};
use crate::onnx::ops::quantized::MICROSOFT;

/// Version of QuantizeLinear and Concat that the nodes are of.
const OPSET: i64 = 13;

/// Replaces every QLinearConcat.
pub(crate) fn expand(g: &mut Graph) -> Import<()> {
    let mut nodes = vec![];
    for n in std::mem::take(&mut g.nodes) {
        if n.op == "QLinearConcat" && n.domain == MICROSOFT {
            nodes.extend(parts(&n).map_err(|f| f.at(n.place()))?);
        } else {
            nodes.push(n);
        }
    }
    g.nodes = nodes;
    Ok(())
}

fn parts(n: &Node) -> Import<Vec<Node>> {
    // The result's scale and zero point, then three inputs for each tensor.
    let (Some(out), Some((y, rest))) = (n.outputs.first(), n.inputs.split_at_checked(2)) else {
        return refuse("it has no inputs");
    };
    if rest.is_empty() || !rest.len().is_multiple_of(3) {
        return refuse(format!("it has {} inputs", n.inputs.len()));
    }
    let node = |op: &str, part: String, inputs: Vec<String>, output: String| Node {
        name: format!("{}{part}", n.name),
        op: op.into(),
        domain: String::new(),
        opset: OPSET,
        inputs,
        outputs: vec![output],
        ..Node::default()
    };
    let mut nodes = vec![];
    let mut list = vec![];
    for (k, x) in rest.chunks(3).enumerate() {
        let (float, own) = (format!("{out}.{k}.float"), format!("{out}.{k}"));
        nodes.push(node("DequantizeLinear", format!(".{k}.float"), x.to_vec(), float.clone()));
        let inputs = vec![float, y[0].clone(), y[1].clone()];
        nodes.push(node("QuantizeLinear", format!(".{k}"), inputs, own.clone()));
        list.push(own);
    }
    let mut last = node("Concat", String::new(), list, out.clone());
    last.attributes.insert("axis".into(), Attribute::Int(n.int("axis")?.unwrap_or(1)));
    nodes.push(last);
    Ok(nodes)
}
