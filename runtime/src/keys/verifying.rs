//! The verifying key.

use super::{Interface, MadeIn};
use crate::files::codec::{Decoder, Encode};
use crate::files::points::{read_point, read_points, write_points};
use crate::files::{FileError, Kind, container};
use crate::proof::Commitments;
use ark_bn254::{Bn254, G2Affine};
use ark_ec::AffineRepr;
use std::io::{self, Cursor, Read, Seek, Write};
use std::path::Path;
use zirc_circuit::Digest;
use zirc_circuit::validate::MAX_ELEMENTS;

/// What it takes to verify a proof: the points of Groth16, the circuit they belong to, and what
/// the public values mean.
#[derive(Clone, Debug, PartialEq)]
pub struct VerifyingKey {
    circuit: Digest,
    interface: Interface,
    points: ark_groth16::VerifyingKey<Bn254>,
    commitment: Option<CommitmentPoints>,
    model: Option<G2Affine>,
    made_in: Option<MadeIn>,
    digest: Digest,
}

/// What a verifying key has more for a circuit with challenges.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommitmentPoints {
    /// \[δ₀\]₂: what the commitment is under.
    pub delta_g2: G2Affine,
    /// Number of challenges. Their points follow those of the public values.
    pub challenges: usize,
}

impl VerifyingKey {
    /// `model` is \[δₘ\]₂ of a circuit with a model; `points` has one point for the constant 1, for each public value and for each challenge.
    pub(crate) fn new(
        circuit: Digest,
        interface: Interface,
        points: ark_groth16::VerifyingKey<Bn254>,
        commitment: Option<CommitmentPoints>,
        model: Option<G2Affine>,
    ) -> Self {
        let digest = Digest([0; 32]);
        let made_in = None;
        let key = VerifyingKey { circuit, interface, points, commitment, model, made_in, digest };
        key.made_in(None)
    }

    /// The key with what it says of the ceremony that it was made in, which its digest covers.
    pub(crate) fn made_in(mut self, ceremony: Option<MadeIn>) -> Self {
        self.made_in = ceremony;
        // Writing into nothing does not fail.
        self.digest = self.write(io::sink()).unwrap_or(Digest([0; 32]));
        self
    }

    /// Digest of the circuit.
    #[must_use]
    pub fn circuit(&self) -> Digest {
        self.circuit
    }

    /// What the public values are.
    #[must_use]
    pub fn interface(&self) -> &Interface {
        &self.interface
    }

    /// The key as arkworks knows it; `ark_groth16::Groth16::verify` takes it with our proofs.
    ///
    /// ark-groth16 reads missing public inputs as zeros and checks no types: use
    /// [`verify`](crate::verify()).
    #[must_use]
    pub fn points(&self) -> &ark_groth16::VerifyingKey<Bn254> {
        &self.points
    }

    /// Whether γ is 1: the key was made in two phases, of which the first knows no circuit. Whoever makes a key
    /// alone draws a γ.
    #[must_use]
    pub fn has_two_phases(&self) -> bool {
        self.points.gamma_g2 == G2Affine::generator()
    }

    /// What it says of the ceremony that its second phase was; `None` where it says nothing. Whoever makes a key
    /// can write anything here: who has the ceremony's file verifies it.
    #[must_use]
    pub fn ceremony(&self) -> Option<&MadeIn> {
        self.made_in.as_ref()
    }

    /// What it has more for a circuit with challenges; `None` is plain Groth16.
    #[must_use]
    pub fn commitment(&self) -> Option<&CommitmentPoints> {
        self.commitment.as_ref()
    }

    /// \[δₘ\]₂, what the commitment to a model is under; `None` where the circuit has no model.
    #[must_use]
    pub fn model(&self) -> Option<&G2Affine> {
        self.model.as_ref()
    }

    /// Which commitments proofs under this key have.
    #[must_use]
    pub fn commitments(&self) -> Commitments {
        Commitments { round: self.commitment.is_some(), model: self.model.is_some() }
    }

    /// Number of challenges, which the verifier derives itself.
    #[must_use]
    pub fn num_challenges(&self) -> usize {
        self.commitment.as_ref().map_or(0, |c| c.challenges)
    }

    /// BLAKE3 of the key's encoding, which holds the circuit's digest: the checksum in its file.
    #[must_use]
    pub fn digest(&self) -> Digest {
        self.digest
    }

    /// The key's encoding.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Vec::new();
        // Writing into memory does not fail.
        let _ = self.write(&mut out);
        out
    }

    /// Reads an encoded key; every point is checked.
    ///
    /// # Errors
    /// A [`FileError`] for anything but the one encoding of a key.
    pub fn decode(bytes: &[u8]) -> Result<VerifyingKey, FileError> {
        Self::read(Cursor::new(bytes))
    }

    /// Reads a key file.
    ///
    /// # Errors
    /// As [`VerifyingKey::decode`], and [`FileError::Io`].
    pub fn load(path: &Path) -> Result<VerifyingKey, FileError> {
        Self::read(io::BufReader::new(std::fs::File::open(path)?))
    }

    /// Writes a key file, whole or not at all.
    ///
    /// # Errors
    /// [`FileError::Io`]
    pub fn save(&self, path: &Path) -> Result<(), FileError> {
        crate::files::write_atomically(path, |out| Ok(self.write(out).map(drop)?))
    }

    /// Writes the encoding and returns its checksum.
    fn write(&self, out: impl Write) -> io::Result<Digest> {
        let mut payload = Vec::new();
        self.write_payload(&mut payload)?;
        container::write(out, Kind::VerifyingKey, self.circuit, payload.len() as u64, |out| {
            out.write_all(&payload)
        })
    }

    pub(super) fn write_payload(&self, out: &mut impl Write) -> io::Result<()> {
        self.interface.write(out)?;
        write_points(out, &[self.points.alpha_g1])?;
        write_points(out, &[self.points.beta_g2, self.points.gamma_g2, self.points.delta_g2])?;
        out.write_all(&[self.commitments().tag()])?;
        if let Some(model) = self.model {
            write_points(out, &[model])?;
        }
        if let Some(commitment) = &self.commitment {
            out.put_u64(commitment.challenges as u64)?;
            write_points(out, &[commitment.delta_g2])?;
        }
        out.put_u64(self.points.gamma_abc_g1.len() as u64)?;
        write_points(out, &self.points.gamma_abc_g1)?;
        MadeIn::write(self.made_in.as_ref(), out)
    }

    /// Bytes of the payload of a circuit's key.
    pub(crate) fn payload_len(interface: &Interface, challenges: usize, model: bool) -> u64 {
        let mut names = Vec::new();
        // Writing into memory does not fail.
        let _ = interface.write(&mut names);
        let own = if challenges > 0 { 8 + 128 } else { 0 };
        let own = own + if model { 128 } else { 0 };
        let public = 1 + interface.num_instance() + challenges;
        names.len() as u64 + 64 + 3 * 128 + 1 + own + 8 + 64 * public as u64 + 1
    }

    fn read(source: impl Read + Seek + Send) -> Result<VerifyingKey, FileError> {
        let mut opened = container::open(source, Kind::VerifyingKey)?;
        let key = Self::read_payload(&mut opened.payload, opened.circuit)?;
        opened.payload.finish()?;
        // A key has one encoding, so this is what was read; the digest stands on it.
        if key.digest == opened.checksum {
            Ok(key)
        } else {
            Err(FileError::Invalid { what: "encoding of the key" })
        }
    }

    pub(super) fn read_payload<R: Read + Send>(
        source: &mut Decoder<R>,
        circuit: Digest,
    ) -> Result<VerifyingKey, FileError> {
        let interface = Interface::read(source)?;
        let alpha_g1 = read_point(source, "alpha")?;
        let beta_g2 = read_point(source, "beta")?;
        let gamma_g2 = read_point(source, "gamma")?;
        let delta_g2 = read_point(source, "delta")?;
        let has = Commitments::read(source, "commitments of the key")?;
        let model = match has.model {
            true => Some(read_point(source, "delta of the model")?),
            false => None,
        };
        let commitment = if has.round {
            // As many points follow, so this is no larger than the file.
            let challenges = source.u64("number of challenges")?;
            let challenges = usize::try_from(challenges).ok();
            let challenges = challenges
                .filter(|n| (1..MAX_ELEMENTS).contains(n))
                .ok_or(FileError::Invalid { what: "number of challenges" })?;
            Some(CommitmentPoints {
                delta_g2: read_point(source, "delta of the commitment")?,
                challenges,
            })
        } else {
            None
        };
        if interface.has_evaluation() && commitment.is_none() {
            return Err(FileError::Invalid { what: "carried public values without a commitment" });
        }
        let what = "points of the public values";
        let count = source.count(64, what)?;
        let challenges = commitment.as_ref().map_or(0, |c| c.challenges);
        let expected = interface.num_instance() + 1 + challenges;
        if count != expected {
            let (expected, got) = (expected as u64, count as u64);
            return Err(FileError::Inconsistent { what, expected, got });
        }
        let gamma_abc_g1 = read_points(source, count, true, what)?;
        let points =
            ark_groth16::VerifyingKey { alpha_g1, beta_g2, gamma_g2, delta_g2, gamma_abc_g1 };
        let key = VerifyingKey::new(circuit, interface, points, commitment, model);
        let key = key.made_in(MadeIn::read(source)?);
        if key.made_in.is_some() && !key.has_two_phases() {
            return Err(FileError::Invalid { what: "ceremony of a key made by one party" });
        }
        key.check_trapdoors()?;
        Ok(key)
    }
}
