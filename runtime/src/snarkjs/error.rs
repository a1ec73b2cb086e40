//! Why a file of snarkjs was refused.

use crate::export::ExportError;
use crate::files::FileError;
use crate::setup::SetupError;
use thiserror::Error;

/// Why a file of snarkjs was refused, or could not be made.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SnarkjsError {
    /// The first bytes are not those of such a file.
    #[error("not a .{expected} file")]
    Magic {
        /// What was to be read.
        expected: &'static str,
    },
    /// A number that is another one than it must be.
    #[error("{what}: expected {expected}, got {got}")]
    Differs {
        /// Which.
        what: &'static str,
        /// As the format, the circuit or other parts of the file say.
        expected: u64,
        /// As it says itself.
        got: u64,
    },
    /// A part that is not there.
    #[error("no section {section} ({what})")]
    Missing {
        /// Its number.
        section: u32,
        /// What stands in it.
        what: &'static str,
    },
    /// A part that is there twice: readers would differ in which they take.
    #[error("section {section} is there twice")]
    Twice {
        /// Its number.
        section: u32,
    },
    /// The file ends before a section does.
    #[error("truncated: section {section} ends at byte {expected}, the file at {got}")]
    Truncated {
        /// Its number.
        section: u32,
        /// Where it ends, as it says.
        expected: u64,
        /// Bytes of the file.
        got: u64,
    },
    /// Made for another curve, or for a field that is not its.
    #[error("{what}: another curve than BN254, which snarkjs calls bn128")]
    Curve {
        /// Where that is said.
        what: &'static str,
    },
    /// A key for PLONK or FFLONK.
    #[error("proof system of the key: expected Groth16, got number {got} of snarkjs")]
    System {
        /// Its number.
        got: u32,
    },
    /// The first phase was run for fewer rows.
    #[error("too small: it is for 2^{got} rows, this takes one for 2^{needed} at least")]
    TooSmall {
        /// log₂ of the rows that it takes.
        needed: u32,
        /// log₂ of those that it is for.
        got: u32,
    },
    /// Points that should be multiples by powers of one τ are not.
    #[error("{what} are not powers of one secret number: whoever made the file made this up")]
    Powers {
        /// Which.
        what: &'static str,
    },
    /// Secrets of a first phase that follow from each other.
    #[error("the key is forgeable: {one} and {other} differ by a power of tau alone")]
    Related {
        /// One.
        one: &'static str,
        /// The other.
        other: &'static str,
    },
    /// A τ that is known, so that anything can be proved.
    #[error("the key is forgeable: tau is a root of unity, which everybody can find out")]
    KnownTau,
    /// A point of one group is not the same multiple as its partner in the other.
    #[error("{what}: not the same multiple in both groups")]
    Groups {
        /// Which.
        what: &'static str,
    },
    /// A row of another circuit.
    #[error("key is for another circuit: its row {row} of {matrix} is not the circuit's")]
    OtherCircuit {
        /// Number of the row.
        row: usize,
        /// `A` or `B`.
        matrix: char,
    },
    /// A key that is not what a first phase gives the circuit.
    #[error("the key is not of this circuit and this first phase: {what} differ")]
    OtherPhase1 {
        /// What is another.
        what: &'static str,
    },
    /// A contribution that does not follow from what was there before it.
    #[error("contribution {number} of the second phase: {what}")]
    Contribution {
        /// Counted from 1.
        number: usize,
        /// What is wrong.
        what: &'static str,
    },
    /// No JSON of this kind.
    #[error("not a {kind} of snarkjs: {message}")]
    Json {
        /// What was to be read.
        kind: &'static str,
        /// What is wrong, and where.
        message: String,
    },
    /// The key or proof has commitments, which snarkjs does not know.
    #[error(
        "commitments beside the proof, which snarkjs does not know: compile for plain Groth16 (`--mode groth16`)"
    )]
    Commitments,
    /// The circuit does not fit the formats.
    #[error(transparent)]
    Export(#[from] ExportError),
    /// There are no keys for the circuit.
    #[error(transparent)]
    Setup(#[from] SetupError),
    /// Bytes, points or numbers that will not do.
    #[error(transparent)]
    File(#[from] FileError),
}

impl From<std::io::Error> for SnarkjsError {
    fn from(e: std::io::Error) -> Self {
        SnarkjsError::File(e.into())
    }
}
