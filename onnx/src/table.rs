//! The table of operations: which there are, and why others are not.

#[cfg(test)]
mod hostile;
#[cfg(test)]
mod round_trip;

use super::context::Meaning;
use super::control;
use super::fault::Fault;
use super::graph::{Graph, Node};
use super::ops::{
    Effect, Operation, Refusal, Role, Written, activations, classical, elementwise, folded, fused,
    linear, normalization, pooling, quantized, recurrent, reductions, refused, shape, transformers,
};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

/// The groups in the order of the guide.
const GROUPS: &[(&str, &[Operation])] = &[
    ("linear", linear::OPERATIONS),
    ("pooling", pooling::OPERATIONS),
    ("normalization", normalization::OPERATIONS),
    ("activations", activations::OPERATIONS),
    ("elementwise", elementwise::OPERATIONS),
    ("reductions", reductions::OPERATIONS),
    ("shape", shape::OPERATIONS),
    ("transformers", transformers::OPERATIONS),
    ("recurrent", recurrent::OPERATIONS),
    ("quantized", quantized::OPERATIONS),
    ("fused", fused::OPERATIONS),
    ("classical", classical::OPERATIONS),
];

/// The rows by domain and name.
type Rows = BTreeMap<(&'static str, &'static str), &'static Operation>;

/// The operation of a node.
pub(crate) fn find(n: &Node) -> Option<&'static Operation> {
    static ROWS: OnceLock<Rows> = OnceLock::new();
    let groups = || GROUPS.iter().flat_map(|(_, g)| g.iter());
    let all = || groups().chain(folded::OPERATIONS).chain(refused::OPERATIONS);
    let rows = ROWS.get_or_init(|| all().map(|o| ((o.domain, o.name), o)).collect());
    rows.get(&(n.domain.as_str(), n.op.as_str())).copied()
}

/// What rules that rewrite graphs know a node as.
pub(crate) fn role(n: &Node) -> Role {
    find(n).map_or(Role::Other, |o| o.role)
}

/// What becomes of an error of a node's input.
pub(crate) fn effect(n: &Node) -> Effect {
    find(n).map_or(Effect::Other, |o| o.effect)
}

/// What a result of a node is for, if its operator says it.
pub(crate) fn gives(n: &Node, k: usize) -> Meaning {
    find(n).and_then(|o| o.gives.get(k)).copied().unwrap_or_default()
}

/// Whether a node's second result has a number for each class of its first, in their order.
pub(crate) fn ranks(n: &Node) -> bool {
    find(n).is_some_and(|o| o.ranks)
}

/// Whether a node only multiplies and adds what it reads.
pub(crate) fn multiplies(n: &Node) -> bool {
    find(n).is_some_and(|o| o.multiplies)
}

/// Whether a node takes elements of its first input to other places.
pub(crate) fn moves(n: &Node) -> bool {
    find(n).is_some_and(|o| o.moves)
}

/// Operators that nodes which are written out may be tried as, the newest first: of two that are the same
/// function there, it is taken.
pub(crate) fn written() -> impl Iterator<Item = (&'static str, Written)> {
    static NEWEST: OnceLock<Vec<&'static Operation>> = OnceLock::new();
    let rows = NEWEST.get_or_init(|| {
        let all = GROUPS.iter().flat_map(|(_, g)| g.iter());
        let mut all: Vec<_> = all.filter(|o| o.written != Written::No).collect();
        all.sort_by_key(|o| std::cmp::Reverse(o.written.opset()));
        all
    });
    rows.iter().map(|o| (o.name, o.written))
}

/// Whether an operation is only known of constants.
pub(crate) fn only_folds(n: &Node) -> bool {
    folded::OPERATIONS.iter().any(|o| o.is(n))
}

/// All operations: group, domain and name.
pub(crate) fn names() -> Vec<(&'static str, &'static str, &'static str)> {
    let one = |(group, ops): &(&'static str, &'static [Operation])| {
        let group = *group;
        ops.iter().map(move |o| (group, o.domain, o.name)).collect::<Vec<_>>()
    };
    GROUPS.iter().flat_map(one).collect()
}

/// Whether a node's results follow from the shapes and types of its inputs alone.
pub(crate) fn by_shape(n: &Node) -> bool {
    find(n).is_some_and(|o| o.by_shape)
}

/// Whether a node's results may be far larger than its inputs.
pub(crate) fn grows(n: &Node) -> bool {
    find(n).is_some_and(|o| o.grows)
}

/// Whether a node is a function of each element, of which a table may hold all results.
pub(crate) fn is_function(n: &Node) -> bool {
    find(n).is_some_and(|o| o.function)
}

/// Whether each element of a node's result follows from the elements at the same place alone.
pub(crate) fn is_pointwise(n: &Node) -> bool {
    find(n).is_some_and(|o| o.pointwise)
}

/// Whether each element of a node's result follows from the element at the same place and from its column.
pub(crate) fn is_columnwise(n: &Node) -> bool {
    find(n).is_some_and(|o| o.columnwise)
}

/// Whether a node reduces axes to one number each.
pub(crate) fn reduces(n: &Node) -> bool {
    find(n).is_some_and(|o| o.reduces)
}

/// Why an operation cannot be, and what to do.
fn reason(n: &Node) -> &'static Refusal {
    const UNKNOWN: Refusal = Refusal {
        why: "this operation is not supported",
        help: "rewrite it with supported ones, or cut the model before it",
    };
    find(n).and_then(|o| o.refused).or_else(|| control::refused(n)).unwrap_or(&UNKNOWN)
}

/// Why a node cannot be imported, if it cannot with the inputs that are `known`.
pub(crate) fn missing(n: &Node, known: &dyn Fn(&String) -> bool) -> Option<Fault> {
    let can = match find(n) {
        Some(_) if only_folds(n) => n.inputs.iter().all(known),
        Some(o) => o.refused.is_none(),
        None => control::unfolds(n, known),
    };
    (!can).then(|| refusal(n))
}

/// Why a node cannot be imported.
pub(crate) fn refusal(n: &Node) -> Fault {
    let Refusal { why, help } = reason(n);
    Fault::new(format!("{why} (opset {})", n.opset)).at(n.place()).help(*help)
}

/// All nodes whose operation is not supported. What they read is taken to be known where it is made
/// of constants and shapes alone.
pub(crate) fn unsupported(g: &Graph) -> Vec<Fault> {
    let mut known: BTreeSet<&String> = g.initializers.keys().collect();
    let mut faults = vec![];
    for n in &g.nodes {
        let is_known = |i: &String| i.is_empty() || known.contains(i);
        let fault = missing(n, &is_known);
        let fixed = n.inputs.iter().all(is_known) || by_shape(n) || control::is(n);
        if fixed && fault.is_none() {
            known.extend(&n.outputs);
        }
        faults.extend(fault);
    }
    faults
}
