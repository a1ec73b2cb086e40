//! The table of costs, as comma-separated values.

use crate::costs::Row;
use zirc_circuit::Category;

/// Where it is, from the root of the repository.
pub(crate) const PATH: &str = "stdlib/costs.csv";

/// Categories that the constraints of a call can have, in the order of columns.
pub(crate) const CATEGORIES: [(Category, &str); 7] = [
    (Category::Product, "product"),
    (Category::Boolean, "boolean"),
    (Category::Recompose, "recompose"),
    (Category::Range, "range"),
    (Category::Lookup, "lookup"),
    (Category::Select, "select"),
    (Category::Equality, "equality"),
];

/// All rows below a header.
pub(crate) fn csv(rows: &[Row]) -> String {
    let first = ["module", "item", "mode", "strategy", "instance", "elements", "constraints"];
    let then = ["constraints_per_element", "table_constraints", "variables", "hints"];
    let names = CATEGORIES.map(|(_, name)| name);
    let header: Vec<&str> = first.into_iter().chain(then).chain(names).collect();
    let mut out = header.join(",") + "\n";
    for row in rows {
        let c = &row.cost;
        let mode = row.modes.to_string();
        let mut cells = [&row.module, &row.item, &mode, &row.strategy, &row.instance]
            .map(|t| quoted(t))
            .to_vec();
        cells.extend([c.elements, c.constraints].map(|n| n.to_string()));
        cells.push(per_element(row));
        cells.extend([c.tables, c.variables, c.hints].map(|n| n.to_string()));
        let of = |(category, _)| c.by.get(&category).copied().unwrap_or(0).to_string();
        cells.extend(CATEGORIES.map(of));
        out.push_str(&cells.join(","));
        out.push('\n');
    }
    out
}

/// Constraints per element with two decimals at most, rounded half up in integers.
pub(crate) fn per_element(row: &Row) -> String {
    let elements = row.cost.elements.max(1);
    let hundredths = (200 * row.cost.constraints + elements) / (2 * elements);
    let text = format!("{}.{:02}", hundredths / 100, hundredths % 100);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// In quotes if it must be.
fn quoted(text: &str) -> String {
    if text.contains([',', '"', '\n']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}
