//! Messages with the source lines that they are about.

use super::clean;
use codespan_reporting::diagnostic::{Label, LabelStyle, Severity as Grade};
use codespan_reporting::files::{Files, SimpleFiles};
use codespan_reporting::term;
use codespan_reporting::term::termcolor::{ColorChoice, StandardStream};
use serde_json::{Value, json};
use std::io::IsTerminal;
use std::sync::Mutex;
use zirc_circuit::SourceFile;
use zirc_compiler::{Diagnostic, Rejected, Severity};

/// A message; its labels name files by index.
pub(crate) type Remark = codespan_reporting::diagnostic::Diagnostic<usize>;

/// A compiler's diagnostic as a message.
pub(crate) fn of_compiler(d: &Diagnostic) -> Remark {
    let severity = match d.severity {
        Severity::Error => Grade::Error,
        Severity::Warning => Grade::Warning,
    };
    let label = |(k, l): (usize, &zirc_compiler::Label)| {
        let style = if k == 0 { LabelStyle::Primary } else { LabelStyle::Secondary };
        let range = l.span.start as usize..l.span.end as usize;
        Label::new(style, l.span.file as usize, range).with_message(&l.text)
    };
    let help = d.help.iter().map(|h| format!("help: {h}"));
    Remark::new(severity)
        .with_code(d.code)
        .with_message(&d.title)
        .with_labels(d.labels.iter().enumerate().map(label).collect())
        .with_notes(d.notes.iter().cloned().chain(help).collect())
}

/// The codes of what was printed, each once.
static PRINTED: Mutex<Vec<&'static str>> = Mutex::new(Vec::new());
/// Codes that are named in the end.
const NAMED: usize = 3;

/// Prints a compiler's diagnostics on standard error.
pub(crate) fn print_all(files: &[SourceFile], list: &[Diagnostic]) {
    let sources = sources(files);
    for d in list {
        print_in(&sources, &of_compiler(d));
    }
    if let Ok(mut printed) = PRINTED.lock() {
        for d in list {
            if !printed.contains(&d.code) {
                printed.push(d.code);
            }
        }
    }
}

/// After all diagnostics: where their codes are explained.
pub(crate) fn print_codes() {
    let printed = PRINTED.lock().map(|mut p| std::mem::take(&mut *p)).unwrap_or_default();
    match &printed[..printed.len().min(NAMED)] {
        [] => {}
        [one] => super::stderr(&format!("for more about {one}: zirc explain {one}")),
        some => {
            super::stderr(&format!("for more about {}: zirc explain CODE", super::listed(some)));
        }
    }
}

/// Prints a message on standard error, in colour if that is a terminal.
pub(crate) fn print(files: &[SourceFile], remark: &Remark) {
    print_in(&sources(files), remark);
}

fn print_in(sources: &SimpleFiles<String, String>, remark: &Remark) {
    let plain = std::env::var_os("NO_COLOR").is_some_and(|v| !v.is_empty());
    let colour = std::io::stderr().is_terminal() && !plain;
    let choice = if colour { ColorChoice::Auto } else { ColorChoice::Never };
    let out = StandardStream::stderr(choice);
    let (config, remark) = (term::Config::default(), safe(remark));
    let shown = term::emit_to_write_style(&mut out.lock(), &config, sources, &remark);
    if shown.is_err() {
        // A label that is not in its file: the words still count.
        super::stderr(&format!("error: {}", remark.message));
    }
}

/// All diagnostics for machines.
pub(crate) fn all_to_json(rejected: &Rejected) -> Value {
    list_to_json(&rejected.files, &rejected.diagnostics)
}

/// Diagnostics for machines.
pub(crate) fn list_to_json(files: &[SourceFile], list: &[Diagnostic]) -> Value {
    let sources = sources(files);
    list.iter().map(|d| to_json(&sources, d)).collect()
}

fn to_json(sources: &SimpleFiles<String, String>, d: &Diagnostic) -> Value {
    let labels = d.labels.iter().map(|l| {
        let mut at = place_in(sources, l.span.file, l.span.start);
        at["start"] = l.span.start.into();
        at["end"] = l.span.end.into();
        at["label"] = l.text.clone().into();
        at
    });
    let severity = match d.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    json!({
        "severity": severity,
        "code": d.code,
        "title": d.title,
        "labels": labels.collect::<Vec<_>>(),
        "notes": d.notes,
        "help": d.help,
    })
}

/// File, line, column and the line's text, for machines.
pub(crate) fn place(files: &[SourceFile], file: u32, start: u32) -> Value {
    place_in(&sources(files), file, start)
}

fn place_in(sources: &SimpleFiles<String, String>, file: u32, start: u32) -> Value {
    let (id, start) = (file as usize, start as usize);
    let name = sources.get(id).map(|f| f.name().clone()).ok();
    let at = sources.line_index(id, start).and_then(|line| {
        let range = sources.line_range(id, line)?;
        let text = sources.source(id)?.get(range).unwrap_or_default().trim().to_owned();
        Ok((line + 1, sources.location(id, start)?.column_number, text))
    });
    match at {
        Ok((line, column, text)) => {
            json!({ "file": name, "line": line, "column": column, "text": text })
        }
        Err(_) => json!({ "file": name }),
    }
}

/// Source files, safe for a terminal.
fn sources(files: &[SourceFile]) -> SimpleFiles<String, String> {
    let mut out = SimpleFiles::new();
    for f in files {
        out.add(clean(&f.name), clean(&f.text));
    }
    out
}

/// The same message, safe for a terminal.
fn safe(remark: &Remark) -> Remark {
    let mut out = remark.clone();
    out.message = clean(&out.message);
    out.notes = out.notes.iter().map(|n| clean(n)).collect();
    for label in &mut out.labels {
        label.message = clean(&label.message);
    }
    out
}
