//! Everything of a project that can be checked as it is.

use super::rejected::shown;
use super::{Project, Rejected};
use crate::audit::Auditor;
use crate::check::check_generic;
use crate::diagnostic::{Diagnostic, has_errors};
use crate::elaborate::item::Supply;
use crate::elaborate::{Elaborator, INDEPENDENT_OF, Res};
use crate::loader::Loader;
use crate::resolve::{self, item_name};
use crate::types::{ItemId, Type};
use std::collections::BTreeSet;
use zirc_grammar::ast::{Expr, Item, ItemKind, Span};

impl Project {
    /// Checks every item of the program that can be checked as it is: circuits, constants and
    /// functions without generics.
    ///
    /// # Errors
    /// Everything that is wrong.
    pub fn check(&self, loader: &mut dyn Loader) -> Result<Vec<Diagnostic>, Rejected> {
        let mut auditor = Auditor::default();
        let mut all = self.check_module(0, &mut auditor, BTreeSet::new(), loader);
        all.extend(auditor.remarks());
        if has_errors(&all) {
            return Err(self.rejected(all));
        }
        // What a circuit is independent of is seen on the finished circuit alone.
        for name in self.circuits().iter().filter(|name| self.is_independent(name)) {
            self.compile(name, loader)?;
        }
        // Where something is wrong, these may follow from it.
        all.extend(shown(self.names(), &self.world.files));
        Ok(all)
    }

    /// Warnings about names of the program's own files: what nothing reads, and what hides another. They follow from
    /// the text alone.
    #[must_use]
    pub fn names(&self) -> Vec<Diagnostic> {
        resolve::warnings(&self.world)
    }

    /// Where the variables, parameters and inputs are named that nothing reads.
    #[must_use]
    pub fn unread(&self) -> Vec<Span> {
        resolve::unread(&self.world)
    }

    /// Whether a circuit says that it is independent of something.
    fn is_independent(&self, circuit: &str) -> bool {
        let said = |item: &Item| item.attributes.iter().any(|a| a.name.name == INDEPENDENT_OF);
        let Ok(id) = self.find(circuit) else { return false };
        let item = self.world.item(id);
        let target = match &item.kind {
            ItemKind::CircuitAlias { target, .. } => self.world.lookup(id.0, &target.segments),
            _ => None,
        };
        said(item) || target.is_some_and(|to| said(self.world.item(to)))
    }

    /// Checks every item of a module, and audits hints: those of circuits, then those of public
    /// functions that none of them calls, then those of the functions that are left. What is called
    /// is audited as it is called.
    pub(super) fn check_module(
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
                let name = item_name(self.world.item(id));
                e.demand_reason(name.map(|n| n.span).unwrap_or_default());
            } else if !has_errors(&e.out.diagnostics) && !called.contains(&id) {
                let before = e.out.diagnostics.len();
                auditor.item(&mut e, id);
                e.forget_errors(before);
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
}

/// Elaborates an item by itself, if it can be.
fn check_item(e: &mut Elaborator<'_>, id: ItemId) -> Res<()> {
    let world = e.world;
    e.check_nondet(world.item(id))?;
    match &world.item(id).kind {
        ItemKind::Fn(f) if f.generics.is_empty() => e.check_function(id),
        ItemKind::Circuit(f) if f.generics.is_empty() => {
            e.circuit(id, &[], Supply::Inputs).map(|_| ())
        }
        ItemKind::CircuitAlias { .. } => e.named_circuit(id, Supply::Inputs).map(|_| ()),
        ItemKind::Fn(_) | ItemKind::Circuit(_) => {
            e.out.diagnostics.extend(check_generic(world, id));
            Ok(())
        }
        ItemKind::Const { name, .. } => e.in_module(id.0, Default::default(), |e| {
            e.expr(&Expr::named(name), &Type::Infer).map(|_| ())
        }),
        ItemKind::TypeAlias { generics, ty, .. } if generics.is_empty() => {
            e.in_module(id.0, Default::default(), |e| e.resolve_type(ty).map(|_| ()))
        }
        ItemKind::Struct { generics, .. } if generics.is_empty() => {
            e.field_types(id, &[]).map(|_| ())
        }
        _ => Ok(()),
    }
}
