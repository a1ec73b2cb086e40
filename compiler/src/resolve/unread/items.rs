//! Items that no entry of a program needs.

use super::{UNUSED, is_meant, warning};
use crate::diagnostic::Diagnostic;
use crate::resolve::{World, item_name};
use crate::types::ItemId;
use std::collections::{BTreeMap, BTreeSet};
use zirc_grammar::ast::ItemKind;

/// Which items read which.
#[derive(Default)]
pub(super) struct Reached {
    reads: BTreeMap<ItemId, BTreeSet<ItemId>>,
}

impl Reached {
    /// Notes what an item reads.
    pub(super) fn reads(&mut self, id: ItemId, all: BTreeSet<ItemId>) {
        self.reads.insert(id, all);
    }

    /// What is said of the items of some modules. Where no item is an entry, nobody can tell which are needed.
    pub(super) fn warnings(&self, world: &World, modules: &[usize]) -> Vec<Diagnostic> {
        let entries: Vec<ItemId> =
            self.reads.keys().filter(|id| is_entry(world, **id)).copied().collect();
        let mut needed: BTreeSet<ItemId> = entries.iter().copied().collect();
        let mut next = entries;
        while let Some(id) = next.pop() {
            let read = self.reads.get(&id).into_iter().flatten();
            next.extend(read.filter(|id| needed.insert(**id)));
        }
        let has_entry = |m: usize| needed.iter().any(|id| id.0 == m);
        let of = modules.iter().filter(|m| has_entry(**m));
        let items = of.flat_map(|&m| (0..world.modules[m].ast.items.len()).map(move |k| (m, k)));
        items.filter(|id| !needed.contains(id)).filter_map(|id| unneeded(world, id)).collect()
    }
}

/// What is there for its own sake, or for others.
fn is_entry(world: &World, id: ItemId) -> bool {
    let item = world.item(id);
    let own = matches!(
        item.kind,
        ItemKind::Circuit(_) | ItemKind::CircuitAlias { .. } | ItemKind::Test { .. }
    );
    own || item.public
}

fn unneeded(world: &World, id: ItemId) -> Option<Diagnostic> {
    let item = world.item(id);
    let what = match &item.kind {
        ItemKind::Fn(_) => "function",
        ItemKind::Const { .. } => "constant",
        ItemKind::Struct { .. } => "struct",
        ItemKind::TypeAlias { .. } => "type",
        _ => return None,
    };
    let id = item_name(item).filter(|id| !is_meant(id))?;
    let name = &id.name;
    let d = warning(UNUSED, id, format!("nothing uses the {what} `{name}`"))
        .say("no circuit, test or public item needs it");
    Some(d.help(format!("remove it, mark it `pub` if other files take it, or call it `_{name}`")))
}
