//! What can be asked of a project about its hints.

use super::{Project, Rejected};
use crate::audit::{Audited, AuditedHint, Auditor, Verdict};
use crate::diagnostic::has_errors;
use crate::elaborate::Elaborator;
use crate::elaborate::item::Supply;
use crate::loader::Loader;
use crate::types::{ItemId, Type};
use std::collections::BTreeSet;
use zirc_grammar::ast::ItemKind;

impl Project {
    /// What pins each hint of a circuit and of the functions that it uses, and what does not.
    ///
    /// # Errors
    /// Everything else that is wrong with the circuit.
    pub fn audit(&self, circuit: &str, loader: &mut dyn Loader) -> Result<Vec<Audited>, Rejected> {
        let id = self.find(circuit)?;
        let mut e = Elaborator::new(&self.world, loader);
        self.accepted(&mut e, |e| e.named_circuit(id, Supply::Inputs))?;
        let program = e.take_program();
        let mut auditor = Auditor::default();
        auditor.circuit(&mut e, circuit, &program);
        Ok(auditor.reports)
    }

    /// The same for every circuit of the program, and for functions that none of them uses.
    ///
    /// # Errors
    /// Everything else that is wrong with the program.
    pub fn audit_all(&self, loader: &mut dyn Loader) -> Result<Vec<Audited>, Rejected> {
        let mut auditor = Auditor::default();
        let found = self.check_module(0, &mut auditor, BTreeSet::new(), loader);
        if has_errors(&found) { Err(self.rejected(found)) } else { Ok(auditor.reports) }
    }

    /// The hints of every function instance that the tests of a module use, and of its functions at
    /// small instances. The program's own module has the empty path, the standard library's are
    /// those of [`Project::std_modules`].
    pub fn audit_tests(&self, path: &str, loader: &mut dyn Loader) -> Vec<Audited> {
        let Some(module) = self.module(path) else { return vec![] };
        let mut auditor = Auditor::default();
        let mut called = BTreeSet::new();
        for item in &self.world.modules[module].ast.items {
            let ItemKind::Test { body, .. } = &item.kind else { continue };
            let mut e = Elaborator::inside(&self.world, loader, module);
            e.at.unroll = true;
            if e.block(body, &Type::Infer).is_ok() {
                let instances = std::mem::take(&mut e.out.program.instances);
                auditor.instances(&mut e, instances);
                // The public functions are looked at small instances as well.
                let public = |id: &ItemId| self.world.item(*id).public;
                called.extend(e.out.called.into_iter().filter(|id| !public(id)));
            }
        }
        let found = self.check_module(module, &mut auditor, called, loader);
        // What the budget kept from being looked at is not unique in silence.
        for d in found.into_iter().filter(|d| d.code == "E0701") {
            let span = d.labels.first().map(|l| l.span).unwrap_or_default();
            let verdict = Verdict::Refused(Box::new(d));
            let hint = AuditedHint { name: "the rest".into(), span, verdict };
            auditor.reports.push(Audited { function: path.into(), hints: vec![hint] });
        }
        auditor.reports
    }
}
