//! What can be asked of a project about its hints.

use super::{Audited, AuditedHint, Auditor, Verdict};
use crate::diagnostic::Diagnostic;
use crate::elaborate::item::Supply;
use crate::elaborate::{Elaborator, Frame};
use crate::loader::Loader;
use crate::program::Program;
use crate::project::{Project, Rejected, check_item, has_errors};
use crate::types::Type;
use crate::value::ItemId;
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
        let out = e.circuit_target(id).and_then(|(id, g)| e.circuit(id, &g, Supply::Inputs));
        if let Err(stop) = out {
            e.report(stop);
        }
        if has_errors(&e.out.diagnostics) {
            return Err(self.rejected(e.out.diagnostics));
        }
        let origin = e.out.program.origins[0].clone();
        let program = std::mem::replace(&mut e.out.program, Program::new(origin));
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

    /// Checks every item of a module, and audits hints: those of circuits, then those of public
    /// functions that none of them calls, then those of the functions that are left. What is called
    /// is audited as it is called.
    pub(crate) fn check_module(
        &self,
        module: usize,
        auditor: &mut Auditor,
        mut called: BTreeSet<ItemId>,
        loader: &mut dyn Loader,
    ) -> Vec<Diagnostic> {
        let items = &self.world.modules[module].ast.items;
        let rank = |k: &usize| match &items[*k].kind {
            ItemKind::Circuit(_) | ItemKind::CircuitAlias { .. } => 0,
            _ if items[*k].public => 1,
            _ => 2,
        };
        let mut order: Vec<usize> = (0..items.len()).collect();
        order.sort_by_key(rank);
        let mut found: Vec<Vec<Diagnostic>> = vec![vec![]; items.len()];
        let mut done = 0;
        for k in order {
            let id = (module, k);
            let mut e = Elaborator::new(&self.world, loader);
            e.start_after(done);
            let start = e.done();
            if let Err(stop) = check_item(&mut e, id) {
                e.report(stop);
            } else if !has_errors(&e.out.diagnostics) && !called.contains(&id) {
                let before = e.out.diagnostics.len();
                auditor.item(&mut e, id);
                e.out.diagnostics.truncate(before);
                called.append(&mut e.out.called);
            }
            done += e.done() - start;
            found[k] = e.out.diagnostics;
            // What calls it, or is called, takes as long again.
            if found[k].iter().any(|d| d.code == "E0701") {
                break;
            }
        }
        let mut all: Vec<Diagnostic> = vec![];
        for d in found.into_iter().flatten() {
            if !all.contains(&d) {
                all.push(d);
            }
        }
        all
    }

    /// The hints of every function instance that the tests of a module use, and of its functions at
    /// small instances. The program's own module has the empty path, the standard library's are
    /// those of [`Project::std_modules`].
    pub fn audit_tests(&self, path: &str, loader: &mut dyn Loader) -> Vec<Audited> {
        let Some(module) = self.world.modules.iter().position(|m| m.path == path) else {
            return vec![];
        };
        let mut auditor = Auditor::default();
        let mut called = BTreeSet::new();
        for item in &self.world.modules[module].ast.items {
            let ItemKind::Test { body, .. } = &item.kind else { continue };
            let mut e = Elaborator::new(&self.world, loader);
            let frame = Frame::new(module, Default::default());
            e.at.frames.push(frame);
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
