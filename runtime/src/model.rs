//! A model that is committed to once: its commitment, and what the prover keeps to open it.
//!
//! Dₘ = Σ_model m_j·\[ζ_j/δₘ\]₁ + κₘ·\[δ\]₁ under a proving key. κₘ is drawn once, when the commitment is made, and
//! kept with the model ([`Opening`]), so that every proof has the same Dₘ. C has −κₘ·\[δₘ\]₁ more, and the
//! verifier multiplies by e(Dₘ, δₘ). Dₘ says nothing about the model, as κₘ is uniform, and names no
//! other: the ζ_j are independent (`setup/alone.rs`), and so two models under one Dₘ give a relation
//! between them.

use crate::files::codec::Decoder;
use crate::files::points::{compress_g1, decompress_g1, prime_bytes, read_scalar};
use crate::files::{self, FileError, Readers, container, write_for};
use crate::keys::{Head, VerifyingKey};
use ark_bn254::{Fr, G1Affine, G1Projective};
use ark_ec::CurveGroup;
use ark_ff::UniformRand;
use rand::{CryptoRng, RngCore};
use sha2::{Digest as _, Sha256};
use std::fmt;
use std::io::{self, Cursor, Read, Seek};
use std::path::Path;
use std::str::FromStr;
use zeroize::Zeroize;
use zirc_circuit::{Assignment, Circuit, Digest};

/// The commitment to a model under a key: what names it. The compressed point Dₘ, as text in hexadecimal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ModelCommitment([u8; 32]);

impl From<&G1Affine> for ModelCommitment {
    fn from(point: &G1Affine) -> Self {
        let mut bytes = Vec::with_capacity(32);
        compress_g1(point, &mut bytes);
        let mut out = [0; 32];
        out.copy_from_slice(&bytes);
        ModelCommitment(out)
    }
}

impl ModelCommitment {
    /// The compressed point.
    #[must_use]
    pub fn bytes(&self) -> [u8; 32] {
        self.0
    }

    /// The point.
    pub(crate) fn point(&self) -> Result<G1Affine, FileError> {
        decompress_g1(&self.0).map_err(|e| e.at("commitment to the model"))
    }
}

impl fmt::Display for ModelCommitment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|b| write!(f, "{b:02x}"))
    }
}

impl FromStr for ModelCommitment {
    type Err = FileError;

    /// # Errors
    /// [`FileError::Invalid`] for anything but 64 lowercase hexadecimal digits, [`FileError::Point`] for
    /// what is no point of the group or the identity.
    fn from_str(text: &str) -> Result<Self, FileError> {
        let what = "commitment to the model";
        let lowercase = |b: &u8| matches!(b, b'0'..=b'9' | b'a'..=b'f');
        if text.len() != 64 || !text.as_bytes().iter().all(lowercase) {
            return Err(FileError::Invalid { what });
        }
        let byte = |k: usize| u8::from_str_radix(&text[2 * k..2 * k + 2], 16);
        let bytes: Result<Vec<u8>, _> = (0..32).map(byte).collect();
        let bytes = bytes.map_err(|_| FileError::Invalid { what })?;
        let point = decompress_g1(&bytes).map_err(|e| e.at(what))?;
        Ok(ModelCommitment::from(&point))
    }
}

/// What the prover keeps of a model's commitment, as secret as the model: with it, and with guessed
/// weights, anybody can see whether the guess is right.
#[derive(Clone, PartialEq, Eq)]
pub struct Opening {
    circuit: Digest,
    verifying_key: Digest,
    commitment: G1Affine,
    blinder: Fr,
    /// Names the values that it opens to: SHA-256 of the blinder and of them.
    values: [u8; 32],
}

impl Drop for Opening {
    fn drop(&mut self) {
        self.blinder.zeroize();
    }
}

impl fmt::Debug for Opening {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Opening of {} under {}", self.commitment(), self.verifying_key)
    }
}

impl Opening {
    /// Of a sum over the model, with a fresh κₘ; `None` where the key's circuit has no model.
    pub(crate) fn draw(
        head: Head<'_>,
        sum: G1Projective,
        circuit: &Circuit,
        assignment: &Assignment,
        rng: &mut (impl RngCore + CryptoRng),
    ) -> Option<Opening> {
        let blinder = Fr::rand(rng);
        let values = sealed(&blinder, circuit, assignment);
        let point = (sum + head.model?.delta_g1 * blinder).into_affine();
        let (circuit, verifying_key) = (head.verifying.circuit(), head.verifying.digest());
        Some(Opening { circuit, verifying_key, commitment: point, blinder, values })
    }

    /// Whether the model in an assignment is the one that it was made of: known without the proving key, and not
    /// what a verifier relies on.
    #[must_use]
    pub fn is_of(&self, circuit: &Circuit, assignment: &Assignment) -> bool {
        self.values == sealed(&self.blinder, circuit, assignment)
    }

    /// The commitment.
    #[must_use]
    pub fn commitment(&self) -> ModelCommitment {
        ModelCommitment::from(&self.commitment)
    }

    /// The same as a point.
    pub(crate) fn point(&self) -> G1Affine {
        self.commitment
    }

    /// Digest of the verifying key that it was made under.
    #[must_use]
    pub fn verifying_key(&self) -> Digest {
        self.verifying_key
    }

    /// Whether it was made under this key.
    pub(crate) fn is_under(&self, key: &VerifyingKey) -> bool {
        (self.circuit, self.verifying_key) == (key.circuit(), key.digest())
    }

    pub(crate) fn blinder(&self) -> Fr {
        self.blinder
    }

    /// The file's bytes.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Vec::new();
        // Writing into memory does not fail.
        let _ = container::write(&mut out, files::Kind::Opening, self.circuit, 4 * 32, |out| {
            let mut point = Vec::new();
            compress_g1(&self.commitment, &mut point);
            io::Write::write_all(out, &self.verifying_key.0)?;
            io::Write::write_all(out, &point)?;
            io::Write::write_all(out, &prime_bytes(&self.blinder))?;
            io::Write::write_all(out, &self.values)
        });
        out
    }

    /// Reads an opening from memory.
    ///
    /// # Errors
    /// A [`FileError`] for anything but the one encoding of an opening.
    pub fn decode(bytes: &[u8]) -> Result<Opening, FileError> {
        Self::read(Cursor::new(bytes))
    }

    fn read(source: impl Read + Seek + Send) -> Result<Opening, FileError> {
        let opened = container::open(source, files::Kind::Opening)?;
        let mut source: Decoder<_> = opened.payload;
        let verifying_key = Digest(source.array("digest of the verifying key")?);
        let point = source.array::<32>("commitment to the model")?;
        let point = decompress_g1(&point).map_err(|e| e.at("commitment to the model"))?;
        let blinder = read_scalar(&mut source, "blinder of the model")?;
        let values = source.array("digest of the model")?;
        source.finish()?;
        let (circuit, commitment) = (opened.circuit, point);
        Ok(Opening { circuit, verifying_key, commitment, blinder, values })
    }

    /// Reads an opening's file.
    ///
    /// # Errors
    /// As [`Opening::decode`], and [`FileError::Io`].
    pub fn load(path: &Path) -> Result<Opening, FileError> {
        Self::read(io::BufReader::new(std::fs::File::open(path)?))
    }

    /// Writes its file, for its owner only, whole or not at all.
    ///
    /// # Errors
    /// [`FileError::Io`]
    pub fn save(&self, path: &Path) -> Result<(), FileError> {
        write_for(path, Readers::Owner, |out| Ok(io::Write::write_all(out, &self.encode())?))
    }
}

/// Names the model in an assignment to whoever has the blinder, and says nothing of it to anybody else.
fn sealed(blinder: &Fr, circuit: &Circuit, assignment: &Assignment) -> [u8; 32] {
    let mut all = Sha256::new().chain_update(b"zirc opening v1").chain_update(prime_bytes(blinder));
    let tensors = circuit.tensors.iter().zip(&assignment.values);
    for (_, values) in tensors.filter(|(t, _)| t.kind == zirc_circuit::Kind::Model) {
        for value in values.to_field() {
            all.update(prime_bytes(&value));
        }
    }
    all.finalize().into()
}

#[cfg(test)]
mod tests;
