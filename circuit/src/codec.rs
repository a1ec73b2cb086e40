//! The file format.
//!
//! ```text
//! "ZIRC"  kind u8  version u16  field u8        header, little-endian
//! length u64  semantic section                  what a proof depends on
//! length u64  provenance section                its version, sources, origins, and which belongs to what
//! checksum [32]                                 BLAKE3 of everything before
//! ```
//!
//! Encoding is canonical: a circuit has one encoding, and every accepted file is the encoding of
//! the circuit it decodes to. Integers without a sign are LEB128 in the fewest bytes; constants take
//! as many bytes an element as their widest element needs, so that the file is about as large as the
//! quantized weights. Every count is checked against the bytes that are left before anything is
//! allocated. The digest covers header and semantic section.

use crate::{Circuit, CircuitError, OriginId, Step};
use std::fmt;
use std::str::FromStr;

mod decode;
mod encode;
mod reader;
mod writer;

use reader::Reader;
use writer::Writer;

/// First bytes of every file.
const MAGIC: [u8; 4] = *b"ZIRC";
/// The kind of file that holds a circuit.
const KIND: u8 = 1;
/// Version of the encoding; another one is another digest.
pub const VERSION: u16 = 2;
/// Version of the provenance section, which no digest depends on.
pub const PROVENANCE: u64 = 1000;
/// The scalar field of BN254.
const FIELD: u8 = 1;
/// Separates this use of BLAKE3 from all others.
const DIGEST_CONTEXT: &str = "zirc circuit digest v1";

/// BLAKE3 of everything in a circuit that a proof depends on; shown in hexadecimal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Digest(pub [u8; 32]);

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|b| write!(f, "{b:02x}"))
    }
}

/// A text that is no digest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected 64 lowercase hexadecimal digits")]
pub struct DigestError;

impl FromStr for Digest {
    type Err = DigestError;

    /// A digest in the one form in which it is shown.
    fn from_str(text: &str) -> Result<Digest, DigestError> {
        let digit = |c: u8| match c {
            b'0'..=b'9' => Ok(c - b'0'),
            b'a'..=b'f' => Ok(c - b'a' + 10),
            _ => Err(DigestError),
        };
        let mut bytes = [0; 32];
        if text.len() != 2 * bytes.len() {
            return Err(DigestError);
        }
        for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
            *byte = digit(pair[0])? << 4 | digit(pair[1])?;
        }
        Ok(Digest(bytes))
    }
}

/// Why bytes are not a circuit.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// Other first bytes than those of a zirc file.
    #[error("first bytes: expected {MAGIC:02x?}, got {got:02x?}")]
    Magic {
        /// As found.
        got: [u8; 4],
    },
    /// A zirc file of something else.
    #[error("kind of file: expected {KIND}, got {got}")]
    Kind {
        /// As found.
        got: u8,
    },
    /// An encoding that this build does not know.
    #[error("version of the encoding: expected {VERSION}, got {got}")]
    Version {
        /// As found.
        got: u16,
    },
    /// Sources and origins in a form that this build does not know.
    #[error(
        "version of sources and origins: expected {PROVENANCE}, got {got}: compile the program again"
    )]
    Provenance {
        /// As found.
        got: u64,
    },
    /// Another field.
    #[error("field: expected {FIELD}, got {got}")]
    Field {
        /// As found.
        got: u8,
    },
    /// The checksum is not that of the bytes.
    #[error("checksum of the file")]
    Checksum,
    /// More promised than there is.
    #[error("{what}: {needed} bytes or elements announced, {left} bytes left")]
    Truncated {
        /// Of what.
        what: &'static str,
        /// As announced, at least.
        needed: u64,
        /// Bytes left.
        left: usize,
    },
    /// A tag of no known alternative.
    #[error("{what}: unknown tag {got}")]
    Tag {
        /// Of what.
        what: &'static str,
        /// As found.
        got: u8,
    },
    /// Text that is not UTF-8.
    #[error("text that is not UTF-8")]
    Utf8,
    /// A value written otherwise than the encoder writes it.
    #[error("{what}: not in canonical form")]
    NotCanonical {
        /// What.
        what: &'static str,
    },
    /// Bytes after the end.
    #[error("{bytes} bytes after the end of the {section}")]
    Trailing {
        /// Of what.
        section: &'static str,
        /// How many.
        bytes: usize,
    },
    /// Well-formed bytes of a circuit that is refused.
    #[error("structure of the circuit: {0}")]
    Invalid(#[from] CircuitError),
}

impl Circuit {
    /// The bytes of the circuit's file.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut out = header();
        for section in [self.semantic(), self.provenance()] {
            out.extend((section.len() as u64).to_le_bytes());
            out.extend(section);
        }
        let checksum = blake3::hash(&out);
        out.extend(checksum.as_bytes());
        out
    }

    /// Reads a circuit from the bytes of its file, and validates it.
    ///
    /// # Errors
    /// The bytes are not what [`Circuit::encode`] gives for any valid circuit.
    pub fn decode(bytes: &[u8]) -> Result<Circuit, DecodeError> {
        let mut file = Reader::new(bytes);
        check_header(&mut file)?;
        let semantic = file.section("semantic section")?;
        let provenance = file.section("provenance section")?;
        let expected = blake3::hash(&bytes[..bytes.len() - file.left()]);
        // Hash equality is constant time; that does no harm here.
        if expected != blake3::Hash::from_bytes(file.array("checksum")?) {
            return Err(DecodeError::Checksum);
        }
        file.end("file")?;
        let mut reader = Reader::new(semantic);
        let mut circuit = decode::semantic(&mut reader)?;
        reader.end("semantic section")?;
        let mut reader = Reader::new(provenance);
        decode::provenance(&mut reader, &mut circuit)?;
        reader.end("provenance section")?;
        circuit.validate()?;
        Ok(circuit)
    }

    /// The circuit's identity: the digest of everything except sources and origins.
    #[must_use]
    pub fn digest(&self) -> Digest {
        let mut hasher = blake3::Hasher::new_derive_key(DIGEST_CONTEXT);
        hasher.update(&header());
        hasher.update(&self.semantic());
        Digest(*hasher.finalize().as_bytes())
    }

    fn semantic(&self) -> Vec<u8> {
        let mut w = Writer::default();
        encode::semantic(&mut w, self);
        w.into_bytes()
    }

    fn provenance(&self) -> Vec<u8> {
        let mut w = Writer::default();
        encode::provenance(&mut w, self);
        w.into_bytes()
    }

    /// Every place that names an origin, in a fixed order.
    fn origin_ids(&self) -> impl Iterator<Item = OriginId> {
        let checks = self.program.iter().filter_map(|step| match step {
            Step::Check { origin, .. } => Some(*origin),
            Step::Assign { .. } => None,
        });
        let tensors = self.tensors.iter().map(|t| t.origin);
        let nondet = self.signature.nondet.iter().map(|n| n.origin);
        tensors.chain(self.blocks.iter().map(|b| b.origin)).chain(checks).chain(nondet)
    }

    /// The same places, to fill them.
    fn origin_ids_mut(&mut self) -> impl Iterator<Item = &mut OriginId> {
        let checks = self.program.iter_mut().filter_map(|step| match step {
            Step::Check { origin, .. } => Some(origin),
            Step::Assign { .. } => None,
        });
        let tensors = self.tensors.iter_mut().map(|t| &mut t.origin);
        let nondet = self.signature.nondet.iter_mut().map(|n| &mut n.origin);
        tensors.chain(self.blocks.iter_mut().map(|b| &mut b.origin)).chain(checks).chain(nondet)
    }
}

fn header() -> Vec<u8> {
    let mut out = MAGIC.to_vec();
    out.push(KIND);
    out.extend(VERSION.to_le_bytes());
    out.push(FIELD);
    out
}

fn check_header(file: &mut Reader<'_>) -> Result<(), DecodeError> {
    let got = file.array("header")?;
    if got != MAGIC {
        return Err(DecodeError::Magic { got });
    }
    let [got] = file.array("header")?;
    if got != KIND {
        return Err(DecodeError::Kind { got });
    }
    let got = u16::from_le_bytes(file.array("header")?);
    if got != VERSION {
        return Err(DecodeError::Version { got });
    }
    let [got] = file.array("header")?;
    if got != FIELD {
        return Err(DecodeError::Field { got });
    }
    Ok(())
}
