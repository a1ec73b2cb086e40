//! The files: proving key, verifying key, proof, opening and ceremony. (A circuit has a codec of its own.)
//!
//! All have the same container:
//!
//! | bytes | content |
//! |---|---|
//! | 4 | `ZIRC` |
//! | 1 | kind: 2 proving key, 3 verifying key, 4 proof, 5 opening, 6 ceremony |
//! | 2 | version, now 5 |
//! | 32 | digest of the circuit |
//! | 8 | length n of the payload |
//! | n | payload |
//! | 32 | BLAKE3 of all bytes before |
//!
//! Integers are little-endian, field elements 32 bytes little-endian and below their modulus, texts
//! and lists are preceded by their length in 4 and 8 bytes. There is one encoding of every object:
//! what decodes encodes to the same bytes. The checksum is verified before anything else is read,
//! and lengths are compared with what is left before anything is allocated. It is no signature: it
//! finds accidents, and whoever writes a file on purpose writes a matching one.

mod atomic;
pub(crate) mod codec;
pub(crate) mod container;
mod error;
pub(crate) mod points;
mod subgroup;

pub use atomic::{Readers, write_atomically, write_for};
pub(crate) use error::got_kind;
pub use error::{FileError, PointError};
pub(crate) use subgroup::Group;

/// What a file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Kind {
    /// A [`ProvingKey`](crate::ProvingKey).
    ProvingKey = 2,
    /// A [`VerifyingKey`](crate::VerifyingKey).
    VerifyingKey = 3,
    /// A [`ProofFile`](crate::ProofFile).
    Proof = 4,
    /// An [`Opening`](crate::Opening).
    Opening = 5,
    /// A [`Ceremony`](crate::Ceremony).
    Ceremony = 6,
}

impl Kind {
    /// In words.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Kind::ProvingKey => "proving key",
            Kind::VerifyingKey => "verifying key",
            Kind::Proof => "proof",
            Kind::Opening => "opening of a model's commitment",
            Kind::Ceremony => "ceremony",
        }
    }

    fn of_byte(byte: u8) -> Option<Kind> {
        use Kind::{Ceremony, Opening, Proof, ProvingKey, VerifyingKey};
        let all = [ProvingKey, VerifyingKey, Proof, Opening, Ceremony];
        all.into_iter().find(|k| *k as u8 == byte)
    }
}
