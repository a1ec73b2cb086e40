//! `zirc fmt`: programs laid out as the style says.

use crate::answer::Answer;
use crate::error::Error;
use crate::load::files::{SOURCE_LIMIT, read_text, replace_text};
use crate::load::search::{Wanted, files, is_page};
use crate::show::number::count;
use crate::show::{clean, stderr};
use page::Left;
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::io::Read;
use std::path::{Path, PathBuf};
use zirc_circuit::SourceFile;
use zirc_compiler::{Diagnostic, Rejected};
use zirc_grammar::FormatError;

mod difference;
mod page;

/// Lay out programs: files, those in folders, and those in pages of Markdown
///
/// Nothing but white space and commas before closing brackets changes. Files are written only if they change, and
/// only if they then are the same programs with the same comments.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
In a .md file, blocks that begin with ```zirc are laid out; those that say more than `norun` behind it, or do
not parse, are left as they are.

Examples:
  zirc fmt model.zirc
  zirc fmt --check stdlib examples     say what would change; exit code 1 if anything would
  zirc fmt - < model.zirc              from standard input to standard output")]
pub(crate) struct Args {
    /// .zirc and .md files, and folders to look for them in [default: the current folder]; - for standard input
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Write nothing; the exit code is 1 if a file would change
    #[arg(long)]
    check: bool,
}

/// A text and what becomes of it.
struct Work {
    path: PathBuf,
    text: String,
    formatted: String,
    left: Vec<Left>,
}

impl Work {
    fn changes(&self) -> bool {
        self.text != self.formatted
    }
}

/// What does not parse.
#[derive(Default)]
struct Faults {
    files: Vec<SourceFile>,
    diagnostics: Vec<Diagnostic>,
}

/// Carries it out.
pub(crate) fn run(args: &Args) -> Result<Answer, Error> {
    if args.paths.iter().any(|path| path == Path::new("-")) {
        return match args.paths.as_slice() {
            [_] => standard_input(args.check),
            _ => Err(Error::usage("- is standard input, and stands alone")),
        };
    }
    let here = [PathBuf::from(".")];
    let paths = if args.paths.is_empty() { here.as_slice() } else { &args.paths };
    let mut faults = Faults::default();
    let mut all = vec![];
    for path in files(paths, Wanted::Pages)? {
        let text = read_text(&path, SOURCE_LIMIT).map_err(|e| Error::file(&path, e))?;
        all.extend(faults.format(path, text)?);
    }
    if !args.check {
        for work in all.iter().filter(|work| work.changes()) {
            replace_text(&work.path, &work.formatted)?;
        }
    }
    let answer = answer(&all, args.check);
    if faults.diagnostics.is_empty() {
        return Ok(answer);
    }
    stderr(answer.text.trim_end());
    Err(Rejected { diagnostics: faults.diagnostics, files: faults.files }.into())
}

fn standard_input(check: bool) -> Result<Answer, Error> {
    let path = Path::new("standard input");
    let mut bytes = vec![];
    let read = std::io::stdin().lock().take(SOURCE_LIMIT + 1).read_to_end(&mut bytes);
    read.map_err(|e| Error::file(path, e))?;
    if bytes.len() as u64 > SOURCE_LIMIT {
        return Err(Error::file(path, format!("too large: the limit is {SOURCE_LIMIT}")));
    }
    let text = String::from_utf8(bytes);
    let text = text.map_err(|e| {
        Error::file(path, format!("not UTF-8 at byte {}", e.utf8_error().valid_up_to()))
    })?;
    let mut faults = Faults::default();
    match faults.format(path.to_owned(), text)? {
        Some(work) if check => Ok(answer(&[work], true)),
        Some(work) => {
            let json = json!({ "text": work.formatted, "changed": work.changes() });
            Ok(Answer::yes(work.formatted, json))
        }
        None => Err(Rejected { diagnostics: faults.diagnostics, files: faults.files }.into()),
    }
}

impl Faults {
    /// Formats a text, or notes why it is left alone.
    fn format(&mut self, path: PathBuf, text: String) -> Result<Option<Work>, Error> {
        if is_page(&path) {
            let (formatted, left) = page::format(&text).map_err(|e| Error::file(&path, e))?;
            return Ok(Some(Work { path, text, formatted, left }));
        }
        match zirc_grammar::format(&text) {
            Ok(formatted) => Ok(Some(Work { path, text, formatted, left: vec![] })),
            Err(FormatError::Syntax(list)) => {
                let file = u32::try_from(self.files.len()).unwrap_or(u32::MAX);
                for e in list {
                    let mut span = e.span;
                    span.file = file;
                    let mut diagnostic = Diagnostic::error(e.code, span, e.message);
                    diagnostic.help = e.hint;
                    self.diagnostics.push(diagnostic);
                }
                self.files.push(SourceFile { name: path.display().to_string(), text });
                Ok(None)
            }
            Err(e @ (FormatError::Changed(_) | FormatError::Size(_))) => Err(Error::file(&path, e)),
        }
    }
}

fn answer(all: &[Work], check: bool) -> Answer {
    let mut text = String::new();
    let changed: Vec<&Work> = all.iter().filter(|work| work.changes()).collect();
    for work in &changed {
        let path = work.path.display();
        if check {
            let _ = writeln!(text, "{path}");
            text.push_str(&difference::short(&work.text, &work.formatted));
        } else {
            let _ = writeln!(text, "formatted {path}");
        }
    }
    let mut left = vec![];
    for work in all.iter().filter(|work| !work.left.is_empty()) {
        let _ = writeln!(text, "{}: {}", work.path.display(), page::told(&work.left));
        left.extend(work.left.iter().map(
            |l| json!({ "file": work.path.display().to_string(), "line": l.line, "why": l.why() }),
        ));
    }
    let verb = if check { "would change" } else { "changed" };
    let (files, n) = (count(all.len(), "file"), changed.len());
    let _ = match n {
        0 if check => writeln!(text, "{files}: nothing would change"),
        0 => writeln!(text, "{files}: nothing changed"),
        _ => writeln!(text, "{files}: {n} {verb}"),
    };
    let paths: Value = changed.iter().map(|work| work.path.display().to_string()).collect();
    let json = json!({ "files": all.len(), "changed": paths, "check": check, "left": left });
    Answer { accepted: !check || changed.is_empty(), text: clean(&text), json }
}
