//! From an assignment to a proof.
//!
//! With r = s = 0 the textbook's elements are
//!
//! ```text
//! A₀ = [α]₁ + Σ z_j·[a_j]₁
//! B₀ = [β]₂ + Σ z_j·[b_j]₂
//! C₀ = Σ_witness z_j·[(β·a_j + α·b_j + c_j)/δ]₁ + [h(τ)·t(τ)/δ]₁
//! ```
//!
//! and rerandomising them (eprint 2020/811, Theorem 3) gives the distribution of fresh proofs
//! without a B query in G1: with r₁ ← F*, r₂ ← F,
//!
//! ```text
//! A = r₁⁻¹·A₀,  B = r₁·B₀ + r₁·r₂·[δ]₂,  C = C₀ + r₂·A₀
//! ```
//!
//! For a circuit with challenges, a commitment D = Σ_committed z_j·\[ζ_j/δ₀\]₁ + κ·\[δ\]₁ is made first, with a
//! fresh κ; the challenges follow from it, and from them the responses. The sum in C₀ then runs over the
//! responses only, and C₀ has −κ·\[δ₀\]₁ more.
//!
//! A model's variables are summed under δₘ in a commitment of its own, with a κₘ that is kept
//! ([`crate::model`]); it is in the transcript of the challenges, and C₀ has −κₘ·\[δₘ\]₁ more.
//!
//! The quotient takes four transforms instead of seven. h·t = a·b − c, and a·b has degree below 2n,
//! so that its values on the double domain give (a·b)(τ). On the domain itself they are those of c: linear
//! in z, and part of the C query. What is left for the prover are the values on the odd points
//! ([`crate::domain`]): two inverse transforms and two forward ones.

mod fits;
#[cfg(test)]
mod forged;
mod of_model;
mod round;
#[cfg(test)]
mod streamed;
mod sums;
mod unblinded;
mod variables;

use crate::files::FileError;
use crate::keys::{Head, KeyFile, ProvingKey};
use crate::model::{ModelCommitment, Opening};
use crate::progress::{Phase, Timings, Watch};
use crate::proof::{Proof, ProofFile};
use crate::transcript::challenges;
use ark_bn254::{Fr, G1Affine};
use ark_ff::Field;
use fits::{check_key, check_lengths};
use of_model::Model;
pub use of_model::{commit_model, commit_model_from};
use rand::{CryptoRng, RngCore};
use round::Round;
use std::io::{Read, Seek};
pub(crate) use sums::Sums;
use thiserror::Error;
use unblinded::Unblinded;
#[cfg(test)]
pub(crate) use unblinded::odd_products;
use variables::value;
use zirc_circuit::{AssignError, Assignment, Circuit, Digest, Violation, violations_up_to};

/// Choices for a proof.
#[derive(Clone, Copy, Debug, Default)]
pub struct ProveOptions<'o> {
    /// Whether the assignment is compared with every constraint first. Without it, a wrong
    /// assignment gives a proof that does not verify.
    pub check: bool,
    /// What opens the commitment to the model, where the circuit has one.
    pub opening: Option<&'o Opening>,
}

/// Why there is no proof.
#[derive(Clone, Debug, PartialEq, Error)]
#[non_exhaustive]
pub enum ProveError {
    /// The key was made for another circuit.
    #[error("key is for circuit `{key_name}` ({key}), the circuit is `{circuit_name}` ({circuit})")]
    WrongCircuit {
        /// The key's circuit.
        key: Digest,
        /// Its name.
        key_name: String,
        /// The circuit given.
        circuit: Digest,
        /// Its name.
        circuit_name: String,
    },
    /// The digests match, the numbers do not: the key's file was made up.
    #[error("key does not fit its own circuit: {what}, expected {expected}, got {got}")]
    KeySize {
        /// What does not fit.
        what: &'static str,
        /// As the circuit says.
        expected: usize,
        /// As the key says.
        got: usize,
    },
    /// The assignment is for another circuit.
    #[error("assignment has {got} tensors, the circuit has {expected}")]
    AssignmentLength {
        /// Tensors of the circuit.
        expected: usize,
        /// Tensors of the assignment.
        got: usize,
    },
    /// One tensor of the assignment has another size than the circuit's.
    #[error("tensor {tensor} of the assignment has {got} values, expected {expected}")]
    TensorLength {
        /// Index of the tensor.
        tensor: usize,
        /// As the circuit says.
        expected: usize,
        /// As assigned.
        got: usize,
    },
    /// The key's file is damaged, is no key, or was changed while it was read.
    #[error(transparent)]
    Key(#[from] FileError),
    /// The circuit has a model, and nothing that opens the commitment to it was given.
    #[error("the circuit has a model: proofs need the opening of its commitment")]
    NoOpening,
    /// The circuit has no model.
    #[error("opening of a model's commitment, but the circuit has no model")]
    NoModel,
    /// The commitment to the model was made under another key.
    #[error("opening is under another verifying key: expected {expected}, got {got}")]
    OpeningKey {
        /// The key at hand.
        expected: Digest,
        /// The opening's.
        got: Digest,
    },
    /// The values of the model are not those that were committed to.
    #[error("another model: its commitment is {expected}, these values give {got}")]
    OtherModel {
        /// As in the opening.
        expected: ModelCommitment,
        /// As of the assignment.
        got: ModelCommitment,
    },
    /// The values that depend on challenges could not be computed.
    #[error("responses to the challenges: {0}")]
    Respond(#[from] AssignError),
    /// The assignment violates a constraint (the first one that it violates).
    #[error("assignment violates block {} at {:?}", .0.block, .0.index)]
    Unsatisfied(Box<Violation>),
}

/// A proof and how long it took.
#[derive(Clone, Debug, PartialEq)]
pub struct Proven {
    /// The proof.
    pub proof: Proof,
    /// Public values in the order of the public variables, without the leading 1.
    pub public: Vec<Fr>,
    /// Digest of the circuit.
    pub circuit: Digest,
    /// Digest of the verifying key.
    pub verifying_key: Digest,
    /// Time by phase.
    pub timings: Timings,
}

impl Proven {
    /// What goes into a file.
    #[must_use]
    pub fn to_file(&self) -> ProofFile {
        ProofFile {
            circuit: self.circuit,
            verifying_key: self.verifying_key,
            public: self.public.clone(),
            proof: self.proof.clone(),
        }
    }
}

/// Proves that an assignment satisfies a circuit, revealing its public values and no others.
///
/// What the assignment holds of challenges and of what depends on them is not read: the proof draws its
/// own ([`zirc_circuit::assign_committed`] gives all that is needed).
///
/// Two proofs of the same assignment differ. Memory, besides key and assignment: three field
/// elements for each row of the domain at the peak.
///
/// # Errors
/// A [`ProveError`] if key, circuit and assignment do not belong together or, with
/// [`ProveOptions::check`], if a constraint is violated.
pub fn prove(
    key: &ProvingKey,
    circuit: &Circuit,
    assignment: &Assignment,
    options: ProveOptions<'_>,
    rng: &mut (impl RngCore + CryptoRng),
    progress: &mut dyn FnMut(Phase),
) -> Result<Proven, ProveError> {
    check_key(key.head(), circuit)?;
    check_lengths(circuit, assignment)?;
    let watch = Watch::new(progress);
    Proving { head: key.head(), circuit, options, watch }.prove(key, assignment, rng)
}

/// The same by a key that stays in its file. The proof does not differ; memory is that of [`prove`]
/// without the key, and 64 MiB of it at a time.
///
/// # Errors
/// As [`prove`], and [`ProveError::Key`]: whatever is wrong with the file, no proof is made of it.
///
/// ```no_run
/// # use zirc_runtime::{KeyFile, ProveError, ProveOptions, Proven, Validation, prove_from, silent};
/// # fn example(
/// #     circuit: &zirc_circuit::Circuit, assignment: &zirc_circuit::Assignment,
/// # ) -> Result<Proven, ProveError> {
/// let mut key = KeyFile::open("digits.pk".as_ref(), Validation::Canonical)?;
/// let rng = &mut rand::rngs::OsRng;
/// prove_from(&mut key, circuit, assignment, ProveOptions::default(), rng, &mut silent)
/// # }
/// ```
pub fn prove_from<R: Read + Seek + Send>(
    key: &mut KeyFile<R>,
    circuit: &Circuit,
    assignment: &Assignment,
    options: ProveOptions<'_>,
    rng: &mut (impl RngCore + CryptoRng),
    progress: &mut dyn FnMut(Phase),
) -> Result<Proven, ProveError> {
    let (head, sections) = key.split()?;
    check_key(head, circuit)?;
    check_lengths(circuit, assignment)?;
    let watch = Watch::new(progress);
    Proving { head, circuit, options, watch }.prove(sections, assignment, rng)
}

/// The same by a key that is neither.
pub(crate) fn prove_by(
    head: Head<'_>,
    sums: impl Sums,
    circuit: &Circuit,
    assignment: &Assignment,
    options: ProveOptions<'_>,
    rng: &mut (impl RngCore + CryptoRng),
    progress: &mut dyn FnMut(Phase),
) -> Result<Proven, ProveError> {
    check_key(head, circuit)?;
    check_lengths(circuit, assignment)?;
    let watch = Watch::new(progress);
    Proving { head, circuit, options, watch }.prove(sums, assignment, rng)
}

/// A proof under way.
struct Proving<'a> {
    head: Head<'a>,
    circuit: &'a Circuit,
    options: ProveOptions<'a>,
    watch: Watch<'a>,
}

impl Proving<'_> {
    fn prove(
        mut self,
        mut sums: impl Sums,
        assignment: &Assignment,
        rng: &mut (impl RngCore + CryptoRng),
    ) -> Result<Proven, ProveError> {
        let (head, circuit, watch) = (self.head, self.circuit, &mut self.watch);
        let public = assignment.public_inputs(circuit);
        let model =
            Model::commit(head, &mut sums, circuit, assignment, self.options.opening, watch)?;
        let of_model = model.as_ref().map(|m| &m.commitment);
        let draw = |d: &G1Affine| challenges(head.verifying, &public, of_model, d);
        let round = Round::commit(head, &mut sums, circuit, assignment, draw, rng, watch)?;
        let assignment = round.as_ref().map_or(assignment, |r| &r.assignment);
        if self.options.check {
            let found = watch.run(Phase::Check, || violations_up_to(circuit, assignment, 1));
            if let Some(first) = found.into_iter().next() {
                return Err(ProveError::Unsatisfied(Box::new(first)));
            }
        }
        let fixed = (model.as_ref(), round.as_ref());
        let proof = finish(head, &mut sums, circuit, assignment, fixed, rng, watch)?;
        sums.finish(watch)?;
        let (circuit, verifying_key) = (head.verifying.circuit(), head.verifying.digest());
        Ok(Proven { proof, public, circuit, verifying_key, timings: self.watch.timings })
    }
}

/// The proof of a complete assignment, given what was committed to and what came of it.
fn finish(
    head: Head<'_>,
    sums: &mut impl Sums,
    circuit: &Circuit,
    assignment: &Assignment,
    (model, round): (Option<&Model>, Option<&Round>),
    rng: &mut (impl RngCore + CryptoRng),
    watch: &mut Watch<'_>,
) -> Result<Proof, FileError> {
    let extra = extra_rows(head, circuit, assignment);
    let mut unblinded = Unblinded::new(head, sums, circuit, assignment, extra, watch)?;
    if let Some(round) = round {
        unblinded.c += round.unblinding;
    }
    if let Some(model) = model {
        unblinded.c += model.unblinding;
    }
    let commitment = round.map(|r| r.commitment);
    let model = model.map(|m| m.commitment);
    Ok(Proof { model, commitment, ..unblinded.rerandomise(head, rng) })
}

/// The values of the variables that have a row of their own behind the constraints.
fn extra_rows(head: Head<'_>, circuit: &Circuit, assignment: &Assignment) -> Vec<Fr> {
    let layout = circuit.layout();
    if let Some(order) = head.textbook {
        return order.iter().map(|&j| value(&layout, assignment, j)).collect();
    }
    let mut extra = vec![Fr::ONE];
    extra.extend(assignment.instance(circuit));
    for blinders in [head.model, head.blinders].into_iter().flatten() {
        extra.extend(blinders.pinned.iter().map(|&j| value(&layout, assignment, j as usize)));
    }
    extra
}
