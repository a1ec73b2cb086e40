//! `zirc diff`: what changed in the cost of two circuits.

use crate::answer::Answer;
use crate::args::Source;
use crate::args::onnx::Seen;
use crate::error::Error;
use crate::load::circuit::open_with;
use crate::load::costs::costs;
use crate::show::number::grouped;
use crate::show::{clean, table::Table};
use changes::{Change, changes, lines, parts};
use clap::Parser;
use serde_json::{Value, json};
use std::path::PathBuf;
use zirc_circuit::{Circuit, Report};
use zirc_runtime::{Costs, Forecast};

mod changes;

/// Show what changed in the cost, by layer and by line, from one circuit to another
///
/// Two versions, models, bit widths or ways of lowering. Each side has its own options if `--` stands
/// between them. Layers are matched by name and order and lines by their text, so that a line that only
/// moved is the same.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  zirc diff old.circuit new.circuit
  zirc diff model.onnx --activation-bits 8 -- model.onnx --activation-bits 6
  zirc diff examples/digits -- examples/digits --mode groth16-commit
  zirc diff main.circuit model.zirc --max-increase 2%")]
pub(crate) struct Args {
    #[command(flatten)]
    source: Source,
    /// The circuit that it is compared with, with the same options
    #[arg(value_name = "OTHER", required_unless_present = "other")]
    second: Option<PathBuf>,
    /// The same with options of its own, behind `--`
    #[arg(last = true, value_name = "OTHER", conflicts_with = "second")]
    other: Vec<String>,
    /// Exit with code 1 if constraints grow by more: a number, or a part as 2%
    #[arg(long, value_name = "N|P%", value_parser = limit)]
    max_increase: Option<Limit>,
    /// What did not change as well
    #[arg(long)]
    all: bool,
}

/// What stands behind `--`.
#[derive(Debug, Parser)]
#[command(name = "zirc diff … --", no_binary_name = true)]
struct Other {
    #[command(flatten)]
    source: Source,
}

/// How much more there may be.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Limit {
    Constraints(usize),
    Percent(f64),
}

fn limit(text: &str) -> Result<Limit, String> {
    let wrong = || "expected a number of constraints, or a part such as 2%".to_owned();
    match text.strip_suffix('%') {
        Some(part) => {
            let part: f64 = part.trim().parse().map_err(|_| wrong())?;
            if part >= 0.0 && part.is_finite() { Ok(Limit::Percent(part)) } else { Err(wrong()) }
        }
        None => text.replace(',', "").parse().map(Limit::Constraints).map_err(|_| wrong()),
    }
}

impl Limit {
    fn is_exceeded(self, before: usize, after: usize) -> bool {
        match self {
            Limit::Constraints(n) => after > before.saturating_add(n),
            Limit::Percent(p) => after as f64 > before as f64 * (1.0 + p / 100.0),
        }
    }

    fn words(self) -> String {
        match self {
            Limit::Constraints(n) => format!("{} constraints", grouped(n)),
            Limit::Percent(p) => format!("{p} %"),
        }
    }
}

/// Carries it out.
pub(crate) fn run(args: &Args) -> Result<Answer, Error> {
    let sides = sides(args)?;
    let [before, after] = [&sides.0, &sides.1].map(Report::new);
    let by_layer = changes(&parts(&sides.0, &before), &parts(&sides.1, &after));
    let by_line = changes(&lines(&sides.0, &before), &lines(&sides.1, &after));
    let mut text = totals(&sides, &before, &after, &costs()?.costs);
    for (title, list) in [("by layer", &by_layer), ("by line", &by_line)] {
        text.push_str(&format!("\n{title}\n{}", table(list, args.all)));
    }
    let limit = args.max_increase.filter(|l| l.is_exceeded(before.constraints, after.constraints));
    if let Some(limit) = limit {
        text.push_str(&format!("\nmore than {} over what was\n", limit.words()));
    }
    let listed = |list: &[Change]| list.iter().map(Change::json).collect::<Vec<Value>>();
    let side = |r: &Report| json!({ "circuit": r.circuit, "digest": r.digest, "constraints": r.constraints, "variables": r.variables });
    let json = json!({
        "before": side(&before), "after": side(&after), "exceeded": limit.is_some(),
        "layers": listed(&by_layer), "lines": listed(&by_line),
    });
    Ok(Answer { accepted: limit.is_none(), text, json })
}

/// Both circuits.
fn sides(args: &Args) -> Result<(Circuit, Circuit), Error> {
    let seen = Seen::default();
    let before = open_with(&args.source, true, &seen)?.circuit;
    let after = match &args.second {
        Some(path) => {
            open_with(&Source { path: path.clone(), ..args.source.clone() }, true, &seen)?
        }
        None => {
            let other = Other::try_parse_from(&args.other).map_err(|e| {
                let text = e.render().to_string();
                Error::usage(text.trim_start_matches("error: ").trim_end())
            })?;
            open_with(&other.source, true, &seen)?
        }
    };
    Ok((before, after.circuit))
}

/// The circuits as wholes.
fn totals(sides: &(Circuit, Circuit), before: &Report, after: &Report, costs: &Costs) -> String {
    let mut table = Table::new(1, ["", "before", "after", "change"]);
    let mut row = |name: &str, a: usize, b: usize| {
        table.row([name.to_owned(), grouped(a), grouped(b), changes::difference(a, b)]);
    };
    row("constraints", before.constraints, after.constraints);
    row("variables", before.variables, after.variables);
    if let (Some(a), Some(b)) = (before.nonzeros, after.nonzeros) {
        row("non-zeros", a.a + a.b + a.c, b.a + b.b + b.c);
    }
    let forecast = |circuit: &Circuit| Forecast::with(circuit, costs);
    if let [Some(a), Some(b)] = [&sides.0, &sides.1].map(forecast) {
        table.row([
            "proof, predicted".to_owned(),
            crate::show::number::millis(a.proof.ms),
            crate::show::number::millis(b.proof.ms),
            String::new(),
        ]);
    }
    format!("{} → {}\n{}", clean(&before.circuit), clean(&after.circuit), table.render(2))
}

fn table(list: &[Change], all: bool) -> String {
    let mut table = Table::new(1, ["", "before", "after", "change"]);
    let shown: Vec<&Change> = list.iter().filter(|c| all || c.before != c.after).collect();
    if shown.is_empty() {
        return "  nothing changed\n".into();
    }
    for c in shown {
        let cell = |n: Option<usize>| n.map_or("–".into(), grouped);
        let difference = changes::difference(c.before.unwrap_or(0), c.after.unwrap_or(0));
        table.row([clean(&c.key), cell(c.before), cell(c.after), difference]);
    }
    table.render(2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits() {
        assert_eq!(limit("2%"), Ok(Limit::Percent(2.0)));
        assert_eq!(limit("1,000"), Ok(Limit::Constraints(1000)));
        for wrong in ["", "x", "-1", "-2%", "%", "inf%", "NaN%"] {
            assert!(limit(wrong).is_err(), "{wrong}");
        }
        assert!(
            !Limit::Percent(2.0).is_exceeded(100, 102) && Limit::Percent(2.0).is_exceeded(100, 103)
        );
        assert!(
            !Limit::Constraints(0).is_exceeded(5, 5) && Limit::Constraints(0).is_exceeded(5, 6)
        );
    }
}
