//! Why a file was refused.

use super::Kind;
use thiserror::Error;
use zirc_circuit::Digest;

/// Why a file was refused, or could not be read or written.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum FileError {
    /// The first bytes are not `ZIRC`.
    #[error("not a zirc file")]
    NotZirc,
    /// A zirc file, of another kind.
    #[error("expected a {}, got {}", expected.name(), got_kind(*got))]
    WrongKind {
        /// What was to be read.
        expected: Kind,
        /// The kind byte.
        got: u8,
    },
    /// Written by a version of the format that is not known here.
    #[error("file format version: expected {expected}, got {got}")]
    Version {
        /// The version read and written here.
        expected: u16,
        /// The file's.
        got: u16,
    },
    /// The file ends before its length says.
    #[error("truncated: expected {expected} bytes, got {got}")]
    Truncated {
        /// Bytes that the header asks for.
        expected: u64,
        /// Bytes there are.
        got: u64,
    },
    /// More bytes than the file's length says.
    #[error("{count} bytes too many")]
    TrailingBytes {
        /// How many.
        count: u64,
    },
    /// The content does not match its checksum.
    #[error("checksum does not match: the file is damaged")]
    Checksum,
    /// A list or text is said to be longer than what is left of the file.
    #[error("{what}: {count} elements announced, {left} bytes left")]
    TooLarge {
        /// Which.
        what: &'static str,
        /// Announced number.
        count: u64,
        /// Bytes left.
        left: u64,
    },
    /// A field element that is not below its modulus.
    #[error("{what} is not a canonical field element")]
    NonCanonical {
        /// Which.
        what: &'static str,
    },
    /// A curve point that may not stand there.
    #[error("{what}: {problem}")]
    Point {
        /// Which.
        what: &'static str,
        /// Why not.
        problem: PointError,
    },
    /// Parts that are valid by themselves contradict each other.
    #[error("inconsistent {what}: expected {expected}, got {got}")]
    Inconsistent {
        /// What does not fit.
        what: &'static str,
        /// As the other parts say.
        expected: u64,
        /// As it says itself.
        got: u64,
    },
    /// Two of the key's trapdoors are one, or one of them is known, so that anything can be proved.
    #[error(
        "the key is forgeable: {one} is {other}, up to sign, as in a setup whose second phase was \
         left out; whoever sees this can prove false statements"
    )]
    Forgeable {
        /// A point of the key.
        one: &'static str,
        /// What it should differ from.
        other: &'static str,
    },
    /// A text, tag or number that has no meaning in its place.
    #[error("{what} is not valid")]
    Invalid {
        /// Which.
        what: &'static str,
    },
    /// Made for another circuit.
    #[error(
        "made for another circuit: expected `{expected_name}` ({expected}), got `{got_name}` ({got})"
    )]
    WrongCircuit {
        /// The circuit at hand.
        expected: Digest,
        /// Its name.
        expected_name: String,
        /// The file's circuit.
        got: Digest,
        /// Its name, if the file says.
        got_name: String,
    },
    /// The operating system.
    #[error("{message}")]
    Io {
        /// What kind.
        kind: std::io::ErrorKind,
        /// In words.
        message: String,
    },
}

/// Why a curve point was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum PointError {
    /// A coordinate that is not below the modulus, or flags with no meaning.
    #[error("coordinates are not canonical")]
    NonCanonical,
    /// The coordinates do not satisfy the curve's equation.
    #[error("point is not on the curve")]
    NotOnCurve,
    /// On the curve, but not in the group of prime order.
    #[error("point is not in the prime-order subgroup")]
    NotInSubgroup,
    /// The neutral element, which stands nowhere in an honest key or proof.
    #[error("point is the identity")]
    Identity,
}

impl PointError {
    pub(crate) fn at(self, what: &'static str) -> FileError {
        FileError::Point { what, problem: self }
    }
}

impl From<std::io::Error> for FileError {
    fn from(e: std::io::Error) -> Self {
        FileError::Io { kind: e.kind(), message: e.to_string() }
    }
}

/// What a kind byte stands for.
pub(crate) fn got_kind(byte: u8) -> String {
    match Kind::of_byte(byte) {
        Some(kind) => format!("a {}", kind.name()),
        None => format!("kind {byte}"),
    }
}
