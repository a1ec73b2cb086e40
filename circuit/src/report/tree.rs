//! Costs down the calls: of a layer with all that it caused, and of what it did itself.
//!
//! The first branches are the layers that the program names, a branch for each part between slashes; below them, and
//! below the circuit itself where it names none, are the calls that were under way, each with its line. What a branch
//! costs in all is what it costs itself and what its branches cost; the whole is the circuit's.

use super::{Cost, Report, SourceLine, Trace};
use crate::Circuit;
use serde::Serialize;
use std::collections::BTreeMap;

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
    /// Index into [`Circuit::sources`]; their number for a file that the circuit does not have.
    pub file: usize,
    /// Its number, from 1.
    pub number: usize,
    /// What stands on it.
    pub own: Cost,
    /// The same with all that is called from it.
    pub all: Cost,
}

impl Report {
    /// The circuit as a tree.
    #[must_use]
    pub fn tree(&self) -> Branch {
        let mut root = Branch { name: self.circuit.clone(), ..Branch::default() };
        for charge in &self.charges {
            let mut at = &mut root;
            at.all += charge.cost;
            for (name, line) in path(&charge.trace) {
                at = at.branch(name, line);
                at.all += charge.cost;
            }
            at.own += charge.cost;
        }
        root
    }

    /// What lines of a circuit, of which `self` is the report, cost that cost something, file by file: a line that
    /// calls others costs in all what they do.
    #[must_use]
    pub fn lines(&self, circuit: &Circuit) -> Vec<LineCost> {
        let files: BTreeMap<&str, usize> =
            circuit.sources.iter().enumerate().rev().map(|(k, s)| (s.name.as_str(), k)).collect();
        let mut lines: BTreeMap<(usize, SourceLine), LineCost> = BTreeMap::new();
        for charge in &self.charges {
            let calls = charge.trace.calls.iter().map(|(_, call)| call);
            let mut all: Vec<&SourceLine> = calls.chain([&charge.trace.line]).collect();
            // A line that a call comes back to pays once.
            all.sort_unstable();
            all.dedup();
            for at in all {
                // Files that only the circuit before had come last.
                let file = files.get(at.file.as_str()).copied().unwrap_or(files.len());
                let line = lines.entry((file, at.clone())).or_insert_with(|| LineCost {
                    line: at.to_string(),
                    file,
                    number: at.number,
                    ..LineCost::default()
                });
                line.all += charge.cost;
                if *at == charge.trace.line {
                    line.own += charge.cost;
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
fn path(trace: &Trace) -> impl Iterator<Item = (&str, Option<String>)> {
    let layers = trace.place.named.iter().flat_map(|l| l.split('/')).map(|part| (part, None));
    let calls = trace.calls.iter().map(|(f, line)| (f.as_str(), Some(line.to_string())));
    layers.chain(calls)
}
