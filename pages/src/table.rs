//! The table of what an item costs.

use crate::cost::{DEFAULT, Modes, Row};
use zirc_circuit::Category;
use zirc_compiler::Mode;

/// Categories that the constraints of a call can have, in the order of columns.
pub const CATEGORIES: [Category; 7] = [
    Category::Product,
    Category::Boolean,
    Category::Recompose,
    Category::Range,
    Category::Lookup,
    Category::Select,
    Category::Equality,
];

/// What the instances of an item cost, a line each; nothing without a row.
#[must_use]
pub fn costs(rows: &[Row]) -> String {
    if rows.is_empty() {
        return String::new();
    }
    let mut out = String::from(
        "\n| instance | constraints | with a round | tables | elements | each | variables | hints | of them |\n\
         |---|--:|--:|--:|--:|--:|--:|--:|---|\n",
    );
    let plain = rows.iter().filter(|r| r.modes != Modes::Only(Mode::Commit));
    for row in plain {
        let same = |r: &&Row| r.instance == row.instance && r.modes == Modes::Only(Mode::Commit);
        // Strategies are for lookups that no round proves.
        let round = rows.iter().find(same).filter(|_| row.strategy == DEFAULT);
        out.push_str(&line(row, round));
    }
    out
}

/// What an instance costs: without a commitment round, and with one if that differs.
fn line(row: &Row, round: Option<&Row>) -> String {
    let c = &row.cost;
    let strategy = match row.strategy.as_str() {
        DEFAULT => String::new(),
        name => format!(", lookups by {name}"),
    };
    let (constraints, tables) = match (round, row.modes) {
        (Some(r), _) => (r.cost.constraints.to_string(), r.cost.tables.to_string()),
        (None, Modes::Both) => (c.constraints.to_string(), "0".into()),
        (None, Modes::Only(_)) => ("–".into(), "–".into()),
    };
    let parts = CATEGORIES.iter().filter_map(|category| {
        c.by.get(category).filter(|n| **n > 0).map(|n| format!("{n} {}", category.name()))
    });
    let parts: Vec<String> = parts.collect();
    format!(
        "| `{}`{strategy} | {} | {constraints} | {tables} | {} | {} | {} | {} | {} |\n",
        row.instance.replace('|', "\\|"),
        c.constraints,
        c.elements,
        per_element(row),
        c.variables,
        c.hints,
        if parts.is_empty() { "–".into() } else { parts.join(", ") },
    )
}

/// Constraints per element with two decimals at most, rounded half up in integers.
#[must_use]
pub fn per_element(row: &Row) -> String {
    let elements = row.cost.elements.max(1);
    let hundredths = (200 * row.cost.constraints + elements) / (2 * elements);
    let text = format!("{}.{:02}", hundredths / 100, hundredths % 100);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
