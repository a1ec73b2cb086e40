//! Why a ceremony is not one.

use super::name::LONGEST_NAME;
use crate::files::FileError;
use crate::setup::SetupError;
use crate::snarkjs::SnarkjsError;
use thiserror::Error;

/// Why a ceremony was refused, or could not go on.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum CeremonyError {
    /// A name of no or too many bytes, with control characters in it, or of blanks alone.
    #[error(
        "name of a contribution: expected 1 to {LONGEST_NAME} bytes without control characters and not blanks alone, \
         got {got} bytes"
    )]
    Name {
        /// Its bytes.
        got: usize,
    },
    /// A beacon's value of no or too many bytes.
    #[error("value of a beacon: expected 1 to 255 bytes, got {got}")]
    Source {
        /// Its bytes.
        got: usize,
    },
    /// A beacon that is hashed too few times, or so many that nobody would check it.
    #[error("hashes of a beacon: expected 2^{least} to 2^{most}, got 2^{got}")]
    Hashes {
        /// log₂ of the fewest.
        least: u8,
        /// log₂ of the most.
        most: u8,
        /// log₂ of those asked for.
        got: u8,
    },
    /// A contribution to a ceremony that has ended.
    #[error("the last contribution is a beacon, behind which nothing comes")]
    Ended,
    /// A contribution that does not follow from what was there before it.
    #[error("contribution {number}: {what}")]
    Contribution {
        /// Counted from 1.
        number: usize,
        /// What is wrong.
        what: &'static str,
    },
    /// Nobody has contributed a secret number: whoever reads the file has all there are.
    #[error("nobody has contributed a secret number: what the trapdoors are, the file says")]
    NoSecret,
    /// Of another circuit, another first phase, or not begun as one of them.
    #[error("the ceremony did not begin with this circuit and this first phase")]
    OtherStart,
    /// A number that is another one than the circuit's.
    #[error("{what}: expected {expected}, got {got}")]
    Differs {
        /// Which.
        what: &'static str,
        /// As the circuit has it.
        expected: u64,
        /// As the file has it.
        got: u64,
    },
    /// Points that are not those of the beginning, divided by their trapdoor.
    #[error("points under {trapdoor} are not those of the circuit, divided by it")]
    Points {
        /// Which.
        trapdoor: &'static str,
    },
    /// A trapdoor that is not the same in both groups.
    #[error("{trapdoor}: not the same in both groups")]
    Groups {
        /// Which.
        trapdoor: &'static str,
    },
    /// Bytes, points or numbers that will not do.
    #[error(transparent)]
    File(#[from] FileError),
    /// There are no keys for the circuit.
    #[error(transparent)]
    Setup(#[from] SetupError),
    /// A `.zkey` that will not do.
    #[error(transparent)]
    Snarkjs(#[from] SnarkjsError),
}
