//! Loop: <https://onnx.ai/onnx/operators/onnx__Loop.html>, one iteration at a time. Behind each comes a
//! node for those that are left, which notes how far it is; its condition is known by then, or not.

use super::{MAX_STEPS, Scope, give, stack};
use crate::fault::{Import, refuse};
use crate::graph::{Attribute, Node};
use crate::tensor::Tensor;
use ndarray::{ArrayD, IxDyn};
use std::sync::Arc;

/// The iterations of a loop that were written already, and what each of them gave to collect.
const STEP: &str = "zirc.step";
const COLLECTED: &str = "zirc.collected";

/// One iteration and those that are left, or what all of them gave.
pub(super) fn repeat(n: &Node, s: &mut Scope<'_>) -> Import<Vec<Node>> {
    let step = n.int_or(STEP, 0)?;
    let first = n.body("body")?;
    let b = &if step == 0 { Arc::new(s.hoist(first)) } else { first.clone() };
    let own = n.own_inputs();
    let (Some(count), condition) = (own.first(), own.get(1)) else {
        return refuse("it has no inputs");
    };
    let states = own.get(2..).unwrap_or(&[]);
    let collected = n.texts(COLLECTED)?.unwrap_or(&[]);
    let fits = b.inputs.len() == 2 + states.len() && b.outputs.len() > states.len();
    let scans = b.outputs.len().saturating_sub(1 + states.len());
    if !fits || n.outputs.len() > states.len() + scans {
        return refuse("its body does not take and give what it should");
    }
    let most = match count.as_str() {
        "" => None,
        name => match s.constants.get(name) {
            Some(t) => t.int_list()?.first().copied(),
            None => return refuse("how often it repeats depends on the data"),
        },
    };
    let going = match condition.filter(|c| !c.is_empty()) {
        Some(c) => s.truth(c)?,
        None => true,
    };
    if !going || most.is_some_and(|m| step >= m) {
        return collect(n, s, states, collected, scans);
    }
    if step >= MAX_STEPS as i64 {
        return refuse(format!("it repeats more than {MAX_STEPS} times"));
    }
    let label = format!(".{step}");
    let at = Tensor::int64s(&[step]).reshaped(&[])?;
    let at = s.constant(&format!("{}{label}", b.inputs[0]), at);
    let yes = Tensor::bool(ArrayD::from_elem(IxDyn(&[]), true));
    let yes = s.constant(&format!("{}{label}", b.inputs[1]), yes);
    let inputs = [&[at, yes], states].concat();
    let (mut nodes, given) = s.run(b, &inputs, &label)?;
    let (next, scanned) = given.split_at(1 + states.len());
    let mut again = n.clone();
    again.inputs = [std::slice::from_ref(count), next, &n.inputs[own.len()..]].concat();
    again.attributes.insert("body".into(), Attribute::Body(b.clone()));
    again.attributes.insert(STEP.into(), Attribute::Int(step + 1));
    let all = [collected, scanned].concat();
    again.attributes.insert(COLLECTED.into(), Attribute::Texts(all));
    nodes.push(again);
    Ok(nodes)
}

/// The results of a loop: its states, and what its iterations gave one behind the other.
fn collect(
    n: &Node,
    s: &mut Scope<'_>,
    states: &[String],
    collected: &[String],
    scans: usize,
) -> Import<Vec<Node>> {
    let mut nodes = vec![];
    give(&mut nodes, &n.outputs, states);
    for k in 0..scans {
        let Some(out) = n.outputs.get(states.len() + k).filter(|o| !o.is_empty()) else { continue };
        let parts: Vec<&String> = collected.iter().skip(k).step_by(scans).collect();
        stack(&mut nodes, s, out, &parts, 0)?;
    }
    Ok(nodes)
}
