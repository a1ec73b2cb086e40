//! What a first phase gives a circuit: the same before and after the second phase.

use super::super::SnarkjsError;
use super::super::contribution::Hash;
use super::super::montgomery::hash_points;
use super::Shape;
use crate::setup::{Phase1, matrices};
use ark_bn254::{G1Affine, G1Projective, G2Affine, G2Projective};
use ark_ec::{AffineRepr, CurveGroup};
use blake2::{Blake2b512, Digest};
use rayon::prelude::*;
use zirc_circuit::Circuit;

/// Points that snarkjs hashes together. It hashes whole chunks, so that of keys with more rows than
/// this one point more enters the hash than there are.
const CHUNK: usize = 1 << 14;

/// How many differences of powers snarkjs hashes; refuses a first phase that has too few.
pub(super) fn hashed(phase1: &Phase1, shape: &Shape) -> Result<usize, SnarkjsError> {
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
pub(super) struct Columns {
    /// a_j
    pub(super) a: Vec<G1Affine>,
    /// b_j, in both groups.
    pub(super) b1: Vec<G1Affine>,
    pub(super) b2: Vec<G2Affine>,
    /// ζ_j
    pub(super) zeta: Vec<G1Affine>,
    /// Entries of A and B.
    pub(super) entries: u64,
}

impl Columns {
    pub(super) fn new(circuit: &Circuit, shape: &Shape, phase1: &Phase1) -> Columns {
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

/// The digest of all that the first phase gives a circuit, in the order of snarkjs.
pub(super) fn circuit_hash(
    phase1: &Phase1,
    columns: &Columns,
    public: usize,
    hashed: usize,
) -> Hash {
    let Columns { a, b1, b2, zeta, .. } = columns;
    let (ic, c) = zeta.split_at(public + 1);
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
    for points in [c, a.as_slice(), b1] {
        number(&mut hasher, points.len());
        hash_points(&mut hasher, points);
    }
    number(&mut hasher, b2.len());
    hash_points(&mut hasher, b2);
    hasher.finalize().into()
}
