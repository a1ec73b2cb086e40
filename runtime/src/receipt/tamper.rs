//! Receipts as somebody who wants to deceive would make them of a good one: each must be refused.
//!
//! An edit is carried through: who changes a value changes what follows from it, the sentence too, so that
//! nothing but the proof can tell. Left out is what is no deceit: of a Groth16 proof anybody makes another one of
//! the same statement, as (−A, −B, C) is.

mod keys;
mod points;
mod texts;
mod values;

use super::{Receipt, ReceiptError};
use crate::keys::VerifyingKey;
use crate::proof::Proof;
use zirc_circuit::{Digest, Int};

/// A receipt that was tampered with.
#[derive(Clone, Debug)]
pub struct Tampered {
    /// Which part, as the JSON names it.
    pub part: String,
    /// What was done to it.
    pub change: String,
    /// What came of it.
    pub receipt: Receipt,
    /// The digest that the reader is made to trust, where that is another.
    digest: Option<Digest>,
}

impl Tampered {
    /// The digest that its reader trusts, who is otherwise made to trust this one.
    #[must_use]
    pub fn trusted(&self, otherwise: Digest) -> Digest {
        self.digest.unwrap_or(otherwise)
    }

    /// Verifies it as its reader would, who trusts a digest.
    ///
    /// # Errors
    /// Why it is refused. `Ok` is a fault.
    pub fn verify(&self, trusted: Digest) -> Result<(), ReceiptError> {
        self.receipt.verify_by_digest(self.trusted(trusted)).map(drop)
    }
}

/// What a good receipt consists of.
struct Parts<'r> {
    receipt: &'r Receipt,
    key: &'r VerifyingKey,
    values: Vec<Vec<Int>>,
    proof: Proof,
}

impl Parts<'_> {
    /// A receipt of other values and another proof, in which everything else follows from these.
    fn rewritten(&self, values: &[Vec<Int>], proof: &Proof) -> Receipt {
        self.under(self.key, values, proof)
    }

    fn under(&self, key: &VerifyingKey, values: &[Vec<Int>], proof: &Proof) -> Receipt {
        let model = proof.model_commitment().map(|c| c.to_string());
        let text = super::hex(&crate::proof::compress(proof));
        Receipt { notes: self.receipt.notes.clone(), ..Receipt::of(key, values, model, text) }
    }
}

impl Receipt {
    /// What can be made of this receipt, and of another one, to deceive a reader. Each must be refused.
    ///
    /// # Errors
    /// As [`Receipt::verify`]: nothing is shown by tampering with what is refused as it is.
    pub fn tampered(
        &self,
        key: &VerifyingKey,
        other: Option<&Receipt>,
    ) -> Result<Vec<Tampered>, ReceiptError> {
        let (values, proof) = self.verified(key)?;
        let parts = Parts { receipt: self, key, values, proof };
        let mut all = texts::edits(self);
        all.extend(values::edits(&parts));
        all.extend(points::edits(&parts));
        all.extend(keys::edits(&parts));
        if let Some(other) = other {
            all.extend(points::mixed(&parts, other));
        }
        // Of two receipts about one model its commitment is the same.
        all.retain(|t| t.receipt != *self);
        Ok(all)
    }
}

/// One by the trusted digest.
fn tampered(part: impl Into<String>, change: impl Into<String>, receipt: Receipt) -> Tampered {
    Tampered { part: part.into(), change: change.into(), receipt, digest: None }
}
