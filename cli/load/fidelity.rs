//! What the circuit says beside what the float model says, on the calibration data, before anything is proved.

use super::integers::{layers, numbers_of, raw, reals, run};
use super::onnx::Opened;
use super::program::Program;
use crate::args::Lowering;
use crate::args::onnx::{Fidelity, Seen};
use crate::error::Error;
use crate::load::folder::Folder;
use crate::show::forecast::witness_room;
use crate::show::{clean, stderr};
use std::collections::BTreeMap;
use std::fmt;
use zirc_circuit::Circuit;
use zirc_onnx::{Array, Imported};

/// Values of the circuit that are computed to find out, over all samples.
const WORK: usize = 1 << 22;
/// The most samples, and those by which a layer is found.
const SAMPLES: usize = 64;
const FEW: usize = 8;

/// A model that a program was made of, and samples of its inputs.
#[derive(Debug)]
pub(crate) struct Reference {
    pub(crate) opened: Opened,
    pub(crate) made: Imported,
    pub(crate) seen: Seen,
    pub(crate) lowering: Lowering,
    pub(crate) limits: Fidelity,
}

/// Signal and noise of numbers, and how often whole numbers are the same.
#[derive(Clone, Copy, Debug, Default)]
struct Compared {
    samples: usize,
    /// Samples for which the circuit has no values.
    none: usize,
    /// Samples whose whole numbers are all the same, where there are any.
    same: Option<usize>,
    worst: f64,
    noise: f64,
    sum: f64,
    squares: f64,
    count: f64,
}

impl Compared {
    fn add(&mut self, float: &[f64], here: &[f64]) {
        for (f, h) in float.iter().zip(here).filter(|(f, _)| f.is_finite()) {
            self.count += 1.0;
            self.sum += f;
            self.squares += f * f;
            self.noise += (f - h) * (f - h);
            self.worst = self.worst.max((f - h).abs());
        }
    }

    /// How much the float model's numbers vary beside the error, in decibels.
    fn snr(&self) -> Option<f64> {
        let signal = self.squares - self.sum * self.sum / self.count.max(1.0);
        (self.noise > 0.0 && signal > 0.0).then(|| 10.0 * libm::log10(signal / self.noise))
    }

    fn falls_short(&self, limits: &Fidelity) -> bool {
        let rare =
            self.same.is_some_and(|n| (n as f64) < limits.min_agreement * self.samples as f64);
        rare || self.none > 0 || self.snr().is_some_and(|snr| snr < limits.min_snr)
    }
}

impl fmt::Display for Compared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "on {} samples of the calibration data", self.samples)?;
        if self.count > 0.0 {
            write!(f, " the circuit is within {:.2e} of the float model", self.worst)?;
            if let Some(snr) = self.snr() {
                write!(f, " (signal to noise {snr:.1} dB)")?;
            }
        }
        if let Some(same) = self.same {
            let and = if self.count > 0.0 { " and" } else { "" };
            write!(f, "{and} its classes are the same on {same}")?;
        }
        if self.none > 0 {
            write!(f, "; {} of them have no proof", self.none)?;
        }
        Ok(())
    }
}

impl Reference {
    /// Says in one line how near the circuit is, and warns where it is not.
    ///
    /// # Errors
    /// With `--strict`, that it is not.
    pub(crate) fn check(&self, circuit: &Circuit, folder: &mut Folder) -> Result<(), Error> {
        let Some(samples) = self.chosen(circuit) else { return Ok(()) };
        if let Err(full) = witness_room(circuit, &self.opened.path, 0, false) {
            stderr(&clean(&format!(
                "note: not compared with the model on its calibration data: {full}"
            )));
            return Ok(());
        }
        let found = self.compare(circuit, folder, &samples)?;
        if !found.falls_short(&self.limits) {
            stderr(&format!("note: {found}"));
            return Ok(());
        }
        let lost = self.lost(&samples)?;
        let message = format!("{found}{lost}");
        if self.limits.strict {
            return Err(Error::Usage { message, help: Some(HELP.into()) });
        }
        stderr(&clean(&format!("warning: {message}: {HELP}")));
        Ok(())
    }

    /// Some samples, evenly spread: as many as take little beside what the circuit takes anyway.
    fn chosen(&self, circuit: &Circuit) -> Option<Vec<&BTreeMap<String, Array>>> {
        let all = &self.opened.samples;
        let size: usize = circuit.tensors.iter().map(|t| t.len()).sum();
        let count = (WORK / size.max(1)).clamp(1, SAMPLES);
        let every = all.len().div_ceil(count).max(1);
        (!all.is_empty()).then(|| all.iter().step_by(every).collect())
    }

    fn float(&self, sample: &BTreeMap<String, Array>) -> Result<BTreeMap<String, Array>, Error> {
        let fault = |f| Error::Model { path: self.opened.path.clone(), faults: vec![f] };
        self.opened.model.evaluate(sample).map_err(fault)
    }

    fn compare(
        &self,
        circuit: &Circuit,
        folder: &mut Folder,
        samples: &[&BTreeMap<String, Array>],
    ) -> Result<Compared, Error> {
        let whole = self.made.outputs.iter().any(|o| !o.float);
        let mut out = Compared { same: whole.then_some(0), ..Compared::default() };
        for sample in samples {
            let float = self.float(sample)?;
            let raw = raw(circuit, &self.made, sample, folder, &mut 0)?;
            out.samples += 1;
            let Ok(outputs) = run(circuit, &raw) else {
                out.none += 1;
                continue;
            };
            let here = reals(circuit, &self.made, &outputs);
            let mut same = true;
            for o in &self.made.outputs {
                let (Some(f), Some(h)) = (float.get(&o.tensor), here.get(&o.tensor)) else {
                    continue;
                };
                if o.float {
                    out.add(&f.data, &h.data);
                } else {
                    same &= f.data == h.data;
                }
            }
            if let Some(n) = &mut out.same {
                *n += usize::from(same);
            }
        }
        Ok(out)
    }

    /// The layer at which most is lost, in words.
    fn lost(&self, samples: &[&BTreeMap<String, Array>]) -> Result<String, Error> {
        let made = self.opened.import(&self.seen, true)?;
        let imported = Program::imported_quietly(&self.opened.path, made.clone())?;
        let mut program = Program { lowering: self.lowering, ..imported };
        let circuit = program.compile_quietly(&made.name)?.circuit;
        if witness_room(&circuit, &self.opened.path, 0, false).is_err() {
            return Ok(String::new());
        }
        let ports = layers(&made, &circuit);
        let mut all = vec![Compared::default(); ports.len()];
        for sample in samples.iter().take(FEW) {
            let float = self.float(sample)?;
            let raw = raw(&circuit, &made, sample, &mut program.folder, &mut 0)?;
            let Ok(a) = zirc_circuit::assign(&circuit, &raw) else { continue };
            for (layer, (_, tensor, port)) in all.iter_mut().zip(&ports) {
                if let Some(f) = float.get(*tensor) {
                    layer.add(&f.data, &numbers_of(&circuit, &a, port));
                }
            }
        }
        // From the best that there was before it, in the order of the graph.
        let (mut least, mut worst) = (f64::INFINITY, None);
        for (layer, (node, tensor, _)) in all.iter().zip(&ports) {
            let Some(snr) = layer.snr() else { continue };
            let before = if least.is_finite() { least } else { 60.0 };
            if worst.is_none_or(|(most, _, _)| before - snr > most) {
                worst = Some((before - snr, node, tensor));
            }
            least = least.min(snr);
        }
        Ok(worst.map_or(String::new(), |(fall, node, tensor)| {
            let what = format!("{fall:.0} dB of it are lost at {node}, tensor `{tensor}`");
            format!("; {}", clean(&what))
        }))
    }
}

const HELP: &str = "more bits for that tensor in a quantization file, --activation-bits or --weight-bits, or \
                    calibration data like what will come, bring it nearer; `zirc eval` shows every layer";
