//! A proof with its meaning: what a person or another program can read, and check.
//!
//! A receipt needs nothing beside it but the digest of a verifying key that its reader trusts. Every field
//! but `notes` is bound: it is the key's, or follows from the key, the raw values and the proof, and
//! [`Receipt::verify`] computes it again and compares. `notes` are remarks that nothing binds.

mod difference;
mod error;
mod hexadecimal;
mod port;
mod read;
mod tamper;
mod words;

use crate::files::FileError;
use crate::keys::{HiddenPort, KeyCeremony, NondetUse, VerifyingKey};
use crate::model::ModelCommitment;
use crate::proof::{Proof, ProofFile, compress, decompress};
use crate::verify::{VerifyError, verify_file, verify_values};
use difference::first_difference;
pub use error::ReceiptError;
use hexadecimal::{hex, unhex};
pub use port::{Direction, ReceiptPort, names, real};
use serde::{Deserialize, Serialize};
pub use tamper::Tampered;
use zirc_circuit::{Digest, Int, ModelPart};

/// Version of the receipt's own layout.
pub const LAYOUT: u32 = 4;
/// The schema of the layout, in the language of JSON Schema (draft 2020-12).
pub const SCHEMA: &str = include_str!("receipt/schema.json");
/// Most bytes of a proof: A, B and C, and a commitment each to a model and to what comes before challenges.
const LONGEST_PROOF: usize = 192;

/// A proof and what it says, with the verifying key that it is checked by.
///
/// Nothing of it is believed: [`Receipt::verify`] asks for the key that the reader trusts, or
/// [`Receipt::verify_by_digest`] for its digest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Receipt {
    /// Version of this layout, 4.
    pub receipt: u32,
    /// What has been proved, in a sentence.
    pub statement: String,
    /// Name of the circuit.
    pub circuit: String,
    /// Digest of the circuit, in hexadecimal.
    pub circuit_digest: String,
    /// `groth16` or `groth16-commit`, over BN254.
    pub proof_system: String,
    /// Digest of the verifying key, in hexadecimal: what a reader compares with one that is trusted.
    pub verifying_key_digest: String,
    /// The file of the verifying key, in hexadecimal.
    pub verifying_key: String,
    /// Who made the key, as far as it says.
    pub key_made_by: String,
    /// The ceremony that the key says it was made in, if it says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key_ceremony: Option<KeyCeremony>,
    /// What the model is known by, in words.
    pub model_identity: String,
    /// The commitment to the model that the prover hides, in hexadecimal, where there is one beside the proof.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model_commitment: Option<String>,
    /// Files that the circuit's constants were read from, with their digests.
    pub model: Vec<ModelPart>,
    /// Public inputs, then public outputs.
    pub public: Vec<ReceiptPort>,
    /// What stays with the prover: inputs, models and outputs by their names and types.
    pub private: Vec<HiddenPort>,
    /// Conditions on inputs and outputs, shown or not, that are proved, in the author's words.
    pub claims: Vec<String>,
    /// Parts of inputs that no output depends on, and no check: who made the key has seen it on the circuit.
    pub independent_of: Vec<String>,
    /// What the proof does not cover.
    pub assumptions: Vec<String>,
    /// Hints that are not shown unique, with the author's reasons.
    pub nondet: Vec<NondetUse>,
    /// What no proof of this kind says.
    pub not_claimed: Vec<String>,
    /// The compressed proof, in hexadecimal.
    pub proof: String,
    /// Remarks that nothing binds.
    pub notes: Notes,
}

/// What the maker of a receipt says besides. Nothing binds it: a proof verifies whatever stands here.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Notes {
    /// Version of zirc that made the receipt.
    pub zirc: String,
    /// How near the circuit is to the float model that it was made of, as it was measured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fidelity: Option<String>,
}

impl Receipt {
    /// The receipt of a proof, which is verified first.
    ///
    /// # Errors
    /// [`ReceiptError::Verify`] if the proof does not verify under this key.
    pub fn new(key: &VerifyingKey, proof: &ProofFile) -> Result<Receipt, ReceiptError> {
        verify_file(key, proof)?;
        let values = key.interface().to_values(&proof.public)?;
        let model = proof.proof.model_commitment().map(|c| c.to_string());
        let mut receipt = Self::of(key, &values, model, hex(&compress(&proof.proof)));
        receipt.notes.zirc = env!("CARGO_PKG_VERSION").to_owned();
        Ok(receipt)
    }

    /// What a receipt for these values must say.
    pub(crate) fn of(
        key: &VerifyingKey,
        values: &[Vec<Int>],
        model_commitment: Option<String>,
        proof: String,
    ) -> Receipt {
        let interface = key.interface();
        let public: Vec<ReceiptPort> =
            interface.public.iter().zip(values).map(port::describe(interface)).collect();
        Receipt {
            receipt: LAYOUT,
            statement: words::statement(key, &public),
            circuit: interface.name.clone(),
            circuit_digest: key.circuit().to_string(),
            proof_system: words::proof_system(key).to_owned(),
            verifying_key_digest: key.digest().to_string(),
            verifying_key: hex(&key.encode()),
            key_made_by: words::key_made_by(key),
            key_ceremony: key.ceremony().map(KeyCeremony::from),
            model_identity: words::model_identity(key),
            model_commitment,
            model: interface.model.clone(),
            public,
            private: interface.hidden.clone(),
            claims: interface.claims.clone(),
            independent_of: interface.independent_of.clone(),
            assumptions: interface.assumptions.clone(),
            nondet: interface.nondet.clone(),
            not_claimed: words::NOT_CLAIMED.map(str::to_owned).to_vec(),
            proof,
            notes: Notes::default(),
        }
    }

    /// Checks every field but the notes against the verifying key, and verifies the proof.
    ///
    /// # Errors
    /// A [`ReceiptError`] that names the first part that is wrong.
    pub fn verify(&self, key: &VerifyingKey) -> Result<(), ReceiptError> {
        self.verified(key).map(drop)
    }

    /// The receipt's proof as that of a proof file, after all that [`Receipt::verify`] checks.
    ///
    /// # Errors
    /// As [`Receipt::verify`].
    pub fn to_proof(&self, key: &VerifyingKey) -> Result<ProofFile, ReceiptError> {
        let (values, proof) = self.verified(key)?;
        let public = key.interface().to_field(&values)?;
        Ok(ProofFile { circuit: key.circuit(), verifying_key: key.digest(), public, proof })
    }

    fn verified(&self, key: &VerifyingKey) -> Result<(Vec<Vec<Int>>, Proof), ReceiptError> {
        if self.verifying_key_digest != key.digest().to_string() {
            let (expected, got) = (key.digest().to_string(), self.verifying_key_digest.clone());
            return Err(ReceiptError::OtherKey { expected, got });
        }
        self.has_length(key)?;
        let values: Vec<Vec<Int>> =
            self.public.iter().map(ReceiptPort::parse).collect::<Result<_, _>>()?;
        let bytes = unhex(&self.proof, LONGEST_PROOF).ok_or(ReceiptError::ProofText)?;
        let (expected, got) = (key.commitments().size(), bytes.len());
        if expected != got {
            return Err(ReceiptError::ProofLength { expected, got });
        }
        let proof = decompress(&bytes, key.commitments()).map_err(ReceiptError::Proof)?;
        let model = proof.model_commitment().map(|c| c.to_string());
        let mut expected = Self::of(key, &values, model, self.proof.clone());
        expected.notes = self.notes.clone();
        // The sentence follows from the rest: whoever changed a value is told of the value.
        let statement = std::mem::replace(&mut expected.statement, self.statement.clone());
        expected.must_equal(self)?;
        verify_values(key, &values, &proof)?;
        if statement != self.statement {
            let (part, got) = ("statement".into(), self.statement.clone());
            return Err(ReceiptError::Differs { part, expected: statement, got });
        }
        Ok((values, proof))
    }

    /// That another says the same in every field.
    pub(crate) fn must_equal(&self, other: &Receipt) -> Result<(), ReceiptError> {
        match first_difference(self, other) {
            None => Ok(()),
            Some((part, expected, got)) => Err(ReceiptError::Differs { part, expected, got }),
        }
    }

    /// Whether there are as many public tensors and values as the key has, before any is looked at.
    pub(crate) fn has_length(&self, key: &VerifyingKey) -> Result<(), ReceiptError> {
        let ports = &key.interface().public;
        let differs = |part: String, expected: usize, got: usize| {
            let (expected, got) = (expected.to_string(), got.to_string());
            Err(ReceiptError::Differs { part, expected, got })
        };
        if ports.len() != self.public.len() {
            return differs("length of public".into(), ports.len(), self.public.len());
        }
        for (k, (port, got)) in ports.iter().zip(&self.public).enumerate() {
            for (what, list) in [("raw", &got.raw), ("values", &got.values)] {
                if list.len() != port.len() {
                    return differs(
                        format!("length of public[{k}].{what}"),
                        port.len(),
                        list.len(),
                    );
                }
            }
        }
        Ok(())
    }

    /// The same by the key in the receipt, whose digest the reader has from somebody trusted. Gives the key.
    ///
    /// # Errors
    /// As [`Receipt::verify`], and [`ReceiptError::Key`] for a key that is none.
    pub fn verify_by_digest(&self, trusted: Digest) -> Result<VerifyingKey, ReceiptError> {
        let limit = self.verifying_key.len() / 2;
        let bytes = unhex(&self.verifying_key, limit).ok_or(ReceiptError::KeyText)?;
        let key = VerifyingKey::decode(&bytes).map_err(ReceiptError::Key)?;
        if key.digest() != trusted {
            let (expected, got) = (trusted.to_string(), key.digest().to_string());
            return Err(ReceiptError::OtherKey { expected, got });
        }
        self.verify(&key)?;
        Ok(key)
    }

    /// The raw public values and the commitment to the model, as they stand here.
    ///
    /// # Errors
    /// [`ReceiptError::NotAnInteger`], and [`ReceiptError::Differs`] for a commitment that is none: never after
    /// [`Receipt::verify`].
    pub fn contents(&self) -> Result<(Vec<Vec<Int>>, Option<ModelCommitment>), ReceiptError> {
        let values = self.public.iter().map(ReceiptPort::parse).collect::<Result<_, _>>()?;
        let model = self.model_commitment.as_deref().map(str::parse).transpose();
        let none = |e: FileError| ReceiptError::Differs {
            part: "model_commitment".into(),
            expected: "a commitment".into(),
            got: e.to_string(),
        };
        Ok((values, model.map_err(none)?))
    }

    /// As JSON, one line for each field.
    #[must_use]
    pub fn to_json(&self) -> String {
        // Texts and numbers only: there is nothing that could fail.
        serde_json::to_string_pretty(self).unwrap_or_default()
    }
}

impl From<crate::keys::ValueError> for ReceiptError {
    fn from(e: crate::keys::ValueError) -> Self {
        ReceiptError::Verify(VerifyError::from(e))
    }
}
