//! How near a circuit is to its model on some samples, in one line, and where most is lost.

use super::{Deviation, ModelCircuit, Sample};
use crate::fault::Fault;
use crate::model::Model;
use std::fmt;

/// Values of the circuit that are computed to find out, over all samples.
const WORK: usize = 1 << 22;
/// The most samples, and those by which a layer is found.
const SAMPLES: usize = 64;
const FEW: usize = 8;
/// The signal-to-noise ratio that the first layer's is compared with, in decibels.
const CLEAN: f64 = 60.0;

/// What a circuit says beside its model.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Agreement {
    /// Samples that were compared.
    pub samples: usize,
    /// Samples for which the circuit has no values.
    pub none: usize,
    /// Samples whose whole numbers are all the same, where the model gives any.
    pub same: Option<usize>,
    /// The results that are floats.
    pub floats: Deviation,
}

impl Agreement {
    /// Whether whole numbers are the same on a smaller part of the samples than `agreement`, the signal-to-noise
    /// ratio of floats is below `snr` decibels, or a sample has no proof.
    #[must_use]
    pub fn falls_short(&self, agreement: f64, snr: f64) -> bool {
        let rare = self.same.is_some_and(|n| (n as f64) < agreement * self.samples as f64);
        rare || self.none > 0 || self.floats.snr_of_variation().is_some_and(|own| own < snr)
    }
}

impl fmt::Display for Agreement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "on {} samples of the calibration data", self.samples)?;
        if !self.floats.is_empty() {
            let worst = self.floats.worst();
            write!(f, " the circuit is within {worst:.2e} of the float model")?;
            if let Some(snr) = self.floats.snr_of_variation() {
                write!(f, " (signal to noise {snr:.1} dB)")?;
            }
        }
        if let Some(same) = self.same {
            let and = if self.floats.is_empty() { "" } else { " and" };
            write!(f, "{and} its classes are the same on {same}")?;
        }
        if self.none > 0 {
            write!(f, "; {} of them have no proof", self.none)?;
        }
        Ok(())
    }
}

/// Some samples, evenly spread: as many as take little beside what the circuit takes anyway.
#[must_use]
pub fn some<'s>(samples: &'s [Sample], circuit: &ModelCircuit<'_>) -> Vec<&'s Sample> {
    let size: usize = circuit.circuit().tensors.iter().map(|t| t.len()).sum();
    let count = (WORK / size.max(1)).clamp(1, SAMPLES);
    let every = samples.len().div_ceil(count).max(1);
    samples.iter().step_by(every).collect()
}

/// Compares a circuit with its model on samples.
///
/// # Errors
/// What the float model cannot be evaluated for, and samples that do not fit.
pub fn agreement(
    model: &Model,
    circuit: &ModelCircuit<'_>,
    samples: &[&Sample],
) -> Result<Agreement, Fault> {
    let outputs = &circuit.imported().outputs;
    let whole = outputs.iter().any(|o| !o.float);
    let mut out = Agreement { same: whole.then_some(0), ..Agreement::default() };
    for sample in samples {
        let float = model.evaluate(sample)?;
        let raw = circuit.raw(sample, &mut 0)?;
        out.samples += 1;
        let Ok(results) = circuit.run(&raw) else {
            out.none += 1;
            continue;
        };
        let here = circuit.real(&results);
        let mut same = true;
        for o in outputs {
            match (float.get(&o.tensor), here.get(&o.tensor)) {
                (Some(f), Some(h)) if o.float => out.floats.add(&f.data, &h.data),
                (Some(f), Some(h)) => same &= f.data == h.data,
                _ => {}
            }
        }
        if let Some(n) = &mut out.same {
            *n += usize::from(same);
        }
    }
    Ok(out)
}

/// The layer at which most is lost.
#[derive(Clone, Debug, PartialEq)]
pub struct Lost {
    /// By how many decibels its signal-to-noise ratio is below the least before it.
    pub decibels: f64,
    /// The node that gives it, as errors call it.
    pub node: String,
    /// Its name in the graph.
    pub tensor: String,
}

impl fmt::Display for Lost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Lost { decibels, node, tensor } = self;
        write!(f, "{decibels:.0} dB of it are lost at {node}, tensor `{tensor}`")
    }
}

/// Where a circuit with probes loses most, on the first few samples; `None` if it is exact everywhere.
///
/// # Errors
/// As [`agreement`].
pub fn lost(
    model: &Model,
    probed: &ModelCircuit<'_>,
    samples: &[&Sample],
) -> Result<Option<Lost>, Fault> {
    let ports = probed.layers();
    let mut all = vec![Deviation::default(); ports.len()];
    for sample in samples.iter().take(FEW) {
        let float = model.evaluate(sample)?;
        let raw = probed.raw(sample, &mut 0)?;
        let Some(values) = probed.layer_values(&raw) else { continue };
        for ((layer, port), here) in all.iter_mut().zip(&ports).zip(&values) {
            if let Some(f) = float.get(port.tensor) {
                layer.add(&f.data, here);
            }
        }
    }
    // From the best that there was before it, in the order of the graph.
    let (mut least, mut worst): (f64, Option<Lost>) = (f64::INFINITY, None);
    for (layer, port) in all.iter().zip(&ports) {
        let Some(snr) = layer.snr_of_variation() else { continue };
        let decibels = if least.is_finite() { least } else { CLEAN } - snr;
        if worst.as_ref().is_none_or(|w| decibels > w.decibels) {
            let (node, tensor) = (port.node.to_string(), port.tensor.to_string());
            worst = Some(Lost { decibels, node, tensor });
        }
        least = least.min(snr);
    }
    Ok(worst)
}
