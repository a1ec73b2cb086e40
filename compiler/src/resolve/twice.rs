//! Names that stand side by side differ: parameters, generics and results of a function, fields of a struct, indices of
//! a loop, names of a pattern, and what a file takes from others. Which of two is meant would follow from an order that
//! no reader has to know.

use super::scopes::{self, Names};
use super::{World, item_name};
use crate::diagnostic::Diagnostic;
use crate::types::ItemId;
use std::collections::BTreeMap;
use zirc_grammar::ast::{Ident, Span};

const CODE: &str = "E0102";

/// Refuses names of an item that are there twice.
pub(super) fn check(world: &World, errors: &mut Vec<Diagnostic>) {
    for item in world.modules.iter().flat_map(|m| &m.ast.items) {
        scopes::of_item(item, &mut Twice { errors });
    }
}

/// What is said of a name that is there already.
pub(super) fn defined(name: &str, again: Span, first: Span, what: &str) -> Diagnostic {
    Diagnostic::error(CODE, again, format!("`{name}` is defined twice")).label(first, what)
}

struct Twice<'e> {
    errors: &'e mut Vec<Diagnostic>,
}

impl<'a> Names<'a> for Twice<'_> {
    fn together(&mut self, what: &'static str, names: &[&'a Ident]) {
        let mut seen: BTreeMap<&str, Span> = BTreeMap::new();
        for id in names {
            let Some(&first) = seen.get(id.name.as_str()) else {
                seen.insert(&id.name, id.span);
                continue;
            };
            let title = format!("the {what} `{}` stands here twice", id.name);
            let d = Diagnostic::error(CODE, id.span, title).label(first, "first here");
            self.errors.push(d.help("give each a name of its own"));
        }
    }
}

/// Names that a file takes from others.
#[derive(Default)]
pub(super) struct Taken {
    one_by_one: BTreeMap<String, (ItemId, Span)>,
    by_star: BTreeMap<String, (ItemId, Span)>,
}

impl Taken {
    /// Notes a name that stands in a `use`, or that comes with a `*`, whose place is that of the `use`.
    pub(super) fn note(
        &mut self,
        (name, id): (&str, ItemId),
        star: bool,
        at: Span,
        errors: &mut Vec<Diagnostic>,
    ) {
        let map = if star { &mut self.by_star } else { &mut self.one_by_one };
        let &mut (known, first) = map.entry(name.to_owned()).or_insert((id, at));
        if known != id {
            let help = match star {
                true => "name what you mean: `use a::{b, c};`",
                false => "write the path of one of them where it is read",
            };
            errors.push(defined(name, at, first, "and taken from here").help(help));
        }
    }

    /// The names as the file sees them: what it defines comes first, then what it names.
    pub(super) fn settle(self, world: &mut World, module: usize, errors: &mut Vec<Diagnostic>) {
        for (name, (id, at)) in self.one_by_one {
            let own = world.modules[module].names.get(&name).copied();
            match own {
                Some(own) if own != id => {
                    let first = item_name(world.item(own)).map_or(at, |n| n.span);
                    errors.push(defined(&name, at, first, "and defined here"));
                }
                _ => drop(world.modules[module].names.insert(name, id)),
            }
        }
        for (name, (id, _)) in self.by_star {
            world.modules[module].names.entry(name).or_insert(id);
        }
    }
}
