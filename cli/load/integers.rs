//! A model's circuit with the weights that are inputs of it, from their files.

use super::folder::Folder;
use super::inputs::bound;
use crate::error::Error;
use std::path::Path;
use zirc_circuit::{Circuit, Port};
use zirc_onnx::Imported;
use zirc_onnx::compare::ModelCircuit;
use zirc_runtime::input::to_port;

/// The circuit of an imported model, which reads weights in `folder`.
pub(crate) fn model_circuit<'a>(
    path: &Path,
    circuit: &'a Circuit,
    made: &'a Imported,
    folder: &mut Folder,
) -> Result<ModelCircuit<'a>, Error> {
    let mut weights = |port: &Port, file: &str| {
        let tensor = bound(port, file, folder).map_err(|e| e.to_string())?;
        to_port(&tensor, port).map_err(|e| e.to_string())
    };
    let found = ModelCircuit::new(circuit, made, &mut weights);
    found.map_err(|f| Error::Model { path: path.to_owned(), faults: vec![f] })
}
