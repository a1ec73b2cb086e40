//! Transpose of a transpose: one, or none.

use super::{Simplifier, set_ints};
use crate::context::Role;
use crate::graph::Node;
use crate::table::role;

/// The permutation of a node; `None` if it is written nowhere, which reverses the dimensions.
fn permutation(n: &Node) -> Option<Option<Vec<usize>>> {
    let Some(list) = n.ints("perm").ok()? else { return Some(None) };
    let list: Option<Vec<usize>> = list.iter().map(|v| usize::try_from(*v).ok()).collect();
    let list = list?;
    let mut sorted = list.clone();
    sorted.sort_unstable();
    sorted.iter().copied().eq(0..list.len()).then_some(Some(list))
}

/// What reads dimension `outer[d]` of what reads dimension `inner[d]`.
fn composed(inner: Option<Vec<usize>>, outer: Option<Vec<usize>>) -> Option<Option<Vec<usize>>> {
    let reversed = |n: usize| (0..n).rev().collect::<Vec<_>>();
    let (inner, outer) = match (inner, outer) {
        // Reversed twice, whatever the number of dimensions.
        (None, None) => return Some(None),
        (Some(i), None) => (i.clone(), reversed(i.len())),
        (None, Some(o)) => (reversed(o.len()), o),
        (Some(i), Some(o)) => (i, o),
    };
    if inner.len() != outer.len() {
        return None;
    }
    let all: Vec<usize> = outer.iter().map(|d| inner[*d]).collect();
    Some((!all.is_sorted()).then_some(all))
}

pub(super) fn merge(s: &mut Simplifier<'_>, mut n: Node) -> Option<Node> {
    let found = n.inputs.first().and_then(|i| s.giver(i));
    let found = found.filter(|(_, p)| role(p) == Role::Transpose);
    let Some((k, before)) = found else { return Some(n) };
    let (Some(inner), Some(outer)) = (permutation(before), permutation(&n)) else { return Some(n) };
    let Some(all) = composed(inner, outer) else { return Some(n) };
    let from = before.inputs[0].clone();
    match all {
        Some(perm) => set_ints(&mut n, "perm", &perm),
        // A result of the model keeps a node that gives it.
        None if n.outputs.first().is_none_or(|o| s.results.contains(o)) => {
            n.op = "Identity".into();
            n.attributes.clear();
        }
        None => {
            s.nodes[k] = None;
            n.inputs[0] = from;
            s.forget(&n);
            return None;
        }
    }
    s.nodes[k] = None;
    n.inputs[0] = from;
    Some(n)
}
