//! The keys that a ceremony gives a circuit, after all of it has been verified.

use super::chain::equal;
use super::trapdoor::Trapdoor;
use super::{Ceremony, CeremonyError, Part};
use crate::curve::msm;
use crate::files::FileError;
use crate::keys::{CommitmentPoints, CommitmentQuery, MadeIn, ProvingKey, VerifyingKey};
use crate::progress::{Phase, Timings};
use crate::setup::{Phase1, beginning};
use ark_bn254::{Fr, G1Affine, G2Affine};
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::UniformRand;
use rand::{CryptoRng, RngCore};
use zirc_circuit::Circuit;

impl Ceremony {
    /// Verifies everything against a circuit and a first phase for [`phase1_log_rows`](crate::phase1_log_rows), and gives
    /// the keys: all of them but what is under the trapdoors is computed here. The verifying key says how many
    /// contributed, and the digest of the transcript.
    ///
    /// # Errors
    /// A [`CeremonyError`] that names the first thing that is wrong.
    pub fn finish(
        &self,
        circuit: &Circuit,
        phase1: &Phase1,
        rng: &mut (impl RngCore + CryptoRng),
        progress: &mut dyn FnMut(Phase),
    ) -> Result<(ProvingKey, Timings), CeremonyError> {
        if self.circuit != circuit.digest() {
            return Err(CeremonyError::File(FileError::WrongCircuit {
                expected: circuit.digest(),
                expected_name: circuit.signature.name.clone(),
                got: self.circuit,
                got_name: self.name.clone(),
            }));
        }
        let made_in = self.made_in()?;
        self.check_chain()?;
        let (key, timings) = beginning(circuit, phase1, rng, progress)?;
        let begun = Ceremony::of(&key);
        if (self.start, self.has, &self.name) != (begun.start, begun.has, &begun.name) {
            return Err(CeremonyError::OtherStart);
        }
        for (part, begun) in self.parts.iter().zip(&begun.parts) {
            part.is_divided(begun, rng)?;
        }
        let key = self.put_into(key, made_in);
        key.verifying.check_trapdoors()?;
        Ok((key, timings))
    }

    /// What the verifying key says of it.
    fn made_in(&self) -> Result<MadeIn, CeremonyError> {
        let secret = self.contributions.iter().filter(|c| c.beacon().is_none()).count();
        let contributions = u32::try_from(secret).unwrap_or(u32::MAX);
        if contributions == 0 {
            return Err(CeremonyError::NoSecret);
        }
        Ok(MadeIn { contributions, beacon: self.has_ended(), transcript: self.transcript() })
    }

    /// The keys of the beginning with the points of the end.
    fn put_into(&self, mut key: ProvingKey, made_in: MadeIn) -> ProvingKey {
        let mut points = key.verifying.points().clone();
        let (mut own, mut model) = (key.verifying.commitment().cloned(), None);
        let last = self.last();
        // δ comes first: it blinds the commitments of the others.
        let delta_g1 = last[0];
        for (part, own_delta_g1) in self.parts.iter().zip(last) {
            let put = |query: &mut Option<CommitmentQuery>| {
                if let Some(CommitmentQuery { query, blinders }) = query {
                    query.points = part.points.clone();
                    (blinders.delta_g1, blinders.own_delta_g1) = (delta_g1, own_delta_g1);
                }
            };
            match part.trapdoor {
                Trapdoor::Delta => {
                    let (c, h) = part.points.split_at(key.c.points.len());
                    (key.c.points, key.h) = (c.to_vec(), h.to_vec());
                    points.delta_g2 = part.point;
                }
                Trapdoor::Model => {
                    put(&mut key.model);
                    model = Some(part.point);
                }
                Trapdoor::Commitment => {
                    put(&mut key.commitment);
                    own = own.map(|c| CommitmentPoints { delta_g2: part.point, ..c });
                }
            }
        }
        let verifying = &key.verifying;
        let (circuit, interface) = (verifying.circuit(), verifying.interface().clone());
        let made = VerifyingKey::new(circuit, interface, points, own, model);
        key.verifying = made.made_in(Some(made_in));
        key
    }
}

impl Part {
    /// Refuses points that are not those of the beginning, divided by the trapdoor: the same random sum of both.
    fn is_divided(
        &self,
        begun: &Part,
        rng: &mut (impl RngCore + CryptoRng),
    ) -> Result<(), CeremonyError> {
        let (expected, got) = (begun.points.len() as u64, self.points.len() as u64);
        if expected != got {
            let what = "points under a trapdoor";
            return Err(CeremonyError::Differs { what, expected, got });
        }
        let weights: Vec<Fr> = self.points.iter().map(|_| Fr::rand(rng)).collect();
        let [ours, theirs]: [G1Affine; 2] =
            [&begun.points, &self.points].map(|p| msm::full(p, &weights).into_affine());
        match equal(theirs, self.point, ours, G2Affine::generator()) {
            true => Ok(()),
            false => Err(CeremonyError::Points { trapdoor: self.trapdoor.name() }),
        }
    }
}
