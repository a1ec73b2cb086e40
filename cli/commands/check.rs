//! `zirc check`: find mistakes, make nothing.

use crate::answer::Answer;
use crate::error::Error;
use crate::load::program::Program;
use crate::show::{diagnostic, number::count};
use serde_json::json;
use std::path::PathBuf;

/// Find mistakes in a program, all at once, and make nothing
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  zirc check examples/digits
  zirc check model.zirc --json")]
pub(crate) struct Args {
    /// A .zirc file, or a folder with model.zirc or a single .zirc file in it
    #[arg(value_name = "DIR|FILE")]
    program: PathBuf,
}

/// Carries it out.
pub(crate) fn run(args: &Args) -> Result<Answer, Error> {
    let mut program = Program::open(&args.program)?;
    let warnings = program.project.check(&mut program.folder)?;
    diagnostic::print_all(program.project.files(), &warnings);
    let circuits = program.project.circuits();
    let list = match circuits.as_slice() {
        [] => String::new(),
        names => format!(" ({})", names.join(", ")),
    };
    let path = program.path.display();
    let text = format!("{path}: no mistakes, {}{list}\n", count(circuits.len(), "circuit"));
    let warnings = program.list_to_json(&warnings);
    let program = path.to_string();
    Ok(Answer::yes(text, json!({ "program": program, "circuits": circuits, "warnings": warnings })))
}
