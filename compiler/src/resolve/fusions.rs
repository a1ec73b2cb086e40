//! What the standard library says of its functions' algebra, by attributes.

use super::World;
use super::attributes::for_library;
use crate::diagnostic::Diagnostic;
use crate::types::ItemId;
use std::collections::{BTreeMap, BTreeSet};
use zirc_grammar::ast::{Attribute, Expr, ExprKind, ItemKind};

/// Functions by what may be done with their calls.
#[derive(Debug, Default)]
pub(crate) struct Fusions {
    /// `#[monotone]`
    pub(crate) monotone: BTreeSet<ItemId>,
    /// `#[selects]`
    pub(crate) selects: BTreeSet<ItemId>,
    /// `#[fuses(g, f)]`: what computes g(f(x)), by g and f.
    pub(crate) fused: BTreeMap<(ItemId, ItemId), ItemId>,
    /// Those whose calls are remembered: the monotone ones and every f.
    pub(crate) tracked: BTreeSet<ItemId>,
}

const NAMES: [&str; 3] = ["monotone", "selects", "fuses"];

impl Fusions {
    /// Reads the attributes. A claim that the compiler acts on without proof is the standard
    /// library's alone, where tests hold it to account.
    pub(super) fn read(world: &World, errors: &mut Vec<Diagnostic>) -> Fusions {
        let mut all = Fusions::default();
        for (m, module) in world.modules.iter().enumerate() {
            for (k, item) in module.ast.items.iter().enumerate() {
                let functions = matches!(item.kind, ItemKind::Fn(_)).then_some(&item.attributes);
                for a in functions
                    .into_iter()
                    .flatten()
                    .filter(|a| NAMES.contains(&a.name.name.as_str()))
                {
                    if !world.is_std(m as u32) {
                        errors.push(for_library(a));
                    } else if let Err(why) = all.note(world, (m, k), a) {
                        errors.push(Diagnostic::error("E0107", a.span, why));
                    }
                }
            }
        }
        all
    }

    fn note(&mut self, world: &World, id: ItemId, a: &Attribute) -> Result<(), &'static str> {
        match (a.name.name.as_str(), a.args.as_slice()) {
            ("monotone", []) => {
                self.monotone.insert(id);
                self.tracked.insert(id);
            }
            ("selects", []) => {
                self.selects.insert(id);
            }
            ("fuses", [g, f]) => {
                let find = |e: &Expr| match &e.kind {
                    ExprKind::Path(p) => world.lookup(id.0, &p.segments),
                    _ => None,
                };
                let (Some(g), Some(f)) = (find(g), find(f)) else {
                    return Err("`fuses` names two functions");
                };
                self.fused.insert((g, f), id);
                self.tracked.insert(f);
            }
            _ => return Err("this attribute has other arguments"),
        }
        Ok(())
    }
}
