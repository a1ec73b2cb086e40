//! What is kept of a run that was posted without a proof.

use super::result_digest;
use crate::keys::{Packed, VerifyingKey};
use crate::model::ModelCommitment;
use crate::proof::Commitments;
use crate::receipt::{Receipt, ReceiptError};
use crate::verify::VerifyError;
use serde::{Deserialize, Serialize};
use zirc_circuit::{Digest, Int};

/// Version of the file's own layout.
pub const LAYOUT: u32 = 1;

/// A result that is not proved: what its receipt would say, and the digest that a contract knows it by.
///
/// It is worth what who posts it risks, and no more. [`PostedResult::check`] says whether it is one under a key:
/// that is about its form, and nothing about its truth.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PostedResult {
    /// Version of this layout, 1.
    pub posted_result: u32,
    /// What names it, in hexadecimal ([`result_digest`]).
    pub digest: String,
    /// What the receipt would say, without a proof, and with a statement that says so.
    pub receipt: Receipt,
}

impl PostedResult {
    /// Of raw values for each public port of the key, and the model that the proof would be about.
    ///
    /// # Errors
    /// [`ReceiptError::Verify`] for values that are not those of the key, each in its type, and for a model that is
    /// missing or too much.
    pub fn new(
        key: &VerifyingKey,
        values: &[Vec<Int>],
        model: Option<ModelCommitment>,
    ) -> Result<PostedResult, ReceiptError> {
        let packed = key.interface().pack(&key.interface().to_field(values)?);
        let Commitments { model: has_model, .. } = key.commitments();
        if has_model != model.is_some() {
            let (expected, got) = (usize::from(has_model), usize::from(model.is_some()));
            return Err(ReceiptError::Verify(VerifyError::Commitments { expected, got }));
        }
        let digest = result_digest(key, model, &packed).to_string();
        let mut receipt = Receipt::of(key, values, model.map(|m| m.to_string()), String::new());
        receipt.statement = format!(
            "Nothing is proved yet. A proof, if one is asked for, says: {}",
            receipt.statement
        );
        Ok(PostedResult { posted_result: LAYOUT, digest, receipt })
    }

    /// Whether every field but the notes is what the key and the values make of it. Gives what is posted.
    ///
    /// # Errors
    /// A [`ReceiptError`] that names the first part that is wrong.
    pub fn check(&self, key: &VerifyingKey) -> Result<Packed, ReceiptError> {
        self.receipt.has_length(key)?;
        let (values, model) = self.receipt.contents()?;
        let mut expected = PostedResult::new(key, &values, model)?;
        expected.receipt.notes = self.receipt.notes.clone();
        expected.receipt.must_equal(&self.receipt)?;
        if expected.digest != self.digest {
            let (part, got) = ("digest".into(), self.digest.clone());
            return Err(ReceiptError::Differs { part, expected: expected.digest, got });
        }
        Ok(key.interface().pack(&key.interface().to_field(&values)?))
    }

    /// The commitment to the model that it is about, if it says one.
    #[must_use]
    pub fn model(&self) -> Option<ModelCommitment> {
        self.receipt.model_commitment.as_deref().and_then(|text| text.parse().ok())
    }

    /// What the file says that its digest is, if it is one.
    #[must_use]
    pub fn digest(&self) -> Option<Digest> {
        self.digest.parse().ok()
    }

    /// Whether a text is of such a file, whatever else is wrong with it.
    #[must_use]
    pub fn is_one(text: &str) -> bool {
        #[derive(Deserialize)]
        struct Any {
            #[allow(dead_code, reason = "that it is there is all that is asked")]
            posted_result: serde::de::IgnoredAny,
        }
        serde_json::from_str::<Any>(text).is_ok()
    }

    /// As JSON, one line for each field.
    #[must_use]
    pub fn to_json(&self) -> String {
        // Texts and numbers only: there is nothing that could fail.
        serde_json::to_string_pretty(self).unwrap_or_default()
    }

    /// Reads JSON; nothing in it has been checked yet.
    ///
    /// # Errors
    /// [`ReceiptError::Json`], and [`ReceiptError::Version`] for a receipt in it of another version.
    pub fn from_json(text: &str) -> Result<PostedResult, ReceiptError> {
        let wrong = |e: serde_json::Error| ReceiptError::Json { message: e.to_string() };
        let read: PostedResult = serde_json::from_str(text).map_err(wrong)?;
        if read.posted_result != LAYOUT {
            let got = read.posted_result;
            let message =
                format!("a posted result of version {got}; this zirc reads version {LAYOUT}");
            return Err(ReceiptError::Json { message });
        }
        let (expected, got) = (crate::receipt::LAYOUT, read.receipt.receipt);
        if expected != got {
            return Err(ReceiptError::Version { expected, got });
        }
        Ok(read)
    }
}
