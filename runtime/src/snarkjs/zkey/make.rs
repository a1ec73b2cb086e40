//! A key from a first phase, with one contribution to the second.

use super::super::SnarkjsError;
use super::super::contribution::Contribution;
use super::columns::{Columns, circuit_hash, hashed};
use super::{Header, Shape, ZKey};
use crate::progress::{Phase, Timings, Watch};
use crate::setup::{MAX_VARIABLES, Phase1, SetupError};
use ark_bn254::{Fr, G1Affine, G1Projective, G2Affine, G2Projective};
use ark_ec::{AffineRepr, CurveGroup, PrimeGroup};
use rand::{CryptoRng, RngCore};
use rayon::prelude::*;
use zeroize::Zeroizing;
use zirc_circuit::Circuit;

impl ZKey {
    /// log₂ of the rows that a key for a circuit takes a first phase for.
    ///
    /// # Errors [`SnarkjsError::Export`] for a circuit that the formats do not have,
    /// [`SnarkjsError::Setup`] for one that is not valid or too large.
    pub fn log_rows(circuit: &Circuit) -> Result<u32, SnarkjsError> {
        circuit.validate().map_err(SetupError::from)?;
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
        name: &str,
        rng: &mut (impl RngCore + CryptoRng),
        progress: &mut dyn FnMut(Phase),
    ) -> Result<(ZKey, Timings), SnarkjsError> {
        circuit.validate().map_err(SetupError::from)?;
        let shape = Shape::of(circuit)?;
        let variables = shape.wires;
        if variables > MAX_VARIABLES as usize {
            return Err(SetupError::TooManyVariables { variables }.into());
        }
        let hashed = hashed(phase1, &shape)?;
        let mut watch = Watch::new(progress);
        let columns = watch.run(Phase::Columns, || Columns::new(circuit, &shape, phase1));
        let circuit_hash =
            watch.run(Phase::KeyH, || circuit_hash(phase1, &columns, shape.public, hashed));
        let Columns { a, b1, b2, zeta, entries: coefficients } = columns;
        let (public, private) = zeta.split_at(shape.public + 1);
        let (contribution, delta, inverse) = Contribution::make(&circuit_hash, &[], name, rng);
        let (delta, inverse) = (Zeroizing::new(delta), Zeroizing::new(inverse));
        let c = watch.run(Phase::KeyC, || multiples(private.par_iter(), *inverse));
        let odd = phase1.doubled_g1.par_iter().skip(1).step_by(2);
        let h = watch.run(Phase::KeyH, || multiples(odd, *inverse));
        let header = Header {
            alpha_g1: phase1.alpha_g1,
            beta_g1: phase1.beta_g1,
            beta_g2: phase1.beta_g2,
            gamma_g2: G2Affine::generator(),
            delta_g1: (G1Projective::generator() * *delta).into_affine(),
            delta_g2: (G2Projective::generator() * *delta).into_affine(),
            ic: public.to_vec(),
        };
        let verifying = header.verifying(circuit)?;
        let contributions = vec![contribution];
        let key = ZKey {
            verifying,
            header,
            shape,
            coefficients,
            a,
            b1,
            b2,
            c,
            h,
            circuit_hash,
            contributions,
        };
        Ok((key, watch.timings))
    }
}

fn multiples<'p>(
    points: impl IndexedParallelIterator<Item = &'p G1Affine>,
    factor: Fr,
) -> Vec<G1Affine> {
    let all: Vec<G1Projective> = points.map(|p| *p * factor).collect();
    G1Projective::normalize_batch(&all)
}
