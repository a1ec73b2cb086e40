//! The report as a page of its own, which any browser shows from a file and without a network.

use crate::commands::explain;
use crate::show::instance::short;
use serde_json::{Value, json};
use zirc_circuit::report::By;
use zirc_circuit::{Circuit, Report, SourceFile};

const PAGE: &str = include_str!("html/page.html");
const STYLE: &str = include_str!("html/style.css");
const SCRIPT: &str = include_str!("html/page.js");

/// The page of what `zirc inspect --json` says of a circuit.
pub(super) fn page(circuit: &Circuit, report: &Report, inspected: &Value) -> String {
    let mut data = json!({ "equations": explain::all(circuit) });
    for key in ["circuit", "digest", "forecast", "layers", "lines", "tree"] {
        data[key] = inspected[key].clone();
    }
    name_branches(&mut data["tree"]);
    data["by"] = json!({ "layer": report.groups(By::Layer) });
    if let Some(groups) = data["by"]["layer"].as_array_mut() {
        groups.iter_mut().for_each(|g| g["short"] = shortened(&g["key"]));
    }
    data["shared"] = json!(report.shared);
    let source =
        |s: &SourceFile| json!({ "name": s.name, "lines": s.text.lines().collect::<Vec<_>>() });
    data["sources"] = circuit.sources.iter().map(source).collect();
    // No text of a program can end the element that it is in.
    let data = data.to_string().replace('<', "\\u003c");
    let filled = |page: &str, mark: &str, text: &str| page.replacen(mark, text, 1);
    let page = filled(PAGE, "/*STYLE*/", STYLE);
    let page = filled(&page, "/*SCRIPT*/", SCRIPT);
    filled(&page, "/*DATA*/", &data)
}

fn shortened(name: &Value) -> Value {
    name.as_str().map(short).into()
}

/// Names of instances as they are shown, beside the whole ones.
fn name_branches(branch: &mut Value) {
    branch["short"] = shortened(&branch["name"]);
    if let Some(inner) = branch["branches"].as_array_mut() {
        inner.iter_mut().for_each(name_branches);
    }
}
