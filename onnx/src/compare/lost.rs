//! The layer at which most of a signal is lost.

use super::{Agreement, Deviation, LayerPort, ModelCircuit, OutputDeviation, Sample};
use crate::fault::Fault;
use crate::model::{Array, Model};
use std::fmt;

/// The most samples by which a layer is found.
const FEW: usize = 8;
/// The signal-to-noise ratio that the first layer's is compared with, in decibels.
const CLEAN: f64 = 60.0;

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

/// Where a circuit with probes loses most, on the first few samples; `None` if it is exact everywhere. Of results of
/// which only a column is lost, for `snr` decibels, it is where that column first is.
///
/// # Errors
/// As [`agreement`](super::agreement).
pub fn lost(
    model: &Model,
    probed: &ModelCircuit<'_>,
    samples: &[&Sample],
    (found, snr): (&Agreement, f64),
) -> Result<Option<Lost>, Fault> {
    let ports = probed.layers();
    let mut all: Vec<OutputDeviation> =
        ports.iter().map(|p| OutputDeviation::new(p.tensor)).collect();
    for sample in samples.iter().take(FEW) {
        let float = model.evaluate(sample)?;
        let raw = probed.raw(sample, &mut 0)?;
        let Some(values) = probed.layer_values(&raw) else { continue };
        for ((layer, port), data) in all.iter_mut().zip(&ports).zip(values) {
            if let Some(f) = float.get(port.tensor) {
                layer.add(f, &Array { shape: f.shape.clone(), data });
            }
        }
    }
    let layers: Vec<_> = all.iter().zip(&ports).collect();
    if found.outputs.iter().any(|o| o.falls_short(snr)) {
        return Ok(most(&layers, |o| o.all.snr_of_variation()));
    }
    let column = found.outputs.iter().map(|o| o.drowned(snr)).find(|d| !d.places.is_empty());
    Ok(match column {
        Some(d) => {
            let axis =
                |l: &&OutputDeviation| l.axes.iter().any(|(a, c)| *a == d.axis && c.len() == d.of);
            let alike = |(l, _): &&(&OutputDeviation, _)| axis(l);
            let layers: Vec<_> = layers.iter().filter(alike).copied().collect();
            most(&layers, |l| l.column(d.axis, d.places[0]).and_then(Deviation::snr))
        }
        None => most(&layers, |o| o.all.snr_of_variation()),
    })
}

/// The layer at which most is lost from the best that there was before it, in the order of the graph.
fn most(
    layers: &[(&OutputDeviation, &LayerPort<'_>)],
    snr: impl Fn(&OutputDeviation) -> Option<f64>,
) -> Option<Lost> {
    let (mut least, mut worst): (f64, Option<Lost>) = (f64::INFINITY, None);
    for (layer, port) in layers {
        let Some(snr) = snr(layer) else { continue };
        let decibels = if least.is_finite() { least } else { CLEAN } - snr;
        if worst.as_ref().is_none_or(|w| decibels > w.decibels) {
            let (node, tensor) = (port.node.to_string(), port.tensor.to_string());
            worst = Some(Lost { decibels, node, tensor });
        }
        least = least.min(snr);
    }
    worst
}
