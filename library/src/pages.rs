//! Pages of the guide.

use crate::{COMMAND, File, Library};
use std::fmt::Write;
use zirc_pages::{Item, Kind, plain, section};

/// The guide's table of contents.
pub(crate) const SUMMARY: &str = "docs/src/SUMMARY.md";
/// Where the pages are, from there.
pub(crate) const FOLDER: &str = "docs/src/library";

/// What these pages are written from.
const LIBRARY: &str = "the library's text";

/// A page for each module that has public items.
pub(crate) fn modules(library: &Library) -> Vec<File> {
    let page = |module: &&str| File {
        path: format!("{FOLDER}/{}.md", file_stem(module)),
        text: of_module(library, module),
    };
    names(library).iter().map(page).collect()
}

/// Modules in order.
fn names(library: &Library) -> Vec<&str> {
    let mut names: Vec<&str> = library.items.iter().map(|i| i.module.as_str()).collect();
    names.dedup();
    names
}

fn file_stem(module: &str) -> String {
    module.replace("::", "-")
}

fn of<'l>(library: &'l Library, module: &str) -> impl Iterator<Item = &'l Item> {
    let module = module.to_owned();
    library.items.iter().filter(move |i| i.module == module)
}

fn of_module(library: &Library, module: &str) -> String {
    let mut out = format!("{}# {module}\n", generated(LIBRARY));
    for item in of(library, module) {
        out.push_str(&section(item));
        out.push_str(&costs(library, item));
    }
    out
}

/// The first line of a page.
pub(crate) fn generated(from: &str) -> String {
    format!("<!-- Written by `{COMMAND}` from {from}. -->\n\n")
}

/// What an item costs.
fn costs(library: &Library, item: &Item) -> String {
    if item.kind == Kind::Other {
        return String::new();
    }
    let own = library.rows.iter().filter(|r| r.module == item.module && r.item == item.name);
    if let Some((_, reason)) = library.without.iter().find(|(name, _)| *name == item.name) {
        return format!("\nNo cost of its own: {}.\n", plain(reason.trim_end_matches('.')));
    }
    zirc_pages::costs(&own.cloned().collect::<Vec<_>>())
}

/// The list of modules, and how to read their pages.
pub(crate) fn index(library: &Library) -> File {
    let mut out = generated(LIBRARY);
    out.push_str(
        "# The standard library\n\n\
         All of these are visible in every program without a `use`; an item of the program with the \
         same name shadows them. `zirc test std` runs their tests.\n\n\
         Costs are measured by the compiler, at the instances in `stdlib/costs.zirc`. In `f::<i8>` all \
         arguments are private numbers; in a call, those with a declared type are, and others are \
         constants, such as weights. *Elements* are those of the largest argument or result, and \
         *each* is the number of constraints for one of them; *variables* are those beyond the \
         arguments'. Constraints that hold private inputs to their types are not counted.\n\n\
         *With a round* is what one of many such calls costs with a [commitment round](rounds.md), \
         without the *tables* that all of them share: a constraint for each row of a table and one for \
         its sum, once in a circuit. How wide tables are is chosen as for 16,384 calls; a circuit with \
         fewer has narrower ones, or none. All other columns are of plain Groth16. \
         `stdlib/costs.csv` holds the same numbers, and those of the other columns for both modes; what \
         costs the same in both is there once.\n\n\
         A table that is read at a witness index is lowered by the cheapest of several strategies; \
         what others would cost, where it differs, has rows of its own.\n\n\
         | module | items |\n|---|---|\n",
    );
    for module in names(library) {
        let mut anchors: Vec<String> = vec![];
        let mut anchor = |name: &str| {
            let plain = name.to_lowercase();
            let before = anchors.iter().filter(|a| **a == plain).count();
            anchors.push(plain.clone());
            // As mdBook does with headings that differ in case only.
            if before == 0 { plain } else { format!("{plain}-{before}") }
        };
        let items: Vec<String> = of(library, module)
            .map(|i| {
                format!(
                    "[{}](library/{}.md#{})",
                    plain(&i.name),
                    file_stem(module),
                    anchor(&i.name)
                )
            })
            .collect();
        let _ = writeln!(out, "| {module} | {} |", items.join(", "));
    }
    File { path: "docs/src/library.md".into(), text: out }
}

/// The guide's table of contents with the pages in it: the line that names the list of modules is
/// written by hand, and what is indented below it is replaced.
pub(crate) fn summary(library: &Library, text: &str) -> Result<String, Vec<String>> {
    const ENTRY: &str = "(library.md)";
    let mut out = String::new();
    let mut found = false;
    for line in text.lines().filter(|l| !l.contains("](library/")) {
        let _ = writeln!(out, "{line}");
        if line.ends_with(ENTRY) {
            found = true;
            for module in names(library) {
                let _ = writeln!(out, "  - [{module}](library/{}.md)", file_stem(module));
            }
        }
    }
    let missing = || vec![format!("{SUMMARY}: add the line `- [The standard library]{ENTRY}`")];
    if found { Ok(out) } else { Err(missing()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_listed_below_their_entry_only() {
        let library = Library { items: vec![], rows: vec![], without: vec![] };
        let text = "# S\n- [L](library.md)\n  - [old](library/old.md)\n- [C](cost.md)\n";
        let expected = "# S\n- [L](library.md)\n- [C](cost.md)\n";
        assert_eq!(summary(&library, text), Ok(expected.into()));
        assert!(summary(&library, "# S\n").is_err());
    }
}
