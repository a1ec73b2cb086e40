//! Calls that nothing reads go, with all their constraints.
//!
//! Only calls that never refuse are candidates (the program's regions): their constraints restrict
//! nothing but their own variables. Before: regions may be unread. After: every region left is read
//! by something outside of regions, directly or not, and the same inputs and outputs satisfy.

use crate::program::{Program, Region, Rule};
use std::collections::BTreeMap;
use zirc_circuit::{Kind, Lin, Op, Signature, SourceSpan, Step, TensorId};

/// Calls whose constraints are left out, each with what it never asks for again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unread {
    /// The function that asked for them.
    pub function: String,
    /// Where it is called in the program, from the outside.
    pub call: SourceSpan,
    /// How many families of constraints are left out.
    pub rules: usize,
}

pub(super) fn remove(mut p: Program, signature: &Signature) -> (Program, Vec<Unread>) {
    if p.regions.is_empty() {
        return (p, vec![]);
    }
    let regions = std::mem::take(&mut p.regions);
    // The innermost region of each part: regions were closed from the inside out.
    let tensors = owners(p.tensors.len(), &regions, |r| &r.tensors);
    let enforce = owners(p.enforce.len(), &regions, |r| &r.enforce);
    let steps = owners(p.steps.len(), &regions, |r| &r.steps);
    let ops: BTreeMap<TensorId, &Op> = p
        .steps
        .iter()
        .filter_map(|s| match s {
            Step::Assign { tensor, op } => Some((*tensor, op)),
            Step::Check { .. } => None,
        })
        .collect();
    let mut by_region: Vec<(Vec<usize>, Vec<usize>)> = vec![(vec![], vec![]); regions.len() + 1];
    let slot = |owner: Option<usize>| owner.map_or(regions.len(), |r| r);
    for (k, o) in enforce.iter().enumerate() {
        by_region[slot(*o)].0.push(k);
    }
    for (k, o) in steps.iter().enumerate() {
        by_region[slot(*o)].1.push(k);
    }
    let mut live = vec![false; regions.len() + 1];
    let mut seen = vec![false; p.tensors.len()];
    let mut stack: Vec<TensorId> =
        signature.inputs.iter().chain(&signature.outputs).map(|p| p.tensor).collect();
    let mut wake = vec![regions.len()];
    loop {
        // A live region needs what its constraints and checks read.
        if let Some(r) = wake.pop() {
            if std::mem::replace(&mut live[r], true) {
                continue;
            }
            for &k in &by_region[r].0 {
                reads(&p.enforce[k].rule, &mut stack);
            }
            for &k in &by_region[r].1 {
                if let Step::Check { left, right, .. } = &p.steps[k] {
                    sources(left, &mut stack);
                    sources(right, &mut stack);
                }
            }
            continue;
        }
        let Some(t) = stack.pop() else { break };
        let at = t.0 as usize;
        if std::mem::replace(&mut seen[at], true) {
            continue;
        }
        wake.extend(tensors[at]);
        if let Kind::Linear(l) = &p.tensors[at].kind {
            sources(l, &mut stack);
        }
        if let Some(op) = ops.get(&t) {
            op.args().into_iter().for_each(|l| sources(l, &mut stack));
        }
    }
    let lives = |owner: &Option<usize>| live[slot(*owner)];
    let unread = list(&p, &enforce, &lives);
    let mut k = 0;
    p.enforce.retain(|_| {
        k += 1;
        lives(&enforce[k - 1])
    });
    let mut k = 0;
    p.steps.retain(|_| {
        k += 1;
        lives(&steps[k - 1])
    });
    p.hints.retain(|h| lives(&tensors[h.tensor.0 as usize]));
    (p, unread)
}

/// What is left out, by function and call.
fn list(
    p: &Program,
    owners: &[Option<usize>],
    lives: &impl Fn(&Option<usize>) -> bool,
) -> Vec<Unread> {
    let mut all: Vec<Unread> = vec![];
    for (e, _) in p.enforce.iter().zip(owners).filter(|(_, owner)| !lives(owner)) {
        let origin = &p.origins[e.origin.0 as usize];
        let function = origin.stack.last().map(|f| f.function.clone()).unwrap_or_default();
        let call = origin.stack.first().map_or(origin.span, |f| f.call);
        match all.iter_mut().find(|u| u.function == function && u.call == call) {
            Some(u) => u.rules += 1,
            None => all.push(Unread { function, call, rules: 1 }),
        }
    }
    all
}

fn owners(
    len: usize,
    regions: &[Region],
    part: impl Fn(&Region) -> &std::ops::Range<usize>,
) -> Vec<Option<usize>> {
    let mut out = vec![None; len];
    for (k, r) in regions.iter().enumerate() {
        for o in &mut out[part(r).clone()] {
            o.get_or_insert(k);
        }
    }
    out
}

fn sources(l: &Lin, stack: &mut Vec<TensorId>) {
    stack.extend(l.terms.iter().map(|t| t.src));
}

fn reads(rule: &Rule, stack: &mut Vec<TensorId>) {
    match rule {
        Rule::Product(a, b, c) => [a, b, c].into_iter().for_each(|l| sources(l, stack)),
        Rule::Zero(l) => sources(l, stack),
        Rule::Range { value, .. } => sources(value, stack),
        Rule::Lookup { index, out, .. } => {
            sources(index, stack);
            stack.push(*out);
        }
    }
}
