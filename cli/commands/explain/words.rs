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

/// Terms of a sum without a name that stands where it is read, and not on a line of its own.
const INLINE: usize = 4;

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
        let e = Equation { a: self.inlined(&e.a), b: self.inlined(&e.b), c: self.inlined(&e.c) };
        equation(&e, &|e| self.name(e))
    }

    /// The name of an element; the second tensor of a name is `name′`, the third `name′′`.
    fn name(&self, e: Element) -> String {
        let mut seen = self.seen.borrow_mut();
        seen.elements.insert(e);
        if !seen.called.contains_key(&e.tensor) {
            let base = self.names.tensor(e.tensor);
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
        sum(&self.inlined(s), &|e| self.name(e))
    }

    /// With short sums in place of derived elements that have no name.
    fn inlined(&self, s: &Sum) -> Sum {
        s.rewritten(&|e| match self.names.own(e.tensor) {
            Some(_) => None,
            None => self.circuit.definition(e).filter(|s| s.terms.len() <= INLINE),
        })
    }

    /// Variables seen, with what they are.
    pub(super) fn legend(&self, values: Option<&Assignment>) -> Vec<Entry> {
        let elements: Vec<Element> = self.seen.borrow().elements.iter().copied().collect();
        let shown = elements.into_iter().filter(|e| *e != Element::ONE);
        let wanted = |e: &Element| {
            let derived = matches!(self.circuit.tensors[e.tensor.0 as usize].kind, Kind::Linear(_));
            !derived || values.is_some()
        };
        let shown: Vec<Element> = shown.filter(wanted).collect();
        shown
            .chunk_by(|a, b| a.tensor == b.tensor && a.index + 1 == b.index)
            .map(|run| self.entry(run, values))
            .collect()
    }

    /// A line for elements of one tensor that follow each other.
    fn entry(&self, run: &[Element], values: Option<&Assignment>) -> Entry {
        let (e, last) = (run[0], run[run.len() - 1]);
        let name = match self.name(last) {
            _ if run.len() == 1 => self.name(e),
            last => format!(
                "{} … {}",
                self.name(e),
                last.rsplit('[').next().map_or(String::new(), |i| format!("[{i}"))
            ),
        };
        let value =
            |v: &Assignment, e: &Element| number(&v.get_int(self.circuit, e.tensor, e.index));
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
            name,
            value: values.map(|v| run.iter().map(|e| value(v, e)).collect::<Vec<_>>().join(", ")),
            interval: match &tensor.interval {
                Some((lo, hi)) => format!("{}..={}", number(lo), number(hi)),
                None => "the field".into(),
            },
            what: what.into(),
            place: Place::of(self.circuit, tensor.origin).line,
        }
    }
}
