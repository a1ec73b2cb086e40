//! Circuits in the file formats of circom's tools, so that checkers and provers from elsewhere can
//! read them: `.r1cs` (the constraints), `.sym` (names) and `.wtns` (an assignment).
//!
//! A circuit is streamed: one row is held at a time, however many there are.
//!
//! And verifying keys as contracts: [`solidity`].

mod r1cs;
pub mod solidity;
mod sym;
mod wires;
mod wtns;

pub use r1cs::write_r1cs;
pub use sym::write_sym;
pub use wires::Wires;
pub use wtns::write_wtns;

use crate::files::{FileError, Readers, write_atomically, write_for};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use thiserror::Error;
use zirc_circuit::{Assignment, Circuit, Fr, scalar};

/// Bytes of a field element in all three formats.
const ELEMENT: u32 = 32;

/// Why a circuit was not exported.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ExportError {
    /// The formats count with 32 bits.
    #[error("{count} {what}: the formats of circom's tools allow at most {}", u32::MAX)]
    TooMany {
        /// Variables or constraints.
        what: &'static str,
        /// How many.
        count: usize,
    },
    /// The circuit has challenges. To these formats they would be public inputs like any other, which
    /// a prover may choose.
    #[error(
        "the circuit needs commitments, which the formats of circom's tools do not have: compile it for plain Groth16 (`--mode groth16`)"
    )]
    Challenges,
    /// The assignment is not one of this circuit.
    #[error("values of tensor {tensor}: expected {expected}, got {got}")]
    Assignment {
        /// Index of the tensor.
        tensor: usize,
        /// Elements that the circuit has.
        expected: usize,
        /// Values that are there.
        got: usize,
    },
    /// A file could not be written.
    #[error("{}: {error}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why not.
        error: Box<FileError>,
    },
}

/// What was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exported {
    /// `.r1cs`, `.sym` and, with an assignment, `.wtns`, which only its owner may read.
    pub files: Vec<PathBuf>,
    /// The numbers in their headers.
    pub wires: Wires,
}

/// Writes `STEM.r1cs`, `STEM.sym` and, with an assignment, `STEM.wtns` into a folder that exists.
/// Each file is written whole or not at all.
///
/// # Errors
/// More variables or constraints than the formats can count, an assignment of another circuit, or
/// a file that cannot be written.
pub fn export(
    circuit: &Circuit,
    assignment: Option<&Assignment>,
    folder: &Path,
    stem: &str,
) -> Result<Exported, ExportError> {
    let wires = Wires::new(circuit)?;
    if let Some(assignment) = assignment {
        wtns::check(circuit, assignment)?;
    }
    let path = |extension: &str| folder.join(format!("{stem}.{extension}"));
    let mut files = vec![path("r1cs"), path("sym")];
    save(&files[0], |out| write_r1cs(circuit, &wires, out))?;
    save(&files[1], |out| write_sym(circuit, &wires, out))?;
    if let Some(assignment) = assignment {
        let file = path("wtns");
        let written =
            write_for(&file, Readers::Owner, |out| Ok(write_wtns(assignment, &wires, out)?));
        written.map_err(|e| failed(&file, e))?;
        files.push(file);
    }
    Ok(Exported { files, wires })
}

fn save(
    path: &Path,
    content: impl FnOnce(&mut io::BufWriter<&std::fs::File>) -> io::Result<()>,
) -> Result<(), ExportError> {
    write_atomically(path, |out| Ok(content(out)?)).map_err(|e| failed(path, e))
}

fn failed(path: &Path, error: FileError) -> ExportError {
    ExportError::File { path: path.to_owned(), error: Box::new(error) }
}

/// The order of the field.
fn write_order(out: &mut impl Write) -> io::Result<()> {
    let mut bytes = scalar::order().magnitude().to_bytes_le();
    bytes.resize(ELEMENT as usize, 0);
    out.write_all(&bytes)
}

/// A field element: its integer between 0 and the order, little-endian.
fn write_element(out: &mut impl Write, value: &Fr) -> io::Result<()> {
    use ark_serialize::CanonicalSerialize;
    value.serialize_compressed(out).map_err(io::Error::other)
}
