//! Names that nothing in a program reads: an input of which a model takes the shape alone, a state that no node asks for.
//! They begin with `_`, which says that this is meant, and which no other name of an imported program does.

use super::ports::Ports;
use crate::fault::Fault;
use zirc_compiler::{NoFiles, Project, Span};

/// The program that `text` gives for the ports, laid out and with these names marked.
pub(super) fn marked(ports: &mut Ports, text: impl Fn(&Ports) -> String) -> Result<String, Fault> {
    let mut source = laid_out(&text(ports))?;
    let mut found = unread(&source)?;
    let is_unread = |name: &str| found.iter().any(|at| named(&source, *at) == name);
    // An input stands in attributes, too.
    let unread_inputs = ports.inputs.iter_mut().filter(|p| is_unread(&p.variable));
    let renamed = unread_inputs.map(|p| p.variable.insert(0, MARK)).count();
    if renamed > 0 {
        source = laid_out(&text(ports))?;
        found = unread(&source)?;
    }
    if found.is_empty() {
        return Ok(source);
    }
    found.sort_unstable();
    for at in found.iter().rev() {
        source.insert(at.start as usize, MARK);
    }
    laid_out(&source)
}

/// What begins a name that is meant to be ignored.
const MARK: char = '_';

fn named(source: &str, at: Span) -> &str {
    source.get(at.start as usize..at.end as usize).unwrap_or_default()
}

fn unread(source: &str) -> Result<Vec<Span>, Fault> {
    match Project::load("", source, &mut NoFiles) {
        Ok(project) => Ok(project.unread()),
        Err(r) => {
            let why = r.diagnostics.first().map_or("", |d| d.title.as_str());
            Err(Fault::new(format!("the program is none, which is a bug in zirc: {why}")))
        }
    }
}

fn laid_out(source: &str) -> Result<String, Fault> {
    zirc_grammar::format(source).map_err(|e| {
        Fault::new(format!("the program cannot be formatted, which is a bug in zirc: {e}"))
    })
}
