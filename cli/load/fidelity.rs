//! What the circuit says beside what the float model says, on the calibration data, before anything is proved.

use super::inputs::Values;
use super::integers::model_circuit;
use super::onnx::{Opened, floats};
use super::program::Program;
use crate::args::Lowering;
use crate::args::onnx::{Fidelity, Seen};
use crate::error::Error;
use crate::load::folder::Folder;
use crate::show::forecast::witness_room;
use crate::show::{clean, stderr, warning};
use std::collections::BTreeMap;
use zirc_circuit::{Assignment, Circuit};
use zirc_onnx::compare::{Agreement, Sample, agreement, lost, one_input, some};
use zirc_onnx::{Array, Fault, Imported};
use zirc_runtime::input::RawTensor;

/// A model that a program was made of, and samples of its inputs.
#[derive(Debug)]
pub(crate) struct Reference {
    opened: Opened,
    made: Imported,
    seen: Seen,
    lowering: Lowering,
    limits: Fidelity,
    /// What was found on the calibration data.
    found: Option<Agreement>,
}

/// What calibration data is called.
const CALIBRATION: &str = "the calibration data";

impl Reference {
    pub(crate) fn new(
        opened: Opened,
        made: Imported,
        seen: Seen,
        lowering: Lowering,
        limits: Fidelity,
    ) -> Reference {
        Reference { opened, made, seen, lowering, limits, found: None }
    }

    /// Says in one line how near the circuit is, and warns where it is not.
    ///
    /// # Errors
    /// With `--strict`, that it is not.
    pub(crate) fn check(&mut self, circuit: &Circuit, folder: &mut Folder) -> Result<(), Error> {
        if self.opened.samples.is_empty() || self.found.is_some() {
            return Ok(());
        }
        if let Err(full) = witness_room(circuit, &self.opened.path, 0, false) {
            stderr(&clean(&format!(
                "note: not compared with the model on its calibration data: {full}"
            )));
            return Ok(());
        }
        let path = &self.opened.path;
        // Samples need not be as is claimed of what is proved.
        let any = self.without_claims()?;
        let (circuit, made) = any.as_ref().map_or((circuit, &self.made), |(c, m)| (c, m));
        let here = model_circuit(path, circuit, made, folder)?;
        let samples = some(&self.opened.samples, &here);
        let found = agreement(&self.opened.model, &here, &samples).map_err(|f| self.fault(f))?;
        let line = found.words(CALIBRATION, self.limits.min_snr);
        if found.falls_short(self.limits.min_agreement, self.limits.min_snr) {
            self.limits.warn(format!("{line}{}", self.lost(&samples, &found)?), HELP)?;
        } else {
            stderr(&clean(&format!("note: {line}")));
        }
        self.found = Some(found);
        Ok(())
    }

    /// The model's circuit and program without claims, where there are some.
    fn without_claims(&self) -> Result<Option<(Circuit, Imported)>, Error> {
        if self.opened.claims.conditions.is_empty() {
            return Ok(None);
        }
        let made = self.opened.unclaimed(&self.seen, false)?;
        let imported = Program::imported_quietly(&self.opened.path, made.clone())?;
        let mut program = Program { lowering: self.lowering, ..imported };
        Ok(Some((program.compile_quietly(&made.name)?.circuit, made)))
    }

    /// Says the same of an input that is to be proved, and warns where the circuit's answer is another than the
    /// model's.
    ///
    /// # Errors
    /// With `--strict`, that it is.
    pub(crate) fn on_input(
        &self,
        circuit: &Circuit,
        values: &Values,
        assignment: &Assignment,
        folder: &mut Folder,
    ) -> Result<(), Error> {
        let Some(sample) = self.sample(&values.named(circuit)?) else { return Ok(()) };
        let here = model_circuit(&self.opened.path, circuit, &self.made, folder)?;
        let known = (self.found.as_ref(), self.opened.settings.ranges.as_ref());
        let found = one_input(&self.opened.model, &here, known, &sample, assignment);
        let found = found.map_err(|f| self.fault(f))?;
        if found.differs() {
            return self.limits.warn(found.to_string(), HELP_INPUT);
        }
        stderr(&clean(&format!("note: {found}")));
        Ok(())
    }

    /// How near the circuit is to the model on the calibration data, in words, if that was looked at.
    pub(crate) fn fidelity(&self) -> Option<String> {
        self.found.as_ref().map(|f| clean(&f.words(CALIBRATION, self.limits.min_snr)))
    }

    /// The model's inputs among tensors that are named as the circuit's.
    fn sample(&self, tensors: &BTreeMap<String, RawTensor>) -> Option<Sample> {
        let inputs = self.opened.model.inputs();
        let one = |i: &zirc_onnx::ModelInput| {
            let port = self.made.inputs.iter().find(|p| p.tensor == i.name)?;
            let nameless = tensors.get("").filter(|_| tensors.len() == 1);
            let data = floats(tensors.get(&port.port).or(nameless)?);
            (data.len() == i.shape.iter().product::<usize>()).then_some(())?;
            Some((i.name.clone(), Array { shape: i.shape.clone(), data }))
        };
        inputs.iter().map(one).collect()
    }

    fn fault(&self, f: Fault) -> Error {
        Error::Model { path: self.opened.path.clone(), faults: vec![f] }
    }

    /// The layer at which most is lost, in words.
    fn lost(&self, samples: &[&Sample], found: &Agreement) -> Result<String, Error> {
        let made = self.opened.unclaimed(&self.seen, true)?;
        let imported = Program::imported_quietly(&self.opened.path, made.clone())?;
        let mut program = Program { lowering: self.lowering, ..imported };
        let circuit = program.compile_quietly(&made.name)?.circuit;
        if witness_room(&circuit, &self.opened.path, 0, false).is_err() {
            return Ok(String::new());
        }
        let probed = model_circuit(&self.opened.path, &circuit, &made, &mut program.folder)?;
        let found = (found, self.limits.min_snr);
        let worst = lost(&self.opened.model, &probed, samples, found).map_err(|f| self.fault(f))?;
        Ok(worst.map_or(String::new(), |l| format!("; {}", clean(&l.to_string()))))
    }
}

impl Fidelity {
    /// Warns of what is farther than it may be.
    ///
    /// # Errors
    /// With `--strict`, instead.
    pub(crate) fn warn(&self, message: String, help: &str) -> Result<(), Error> {
        if self.strict {
            return Err(Error::Usage { message: clean(&message), help: Some(help.into()) });
        }
        warning(&format!("{message}: {help}"));
        Ok(())
    }
}

const HELP_INPUT: &str = "what is proved is the circuit's answer; calibration data like this input, or more bits, bring it \
                          nearer to the model's";
const HELP: &str = "more bits for that tensor in a quantization file, --activation-bits or --weight-bits, or \
                    calibration data like what will come, bring it nearer; `zirc eval` shows every layer";
