//! The public items of the standard library.

use zirc_pages::{Item, items};

/// Every public item, by modules in alphabetical order. (That modules parse, the compiler's tests say.)
#[must_use]
pub fn public_items() -> Vec<Item> {
    let mut found = vec![];
    for (path, text) in zirc_stdlib::MODULES {
        let module = path.trim_start_matches("std/").trim_end_matches(".zirc").replace('/', "::");
        found.extend(items(&module, text, |item| item.public));
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
