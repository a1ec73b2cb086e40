//! What the circuit says beside what the float model says, on the calibration data, before anything is proved.

use super::integers::model_circuit;
use super::onnx::Opened;
use super::program::Program;
use crate::args::Lowering;
use crate::args::onnx::{Fidelity, Seen};
use crate::error::Error;
use crate::load::folder::Folder;
use crate::show::forecast::witness_room;
use crate::show::{clean, stderr};
use zirc_circuit::Circuit;
use zirc_onnx::compare::{Sample, agreement, lost, some};
use zirc_onnx::{Fault, Imported};

/// A model that a program was made of, and samples of its inputs.
#[derive(Debug)]
pub(crate) struct Reference {
    pub(crate) opened: Opened,
    pub(crate) made: Imported,
    pub(crate) seen: Seen,
    pub(crate) lowering: Lowering,
    pub(crate) limits: Fidelity,
}

impl Reference {
    /// Says in one line how near the circuit is, and warns where it is not.
    ///
    /// # Errors
    /// With `--strict`, that it is not.
    pub(crate) fn check(&self, circuit: &Circuit, folder: &mut Folder) -> Result<(), Error> {
        if self.opened.samples.is_empty() {
            return Ok(());
        }
        if let Err(full) = witness_room(circuit, &self.opened.path, 0, false) {
            stderr(&clean(&format!(
                "note: not compared with the model on its calibration data: {full}"
            )));
            return Ok(());
        }
        let path = &self.opened.path;
        let here = model_circuit(path, circuit, &self.made, folder)?;
        let samples = some(&self.opened.samples, &here);
        let found = agreement(&self.opened.model, &here, &samples).map_err(|f| self.fault(f))?;
        if !found.falls_short(self.limits.min_agreement, self.limits.min_snr) {
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

    fn fault(&self, f: Fault) -> Error {
        Error::Model { path: self.opened.path.clone(), faults: vec![f] }
    }

    /// The layer at which most is lost, in words.
    fn lost(&self, samples: &[&Sample]) -> Result<String, Error> {
        let made = self.opened.import(&self.seen, true)?;
        let imported = Program::imported_quietly(&self.opened.path, made.clone())?;
        let mut program = Program { lowering: self.lowering, ..imported };
        let circuit = program.compile_quietly(&made.name)?.circuit;
        if witness_room(&circuit, &self.opened.path, 0, false).is_err() {
            return Ok(String::new());
        }
        let probed = model_circuit(&self.opened.path, &circuit, &made, &mut program.folder)?;
        let worst = lost(&self.opened.model, &probed, samples).map_err(|f| self.fault(f))?;
        Ok(worst.map_or(String::new(), |l| format!("; {}", clean(&l.to_string()))))
    }
}

const HELP: &str = "more bits for that tensor in a quantization file, --activation-bits or --weight-bits, or \
                    calibration data like what will come, bring it nearer; `zirc eval` shows every layer";
