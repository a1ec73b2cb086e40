//! `#[commits(…)]`: the functions of the standard library by which `committed` values are hashed.
//!
//! Which hash that is, and what a function of it is called, is the library's alone to say. The compiler knows
//! what it asks of one: the hash of elements of the field, of integers, and of the hashes of several tensors.

use super::World;
use super::attributes::for_library;
use crate::diagnostic::Diagnostic;
use crate::types::ItemId;
use std::collections::BTreeMap;
use zirc_grammar::ast::{Attribute, Expr, ExprKind, ItemKind};

/// The attribute's name.
pub(super) const NAME: &str = "commits";
const CODE: &str = "E0107";

/// What a function hashes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Hashed {
    /// Any number of elements of the field.
    Elements,
    /// Any number of integers of one type.
    Integers,
    /// The hashes of several tensors, behind a salt.
    Tensors,
}

impl Hashed {
    fn of(word: &str) -> Option<Hashed> {
        match word {
            "elements" => Some(Hashed::Elements),
            "integers" => Some(Hashed::Integers),
            "tensors" => Some(Hashed::Tensors),
            _ => None,
        }
    }
}

/// By what they hash, the functions that say so.
pub(super) fn read(world: &World, errors: &mut Vec<Diagnostic>) -> BTreeMap<Hashed, ItemId> {
    let mut all = BTreeMap::new();
    for (m, module) in world.modules.iter().enumerate() {
        for (k, item) in module.ast.items.iter().enumerate() {
            let ItemKind::Fn(_) = &item.kind else { continue };
            for a in item.attributes.iter().filter(|a| a.name.name == NAME) {
                let why = match said(a) {
                    _ if !world.is_std(m as u32) => {
                        errors.push(for_library(a));
                        continue;
                    }
                    None => "`commits` takes `elements`, `integers` or `tensors`",
                    Some(what) if all.insert(what, (m, k)).is_some() => {
                        "another function commits to these"
                    }
                    Some(_) => continue,
                };
                errors.push(Diagnostic::error(CODE, a.span, why));
            }
        }
    }
    all
}

/// What an attribute says.
fn said(a: &Attribute) -> Option<Hashed> {
    let [Expr { kind: ExprKind::Path(p), .. }] = a.args.as_slice() else { return None };
    let [word] = p.segments.as_slice() else { return None };
    Hashed::of(&word.name).filter(|_| p.generics.is_empty())
}

#[cfg(test)]
mod tests {
    use super::super::item_name;
    use super::*;
    use crate::budget::Budget;

    #[test]
    fn the_library_says_by_what_it_commits() {
        let world = World::of_library(Budget::default()).unwrap();
        let name = |id: &ItemId| item_name(world.item(*id)).map(|n| n.name.as_str());
        let all: Vec<_> = world.commits.iter().map(|(what, id)| (*what, name(id))).collect();
        let wanted = [
            (Hashed::Elements, Some("poseidon_sponge")),
            (Hashed::Integers, Some("poseidon_packed")),
            (Hashed::Tensors, Some("commitment")),
        ];
        assert_eq!(all, wanted);
    }

    #[test]
    fn an_attribute_says_one_of_three() {
        let of = |args: &str| {
            let (module, _) =
                zirc_grammar::parse_tolerant(&format!("#[commits{args}] fn f() {{}}"), 0);
            said(&module.items[0].attributes[0])
        };
        assert_eq!(of("(integers)"), Some(Hashed::Integers));
        for wrong in ["", "(bytes)", "(integers, elements)", "(3)", "(hash::integers)"] {
            assert_eq!(of(wrong), None, "{wrong}");
        }
    }
}
