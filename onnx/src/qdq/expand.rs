//! Operators of `com.microsoft` on integers as what they compute. QLinearConcat and QLinearWhere: every
//! tensor is dequantized and quantized as the result is, and then they are joined, or chosen from.
//! QLinearSoftmax: a Softmax of what is dequantized, in whole steps.

use crate::fault::{Import, refuse};
use crate::graph::{Attribute, Graph, Node};
use crate::ops::quantized::MICROSOFT;
use crate::tensor::{Element, Tensor};
use ndarray::{ArrayD, IxDyn};

/// Version of QuantizeLinear and of what is between that the nodes are of.
const OPSET: i64 = 13;

/// How an operator is replaced.
type Rule = fn(&Node, &mut Graph) -> Import<Vec<Node>>;

const RULES: &[(&str, Rule)] =
    &[("QLinearConcat", concat), ("QLinearWhere", choice), ("QLinearSoftmax", softmax)];

/// Replaces every operator that there is a rule for.
pub(crate) fn expand(g: &mut Graph) -> Import<()> {
    let mut nodes = vec![];
    for n in std::mem::take(&mut g.nodes) {
        match RULES.iter().find(|r| r.0 == n.op && n.domain == MICROSOFT) {
            Some((_, rule)) => nodes.extend(rule(&n, g).map_err(|f| f.at(n.place()))?),
            None => nodes.push(n),
        }
    }
    g.nodes = nodes;
    Ok(())
}

fn node(n: &Node, op: &str, part: &str, inputs: Vec<String>, output: String) -> Node {
    Node {
        name: format!("{}{part}", n.name),
        op: op.into(),
        domain: String::new(),
        opset: OPSET,
        inputs,
        outputs: vec![output],
        ..Node::default()
    }
}

/// A tensor with its scale and zero point, quantized as the result is: nodes, and its name.
fn again(n: &Node, out: &str, k: usize, x: &[String], y: &[String]) -> (Vec<Node>, String) {
    let (float, own) = (format!("{out}.{k}.float"), format!("{out}.{k}"));
    let inputs = vec![float.clone(), y[0].clone(), y[1].clone()];
    let nodes = vec![
        node(n, "DequantizeLinear", &format!(".{k}.float"), x.to_vec(), float),
        node(n, "QuantizeLinear", &format!(".{k}"), inputs, own.clone()),
    ];
    (nodes, own)
}

fn concat(n: &Node, _: &mut Graph) -> Import<Vec<Node>> {
    // The result's scale and zero point, then three inputs for each tensor.
    let (Some(out), Some((y, rest))) = (n.outputs.first(), n.inputs.split_at_checked(2)) else {
        return refuse("it has no inputs");
    };
    if rest.is_empty() || !rest.len().is_multiple_of(3) {
        return refuse(format!("it has {} inputs", n.inputs.len()));
    }
    let mut nodes = vec![];
    let mut list = vec![];
    for (k, x) in rest.chunks(3).enumerate() {
        let (own, name) = again(n, out, k, x, y);
        nodes.extend(own);
        list.push(name);
    }
    let mut last = node(n, "Concat", "", list, out.clone());
    last.attributes.insert("axis".into(), Attribute::Int(n.int("axis")?.unwrap_or(1)));
    nodes.push(last);
    Ok(nodes)
}

fn choice(n: &Node, _: &mut Graph) -> Import<Vec<Node>> {
    // The condition, two tensors with their scales and zero points, and those of the result.
    let (Some(out), [condition, rest @ ..]) = (n.outputs.first(), n.inputs.as_slice()) else {
        return refuse("it has no inputs");
    };
    let Some((operands, y)) = rest.split_at_checked(6).filter(|(_, y)| y.len() == 2) else {
        return refuse(format!("it has {} inputs", n.inputs.len()));
    };
    let mut nodes = vec![];
    let mut list = vec![condition.clone()];
    for (k, x) in operands.chunks(3).enumerate() {
        let (own, name) = again(n, out, k, x, y);
        nodes.extend(own);
        list.push(name);
    }
    nodes.push(node(n, "Where", "", list, out.clone()));
    Ok(nodes)
}

fn softmax(n: &Node, g: &mut Graph) -> Import<Vec<Node>> {
    let (Some(out), [x, sx, zx, sy, rest @ ..]) = (n.outputs.first(), n.inputs.as_slice()) else {
        return refuse(format!("it has {} inputs", n.inputs.len()));
    };
    let Some(scale) = g.initializers.get(sy).and_then(whole_steps) else {
        return refuse("its scales must be constants");
    };
    let (float, shares) = (format!("{out}.float"), format!("{out}.shares"));
    let steps = format!("{out}.steps");
    g.initializers.insert(steps.clone(), scale);
    let mut list = vec![shares.clone(), steps];
    list.extend(rest.first().cloned());
    let inputs = vec![x.clone(), sx.clone(), zx.clone()];
    let mut middle = node(n, "Softmax", "", vec![float.clone()], shares);
    middle.opset = n.int_or("opset", OPSET)?;
    if let Some(axis) = n.int("axis")? {
        middle.attributes.insert("axis".into(), Attribute::Int(axis));
    }
    Ok(vec![
        node(n, "DequantizeLinear", ".float", inputs, float),
        middle,
        node(n, "QuantizeLinear", ".steps", list, out.clone()),
    ])
}

/// The scale by which onnxruntime quantizes a softmax of integers: 1 by a whole number, which is rounded
/// down. Of 1/255 as a 32-bit float, that number is 254.
pub(super) fn whole_steps(scale: &Tensor) -> Option<Tensor> {
    let a = scale.floats().ok()?;
    let steps = (1.0 / a.first().copied().filter(|_| a.len() == 1)? as f32).floor();
    let v = f64::from(1.0 / steps);
    let one = ArrayD::from_elem(IxDyn(&[]), v);
    (steps >= 1.0 && v.is_finite()).then(|| Tensor::float(Element::Float, one))
}
