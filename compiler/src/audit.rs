//! Hints are proved unique, function by function.
//!
//! Every instance of a function with hints of its own is elaborated by itself, with fresh inputs in
//! the place of its arguments, and each of its hints must be determined by them. Calls that it
//! makes are audited as instances of their own; here, what such a call computes is determined as
//! soon as all that it reads is. So, from the arguments of a circuit inwards, every hint is
//! determined by the inputs.
//!
//! First lemmas are applied ([`lemma`]); where they leave something open, all inputs are tried, or
//! two assignments with the same inputs are looked for ([`search`]).

mod engine;
mod expand;
mod form;
mod fuel;
mod lemma;
mod modulus;
mod report;
mod samples;
mod search;
#[cfg(test)]
mod soundness;
mod system;
#[cfg(test)]
mod testing;

use crate::diagnostic::Diagnostic;
use crate::elaborate::{Elaborator, Stop};
use crate::instances::Instance;
use crate::program::{Hint, Program};
use crate::types::ItemId;
use engine::Engine;
use expand::{Detail, Known, expand};
use fuel::Fuel;
use modulus::{Modulus, Real, Small, prime_above};
use search::{Counterexample, Found, holds, search};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use system::System;
use zirc_circuit::{OriginId, TensorId};
use zirc_grammar::ast::ItemKind;
use zirc_grammar::ast::Span;

/// What was found out about the hints of one function instance, or of a circuit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Audited {
    /// The instance, e.g. `relu<q3.4>`, or the circuit's name.
    pub function: String,
    /// Its hints in order.
    pub hints: Vec<AuditedHint>,
}

/// What was found out about a hint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditedHint {
    /// Its name.
    pub name: String,
    /// The name in its statement.
    pub span: Span,
    /// Whether and why it is unique.
    pub verdict: Verdict,
}

/// Whether and why a hint is unique.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is, by these steps.
    Pinned(Vec<Pin>),
    /// It need not be, for this reason.
    Nondet(String),
    /// It is not, or that could not be shown.
    Refused(Box<Diagnostic>),
}

/// A step that pins a hint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pin {
    /// The lemma in plain words.
    pub lemma: String,
    /// The source of the constraints that it used.
    pub constraints: Vec<Span>,
}

/// Audits programs; instances that were seen are not looked at again.
#[derive(Debug, Default)]
pub(crate) struct Auditor {
    seen: BTreeSet<String>,
    /// Keeps the constants alive whose addresses are in keys.
    kept: Vec<Rc<Instance>>,
    /// Functions that have no counterexample in smaller instances either.
    shrunk: BTreeSet<ItemId>,
    /// What is left of the work allowed; nothing before the first audit.
    fuel: Option<Fuel>,
    pub(crate) reports: Vec<Audited>,
}

impl Auditor {
    /// Audits a circuit's own hints and every instance that it uses.
    pub(crate) fn circuit(&mut self, e: &mut Elaborator<'_>, name: &str, p: &Program) {
        self.program(e, p, 0, name, None);
        self.instances(e, p.instances.clone());
    }

    /// Audits an item of a program that was elaborated without a mistake.
    pub(crate) fn item(&mut self, e: &mut Elaborator<'_>, id: ItemId) {
        let program = e.take_program();
        let world = e.world;
        match &world.item(id).kind {
            ItemKind::Circuit(f) if f.generics.is_empty() => {
                self.circuit(e, &f.name.name, &program);
            }
            ItemKind::CircuitAlias { name, .. } => self.circuit(e, &name.name, &program),
            ItemKind::Fn(f) if f.generics.is_empty() => self.instances(e, program.instances),
            ItemKind::Fn(f) if e.has_hints(id, f) => self.samples(e, id),
            _ => {}
        }
    }

    /// Audits a generic function at a few small instances.
    fn samples(&mut self, e: &mut Elaborator<'_>, id: ItemId) {
        let mut looked_at = 0;
        for i in samples::samples(e, id) {
            let Some(p) = quietly(e, |e| e.isolate(&i)) else { continue };
            if self.seen.insert(i.key.clone()) {
                self.program(e, &p, 1, &i.name, Some(&i));
                // The first instance that a function by itself notes is its own.
                self.instances(e, p.instances);
            }
            looked_at += 1;
            if looked_at == SAMPLED {
                return;
            }
        }
    }

    /// Audits instances, and what they use.
    pub(crate) fn instances(&mut self, e: &mut Elaborator<'_>, mut todo: Vec<Rc<Instance>>) {
        todo.reverse();
        // What calls hints, and what is called by it, are elaborated by themselves: a deep program several
        // times.
        let mut done = e.done();
        while let Some(i) = todo.pop() {
            if !self.seen.insert(i.key.clone()) {
                continue;
            }
            self.kept.push(i.clone());
            let before = e.out.diagnostics.len();
            e.start_after(done);
            let start = e.done();
            let isolated = e.isolate(&i);
            done += e.done() - start;
            match isolated {
                Ok(p) => {
                    self.program(e, &p, 1, &i.name, Some(&i));
                    todo.extend(p.instances.iter().rev().cloned());
                }
                Err(stop) => {
                    let r = report::not_elaborated(e, &i, stop);
                    self.reports.push(r);
                }
            }
            e.forget_errors(before);
        }
        e.have_done(done);
    }

    /// Audits the hints that stand directly in one function.
    fn program(
        &mut self,
        e: &mut Elaborator<'_>,
        p: &Program,
        depth: usize,
        name: &str,
        instance: Option<&Instance>,
    ) {
        let own: Vec<&Hint> = p.hints.iter().filter(|h| h.functions.len() == depth).collect();
        if own.is_empty() {
            return;
        }
        let fuel = self.fuel.get_or_insert_with(|| Fuel::new(e.world.budget));
        let outcome = audit(p, &own, fuel);
        let mut hints: Vec<AuditedHint> =
            own.iter().map(|h| report::hint(e, p, h, &outcome, instance)).collect();
        if let (Some(i), false, true) =
            (instance, outcome.open.is_empty(), outcome.counterexample.is_none())
            && !self.shrunk.contains(&i.id)
            && !shrink(e, i, &mut hints, fuel)
        {
            self.shrunk.insert(i.id);
        }
        self.reports.push(Audited { function: name.into(), hints });
    }

    /// Errors for what is not unique, and a warning for each escape.
    pub(crate) fn remarks(&self) -> Vec<Diagnostic> {
        let mut all: Vec<Diagnostic> = vec![];
        for h in self.reports.iter().flat_map(|r| &r.hints) {
            let d = match &h.verdict {
                Verdict::Refused(d) => (**d).clone(),
                Verdict::Nondet(reason) => report::nondet(h, reason),
                Verdict::Pinned(_) => continue,
            };
            let same =
                |o: &Diagnostic| (o.code, &o.title, &o.labels) == (d.code, &d.title, &d.labels);
            if !all.iter().any(same) {
                all.push(d);
            }
        }
        all
    }
}

/// Instances of a generic function that nothing calls.
const SAMPLED: usize = 6;
/// Smaller instances in which a counterexample is looked for.
const SHRUNK: usize = 12;

/// Looks for a counterexample to what could not be shown in smaller instances of the function, and says whether there
/// is one.
fn shrink(e: &mut Elaborator<'_>, i: &Instance, hints: &mut [AuditedHint], fuel: &Fuel) -> bool {
    if i.generics.is_empty() {
        return false;
    }
    let mut tried = 0;
    for small in samples::samples(e, i.id) {
        let Some(p) = quietly(e, |e| e.isolate(&small)) else { continue };
        tried += 1;
        let own: Vec<&Hint> = p.hints.iter().filter(|h| h.functions.len() == 1).collect();
        let outcome = audit(&p, &own, fuel);
        if outcome.counterexample.is_some() {
            for h in hints.iter_mut().filter(|h| matches!(h.verdict, Verdict::Refused(_))) {
                let Some(same) = own.iter().find(|o| o.name == h.name && o.span == h.span) else {
                    continue;
                };
                let better = report::hint(e, &p, same, &outcome, Some(&small));
                if matches!(&better.verdict, Verdict::Refused(d) if d.code == "E0301") {
                    *h = better;
                }
            }
            return true;
        }
        if tried == SHRUNK {
            break;
        }
    }
    false
}

/// What elaboration gives, without its messages.
fn quietly<T>(
    e: &mut Elaborator<'_>,
    f: impl FnOnce(&mut Elaborator<'_>) -> Result<T, Stop>,
) -> Option<T> {
    let before = e.out.diagnostics.len();
    let out = f(e).ok();
    let failed = e.out.diagnostics.len() > before;
    e.forget_errors(before);
    out.filter(|_| !failed)
}

/// What is known of a program's own hints at the end.
pub(crate) struct Outcome {
    /// Steps that pinned each hint tensor.
    pins: BTreeMap<TensorId, Vec<(String, Vec<OriginId>)>>,
    /// Tensors with an element that no lemma determines.
    open: BTreeSet<TensorId>,
    /// Why, in words.
    missing: Vec<String>,
    /// The program could not be written out.
    too_large: bool,
    /// The work allowed was done.
    exhausted: bool,
    /// Not unique.
    counterexample: Option<Shown>,
}

/// A counterexample with the system that it speaks of.
pub(crate) struct Shown {
    system: System,
    example: Counterexample,
}

fn audit(p: &Program, own: &[&Hint], fuel: &Fuel) -> Outcome {
    let mut free: BTreeSet<TensorId> =
        p.hints.iter().filter(|h| h.nondet.is_some()).map(|h| h.tensor).collect();
    let mut open: BTreeSet<TensorId> =
        own.iter().map(|h| h.tensor).filter(|t| !free.contains(t)).collect();
    let nondet = free.clone();
    let mut out = Outcome {
        pins: BTreeMap::new(),
        open: BTreeSet::new(),
        missing: vec![],
        too_large: false,
        exhausted: false,
        counterexample: None,
    };
    while !open.is_empty() {
        let known = Known::of(p, &open, &free);
        let Ok(system) = expand(p, &known, Detail::Needed) else {
            out.too_large = true;
            out.open = open;
            return out;
        };
        let mut engine = Engine::new(&system, fuel);
        engine.run();
        let left: BTreeSet<TensorId> =
            engine.open_targets().iter().map(|v| system.variables[*v as usize].tensor).collect();
        let done: BTreeSet<TensorId> = open.difference(&left).copied().collect();
        pins(&engine, &done, &mut out.pins);
        if left.is_empty() {
            return out;
        }
        open = left;
        if done.is_empty() || p.audited.is_empty() {
            out.missing = report::missing(p, &engine);
            break;
        }
        // What other functions make of them is determined now.
        free.extend(done);
    }
    out.open = open;
    out.exhausted = fuel.is_empty();
    if !out.open.is_empty() && fuel.take(LOOK) {
        look_further(p, &nondet, &mut out);
    }
    out
}

/// The steps that determined the elements of some tensors.
fn pins(
    e: &Engine<'_>,
    done: &BTreeSet<TensorId>,
    out: &mut BTreeMap<TensorId, Vec<(String, Vec<OriginId>)>>,
) {
    let mut steps: BTreeMap<TensorId, BTreeSet<usize>> = BTreeMap::new();
    for (k, v) in e.system.variables.iter().enumerate() {
        if let (true, Some(step)) = (done.contains(&v.tensor), e.because[k]) {
            steps.entry(v.tensor).or_default().insert(step);
        }
    }
    for (t, steps) in steps {
        let mut all: Vec<(String, Vec<OriginId>)> = vec![];
        for s in steps {
            let proof = &e.proofs[s];
            let origins = proof.constraints.iter();
            let mut origins: Vec<OriginId> =
                origins.flat_map(|k| e.system.constraints[*k].origins.clone()).collect();
            origins.sort_unstable();
            origins.dedup();
            let pin = (proof.lemma.to_string(), origins);
            if !all.contains(&pin) {
                all.push(pin);
            }
        }
        out.insert(t, all);
    }
}

/// What a search takes of the work allowed.
const LOOK: usize = 400_000;
/// Work of one search: nodes times what a node costs.
const SEARCH: u64 = 6_000_000;

/// Tries all inputs, or looks for two assignments.
fn look_further(p: &Program, nondet: &BTreeSet<TensorId>, out: &mut Outcome) {
    let known = Known::of(p, &out.open, nondet);
    let Ok(system) = expand(p, &known, Detail::All) else { return };
    let targets: Vec<form::Var> = (0..system.variables.len() as form::Var)
        .filter(|v| out.open.contains(&system.variables[*v as usize].tensor))
        .collect();
    let cost = (system.constraints.len() + system.variables.len()) as u64 + 1;
    let fuel = (SEARCH / cost).clamp(50, 100_000);
    let real = search(&system, Real, &targets, fuel / 4);
    if real == Found::Unique {
        for t in std::mem::take(&mut out.open) {
            let pin = ("every input was tried, and each allows one value".to_string(), vec![]);
            out.pins.insert(t, vec![pin]);
        }
        return;
    }
    let small = prime_for(&system).map(|q| (q, search(&system, Small(q), &targets, fuel)));
    let example = match (small, real) {
        (Some((q, Found::Two(c))), _) if verified(&system, &Small(q), &c) => Some(c),
        (_, Found::Two(c)) if verified(&system, &Real, &c) => Some(c),
        _ => None,
    };
    out.counterexample = example.map(|example| Shown { system, example });
}

/// Both assignments satisfy every constraint.
fn verified<M: Modulus>(s: &System, m: &M, c: &Counterexample) -> bool {
    holds(s, m, &c.first) && holds(s, m, &c.second)
}

/// A prime above twice every interval.
fn prime_for(s: &System) -> Option<u64> {
    let forms = s.constraints.iter().flat_map(|c| c.kind.forms());
    let reach = |(lo, hi): (zirc_circuit::Int, zirc_circuit::Int)| {
        u64::try_from(lo.magnitude().max(hi.magnitude())).unwrap_or(u64::MAX)
    };
    let forms = forms.filter_map(|f| s.form_bounds(f)).map(reach).max().unwrap_or(0);
    let variables = s.variables.iter().filter_map(|v| v.bounds.clone()).map(reach).max();
    let ranges = s.constraints.iter().filter_map(|c| match &c.kind {
        system::Kind::Range(_, lo, hi) => Some(reach((lo.clone(), hi.clone()))),
        _ => None,
    });
    let products = s.constraints.iter().filter_map(|c| match &c.kind {
        system::Kind::Product(a, b, _) => {
            Some(crate::interval::mul_range(&s.form_bounds(a)?, &s.form_bounds(b)?))
        }
        _ => None,
    });
    let products = products.map(reach).max().unwrap_or(0);
    let most = products.max(forms).max(variables.unwrap_or(0)).max(ranges.max().unwrap_or(0));
    (most < 1 << 22).then(|| prime_above(2 * most)).flatten()
}
