//! The public items of the standard library.

use zirc_grammar::ast::ItemKind;
use zirc_grammar::{parse_tolerant, signature};

/// What an item is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Has a cost.
    Function,
    /// A struct, a type or a constant: costs nothing by itself.
    Other,
}

/// A public item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// Its module without `std`: `nn::relu`.
    pub module: String,
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: Kind,
    /// As the printer writes it, without the body.
    pub signature: String,
    /// Lines of its documentation.
    pub doc: Vec<String>,
}

/// Every public item, by modules in alphabetical order. (That modules parse, the compiler's tests say.)
#[must_use]
pub fn public_items() -> Vec<Item> {
    let mut found = vec![];
    for (path, text) in zirc_stdlib::MODULES {
        let module = path.trim_start_matches("std/").trim_end_matches(".zirc").replace('/', "::");
        let (ast, _) = parse_tolerant(text, 0);
        for item in ast.items.iter().filter(|i| i.public) {
            let (name, kind) = match &item.kind {
                ItemKind::Fn(f) => (&f.name, Kind::Function),
                ItemKind::Struct { name, .. }
                | ItemKind::TypeAlias { name, .. }
                | ItemKind::Const { name, .. } => (name, Kind::Other),
                _ => continue,
            };
            found.push(Item {
                module: module.clone(),
                name: name.name.clone(),
                kind,
                signature: signature(text, item),
                doc: item.doc.clone(),
            });
        }
    }
    found.sort_by(|a: &Item, b| a.module.cmp(&b.module));
    found
}

/// A line for each item that has no documentation.
pub(crate) fn undocumented(items: &[Item]) -> Vec<String> {
    let bare = items.iter().filter(|i| i.doc.iter().all(|l| l.trim().is_empty()));
    bare.map(|i| format!("std::{}::{} has no doc comment: add `///` lines", i.module, i.name))
        .collect()
}
