//! What elements are called in one explanation, what their sums stand for, and what they are.

use crate::show::equation::{equation, number, sum};
use serde_json::{Value, json};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use zirc_circuit::equation::{Element, Equation, Names, Sum};
use zirc_circuit::report::Place;
use zirc_circuit::{Assignment, Circuit, Kind, TensorId};

/// Sums that are written out in one explanation.
const SUMS: usize = 40;

/// Elements seen so far, with names that no two tensors share.
pub(super) struct Words<'c> {
    circuit: &'c Circuit,
    names: &'c Names,
    seen: RefCell<Seen>,
}

#[derive(Default)]
struct Seen {
    elements: BTreeSet<Element>,
    /// Of each tensor seen, what it is called here.
    called: BTreeMap<TensorId, String>,
    /// How many tensors want a name.
    taken: BTreeMap<String, usize>,
}

/// One line of the legend.
pub(super) struct Entry {
    pub(super) name: String,
    pub(super) value: Option<String>,
    pub(super) interval: String,
    pub(super) what: String,
    pub(super) place: String,
}

impl Entry {
    pub(super) fn json(&self) -> Value {
        let Entry { name, value, interval, what, place } = self;
        json!({ "name": name, "value": value, "interval": interval, "is": what, "line": place })
    }
}

impl<'c> Words<'c> {
    pub(super) fn new(circuit: &'c Circuit, names: &'c Names) -> Self {
        Words { circuit, names, seen: RefCell::default() }
    }

    pub(super) fn equation(&mut self, e: &Equation) -> String {
        equation(e, &|e| self.name(e))
    }

    /// The name of an element; the second tensor of a name is `name′`, the third `name′′`.
    fn name(&self, e: Element) -> String {
        let mut seen = self.seen.borrow_mut();
        seen.elements.insert(e);
        if !seen.called.contains_key(&e.tensor) {
            let base = self.names.tensor(e.tensor).to_owned();
            let before = seen.taken.entry(base.clone()).or_default();
            let name = format!("{base}{}", "′".repeat(*before));
            *before += 1;
            seen.called.insert(e.tensor, name);
        }
        Names::indexed(self.circuit, &seen.called[&e.tensor], e)
    }

    /// The sums that elements seen so far stand for, and those that come up in them, each once.
    pub(super) fn definitions(&self) -> Vec<(String, String)> {
        let (mut list, mut done) = (vec![], BTreeSet::new());
        loop {
            let next =
                self.seen.borrow().elements.iter().rev().find(|e| !done.contains(*e)).copied();
            let Some(e) = next else { return list };
            done.insert(e);
            if let Some(s) = self.circuit.definition(e)
                && list.len() < SUMS
            {
                list.push((self.name(e), self.sum(&s)));
            }
        }
    }

    fn sum(&self, s: &Sum) -> String {
        sum(s, &|e| self.name(e))
    }

    /// Variables seen, with what they are.
    pub(super) fn legend(&self, values: Option<&Assignment>) -> Vec<Entry> {
        let elements: Vec<Element> = self.seen.borrow().elements.iter().copied().collect();
        let shown = elements.into_iter().filter(|e| *e != Element::ONE);
        let wanted = |e: &Element| {
            let derived = matches!(self.circuit.tensors[e.tensor.0 as usize].kind, Kind::Linear(_));
            !derived || values.is_some()
        };
        shown.filter(wanted).map(|e| self.entry(e, values)).collect()
    }

    fn entry(&self, e: Element, values: Option<&Assignment>) -> Entry {
        let tensor = &self.circuit.tensors[e.tensor.0 as usize];
        let signature = &self.circuit.signature;
        let port = |p: &&zirc_circuit::Port| p.tensor == e.tensor;
        let what = match (&tensor.kind, signature.inputs.iter().find(port)) {
            (Kind::Public | Kind::Carried, Some(_)) => "public input",
            (Kind::Public | Kind::Carried, None) => "public output",
            (Kind::Model, _) => "committed",
            (Kind::Challenge | Kind::Evaluation, _) => "challenge",
            (Kind::Response, _) => "follows from challenges",
            (Kind::Linear(_), _) => "sum",
            (_, Some(_)) => "private input",
            _ => "witness",
        };
        Entry {
            name: self.name(e),
            value: values.map(|v| number(&v.get_int(self.circuit, e.tensor, e.index))),
            interval: match &tensor.interval {
                Some((lo, hi)) => format!("{}..={}", number(lo), number(hi)),
                None => "the field".into(),
            },
            what: what.into(),
            place: Place::of(self.circuit, tensor.origin).line,
        }
    }
}
