//! Inputs and outputs with what they are worth.

use super::{line, quoted};
use crate::keys::{PublicPort, VerifyingKey};
use crate::receipt::{names, real};
use serde_json::{Value, json};
use std::fmt::Write;
use zirc_circuit::{Int, Port, PortType};

/// Elements shown of a large tensor.
const SHOWN: usize = 16;

/// An input or output with its values.
#[derive(Clone, Debug)]
pub struct Named {
    name: String,
    output: bool,
    shape: Vec<usize>,
    written: String,
    ty: PortType,
    raw: Vec<Int>,
    /// What the integers stand for, if they are named.
    names: Vec<String>,
}

impl Named {
    /// A port of a circuit with these assumptions.
    #[must_use]
    pub fn of(assumptions: &[String], output: bool, p: &Port, raw: Vec<Int>) -> Named {
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

    /// Public values under a verifying key that they fit.
    #[must_use]
    pub fn of_key(key: &VerifyingKey, values: &[Vec<Int>]) -> Vec<Named> {
        let interface = key.interface();
        let named = |(p, raw): (&PublicPort, &Vec<Int>)| Named {
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

    /// Whether it is an output.
    #[must_use]
    pub fn is_output(&self) -> bool {
        self.output
    }

    /// An element: what it is worth, and what that stands for.
    fn shown(&self, k: usize) -> String {
        let value = real(&self.raw[k], &self.ty);
        // A number without a name stands for itself.
        match self.names.get(k).filter(|name| **name != value) {
            Some(name) => format!("{value} ({})", quoted(name)),
            None => value,
        }
    }

    /// One line for each.
    #[must_use]
    pub fn to_text(all: &[Named]) -> String {
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
            let (name, written, shape) = (line(&n.name), line(&n.written), line(&shape));
            let _ = writeln!(out, "  {name} = {value}  ({direction}, {written}{shape})");
        }
        if all.is_empty() {
            out.push_str("  none: the proof says only that private inputs exist\n");
        }
        out
    }

    /// For machines.
    #[must_use]
    pub fn to_json(all: &[Named]) -> Value {
        let one = |n: &Named| {
            let mut port = json!({
                "name": n.name,
                "direction": if n.output { "output" } else { "input" },
                "type": n.written,
                "shape": n.shape,
                "raw": n.raw.iter().map(Int::to_string).collect::<Vec<_>>(),
                "values": n.raw.iter().map(|r| real(r, &n.ty)).collect::<Vec<_>>(),
            });
            if !n.names.is_empty() {
                port["names"] = json!(n.names);
            }
            port
        };
        all.iter().map(one).collect()
    }
}
