//! The operations, a file for each or for a family that shares its formula, in the groups that ONNX
//! makes of them. Each file says the formula, what it accepts, what it refuses, and which layer of
//! the standard library it calls.

pub(crate) mod activations;
pub(crate) mod classical;
pub(crate) mod elementwise;
mod folded;
#[cfg(test)]
mod hostile;
pub(crate) mod linear;
pub(crate) mod normalization;
pub(crate) mod pooling;
pub(crate) mod quantized;
pub(crate) mod recurrent;
pub(crate) mod reductions;
pub(crate) mod shape;
pub(crate) mod transformers;

use super::control;
use super::convert::Converter;
use super::evaluate::Args;
use super::fault::{Fault, Import};
use super::graph::{Graph, Node};
use super::tensor::Tensor;
use std::collections::BTreeSet;

/// How an operator is computed and written.
pub(crate) struct Operation {
    /// The operator.
    pub(crate) name: &'static str,
    /// Its domain; the default one is empty.
    pub(crate) domain: &'static str,
    /// Inputs that must be known at import, as the shape of the result depends on them.
    pub(crate) known: &'static [usize],
    /// What ONNX says it computes.
    pub(crate) evaluate: fn(&Node, &Args<'_>) -> Import<Vec<Tensor>>,
    /// Writes the call of a layer.
    pub(crate) convert: fn(&Node, &mut Converter<'_>) -> Import<()>,
}

/// An operation of the default domain without inputs that must be known.
pub(crate) const fn plain(
    name: &'static str,
    evaluate: fn(&Node, &Args<'_>) -> Import<Vec<Tensor>>,
    convert: fn(&Node, &mut Converter<'_>) -> Import<()>,
) -> Operation {
    Operation { name, domain: "", known: &[], evaluate, convert }
}

/// An operation of the default domain with inputs that must be known.
pub(crate) const fn known(
    name: &'static str,
    known: &'static [usize],
    evaluate: fn(&Node, &Args<'_>) -> Import<Vec<Tensor>>,
    convert: fn(&Node, &mut Converter<'_>) -> Import<()>,
) -> Operation {
    Operation { name, domain: "", known, evaluate, convert }
}

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
    let same = |o: &&Operation| o.name == n.op && o.domain == n.domain;
    GROUPS.iter().flat_map(|(_, g)| g.iter()).chain(folded::OPERATIONS).find(same)
}

/// Whether an operation is only known of constants.
pub(crate) fn only_folds(n: &Node) -> bool {
    folded::OPERATIONS.iter().any(|o| o.name == n.op && o.domain == n.domain)
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
    n.domain.is_empty() && matches!(n.op.as_str(), "Shape" | "Size" | "EyeLike")
}

/// Why some operations cannot be, where there is more to say than that they are not supported.
fn reason(n: &Node) -> (&'static str, &'static str) {
    match n.op.as_str() {
        "If" | "Loop" | "Scan" => (
            "what decides which part of it runs, or how often, depends on the data",
            "export the model with its loops unrolled and its conditions known",
        ),
        "NonZero" | "Unique" | "Compress" | "NonMaxSuppression" => (
            "the shape of its result depends on the data",
            "a circuit has one shape: leave this operation outside of what is proved",
        ),
        "RandomNormal" | "RandomUniform" | "RandomNormalLike" | "RandomUniformLike"
        | "Bernoulli" | "Multinomial" => {
            ("a proof has no source of randomness", "make the random numbers an input of the model")
        }
        _ => (
            "this operation is not supported",
            "rewrite it with supported ones, or cut the model before it",
        ),
    }
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
