//! A loaded program and what can be asked of it.
//!
//! Each file of this room answers one kind of question with the rooms below, which know a program's names ([`World`])
//! and nothing of a project.

mod audit;
mod check;
mod compile;
mod elaborate;
mod evaluate;
mod interpret;
mod measure;
mod parametric;
mod rejected;
mod test;

pub use compile::{Compiled, HintInfo};
#[cfg(test)]
pub(crate) use elaborate::Elaborated;
pub use interpret::{Interpreted, Interpreter};
pub use measure::{CallCost, Enforced};
pub use parametric::{Parameter, Parametric};
pub use rejected::Rejected;

use crate::budget::Budget;
use crate::diagnostic::Diagnostic;
use crate::elaborate::{Elaborator, Res};
use crate::loader::Loader;
use crate::resolve::{World, item_name};
use crate::types::ItemId;
use zirc_circuit::SourceFile;
use zirc_grammar::ast::{ItemKind, Span};

/// A program with everything it uses.
#[derive(Debug)]
pub struct Project {
    world: World,
}

impl Project {
    /// Loads a program: parses it, the standard library and every module it uses.
    ///
    /// # Errors
    /// Syntax errors and names of modules and items that do not exist, all of them.
    pub fn load(name: &str, text: &str, loader: &mut dyn Loader) -> Result<Project, Rejected> {
        let (world, diagnostics) = World::load(name, text, loader);
        if diagnostics.is_empty() {
            return Ok(Project { world });
        }
        Err(Rejected::new(diagnostics, &world.files))
    }

    /// Allows more, or less, than the default for elaborating a circuit, a test or a run.
    pub fn set_budget(&mut self, budget: Budget) {
        self.world.budget = budget;
    }

    /// The source files, by the index that spans carry.
    #[must_use]
    pub fn files(&self) -> &[SourceFile] {
        &self.world.files
    }

    /// The circuits that can be compiled as they are: those without generics, and instances.
    #[must_use]
    pub fn circuits(&self) -> Vec<String> {
        let items = self.world.modules[0].ast.items.iter();
        let whole = items.filter(|i| match &i.kind {
            ItemKind::Circuit(f) => f.generics.is_empty(),
            ItemKind::CircuitAlias { .. } => true,
            _ => false,
        });
        whole.filter_map(|i| Some(item_name(i)?.name.clone())).collect()
    }

    /// The circuit of a name, if it can be compiled as it is.
    fn find(&self, circuit: &str) -> Result<ItemId, Rejected> {
        let kind = |id: ItemId| &self.world.item(id).kind;
        let wrong = match self.world.modules[0].names.get(circuit).map(|id| (*id, kind(*id))) {
            Some((_, ItemKind::Circuit(f))) if !f.generics.is_empty() => {
                let t = format!("circuit `{circuit}` has generic parameters");
                let help = format!("name an instance: `circuit {circuit}_3 = {circuit}::<3>;`");
                Diagnostic::error("E0213", f.name.span, t).help(help)
            }
            Some((id, ItemKind::Circuit(_) | ItemKind::CircuitAlias { .. })) => return Ok(id),
            _ => {
                let t = format!("there is no circuit `{circuit}` in this program");
                let d = Diagnostic::error("E0101", Span::default(), t);
                match self.circuits().join(", ") {
                    all if all.is_empty() => d,
                    all => d.help(format!("there are: {all}")),
                }
            }
        };
        Err(self.rejected(vec![wrong]))
    }

    /// The module of a path.
    fn module(&self, path: &str) -> Option<usize> {
        self.world.modules.iter().position(|m| m.path == path)
    }

    /// Elaborates something of the program: what it gives, or everything that is wrong with it.
    fn accepted<T>(
        &self,
        e: &mut Elaborator<'_>,
        f: impl FnOnce(&mut Elaborator<'_>) -> Res<T>,
    ) -> Result<T, Rejected> {
        e.accepted(f).map_err(|wrong| self.rejected(wrong))
    }

    fn rejected(&self, diagnostics: Vec<Diagnostic>) -> Rejected {
        Rejected::new(diagnostics, &self.world.files)
    }
}
