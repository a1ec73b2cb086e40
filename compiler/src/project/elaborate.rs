//! Circuits of a project before they are lowered.

use super::{Project, Rejected};
use crate::audit::Auditor;
use crate::budget::ELABORATIONS;
use crate::diagnostic::{Diagnostic, has_errors};
use crate::elaborate::item::Supply;
use crate::elaborate::{Elaborator, Tables};
use crate::loader::Loader;
use crate::options::Round;
use crate::program::Program;
use crate::resolve::misnamed;
use crate::types::ItemId;
use zirc_circuit::{Claims, Labels, Nondet, Signature};

/// A circuit before it is lowered.
pub(crate) struct Elaborated {
    pub(crate) program: Program,
    pub(crate) signature: Signature,
    pub(crate) warnings: Vec<Diagnostic>,
}

impl Project {
    /// A circuit as a tensor program, with tables looked up where a round makes that worth while.
    pub(super) fn elaborate_for(
        &self,
        circuit: &str,
        loader: &mut dyn Loader,
        round: Round,
    ) -> Result<Elaborated, Rejected> {
        let mut tables = Tables::new(round);
        for _ in 0..ELABORATIONS {
            let (made, taken) = self.elaborate_with(circuit, loader, tables)?;
            match taken.better(&made.program) {
                Some(better) => tables = better,
                None => return Ok(made),
            }
        }
        self.elaborate_with(circuit, loader, Tables::default()).map(|(made, _)| made)
    }

    /// A circuit as a tensor program whose hints are unique.
    #[cfg(test)]
    pub(crate) fn elaborate(
        &self,
        circuit: &str,
        loader: &mut dyn Loader,
    ) -> Result<Elaborated, Rejected> {
        self.elaborate_with(circuit, loader, Tables::default()).map(|(made, _)| made)
    }

    /// A circuit as a tensor program whose hints are unique, and what tables were looked up.
    fn elaborate_with(
        &self,
        circuit: &str,
        loader: &mut dyn Loader,
        tables: Tables,
    ) -> Result<(Elaborated, Tables), Rejected> {
        let id = self.find(circuit)?;
        let mut e = Elaborator::new(&self.world, loader);
        e.tables = tables;
        let (of, ports) = self.accepted(&mut e, |e| {
            let (of, generics) = e.circuit_target(id)?;
            Ok((of, e.circuit(of, &generics, Supply::Inputs)?.0))
        })?;
        if let Some(d) = misnamed(&self.world, of, &ports.outputs) {
            return Err(self.rejected(vec![d]));
        }
        let claims = self.world.claims.get(&of).into_iter().flatten();
        let conditions = claims.map(|c| c.text.clone()).collect();
        let program = e.take_program();
        let signature = Signature {
            name: circuit.into(),
            inputs: ports.inputs,
            outputs: ports.outputs,
            model: std::mem::take(&mut e.out.model),
            assumptions: self.assumptions(of),
            nondet: nondet_uses(circuit, &program),
            claims: Claims { conditions, independent_of: ports.independent_of },
        };
        let mut auditor = Auditor::default();
        auditor.circuit(&mut e, circuit, &program);
        let mut warnings = e.out.diagnostics;
        warnings.extend(auditor.remarks());
        if has_errors(&warnings) {
            return Err(self.rejected(warnings));
        }
        Ok((Elaborated { program, signature, warnings }, e.tables))
    }

    /// What the integers of a circuit's outputs stand for, by the names of its ports, and then what it assumes.
    fn assumptions(&self, circuit: ItemId) -> Vec<String> {
        let names = self.world.named.get(&circuit);
        let all = self.world.labels.get(&circuit).into_iter().flatten();
        let one = |l: &Labels| {
            let output = names.map_or(l.output.as_str(), |n| n.output(&l.output)).to_owned();
            Labels { output, place: l.place, names: l.names.clone() }.to_string()
        };
        let assumed = self.world.assumes.get(&circuit).into_iter().flatten();
        all.map(one).chain(assumed.cloned()).collect()
    }
}

/// The hints of a program that need not be unique, each once for every function.
fn nondet_uses(circuit: &str, p: &Program) -> Vec<Nondet> {
    let mut all: Vec<Nondet> = vec![];
    for h in &p.hints {
        let Some(reason) = &h.nondet else { continue };
        let function = h.functions.last().map_or(circuit, String::as_str).to_string();
        let origin = p.tensor(h.tensor).origin;
        let n = Nondet { function, hint: h.name.clone(), reason: reason.clone(), origin };
        let same =
            |o: &Nondet| (&o.function, &o.hint, &o.reason) == (&n.function, &n.hint, &n.reason);
        if !all.iter().any(same) {
            all.push(n);
        }
    }
    all
}
