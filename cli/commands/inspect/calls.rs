//! Costs down the calls, and lines with what they cause.

use crate::show::clean;
use crate::show::columns::Columns;
use crate::show::cost::Pick;
use crate::show::instance::short;
use crate::show::number::grouped;
use crate::show::table::Table;
use zirc_circuit::report::{Branch, LineCost};
use zirc_circuit::{Circuit, Report};

/// The tree as a table, down to a depth.
pub(super) fn tree(root: &Branch, depth: Option<usize>, pick: &Pick) -> Table {
    let columns = pick.columns(&root.all);
    let names = columns.names(Some("itself"));
    let mut table = Table::new(1, std::iter::once("layer, call".to_owned()).chain(names));
    add(&mut table, &columns, root, (0, depth.unwrap_or(usize::MAX)), pick);
    table
}

/// A branch at a level, and those in it down to a depth.
fn add(
    table: &mut Table,
    columns: &Columns,
    b: &Branch,
    (level, depth): (usize, usize),
    pick: &Pick,
) {
    let place = b.line.as_ref().map_or(String::new(), |l| format!(" at {l}"));
    let name = format!("{}{}", "  ".repeat(level), clean(&format!("{}{place}", short(&b.name))));
    let own = match b.own.constraints {
        0 => "·".into(),
        n => grouped(n),
    };
    table.row(std::iter::once(name).chain(columns.cells(&b.all, Some(own))));
    if level == depth {
        return;
    }
    let some = b.branches.iter().filter(|b| columns.show(&b.all)).collect();
    for inner in pick.of(some, |b| b.all.constraints) {
        add(table, columns, inner, (level + 1, depth), pick);
    }
}

/// Lines with what stands on them, what it costs and what all that it calls costs.
pub(super) fn lines(circuit: &Circuit, report: &Report, pick: &Pick) -> Table {
    let total = report.total();
    let columns = pick.columns(&total);
    let names = columns.names(Some("itself"));
    let words = ["line", "source"].map(str::to_owned);
    let mut table = Table::new(2, words.into_iter().chain(names));
    let cost = |l: &LineCost| l.all.constraints;
    let some = report.lines(circuit).into_iter().filter(|l| columns.show(&l.all)).collect();
    for l in pick.of(some, cost) {
        let text = circuit.sources.get(l.file).and_then(|s| s.text.lines().nth(l.number - 1));
        let text: String = text.unwrap_or_default().trim().chars().take(60).collect();
        let numbers = columns.cells(&l.all, Some(grouped(l.own.constraints)));
        table.row([clean(&l.line), clean(&text)].into_iter().chain(numbers));
    }
    let numbers = columns.cells(&total, Some(grouped(report.constraints)));
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
