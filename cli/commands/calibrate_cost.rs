//! `zirc calibrate-cost`: what setup and proof take here, for predictions.

use crate::answer::Answer;
use crate::error::Error;
use crate::load::costs::path;
use crate::load::files::{must_be_writable, write_bytes};
use crate::show::table::Table;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use zirc_circuit::Int;
use zirc_compiler::{NoFiles, Project};
use zirc_runtime::Costs;
use zirc_runtime::forecast::measure;

/// Measure what the steps of setup and proof take on this machine, for predictions
///
/// Takes some seconds of one core; let nothing else run meanwhile. The numbers are kept in zirc/costs.toml where your
/// settings are (XDG_CONFIG_HOME, else ~/.config), or in the file that ZIRC_COSTS names, and every prediction of time
/// is made with them from then on. Circuits, keys and proofs do not depend on them.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  zirc calibrate-cost
  zirc calibrate-cost --output costs.toml
  zirc calibrate-cost --dry-run")]
pub(crate) struct Args {
    /// Another file to keep them in
    #[arg(long, short, value_name = "FILE.toml")]
    output: Option<PathBuf>,
    /// Only show them
    #[arg(long, conflicts_with = "output")]
    dry_run: bool,
}

/// What is measured with: a convolution of an image whose results are squared.
const NAME: &str = "calibration";
const SIZE: usize = 60;
const TEXT: &str = "const K: int<-9..=9>[3, 3] = [[1, 2, -1], [3, 9, -2], [0, 1, -5]];

circuit calibration(private image: i8[60, 60]) -> (public y: _) {
    let c = for i < 58, j < 58 { sum a < 3, b < 3 { K[a, b] * image[i + a, j + b] } };
    sum i, j { c[i, j] * c[i, j] }
}
";

/// Carries it out.
pub(crate) fn run(args: &Args) -> Result<Answer, Error> {
    let file = match (&args.output, args.dry_run) {
        (_, true) => None,
        (Some(path), _) => Some(path.clone()),
        (None, false) => Some(path().ok_or_else(|| {
            Error::usage("there is no folder for settings here: name a file with --output")
        })?),
    };
    if let Some(path) = &file {
        make_folder(path, args.output.is_some())?;
        must_be_writable(path, &[])?;
    }
    let costs = here()?;
    if let Some((name, n)) = costs.implausible() {
        return Err(Error::usage(format!(
            "{name} was measured as {n} ns, which cannot be: try again while nothing else runs"
        )));
    }
    let mut text = table(&costs);
    if let Some(path) = &file {
        let written = toml::to_string(&costs).map_err(|e| Error::file(path, e))?;
        let head =
            "# Nanoseconds of one core, as `zirc calibrate-cost` measured them on this machine.\n";
        write_bytes(path, format!("{head}{written}").as_bytes())?;
        text.push_str(&format!("\nwritten  {}\n", path.display()));
    }
    Ok(Answer::yes(text, to_json(&costs, file.as_deref())))
}

/// The folder of one's settings may not be there yet; any other has to be.
fn make_folder(path: &Path, named: bool) -> Result<(), Error> {
    match path.parent().filter(|_| !named) {
        Some(folder) => std::fs::create_dir_all(folder).map_err(|e| Error::file(folder, e)),
        None => Ok(()),
    }
}

/// What steps take here.
fn here() -> Result<Costs, Error> {
    let bug = |why: String| Error::usage(format!("the circuit to measure with: {why}"));
    let made = Project::load("calibration.zirc", TEXT, &mut NoFiles)
        .and_then(|p| p.compile(NAME, &mut NoFiles))
        .map_err(|r| bug(format!("{:?}", r.diagnostics)))?;
    let image = (0..SIZE * SIZE).map(|k| Int::from((k * 37 % 255) as i64 - 127)).collect();
    measure(&made.circuit, &[image]).map_err(|e| bug(e.to_string()))
}

fn table(costs: &Costs) -> String {
    let mut table = Table::new(2, ["step", "", "here [ns]", "built in [ns]", "ratio"]);
    for ((name, here), (_, built_in)) in costs.list().into_iter().zip(Costs::BUILT_IN.list()) {
        let [a, b] = [here, built_in].map(|n| format!("{n:.1}"));
        table.row([
            name.to_owned(),
            what(name).to_owned(),
            a,
            b,
            format!("{:.2}", here / built_in),
        ]);
    }
    table.render(0)
}

/// Steps in words.
fn what(name: &str) -> &'static str {
    match name {
        "addition_g1" => "an addition in G1, of a sum of many points",
        "addition_g2" => "the same in G2",
        "fixed_addition_g1" => "an addition in G1, of one base's many multiples",
        "fixed_addition_g2" => "the same in G2",
        "butterfly" => "a butterfly of a transform",
        "fold" => "a point of the larger of two cosets that are joined",
        "read" => "a read of an element by a term, forwards",
        "read_backwards" => "the same backwards, in the field",
        "lagrange" => "a value of the Lagrange polynomials",
        "byte" => "a byte of a key's file, hashed and decoded",
        "pairing" => "a pairing among several",
        "verify" => "what a verifier does once, beside pairings",
        _ => "",
    }
}

fn to_json(costs: &Costs, file: Option<&Path>) -> Value {
    json!({
        "costs": costs,
        "built_in": Costs::BUILT_IN,
        "file": file.map(|p| p.display().to_string()),
    })
}
