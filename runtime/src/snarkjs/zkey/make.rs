//! A key from a first phase, with no contribution to the second or with one.

use super::super::SnarkjsError;
use super::super::contribution::Contribution;
use super::columns::{Columns, circuit_hash, hashed};
use super::{Header, Shape, ZKey};
use crate::ceremony::{Name, Source};
use crate::progress::{Phase, Timings, Watch};
use crate::setup::{MAX_VARIABLES, Phase1, SetupError, accept, invertible};
use ark_bn254::{Fr, G1Affine, G1Projective, G2Affine, G2Projective};
use ark_ec::{AffineRepr, CurveGroup, PrimeGroup};
use rand::{CryptoRng, RngCore};
use rayon::prelude::*;
use std::io::Write;
use zirc_circuit::Circuit;

impl ZKey {
    /// log₂ of the rows that a key for a circuit takes a first phase for.
    ///
    /// # Errors [`SnarkjsError::Export`] for a circuit that the formats do not have,
    /// [`SnarkjsError::Setup`] for one that is not valid or too large.
    pub fn log_rows(circuit: &Circuit) -> Result<u32, SnarkjsError> {
        accept(circuit)?;
        Ok(Shape::of(circuit)?.log_rows())
    }

    /// Makes a key by a first phase for [`ZKey::log_rows`], with one contribution, named `name`, to
    /// the second: whoever makes it could keep δ, and prove false statements, unless others
    /// contribute after. `progress` is told each phase as it begins.
    ///
    /// # Errors As [`ZKey::log_rows`]; [`SnarkjsError::TooSmall`] for a first phase of fewer rows
    /// and, of more than 2^14 rows, for one without a power that snarkjs hashes: the next larger
    /// one has it.
    pub fn new(
        circuit: &Circuit,
        phase1: &Phase1,
        name: &Name,
        rng: &mut (impl RngCore + CryptoRng),
        progress: &mut dyn FnMut(Phase),
    ) -> Result<(ZKey, Timings), SnarkjsError> {
        let mut watch = Watch::new(progress);
        let mut key = begin(circuit, phase1, &mut watch)?;
        let (contribution, number) =
            Contribution::make(&key.circuit_hash, &[], name, Source::Secret, rng);
        let [delta, inverse] = *number;
        key.c = watch.run(Phase::KeyC, || multiples(&key.c, inverse));
        key.h = watch.run(Phase::KeyH, || multiples(&key.h, inverse));
        key.header.delta_g1 = (G1Projective::generator() * delta).into_affine();
        key.header.delta_g2 = (G2Projective::generator() * delta).into_affine();
        key.contributions = vec![contribution];
        key.verifying = key.header.verifying(circuit, &key.circuit_hash, &key.contributions)?;
        Ok((key, watch.timings))
    }
}

/// A key that nobody has contributed to: δ is 1, and whoever has it proves anything. Good for nothing
/// but to be written, for contributions.
#[derive(Debug)]
pub struct FirstZKey(ZKey);

impl FirstZKey {
    /// Makes it by a first phase for [`ZKey::log_rows`], as `snarkjs zkey new` does.
    ///
    /// # Errors As [`ZKey::new`].
    pub fn new(
        circuit: &Circuit,
        phase1: &Phase1,
        rng: &mut (impl RngCore + CryptoRng),
        progress: &mut dyn FnMut(Phase),
    ) -> Result<(FirstZKey, Timings), SnarkjsError> {
        let mut watch = Watch::new(progress);
        let key = begin(circuit, phase1, &mut watch)?;
        // α and β are looked at as they will be when somebody has contributed.
        let delta_g2 = (G2Projective::generator() * invertible(rng).0).into_affine();
        let later = Header { delta_g2, ..key.header.clone() };
        later.unchecked(circuit).check_trapdoors()?;
        Ok((FirstZKey(key), watch.timings))
    }

    /// Points of the domain.
    #[must_use]
    pub fn domain_size(&self) -> usize {
        self.0.domain_size()
    }

    /// Bytes of the file.
    #[must_use]
    pub fn file_size(&self) -> u64 {
        self.0.file_size()
    }

    /// Digest of what the first phase gives the circuit, which contributions are bound to.
    #[must_use]
    pub fn circuit_hash(&self) -> [u8; 64] {
        self.0.circuit_hash
    }

    /// Writes it, as [`ZKey::write`] does.
    ///
    /// # Errors As [`ZKey::write`].
    pub fn write(&self, circuit: &Circuit, out: &mut impl Write) -> Result<(), SnarkjsError> {
        self.0.write(circuit, out)
    }
}

/// The key with δ = 1; nothing has looked at its trapdoors.
fn begin(circuit: &Circuit, phase1: &Phase1, watch: &mut Watch<'_>) -> Result<ZKey, SnarkjsError> {
    accept(circuit)?;
    let shape = Shape::of(circuit)?;
    let variables = shape.wires;
    if variables > MAX_VARIABLES as usize {
        return Err(SetupError::TooManyVariables { variables }.into());
    }
    let hashed = hashed(phase1, &shape)?;
    let columns = watch.run(Phase::Columns, || Columns::new(circuit, &shape, phase1));
    let circuit_hash =
        watch.run(Phase::KeyH, || circuit_hash(phase1, &columns, shape.public, hashed));
    let Columns { a, b1, b2, zeta, entries: coefficients } = columns;
    let (public, private) = zeta.split_at(shape.public + 1);
    let header = Header {
        alpha_g1: phase1.alpha_g1,
        beta_g1: phase1.beta_g1,
        beta_g2: phase1.beta_g2,
        gamma_g2: G2Affine::generator(),
        delta_g1: G1Affine::generator(),
        delta_g2: G2Affine::generator(),
        ic: public.to_vec(),
    };
    Ok(ZKey {
        verifying: header.unchecked(circuit),
        header,
        shape,
        coefficients,
        a,
        b1,
        b2,
        c: private.to_vec(),
        h: phase1.doubled_g1.iter().skip(1).step_by(2).copied().collect(),
        circuit_hash,
        contributions: vec![],
    })
}

/// All points times a number; those of variables without a column stay none.
pub(super) fn multiples(points: &[G1Affine], factor: Fr) -> Vec<G1Affine> {
    let all: Vec<G1Projective> = points.par_iter().map(|p| *p * factor).collect();
    G1Projective::normalize_batch(&all)
}
