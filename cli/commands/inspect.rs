//! `zirc inspect`: what costs.

mod annotate;
mod calls;
mod flame;

use crate::answer::Answer;
use crate::args::Source;
use crate::args::onnx::{Seen, Who, who};
use crate::error::Error;
use crate::load::circuit::{Opened, open_with};
use crate::load::files::{must_be_writable, write_bytes};
use crate::show::cost::{Pick, by_group, by_name, by_operation, by_operation_json};
use crate::show::number::{bytes, grouped};
use crate::show::table::{Table, TableFormat};
use crate::show::{clean, forecast};
use clap::ValueEnum;
use serde_json::{Value, json};
use std::fmt::Write;
use std::path::PathBuf;
use zirc_circuit::report::By;
use zirc_circuit::{Circuit, Report, Visibility};
use zirc_runtime::Forecast;

/// Show what a circuit costs, by layer, function, source line and category
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  zirc inspect examples/digits
  zirc inspect digits.circuit --by line --top 10
  zirc inspect examples/digits --by call --depth 2
  zirc inspect examples/digits --annotate
  zirc inspect examples/digits --flamegraph digits.svg
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
    /// The program's text with what each line costs beside it, and a bar where that is a tenth of all
    #[arg(long, conflicts_with_all = ["by", "folded", "format"])]
    annotate: bool,
    /// Also draw layers and calls as a flame graph, which any browser shows
    #[arg(long, value_name = "FILE.svg")]
    flamegraph: Option<PathBuf>,
    /// Stacks of layers and calls with their constraints, as flame graphs are made of
    #[arg(long, conflicts_with_all = ["by", "format"])]
    folded: bool,
    /// Who sees the inputs of an .onnx model: public or private
    #[arg(long, value_name = "WHO", value_parser = who)]
    input: Option<Who>,
}

/// What to group by.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Grouping {
    /// The layer that the program names, or the call in the circuit's body
    Layer,
    /// Layers and calls as a tree: what each caused, and what it costs itself
    Call,
    /// The innermost function
    Function,
    /// The source line: what it caused, and what it costs itself
    Line,
    /// What constraints are for
    Category,
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

const ALL: [By; 4] = [By::Layer, By::Function, By::Line, By::Category];

/// Carries it out.
pub(crate) fn run(args: &Args) -> Result<Answer, Error> {
    let seen = Seen { inputs: args.input, ..Seen::default() };
    let opened = open_with(&args.source, true, &seen)?;
    let report = Report::new(&opened.circuit);
    let by = args.by.and_then(|g| match g {
        Grouping::Layer => Some(By::Layer),
        Grouping::Function => Some(By::Function),
        Grouping::Line => Some(By::Line),
        Grouping::Category => Some(By::Category),
        Grouping::Call => None,
    });
    let mut text = text(args, &opened, &report);
    if let Some(path) = &args.flamegraph {
        must_be_writable(path, &[&opened.path])?;
        write_bytes(path, &flame::svg(&report.tree(&opened.circuit), path)?)?;
        text.push_str(&format!("\nwritten  {}\n", path.display()));
    }
    let groups = |by: By| (by_name(by).to_owned(), json!(report.groups(by)));
    let groups: serde_json::Map<String, Value> =
        ALL.into_iter().filter(|b| by.is_none_or(|by| by == *b)).map(groups).collect();
    let json = json!({
        "circuit": report.circuit,
        "forecast": Forecast::new(&opened.circuit),
        "digest": report.digest,
        "bytes": opened.size,
        "layers": by_operation_json(&opened.circuit, &report),
        "tree": report.tree(&opened.circuit),
        "lines": report.lines(&opened.circuit),
        "by": groups,
        "report": report,
        "nondet": nondet_json(&opened.circuit),
        "flamegraph": args.flamegraph.as_ref().map(|p| p.display().to_string()),
    });
    Ok(Answer::yes(text, json))
}

fn text(args: &Args, opened: &Opened, report: &Report) -> String {
    let (circuit, indent) = (&opened.circuit, 2);
    let pick = Pick { by_cost: args.sort == Sort::Cost, top: args.top };
    let table = |g: Grouping| match g {
        Grouping::Layer => by_group(report, By::Layer, &pick),
        Grouping::Function => by_group(report, By::Function, &pick),
        Grouping::Category => by_group(report, By::Category, &pick),
        Grouping::Line => calls::lines(circuit, report, &pick),
        Grouping::Call => calls::tree(&report.tree(circuit), args.depth, &pick),
    };
    if args.folded {
        return calls::folded(&report.tree(circuit), str::to_owned);
    }
    if args.annotate {
        return annotate::sources(circuit, report);
    }
    if let Some(g) = args.by {
        return table(g).write(args.format, indent);
    }
    let mut out = summary(opened, report);
    let operations = by_operation(circuit, report).write(args.format, indent);
    let _ = write!(out, "\nby layer and operation\n{operations}");
    for g in [Grouping::Layer, Grouping::Function, Grouping::Line, Grouping::Category] {
        let name = g.to_possible_value().map_or(String::new(), |v| v.get_name().to_owned());
        let _ = write!(out, "\nby {name}\n{}", table(g).write(args.format, indent));
    }
    out
}

/// Hints that are not shown unique.
fn nondet_json(circuit: &Circuit) -> Value {
    let uses = circuit.signature.nondet.iter();
    uses.map(|n| json!({ "function": n.function, "hint": n.hint, "reason": n.reason })).collect()
}

/// What there is to know about the circuit as a whole.
fn summary(opened: &Opened, report: &Report) -> String {
    let mut out = format!("circuit      {}\n", clean(&report.circuit));
    let mut line = |name: &str, value: String| {
        let _ = writeln!(out, "{name:<12} {}", clean(&value));
    };
    line("digest", report.digest.clone());
    line("constraints", grouped(report.constraints));
    let (public, witness) = (grouped(report.public), grouped(report.witness));
    line(
        "variables",
        format!("{} ({public} public, {witness} witness)", grouped(report.variables)),
    );
    line(
        "non-zeros",
        match report.nonzeros {
            Some(n) => {
                let [a, b, c] = [n.a, n.b, n.c].map(grouped);
                format!("{a} in A, {b} in B, {c} in C")
            }
            None => "not counted: the tensors are too large to expand".into(),
        },
    );
    line("file", bytes(opened.size as u64));
    for (name, value) in Forecast::new(&opened.circuit).iter().flat_map(forecast::lines) {
        line(name, value);
    }
    for part in &opened.circuit.signature.model {
        line("model", format!("{} from {} (BLAKE3 {})", part.name, part.file, part.digest));
    }
    for n in &opened.circuit.signature.nondet {
        line("nondet", format!("{} in {}: {}", n.hint, n.function, n.reason));
    }
    out.push_str(&interface(&opened.circuit));
    let w = &report.widths;
    let widths = [w.boolean, w.bits8, w.bits16, w.bits32, w.bits64, w.bits128, w.full];
    let mut table = Table::new(1, ["bits", "1", "2–8", "9–16", "17–32", "33–64", "65–128", "full"]);
    table.row(std::iter::once("values".to_owned()).chain(widths.map(grouped)));
    let _ = write!(out, "\nwitness values by width\n{}", table.render(2));
    out
}

/// Inputs and outputs.
fn interface(circuit: &Circuit) -> String {
    let mut table = Table::new(5, ["name", "type", "shape", "seen by", "direction"]);
    let inputs = circuit.signature.inputs.iter().map(|p| (p, "input"));
    for (p, direction) in inputs.chain(circuit.signature.outputs.iter().map(|p| (p, "output"))) {
        let seen = match p.visibility {
            Visibility::Public => "everybody",
            Visibility::Private => "the prover",
        };
        let shape = if p.shape.is_empty() { "–".into() } else { format!("{:?}", p.shape) };
        table.row([clean(&p.name), clean(&p.written), shape, seen.into(), direction.into()]);
    }
    format!("\ninputs and outputs\n{}", table.render(2))
}
