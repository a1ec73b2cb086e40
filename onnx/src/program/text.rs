//! The text of a program around its statements.

use super::meaning::classifier;
use super::ports::Ports;
use super::{Claims, ImportedPort, InputVisibility, Options};
use crate::context::{Converter, Visibility, Weight, group, tensor_type};
use crate::graph::{Graph, show};
use crate::model::Model;
use std::collections::BTreeMap;
use std::fmt::Write;
use zirc_circuit::labels::Quoted;

pub(super) fn weights_file(options: &Options) -> String {
    format!("{}.safetensors", options.name)
}

/// What ports are called in files, what results stand for that were strings, and that inputs which are committed to
/// are no part of the model, as attributes of the circuit.
fn attributes(model: &Model, options: &Options, ports: &Ports) -> String {
    let g = &model.graph;
    let mut out = String::new();
    for p in ports.inputs.iter().chain(&ports.outputs).filter(|p| p.port != p.variable) {
        let _ =
            writeln!(out, "#[named({}, {})]", p.variable, Quoted(std::slice::from_ref(&p.port)));
    }
    for o in &ports.outputs {
        let Some(names) = g.texts.get(&o.tensor) else { continue };
        let _ = writeln!(out, "#[labels({}, {})]", o.variable, Quoted(names));
        if let Some(scores) = scores(model, ports, &o.tensor, names.len()) {
            let _ = writeln!(out, "#[labels(argmax({scores}), {})]", Quoted(names));
        }
    }
    if options.inputs == InputVisibility::Committed {
        for i in &ports.inputs {
            let _ = writeln!(out, "#[hashed({})]", i.variable);
        }
    }
    out
}

/// The result that has a number for each class that a label names, in their order: of the same classifier.
fn scores<'p>(model: &Model, ports: &'p Ports, label: &str, classes: usize) -> Option<&'p str> {
    let (own, first) = classifier(&model.graph, label)?;
    let is = |p: &&ImportedPort| {
        let of = classifier(&model.graph, &p.tensor);
        let size = model.samples.get(&p.tensor).map(|t| t.shape().iter().product::<usize>());
        size == Some(classes) && of.is_some_and(|(n, k)| std::ptr::eq(n, own) && k == 1)
    };
    let found = ports.outputs.iter().find(is).filter(|_| first == 0);
    found.map(|p| p.variable.as_str())
}

/// Where the model comes from.
fn origin(g: &Graph) -> String {
    let opsets = g.opsets.iter();
    let opsets: BTreeMap<&str, i64> =
        opsets.map(|(d, v)| (if d.is_empty() { "ai.onnx" } else { d }, *v)).collect();
    let opsets: Vec<String> = opsets.iter().map(|(d, v)| format!("{} {v}", show(d))).collect();
    let mut out = format!("// Imported from an ONNX model: {}.\n", opsets.join(", "));
    if !g.producer.is_empty() {
        let _ = writeln!(out, "// Produced by {}.", g.producer);
    }
    out
}

/// A struct of weights or of tables, and the parameter that holds it; nothing if there are none.
fn fields(c: &Converter<'_>, options: &Options, fixed: bool) -> Option<(String, String)> {
    let kind = if fixed { "Tables" } else { "Weights" };
    let fields: Vec<&Weight> = c.weights.iter().filter(|w| w.fixed == fixed).collect();
    if fields.is_empty() {
        return None;
    }
    let mut out = format!("struct {kind} {{\n");
    for Weight { name, shape, ty, .. } in fields {
        let _ = writeln!(out, "    {name}: {},", tensor_type(ty, shape));
    }
    out.push_str("}\n\n");
    let seen = match options.weights {
        Visibility::Private if !fixed => "private",
        Visibility::Committed if !fixed => "committed",
        _ => "const",
    };
    let parameter =
        format!("{seen} {}: {kind} = file(\"{}\")", group(fixed), weights_file(options));
    Some((out, parameter))
}

/// One, or several in parentheses.
fn tuple(list: &[String]) -> String {
    match list {
        [one] => one.clone(),
        all => format!("({})", all.join(", ")),
    }
}

pub(super) fn text(
    model: &Model,
    options: &Options,
    c: &Converter<'_>,
    ports: &Ports,
    claims: &Claims,
    assumptions: &[String],
) -> String {
    let mut out = origin(&model.graph);
    out.push('\n');
    let mut parameters = vec![];
    for (text, parameter) in [false, true].iter().filter_map(|f| fields(c, options, *f)) {
        out.push_str(&text);
        parameters.push(parameter);
    }
    out.push_str(&attributes(model, options, ports));
    for text in assumptions {
        let _ = writeln!(out, "#[assumes({})]", Quoted(std::slice::from_ref(text)));
    }
    for part in &claims.independent_of {
        let _ = writeln!(out, "#[independent_of({part})]");
    }
    let _ = writeln!(out, "circuit {}(", options.name);
    for p in parameters.into_iter().chain(ports.parameters(options.inputs)) {
        let _ = writeln!(out, "    {p},");
    }
    let ensures = match claims.conditions.as_slice() {
        [] => String::new(),
        all => format!("\n    ensures {}\n", all.join(", ")),
    };
    let _ = writeln!(out, ") -> {}{ensures} {{", tuple(&ports.results));
    for l in &c.lines {
        let _ = writeln!(out, "    {l}");
    }
    let _ = writeln!(out, "    {}\n}}", tuple(&ports.values));
    out
}
