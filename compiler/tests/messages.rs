//! The exact text of messages: each file in `messages/` is a program, and behind it, in lines that begin with `//~`,
//! all that is said of it, as a terminal shows it.
//!
//! `ZIRC_MESSAGES=write cargo test -p zirc-compiler --test messages` writes what is said now; look at every change.

mod said;

use codespan_reporting::diagnostic::{Diagnostic as Remark, Label, LabelStyle, Severity as Grade};
use codespan_reporting::files::SimpleFiles;
use codespan_reporting::term::{Config, emit_into_string};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use zirc_circuit::SourceFile;
use zirc_compiler::{Diagnostic, EXPLANATIONS, Severity};

/// Codes that no short program gives: a file of 4 MiB, an option, and bugs of zirc.
const WITHOUT_CASE: &[&str] = &["E0005", "E0704", "E0900", "E0901", "E0902", "E0904"];
/// What begins a line of a message.
const MARK: &str = "//~";
/// Where it is set, the files are written anew.
const WRITE: &str = "ZIRC_MESSAGES";

/// The files of all cases, in order.
fn cases() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/messages");
    let entries = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path());
    let mut all: Vec<PathBuf> =
        entries.filter(|p| p.extension().is_some_and(|e| e == "zirc")).collect();
    all.sort();
    all
}

/// The program of a case.
fn program(text: &str) -> String {
    let lines = text.lines().take_while(|l| !l.starts_with(MARK));
    let text: String = lines.map(|l| format!("{l}\n")).collect();
    format!("{}\n", text.trim_end())
}

/// A message as the command line prints it.
fn rendered(files: &[SourceFile], d: &Diagnostic) -> String {
    let mut sources = SimpleFiles::new();
    for f in files {
        sources.add(f.name.as_str(), f.text.as_str());
    }
    let grade = match d.severity {
        Severity::Error => Grade::Error,
        Severity::Warning => Grade::Warning,
    };
    let label = |(k, l): (usize, &zirc_compiler::Label)| {
        let style = if k == 0 { LabelStyle::Primary } else { LabelStyle::Secondary };
        let range = l.span.start as usize..l.span.end as usize;
        Label::new(style, l.span.file as usize, range).with_message(&l.text)
    };
    let help = d.help.iter().map(|h| format!("help: {h}"));
    let remark = Remark::new(grade)
        .with_code(d.code)
        .with_message(&d.title)
        .with_labels(d.labels.iter().enumerate().map(label).collect())
        .with_notes(d.notes.iter().cloned().chain(help).collect());
    emit_into_string(&Config::default(), &sources, &remark).unwrap()
}

/// What a case's file should hold, and the codes of its messages.
fn whole(name: &str, program: &str) -> (String, Vec<&'static str>) {
    let (said, files) = said::said(name, program);
    let mut out = program.to_owned();
    for d in &said {
        out.push('\n');
        for line in rendered(&files, d).trim_end().lines() {
            out.push_str(format!("{MARK} {line}").trim_end());
            out.push('\n');
        }
    }
    (out, said.iter().map(|d| d.code).collect())
}

#[test]
fn messages_are_those_beside_the_programs() {
    let write = std::env::var_os(WRITE).is_some();
    let (mut wrong, mut codes) = (vec![], BTreeSet::new());
    for path in cases() {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let text = std::fs::read_to_string(&path).unwrap();
        let mut program = program(&text);
        if let Some(laid_out) = zirc_grammar::format(&program).ok().filter(|_| write) {
            program = laid_out;
        }
        let (wanted, given) = whole(&name, &program);
        assert!(!given.is_empty(), "nothing is said of {name}");
        codes.extend(given);
        if wanted != text && write {
            std::fs::write(&path, &wanted).unwrap();
        } else if wanted != text {
            wrong.push(format!("{name} should hold\n{wanted}"));
        }
    }
    assert!(wrong.is_empty(), "{}\n\n{WRITE}=write writes them", wrong.join("\n"));
    let all = EXPLANATIONS.iter().map(|e| e.code).filter(|c| !WITHOUT_CASE.contains(c));
    let missing: Vec<&str> = all.filter(|c| !codes.contains(c)).collect();
    assert!(missing.is_empty(), "no case gives {missing:?}");
}

/// As everywhere; what does not parse has no layout.
#[test]
fn programs_are_laid_out() {
    for path in cases() {
        let program = program(&std::fs::read_to_string(&path).unwrap());
        if let Ok(laid_out) = zirc_grammar::format(&program) {
            assert_eq!(program, laid_out, "{}", path.display());
        }
    }
}
