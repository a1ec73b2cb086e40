//! A circuit, from its file or compiled on the spot.

use super::fidelity::Reference;
use super::files::{CIRCUIT_LIMIT, read_bytes};
use super::folder::Folder;
use super::inputs::Values;
use super::program::{Program, is_program};
use crate::args::onnx::Seen;
use crate::args::{Lowering, Source};
use crate::error::Error;
use std::path::{Path, PathBuf};
use zirc_circuit::{Assignment, Circuit};
use zirc_onnx::ImportedPort;

/// A circuit and where the files that its inputs name are.
#[derive(Debug)]
pub(crate) struct Opened {
    /// The circuit, valid.
    pub(crate) circuit: Circuit,
    /// Bytes of its file.
    pub(crate) size: usize,
    /// The folder of the program or of the circuit file.
    pub(crate) folder: Folder,
    /// `input.json` there, for programs.
    pub(crate) usual_input: Option<PathBuf>,
    /// Inputs of an ONNX model whose names had to change.
    pub(crate) renamed: Vec<ImportedPort>,
    /// The file read.
    pub(crate) path: PathBuf,
    /// The ONNX model that the circuit was made of on the spot.
    reference: Option<Reference>,
}

impl Opened {
    /// Compares what an input gives with what the model says of it, and lets go of the model.
    pub(crate) fn compare(
        &mut self,
        values: &Values,
        given: &Assignment,
    ) -> Result<Option<String>, Error> {
        let Some(reference) = self.reference.take() else { return Ok(None) };
        reference.on_input(&self.circuit, values, given, &mut self.folder)?;
        Ok(reference.fidelity())
    }
}

/// Opens what a command line calls a circuit.
pub(crate) fn open(source: &Source) -> Result<Opened, Error> {
    open_with(source, true, &Seen::default())
}

/// The same for a command that writes a file, which `--output` names where there is no model.
pub(crate) fn open_to_write(source: &Source) -> Result<Opened, Error> {
    open_with(source, true, &Seen { file: true, ..Seen::default() })
}

/// The same; without `optimize`, of a program only, every input and every hint stays a variable.
pub(crate) fn open_with(source: &Source, optimize: bool, seen: &Seen) -> Result<Opened, Error> {
    let (path, wanted) = (source.path.as_path(), source.circuit.as_deref());
    if is_program(path) {
        let mut program = Program::source(source, seen)?;
        let name = program.choose(wanted)?;
        let circuit = program.compile_with(&name, optimize)?.circuit;
        let usual = program.folder.root().join("input.json");
        return Ok(Opened {
            size: circuit.encode().len(),
            circuit,
            usual_input: Some(usual),
            renamed: program.renamed,
            folder: program.folder,
            path: program.path,
            reference: program.reference,
        });
    }
    let (circuit, size) = read(path)?;
    if source.lowering != Lowering::default() {
        return Err(Error::usage(format!(
            "{} is a circuit, compiled as it is: --mode, --lookup, --products and \
             --public are for programs",
            path.display()
        )));
    }
    if !source.import.independence.independent_of.is_empty() {
        return Err(Error::usage(format!(
            "{} is a circuit, compiled as it is: what it claims is said where it is compiled",
            path.display()
        )));
    }
    if source.import.quantizes() || !(seen.file || source.import.results().is_empty()) {
        return Err(Error::usage(format!(
            "{} is a circuit, compiled as it is: what says how a model is imported is for models",
            path.display()
        )));
    }
    if !optimize {
        return Err(Error::usage(format!(
            "{} is a circuit, compiled as it is: name the program",
            path.display()
        )));
    }
    let name = &circuit.signature.name;
    if let Some(wanted) = wanted.filter(|w| w != name) {
        let message = format!("the file holds circuit `{name}`, not `{wanted}`");
        return Err(Error::file(path, message));
    }
    let folder = Folder::new(path.parent().unwrap_or(Path::new(".")));
    let path = path.to_owned();
    Ok(Opened { circuit, size, folder, usual_input: None, renamed: vec![], path, reference: None })
}

/// Reads a circuit file.
fn read(path: &Path) -> Result<(Circuit, usize), Error> {
    let bytes = read_bytes(path, CIRCUIT_LIMIT).map_err(|e| Error::file(path, e))?;
    let circuit = Circuit::decode(&bytes).map_err(|e| Error::circuit_file(path, &e))?;
    Ok((circuit, bytes.len()))
}
