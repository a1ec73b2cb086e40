//! Why a receipt is not one.

use crate::files::FileError;
use crate::verify::VerifyError;
use thiserror::Error;

impl ReceiptError {
    /// The part of the receipt that is wrong, as the JSON names it; `receipt` if it is none at all.
    #[must_use]
    pub fn part(&self) -> String {
        match self {
            ReceiptError::Json { .. }
            | ReceiptError::Version { .. }
            | ReceiptError::TooMany { .. } => "receipt".into(),
            ReceiptError::Differs { part, .. } => part.clone(),
            ReceiptError::OtherKey { .. } => "verifying_key_digest".into(),
            ReceiptError::NotAnInteger { name, .. } => format!("public tensor `{name}`"),
            ReceiptError::KeyText | ReceiptError::Key(_) => "verifying_key".into(),
            ReceiptError::Verify(VerifyError::Values(_)) => "public".into(),
            ReceiptError::Verify(VerifyError::OtherModel { .. }) => "model_commitment".into(),
            ReceiptError::ProofText
            | ReceiptError::ProofLength { .. }
            | ReceiptError::Proof(_)
            | ReceiptError::Verify(_) => "proof".into(),
        }
    }
}

/// Why a receipt is not one.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ReceiptError {
    /// Not JSON of the right layout.
    #[error("not a receipt: {message}")]
    Json {
        /// What is wrong, and where.
        message: String,
    },
    /// A layout that another version of zirc has.
    #[error("a receipt of version {got}; this zirc reads version {expected}")]
    Version {
        /// The one that is read.
        expected: u32,
        /// The receipt's.
        got: u32,
    },
    /// More values than a receipt under its key has: it is not read.
    #[error("{got} values in the receipt, where one under this key has at most {most}")]
    TooMany {
        /// As the key says.
        most: usize,
        /// As the receipt has, with lists and objects.
        got: usize,
    },
    /// A part is not what the verifying key says, or does not follow from the raw values and the proof.
    #[error("{part}: expected {expected}, got {got}")]
    Differs {
        /// Which.
        part: String,
        /// As the key says, or as it follows.
        expected: String,
        /// As the receipt says.
        got: String,
    },
    /// Checked by another key than the one that is trusted.
    #[error("verifying_key_digest: expected {expected}, got {got}: it is checked by another key")]
    OtherKey {
        /// The digest of the trusted key.
        expected: String,
        /// The one in the receipt.
        got: String,
    },
    /// A raw value that is no decimal integer.
    #[error("raw value {index} of public tensor `{name}` is not an integer")]
    NotAnInteger {
        /// The port.
        name: String,
        /// Row-major index.
        index: usize,
    },
    /// The proof is not lowercase hexadecimal of at most 192 bytes.
    #[error("proof: not a proof in lowercase hexadecimal")]
    ProofText,
    /// The proof has not as many bytes as those under its key.
    #[error("proof: {got} bytes, where proofs under this key have {expected}")]
    ProofLength {
        /// As the key says.
        expected: usize,
        /// As the receipt says.
        got: usize,
    },
    /// The proof's bytes are no proof.
    #[error("proof: {0}")]
    Proof(FileError),
    /// The key is not lowercase hexadecimal.
    #[error("verifying_key: not a file in lowercase hexadecimal")]
    KeyText,
    /// The key's bytes are no key, or one that must not be trusted.
    #[error("verifying_key: {0}")]
    Key(FileError),
    /// The proof does not prove the values.
    #[error(transparent)]
    Verify(#[from] VerifyError),
}
