//! `zirc inspect --across`: what something costs over widths, types, sizes and functions, by every strategy.

mod instances;
mod lines;
mod models;
mod values;

use crate::answer::Answer;
use crate::args::{Lowering, Source};
use crate::error::Error;
use crate::load::files::{must_be_writable, write_bytes};
use crate::load::onnx::is_model;
use crate::load::program::{find_model, find_program};
use crate::show::table::TableFormat;
use lines::Line;
use serde_json::json;
use std::path::{Path, PathBuf};
use values::Across;

/// What varies.
#[derive(Clone, Debug, Default, clap::Args)]
pub(crate) struct Varied {
    /// What it costs over values of a size or type parameter of a function or circuit, `N=4..16` or
    /// `T=i8,q3.4..q3.8` (both ends included); over functions, `fn=relu,clip`; of a model over `bits=4..16`,
    /// those of activations, or `weight_bits`. Again for another one: every combination is a row
    #[arg(long, value_name = "NAME=VALUES", value_parser = values::across,
          conflicts_with_all = ["by", "annotate", "folded", "flamegraph"])]
    across: Vec<Across>,
    /// Of --across: also draw it
    #[arg(long, value_name = "FILE.svg", requires = "across")]
    svg: Option<PathBuf>,
}

impl Varied {
    /// Whether anything varies.
    pub(super) fn any(&self) -> bool {
        !self.across.is_empty()
    }
}

/// The version of the JSON's layout.
const SCHEMA: u32 = 1;
/// The most rows.
const MOST_ROWS: usize = 1000;

/// Carries it out.
pub(super) fn run(args: &Varied, source: &Source, format: TableFormat) -> Result<Answer, Error> {
    if source.lowering != Lowering::default() {
        return Err(Error::usage(
            "--across shows every mode and strategy: --mode, --lookup, --products and --public do not go with it",
        ));
    }
    let rows = args.across.iter().fold(1usize, |n, a| n.saturating_mul(a.values.len()));
    if rows > MOST_ROWS {
        let message = format!("--across has {rows} combinations, of at most {MOST_ROWS}");
        return Err(Error::usage(message));
    }
    let twice = |(k, a): &(usize, &Across)| args.across[..*k].iter().any(|b| b.name == a.name);
    if let Some((_, a)) = args.across.iter().enumerate().find(twice) {
        return Err(Error::usage(format!("--across {} is given twice", a.name)));
    }
    let library = source.path == Path::new("std") && !source.path.exists();
    let path = if library { None } else { Some(target(&source.path)?) };
    if let (Some(svg), Some(path)) = (&args.svg, &path) {
        must_be_writable(svg, &[path])?;
    }
    let found = match &path {
        Some(path) if is_model(path) => models::lines(path, source, &args.across)?,
        path => instances::lines(path.as_deref(), source, &args.across)?,
    };
    answer(args, &found, format)
}

/// The file of the program or model.
fn target(path: &Path) -> Result<PathBuf, Error> {
    let found = find_model(path).map_or_else(|| find_program(path), Ok)?;
    if is_model(&found) || found.extension().is_some_and(|e| e == "zirc") {
        return Ok(found);
    }
    Err(Error::file(&found, "--across is for a .zirc program, an .onnx model, or std, the library"))
}

fn answer(args: &Varied, found: &[Line], format: TableFormat) -> Result<Answer, Error> {
    if let Some(file) = &args.svg {
        write_bytes(file, lines::picture(found, &args.across).as_bytes())?;
    }
    let long = lines::long(found);
    let json = json!({
        "schema": SCHEMA,
        "rows": long.json(),
        "svg": args.svg.as_ref().map(|p| p.display().to_string()),
    });
    let text = match format {
        TableFormat::Json => format!("{json:#}\n"),
        TableFormat::Csv => long.write(format, 0),
        TableFormat::Text => lines::wide(found).write(format, 0) + &lines::words(found),
        format => lines::wide(found).write(format, 0),
    };
    Ok(Answer::yes(text, json))
}
