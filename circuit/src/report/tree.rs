//! Costs down the calls: of a layer with all that it caused, and of what it did itself.
//!
//! The first branches are the layers that the program names, a branch for each part between slashes; below them, and
//! below the circuit itself where it names none, are the calls that were under way, each with its line. What a branch
//! costs in all is what it costs itself and what its branches cost; the whole is the circuit's.

use super::{NonZeros, Place, Report};
use crate::{Circuit, Frame, OriginId, SourceSpan};
use serde::Serialize;
use std::collections::BTreeMap;

/// What something costs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Cost {
    /// Number of constraints.
    pub constraints: usize,
    /// Number of variables, `ONE` not counted.
    pub variables: usize,
    /// Non-zero entries, if counted.
    pub nonzeros: Option<NonZeros>,
}

/// A layer, or a call.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Branch {
    /// The part of the layer's name, or the function's instance.
    pub name: String,
    /// Where a function is called, e.g. `model.zirc:12`; `None` for layers.
    pub line: Option<String>,
    /// What it costs itself.
    pub own: Cost,
    /// The same with its branches.
    pub all: Cost,
    /// What is in it, in the order of the circuit.
    pub branches: Vec<Branch>,
}

/// What a line costs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct LineCost {
    /// File and line, e.g. `model.zirc:12`.
    pub line: String,
    /// Index into [`Circuit::sources`].
    pub file: usize,
    /// Its number, from 1.
    pub number: usize,
    /// What stands on it.
    pub own: Cost,
    /// The same with all that is called from it.
    pub all: Cost,
}

impl std::ops::AddAssign for Cost {
    fn add_assign(&mut self, other: Cost) {
        self.constraints += other.constraints;
        self.variables += other.variables;
        self.nonzeros = match (self.nonzeros, other.nonzeros) {
            (Some(a), Some(b)) => Some(a + b),
            (a, b) => a.or(b),
        };
    }
}

impl Report {
    /// What each block and each tensor costs, with what asked for it.
    fn costs<'r>(&'r self, circuit: &'r Circuit) -> impl Iterator<Item = (OriginId, Cost)> + 'r {
        let blocks = circuit.blocks.iter().zip(&self.blocks).map(|(b, cost)| {
            let (constraints, nonzeros) = (cost.constraints, cost.nonzeros);
            (b.origin, Cost { constraints, variables: 0, nonzeros })
        });
        let named = self.tensors.iter().filter(|t| t.place.is_some());
        let tensors = named.map(|t| {
            let cost = Cost { variables: t.variables, ..Cost::default() };
            (circuit.tensors[t.tensor].origin, cost)
        });
        blocks.chain(tensors)
    }

    /// The circuit as a tree, of which `self` is the report.
    #[must_use]
    pub fn tree(&self, circuit: &Circuit) -> Branch {
        let mut root = Branch { name: self.circuit.clone(), ..Branch::default() };
        for (origin, cost) in self.costs(circuit) {
            let mut at = &mut root;
            at.all += cost;
            for (name, line) in path(circuit, origin) {
                at = at.branch(name, line);
                at.all += cost;
            }
            at.own += cost;
        }
        root
    }

    /// What lines cost that cost something, file by file: a line that calls others costs in all what they do.
    #[must_use]
    pub fn lines(&self, circuit: &Circuit) -> Vec<LineCost> {
        let mut lines: BTreeMap<(usize, usize), LineCost> = BTreeMap::new();
        for (origin, cost) in self.costs(circuit) {
            let origin = &circuit.origins[origin.0 as usize];
            let calls = origin.stack.iter().map(|f| f.call).chain([origin.span]);
            let mut all: Vec<(usize, usize)> = calls.map(|s| place(circuit, s)).collect();
            let own = all.last().copied();
            // A line that a call comes back to pays once.
            all.sort_unstable();
            all.dedup();
            for (file, number) in all {
                let line = lines.entry((file, number)).or_insert_with(|| {
                    let line = format!("{}:{number}", circuit.sources[file].name);
                    LineCost { line, file, number, ..LineCost::default() }
                });
                line.all += cost;
                if own == Some((file, number)) {
                    line.own += cost;
                }
            }
        }
        lines.into_values().collect()
    }
}

impl Branch {
    /// The branch of a name at a line; the line and the name together are what it is.
    fn branch(&mut self, name: &str, line: Option<String>) -> &mut Branch {
        let at = self.branches.iter().position(|b| b.name == name && b.line == line);
        let at = at.unwrap_or_else(|| {
            self.branches.push(Branch { name: name.into(), line, ..Branch::default() });
            self.branches.len() - 1
        });
        &mut self.branches[at]
    }
}

/// From the circuit inwards.
fn path(circuit: &Circuit, origin: OriginId) -> impl Iterator<Item = (&str, Option<String>)> {
    let origin = &circuit.origins[origin.0 as usize];
    let layers = origin.layer.iter().flat_map(|l| l.split('/')).map(|part| (part, None));
    let call = |f: &'_ Frame| Place::line(circuit, f.call);
    layers.chain(origin.stack.iter().map(move |f| (f.function.as_str(), Some(call(f)))))
}

/// File and line of a span's start.
fn place(circuit: &Circuit, span: SourceSpan) -> (usize, usize) {
    let before = &circuit.sources[span.file as usize].text[..span.start as usize];
    (span.file as usize, 1 + before.bytes().filter(|&b| b == b'\n').count())
}
