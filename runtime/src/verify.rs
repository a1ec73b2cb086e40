//! Whether a proof proves its public values.

use crate::files::PointError;
use crate::files::points::validate;
use crate::keys::{ValueError, VerifyingKey};
use crate::model::ModelCommitment;
use crate::proof::{Proof, ProofFile};
use crate::transcript::{challenges, evaluation};
use ark_bn254::{Bn254, Fr, G1Affine, G1Projective};
use ark_ec::CurveGroup;
use ark_ec::pairing::Pairing;
use thiserror::Error;
use zirc_circuit::{Digest, Int};

/// Why a proof was not accepted.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum VerifyError {
    /// The proof is about another circuit.
    #[error("proof is for another circuit: expected `{name}` ({expected}), got {got}")]
    WrongCircuit {
        /// The key's circuit.
        expected: Digest,
        /// Its name.
        name: String,
        /// The proof's circuit.
        got: Digest,
    },
    /// The proof was made with another key of the same circuit.
    #[error("proof is for another verifying key: expected {expected}, got {got}")]
    WrongKey {
        /// The key at hand.
        expected: Digest,
        /// The proof's key.
        got: Digest,
    },
    /// The public values are too few, too many, or not of their types.
    #[error(transparent)]
    Values(#[from] ValueError),
    /// The proof has a commitment that the circuit knows nothing of, or lacks the one it needs: it is
    /// of another mode than the key.
    #[error("commitments in the proof: expected {expected}, got {got}")]
    Commitments {
        /// As the key says.
        expected: usize,
        /// As the proof has.
        got: usize,
    },
    /// An element of the proof is no valid point.
    #[error("{element} of the proof: {problem}")]
    Point {
        /// `A`, `B`, `C`, `D` or `D of the model`.
        element: &'static str,
        /// What is wrong with it.
        problem: PointError,
    },
    /// The proof is about another model than the one that was asked for.
    #[error("proof is about another model: expected {expected}, got {got}")]
    OtherModel {
        /// As asked for.
        expected: ModelCommitment,
        /// As the proof has.
        got: ModelCommitment,
    },
    /// The pairing equation does not hold: no proof of these public values.
    #[error("proof does not verify")]
    Equation,
}

/// Verifies a proof of public field elements, in the order of the public variables, without the
/// leading 1.
///
/// The types of public values are part of the statement and are checked here, not in the circuit:
/// for a port of type `-128..=127`, the element must be one of r − 128, …, r − 1, 0, …, 127.
///
/// # Errors
/// A [`VerifyError`] in every case but one: the public values are as many as the key has and of
/// their types, the proof's points are in their groups and not the identity, and
/// `e(A, B) = e(α, β)·e(Σ z_j·gamma_abc_j, γ)·e(C, δ)`, for a circuit with challenges
/// `… ·e(D, δ₀)` and for one with a model `… ·e(Dₘ, δₘ)`, where the z_j are the public values that are not
/// carried, the challenges, which are derived here from the key, the public values, Dₘ and D, and the
/// evaluation of the carried ones at the first challenge.
///
/// Which model Dₘ commits to is for the caller to ask ([`verify_model`]): any model that somebody has
/// committed to under this key gives proofs that verify.
pub fn verify(key: &VerifyingKey, public: &[Fr], proof: &Proof) -> Result<(), VerifyError> {
    key.interface().to_values(public)?;
    check_equation(key, public, proof)
}

/// That a proof is about the model with this commitment, given what it names
/// ([`Proof::model_commitment`]) and whether it verifies.
///
/// # Errors
/// [`VerifyError::OtherModel`], or [`VerifyError::Commitments`] for a proof without a model.
pub fn verify_model(
    named: Option<ModelCommitment>,
    expected: ModelCommitment,
) -> Result<(), VerifyError> {
    match named {
        Some(got) if got == expected => Ok(()),
        Some(got) => Err(VerifyError::OtherModel { expected, got }),
        None => Err(VerifyError::Commitments { expected: 1, got: 0 }),
    }
}

/// Verifies a proof of raw integers, for each public port of the key in order (inputs, then
/// outputs).
///
/// # Errors
/// As [`verify`]; in particular, an integer is never reduced modulo the field's order.
pub fn verify_values(
    key: &VerifyingKey,
    values: &[Vec<Int>],
    proof: &Proof,
) -> Result<(), VerifyError> {
    let public = key.interface().to_field(values)?;
    check_equation(key, &public, proof)
}

/// Verifies a proof file: that it is for this circuit and this key, and the proof itself.
///
/// # Errors
/// As [`verify`], and [`VerifyError::WrongCircuit`] or [`VerifyError::WrongKey`].
pub fn verify_file(key: &VerifyingKey, file: &ProofFile) -> Result<(), VerifyError> {
    if file.circuit != key.circuit() {
        let (expected, name) = (key.circuit(), key.interface().name.clone());
        return Err(VerifyError::WrongCircuit { expected, name, got: file.circuit });
    }
    if file.verifying_key != key.digest() {
        let (expected, got) = (key.digest(), file.verifying_key);
        return Err(VerifyError::WrongKey { expected, got });
    }
    verify(key, &file.public, &file.proof)
}

fn check_equation(key: &VerifyingKey, public: &[Fr], proof: &Proof) -> Result<(), VerifyError> {
    let points = key.points();
    // A key cannot be made without this, but arkworks would silently read missing inputs as zero.
    let (expected, got) = (key.interface().num_values(), public.len());
    let [one, rest @ ..] = points.gamma_abc_g1.as_slice() else {
        return Err(ValueError::Count { expected, got }.into());
    };
    if expected != got || rest.len() != key.interface().num_instance() + key.num_challenges() {
        return Err(ValueError::Count { expected, got }.into());
    }
    let point = |element, checked: Result<(), PointError>| {
        checked.map_err(|problem| VerifyError::Point { element, problem })
    };
    point("A", validate(&proof.a))?;
    point("B", validate(&proof.b))?;
    point("C", validate(&proof.c))?;
    // e(A, B)·e(−α, β)·e(−Σ, γ)·e(−C, δ) = 1
    let mut left = vec![proof.a, -points.alpha_g1, G1Affine::identity(), -proof.c];
    let mut right = vec![proof.b, points.beta_g2, points.gamma_g2, points.delta_g2];
    let ports = key.interface().split(public);
    let plain = ports.filter(|(port, _)| !port.carried).flat_map(|(_, values)| values);
    let mut instance: Vec<Fr> = plain.copied().collect();
    if key.commitments() != proof.commitments() {
        let (expected, got) = (key.commitments().count(), proof.commitments().count());
        return Err(VerifyError::Commitments { expected, got });
    }
    if let (Some(delta), Some(d)) = (key.model(), &proof.model) {
        point("D of the model", validate(d))?;
        // … ·e(−Dₘ, δₘ)
        left.push(-*d);
        right.push(*delta);
    }
    if let (Some(committed), Some(d)) = (key.commitment(), &proof.commitment) {
        point("D", validate(d))?;
        let drawn = challenges(key, public, proof.model.as_ref(), d);
        let bound = evaluation(key.interface(), public, &drawn);
        instance.extend(drawn.into_iter().chain(bound));
        // … ·e(−D, δ₀)
        left.push(-*d);
        right.push(committed.delta_g2);
    }
    let inputs: G1Projective = crate::curve::msm::full(rest, &instance) + one;
    left[2] = (-inputs).into_affine();
    if Bn254::multi_pairing(left, right) == ark_ec::pairing::PairingOutput::default() {
        Ok(())
    } else {
        Err(VerifyError::Equation)
    }
}
