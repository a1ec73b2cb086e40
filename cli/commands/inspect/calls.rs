//! Costs down the calls, and lines with what they cause.

use crate::show::clean;
use crate::show::cost::Pick;
use crate::show::instance::short;
use crate::show::number::grouped;
use crate::show::table::Table;
use zirc_circuit::report::{Branch, LineCost};
use zirc_circuit::{Circuit, Report};

/// The tree as a table, down to a depth.
pub(super) fn tree(root: &Branch, depth: Option<usize>, pick: &Pick) -> Table {
    let mut table = Table::new(1, ["layer, call", "constraints", "itself", "variables"]);
    add(&mut table, root, 0, depth.unwrap_or(usize::MAX), pick);
    table
}

fn add(table: &mut Table, b: &Branch, level: usize, depth: usize, pick: &Pick) {
    let place = b.line.as_ref().map_or(String::new(), |l| format!(" at {l}"));
    let name = format!("{}{}", "  ".repeat(level), clean(&format!("{}{place}", short(&b.name))));
    let own = match b.own.constraints {
        0 => "·".into(),
        n => grouped(n),
    };
    table.row([name, grouped(b.all.constraints), own, grouped(b.all.variables)]);
    if level == depth {
        return;
    }
    let some = b.branches.iter().filter(|b| b.all.constraints > 0).collect();
    for inner in pick.of(some, |b| b.all.constraints) {
        add(table, inner, level + 1, depth, pick);
    }
}

/// Lines with what stands on them, what it costs and what all that it calls costs.
pub(super) fn lines(circuit: &Circuit, report: &Report, pick: &Pick) -> Table {
    let mut table = Table::new(2, ["line", "source", "constraints", "itself", "variables"]);
    let cost = |l: &LineCost| l.all.constraints;
    for l in pick.of(report.lines(circuit), cost) {
        let text = circuit.sources[l.file].text.lines().nth(l.number - 1).unwrap_or_default();
        let text: String = text.trim().chars().take(60).collect();
        let numbers = [l.all.constraints, l.own.constraints, l.all.variables].map(grouped);
        table.row([clean(&l.line), clean(&text)].into_iter().chain(numbers));
    }
    let variables = report.public + report.witness;
    let numbers = [report.constraints, report.constraints, variables].map(grouped);
    table.row(["all".to_owned(), String::new()].into_iter().chain(numbers));
    table
}

/// Stacks as flame graphs are made of: `circuit;layer;call at line COUNT`, one a line, of what costs something itself.
/// `name` says how an instance is called.
pub(super) fn folded(root: &Branch, name: fn(&str) -> String) -> String {
    let mut out = String::new();
    fold(&mut out, root, "", name);
    out
}

fn fold(out: &mut String, b: &Branch, above: &str, name: fn(&str) -> String) {
    let place = b.line.as_ref().map_or(String::new(), |l| format!(" at {l}"));
    let frame = clean(&format!("{}{place}", name(&b.name))).replace(';', ",");
    let stack = if above.is_empty() { frame } else { format!("{above};{frame}") };
    if b.own.constraints > 0 {
        out.push_str(&format!("{stack} {}\n", b.own.constraints));
    }
    b.branches.iter().for_each(|inner| fold(out, inner, &stack, name));
}
