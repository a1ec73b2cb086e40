//! Scan: <https://onnx.ai/onnx/operators/onnx__Scan.html>, opset 9 and later, as often as the sequences
//! have elements.

use super::{MAX_STEPS, Scope, give, plain, stack};
use crate::fault::{Import, refuse};
use crate::graph::{Attribute, Node, axis};
use crate::tensor::{Element, Tensor};
use ndarray::{ArrayD, IxDyn};

/// What a list of numbers says of each of `count` things; 0 where there is no list.
fn listed(n: &Node, name: &str, count: usize) -> Import<Vec<i64>> {
    match n.ints(name)? {
        None => Ok(vec![0; count]),
        Some(l) if l.len() == count => Ok(l.to_vec()),
        Some(l) => refuse(format!("`{name}` has {} entries for {count}", l.len())),
    }
}

/// The iterations, one behind the other.
pub(super) fn scan(n: &Node, s: &mut Scope<'_>) -> Import<Vec<Node>> {
    let b = &s.hoist(n.body("body")?);
    let own = n.own_inputs();
    let scanned = n.int_or("num_scan_inputs", 0)?;
    let scanned = usize::try_from(scanned).ok().filter(|k| *k >= 1 && *k <= own.len());
    let Some(scanned) = scanned.filter(|_| n.opset >= 9) else {
        return refuse("`num_scan_inputs` does not fit, or it is older than opset 9");
    };
    let (states, sequences) = own.split_at(own.len() - scanned);
    let Some(scans) = b.outputs.len().checked_sub(states.len()) else {
        return refuse("its body does not give what it should");
    };
    if b.inputs.len() != own.len() || n.outputs.len() > b.outputs.len() {
        return refuse("its body does not take and give what it should");
    }
    let axes = listed(n, "scan_input_axes", scanned)?;
    let back = listed(n, "scan_input_directions", scanned)?;
    let (out_axes, out_back) =
        (listed(n, "scan_output_axes", scans)?, listed(n, "scan_output_directions", scans)?);
    let mut sizes = vec![];
    for (x, a) in sequences.iter().zip(&axes) {
        let shape = s.shape(x)?;
        sizes.push(shape[axis(*a, shape.len())?]);
    }
    let steps = sizes.first().copied().unwrap_or(0);
    if sizes.iter().any(|n| *n != steps) || steps > MAX_STEPS {
        return refuse(format!("its sequences have {sizes:?} elements"));
    }
    let (mut nodes, mut states, mut collected) = (vec![], states.to_vec(), vec![]);
    for step in 0..steps {
        let mut inputs = states;
        for (k, x) in sequences.iter().enumerate() {
            let at = if back[k] == 1 { steps - 1 - step } else { step };
            let at = Tensor::int(Element::Int64, ArrayD::from_elem(IxDyn(&[]), at as i64));
            let at = s.constant(&format!("{x}.place"), at);
            let one = s.fresh.name(&format!("{x}.{step}"));
            let mut taken = plain("Gather", &[x, &at], &one);
            taken.attributes.insert("axis".into(), Attribute::Int(axes[k]));
            nodes.push(taken);
            inputs.push(one);
        }
        let (body, given) = s.run(b, &inputs, &format!(".{step}"))?;
        nodes.extend(body);
        let (next, scanned) = given.split_at(given.len() - scans);
        states = next.to_vec();
        collected.extend(scanned.to_vec());
    }
    give(&mut nodes, &n.outputs, &states);
    for k in 0..scans {
        let Some(out) = n.outputs.get(states.len() + k).filter(|o| !o.is_empty()) else { continue };
        let mut parts: Vec<&String> = collected.iter().skip(k).step_by(scans).collect();
        if out_back[k] == 1 {
            parts.reverse();
        }
        stack(&mut nodes, s, out, &parts, out_axes[k])?;
    }
    Ok(nodes)
}
