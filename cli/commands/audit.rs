//! `zirc audit`: what pins each hint, and that the circuit enforces what the program asks for.

mod enforced;

use super::export;
use crate::answer::Answer;
use crate::error::Error;
use crate::load::program::Program;
use crate::show::number::count;
use crate::show::{clean, diagnostic};
use serde_json::{Value, json};
use std::fmt::Write;
use std::path::PathBuf;
use zirc_circuit::SourceFile;
use zirc_compiler::{Audited, AuditedHint, Diagnostic, Pin, Span, Verdict};

/// Show what pins each hint of a program, and that its circuits enforce all that it asks for
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Every hint must follow from the arguments of the function that it stands in. A hint that may take
more than one value is shown with a counterexample. Exit code 1 if there is one. Then every circuit
is compared with what the program asks for, as whenever it is compiled.

Examples:
  zirc audit examples/digits
  zirc audit model.zirc --circuit digits --json
  zirc audit examples/relu --export circom")]
pub(crate) struct Args {
    /// A .zirc file, or a folder with model.zirc or a single .zirc file in it
    #[arg(value_name = "DIR|FILE")]
    program: PathBuf,
    /// Only what this circuit uses
    #[arg(long, value_name = "NAME")]
    circuit: Option<String>,
    /// Also write the circuit, or every circuit of the program, as .r1cs and .sym files that outside
    /// checkers read, with every input and hint as a variable
    #[arg(long, value_name = "DIR")]
    export: Option<PathBuf>,
}

/// Carries it out.
pub(crate) fn run(args: &Args) -> Result<Answer, Error> {
    let mut program = Program::open(&args.program)?;
    let audited = match &args.circuit {
        Some(name) => program.project.audit(name, &mut program.folder)?,
        None => program.project.audit_all(&mut program.folder)?,
    };
    let files = program.project.files().to_vec();
    let files = files.as_slice();
    let refused = refusals(&audited);
    diagnostic::print_all(files, &refused);
    let hints: Vec<&AuditedHint> = audited.iter().flat_map(|a| &a.hints).collect();
    let open = hints.iter().filter(|h| matches!(h.verdict, Verdict::Refused(_))).count();
    let free = hints.iter().filter(|h| matches!(h.verdict, Verdict::Nondet(_))).count();
    let mut text = String::new();
    for a in &audited {
        let _ = writeln!(text, "{}", clean(&a.function));
        a.hints.iter().for_each(|h| tell(files, h, &mut text));
    }
    let _ = write!(text, "{}", count(hints.len(), "hint"));
    let _ = match (open, free) {
        (0, 0) => writeln!(text, ", all unique"),
        (0, n) => writeln!(text, ", {n} not shown unique by the author's leave"),
        (n, _) => writeln!(text, ", {n} refused"),
    };
    let names = args.circuit.clone().map_or_else(|| program.project.circuits(), |c| vec![c]);
    let enforced = if open == 0 { enforced::all(&mut program, &names)? } else { vec![] };
    enforced.iter().for_each(|e| e.tell(files, &mut text));
    let mut exported = vec![];
    if let (Some(folder), 0) = (&args.export, open) {
        for name in names {
            let circuit = program.compile_with(&name, false)?.circuit;
            let made = export::write(&circuit, None, folder, std::slice::from_ref(&program.path))?;
            let _ = write!(text, "circuit {}\n{}", clean(&name), export::to_text(&made));
            exported.push(export::to_json(&made));
        }
    }
    let mut json = json!({
        "program": program.path.display().to_string(),
        "functions": audited.iter().map(|a| json!({
            "function": a.function,
            "hints": a.hints.iter().map(|h| to_json(files, h)).collect::<Value>(),
        })).collect::<Value>(),
        "hints": hints.len(),
        "refused": open,
        "nondet": free,
        "circuits": enforced.iter().map(|e| e.to_json(files)).collect::<Value>(),
        "diagnostics": diagnostic::list_to_json(files, &refused),
    });
    if args.export.is_some() {
        json["exported"] = exported.into();
    }
    Ok(Answer { accepted: open == 0, text, json })
}

/// Each message once.
pub(crate) fn refusals(audited: &[Audited]) -> Vec<Diagnostic> {
    let mut all: Vec<Diagnostic> = vec![];
    for h in audited.iter().flat_map(|a| &a.hints) {
        if let Verdict::Refused(d) = &h.verdict
            && !all.iter().any(|o| (&o.title, &o.labels) == (&d.title, &d.labels))
        {
            all.push((**d).clone());
        }
    }
    all
}

/// One hint in a few lines.
fn tell(files: &[SourceFile], h: &AuditedHint, out: &mut String) {
    let name = clean(&h.name);
    let _ = match &h.verdict {
        Verdict::Pinned(pins) if pins.is_empty() => writeln!(out, "  {name}  known"),
        Verdict::Pinned(pins) => {
            let lines: Vec<String> = pins.iter().map(|p| pin(files, p)).collect();
            writeln!(out, "  {name}  {}", lines.join("; "))
        }
        Verdict::Nondet(reason) => writeln!(out, "  {name}  nondet: {}", clean(reason)),
        Verdict::Refused(d) => writeln!(out, "  {name}  {}: {}", d.code, clean(&d.title)),
    };
}

/// A lemma with the lines of what it used.
fn pin(files: &[SourceFile], p: &Pin) -> String {
    let mut at: Vec<String> = p.constraints.iter().filter_map(|s| line(files, *s)).collect();
    at.sort();
    at.dedup();
    if at.is_empty() { p.lemma.clone() } else { format!("{} ({})", p.lemma, at.join(", ")) }
}

fn line(files: &[SourceFile], s: Span) -> Option<String> {
    let at = diagnostic::place(files, s.file, s.start);
    Some(format!("{}:{}", clean(at["file"].as_str()?), at["line"].as_u64()?))
}

fn to_json(files: &[SourceFile], h: &AuditedHint) -> Value {
    let at = diagnostic::place(files, h.span.file, h.span.start);
    let (verdict, detail) = match &h.verdict {
        Verdict::Pinned(pins) => (
            "unique",
            pins.iter()
                .map(|p| {
                    let places = p.constraints.iter();
                    let places: Value =
                        places.map(|s| diagnostic::place(files, s.file, s.start)).collect();
                    json!({ "lemma": p.lemma, "constraints": places })
                })
                .collect(),
        ),
        Verdict::Nondet(reason) => ("nondet", json!(reason)),
        Verdict::Refused(d) => ("refused", json!(d.code)),
    };
    json!({ "hint": h.name, "at": at, "verdict": verdict, "because": detail })
}
