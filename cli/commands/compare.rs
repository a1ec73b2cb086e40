//! `zirc compare`: models and programs, with all combinations of settings, side by side.

mod cost;
mod layers;
mod model;
mod picture;
mod program;
mod row;
mod setting;

use crate::answer::Answer;
use crate::args::onnx::Import;
use crate::args::{Force, Seed};
use crate::error::Error;
use crate::load::files::{must_be_writable, write_bytes};
use crate::load::inputs::Values;
use crate::load::onnx::is_model;
use crate::load::program::{find_model, find_program};
use crate::show::table::TableFormat;
use cost::How;
use row::{Row, sheet};
use serde_json::json;
use setting::Dimensions;
use std::path::{Path, PathBuf};

/// Compare models and programs: what they answer against what they cost, with every combination of settings
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Every model is quantized, compiled and evaluated with every combination of the dimensions, every program
compiled and evaluated in every mode. Times, marked by ≈, are predicted by the cost model for the threads
that there are; with --measure they are those of one setup, proof and verification made here. Memory is
predicted in either case.

The RMSE is that of the circuit against an array `target` of the data, or else against the float model.

Examples:
  zirc compare relu.onnx square.onnx --data test.npz --calibrate samples.npz
  zirc compare cnn.onnx --activation-bits 4,6,8,12 --mode groth16,groth16-commit --svg bits.svg
  zirc compare examples/digits examples/onnx/mlp --measure --format latex")]
pub(crate) struct Args {
    /// The models and programs: .onnx or .zirc files, or folders with one
    #[arg(value_name = "MODEL|PROGRAM", required = true)]
    targets: Vec<PathBuf>,
    #[command(flatten)]
    dimensions: Dimensions,
    /// The data set, as for `zirc eval` [default: test.npz in each one's folder, if there is one]
    #[arg(long, value_name = "FILE")]
    data: Option<PathBuf>,
    /// Samples of the inputs, from which ranges of activations are taken [default: calibrate.npz in
    /// each model's folder]
    #[arg(long, value_name = "FILE")]
    calibrate: Option<PathBuf>,
    /// Of programs: which circuits [default: all]
    #[arg(long, value_name = "NAME,…", value_delimiter = ',')]
    circuit: Vec<String>,
    /// Fix a symbolic dimension: by its name, or as INPUT.AXIS
    #[arg(long = "dim", value_name = "NAME=N", value_parser = crate::args::onnx::dimension)]
    dims: Vec<(String, usize)>,
    /// A result, or any other tensor that a node gives, to compute in place of all results. May be repeated
    #[arg(long = "output", value_name = "NAME")]
    outputs: Vec<String>,
    /// Only the first samples
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
    /// Measure times by a setup, a proof and its verification, in place of predicting them
    #[arg(long)]
    measure: bool,
    /// Also show what each layer costs
    #[arg(long)]
    layers: bool,
    /// How the table is written
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t)]
    format: TableFormat,
    /// Also draw accuracy, or error, against the predicted time of a proof
    #[arg(long, value_name = "FILE.svg")]
    svg: Option<PathBuf>,
    /// Also write the table as comma-separated values
    #[arg(long, value_name = "FILE.csv")]
    csv: Option<PathBuf>,
    #[command(flatten)]
    seed: Seed,
    #[command(flatten)]
    memory: Force,
}

/// Carries it out.
pub(crate) fn run(args: &Args) -> Result<Answer, Error> {
    let targets: Vec<PathBuf> = args.targets.iter().map(|t| target(t)).collect::<Result<_, _>>()?;
    let models = targets.iter().filter(|t| is_model(t)).count();
    args.dimensions.check(models, targets.len() - models)?;
    let data = data(args, &targets)?;
    let mut read: Vec<&Path> = targets.iter().map(PathBuf::as_path).collect();
    read.extend(data.iter().flatten().map(|d| d.path.as_path()));
    for file in [&args.svg, &args.csv].into_iter().flatten() {
        must_be_writable(file, &read)?;
    }
    let mut rows = vec![];
    for ((path, name), data) in targets.iter().zip(short_names(&targets)).zip(&data) {
        rows.extend(of_target(args, path, &name, data.as_ref())?);
    }
    answer(args, &rows)
}

/// The file that a target means.
fn target(path: &Path) -> Result<PathBuf, Error> {
    let found = find_model(path).map_or_else(|| find_program(path), Ok)?;
    let known = is_model(&found) || found.extension().is_some_and(|e| e == "zirc");
    if known {
        Ok(found)
    } else {
        Err(Error::file(&found, "expected an .onnx model or a .zirc program"))
    }
}

/// The data set of each target: the one that is named, or its own folder's.
fn data(args: &Args, targets: &[PathBuf]) -> Result<Vec<Option<Values>>, Error> {
    let own = |target: &PathBuf| {
        let usual = target.parent().unwrap_or(Path::new(".")).join("test.npz");
        let path = args.data.clone().or_else(|| usual.is_file().then_some(usual));
        match path {
            None if args.measure && is_model(target) => Err(Error::Usage {
                message: format!("{}: there are no data to measure a proof of", target.display()),
                help: Some("name a data set with --data".into()),
            }),
            path => path.map(|p| Values::read(&p)).transpose(),
        }
    };
    targets.iter().map(own).collect()
}

/// File names, with their folder where two are equal; of the usual name, that of the folder.
fn short_names(targets: &[PathBuf]) -> Vec<String> {
    let stem = |p: &PathBuf| {
        let stem = p.file_stem().map(|s| s.to_string_lossy().into_owned());
        let folder = p.parent().and_then(Path::file_name).map(|f| f.to_string_lossy().into_owned());
        if stem.as_deref() == Some("model") { folder.or(stem) } else { stem }
    };
    targets
        .iter()
        .map(|t| match targets.iter().filter(|o| stem(o) == stem(t)).count() {
            1 => stem(t).unwrap_or_default(),
            _ => t.display().to_string(),
        })
        .map(|n| crate::show::clean(&n))
        .collect()
}

fn of_target(
    args: &Args,
    path: &Path,
    name: &str,
    data: Option<&Values>,
) -> Result<Vec<Row>, Error> {
    let how =
        How { measure: args.measure, layers: args.layers, seed: &args.seed, memory: args.memory };
    let limit = args.limit.unwrap_or(usize::MAX);
    let modes = args.dimensions.modes();
    if !is_model(path) {
        let with = program::Compared { circuits: &args.circuit, data, limit, how: &how };
        return program::rows(path, name, &modes, &with);
    }
    let import = Import {
        calibrate: args.calibrate.clone(),
        dims: args.dims.clone(),
        outputs: args.outputs.clone(),
        ..Import::default()
    };
    let with = model::Compared { import: &import, data, limit, how };
    let weights = args.dimensions.weights();
    let mut rows = vec![];
    for quantized in args.dimensions.quantized() {
        rows.extend(model::rows(path, name, &quantized, (&weights, &modes), &with)?);
    }
    Ok(rows)
}

/// Writes the files and the text.
fn answer(args: &Args, rows: &[Row]) -> Result<Answer, Error> {
    let table = sheet(rows);
    let long = args.layers.then(|| layers::long(rows));
    if let Some(file) = &args.csv {
        let csv = long.as_ref().unwrap_or(&table).write(TableFormat::Csv, 0);
        write_bytes(file, csv.as_bytes())?;
    }
    if let Some(file) = &args.svg {
        write_bytes(file, picture::svg(rows).as_bytes())?;
    }
    let mut objects = table.json();
    for (object, row) in objects.as_array_mut().into_iter().flatten().zip(rows) {
        if args.layers {
            let layer = |(name, n): &(String, usize)| json!({ "layer": name, "constraints": n });
            object["layers"] = row.cost.layers.iter().map(layer).collect();
        }
    }
    let json = json!({ "schema": SCHEMA, "rows": objects });
    let text = match args.format {
        TableFormat::Json => format!("{json:#}\n"),
        TableFormat::Csv => long.as_ref().unwrap_or(&table).write(TableFormat::Csv, 0),
        format => text(args, rows, format),
    };
    let accepted = rows.iter().all(|r| r.quality.as_ref().is_none_or(|q| q.agree));
    Ok(Answer { accepted, text, json })
}

/// The version of the JSON's layout.
const SCHEMA: u32 = 1;

/// For people and papers: the table, what all rows have in common, and the layers.
fn text(args: &Args, rows: &[Row], format: TableFormat) -> String {
    let table = sheet(rows);
    let mut out = table.write(format, 0);
    if format != TableFormat::Text {
        for (name, layers) in layers(args, rows) {
            out += &format!("\n{}{}", heading(format, &name), layers.write(format, 0));
        }
        return out;
    }
    let common: Vec<String> = table.common().into_iter().map(|(k, v)| format!("{k} {v}")).collect();
    if !common.is_empty() {
        out += &format!("\nall rows: {}\n", common.join(", "));
    }
    if rows.iter().any(|r| !r.cost.measured) {
        out += "≈ predicted by the cost model; --measure measures times\n";
    }
    let against: Vec<&str> =
        rows.iter().filter_map(|r| r.quality.as_ref().and_then(|q| q.against)).collect();
    if let Some(first) = against.first() {
        out += &format!("RMSE of the circuit against the {first}\n");
    }
    for (name, layers) in layers(args, rows) {
        out += &format!("\nconstraints of {name} by layer\n{}", layers.write(format, 2));
    }
    out
}

fn layers(args: &Args, rows: &[Row]) -> Vec<(String, crate::show::sheet::Sheet)> {
    if args.layers { layers::tables(rows) } else { vec![] }
}

fn heading(format: TableFormat, name: &str) -> String {
    match format {
        TableFormat::Latex => format!("% constraints of {name} by layer\n"),
        _ => format!("Constraints of {name} by layer:\n\n"),
    }
}
