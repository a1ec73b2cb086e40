//! One page of `zirc doc`, and the list of them.

use crate::error::Error;
use crate::load::program::Program;
use std::fmt::Write;
use zirc_compiler::{Mode, Options};
use zirc_pages::{Item, Kind, Row, costs, instances, items, measure, plain, section};

/// The first line of every page, by which pages are told from other files.
pub(super) const MARK: &str = "<!-- Written by `zirc doc`. -->\n";

/// A page about one file.
pub(super) struct Page {
    /// The file's module, such as `layers::norm`.
    module: String,
    /// Names on it, in order.
    names: Vec<String>,
    /// All of it.
    pub(super) text: String,
}

impl Page {
    /// The page about a program's own items; none where there is nothing to say.
    ///
    /// Everything in the file has to be right.
    pub(super) fn of(module: &str, program: &mut Program) -> Result<Option<Page>, Error> {
        program.project.check(&mut program.folder)?;
        let Some(file) = program.project.files().first().cloned() else { return Ok(None) };
        let wanted = items(module, &file.text, |item| {
            let circuit = matches!(
                item.kind,
                zirc_grammar::ast::ItemKind::Circuit(_)
                    | zirc_grammar::ast::ItemKind::CircuitAlias { .. }
            );
            item.public || circuit || !item.doc.is_empty()
        });
        if wanted.is_empty() {
            return Ok(None);
        }
        let mut text = format!("{MARK}\n# {}\n", plain(module));
        for item in &wanted {
            text.push_str(&section(item));
            text.push_str(&match item.kind {
                Kind::Function => of_function(program, item, &file.text)?,
                Kind::Circuit => of_circuit(program, item)?,
                Kind::Other => String::new(),
            });
        }
        let names = wanted.into_iter().map(|i| i.name).collect();
        Ok(Some(Page { module: module.to_owned(), names, text }))
    }

    /// Its name as a file.
    pub(super) fn file(&self) -> String {
        format!("{}.md", self.module.replace("::", "-"))
    }
}

/// What calls of a function cost: of its instances that are named, or else why there is nothing.
fn of_function(program: &mut Program, item: &Item, text: &str) -> Result<String, Error> {
    let named = instances(item, text);
    let pinned = item.parsed.attributes.iter().any(|a| a.name.name == "cost");
    let mut rows: Vec<Row> = vec![];
    for instance in &named {
        match measure(&program.project, item, instance, &mut program.folder) {
            Ok(found) => rows.extend(found),
            // What a test measures has to be measurable.
            Err(why) if pinned => return Err(why.into()),
            Err(why) => {
                let first = why.diagnostics.first();
                let why = first.map(|d| format!("{} ({})", d.title, d.code)).unwrap_or_default();
                return Ok(format!("\nNo cost by itself: {}.\n", plain(&why)));
            }
        }
    }
    Ok(match rows.as_slice() {
        [] => "\nWhat it costs depends on its generic arguments; `#[cost(…)]` names an instance.\n"
            .into(),
        rows => costs(rows),
    })
}

/// What a circuit costs in both modes; nothing of one that has generics.
fn of_circuit(program: &mut Program, item: &Item) -> Result<String, Error> {
    if !program.project.circuits().contains(&item.name) {
        return Ok("\nWhat it costs depends on its generic arguments.\n".into());
    }
    let mut out = String::from("\n| mode | constraints | variables |\n|---|--:|--:|\n");
    for mode in [Mode::Groth16, Mode::Commit] {
        let options = Options { mode, ..Options::default() };
        let made = program.project.compile_with(&item.name, &mut program.folder, &options)?;
        let (rows, variables) = (made.circuit.num_constraints(), made.circuit.layout().num_witness);
        let _ = writeln!(out, "| {} | {rows} | {variables} |", mode.name());
    }
    Ok(out)
}

/// The list of all pages and what is on them.
pub(super) fn index(pages: &[Page]) -> String {
    let mut out = format!("{MARK}\n# Functions and circuits\n\n| file | items |\n|---|---|\n");
    for page in pages {
        let link =
            |name: &String| format!("[{}]({}#{})", plain(name), page.file(), name.to_lowercase());
        let items: Vec<String> = page.names.iter().map(link).collect();
        let _ = writeln!(out, "| {} | {} |", plain(&page.module), items.join(", "));
    }
    out
}
