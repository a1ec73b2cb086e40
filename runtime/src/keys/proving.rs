//! The proving key.

use super::head::Front;
use super::{Blinders, CommitmentQuery, Query, VerifyingKey};
use crate::domain::Domain;
use crate::files::codec::Encode;
use crate::files::points::{read_points, write_points};
use crate::files::{FileError, Kind, container};
use ark_bn254::{G1Affine, g1, g2};
use std::io::{self, Cursor, Read, Seek, Write};
use std::path::Path;
use zirc_circuit::Digest;

/// Whether the points of a proving key are checked when it is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Validation {
    /// Coordinates are canonical, no more. For files that one wrote oneself: the checksum finds
    /// damage, and a proof by a bad key does not verify. A key that someone else made on purpose
    /// can still make proofs that say something about the witness.
    #[default]
    Canonical,
    /// Every point is on its curve and in its group.
    Full,
}

/// What it takes to prove.
///
/// With the Lagrange polynomials of the double domain ([`crate::domain`]), Eᵢ for the domain's points and Oᵢ for
/// the odd ones, columns aⱼ, bⱼ, cⱼ at τ and c'ⱼ = Σᵢ Cᵢⱼ·Eᵢ(τ):
/// - `a`: \[aⱼ\]₁ and `b`: \[bⱼ\]₂, for every variable that has such a column;
/// - `c`: for a witness variable, \[(β·aⱼ + α·bⱼ + c'ⱼ)/δ\]₁; for one whose ζⱼ the verifier
///   has elsewhere, since it is public, a challenge or committed to, \[(c'ⱼ − cⱼ)/δ\]₁;
/// - `h`: \[Oᵢ(τ)/δ\]₁ for every i.
///
/// There is no B query in G1: the prover rerandomises instead (see [`prove`](crate::prove())).
/// The C query absorbs the domain's own points, where A·B = C holds without a transform.
#[derive(Clone, Debug, PartialEq)]
pub struct ProvingKey {
    pub(crate) verifying: VerifyingKey,
    pub(crate) domain: Domain,
    pub(crate) num_constraints: usize,
    pub(crate) num_variables: usize,
    pub(crate) a: Query<g1::Config>,
    pub(crate) b: Query<g2::Config>,
    pub(crate) c: Query<g1::Config>,
    pub(crate) h: Vec<G1Affine>,
    /// Where the circuit has a model.
    pub(crate) model: Option<CommitmentQuery>,
    /// Where the circuit has challenges.
    pub(crate) commitment: Option<CommitmentQuery>,
}

/// Points of a key's queries.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sizes {
    /// Variables with a row of their own and points of the query, of the model's commitment.
    pub(crate) m: Option<(usize, usize)>,
    /// The same of the commitment that challenges follow from.
    pub(crate) d: Option<(usize, usize)>,
    pub(crate) h: usize,
    pub(crate) a: usize,
    pub(crate) b: usize,
    pub(crate) c: usize,
}

impl Sizes {
    /// Bytes of the payload of a key's file, given those of the verifying key's.
    pub(crate) fn payload_len(&self, verifying: u64) -> u64 {
        let of =
            |(pinned, points)| Blinders::encoded_len(pinned) + Query::<g1::Config>::len_of(points);
        let commitment = self.m.map_or(0, of) + self.d.map_or(0, of);
        let queries = Query::<g1::Config>::len_of(self.a)
            + Query::<g2::Config>::len_of(self.b)
            + Query::<g1::Config>::len_of(self.c);
        verifying + 3 * 8 + commitment + 64 * self.h as u64 + queries
    }
}

impl ProvingKey {
    /// The verifying key that belongs to it.
    #[must_use]
    pub fn verifying_key(&self) -> &VerifyingKey {
        &self.verifying
    }

    /// Digest of the circuit.
    #[must_use]
    pub fn circuit(&self) -> Digest {
        self.verifying.circuit()
    }

    /// Points of the domain: rows of constraints and public inputs, padded.
    #[must_use]
    pub fn domain_size(&self) -> usize {
        self.domain.size()
    }

    /// The A query.
    #[must_use]
    pub fn a_query(&self) -> &Query<g1::Config> {
        &self.a
    }

    /// The B query.
    #[must_use]
    pub fn b_query(&self) -> &Query<g2::Config> {
        &self.b
    }

    /// The C query.
    #[must_use]
    pub fn c_query(&self) -> &Query<g1::Config> {
        &self.c
    }

    /// The quotient's query.
    pub fn h_query(&self) -> &[G1Affine] {
        &self.h
    }

    /// Bytes of the key's file.
    #[must_use]
    pub fn file_size(&self) -> u64 {
        container::size(self.payload_len(self.verifying_payload().len() as u64))
    }

    fn verifying_payload(&self) -> Vec<u8> {
        let mut out = Vec::new();
        // Writing into memory does not fail.
        let _ = self.verifying.write_payload(&mut out);
        out
    }

    fn payload_len(&self, verifying: u64) -> u64 {
        let of = |c: &CommitmentQuery| (c.blinders.pinned.len(), c.query.points.len());
        let sizes = Sizes {
            m: self.model.as_ref().map(of),
            d: self.commitment.as_ref().map(of),
            h: self.h.len(),
            a: self.a.points.len(),
            b: self.b.points.len(),
            c: self.c.points.len(),
        };
        sizes.payload_len(verifying)
    }

    /// Writes the key's encoding.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn write(&self, out: impl Write) -> io::Result<()> {
        self.write_hashed(out).map(drop)
    }

    /// BLAKE3 of the key's encoding.
    pub(crate) fn digest(&self) -> Digest {
        // Writing into nothing does not fail.
        self.write_hashed(io::sink()).unwrap_or(Digest([0; 32]))
    }

    fn write_hashed(&self, out: impl Write) -> io::Result<Digest> {
        let verifying = self.verifying_payload();
        let len = self.payload_len(verifying.len() as u64);
        container::write(out, Kind::ProvingKey, self.circuit(), len, |out| {
            out.write_all(&verifying)?;
            out.put_u64(self.num_constraints as u64)?;
            out.put_u64(self.num_variables as u64)?;
            out.put_u64(self.domain.size() as u64)?;
            // In the order in which a proof reads them. Whether there is a commitment says the
            // verifying key.
            let commitments = [&self.model, &self.commitment].into_iter().flatten();
            commitments.clone().try_for_each(|c| c.write_blinders(out))?;
            commitments.into_iter().try_for_each(|c| c.query.write(out))?;
            write_points(out, &self.h)?;
            self.a.write(out)?;
            self.b.write(out)?;
            self.c.write(out)
        })
    }

    /// Reads an encoded key.
    ///
    /// # Errors
    /// A [`FileError`] for anything but the one encoding of a key.
    pub fn read(
        source: impl Read + Seek + Send,
        validation: Validation,
    ) -> Result<Self, FileError> {
        let opened = container::open(source, Kind::ProvingKey)?;
        let mut source = opened.payload;
        let check = validation == Validation::Full;
        let front = Front::read(&mut source, opened.circuit)?;
        let Front { verifying, domain, num_constraints, num_variables, model, blinders } = front;
        let variables = num_variables as u64;
        let mut read = |blinders: Option<Blinders>, what| match blinders {
            None => Ok(None),
            Some(blinders) => {
                let query = Query::read(&mut source, variables, check, what)?;
                Ok::<_, FileError>(Some(CommitmentQuery { query, blinders }))
            }
        };
        let model = read(model, "query of the model")?;
        let commitment = read(blinders, "query of the commitment")?;
        let h = read_points(&mut source, domain.size(), check, "quotient query")?;
        let a = Query::read(&mut source, variables, check, "A query")?;
        let b = Query::read(&mut source, variables, check, "B query")?;
        let c = Query::read(&mut source, variables, check, "C query")?;
        source.finish()?;
        Ok(ProvingKey {
            verifying,
            domain,
            num_constraints,
            num_variables,
            a,
            b,
            c,
            h,
            model,
            commitment,
        })
    }

    /// Reads an encoded key from memory.
    ///
    /// # Errors
    /// As [`ProvingKey::read`].
    pub fn decode(bytes: &[u8], validation: Validation) -> Result<Self, FileError> {
        Self::read(Cursor::new(bytes), validation)
    }

    /// Reads a key file.
    ///
    /// # Errors
    /// As [`ProvingKey::read`], and [`FileError::Io`].
    pub fn load(path: &Path, validation: Validation) -> Result<Self, FileError> {
        Self::read(io::BufReader::new(std::fs::File::open(path)?), validation)
    }

    /// Writes a key file, whole or not at all.
    ///
    /// # Errors
    /// [`FileError::Io`]
    pub fn save(&self, path: &Path) -> Result<(), FileError> {
        crate::files::write_atomically(path, |out| Ok(self.write(out)?))
    }
}
