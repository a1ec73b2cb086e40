//! `#[total]`: a function that accepts all arguments of its types.
//!
//! In a branch that is not chosen such a call asks for nothing that could not be had, so that it stands there as it
//! stands anywhere. It is anybody's to say: of a function that does refuse something, a circuit asks for more than the
//! program does, and never for less. A `#[monotone]` function is one.

use super::World;
use crate::diagnostic::Diagnostic;
use crate::types::ItemId;
use std::collections::BTreeSet;
use zirc_grammar::ast::ItemKind;

/// The attribute's name.
pub(super) const NAME: &str = "total";
const CODE: &str = "E0121";

/// The functions that say so.
pub(super) fn read(world: &World, errors: &mut Vec<Diagnostic>) -> BTreeSet<ItemId> {
    let mut all = world.fusions.monotone.clone();
    for (m, module) in world.modules.iter().enumerate() {
        for (k, item) in module.ast.items.iter().enumerate() {
            // One on anything else was refused.
            if !matches!(item.kind, ItemKind::Fn(_)) {
                continue;
            }
            for a in item.attributes.iter().filter(|a| a.name.name == NAME) {
                if let Some(given) = a.args.first() {
                    let d = Diagnostic::error(CODE, given.span, "`#[total]` has no arguments");
                    errors.push(d.help("write `#[total]`"));
                }
                all.insert((m, k));
            }
        }
    }
    all
}
