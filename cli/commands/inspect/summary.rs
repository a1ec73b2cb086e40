//! What there is to know about a circuit as a whole.

use crate::load::circuit::Opened;
use crate::show::number::{bytes, grouped};
use crate::show::table::Table;
use crate::show::{forecast, line};
use std::fmt::Write;
use std::path::Path;
use zirc_circuit::{Circuit, Report, Visibility};
use zirc_runtime::Forecast;
use zirc_runtime::words::assumption;

/// Sizes, what setup and proof will take, inputs and outputs.
pub(super) fn summary(
    opened: &Opened,
    report: &Report,
    forecast: Option<&Forecast>,
    costs: Option<&Path>,
) -> String {
    let mut out = format!("circuit      {}\n", line(&report.circuit));
    let mut line = |name: &str, value: String| {
        let _ = writeln!(out, "{name:<12} {}", line(&value));
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
                let most = if report.nonzeros_exact { "" } else { "at most " };
                format!("{most}{a} in A, {b} in B, {c} in C")
            }
            None => "not counted: the tensors are too large".into(),
        },
    );
    line("file", bytes(opened.size as u64));
    for (name, value) in forecast.into_iter().flat_map(forecast::lines) {
        line(name, value);
    }
    if let Some(path) = costs {
        line("predicted by", format!("what was measured here: {}", path.display()));
    }
    for part in &opened.circuit.signature.model {
        line("model", format!("{} from {} (BLAKE3 {})", part.name, part.file, part.digest));
    }
    for n in &opened.circuit.signature.nondet {
        line("nondet", format!("{} in {}: {}", n.hint, n.function, n.reason));
    }
    for text in &opened.circuit.signature.assumptions {
        line("assumes", assumption(text));
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
        table.row([line(&p.name), line(&p.written), shape, seen.into(), direction.into()]);
    }
    format!("\ninputs and outputs\n{}", table.render(2))
}
