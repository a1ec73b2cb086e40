//! `zirc test`: the tests in a program, and what its functions promise.

use crate::answer::Answer;
use crate::commands::audit::refusals;
use crate::error::Error;
use crate::load::folder::Folder;
use crate::load::program::Program;
use crate::show::measure::timed;
use crate::show::number::{count, grouped, millis};
use crate::show::progress::Trials;
use crate::show::shown;
use crate::show::{clean, diagnostic};
use serde_json::{Value, json};
use std::fmt::Write;
use std::path::{Path, PathBuf};
use zirc_compiler::{Audited, Diagnostic, NoFiles, Outcome, Project, Promise, TestReport, Trying};

/// Run the tests in a program, check what its functions promise with `ensures`, and audit the hints
/// of the functions that its tests call
#[derive(Debug, clap::Args)]
#[command(after_help = "\
A promise is checked for every input if there are at most 16 bits of them (exhaustive), and
otherwise for the ends of the intervals and a sample of pseudo-random inputs (sampled).

What a test prints with `print(x)` or `print(\"text\", x)` stands below its name, whether it passes
or not.

Examples:
  zirc test examples/relu
  zirc test examples/relu cost       only tests with `cost` in their names
  zirc test examples/relu --limit 100
  zirc test std                      the tests of the standard library")]
pub(crate) struct Args {
    /// A .zirc file, or a folder with model.zirc or a single .zirc file in it; `std` for the
    /// standard library
    #[arg(value_name = "DIR|FILE", required_unless_present = "std")]
    program: Option<PathBuf>,
    /// Only tests whose names contain this
    filter: Option<String>,
    /// Run the standard library's own tests
    #[arg(long)]
    std: bool,
    /// Try at most so many inputs for each promise
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    limit: Option<u64>,
}

/// What was run in one module.
struct Ran {
    module: String,
    tests: Vec<TestReport>,
    promises: Vec<Promise>,
    audited: Vec<Audited>,
}

impl Ran {
    fn module_name(&self) -> &str {
        if self.module.is_empty() { "the program" } else { &self.module }
    }
}

/// Carries it out.
pub(crate) fn run(args: &Args) -> Result<Answer, Error> {
    let library = |p: &PathBuf| p == Path::new("std") && !p.exists();
    let filter = args.filter.as_deref().unwrap_or_default();
    let mut trials = Trials::default();
    let mut watch = |name: &str, tried, of| trials.show(name, tried, of);
    let mut trying = Trying { limit: args.limit, watch: Some(&mut watch) };
    let filter = match &args.program {
        Some(path) if !args.std && !library(path) => {
            let mut program = Program::open(path)?;
            let (ran, ms) =
                timed(|| own(&program.project, filter, &mut program.folder, &mut trying));
            return Ok(answer(&program.project, &[ran?], ms));
        }
        // `zirc test --std relu`: there is no program to name.
        Some(first) if !library(first) && args.filter.is_none() => first.to_str().unwrap_or(filter),
        _ => filter,
    };
    let project = Project::load("std", "", &mut NoFiles)?;
    let (ran, ms) = timed(|| of_library(&project, filter, &mut trying));
    Ok(answer(&project, &ran, ms))
}

/// The program's own tests and promises, those of the instances that its circuits use included.
fn own(
    project: &Project,
    filter: &str,
    folder: &mut Folder,
    trying: &mut Trying<'_>,
) -> Result<Ran, Error> {
    let (tests, mut promises) = project.test_trying(filter, folder, trying);
    for circuit in project.circuits().iter().filter(|_| filter.is_empty()) {
        for p in project.promises(circuit, folder, trying)? {
            if !promises.iter().any(|q| q.function == p.function && q.span == p.span) {
                promises.push(p);
            }
        }
    }
    let audited = if filter.is_empty() { project.audit_tests("", folder) } else { vec![] };
    Ok(Ran { module: String::new(), tests, promises, audited })
}

fn of_library(project: &Project, filter: &str, trying: &mut Trying<'_>) -> Vec<Ran> {
    let run = |module: String| {
        let (tests, promises) = project.test_std(&module, filter, &mut NoFiles, trying);
        let audited =
            if filter.is_empty() { project.audit_tests(&module, &mut NoFiles) } else { vec![] };
        Ran { module, tests, promises, audited }
    };
    project.std_modules().into_iter().map(run).collect()
}

/// What is said of all that was run.
struct Told<'p> {
    project: &'p Project,
    text: String,
    tests: Vec<Value>,
    promises: Vec<Value>,
    audits: Vec<Value>,
    passed: usize,
    failed: usize,
}

impl Told<'_> {
    /// Counts something and shows what is wrong with it; gives that for machines.
    fn tell(&mut self, what: &str, more: &str, diagnostics: &[Diagnostic]) -> (bool, Value) {
        let ok = diagnostics.is_empty();
        let _ = writeln!(self.text, "{what} ... {}{more}", if ok { "ok" } else { "FAILED" });
        *(if ok { &mut self.passed } else { &mut self.failed }) += 1;
        diagnostic::print_all(self.project.files(), diagnostics);
        (ok, diagnostic::list_to_json(self.project.files(), diagnostics))
    }

    fn test(&mut self, prefix: &str, t: &TestReport) {
        let why = match &t.outcome {
            Outcome::Passed => [].as_slice(),
            Outcome::Failed(why) => why.as_slice(),
        };
        let name = format!("{prefix}{}", t.name);
        let (ok, diagnostics) = self.tell(&format!("test {name}"), "", why);
        let printed = self.printed(t);
        self.tests.push(json!({
            "name": name, "ok": ok, "diagnostics": diagnostics, "printed": printed,
        }));
    }

    /// What a test prints, below its name; the same for machines.
    fn printed(&mut self, t: &TestReport) -> Vec<Value> {
        let files = self.project.files();
        let mut out = vec![];
        for p in &t.printed {
            let place = diagnostic::place(files, p.span.file, p.span.start);
            let at = format!("{}:{}", place["file"].as_str().unwrap_or_default(), place["line"]);
            let value = p.value.as_ref().map(|v| format!(" = {}", shown::line(v)));
            let _ = writeln!(
                self.text,
                "  {}: {}{}",
                clean(&at),
                clean(&p.label),
                value.unwrap_or_default()
            );
            out.push(json!({
                "file": place["file"], "line": place["line"], "label": p.label,
                "value": p.value.as_ref().map(shown::to_json),
            }));
        }
        if t.more > 0 {
            let _ = writeln!(self.text, "  and {} more", count(t.more, "line"));
        }
        out
    }

    fn promise(&mut self, prefix: &str, p: &Promise) {
        let function = format!("{prefix}{}", p.function);
        let (what, how) = (format!("ensures {function}"), format!(", {}", extent(p)));
        let (ok, diagnostics) = self.tell(&what, &how, p.failure.as_slice());
        self.promises.push(json!({
            "function": function,
            "ok": ok,
            "exhaustive": p.exhaustive,
            "tried": p.tried,
            "refused": p.refused,
            "limited": p.limited,
            "diagnostics": diagnostics,
        }));
    }

    fn audit(&mut self, ran: &Ran) {
        let hints: usize = ran.audited.iter().map(|a| a.hints.len()).sum();
        if hints == 0 {
            return;
        }
        let what = format!("audit {}", ran.module_name());
        let number = format!(", {}", count(hints, "hint"));
        let (ok, diagnostics) = self.tell(&what, &number, &refusals(&ran.audited));
        self.audits.push(json!({ "module": ran.module, "ok": ok, "diagnostics": diagnostics }));
    }
}

fn answer(project: &Project, ran: &[Ran], ms: f64) -> Answer {
    let (tests, promises, audits) = (vec![], vec![], vec![]);
    let (text, passed, failed) = (String::new(), 0, 0);
    let mut told = Told { project, text, tests, promises, audits, passed, failed };
    for r in ran {
        let prefix = if r.module.is_empty() { String::new() } else { format!("{}::", r.module) };
        r.tests.iter().for_each(|t| told.test(&prefix, t));
        r.promises.iter().for_each(|p| told.promise(&prefix, p));
        told.audit(r);
    }
    let Told { mut text, tests, promises, audits, passed, failed, .. } = told;
    let _ =
        writeln!(text, "{} passed, {} failed ({})", grouped(passed), grouped(failed), millis(ms));
    let json = json!({
        "tests": tests,
        "promises": promises,
        "audits": audits,
        "passed": passed,
        "failed": failed,
        "test_ms": ms,
    });
    Answer { accepted: failed == 0, text, json }
}

/// How much of a function's inputs was looked at.
fn extent(p: &Promise) -> String {
    let tried = usize::try_from(p.tried).unwrap_or(usize::MAX);
    let how = if p.exhaustive { "exhaustive" } else { "sampled" };
    let limited = match p.limited {
        None => String::new(),
        Some(n) => format!(" of {} by --limit", grouped(usize::try_from(n).unwrap_or(usize::MAX))),
    };
    let refused = match p.refused {
        0 => String::new(),
        n => format!(", {n} of them refused by the function itself"),
    };
    format!("{how}: {}{limited}{refused}", count(tried, "input"))
}
