//! The second phase of a setup by many: whoever takes part multiplies the trapdoors by numbers of their own and
//! forgets these; as long as one of all did, nobody can forge proofs.
//!
//! A first phase ([`Phase1`]) gives a circuit its *beginning*: the keys with δ = δ₀ = δₘ = 1, which
//! [`setup_by_phase1`](crate::setup_by_phase1) would go on from by itself. All that the trapdoors stand in is divided by
//! them: the C query and the quotient's by δ, the query of the commitment by δ₀, that of the model by δₘ. The file holds
//! these points, \[δ\]₂, \[δ₀\]₂, \[δₘ\]₂ and what each contribution left, and nothing else of the keys: who finishes or
//! verifies a ceremony computes all else from the circuit and the first phase, so that nobody can change it.
//!
//! **A contribution** multiplies *each* trapdoor by an s of its own and leaves \[δ\]₁ after it, with a proof that
//! its numbers were known. Without the proof the last one could begin anew: whoever divides the beginning's points
//! by numbers of their own alone has points that fit, and none of the others' numbers is in them. Two forms are in
//! use: s·R for a point R that all that came before is hashed to (BGM17, eprint 2017/1050; a `.zkey` has it), and
//! Schnorr's. Here it is Schnorr's, of all trapdoors at once, with the last \[δ\]₁ as its base:
//!
//! - T = k·\[δ\]₁ for each trapdoor, c = H(transcript, name, all \[δ\]₁ before and after, all T), z = k + c·s;
//! - checked by T = z·\[δ\]₁ − c·\[δ'\]₁.
//!
//! It shows discrete logarithms in the random oracle model alone, takes no assumption that exponents are known, no
//! pairing and no hash to the curve, and one c over all T makes it a proof about all trapdoors or none. c is of the
//! transcript, which begins with the digest of the circuit and of its beginning, and goes on over everything
//! before; so a proof is good in one place of one ceremony only, under one name.
//!
//! **A beacon** may come last: numbers that follow from a public value ([`Beacon`]), its name and the transcript.
//! Everybody computes them again, so there is nothing to prove.
//!
//! **What verification shows** ([`Ceremony::finish`]): that the beginning is the circuit's by this first phase; that every
//! contribution follows from the one before and its numbers were known; that no trapdoor is 1, or another one,
//! or left as it was, up to sign; and, by a random sum and a pairing for each trapdoor, that the points are those of
//! the beginning divided by it. Not who the contributors were, nor that they forgot anything.
//!
//! Numbers are multiplied in variable time, on a machine that whoever contributes must trust anyway.

mod beacon;
mod chain;
mod contribution;
mod error;
mod file;
mod finish;
mod name;
#[cfg(test)]
mod tests;
mod trapdoor;

pub use beacon::Beacon;
use contribution::Contribution;
pub use error::CeremonyError;
pub use name::Name;

use crate::keys::ProvingKey;
use crate::progress::{Phase, Timings};
use crate::proof::Commitments;
use crate::setup::{Phase1, beginning, invertible};
use ark_bn254::{Fr, G1Affine, G1Projective, G2Affine};
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::Field;
use rand::{CryptoRng, RngCore};
use rayon::prelude::*;
use trapdoor::Trapdoor;
use zeroize::Zeroizing;
use zirc_circuit::{Circuit, Digest};

/// A second phase under way.
#[derive(Clone, Debug, PartialEq)]
pub struct Ceremony {
    circuit: Digest,
    /// Name of the circuit.
    name: String,
    /// Digest of the keys that it began with.
    start: Digest,
    has: Commitments,
    contributions: Vec<Contribution>,
    /// Of each trapdoor.
    parts: Vec<Part>,
}

/// A trapdoor with all that is under it.
#[derive(Clone, Debug, PartialEq)]
struct Part {
    trapdoor: Trapdoor,
    /// \[δ\]₂
    point: G2Affine,
    /// Divided by it: of δ the C query, then the quotient's.
    points: Vec<G1Affine>,
}

/// What comes next.
#[derive(Clone, Copy, Debug)]
pub enum Source<'s> {
    /// Numbers that are drawn and forgotten.
    Secret,
    /// Numbers that everybody can compute; nothing comes behind them.
    Beacon(&'s Beacon),
}

/// A contribution, as a reader is told of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contributor {
    /// What it calls itself; of a `.zkey` bound by nothing.
    pub name: String,
    /// Where its numbers came from, if everybody can know.
    pub beacon: Option<Beacon>,
    /// By which whoever made it knows it again, in hexadecimal.
    pub digest: String,
}

impl Ceremony {
    /// Begins the ceremony of a circuit by a first phase for [`phase1_log_rows`](crate::phase1_log_rows). Nobody has
    /// contributed to it yet, so that no key can be made of it.
    ///
    /// # Errors
    /// As [`setup_by_phase1`](crate::setup_by_phase1).
    pub fn start(
        circuit: &Circuit,
        phase1: &Phase1,
        rng: &mut (impl RngCore + CryptoRng),
        progress: &mut dyn FnMut(Phase),
    ) -> Result<(Ceremony, Timings), CeremonyError> {
        let (key, timings) = beginning(circuit, phase1, rng, progress)?;
        Ok((Ceremony::of(&key), timings))
    }

    fn of(key: &ProvingKey) -> Ceremony {
        let has = key.verifying.commitments();
        let part = |trapdoor| {
            let points = match trapdoor {
                Trapdoor::Delta => [&key.c.points[..], &key.h].concat(),
                Trapdoor::Model => key.model.iter().flat_map(|m| m.query.points.clone()).collect(),
                Trapdoor::Commitment => {
                    key.commitment.iter().flat_map(|c| c.query.points.clone()).collect()
                }
            };
            Part { trapdoor, point: G2Affine::generator(), points }
        };
        Ceremony {
            circuit: key.circuit(),
            name: key.verifying.interface().name.clone(),
            start: key.digest(),
            has,
            contributions: vec![],
            parts: Trapdoor::of(has).into_iter().map(part).collect(),
        }
    }

    /// Digest of the circuit.
    #[must_use]
    pub fn circuit(&self) -> Digest {
        self.circuit
    }

    /// Name of the circuit, as the file says.
    #[must_use]
    pub fn circuit_name(&self) -> &str {
        &self.name
    }

    /// Digest of the transcript: that of the last contribution, or of the beginning.
    #[must_use]
    pub fn transcript(&self) -> Digest {
        self.transcripts().last().copied().unwrap_or(self.first_transcript())
    }

    /// Whoever contributed, in order.
    #[must_use]
    pub fn contributors(&self) -> Vec<Contributor> {
        let all = self.contributions.iter().zip(self.transcripts());
        all.map(|(c, digest)| Contributor {
            name: c.name.as_str().to_owned(),
            beacon: c.beacon().cloned(),
            digest: digest.to_string(),
        })
        .collect()
    }

    /// Multiplies every trapdoor. The contributions so far are checked first, and the trapdoors with them; that the
    /// points are those of a circuit only [`Ceremony::finish`] can tell.
    ///
    /// # Errors
    /// A [`CeremonyError`] for a ceremony that has ended, or of which contributions are not what they should be.
    pub fn contribute(
        &mut self,
        name: &Name,
        source: Source<'_>,
        rng: &mut (impl RngCore + CryptoRng),
    ) -> Result<(), CeremonyError> {
        if self.has_ended() {
            return Err(CeremonyError::Ended);
        }
        self.check_chain()?;
        let (before, transcript) = (self.last(), self.transcript());
        let (contribution, numbers) = match source {
            Source::Beacon(beacon) => Contribution::public(name, beacon, &before, &transcript),
            Source::Secret => {
                let numbers: Vec<Fr> = before.iter().map(|_| invertible(rng).0).collect();
                let numbers = Zeroizing::new(numbers);
                (Contribution::secret(name, &before, &numbers, &transcript, rng), numbers)
            }
        };
        for (part, s) in self.parts.iter_mut().zip(numbers.iter()) {
            part.multiply(s)?;
        }
        self.contributions.push(contribution);
        // Numbers that come out equal have no chance but with a source of randomness that gives none.
        self.check_chain()
    }

    fn has_ended(&self) -> bool {
        self.contributions.last().is_some_and(|c| c.beacon().is_some())
    }

    /// \[δ\]₁ of each trapdoor now.
    fn last(&self) -> Vec<G1Affine> {
        let beginning = || vec![G1Affine::generator(); self.parts.len()];
        self.contributions.last().map_or_else(beginning, |c| c.after.clone())
    }
}

impl Part {
    fn multiply(&mut self, s: &Fr) -> Result<(), CeremonyError> {
        let inverse = Zeroizing::new(s.inverse().ok_or(CeremonyError::NoSecret)?);
        self.point = (self.point * s).into_affine();
        let all: Vec<G1Projective> = self.points.par_iter().map(|p| *p * *inverse).collect();
        self.points = G1Projective::normalize_batch(&all);
        Ok(())
    }
}
