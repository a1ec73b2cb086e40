//! The table of operations: which there are, and why others are not.

#[cfg(test)]
mod hostile;

use super::control;
use super::fault::Fault;
use super::graph::{Graph, Node};
use super::ops::{
    Operation, activations, classical, elementwise, folded, linear, normalization, pooling,
    quantized, recurrent, reductions, shape, transformers,
};
use std::collections::BTreeSet;

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
    ("classical", classical::OPERATIONS),
];

/// The operation of a node.
pub(crate) fn find(n: &Node) -> Option<&'static Operation> {
    GROUPS.iter().flat_map(|(_, g)| g.iter()).chain(folded::OPERATIONS).find(|o| o.is(n))
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

/// Whether a node reduces axes to one number each.
pub(crate) fn reduces(n: &Node) -> bool {
    find(n).is_some_and(|o| o.reduces)
}

/// Operations that cannot be, with the reason and what to do.
const REFUSED: &[(&[&str], &str, &str)] = &[
    (
        &["If", "Loop", "Scan"],
        "what decides which part of it runs, or how often, depends on the data",
        "export the model with its loops unrolled and its conditions known",
    ),
    (
        &["NonZero", "Unique", "Compress", "NonMaxSuppression"],
        "the shape of its result depends on the data",
        "a circuit has one shape: leave this operation outside of what is proved",
    ),
    (
        &[
            "RandomNormal",
            "RandomUniform",
            "RandomNormalLike",
            "RandomUniformLike",
            "Bernoulli",
            "Multinomial",
        ],
        "a proof has no source of randomness",
        "make the random numbers an input of the model",
    ),
];

/// Why an operation cannot be, and what to do.
fn reason(n: &Node) -> (&'static str, &'static str) {
    let known = REFUSED.iter().find(|(names, ..)| names.contains(&n.op.as_str()));
    known.map_or(
        (
            "this operation is not supported",
            "rewrite it with supported ones, or cut the model before it",
        ),
        |(_, why, help)| (why, help),
    )
}

/// Why a node cannot be imported, if it cannot with the inputs that are `known`.
pub(crate) fn missing(n: &Node, known: &dyn Fn(&String) -> bool) -> Option<Fault> {
    let can = match find(n) {
        Some(_) => !only_folds(n) || n.inputs.iter().all(known),
        None => control::unfolds(n, known),
    };
    (!can).then(|| refusal(n))
}

/// Why a node cannot be imported.
pub(crate) fn refusal(n: &Node) -> Fault {
    let (why, help) = reason(n);
    Fault::new(format!("{why} (opset {})", n.opset)).at(n.place()).help(help)
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
