//! Costs of instances: a line for each, with every strategy.

use super::values::{Across, widths};
use crate::show::chart::{Axis, Chart, Panel, Point, Series, Unit};
use crate::show::sheet::{Cell, Reader, Sheet};
use zirc_compiler::Mode;

/// One instance.
#[derive(Clone, Debug)]
pub(super) struct Line {
    /// Names of what varies, and their values; one that the instance has no use for has none.
    pub(super) values: Vec<(String, Option<String>)>,
    pub(super) ways: Vec<Way>,
}

/// A way to enforce it.
#[derive(Clone, Debug)]
pub(super) struct Way {
    /// The mode, or of lookups without a round the strategy.
    pub(super) name: &'static str,
    pub(super) mode: Mode,
    /// Without the tables that all calls share, where it is a call.
    pub(super) constraints: usize,
    /// Of tables.
    pub(super) tables: usize,
    pub(super) variables: usize,
    /// Of a call: elements of the largest argument or result.
    pub(super) elements: Option<usize>,
    /// Of a circuit: predicted milliseconds of a proof.
    pub(super) prove_ms: Option<f64>,
}

impl Way {
    fn each(&self) -> Option<f64> {
        self.elements.map(|n| self.constraints as f64 / n.max(1) as f64)
    }
}

/// The columns of what varies, for some lines.
fn names<'a>(s: &mut Sheet, lines: impl Iterator<Item = &'a Line> + Clone) {
    let Some(first) = lines.clone().next() else { return };
    for (k, (name, _)) in first.values.iter().enumerate() {
        let of = |l: &Line| Cell::words(l.values.get(k).and_then(|(_, v)| v.clone()));
        s.column((name, name), true, Reader::All, lines.clone().map(of));
    }
}

/// For machines: a row for each instance and way.
pub(super) fn long(lines: &[Line]) -> Sheet {
    let all = || lines.iter().flat_map(|l| l.ways.iter().map(move |w| (l, w)));
    let mut s = Sheet::default();
    names(&mut s, all().map(|(l, _)| l));
    let mut column = |key: &str, words, of: &dyn Fn(&Way) -> Cell| {
        s.column((key, key), words, Reader::All, all().map(|(_, w)| of(w)));
    };
    column("mode", true, &|w| Cell::Text(w.mode.name().into()));
    column("strategy", true, &|w| Cell::Text(w.name.into()));
    column("constraints", false, &|w| Cell::Count(w.constraints));
    column("elements", false, &|w| w.elements.map_or(Cell::None, Cell::Count));
    column("constraints_per_element", false, &|w| w.each().map_or(Cell::None, Cell::Real));
    column("table_constraints", false, &|w| Cell::Count(w.tables));
    column("variables", false, &|w| Cell::Count(w.variables));
    column("predicted_ms", false, &|w| w.prove_ms.map_or(Cell::None, Cell::Millis));
    s
}

/// The ways that occur, in order.
fn ways(lines: &[Line]) -> Vec<&'static str> {
    let mut all = vec![];
    for w in lines.iter().flat_map(|l| &l.ways) {
        if !all.contains(&w.name) {
            all.push(w.name);
        }
    }
    all
}

fn way<'a>(l: &'a Line, name: &str) -> Option<&'a Way> {
    l.ways.iter().find(|w| w.name == name)
}

/// For people: ways side by side.
pub(super) fn wide(lines: &[Line]) -> Sheet {
    let mut s = Sheet::default();
    names(&mut s, lines.iter());
    let elements = lines.iter().map(|l| {
        let n = l.ways.first().and_then(|w| w.elements);
        n.filter(|n| *n != 1).map_or(Cell::None, Cell::Count)
    });
    s.column(("elements", "elements"), false, Reader::All, elements);
    for name in ways(lines) {
        let mut column = |title: &str, of: &dyn Fn(&Way) -> Cell| {
            let cells = lines.iter().map(|l| way(l, name).map_or(Cell::None, of));
            s.column((title, title), false, Reader::All, cells);
        };
        column(name, &|w| Cell::Count(w.constraints));
        let many = |w: &Way| w.elements.is_some_and(|n| n > 1);
        column("each", &|w| w.each().filter(|_| many(w)).map_or(Cell::None, Cell::Real));
        let tables =
            |w: &Way| if w.mode == Mode::Commit { Cell::Count(w.tables) } else { Cell::None };
        column("tables", &tables);
        column("proof", &|w| w.prove_ms.map_or(Cell::None, |ms| Cell::Millis(ms).predicted(true)));
    }
    s
}

/// What the columns are.
pub(super) fn words(lines: &[Line]) -> String {
    let call = lines.iter().flat_map(|l| &l.ways).any(|w| w.elements.is_some());
    let mut out = String::from("\nconstraints by mode");
    if ways(lines).len() > 2 {
        out += ", and of plain groth16 by strategy of lookups";
    }
    out += if call {
        "; with a round, tables are apart: all calls in a circuit share them\n"
    } else {
        ", those of tables among them; ≈ predicted by the cost model\n"
    };
    out
}

/// Constraints over the first thing that varies, a series for each way and each combination of all else.
pub(super) fn picture(lines: &[Line], across: &[Across]) -> String {
    let first = across.iter().position(|a| a.values.len() > 1 && widths(&a.values).is_some());
    let first = first.or_else(|| across.iter().position(|a| a.values.len() > 1)).unwrap_or(0);
    let of = &across[first];
    let known = widths(&of.values);
    let place = |value: &str| {
        let k = of.values.iter().position(|v| v == value)?;
        known.as_ref().map_or(Some(k as f64), |w| w.get(k).copied())
    };
    let mut series: Vec<Series> = vec![];
    for l in lines {
        let Some(x) = l.values.get(first).and_then(|(_, v)| place(v.as_deref()?)) else { continue };
        for w in &l.ways {
            let others = l
                .values
                .iter()
                .enumerate()
                .filter(|(k, _)| *k != first && across[*k].values.len() > 1);
            let others = others.filter_map(|(_, (_, v))| v.clone());
            let name = others.chain([w.name.to_owned()]).collect::<Vec<_>>().join(", ");
            let point =
                Point { x, y: w.each().unwrap_or(w.constraints as f64), label: String::new() };
            match series.iter_mut().find(|s| s.name == name) {
                Some(s) => s.points.push(point),
                None => series.push(Series { name, points: vec![point] }),
            }
        }
    }
    let values = || series.iter().flat_map(|s| &s.points).map(|p| p.y).filter(|y| *y > 0.0);
    let far = values().fold(0.0, f64::max) > 30.0 * values().fold(f64::INFINITY, f64::min);
    let call = lines.iter().flat_map(|l| &l.ways).any(|w| w.elements.is_some());
    let y = if call { "constraints for each element" } else { "constraints" };
    let y = if far { Axis::logarithmic(y, Unit::Plain) } else { Axis::linear(y, Unit::Plain) };
    let x = match known {
        Some(_) => Axis::linear(&title(of), Unit::Whole),
        None => Axis::of_words(&of.name, of.values.clone()),
    };
    let notes = if call { vec!["without the tables that calls share".to_owned()] } else { vec![] };
    let panel = Panel { x, y, series, better: None };
    Chart {
        title: format!("Constraints{} over {}", fixed(across, first), of.name),
        panels: vec![panel],
        notes,
    }
    .svg()
}

/// The axis of widths: its name, and where the number stands in a value.
fn title(of: &Across) -> String {
    match of.values.first() {
        Some(v) if v.parse::<u64>().is_err() => {
            format!("{}: {} to {}", of.name, v, of.values.last().unwrap_or(v))
        }
        _ => of.name.clone(),
    }
}

/// What does not vary, as a title.
fn fixed(across: &[Across], first: usize) -> String {
    let all = across.iter().enumerate().filter(|(k, a)| *k != first && a.values.len() == 1);
    let words = all.map(|(_, a)| {
        if a.name == "fn" { a.values[0].clone() } else { format!("{} = {}", a.name, a.values[0]) }
    });
    let words: Vec<String> = words.collect();
    if words.is_empty() { String::new() } else { format!(" of {}", words.join(", ")) }
}
