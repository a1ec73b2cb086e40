//! The commitment to a model: made once, and in every proof the same.

use super::ProveError;
use super::fits::check_key;
use super::sums::Sums;
use super::variables::variables;
use crate::keys::{Head, KeyFile, ProvingKey};
use crate::model::{ModelCommitment, Opening};
use crate::progress::{Phase, Watch};
use ark_bn254::{G1Affine, G1Projective};
use ark_ec::CurveGroup;
use rand::{CryptoRng, RngCore};
use std::io::{Read, Seek};
use zirc_circuit::{Assignment, Circuit, Kind};

/// The commitment that a proof has.
pub(super) struct Model {
    pub(super) commitment: G1Affine,
    /// −κₘ·\[δₘ\]₁, to be added to C.
    pub(super) unblinding: G1Projective,
}

impl Model {
    /// Opens the commitment to the values of an assignment; `None` where the circuit has no model.
    pub(super) fn commit(
        head: Head<'_>,
        sums: &mut impl Sums,
        circuit: &Circuit,
        assignment: &Assignment,
        opening: Option<&Opening>,
        watch: &mut Watch<'_>,
    ) -> Result<Option<Model>, ProveError> {
        let (blinders, opening) = match (head.model, opening) {
            (None, None) => return Ok(None),
            (None, Some(_)) => return Err(ProveError::NoModel),
            (Some(_), None) => return Err(ProveError::NoOpening),
            (Some(blinders), Some(opening)) => (blinders, opening),
        };
        if !opening.is_under(head.verifying) {
            let (expected, got) = (head.verifying.digest(), opening.verifying_key());
            return Err(ProveError::OpeningKey { expected, got });
        }
        let sum = sums.model(&variables(circuit, assignment), watch)?;
        let commitment = (sum + blinders.delta_g1 * opening.blinder()).into_affine();
        if commitment != opening.point() {
            let (expected, got) = (opening.commitment(), ModelCommitment::from(&commitment));
            return Err(ProveError::OtherModel { expected, got });
        }
        let unblinding = -(blinders.own_delta_g1 * opening.blinder());
        Ok(Some(Model { commitment, unblinding }))
    }
}

/// Commits to the model of a circuit, before any proof. Of the assignment only the model's tensors are
/// read; the others may be missing.
///
/// # Errors
/// A [`ProveError`] if key, circuit and assignment do not belong together, or the circuit has no model.
pub fn commit_model(
    key: &ProvingKey,
    circuit: &Circuit,
    assignment: &Assignment,
    rng: &mut (impl RngCore + CryptoRng),
    progress: &mut dyn FnMut(Phase),
) -> Result<Opening, ProveError> {
    open(key.head(), &mut &*key, circuit, assignment, rng, progress)
}

/// The same by a key that stays in its file.
///
/// # Errors
/// As [`commit_model`], and [`ProveError::Key`].
pub fn commit_model_from<R: Read + Seek + Send>(
    key: &mut KeyFile<R>,
    circuit: &Circuit,
    assignment: &Assignment,
    rng: &mut (impl RngCore + CryptoRng),
    progress: &mut dyn FnMut(Phase),
) -> Result<Opening, ProveError> {
    let (head, mut sections) = key.split()?;
    let opening = open(head, &mut sections, circuit, assignment, rng, progress)?;
    // A commitment under points of another key could never be opened.
    sections.skip()?;
    Ok(opening)
}

fn open(
    head: Head<'_>,
    sums: &mut impl Sums,
    circuit: &Circuit,
    assignment: &Assignment,
    rng: &mut (impl RngCore + CryptoRng),
    progress: &mut dyn FnMut(Phase),
) -> Result<Opening, ProveError> {
    check_key(head, circuit)?;
    let (expected, got) = (circuit.tensors.len(), assignment.values.len());
    if expected != got {
        return Err(ProveError::AssignmentLength { expected, got });
    }
    for (tensor, (t, v)) in circuit.tensors.iter().zip(&assignment.values).enumerate() {
        let (expected, got) = (t.len(), v.len());
        if got != expected && (got > 0 || t.kind == Kind::Model) {
            return Err(ProveError::TensorLength { tensor, expected, got });
        }
    }
    let mut watch = Watch::new(progress);
    let sum = sums.model(&variables(circuit, assignment), &mut watch)?;
    Opening::draw(head, sum, circuit, assignment, rng).ok_or(ProveError::NoModel)
}
