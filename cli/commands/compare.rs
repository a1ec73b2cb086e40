//! `zirc compare`: several models, or one model with several settings, side by side.

mod plot;

use crate::answer::Answer;
use crate::args::onnx::{Import, Seen};
use crate::args::{Force, Seed};
use crate::assertion::assign_honest;
use crate::commands::eval::onnx::{Evaluated, Wanted, evaluate, score_text};
use crate::commands::{prove, setup};
use crate::error::Error;
use crate::load::files::{must_be_writable, write_bytes};
use crate::load::inputs::Values;
use crate::load::onnx::{self, Opened};
use crate::load::program::find_model;
use crate::show::forecast::announce;
use crate::show::measure::timed;
use crate::show::number::{grouped, millis, percent};
use crate::show::table::Table;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use zirc_compiler::proving_time;
use zirc_onnx::compare::Score;
use zirc_runtime::{Work, verify_file};

/// Compare ONNX models, or bits of activations and weights: accuracy against cost
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Every model is quantized, compiled and evaluated with every setting. The predicted time is the cost
model's for one core; the measured one is that of one proof made here, after a setup, on all cores.

Examples:
  zirc compare relu.onnx square.onnx --data test.npz --calibrate samples.npz
  zirc compare cnn.onnx --data test.npz --activation-bits 4,6,8,12 --svg bits.svg")]
pub(crate) struct Args {
    /// The models
    #[arg(value_name = "MODEL.onnx", required = true)]
    models: Vec<PathBuf>,
    /// The data set, as for `zirc eval` [default: test.npz in the first model's folder]
    #[arg(long, value_name = "FILE")]
    data: Option<PathBuf>,
    /// Samples of the inputs, from which ranges of activations are taken [default: calibrate.npz in
    /// each model's folder]
    #[arg(long, value_name = "FILE")]
    calibrate: Option<PathBuf>,
    /// Bits of activations: one or several
    #[arg(long, value_name = "N,…", value_delimiter = ',', default_value = "8",
          value_parser = clap::value_parser!(u32).range(2..=32))]
    activation_bits: Vec<u32>,
    /// Bits of weights: one or several
    #[arg(long, value_name = "N,…", value_delimiter = ',', default_value = "8",
          value_parser = clap::value_parser!(u32).range(2..=32))]
    weight_bits: Vec<u32>,
    /// Fix a symbolic dimension: by its name, or as INPUT.AXIS
    #[arg(long = "dim", value_name = "NAME=N", value_parser = crate::args::onnx::dimension)]
    dims: Vec<(String, usize)>,
    /// A result, or any other tensor that a node gives, to compute in place of all results. May be repeated
    #[arg(long = "output", value_name = "NAME")]
    outputs: Vec<String>,
    /// Only the first samples
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
    /// Leave out the measured proofs
    #[arg(long)]
    no_prove: bool,
    /// Also draw accuracy against constraints
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

/// One model with one setting.
#[derive(Debug)]
struct Row {
    model: String,
    activation_bits: u32,
    weight_bits: u32,
    float: Option<Score>,
    circuit: Option<Score>,
    same: Option<usize>,
    samples: usize,
    constraints: usize,
    variables: usize,
    predicted_ms: f64,
    measured_ms: Option<f64>,
    /// Whether the interpreted samples agreed with the circuit.
    agree: bool,
}

/// Carries it out.
pub(crate) fn run(args: &Args) -> Result<Answer, Error> {
    let models: Vec<PathBuf> = args
        .models
        .iter()
        .map(|m| find_model(m).ok_or_else(|| Error::file(m, "no .onnx model")))
        .collect::<Result<_, _>>()?;
    let folder = models[0].parent().unwrap_or(Path::new("."));
    let path = args.data.clone().unwrap_or_else(|| folder.join("test.npz"));
    let data = Values::read(&path)?;
    let mut read: Vec<&Path> = models.iter().map(PathBuf::as_path).collect();
    read.push(&path);
    for file in [&args.svg, &args.csv].into_iter().flatten() {
        must_be_writable(file, &read)?;
    }
    let mut rows = vec![];
    for model in &models {
        for (a, w) in settings(args) {
            let import = Import {
                calibrate: args.calibrate.clone(),
                activation_bits: Some(a),
                weight_bits: Some(w),
                dims: args.dims.clone(),
                outputs: args.outputs.clone(),
                ..Import::default()
            };
            let opened = onnx::open(model, &import)?;
            rows.push(row(args, &opened, &data, a, w)?);
        }
    }
    let names = short_names(&models);
    rows.iter_mut()
        .zip(names.iter().flat_map(|n| settings(args).map(move |_| n)))
        .for_each(|(r, n)| r.model.clone_from(n));
    if let Some(file) = &args.csv {
        write_bytes(file, csv(&rows).as_bytes())?;
    }
    if let Some(file) = &args.svg {
        write_bytes(file, plot::svg(&rows).as_bytes())?;
    }
    let accepted = rows.iter().all(|r| r.agree);
    Ok(Answer { accepted, text: text(&rows), json: to_json(&rows, &path) })
}

/// All combinations of bits.
fn settings(args: &Args) -> impl Iterator<Item = (u32, u32)> {
    args.activation_bits.iter().flat_map(|a| args.weight_bits.iter().map(|w| (*a, *w)))
}

/// File names, with their folder where two are equal.
fn short_names(models: &[PathBuf]) -> Vec<String> {
    let stem = |p: &PathBuf| p.file_stem().map(|s| s.to_string_lossy().into_owned());
    models
        .iter()
        .map(|m| match models.iter().filter(|o| stem(o) == stem(m)).count() {
            1 => stem(m).unwrap_or_default(),
            _ => m.display().to_string(),
        })
        .map(|n| crate::show::clean(&n))
        .collect()
}

fn row(args: &Args, opened: &Opened, data: &Values, a: u32, w: u32) -> Result<Row, Error> {
    let wanted = Wanted {
        seen: Seen::default(),
        limit: args.limit.unwrap_or(usize::MAX),
        interpreted: 1,
        layers: false,
        force: args.memory.force,
    };
    let e = evaluate(opened, data, &wanted)?;
    let measured_ms = if args.no_prove { None } else { measure(args, opened, &e)? };
    Ok(Row {
        model: String::new(),
        activation_bits: a,
        weight_bits: w,
        float: e.found.float,
        circuit: e.found.circuit,
        same: e.found.same,
        samples: e.number,
        constraints: e.circuit.num_constraints(),
        variables: e.circuit.num_variables(),
        predicted_ms: proving_time(&e.circuit).as_secs_f64() * 1000.0,
        measured_ms,
        agree: e.found.agree.0 == e.found.agree.1,
    })
}

/// The time of one proof of the first sample, which is verified.
fn measure(args: &Args, opened: &Opened, e: &Evaluated) -> Result<Option<f64>, Error> {
    let Some(raw) = &e.found.first else { return Ok(None) };
    announce(&e.circuit, &opened.path, Work::Both, args.memory.force)?;
    let assignment = assign_honest(&e.circuit, raw)?;
    let mut rng = args.seed.rng();
    let (key, _) = setup::keys(&e.circuit, &opened.path, &mut rng)?;
    let (proven, ms) =
        timed(|| prove::proof(&key, &opened.path, &e.circuit, &assignment, None, &mut rng));
    let file = proven?.to_file();
    verify_file(key.verifying_key(), &file).map_err(|e| Error::verify(&opened.path, &e))?;
    Ok(Some(ms))
}

fn text(rows: &[Row]) -> String {
    let mut table = Table::new(
        1,
        [
            "model",
            "act bits",
            "weight bits",
            "float",
            "circuit",
            "same",
            "constraints",
            "predicted",
            "proved in",
        ],
    );
    for r in rows {
        table.row([
            r.model.clone(),
            r.activation_bits.to_string(),
            r.weight_bits.to_string(),
            score_text(&r.float),
            score_text(&r.circuit),
            r.same.map_or("–".into(), |n| percent(n, r.samples)),
            grouped(r.constraints),
            millis(r.predicted_ms),
            r.measured_ms.map_or("–".into(), millis),
        ]);
    }
    table.render(0)
}

fn csv(rows: &[Row]) -> String {
    let mut out = String::from(
        "model,activation_bits,weight_bits,float,circuit,same,samples,constraints,variables,\
         predicted_ms,measured_ms\n",
    );
    let number = |v: Option<f64>| v.map_or(String::new(), |v| format!("{v:.6}"));
    for r in rows {
        let same = r.same.map_or(String::new(), |n| n.to_string());
        let cells = [
            format!("\"{}\"", r.model.replace('"', "\"\"")),
            r.activation_bits.to_string(),
            r.weight_bits.to_string(),
            number(r.float.map(|s| s.value())),
            number(r.circuit.map(|s| s.value())),
            same,
            r.samples.to_string(),
            r.constraints.to_string(),
            r.variables.to_string(),
            number(Some(r.predicted_ms)),
            number(r.measured_ms),
        ];
        out.push_str(&cells.join(","));
        out.push('\n');
    }
    out
}

fn to_json(rows: &[Row], data: &Path) -> Value {
    let value = |s: &Option<Score>| s.map(|s| s.value());
    let one = |r: &Row| {
        json!({
            "model": r.model,
            "activation_bits": r.activation_bits,
            "weight_bits": r.weight_bits,
            "measure": match r.float { Some(Score::Error(..)) => "rmse", _ => "accuracy" },
            "float": value(&r.float),
            "circuit": value(&r.circuit),
            "float_same_as_circuit": r.same,
            "samples": r.samples,
            "constraints": r.constraints,
            "variables": r.variables,
            "predicted_ms": r.predicted_ms,
            "measured_ms": r.measured_ms,
            "integers_agree": r.agree,
        })
    };
    json!({ "data": data.display().to_string(), "rows": rows.iter().map(one).collect::<Vec<_>>() })
}
