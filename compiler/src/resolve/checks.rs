//! `#[checks(…)]`: how what a function asks for is enforced.
//!
//! It is anybody's to say, as no value and no port depends on it: each way holds a number to the same
//! range, and looks up the same entry.

use super::World;
use crate::diagnostic::Diagnostic;
use crate::options::Checks;
use crate::types::ItemId;
use std::collections::BTreeMap;
use zirc_grammar::ast::{Attribute, Expr, ExprKind, ItemKind};

/// The attribute's name.
const NAME: &str = "checks";

/// Of functions and circuits, what their attributes say.
pub(super) fn read(world: &World, errors: &mut Vec<Diagnostic>) -> BTreeMap<ItemId, Checks> {
    let mut all = BTreeMap::new();
    for (m, module) in world.modules.iter().enumerate() {
        for (k, item) in module.ast.items.iter().enumerate() {
            let mut own = item.attributes.iter().filter(|a| a.name.name == NAME);
            let Some(a) = own.next() else { continue };
            // One on anything else was refused.
            if !matches!(item.kind, ItemKind::Fn(_) | ItemKind::Circuit(_)) {
                continue;
            }
            match checks(a) {
                Err(d) => errors.push(*d),
                Ok(checks) => {
                    all.insert((m, k), checks);
                }
            }
            if let Some(again) = own.next() {
                let d = Diagnostic::error("E0108", again.span, "`#[checks]` is given twice");
                errors.push(d.label(a.span, "first given here").help("leave one of them"));
            }
        }
    }
    all
}

fn checks(a: &Attribute) -> Result<Checks, Box<Diagnostic>> {
    let (name, span) = match a.args.as_slice() {
        [Expr { kind: ExprKind::Path(p), span }] => match p.segments.as_slice() {
            [one] if p.generics.is_empty() => (Some(one.name.as_str()), *span),
            _ => (None, *span),
        },
        [other] => (None, other.span),
        _ => (None, a.span),
    };
    let found = name.and_then(|n| Checks::ALL.into_iter().find(|c| c.name() == n));
    found.ok_or_else(|| {
        let d = Diagnostic::error("E0108", span, "`#[checks]` names one of two ways");
        let d = d.say("`digits` or `lookups` is expected");
        Box::new(d.help("without the attribute the compiler takes the cheaper one"))
    })
}
