//! The model in the clear: what ONNX says each node computes, in double precision. Constants are
//! folded by it, shapes found, ranges calibrated, and the circuit's integers compared with it.
//!
//! Sums are taken in index order and transcendental functions come from `libm`, so that the same
//! model gives the same numbers on every machine.

use super::context::{Args, Operation, Scope, result_name};
use super::control;
use super::fault::{Fault, Import, refuse};
use super::graph::{Fresh, Graph, Node, show};
use super::ops::quantized::dequantizes;
use super::room;
use super::schema;
use super::table;
use super::tensor::{Tensor, elements};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// The results of one node; `value` gives what it reads.
pub(crate) fn node<'v>(
    n: &Node,
    value: &dyn Fn(&str) -> Option<&'v Tensor>,
) -> Import<Vec<Tensor>> {
    let op = table::find(n).ok_or_else(|| Fault::new("this operation is not supported"))?;
    let list = n.inputs.iter().map(|i| value(i)).collect();
    let out = op.evaluate(n, &Args { list })?;
    for t in &out {
        elements(t.shape())?;
    }
    if out.len() < n.outputs.len() && n.outputs[out.len()..].iter().any(|o| !o.is_empty()) {
        return refuse(format!("gives {} outputs, {} are used", out.len(), n.outputs.len()));
    }
    Ok(out)
}

/// Everything that the graph computes from its inputs, by the name of the tensor; what is there
/// already is not computed again.
pub(crate) fn graph(g: &Graph, values: &mut BTreeMap<String, Tensor>) -> Import<()> {
    nodes(&g.nodes, &|name| g.initializers.get(name), values)
}

/// The same of nodes whose constants are somewhere else.
pub(crate) fn nodes<'c, 'n>(
    all: impl IntoIterator<Item = &'n Node>,
    constant: &dyn Fn(&str) -> Option<&'c Tensor>,
    values: &mut BTreeMap<String, Tensor>,
) -> Import<()> {
    changed(all, constant, values, &|_, t| t)
}

/// The same where each tensor becomes another one as soon as it is computed.
pub(crate) fn changed<'c, 'n>(
    all: impl IntoIterator<Item = &'n Node>,
    constant: &dyn Fn(&str) -> Option<&'c Tensor>,
    values: &mut BTreeMap<String, Tensor>,
    change: &dyn Fn(&str, Tensor) -> Tensor,
) -> Import<()> {
    let mut total = 0;
    for n in all {
        if n.outputs.iter().all(|o| o.is_empty() || values.contains_key(o)) {
            continue;
        }
        let value = |name: &str| values.get(name).or_else(|| constant(name));
        let out = node(n, &value).map_err(|f| f.at(n.place()))?;
        total = sum(total, &out).map_err(|f| f.at(n.place()))?;
        for (k, t) in out.into_iter().enumerate() {
            let name = result_name(n, k);
            let t = change(&name, t);
            values.insert(name, t);
        }
    }
    Ok(())
}

/// Elements of all results so far, those of one more node among them.
fn sum(total: usize, out: &[Tensor]) -> Import<usize> {
    let total = out.iter().fold(total, |n, t| n.saturating_add(t.len()));
    let most = room::in_all();
    if total > most {
        return refuse(format!(
            "the tensors computed up to here have {total} elements in all, the limit is {most} \
             (`--budget` raises it)"
        ));
    }
    Ok(total)
}

fn keep(n: &Node, out: Vec<Tensor>, values: &mut BTreeMap<String, Tensor>) {
    for (k, t) in out.into_iter().enumerate() {
        values.insert(result_name(n, k), t);
    }
}

/// Most nodes that those with graphs inside of them may become.
const MAX_UNFOLDED: usize = 1 << 17;

/// Computes what depends on no input or only on the shapes of inputs, moves it to the initializers,
/// and drops nodes that no output needs. `samples` holds a value of every input, for its shape and
/// type; those of all other tensors are added to it. Branches and loops become the nodes that run, and
/// operations that are written as others become these.
///
/// Nodes whose shape would depend on the data are refused: what decides it must be known. Nodes
/// that are `kept`, and what depends on them, stay nodes.
pub(crate) fn fold(
    g: &mut Graph,
    samples: &mut BTreeMap<String, Tensor>,
    kept: fn(&Node) -> bool,
) -> Result<(), Vec<Fault>> {
    let mut faults = vec![];
    let mut rest = vec![];
    let mut total = 0;
    let mut open: VecDeque<Node> = needed(std::mem::take(&mut g.nodes), &g.outputs).into();
    let mut unfolding = Unfolding { fresh: None, left: MAX_UNFOLDED };
    while let Some(n) = open.pop_front() {
        let known = |i: &String| i.is_empty() || g.initializers.contains_key(i);
        let fixed = !kept(&n) && n.inputs.iter().all(known);
        if !n.inputs.iter().all(|i| known(i) || samples.contains_key(i)) {
            // It reads what a node should give that was refused: that is not reported again.
            continue;
        }
        let undecided = unknown(&n, g);
        if !undecided.is_empty() {
            faults.extend(undecided);
            continue;
        }
        match unfolding.of(&n, g, samples, &open) {
            Ok(None) => {}
            Ok(Some(nodes)) => {
                nodes.into_iter().rev().for_each(|n| open.push_front(n));
                continue;
            }
            Err(f) => {
                faults.extend(f);
                continue;
            }
        }
        let value = |name: &str| g.initializers.get(name).or_else(|| samples.get(name));
        let out = node(&n, &value).and_then(|out| {
            total = sum(total, &out)?;
            Ok(out)
        });
        match out {
            Ok(out) if fixed || table::by_shape(&n) => {
                if let Some(grid) = grid(&n, g) {
                    g.grids.insert(result_name(&n, 0), grid);
                }
                keep(&n, out, &mut g.initializers);
            }
            Ok(out) => {
                keep(&n, out, samples);
                rest.push(n);
            }
            Err(f) => faults.push(f.at(n.place())),
        }
    }
    g.nodes = needed(rest, &g.outputs);
    let outputs = g.outputs.iter();
    let read: BTreeSet<&String> = g.nodes.iter().flat_map(|n| &n.inputs).chain(outputs).collect();
    g.initializers.retain(|name, _| read.contains(name));
    if faults.is_empty() { Ok(()) } else { Err(faults) }
}

/// Nodes that become others while a graph is folded.
struct Unfolding {
    /// Names for what they become, once there is such a node.
    fresh: Option<Fresh>,
    left: usize,
}

impl Unfolding {
    /// What stands in for a node with graphs inside of it, or for one that is written as others: nodes that can
    /// be imported.
    fn of(
        &mut self,
        n: &Node,
        g: &mut Graph,
        samples: &BTreeMap<String, Tensor>,
        open: &VecDeque<Node>,
    ) -> Result<Option<Vec<Node>>, Vec<Fault>> {
        let composed = table::find(n).and_then(Operation::composed);
        if composed.is_none() && !control::is(n) {
            return Ok(None);
        }
        let fresh = self.fresh.get_or_insert_with(|| {
            let mut fresh = Fresh::default();
            samples.keys().chain(g.initializers.keys()).for_each(|n| fresh.take(n));
            open.iter().chain([n]).flat_map(|n| &n.outputs).for_each(|n| fresh.take(n));
            fresh
        });
        let constants = &mut g.initializers;
        let mut scope = Scope { constants, samples, fresh, left: &mut self.left };
        let nodes = composed.unwrap_or(control::unfold)(n, &mut scope);
        let nodes = nodes.map_err(|f| vec![f.at(n.place())])?;
        let unknown = |_: &String| true;
        // What an operator stands for is not in the model.
        let told = |m: &Node, f: Fault| match composed {
            Some(_) => {
                let message = format!("it stands for {}: {}", show(&m.op), f.message);
                Fault { message, place: n.place(), ..f }
            }
            None => f,
        };
        let missing = nodes.iter().filter_map(|m| Some(told(m, table::missing(m, &unknown)?)));
        let missing: Vec<Fault> = missing.collect();
        let misfit = nodes.iter().filter_map(|m| Some(told(m, schema::check_node(m).err()?)));
        let misfit: Vec<Fault> = misfit.collect();
        match (missing.is_empty(), misfit.is_empty()) {
            (true, true) => Ok(Some(nodes)),
            (false, _) => Err(missing),
            _ => Err(misfit),
        }
    }
}

/// Scales of a result of constants: those it is dequantized by, or those of what it is made of, which
/// it has too if its elements were only moved.
fn grid(n: &Node, g: &Graph) -> Option<Vec<f32>> {
    if dequantizes(n) {
        let scales = g.initializers.get(n.inputs.get(1)?)?.floats().ok()?;
        return Some(scales.iter().map(|s| *s as f32).collect());
    }
    n.inputs.iter().find_map(|i| g.grids.get(i)).cloned()
}

/// The nodes that some output needs.
fn needed(nodes: Vec<Node>, outputs: &[String]) -> Vec<Node> {
    let mut needed: BTreeSet<String> = outputs.iter().cloned().collect();
    let mut kept = vec![];
    for n in nodes.into_iter().rev() {
        if n.outputs.iter().any(|o| needed.contains(o)) {
            needed.extend(n.inputs.iter().cloned());
            kept.push(n);
        }
    }
    kept.reverse();
    kept
}

/// Inputs of a node that must be constants, as its shape depends on them, and are not.
fn unknown(n: &Node, g: &Graph) -> Vec<Fault> {
    let Some(op) = table::find(n) else { return vec![] };
    let known = |i: &String| i.is_empty() || g.initializers.contains_key(i);
    if table::only_folds(n) && !n.inputs.iter().all(known) {
        return vec![table::refusal(n)];
    }
    let names = op.known.iter().filter_map(|&k| Some((k, n.inputs.get(k)?)));
    let open = names.filter(|(_, i)| !i.is_empty() && !g.initializers.contains_key(*i));
    open.map(|(k, i)| {
        Fault::new(format!("input {k}, `{}`, must be a constant", show(i)))
            .at(n.place())
            .help("a circuit has one shape: what decides it cannot be an input")
    })
    .collect()
}
