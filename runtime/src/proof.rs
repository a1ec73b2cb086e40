//! Proofs, and the file of one.

use crate::files::codec::{Decoder, Encode};
use crate::files::points::{
    compress_g1, compress_g2, decompress_g1, decompress_g2, prime_bytes, read_scalar,
};
use crate::files::{FileError, Kind, container, write_atomically};
use crate::model::ModelCommitment;
use ark_bn254::{Bn254, Fr, G1Affine, G2Affine};
use std::io::{self, Cursor, Read, Seek, Write};
use std::path::Path;
use zirc_circuit::Digest;

/// A Groth16 proof, with the commitment of a circuit that has challenges.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    /// A.
    pub a: G1Affine,
    /// B.
    pub b: G2Affine,
    /// C.
    pub c: G1Affine,
    /// Dₘ: the commitment to the model, where the circuit has one.
    pub model: Option<G1Affine>,
    /// D: the commitment that challenges are derived from, where the circuit has any.
    pub commitment: Option<G1Affine>,
}

/// Which commitments proofs of a circuit have, one point each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Commitments {
    /// Whether challenges are drawn.
    pub round: bool,
    /// Whether there is a model.
    pub model: bool,
}

impl Commitments {
    /// How many.
    #[must_use]
    pub fn count(self) -> usize {
        usize::from(self.round) + usize::from(self.model)
    }

    /// Bytes of a compressed proof that has these.
    #[must_use]
    pub fn size(self) -> usize {
        PROOF_SIZE + self.count() * POINT
    }

    /// As a byte of a file.
    pub(crate) fn tag(self) -> u8 {
        u8::from(self.round) | u8::from(self.model) << 1
    }

    pub(crate) fn read<R: Read + Send>(
        source: &mut Decoder<R>,
        what: &'static str,
    ) -> Result<Self, FileError> {
        match source.array::<1>(what)? {
            [tag @ 0..=3] => Ok(Commitments { round: tag & 1 > 0, model: tag & 2 > 0 }),
            _ => Err(FileError::Invalid { what }),
        }
    }
}

impl Proof {
    /// The proof as arkworks knows it, which has no commitment.
    #[must_use]
    pub fn to_ark(&self) -> ark_groth16::Proof<Bn254> {
        ark_groth16::Proof { a: self.a, b: self.b, c: self.c }
    }

    /// What names the model that it is about, where the circuit has one.
    #[must_use]
    pub fn model_commitment(&self) -> Option<ModelCommitment> {
        self.model.as_ref().map(ModelCommitment::from)
    }

    /// Which commitments it has.
    #[must_use]
    pub fn commitments(&self) -> Commitments {
        Commitments { round: self.commitment.is_some(), model: self.model.is_some() }
    }
}

impl From<ark_groth16::Proof<Bn254>> for Proof {
    fn from(p: ark_groth16::Proof<Bn254>) -> Proof {
        Proof { a: p.a, b: p.b, c: p.c, model: None, commitment: None }
    }
}

/// Bytes of a compressed proof without a commitment.
pub const PROOF_SIZE: usize = 128;
/// Bytes of a compressed proof with one.
pub const COMMITTED_PROOF_SIZE: usize = PROOF_SIZE + POINT;
/// Bytes of a compressed point in G1.
const POINT: usize = 32;

/// A proof as A, B, C and, if it has them, Dₘ and D, compressed: 32 + 64 + 32 (+ 32) (+ 32) bytes, each
/// as `ark-serialize` writes it.
#[must_use]
pub fn compress(proof: &Proof) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(PROOF_SIZE + proof.commitments().count() * POINT);
    compress_g1(&proof.a, &mut bytes);
    compress_g2(&proof.b, &mut bytes);
    compress_g1(&proof.c, &mut bytes);
    for commitment in proof.model.iter().chain(&proof.commitment) {
        compress_g1(commitment, &mut bytes);
    }
    bytes
}

/// Reads a compressed proof with these commitments. Every point is on its curve, in its group and not the identity, and
/// the encoding is the only one of that proof.
///
/// # Errors
/// [`FileError::Point`] with the element's name, [`FileError::Inconsistent`] for another number of
/// bytes than [`PROOF_SIZE`] and 32 for each commitment.
pub fn decompress(bytes: &[u8], has: Commitments) -> Result<Proof, FileError> {
    let expected = PROOF_SIZE + has.count() * POINT;
    if bytes.len() != expected {
        let (expected, got) = (expected as u64, bytes.len() as u64);
        return Err(FileError::Inconsistent { what: "size of the proof", expected, got });
    }
    let (proof, mut rest) = bytes.split_at(PROOF_SIZE);
    let mut next = |there: bool, name| {
        if !there {
            return Ok(None);
        }
        let (point, after) = rest.split_at(POINT);
        rest = after;
        decompress_g1(point).map_err(|e| e.at(name)).map(Some)
    };
    let model = next(has.model, "D of the model")?;
    let commitment = next(has.round, "D")?;
    Ok(Proof {
        a: decompress_g1(&proof[..32]).map_err(|e| e.at("A"))?,
        b: decompress_g2(&proof[32..96]).map_err(|e| e.at("B"))?,
        c: decompress_g1(&proof[96..]).map_err(|e| e.at("C"))?,
        model,
        commitment,
    })
}

/// A proof with what it is a proof of.
#[derive(Clone, Debug, PartialEq)]
pub struct ProofFile {
    /// Digest of the circuit.
    pub circuit: Digest,
    /// Digest of the verifying key.
    pub verifying_key: Digest,
    /// Public values in the order of the public variables, without the leading 1.
    pub public: Vec<Fr>,
    /// The proof.
    pub proof: Proof,
}

impl ProofFile {
    /// The file's bytes.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Vec::new();
        // Writing into memory does not fail.
        let _ = self.write(&mut out);
        out
    }

    fn write(&self, out: impl Write) -> io::Result<Digest> {
        let proof = compress(&self.proof);
        let len = 1 + proof.len() as u64 + 32 + 8 + 32 * self.public.len() as u64;
        container::write(out, Kind::Proof, self.circuit, len, |out| {
            out.write_all(&[self.proof.commitments().tag()])?;
            out.write_all(&proof)?;
            out.write_all(&self.verifying_key.0)?;
            out.put_u64(self.public.len() as u64)?;
            self.public.iter().try_for_each(|x| out.write_all(&prime_bytes(x)))
        })
    }

    /// Reads a proof file from memory.
    ///
    /// # Errors
    /// A [`FileError`] for anything but the one encoding of a proof.
    pub fn decode(bytes: &[u8]) -> Result<ProofFile, FileError> {
        Self::read(Cursor::new(bytes))
    }

    fn read(source: impl Read + Seek + Send) -> Result<ProofFile, FileError> {
        let opened = container::open(source, Kind::Proof)?;
        let mut source = opened.payload;
        let has = Commitments::read(&mut source, "commitments of the proof")?;
        let mut proof = source.array::<PROOF_SIZE>("proof")?.to_vec();
        for _ in 0..has.count() {
            proof.extend(source.array::<POINT>("commitment of the proof")?);
        }
        let verifying_key = Digest(source.array("digest of the verifying key")?);
        let mut public = Vec::new();
        for _ in 0..source.count(32, "public values")? {
            public.push(read_scalar(&mut source, "public value")?);
        }
        source.finish()?;
        let proof = decompress(&proof, has)?;
        Ok(ProofFile { circuit: opened.circuit, verifying_key, public, proof })
    }

    /// Reads a proof file.
    ///
    /// # Errors
    /// As [`ProofFile::decode`], and [`FileError::Io`].
    pub fn load(path: &Path) -> Result<ProofFile, FileError> {
        Self::read(io::BufReader::new(std::fs::File::open(path)?))
    }

    /// Writes a proof file, whole or not at all.
    ///
    /// # Errors
    /// [`FileError::Io`]
    pub fn save(&self, path: &Path) -> Result<(), FileError> {
        write_atomically(path, |out| Ok(self.write(out).map(drop)?))
    }
}
