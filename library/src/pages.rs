//! Pages of the guide.

use crate::costs::{DEFAULT, Modes, Row};
use crate::items::{Item, Kind};
use crate::table::{CATEGORIES, per_element};
use crate::{COMMAND, File, Library};
use std::fmt::Write;
use zirc_compiler::Mode;

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
        let _ = write!(out, "\n## {}\n\n```text\n{}\n```\n\n", plain(&item.name), item.signature);
        for line in &item.doc {
            let _ = writeln!(out, "{}", plain(line));
        }
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
    let rows: Vec<&Row> =
        library.rows.iter().filter(|r| r.module == item.module && r.item == item.name).collect();
    if let Some((_, reason)) = library.without.iter().find(|(name, _)| *name == item.name) {
        return format!("\nNo cost of its own: {}.\n", plain(reason.trim_end_matches('.')));
    }
    let mut out = String::from(
        "\n| instance | constraints | with a round | tables | elements | each | variables | hints | of them |\n\
         |---|--:|--:|--:|--:|--:|--:|--:|---|\n",
    );
    let plain = rows.iter().filter(|r| r.modes != Modes::Only(Mode::Commit));
    for row in plain {
        let same = |r: &&&Row| r.instance == row.instance && r.modes == Modes::Only(Mode::Commit);
        // Strategies are for lookups that no round proves.
        let round = rows.iter().find(same).filter(|_| row.strategy == DEFAULT);
        out.push_str(&line(row, round.copied()));
    }
    out
}

/// What an instance costs: without a commitment round, and with one if that differs.
fn line(row: &Row, round: Option<&Row>) -> String {
    let c = &row.cost;
    let strategy = match row.strategy.as_str() {
        DEFAULT => String::new(),
        name => format!(", lookups by {name}"),
    };
    let (constraints, tables) = match (round, row.modes) {
        (Some(r), _) => (r.cost.constraints.to_string(), r.cost.tables.to_string()),
        (None, Modes::Both) => (c.constraints.to_string(), "0".into()),
        (None, Modes::Only(_)) => ("–".into(), "–".into()),
    };
    let parts = CATEGORIES.iter().filter_map(|(category, name)| {
        c.by.get(category).filter(|n| **n > 0).map(|n| format!("{n} {name}"))
    });
    let parts: Vec<String> = parts.collect();
    format!(
        "| `{}`{strategy} | {} | {constraints} | {tables} | {} | {} | {} | {} | {} |\n",
        row.instance.replace('|', "\\|"),
        c.constraints,
        c.elements,
        per_element(row),
        c.variables,
        c.hints,
        if parts.is_empty() { "–".into() } else { parts.join(", ") },
    )
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

/// Text of a doc comment in which nothing but code in backquotes means anything to Markdown.
fn plain(text: &str) -> String {
    let mut out = String::new();
    let mut code = false;
    for c in text.chars() {
        code ^= c == '`';
        if !code && matches!(c, '*' | '_' | '<' | '>' | '[' | ']' | '|' | '\\' | '#') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_no_markup() {
        assert_eq!(plain("y[o] = Σ_i x*w < 3"), "y\\[o\\] = Σ\\_i x\\*w \\< 3");
        assert_eq!(plain("as `q_0[1]` and a_b"), "as `q_0[1]` and a\\_b");
    }

    #[test]
    fn pages_are_listed_below_their_entry_only() {
        let library = Library { items: vec![], rows: vec![], without: vec![] };
        let text = "# S\n- [L](library.md)\n  - [old](library/old.md)\n- [C](cost.md)\n";
        let expected = "# S\n- [L](library.md)\n- [C](cost.md)\n";
        assert_eq!(summary(&library, text), Ok(expected.into()));
        assert!(summary(&library, "# S\n").is_err());
    }
}
