//! The program with what each line costs beside it.

use crate::show::clean;
use crate::show::number::grouped;
use std::collections::BTreeMap;
use std::fmt::Write;
use zirc_circuit::report::LineCost;
use zirc_circuit::{Circuit, Report};

/// From this part of all constraints on a line is marked.
const HOT: f64 = 0.1;

/// The sources that cost something and are the program's own: constraints of each line with all that
/// it calls, and a mark beside those that cost much.
pub(super) fn sources(circuit: &Circuit, report: &Report) -> String {
    let lines = report.lines(circuit);
    let known: BTreeMap<(usize, usize), &LineCost> =
        lines.iter().map(|l| ((l.file, l.number), l)).collect();
    let mut out = String::new();
    for (file, source) in circuit.sources.iter().enumerate() {
        if source.name.starts_with("std/") || !lines.iter().any(|l| l.file == file) {
            continue;
        }
        let _ = writeln!(out, "{}{}", if out.is_empty() { "" } else { "\n" }, clean(&source.name));
        for (k, text) in source.text.lines().enumerate() {
            let cost = known.get(&(file, k + 1)).map(|l| l.all.constraints);
            let count = cost.filter(|n| *n > 0).map_or(String::new(), grouped);
            let share = cost.unwrap_or(0) as f64 / report.constraints.max(1) as f64;
            let mark = if share >= HOT { '▌' } else { '│' };
            let _ = writeln!(out, "{count:>12} {mark} {}", clean(text).trim_end());
        }
    }
    out
}
