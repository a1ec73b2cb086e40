//! The sums over a key's queries, whether the key is in memory or in a file.

use crate::curve::msm::{self, Values};
use crate::files::points::Coordinate;
use crate::files::{FileError, Group};
use crate::keys::{ProvingKey, Sections};
use crate::progress::{Phase, Watch};
use ark_bn254::{Fr, G1Affine, G1Projective, G2Projective, g1, g2};
use ark_ec::short_weierstrass::{Affine, Projective};
use ark_ff::AdditiveGroup;
use std::io::Read;

/// The sums that make a proof. They are asked for once each, in the order in which a key's file has the
/// queries: the model's (if the circuit has one), the commitment's (if it has challenges), the quotient's,
/// A, B, C.
pub(crate) trait Sums {
    /// Σ_model z_j·\[ζ_j/δₘ\]₁
    fn model(&mut self, z: &Values, watch: &mut Watch<'_>) -> Result<G1Projective, FileError>;
    /// Σ_committed z_j·\[ζ_j/δ₀\]₁
    fn commitment(&mut self, z: &Values, watch: &mut Watch<'_>) -> Result<G1Projective, FileError>;
    /// Σ_i scalars_i·\[O_i(τ)/δ\]₁
    fn quotient(
        &mut self,
        scalars: &[Fr],
        watch: &mut Watch<'_>,
    ) -> Result<G1Projective, FileError>;
    /// Σ z_j·\[a_j\]₁
    fn a(&mut self, z: &Values, watch: &mut Watch<'_>) -> Result<G1Projective, FileError>;
    /// Σ z_j·\[b_j\]₂
    fn b(&mut self, z: &Values, watch: &mut Watch<'_>) -> Result<G2Projective, FileError>;
    /// Σ z_j·\[l'_j\]₁
    fn c(&mut self, z: &Values, watch: &mut Watch<'_>) -> Result<G1Projective, FileError>;
    /// Whether what was read is what was to be read: before this, no proof may be handed out.
    fn finish(self, watch: &mut Watch<'_>) -> Result<(), FileError>;
}

impl Sums for &ProvingKey {
    fn model(&mut self, z: &Values, watch: &mut Watch<'_>) -> Result<G1Projective, FileError> {
        let sum = |key: &ProvingKey| key.model.as_ref().map(|c| c.query.combine(z));
        Ok(watch.run(Phase::QueryM, || sum(self)).unwrap_or(G1Projective::ZERO))
    }

    fn commitment(&mut self, z: &Values, watch: &mut Watch<'_>) -> Result<G1Projective, FileError> {
        let sum = |key: &ProvingKey| key.commitment.as_ref().map(|c| c.query.combine(z));
        Ok(watch.run(Phase::QueryD, || sum(self)).unwrap_or(G1Projective::ZERO))
    }

    fn quotient(
        &mut self,
        scalars: &[Fr],
        watch: &mut Watch<'_>,
    ) -> Result<G1Projective, FileError> {
        Ok(watch.run(Phase::Quotient, || msm::full(&self.h, scalars)))
    }

    fn a(&mut self, z: &Values, watch: &mut Watch<'_>) -> Result<G1Projective, FileError> {
        Ok(watch.run(Phase::QueryA, || self.a.combine(z)))
    }

    fn b(&mut self, z: &Values, watch: &mut Watch<'_>) -> Result<G2Projective, FileError> {
        Ok(watch.run(Phase::QueryB, || self.b.combine(z)))
    }

    fn c(&mut self, z: &Values, watch: &mut Watch<'_>) -> Result<G1Projective, FileError> {
        Ok(watch.run(Phase::QueryC, || self.c.combine(z)))
    }

    fn finish(self, _: &mut Watch<'_>) -> Result<(), FileError> {
        Ok(())
    }
}

impl<R: Read + Send> Sums for Sections<R> {
    fn model(&mut self, z: &Values, watch: &mut Watch<'_>) -> Result<G1Projective, FileError> {
        sparse::<g1::Config, R>(self, "query of the model", Phase::QueryM, z, watch)
    }

    fn commitment(&mut self, z: &Values, watch: &mut Watch<'_>) -> Result<G1Projective, FileError> {
        sparse::<g1::Config, R>(self, "query of the commitment", Phase::QueryD, z, watch)
    }

    fn quotient(
        &mut self,
        scalars: &[Fr],
        watch: &mut Watch<'_>,
    ) -> Result<G1Projective, FileError> {
        let mut reader = self.points("quotient query");
        let (mut points, mut sum) = (Vec::<G1Affine>::new(), G1Projective::ZERO);
        for scalars in scalars.chunks(self.slice::<g1::Config>()) {
            let read = || reader.read(&mut self.payload, scalars.len(), &mut points);
            watch.run(Phase::ReadKey, read)?;
            sum += watch.run(Phase::Quotient, || msm::full(&points, scalars));
        }
        Ok(sum)
    }

    fn a(&mut self, z: &Values, watch: &mut Watch<'_>) -> Result<G1Projective, FileError> {
        sparse::<g1::Config, R>(self, "A query", Phase::QueryA, z, watch)
    }

    fn b(&mut self, z: &Values, watch: &mut Watch<'_>) -> Result<G2Projective, FileError> {
        sparse::<g2::Config, R>(self, "B query", Phase::QueryB, z, watch)
    }

    fn c(&mut self, z: &Values, watch: &mut Watch<'_>) -> Result<G1Projective, FileError> {
        sparse::<g1::Config, R>(self, "C query", Phase::QueryC, z, watch)
    }

    fn finish(self, watch: &mut Watch<'_>) -> Result<(), FileError> {
        watch.run(Phase::ReadKey, || Sections::finish(self))
    }
}

/// The sum over the next query of a file, slice by slice.
fn sparse<P: Group<BaseField: Coordinate>, R: Read + Send>(
    sections: &mut Sections<R>,
    what: &'static str,
    phase: Phase,
    z: &Values,
    watch: &mut Watch<'_>,
) -> Result<Projective<P>, FileError> {
    let indices = watch.run(Phase::ReadKey, || sections.indices::<P>(what))?;
    let mut reader = sections.points(what);
    let (mut points, mut sum) = (Vec::<Affine<P>>::new(), Projective::<P>::ZERO);
    for indices in indices.chunks(sections.slice::<P>()) {
        let read = || reader.read(&mut sections.payload, indices.len(), &mut points);
        watch.run(Phase::ReadKey, read)?;
        sum += watch.run(phase, || msm::sparse(&points, indices, z));
    }
    Ok(sum)
}
