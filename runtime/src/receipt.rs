//! A proof with its meaning: what a person or another program can read, and check.

use crate::files::FileError;
use crate::keys::{Interface, NondetUse, PublicPort, ValueError, VerifyingKey};
use crate::proof::{PROOF_SIZE, Proof, ProofFile, compress, decompress};
use crate::verify::{VerifyError, verify_file, verify_values};
use num_integer::Integer;
use num_traits::{One, Pow, Signed};
use serde::{Deserialize, Serialize};
use thiserror::Error;
use zirc_circuit::{Int, Labels, ModelPart, PortType};

/// Version of the receipt's own layout.
const LAYOUT: u32 = 2;

/// A proof and what it says, for a verifying key that the reader already trusts.
///
/// [`Receipt::verify`] believes none of it: the texts must be those of the verifying key, the real
/// values must follow from the raw ones, and the proof must prove them. `zirc` alone, the version
/// that made it, is a remark that nothing depends on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Receipt {
    /// Version of this layout, 2.
    pub receipt: u32,
    /// Version of zirc that made it.
    pub zirc: String,
    /// Name of the circuit.
    pub circuit: String,
    /// Digest of the circuit, in hexadecimal.
    pub circuit_digest: String,
    /// Digest of the verifying key, in hexadecimal.
    pub verifying_key: String,
    /// Files that the circuit's constants were read from, with their digests.
    pub model: Vec<ModelPart>,
    /// The commitment to the model that the prover hides, in hexadecimal, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model_commitment: Option<String>,
    /// Public inputs, then public outputs.
    pub public: Vec<ReceiptPort>,
    /// What the proof does not cover.
    pub assumptions: Vec<String>,
    /// Hints that are not shown unique, with the author's reasons.
    pub nondet: Vec<NondetUse>,
    /// The compressed proof, in hexadecimal.
    pub proof: String,
}

/// A public input or output with its values.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReceiptPort {
    /// Name.
    pub name: String,
    /// Which way it goes.
    pub direction: Direction,
    /// Sizes.
    pub shape: Vec<usize>,
    /// Element type, as the author wrote it.
    #[serde(rename = "type")]
    pub ty: String,
    /// Raw integers in row-major order, in decimal.
    pub raw: Vec<String>,
    /// What they are worth, raw · scale: exact decimals, or fractions where there is none.
    pub values: Vec<String>,
    /// What they stand for, where the circuit names the integers of an output.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub names: Vec<String>,
}

/// Input or output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// Given to the circuit.
    Input,
    /// Computed by it.
    Output,
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
    /// A text is not what the verifying key says, or does not follow from the raw values.
    #[error("{field}: expected {expected}, got {got}")]
    Differs {
        /// Which.
        field: String,
        /// As the key says, or as it follows.
        expected: String,
        /// As the receipt says.
        got: String,
    },
    /// A raw value that is no decimal integer.
    #[error("raw value {index} of `{name}` is not an integer")]
    NotAnInteger {
        /// The port.
        name: String,
        /// Row-major index.
        index: usize,
    },
    /// The proof is not 128, 160 or 192 bytes in lowercase hexadecimal.
    #[error(
        "proof is not {PROOF_SIZE} bytes, with 32 for each commitment, in lowercase hexadecimal"
    )]
    ProofText,
    /// The proof's bytes are no proof.
    #[error("proof: {0}")]
    Proof(#[from] FileError),
    /// The proof does not prove the values.
    #[error(transparent)]
    Verify(#[from] VerifyError),
}

impl From<ValueError> for ReceiptError {
    fn from(e: ValueError) -> Self {
        ReceiptError::Verify(e.into())
    }
}

impl Receipt {
    /// The receipt of a proof, which is verified first.
    ///
    /// # Errors
    /// [`ReceiptError::Verify`] if the proof does not verify under this key.
    pub fn new(key: &VerifyingKey, proof: &ProofFile) -> Result<Receipt, ReceiptError> {
        verify_file(key, proof)?;
        let values = key.interface().to_values(&proof.public)?;
        let receipt = Self::of(key, &values, hex(&compress(&proof.proof)));
        let model_commitment = proof.proof.model_commitment().map(|c| c.to_string());
        Ok(Receipt { model_commitment, ..receipt })
    }

    /// What a receipt for these values must say.
    fn of(key: &VerifyingKey, values: &[Vec<Int>], proof: String) -> Receipt {
        let interface = key.interface();
        Receipt {
            receipt: LAYOUT,
            zirc: env!("CARGO_PKG_VERSION").to_owned(),
            circuit: interface.name.clone(),
            circuit_digest: key.circuit().to_string(),
            verifying_key: key.digest().to_string(),
            model: interface.model.clone(),
            model_commitment: None,
            public: interface.public.iter().zip(values).map(describe(interface)).collect(),
            assumptions: interface.assumptions.clone(),
            nondet: interface.nondet.clone(),
            proof,
        }
    }

    /// Checks every statement of the receipt against the verifying key and verifies its proof.
    ///
    /// # Errors
    /// A [`ReceiptError`] that names the first field that is wrong.
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
        let mut values = Vec::new();
        for port in &self.public {
            values.push(parse_raw(port)?);
        }
        // What does not even have the key's shape is reported as such before it is described.
        let expected = Self::of(key, &values, self.proof.clone());
        same("layout", &expected.receipt, &self.receipt)?;
        same("circuit", &expected.circuit, &self.circuit)?;
        same("digest of the circuit", &expected.circuit_digest, &self.circuit_digest)?;
        same("digest of the verifying key", &expected.verifying_key, &self.verifying_key)?;
        same("model", &expected.model, &self.model)?;
        same("assumptions", &expected.assumptions, &self.assumptions)?;
        same("hints that need not be unique", &expected.nondet, &self.nondet)?;
        let public = &key.interface().public;
        same("number of public inputs and outputs", &public.len(), &self.public.len())?;
        for (expected, got) in expected.public.iter().zip(&self.public) {
            same(&format!("public tensor `{}`", expected.name), expected, got)?;
        }
        let bytes = unhex(&self.proof).ok_or(ReceiptError::ProofText)?;
        let (expected, got) = (key.commitments().count(), (bytes.len() - PROOF_SIZE) / 32);
        if expected != got {
            return Err(VerifyError::Commitments { expected, got }.into());
        }
        let proof = decompress(&bytes, key.commitments())?;
        let named = proof.model_commitment().map(|c| c.to_string());
        same("commitment to the model", &named, &self.model_commitment)?;
        verify_values(key, &values, &proof)?;
        Ok((values, proof))
    }

    /// As JSON, one line for each field.
    #[must_use]
    pub fn to_json(&self) -> String {
        // Texts and numbers only: there is nothing that could fail.
        serde_json::to_string_pretty(self).unwrap_or_default()
    }

    /// Reads JSON; no statement in it has been checked yet.
    ///
    /// # Errors
    /// [`ReceiptError::Json`], also for fields that are not known.
    pub fn from_json(text: &str) -> Result<Receipt, ReceiptError> {
        serde_json::from_str(text).map_err(|e| ReceiptError::Json { message: e.to_string() })
    }
}

fn same<T: PartialEq + std::fmt::Debug>(
    field: &str,
    expected: &T,
    got: &T,
) -> Result<(), ReceiptError> {
    if expected == got {
        return Ok(());
    }
    let (expected, got) = (format!("{expected:?}"), format!("{got:?}"));
    Err(ReceiptError::Differs { field: field.to_owned(), expected, got })
}

fn describe(interface: &Interface) -> impl Fn((&PublicPort, &Vec<Int>)) -> ReceiptPort {
    move |(port, values)| ReceiptPort {
        names: names(&interface.assumptions, port.output, &port.name, &port.ty, values),
        name: port.name.clone(),
        direction: if port.output { Direction::Output } else { Direction::Input },
        shape: port.shape.clone(),
        ty: port.written.clone(),
        raw: values.iter().map(Int::to_string).collect(),
        values: values.iter().map(|v| real(v, &port.ty)).collect(),
    }
}

/// What the integers of a port stand for, if the assumptions of its circuit name them: those that have no
/// name are themselves.
#[must_use]
pub fn names(
    assumptions: &[String],
    output: bool,
    port: &str,
    ty: &PortType,
    values: &[Int],
) -> Vec<String> {
    let labels = if output { Labels::of(assumptions, port) } else { None };
    let Some(labels) = labels else { return vec![] };
    let one = |raw: &Int| {
        let value = real(raw, ty);
        let name = value.parse::<usize>().ok().and_then(|k| labels.get(k));
        name.cloned().unwrap_or(value)
    };
    values.iter().map(one).collect()
}

fn parse_raw(port: &ReceiptPort) -> Result<Vec<Int>, ReceiptError> {
    let parse = |(index, text): (usize, &String)| {
        // Nothing longer than an element of the field, and only the usual way to write it.
        let value = (text.len() <= 80).then(|| text.parse::<Int>().ok()).flatten();
        value
            .filter(|v| v.to_string() == *text)
            .ok_or_else(|| ReceiptError::NotAnInteger { name: port.name.clone(), index })
    };
    port.raw.iter().enumerate().map(parse).collect()
}

/// Most decimal places of a value.
const PLACES: u32 = 40;

/// raw · numerator / denominator, exactly: as a decimal if it has one of at most 40 places.
#[must_use]
pub fn real(raw: &Int, ty: &PortType) -> String {
    let PortType::Fix { numerator, denominator, .. } = ty else { return raw.to_string() };
    let top = raw * numerator;
    let divisor = top.gcd(denominator);
    let (top, bottom) = (top / &divisor, denominator / &divisor);
    let twos = bottom.trailing_zeros().unwrap_or(0);
    let (mut rest, mut fives) = (&bottom >> twos, 0);
    while fives <= PLACES && rest.is_multiple_of(&5.into()) {
        rest /= 5;
        fives += 1;
    }
    let places = u32::try_from(twos).unwrap_or(u32::MAX).max(fives);
    if !rest.is_one() || places > PLACES {
        return format!("{top}/{bottom}");
    }
    if places == 0 {
        return top.to_string();
    }
    let ten = Int::from(10).pow(places);
    let (whole, fraction) = (top.abs() * &ten / bottom).div_rem(&ten);
    let sign = if top.is_negative() { "-" } else { "" };
    format!(
        "{sign}{whole}.{fraction:0>width$}",
        fraction = fraction.to_string(),
        width = places as usize
    )
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let sizes = [0, 1, 2].map(|commitments| 2 * (PROOF_SIZE + 32 * commitments));
    if !sizes.contains(&text.len()) {
        return None;
    }
    let digit = |c: u8| match c {
        b'0'..=b'9' => Some(c - b'0'),
        b'a'..=b'f' => Some(c - b'a' + 10),
        _ => None,
    };
    let byte = |pair: &[u8]| Some(digit(pair[0])? << 4 | digit(pair[1])?);
    text.as_bytes().chunks_exact(2).map(byte).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn real_values_are_exact() {
        let text = |raw: i64, num: i64, den: i64| {
            let (lo, hi) = (Int::from(-1000), Int::from(1000));
            let (numerator, denominator) = (num.into(), den.into());
            real(&raw.into(), &PortType::Fix { lo, hi, numerator, denominator })
        };
        assert_eq!(text(-24, 1, 16), "-1.5");
        assert_eq!(text(1, 1, 16), "0.0625");
        assert_eq!(text(-1, 1, 40), "-0.025");
        assert_eq!(text(32, 1, 16), "2");
        assert_eq!(text(2, 1, 3), "2/3");
        assert_eq!(text(6, 5, 3), "10");
    }

    #[test]
    fn hexadecimal_has_one_form() {
        for size in [PROOF_SIZE, PROOF_SIZE + 32, PROOF_SIZE + 64] {
            let bytes = vec![0xabu8; size];
            assert_eq!(unhex(&hex(&bytes)), Some(bytes));
        }
        let bytes = [0xabu8; PROOF_SIZE];
        assert_eq!(unhex(&hex(&bytes).to_uppercase()), None);
        assert_eq!(unhex(&hex(&bytes)[1..]), None);
    }
}
