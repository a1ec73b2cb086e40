//! 1 / (exp(z) + 1) is σ(−z), as exporters write it of nodes: on its own, an exponential leaves the range of
//! floats where σ is only flat, and its step suits the largest of its values, which matter least.

use super::Simplifier;
use crate::context::Role;
use crate::graph::Node;
use crate::table::role;

/// Whether a tensor is a constant of ones.
fn ones(s: &Simplifier<'_>, name: &str) -> bool {
    let all = s.constants.get(name).and_then(|t| t.floats().ok());
    all.is_some_and(|a| a.len() == 1 && a.ndim() < 2 && a.iter().all(|v| *v == 1.0))
}

/// What a Reciprocal, or a division of one, divides by.
fn divisor<'n>(s: &Simplifier<'_>, n: &'n Node) -> Option<&'n String> {
    match (role(n), n.inputs.as_slice()) {
        (Role::Reciprocal, [x]) => Some(x),
        (Role::Quotient, [one, x]) if ones(s, one) => Some(x),
        _ => None,
    }
}

/// Makes a Reciprocal or Div a Sigmoid, and the Exp that it reads a Neg, if they are of that form.
pub(super) fn merge(s: &mut Simplifier<'_>, n: &mut Node) {
    let found = divisor(s, n).and_then(|x| s.giver(x)).filter(|(_, p)| role(p) == Role::Sum);
    let Some((sum, [a, b])) = found.map(|(k, p)| (k, p.inputs.as_slice())) else { return };
    let of = if ones(s, b) { a } else { b };
    if !(ones(s, a) || ones(s, b)) {
        return;
    }
    let Some((at, before)) = s.giver(of).filter(|(_, p)| role(p) == Role::Exponential) else {
        return;
    };
    let mut negated = before.clone();
    negated.op = "Neg".into();
    let from = negated.outputs[0].clone();
    s.nodes[at] = Some(negated);
    s.nodes[sum] = None;
    n.op = "Sigmoid".into();
    n.inputs = vec![from];
}
