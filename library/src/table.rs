//! The table of costs, as comma-separated values.

use zirc_pages::{CATEGORIES, Row, per_element};

/// Where it is, from the root of the repository.
pub(crate) const PATH: &str = "stdlib/costs.csv";

/// All rows below a header.
pub(crate) fn csv(rows: &[Row]) -> String {
    let first = ["module", "item", "mode", "strategy", "instance", "elements", "constraints"];
    let then = ["constraints_per_element", "table_constraints", "variables", "hints"];
    let names = CATEGORIES.map(zirc_circuit::Category::name);
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
        let of = |category| c.by.get(&category).copied().unwrap_or(0).to_string();
        cells.extend(CATEGORIES.map(of));
        out.push_str(&cells.join(","));
        out.push('\n');
    }
    out
}

/// In quotes if it must be.
fn quoted(text: &str) -> String {
    if text.contains([',', '"', '\n']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}
