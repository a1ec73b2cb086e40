//! `zirc eval`: accuracy on a data set, of the float model, the integers and the circuit; or what an
//! expression gives.

mod compare;
mod expression;
mod models;
pub(crate) mod onnx;
pub(crate) mod programs;
pub(crate) mod samples;

use crate::answer::Answer;
use crate::args;
use crate::args::Lowering;
use crate::args::onnx::{Import, Seen, Who, who_of_input};
use crate::error::Error;
use crate::load::inputs::Values;
use crate::load::program::{Program, find_model};
use crate::show::forecast::witness_room;
use crate::show::measure::timed;
use crate::show::number::{count, grouped, millis, percent};
use crate::show::table::Table;
use programs::{Tallied, evaluate};
use samples::Samples;
use serde_json::json;
use std::fmt::Write;
use std::path::PathBuf;

/// Run the circuit over a data set and compare: float model, integers, circuit; or, with -e, evaluate
/// expressions
#[derive(Debug, clap::Args)]
#[command(after_help = "\
The data file holds an array for each input, with the samples along a further first dimension. A
sample counts as accurate if the circuit accepts it, with the public inputs of the data, and if its
public outputs are those of the arrays of the same names, where the data have them. An array
`float` is what the float model says.

The integers are computed by interpreting the program, the circuit by its witness and constraints.
Exit code 0 if the two agree on every sample, 1 if they do not; accuracy does not matter. Of an .onnx
model with --strict also 1 if the circuit is farther from the float model than it may be.

For an .onnx model an array `label` holds the right classes, or `target` the right numbers, and
`float.OUTPUT` what another runtime gives. Accuracy is that of the float model, of the integers and of
the circuit; then each layer's signal-to-noise ratio says where quantization loses what.

With -e there are no data: each expression is evaluated as it would be in a test, with the standard
library and the functions of the program, if one is named, and its value and type are shown. What a
function costs is an expression too.

Examples:
  zirc eval -e 'relu((-3) as i8)' -e 'cost(relu::<i8>)'
  zirc eval model.zirc -e 'my_layer([1, 2, 3] as i8)'
  zirc eval examples/digits
  zirc eval examples/onnx/cnn --activation-bits 6
  zirc eval examples/digits --data more.npz --limit 100")]
pub(crate) struct Args {
    /// A .zirc file or an .onnx model, or a folder with model.zirc or a single such file in it
    #[arg(value_name = "DIR|FILE", required_unless_present = "expressions")]
    program: Option<PathBuf>,
    /// Show the value and type of this expression, in place of a data set; may be given several times
    #[arg(short = 'e', long = "expression", value_name = "EXPRESSION", allow_hyphen_values = true,
          conflicts_with_all = ["circuit", "data", "limit", "input", "interpreted", "Lowering",
                                "Import", "Force"])]
    expressions: Vec<String>,
    /// Which circuit of the program
    #[arg(long, value_name = "NAME")]
    circuit: Option<String>,
    #[command(flatten)]
    lowering: Lowering,
    #[command(flatten)]
    import: Import,
    /// The data set [default: test.npz in the program's folder]
    #[arg(long, value_name = "FILE")]
    data: Option<PathBuf>,
    /// Only the first samples
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
    /// Who sees the inputs of an .onnx model: public, private or committed
    #[arg(long, value_name = "WHO", value_parser = who_of_input)]
    input: Option<Who>,
    /// Of an .onnx model: interpret the program as well on at most so many samples
    #[arg(long, value_name = "N", default_value_t = 4)]
    interpreted: usize,
    #[command(flatten)]
    memory: args::Force,
}

/// Carries it out.
pub(crate) fn run(args: &Args) -> Result<Answer, Error> {
    if !args.expressions.is_empty() {
        return expression::run(args.program.as_deref(), &args.expressions);
    }
    // One is required where there is no expression.
    let path = args.program.clone().unwrap_or_else(|| PathBuf::from("."));
    let seen = Seen { inputs: args.input, ..Seen::default() };
    match find_model(&path) {
        Some(model) => models::run(args, &model, seen),
        None => program(args, path, &seen),
    }
}

/// The program over the rows of a data set.
fn program(args: &Args, path: PathBuf, seen: &Seen) -> Result<Answer, Error> {
    let (circuit, import) = (args.circuit.clone(), args.import.clone());
    let named = args::Program { program: path, circuit, lowering: args.lowering, import };
    let mut program = Program::named(&named, seen)?;
    let name = program.choose(named.circuit.as_deref())?;
    let path = args.data.clone().unwrap_or_else(|| program.folder.root().join("test.npz"));
    let data = Values::read(&path)?;
    let compiled = program.compile(&name)?;
    let circuit = &compiled.circuit;
    witness_room(circuit, &program.path, 0, args.memory.force)?;
    let samples = Samples::new(circuit, &data, &mut program.folder)?;
    let number = samples.count.min(args.limit.unwrap_or(usize::MAX));
    let (found, ms) = timed(|| evaluate(&mut program, circuit, &samples, number));
    let Tallied { tally, wrong, differ, .. } = found?;
    let has_float = samples.has_float();
    let agree = tally.agree == number;
    let mut text =
        format!("{name}: {} of {} ({})\n\n", count(number, "sample"), path.display(), millis(ms));
    let mut table = Table::new(1, ["", "accurate", ""]);
    let mut row = |what: &str, n: usize| table.row([what.into(), grouped(n), percent(n, number)]);
    if has_float {
        row("float", tally.float);
    }
    row("integers", tally.integers);
    row("circuit", tally.circuit);
    let _ = writeln!(text, "{}", table.render(2));
    if has_float {
        let _ = writeln!(text, "float and integers say the same on {} of {number}", tally.same);
    }
    let _ = writeln!(text, "integers and circuit agree on {} of {number}", tally.agree);
    for (k, why) in differ.iter().take(10) {
        let _ = writeln!(text, "  sample {k}: {why}");
    }
    let difference = |(k, why): &(usize, String)| json!({ "sample": k, "difference": why });
    let of = |n: usize| has_float.then_some(n);
    let json = json!({
        "circuit": name,
        "digest": circuit.digest().to_string(),
        "data": path.display().to_string(),
        "samples": number,
        "accurate": {
            "float": of(tally.float),
            "integers": tally.integers,
            "circuit": tally.circuit,
        },
        "float_same_as_integers": of(tally.same),
        "agree": tally.agree,
        "wrong": wrong,
        "differences": differ.iter().map(difference).collect::<Vec<_>>(),
        "eval_ms": ms,
        "warnings": compiled.warnings,
    });
    Ok(Answer { accepted: agree, text, json })
}
