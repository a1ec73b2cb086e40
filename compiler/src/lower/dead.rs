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
    let owners = Owners::new(&p, &regions);
    let live = live(&p, signature, &owners);
    let lives = |owner: &Option<usize>| owner.is_none_or(|r| live[r]);
    let unread = list(&p, &owners.enforce, &lives);
    let mut owner = owners.enforce.iter();
    p.enforce.retain(|_| owner.next().is_none_or(lives));
    let mut owner = owners.steps.iter();
    p.steps.retain(|_| owner.next().is_none_or(lives));
    p.hints.retain(|h| lives(&owners.tensors[h.tensor.0 as usize]));
    (p, unread)
}

/// The innermost region of each part of a program, if it is in one.
struct Owners {
    regions: usize,
    tensors: Vec<Option<usize>>,
    enforce: Vec<Option<usize>>,
    steps: Vec<Option<usize>>,
}

impl Owners {
    fn new(p: &Program, regions: &[Region]) -> Owners {
        Owners {
            regions: regions.len(),
            tensors: owners(p.tensors.len(), regions, |r| &r.tensors),
            enforce: owners(p.enforce.len(), regions, |r| &r.enforce),
            steps: owners(p.steps.len(), regions, |r| &r.steps),
        }
    }

    /// What is in each region, and behind them all what is in none, given where parts are.
    fn parts(&self, of: &[Option<usize>]) -> Vec<Vec<usize>> {
        let mut all = vec![vec![]; self.regions + 1];
        for (k, owner) in of.iter().enumerate() {
            all[owner.unwrap_or(self.regions)].push(k);
        }
        all
    }
}

/// Which regions are read by something outside of them, directly or not.
fn live(p: &Program, signature: &Signature, owners: &Owners) -> Vec<bool> {
    let (enforce, steps) = (owners.parts(&owners.enforce), owners.parts(&owners.steps));
    let op = |s| match s {
        &Step::Assign { tensor, ref op } => Some((tensor, op)),
        Step::Check { .. } => None,
    };
    let ops: BTreeMap<TensorId, &Op> = p.steps.iter().filter_map(op).collect();
    let mut live = vec![false; owners.regions + 1];
    let mut seen = vec![false; p.tensors.len()];
    let ports = signature.inputs.iter().chain(&signature.outputs);
    let mut stack: Vec<TensorId> = ports.map(|p| p.tensor).collect();
    let mut wake = vec![owners.regions];
    loop {
        // A live region needs what its constraints and checks read.
        if let Some(r) = wake.pop() {
            if !std::mem::replace(&mut live[r], true) {
                enforce[r].iter().for_each(|&k| reads(&p.enforce[k].rule, &mut stack));
                steps[r].iter().for_each(|&k| checks(&p.steps[k], &mut stack));
            }
            continue;
        }
        let Some(t) = stack.pop() else { return live };
        let at = t.0 as usize;
        if std::mem::replace(&mut seen[at], true) {
            continue;
        }
        wake.extend(owners.tensors[at]);
        if let Kind::Linear(l) = &p.tensors[at].kind {
            sources(l, &mut stack);
        }
        if let Some(op) = ops.get(&t) {
            op.args().into_iter().for_each(|l| sources(l, &mut stack));
        }
    }
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

/// What a check of the witness program reads.
fn checks(step: &Step, stack: &mut Vec<TensorId>) {
    if let Step::Check { left, right, .. } = step {
        sources(left, stack);
        sources(right, stack);
    }
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
