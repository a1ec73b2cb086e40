//! One program with some roundings: what it costs, and how near its integers are to the float model.

use super::LARGEST;
use super::roles::{Role, roles};
use super::widths::Widths;
use crate::compare::{Agreement, ModelCircuit, OutputDeviation, Ratios, Sample, some};
use crate::context::Converter;
use crate::model::Model;
use crate::program::{Imported, Options, write_and};
use crate::quantize::Settings;
use std::collections::BTreeSet;
use zirc_circuit::{Circuit, assign};

/// What came of it.
#[derive(Clone, Debug)]
pub(super) struct Outcome {
    pub(super) constraints: usize,
    /// Values of the circuit.
    pub(super) values: usize,
    /// The signal-to-noise ratios of each result that is of floats.
    pub(super) snr: Vec<Ratios>,
    /// Samples whose whole numbers are all the same.
    pub(super) same: usize,
    /// Samples with a number that is far off.
    pub(super) off: usize,
    /// Samples without values.
    pub(super) none: usize,
}

/// The program as it is, what may pay in it, if something may, and the samples that trials are compared on.
pub(super) fn first<'s>(
    model: &Model,
    settings: &Settings,
    samples: &'s [Sample],
) -> Option<(Outcome, Vec<Role>, Vec<&'s Sample>)> {
    let read = |c: &mut Converter<'_>, results: &[String], made: &Imported| {
        if c.groups.is_quantized() {
            return None;
        }
        let found = roles(model, settings, &Widths::new(model, c));
        if found.is_empty() {
            return None;
        }
        Some((circuit(c, results, made)?, found))
    };
    let (made, _, found) =
        write_and(model, settings, &Options::default(), &BTreeSet::new(), read).ok()?;
    let (circuit, roles) = found?;
    let samples = some(samples, &here(&circuit, &made)?);
    Some((outcome(model, &circuit, &made, &samples)?, roles, samples))
}

/// A program whose roundings are among the settings.
pub(super) fn of(model: &Model, settings: &Settings, samples: &[&Sample]) -> Option<Outcome> {
    let options = Options::default();
    let (made, obeyed, circuit) =
        write_and(model, settings, &options, &settings.rounded, circuit).ok()?;
    // One that decides nothing could not be read again.
    if !settings.rounded.iter().all(|t| obeyed.has(t)) {
        return None;
    }
    outcome(model, &circuit?, &made, samples)
}

/// The circuit of what was written, with inputs by the names of the graph.
fn circuit(c: &mut Converter<'_>, results: &[String], made: &Imported) -> Option<Circuit> {
    let results: Vec<&str> = results.iter().map(String::as_str).collect();
    let mut circuit = c.session.circuit(&results).ok()?;
    for port in &mut circuit.signature.inputs {
        if let Some(i) = made.inputs.iter().find(|i| i.variable == port.name) {
            port.name.clone_from(&i.port);
        }
    }
    Some(circuit)
}

/// The circuit on samples, unless it is too large to be tried.
fn here<'a>(circuit: &'a Circuit, made: &'a Imported) -> Option<ModelCircuit<'a>> {
    let small = values(circuit) <= LARGEST;
    let own = || ModelCircuit::new(circuit, made, &mut |_, _| Err(String::new())).ok();
    small.then(own).flatten()
}

fn values(circuit: &Circuit) -> usize {
    circuit.tensors.iter().fold(0, |n: usize, t| n.saturating_add(t.len()))
}

fn outcome(
    model: &Model,
    circuit: &Circuit,
    made: &Imported,
    samples: &[&Sample],
) -> Option<Outcome> {
    let here = here(circuit, made)?;
    let mut all = Agreement::of(&made.outputs);
    for sample in samples {
        let float = model.evaluate(sample).ok()?;
        let raw = here.raw(sample, &mut 0).ok()?;
        // Nobody proves it: no constraint is looked at.
        let found = assign(circuit, &raw).ok().map(|a| here.real(&here.results(&a)));
        all.add(&made.outputs, &float, found.as_ref());
    }
    Some(Outcome {
        constraints: circuit.num_constraints(),
        values: values(circuit),
        snr: all.outputs.iter().map(OutputDeviation::ratios).collect(),
        same: all.same.unwrap_or(0),
        off: all.off(),
        none: all.none,
    })
}
