//! `zirc test`: the tests in a program, and what its functions promise.

use crate::answer::Answer;
use crate::commands::audit::refusals;
use crate::error::Error;
use crate::load::folder::Folder;
use crate::load::program::Program;
use crate::show::diagnostic;
use crate::show::measure::timed;
use crate::show::number::{count, grouped, millis};
use serde_json::{Value, json};
use std::fmt::Write;
use std::path::{Path, PathBuf};
use zirc_compiler::{Audited, Diagnostic, NoFiles, Outcome, Project, Promise, TestReport};

/// Run the tests in a program, check what its functions promise with `ensures`, and audit the hints
/// of the functions that its tests call
#[derive(Debug, clap::Args)]
#[command(after_help = "\
A promise is checked for every input if there are at most 16 bits of them (exhaustive), and
otherwise for the ends of the intervals and a sample of pseudo-random inputs (sampled).

Examples:
  zirc test examples/relu
  zirc test examples/relu cost       only tests with `cost` in their names
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
    let filter = match &args.program {
        Some(path) if !args.std && !library(path) => {
            let mut program = Program::open(path)?;
            let (ran, ms) = timed(|| own(&program.project, filter, &mut program.folder));
            return Ok(answer(&program.project, &[ran?], ms));
        }
        // `zirc test --std relu`: there is no program to name.
        Some(first) if !library(first) && args.filter.is_none() => first.to_str().unwrap_or(filter),
        _ => filter,
    };
    let project = Project::load("std", "", &mut NoFiles)?;
    let (ran, ms) = timed(|| of_library(&project, filter));
    Ok(answer(&project, &ran, ms))
}

/// The program's own tests and promises, those of the instances that its circuits use included.
fn own(project: &Project, filter: &str, folder: &mut Folder) -> Result<Ran, Error> {
    let (tests, mut promises) = project.test(filter, folder);
    for circuit in project.circuits().iter().filter(|_| filter.is_empty()) {
        for p in project.promises(circuit, folder)? {
            if !promises.iter().any(|q| q.function == p.function && q.span == p.span) {
                promises.push(p);
            }
        }
    }
    let audited = if filter.is_empty() { project.audit_tests("", folder) } else { vec![] };
    Ok(Ran { module: String::new(), tests, promises, audited })
}

fn of_library(project: &Project, filter: &str) -> Vec<Ran> {
    let run = |module: String| {
        let (tests, promises) = project.test_std(&module, filter, &mut NoFiles);
        let audited =
            if filter.is_empty() { project.audit_tests(&module, &mut NoFiles) } else { vec![] };
        Ran { module, tests, promises, audited }
    };
    project.std_modules().into_iter().map(run).collect()
}

fn answer(project: &Project, ran: &[Ran], ms: f64) -> Answer {
    let mut text = String::new();
    let mut lists: [Vec<Value>; 2] = [vec![], vec![]];
    let mut audits: Vec<Value> = vec![];
    let (mut passed, mut failed) = (0usize, 0usize);
    let mut tell = |ok: bool, diagnostics: &[Diagnostic]| {
        *(if ok { &mut passed } else { &mut failed }) += 1;
        diagnostic::print_all(project.files(), diagnostics);
        diagnostic::list_to_json(project.files(), diagnostics)
    };
    for r in ran {
        let prefix = if r.module.is_empty() { String::new() } else { format!("{}::", r.module) };
        for t in &r.tests {
            let (ok, why) = match &t.outcome {
                Outcome::Passed => (true, [].as_slice()),
                Outcome::Failed(why) => (false, why.as_slice()),
            };
            let name = format!("{prefix}{}", t.name);
            let _ = writeln!(text, "test {name} ... {}", if ok { "ok" } else { "FAILED" });
            let diagnostics = tell(ok, why);
            lists[0].push(json!({ "name": name, "ok": ok, "diagnostics": diagnostics }));
        }
        for p in &r.promises {
            let ok = p.failure.is_none();
            let words = if ok { "ok" } else { "FAILED" };
            let _ = writeln!(text, "ensures {prefix}{} ... {words}, {}", p.function, extent(p));
            let diagnostics = tell(ok, p.failure.as_slice());
            lists[1].push(json!({
                "function": format!("{prefix}{}", p.function),
                "ok": ok,
                "exhaustive": p.exhaustive,
                "tried": p.tried,
                "refused": p.refused,
                "diagnostics": diagnostics,
            }));
        }
        let hints: usize = r.audited.iter().map(|a| a.hints.len()).sum();
        if hints > 0 {
            let refused = refusals(&r.audited);
            let ok = refused.is_empty();
            let words = if ok { "ok" } else { "FAILED" };
            let hints = count(hints, "hint");
            let _ = writeln!(text, "audit {} ... {words}, {hints}", r.module_name());
            let diagnostics = tell(ok, &refused);
            audits.push(json!({ "module": r.module, "ok": ok, "diagnostics": diagnostics }));
        }
    }
    let _ =
        writeln!(text, "{} passed, {} failed ({})", grouped(passed), grouped(failed), millis(ms));
    let [tests, promises] = lists;
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
    let refused = match p.refused {
        0 => String::new(),
        n => format!(", {n} of them refused by the function itself"),
    };
    format!("{how}: {}{refused}", count(tried, "input"))
}
