//! A key from a first phase, with one contribution to the second.

use super::super::SnarkjsError;
use super::super::contribution::{Contribution, Hash};
use super::super::montgomery::hash_points;
use super::{Header, Shape, ZKey};
use crate::progress::{Phase, Timings, Watch};
use crate::setup::{MAX_VARIABLES, Phase1, SetupError, matrices};
use ark_bn254::{Fr, G1Affine, G1Projective, G2Affine, G2Projective};
use ark_ec::{AffineRepr, CurveGroup, PrimeGroup};
use blake2::{Blake2b512, Digest};
use rand::{CryptoRng, RngCore};
use rayon::prelude::*;
use zeroize::Zeroizing;
use zirc_circuit::Circuit;

/// Points that snarkjs hashes together. It hashes whole chunks, so that of keys with more rows than
/// this one point more enters the hash than there are.
const CHUNK: usize = 1 << 14;

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
        let Columns { a, b1, b2, zeta, entries: coefficients } = columns;
        let (public, private) = zeta.split_at(shape.public + 1);
        let circuit_hash = watch
            .run(Phase::KeyH, || circuit_hash(phase1, public, hashed, [private, &a, &b1], &b2));
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

/// How many differences of powers snarkjs hashes; refuses a first phase that has too few.
fn hashed(phase1: &Phase1, shape: &Shape) -> Result<usize, SnarkjsError> {
    let (rows, log) = (shape.domain.size(), shape.log_rows());
    let hashed = if rows > CHUNK { rows } else { rows - 1 };
    if phase1.rows() != rows || phase1.powers_g1.len() < rows + hashed {
        let got = phase1.rows().ilog2();
        let needed = if phase1.rows() == rows { log + 1 } else { log };
        return Err(SnarkjsError::TooSmall { needed, got });
    }
    Ok(hashed)
}

/// The columns of every wire at τ.
struct Columns {
    /// a_j
    a: Vec<G1Affine>,
    /// b_j, in both groups.
    b1: Vec<G1Affine>,
    b2: Vec<G2Affine>,
    /// ζ_j
    zeta: Vec<G1Affine>,
    /// Entries of A and B.
    entries: u64,
}

impl Columns {
    fn new(circuit: &Circuit, shape: &Shape, phase1: &Phase1) -> Columns {
        let wire = |j: usize| shape.wire[j] as usize;
        let [a, b, c] = matrices(circuit, shape.wires, &shape.extra, wire);
        let all = 0..shape.wires;
        let affine = |sums: Vec<G1Projective>| G1Projective::normalize_batch(&sums);
        let mut zeta = a.combine(&phase1.beta_tau_g1, all.clone());
        for more in
            [b.combine(&phase1.alpha_tau_g1, all.clone()), c.combine(&phase1.tau_g1, all.clone())]
        {
            zeta.par_iter_mut().zip(more).for_each(|(z, x)| *z += x);
        }
        let b2 = G2Projective::normalize_batch(&b.combine(&phase1.tau_g2, all.clone()));
        Columns {
            b1: affine(b.combine(&phase1.tau_g1, all.clone())),
            b2,
            zeta: affine(zeta),
            entries: (a.len() + b.len()) as u64,
            a: affine(a.combine(&phase1.tau_g1, all)),
        }
    }
}

fn multiples<'p>(
    points: impl IndexedParallelIterator<Item = &'p G1Affine>,
    factor: Fr,
) -> Vec<G1Affine> {
    let all: Vec<G1Projective> = points.map(|p| *p * factor).collect();
    G1Projective::normalize_batch(&all)
}

/// The digest of all that the first phase gives a circuit, in the order of snarkjs.
fn circuit_hash(
    phase1: &Phase1,
    ic: &[G1Affine],
    hashed: usize,
    [c, a, b1]: [&[G1Affine]; 3],
    b2: &[G2Affine],
) -> Hash {
    let mut hasher = Blake2b512::new();
    hash_points(&mut hasher, &[phase1.alpha_g1, phase1.beta_g1]);
    // γ and δ are 1 before the second phase.
    let (g1, g2) = (G1Affine::generator(), G2Affine::generator());
    hash_points(&mut hasher, &[phase1.beta_g2, g2]);
    hash_points(&mut hasher, &[g1]);
    hash_points(&mut hasher, &[g2]);
    let number = |hasher: &mut Blake2b512, n: usize| hasher.update((n as u32).to_be_bytes());
    number(&mut hasher, ic.len());
    hash_points(&mut hasher, ic);
    // H, as τ^i·(τ^n − 1).
    let rows = phase1.rows();
    number(&mut hasher, rows - 1);
    let powers = &phase1.powers_g1;
    let of = |i: usize| G1Projective::from(powers[rows + i]) - powers[i];
    let differences: Vec<G1Projective> = (0..hashed).into_par_iter().map(of).collect();
    hash_points(&mut hasher, &G1Projective::normalize_batch(&differences));
    for points in [c, a, b1] {
        number(&mut hasher, points.len());
        hash_points(&mut hasher, points);
    }
    number(&mut hasher, b2.len());
    hash_points(&mut hasher, b2);
    hasher.finalize().into()
}
