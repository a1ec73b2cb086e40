//! What a proving key has more for a circuit with challenges, and for one with a model.

use super::query::read_ascending;
use super::{Query, VerifyingKey};
use crate::files::FileError;
use crate::files::codec::{Decoder, Encode};
use crate::files::points::{read_point, write_points};
use ark_bn254::{Bn254, G1Affine, G2Affine, g1};
use ark_ec::AffineRepr;
use ark_ec::pairing::Pairing;
use std::io::{self, Read, Write};

/// What it takes to commit to the variables that precede the challenges:
/// D = Σ z_j·\[ζ_j/δ₀\]₁ + κ·\[δ\]₁, for which C has −κ·\[δ₀\]₁ more. To those of a model alike, with δₘ.
#[derive(Clone, Debug, PartialEq)]
pub struct CommitmentQuery {
    /// \[ζ_j/δ₀\]₁ for every committed variable.
    pub(crate) query: Query<g1::Config>,
    /// What else there is to it.
    pub(crate) blinders: Blinders,
}

/// What blinds a commitment, and which variables it binds by rows of their own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Blinders {
    /// \[δ\]₁, which blinds the commitment.
    pub(crate) delta_g1: G1Affine,
    /// \[δ₀\]₁, which takes the blinding out again.
    pub(crate) own_delta_g1: G1Affine,
    /// Committed variables that no constraint binds by itself, ascending: what stands in none, of a model
    /// what stands in none without others of the model. Each has a row of its own with nothing but it
    /// in A, so that D binds it all the same.
    pub(crate) pinned: Vec<u32>,
}

impl CommitmentQuery {
    /// What precedes the queries.
    pub(super) fn write_blinders(&self, out: &mut impl Write) -> io::Result<()> {
        let Blinders { delta_g1, own_delta_g1, pinned } = &self.blinders;
        out.put_u64(pinned.len() as u64)?;
        for i in pinned {
            out.write_all(&i.to_le_bytes())?;
        }
        write_points(out, &[*delta_g1, *own_delta_g1])
    }
}

impl Blinders {
    /// Bytes in a key, with so many variables pinned.
    pub(crate) fn encoded_len(pinned: usize) -> u64 {
        8 + 4 * pinned as u64 + 2 * 64
    }

    /// Reads what precedes the query.
    pub(super) fn read<R: Read + Send>(
        source: &mut Decoder<R>,
        variables: u64,
        verifying: &VerifyingKey,
        (own, of_own): (G2Affine, &'static str),
    ) -> Result<Self, FileError> {
        let what = "variables without a constraint";
        let count = source.count(4, what)?;
        let pinned = read_ascending(source, count, variables, what)?;
        let delta_g1 = read_point(source, "delta in G1")?;
        let own_delta_g1 = read_point(source, of_own)?;
        // With another δ in G1 the blinding would not blind, or not be taken out again.
        for (one, two, what) in
            [(delta_g1, verifying.points().delta_g2, "delta in G1"), (own_delta_g1, own, of_own)]
        {
            let (left, right) = ([one, -G1Affine::generator()], [G2Affine::generator(), two]);
            if Bn254::multi_pairing(left, right) != ark_ec::pairing::PairingOutput::default() {
                return Err(FileError::Invalid { what });
            }
        }
        Ok(Blinders { delta_g1, own_delta_g1, pinned })
    }
}
