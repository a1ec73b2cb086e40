//! `zirc inspect`: what costs.

use crate::answer::Answer;
use crate::args::Source;
use crate::args::onnx::{Seen, Who, who};
use crate::error::Error;
use crate::load::circuit::{Opened, open_with};
use crate::show::cost::{by_group, by_name, by_operation, by_operation_json};
use crate::show::number::{bytes, grouped};
use crate::show::{clean, forecast, table::Table};
use clap::ValueEnum;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt::Write;
use zirc_circuit::report::By;
use zirc_circuit::{Circuit, Report, Visibility};
use zirc_runtime::Forecast;

/// Show what a circuit costs, by layer, function, source line and category
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  zirc inspect examples/digits
  zirc inspect digits.circuit --by line
  zirc inspect examples/digits --json")]
pub(crate) struct Args {
    #[command(flatten)]
    source: Source,
    /// Only this grouping
    #[arg(long, value_name = "WHAT")]
    by: Option<Grouping>,
    /// Who sees the inputs of an .onnx model: public or private
    #[arg(long, value_name = "WHO", value_parser = who)]
    input: Option<Who>,
}

/// What to group by.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Grouping {
    /// The call in the circuit's body
    Layer,
    /// The innermost function
    Function,
    /// The source line
    Line,
    /// What constraints are for
    Category,
}

const ALL: [By; 4] = [By::Layer, By::Function, By::Line, By::Category];

/// Carries it out.
pub(crate) fn run(args: &Args) -> Result<Answer, Error> {
    let seen = Seen { inputs: args.input, ..Seen::default() };
    let opened = open_with(&args.source, true, &seen)?;
    let report = Report::new(&opened.circuit);
    let by = args.by.map(|g| match g {
        Grouping::Layer => By::Layer,
        Grouping::Function => By::Function,
        Grouping::Line => By::Line,
        Grouping::Category => By::Category,
    });
    let lines = lines(&opened.circuit);
    let source = |key: &str| lines.get(key).cloned().unwrap_or_default();
    let table = |by: By| {
        let text: Option<&dyn Fn(&str) -> String> = (by == By::Line).then_some(&source as _);
        by_group(&report, by, text)
    };
    let text = match by {
        Some(by) => table(by),
        None => {
            let mut out = summary(&opened, &report);
            let _ =
                write!(out, "\nby layer and operation\n{}", by_operation(&opened.circuit, &report));
            for by in ALL {
                let _ = write!(out, "\nby {}\n{}", by_name(by), table(by));
            }
            out
        }
    };
    let groups = |by: By| (by_name(by).to_owned(), json!(report.groups(by)));
    let groups: serde_json::Map<String, Value> =
        ALL.into_iter().filter(|b| by.is_none_or(|by| by == *b)).map(groups).collect();
    let json = json!({
        "circuit": report.circuit,
        "forecast": Forecast::new(&opened.circuit),
        "digest": report.digest,
        "bytes": opened.size,
        "layers": by_operation_json(&opened.circuit, &report),
        "by": groups,
        "report": report,
        "nondet": nondet_json(&opened.circuit),
    });
    Ok(Answer::yes(text, json))
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

/// The text of every source line that may have a cost, by its name in the report.
fn lines(circuit: &Circuit) -> BTreeMap<String, String> {
    let mut out = BTreeMap::new();
    for file in &circuit.sources {
        for (k, line) in file.text.lines().enumerate() {
            let text: String = line.trim().chars().take(60).collect();
            out.insert(format!("{}:{}", file.name, k + 1), text);
        }
    }
    out
}
