//! If, Loop, Scan: while a graph is folded they are replaced by the nodes that run, once what
//! decides is known. <https://onnx.ai/onnx/operators/onnx__If.html> and so on.
//!
//! If: its condition must be a constant by then, and the other branch is not looked at. Loop: one
//! iteration at a time, as long as its condition is a constant. Scan: as often as the shapes say.

mod repeat;
mod scan;

use super::context::{NODE_ELEMENTS, Refusal, Scope};
use super::fault::{Fault, Import, refuse};
use super::graph::{Attribute, Body, Node};
use super::tensor::{Tensor, Values};
use repeat::repeat;
use scan::scan;
use std::collections::BTreeMap;

/// Most iterations of a loop.
const MAX_STEPS: usize = 1 << 16;
/// Version of the operators that is written here.
const OPSET: i64 = 13;

/// An operator with graphs inside of it.
struct Control {
    name: &'static str,
    /// Inputs that must be constants.
    known: &'static [usize],
    /// What stands in for it.
    unfold: fn(&Node, &mut Scope<'_>) -> Import<Vec<Node>>,
    /// Why it cannot be where nothing can stand in for it.
    refused: &'static Refusal,
}

/// Where inputs decide.
const UNDECIDED: Refusal = Refusal {
    why: "what decides which part of it runs, or how often, depends on the data",
    help: "export the model with its loops unrolled and its conditions known",
};

const CONTROL: &[Control] = &[
    Control { name: "If", known: &[0], unfold: choose, refused: &UNDECIDED },
    Control { name: "Loop", known: &[0, 1], unfold: repeat, refused: &UNDECIDED },
    Control { name: "Scan", known: &[], unfold: scan, refused: &UNDECIDED },
];

fn find(n: &Node) -> Option<&'static Control> {
    CONTROL.iter().find(|c| n.domain.is_empty() && c.name == n.op)
}

/// Whether nodes can stand in for a node when its inputs are constants or not, as `known` says.
pub(crate) fn unfolds(n: &Node, known: &dyn Fn(&String) -> bool) -> bool {
    let decides = |c: &Control| c.known.iter().all(|k| n.inputs.get(*k).is_none_or(known));
    find(n).is_some_and(decides)
}

/// Why a node with graphs inside of it cannot be.
pub(crate) fn refused(n: &Node) -> Option<&'static Refusal> {
    find(n).map(|c| c.refused)
}

/// Whether a node has graphs inside of it.
pub(crate) fn is(n: &Node) -> bool {
    find(n).is_some()
}

/// The nodes that stand in for one with graphs inside of it.
pub(crate) fn unfold(n: &Node, s: &mut Scope<'_>) -> Import<Vec<Node>> {
    match find(n) {
        Some(c) => (c.unfold)(n, s),
        None => refuse("has no graph"),
    }
}

impl Scope<'_> {
    fn truth(&self, name: &str) -> Import<bool> {
        let list = match self.constants.get(name).map(|t| &t.values) {
            Some(Values::Bool(a)) if a.len() == 1 => a.iter().copied().next(),
            Some(_) => return refuse("its condition is no single truth value"),
            None => None,
        };
        list.ok_or_else(|| {
            Fault::new("its condition depends on the data")
                .help("export the model with its loops unrolled and its conditions known")
        })
    }

    /// A body whose constants are those of the graph: it may run often.
    fn hoist(&mut self, b: &Body) -> Body {
        let mut names: BTreeMap<&str, String> = BTreeMap::new();
        for (name, t) in &b.initializers {
            let own = self.constant(name, t.clone());
            names.insert(name, own);
        }
        let given = |name: &String| names.get(name.as_str()).unwrap_or(name).clone();
        Body {
            inputs: b.inputs.clone(),
            nodes: b.nodes.iter().map(|n| renamed(n, &names)).collect(),
            initializers: BTreeMap::new(),
            outputs: b.outputs.iter().map(given).collect(),
            reads: b.reads.clone(),
        }
    }

    /// The nodes of a body without constants that is given `inputs`, with names of their own, and the
    /// names of what it gives. `label` tells one run from another.
    fn run(
        &mut self,
        b: &Body,
        inputs: &[String],
        label: &str,
    ) -> Import<(Vec<Node>, Vec<String>)> {
        // What may run often is copied each time.
        let size = if label.is_empty() { b.nodes.len() } else { weight(b) };
        match self.left.checked_sub(1 + size) {
            Some(left) => *self.left = left,
            None => return refuse("its graph is more than may be written out"),
        }
        let mut names: BTreeMap<&str, String> = BTreeMap::new();
        names.extend(b.inputs.iter().map(String::as_str).zip(inputs.iter().cloned()));
        for o in b.nodes.iter().flat_map(|n| &n.outputs).filter(|o| !o.is_empty()) {
            names.insert(o, self.fresh.name(&format!("{o}{label}")));
        }
        let nodes = b.nodes.iter().map(|n| {
            let mut n = renamed(n, &names);
            if !n.name.is_empty() {
                n.name += label;
            }
            n
        });
        let nodes = nodes.collect();
        let outputs = b.outputs.iter().map(|o| names.get(o.as_str()).unwrap_or(o).clone());
        Ok((nodes, outputs.collect()))
    }
}

/// How much a body holds, in nodes.
fn weight(b: &Body) -> usize {
    let elements: usize = b.initializers.values().map(Tensor::len).sum();
    let attributes = b.nodes.iter().flat_map(|n| n.attributes.values()).map(|a| match a {
        Attribute::Tensor(t) => t.len() / NODE_ELEMENTS,
        Attribute::Floats(l) => l.len() / NODE_ELEMENTS,
        Attribute::Ints(l) => l.len() / NODE_ELEMENTS,
        Attribute::Body(b) => weight(b),
        _ => 0,
    });
    b.nodes.len() + elements / NODE_ELEMENTS + attributes.sum::<usize>()
}

/// A node under other names, the graphs inside of it too. A name of their own may hide one.
fn renamed(n: &Node, names: &BTreeMap<&str, String>) -> Node {
    let one = |name: &String| names.get(name.as_str()).unwrap_or(name).clone();
    let mut out = n.clone();
    out.inputs = n.inputs.iter().map(one).collect();
    out.outputs = n.outputs.iter().map(one).collect();
    for a in out.attributes.values_mut() {
        let Attribute::Body(b) = a else { continue };
        let mut inner = names.clone();
        b.inputs.iter().chain(b.initializers.keys()).for_each(|own| {
            inner.remove(own.as_str());
        });
        b.nodes.iter().flat_map(|n| &n.outputs).for_each(|own| {
            inner.remove(own.as_str());
        });
        let one = |name: &String| inner.get(name.as_str()).unwrap_or(name).clone();
        *a = Attribute::Body(
            Body {
                inputs: b.inputs.clone(),
                nodes: b.nodes.iter().map(|n| renamed(n, &inner)).collect(),
                initializers: b.initializers.clone(),
                outputs: b.outputs.iter().map(one).collect(),
                reads: b.reads.iter().map(one).collect(),
            }
            .into(),
        );
    }
    out
}

fn plain(op: &str, inputs: &[&str], output: &str) -> Node {
    Node {
        op: op.into(),
        opset: OPSET,
        inputs: inputs.iter().map(|i| (*i).into()).collect(),
        outputs: vec![output.into()],
        ..Node::default()
    }
}

/// Gives the outputs of a node, where it has them, tensors that exist.
fn give(nodes: &mut Vec<Node>, outputs: &[String], from: &[String]) {
    let pairs = outputs.iter().zip(from).filter(|(to, _)| !to.is_empty());
    nodes.extend(pairs.map(|(to, from)| plain("Identity", &[from], to)));
}

fn choose(n: &Node, s: &mut Scope<'_>) -> Import<Vec<Node>> {
    let [condition] = n.own_inputs() else { return refuse("it takes one input") };
    let branch = if s.truth(condition)? { "then_branch" } else { "else_branch" };
    let b = n.body(branch)?;
    if b.outputs.len() < n.outputs.len() || !b.inputs.is_empty() {
        return refuse(format!("`{branch}` gives {} outputs", b.outputs.len()));
    }
    let b = s.hoist(b);
    let (mut nodes, given) = s.run(&b, &[], "")?;
    give(&mut nodes, &n.outputs, &given);
    Ok(nodes)
}

/// Tensors of one shape behind one another, along a new axis.
fn stack(
    nodes: &mut Vec<Node>,
    s: &mut Scope<'_>,
    out: &str,
    parts: &[&String],
    axis: i64,
) -> Import<()> {
    if parts.is_empty() {
        return refuse("it does not repeat once, and so has no elements to give");
    }
    let axes = s.constant(&format!("{out}.axis"), Tensor::int64s(&[axis]));
    let mut list = vec![];
    for p in parts {
        let one = s.fresh.name(&format!("{p}.row"));
        nodes.push(plain("Unsqueeze", &[p, &axes], &one));
        list.push(one);
    }
    let list: Vec<&str> = list.iter().map(String::as_str).collect();
    let mut all = plain("Concat", &list, out);
    all.attributes.insert("axis".into(), Attribute::Int(axis));
    nodes.push(all);
    Ok(())
}
