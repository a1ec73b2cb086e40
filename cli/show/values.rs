//! Inputs and outputs with what they are worth.

use super::clean;
use serde_json::{Value, json};
use std::fmt::Write;
use zirc_circuit::{Assignment, Circuit, Int, Port, PortType, Visibility};
use zirc_compiler::show_raw;
use zirc_runtime::VerifyingKey;
use zirc_runtime::receipt::names;

/// Elements shown of a large tensor.
const SHOWN: usize = 16;

/// An input or output with its values.
#[derive(Clone, Debug)]
pub(crate) struct Named {
    name: String,
    /// Which way it goes.
    pub(crate) output: bool,
    shape: Vec<usize>,
    written: String,
    ty: PortType,
    raw: Vec<Int>,
    /// What the integers stand for, if they are named.
    names: Vec<String>,
}

impl Named {
    /// An element: what it is worth, and what that stands for.
    fn shown(&self, k: usize) -> String {
        let value = worth(&self.raw[k], &self.ty);
        match self.names.get(k) {
            Some(name) => format!("{value} ({name})"),
            None => value,
        }
    }
}

/// All inputs and outputs of an assignment, private ones too.
pub(crate) fn all(circuit: &Circuit, assignment: &Assignment) -> Vec<Named> {
    those(circuit, assignment, |_| true)
}

/// The public inputs and outputs of an assignment.
pub(crate) fn public(circuit: &Circuit, assignment: &Assignment) -> Vec<Named> {
    those(circuit, assignment, |p| p.visibility == Visibility::Public)
}

/// Nothing is computed of the others: there may be very many.
fn those(circuit: &Circuit, assignment: &Assignment, wanted: fn(&Port) -> bool) -> Vec<Named> {
    let assumptions = &circuit.signature.assumptions;
    let named = |output| {
        move |p: &Port| {
            let raw = values_of(circuit, assignment, p);
            Named {
                names: names(assumptions, output, &p.name, &p.ty, &raw),
                name: p.name.clone(),
                output,
                shape: p.shape.clone(),
                written: p.written.clone(),
                ty: p.ty.clone(),
                raw,
            }
        }
    };
    let (inputs, outputs) = (&circuit.signature.inputs, &circuit.signature.outputs);
    let inputs = inputs.iter().filter(|p| wanted(p)).map(named(false));
    inputs.chain(outputs.iter().filter(|p| wanted(p)).map(named(true))).collect()
}

/// The raw integers of one port.
pub(crate) fn values_of(circuit: &Circuit, assignment: &Assignment, port: &Port) -> Vec<Int> {
    let count = port.shape.iter().product();
    (0..count).map(|i| assignment.get_int(circuit, port.tensor, i)).collect()
}

/// Public values under a verifying key that they fit.
pub(crate) fn of_key(key: &VerifyingKey, values: &[Vec<Int>]) -> Vec<Named> {
    let interface = key.interface();
    let named = |(p, raw): (&zirc_runtime::PublicPort, &Vec<Int>)| Named {
        name: p.name.clone(),
        output: p.output,
        shape: p.shape.clone(),
        written: p.written.clone(),
        ty: p.ty.clone(),
        names: names(&interface.assumptions, p.output, &p.name, &p.ty, raw),
        raw: raw.clone(),
    };
    interface.public.iter().zip(values).map(named).collect()
}

/// What a raw integer is worth.
pub(crate) fn worth(raw: &Int, ty: &PortType) -> String {
    match ty {
        PortType::Fix { numerator, denominator, .. } => show_raw(raw, numerator, denominator),
        PortType::Field => raw.to_string(),
    }
}

/// One line for each.
pub(crate) fn to_text(all: &[Named]) -> String {
    let mut out = String::new();
    for n in all {
        let direction = if n.output { "output" } else { "input" };
        let shape = if n.shape.is_empty() { String::new() } else { format!("{:?}", n.shape) };
        let shown: Vec<String> = (0..n.raw.len().min(SHOWN)).map(|k| n.shown(k)).collect();
        let shown = shown.join(", ");
        let more = match n.raw.len() {
            len if len > SHOWN => format!(", … {len} values"),
            _ => String::new(),
        };
        let value = if n.shape.is_empty() { shown } else { format!("[{shown}{more}]") };
        let line = format!("  {} = {value}  ({direction}, {}{shape})", n.name, n.written);
        let _ = writeln!(out, "{}", clean(&line));
    }
    if all.is_empty() {
        out.push_str("  none: the proof says only that private inputs exist\n");
    }
    out
}

/// For machines.
pub(crate) fn to_json(all: &[Named]) -> Value {
    let one = |n: &Named| {
        let mut port = json!({
            "name": n.name,
            "direction": if n.output { "output" } else { "input" },
            "type": n.written,
            "shape": n.shape,
            "raw": n.raw.iter().map(Int::to_string).collect::<Vec<_>>(),
            "values": n.raw.iter().map(|r| worth(r, &n.ty)).collect::<Vec<_>>(),
        });
        if !n.names.is_empty() {
            port["names"] = json!(n.names);
        }
        port
    };
    all.iter().map(one).collect()
}
