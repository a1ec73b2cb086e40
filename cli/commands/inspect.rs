//! `zirc inspect`: what costs.

mod across;
mod annotate;
mod calls;
mod flame;
mod html;
mod pprof;
mod summary;

use crate::answer::Answer;
use crate::args::Source;
use crate::args::onnx::{Seen, Who, who_of_input};
use crate::error::Error;
use crate::load::circuit::{Opened, open_with};
use crate::load::costs::costs;
use crate::load::files::{must_be_writable, write_bytes};
use crate::show::cost::{Pick, by_group, by_name, by_operation, by_operation_json, shared};
use crate::show::table::TableFormat;
use clap::ValueEnum;
use serde_json::{Value, json};
use std::fmt::Write;
use std::path::{Path, PathBuf};
use zirc_circuit::report::{By, DEFAULT_EXPANSION};
use zirc_circuit::{Circuit, Report};
use zirc_runtime::Forecast;

/// Show what a circuit costs, by layer, operation, call, function, source line, category and strategy
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  zirc inspect examples/digits
  zirc inspect digits.circuit --by line --top 10
  zirc inspect examples/digits --by call --depth 2
  zirc inspect examples/digits --annotate
  zirc inspect examples/digits --flamegraph digits.svg
  zirc inspect std --across fn=relu,clip --across T=i4..i16 --svg widths.svg
  zirc inspect examples/onnx/mlp --across bits=4..12
  zirc inspect examples/digits --json")]
pub(crate) struct Args {
    #[command(flatten)]
    source: Source,
    /// Only this grouping
    #[arg(long, value_name = "WHAT")]
    by: Option<Grouping>,
    /// Of --by call: no deeper than this
    #[arg(long, value_name = "N")]
    depth: Option<usize>,
    /// Only the N most expensive rows of a grouping, at each depth of --by call
    #[arg(long, value_name = "N")]
    top: Option<usize>,
    /// In which order rows are: as in the circuit, or by cost
    #[arg(long, value_name = "ORDER", value_enum, default_value_t)]
    sort: Sort,
    /// How tables are written
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t)]
    format: TableFormat,
    /// Beside each cost, the constraints that the source asks for before optimisation; of a program or a model
    #[arg(long)]
    before: bool,
    /// The program's text with what each line costs beside it, and a bar where that is a tenth of all
    #[arg(long, conflicts_with_all = ["by", "folded", "format", "before"])]
    annotate: bool,
    /// Also draw layers and calls as a flame graph, which any browser shows
    #[arg(long, value_name = "FILE.svg")]
    flamegraph: Option<PathBuf>,
    /// Also write all of it as a page of its own, with the equations, which any browser shows without a network
    #[arg(long, value_name = "FILE.html")]
    html: Option<PathBuf>,
    /// Also write a profile that pprof reads: constraints and predicted time, by layer, call and line
    #[arg(long, value_name = "FILE.pb.gz")]
    pprof: Option<PathBuf>,
    /// Stacks of layers and calls with their constraints, as flame graphs are made of
    #[arg(long, conflicts_with_all = ["by", "format"])]
    folded: bool,
    /// Who sees the inputs of an .onnx model: public, private or committed
    #[arg(long, value_name = "WHO", value_parser = who_of_input)]
    input: Option<Who>,
    #[command(flatten)]
    across: across::Varied,
}

/// What to group by.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Grouping {
    /// The layer that the program names, or the call in the circuit's body
    Layer,
    /// The functions in each layer, with what their constraints are for
    Operation,
    /// Layers and calls as a tree: what each caused, and what it costs itself
    Call,
    /// The innermost function
    Function,
    /// The source line: what it caused, and what it costs itself
    Line,
    /// What constraints are for
    Category,
    /// How constraints show what they show: digits, lookups, tables, random checks, or as it is said
    Strategy,
}

/// The order of rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Sort {
    /// As in the circuit
    #[default]
    Source,
    /// The most expensive first
    Cost,
}

const ALL: [By; 5] = [By::Layer, By::Function, By::Line, By::Category, By::Strategy];

/// Of the JSON: raised when a field changes its meaning or goes.
const SCHEMA: u32 = 1;

/// Carries it out.
pub(crate) fn run(args: &Args) -> Result<Answer, Error> {
    if args.across.any() {
        return across::run(&args.across, &args.source, args.format);
    }
    let seen = Seen { inputs: args.input, ..Seen::default() };
    let opened = open_with(&args.source, true, &seen)?;
    let known = costs()?;
    let (forecast, prices) = Forecast::with_prices(&opened.circuit, &known.costs).unzip();
    let mut report = Report::priced(&opened.circuit, DEFAULT_EXPANSION, prices.as_ref());
    if args.before {
        let before = open_with(&args.source, false, &seen)?;
        report.after(&Report::with_expansion(&before.circuit, 0));
    }
    let by = args.by.and_then(|g| match g {
        Grouping::Layer => Some(By::Layer),
        Grouping::Function => Some(By::Function),
        Grouping::Line => Some(By::Line),
        Grouping::Category => Some(By::Category),
        Grouping::Strategy => Some(By::Strategy),
        Grouping::Call | Grouping::Operation => None,
    });
    let groups = |by: By| (by_name(by).to_owned(), json!(report.groups(by)));
    let groups: serde_json::Map<String, Value> =
        ALL.into_iter().filter(|b| by.is_none_or(|by| by == *b)).map(groups).collect();
    let json = json!({
        "schema": SCHEMA,
        "circuit": report.circuit,
        "forecast": forecast,
        "costs_from": known.from.as_ref().map(|p| p.display().to_string()),
        "digest": report.digest,
        "bytes": opened.size,
        "layers": by_operation_json(&opened.circuit, &report),
        "tree": report.tree(),
        "lines": report.lines(&opened.circuit),
        "by": groups,
        "report": report,
        "nondet": nondet_json(&opened.circuit),
        "assumptions": opened.circuit.signature.assumptions,
        "flamegraph": args.flamegraph.as_ref().map(|p| p.display().to_string()),
    });
    let mut text = text(args, &opened, &report, forecast.as_ref());
    for path in write_files(args, &opened, &report, &json)? {
        text.push_str(&format!("\nwritten  {}\n", path.display()));
    }
    Ok(Answer::yes(text, json))
}

/// The pictures and profiles that are asked for; gives their paths.
fn write_files<'a>(
    args: &'a Args,
    opened: &Opened,
    report: &Report,
    json: &Value,
) -> Result<Vec<&'a Path>, Error> {
    let asked = [&args.flamegraph, &args.html, &args.pprof];
    let paths: Vec<&Path> = asked.into_iter().flatten().map(PathBuf::as_path).collect();
    for (k, path) in paths.iter().enumerate() {
        must_be_writable(path, &[&opened.path])?;
        if paths[..k].contains(path) {
            return Err(Error::file(path, "two files would be written there"));
        }
    }
    if let Some(path) = &args.flamegraph {
        write_bytes(path, &flame::svg(&report.tree(), path)?)?;
    }
    if let Some(path) = &args.html {
        write_bytes(path, html::page(&opened.circuit, report, json).as_bytes())?;
    }
    if let Some(path) = &args.pprof {
        write_bytes(path, &pprof::profile(report).map_err(|e| Error::file(path, e))?)?;
    }
    Ok(paths)
}

fn text(args: &Args, opened: &Opened, report: &Report, forecast: Option<&Forecast>) -> String {
    let (circuit, indent) = (&opened.circuit, 2);
    let pick = Pick { by_cost: args.sort == Sort::Cost, top: args.top, brief: args.by.is_none() };
    let table = |g: Grouping| match g {
        Grouping::Layer => by_group(report, By::Layer, &pick),
        Grouping::Function => by_group(report, By::Function, &pick),
        Grouping::Category => by_group(report, By::Category, &pick),
        Grouping::Strategy => by_group(report, By::Strategy, &pick),
        Grouping::Line => calls::lines(circuit, report, &pick),
        Grouping::Operation => by_operation(circuit, report),
        Grouping::Call => calls::tree(&report.tree(), args.depth, &pick),
    };
    if args.folded {
        return calls::folded(&report.tree(), str::to_owned);
    }
    if args.annotate {
        return annotate::sources(circuit, report);
    }
    if let Some(g) = args.by {
        return table(g).write(args.format, indent);
    }
    let mut out =
        summary::summary(opened, report, forecast, costs().ok().and_then(|k| k.from.as_deref()));
    let operations = by_operation(circuit, report).write(args.format, indent);
    let _ = write!(out, "\nby layer and operation\n{operations}");
    for g in [
        Grouping::Layer,
        Grouping::Function,
        Grouping::Line,
        Grouping::Category,
        Grouping::Strategy,
    ] {
        let name = g.to_possible_value().map_or(String::new(), |v| v.get_name().to_owned());
        let _ = write!(out, "\nby {name}\n{}", table(g).write(args.format, indent));
    }
    if !report.shared.is_empty() {
        let table = shared(report, &pick).write(args.format, indent);
        let _ = write!(out, "\nshared, and divided among those that asked for it\n{table}");
    }
    out
}

/// Hints that are not shown unique.
fn nondet_json(circuit: &Circuit) -> Value {
    let uses = circuit.signature.nondet.iter();
    uses.map(|n| json!({ "function": n.function, "hint": n.hint, "reason": n.reason })).collect()
}
