//! Provers that cheat with the commitment round: each must be refused.
//!
//! The prover is taken apart here: it may commit to one assignment and prove another, draw challenges
//! in its own way, and add to D and C whatever the key's points allow.

mod carried;
mod challenges;
mod circuits;
mod commitments;

use super::{ProveError, ProveOptions, Round, check_key, finish, prove};
use crate::keys::ProvingKey;
use crate::progress::{Watch, silent};
use crate::proof::{COMMITTED_PROOF_SIZE, Proof, ProofFile, compress, decompress};
use crate::samples::{Sample, range};
use crate::setup::{SetupOptions, setup};
use crate::transcript::challenges;
use crate::verify::{VerifyError, verify, verify_file};
use ark_bn254::{Fr, G1Affine};
use ark_ec::CurveGroup;
use rand::{SeedableRng, rngs::StdRng};
use zirc_circuit::{Assignment, Buffer, Circuit, assign_committed};

/// Tensors of [`range`].
const X: usize = 1;
const UNUSED: usize = 2;
const MULTIPLICITY: usize = 4;
const CHALLENGE: usize = 5;

const REFUSED: Result<(), VerifyError> = Err(VerifyError::Equation);

struct Case {
    circuit: Circuit,
    inputs: Vec<Vec<zirc_circuit::Int>>,
    key: ProvingKey,
    rng: StdRng,
}

fn case(n: usize, seed: u64) -> Case {
    case_of(range(n), seed)
}

fn case_of(sample: Sample, seed: u64) -> Case {
    let Sample { circuit, inputs, .. } = sample;
    let mut rng = StdRng::seed_from_u64(seed);
    let (key, _) = setup(&circuit, SetupOptions::default(), &mut rng, &mut silent).unwrap();
    Case { circuit, inputs, key, rng }
}

impl Case {
    fn committed(&self) -> Assignment {
        assign_committed(&self.circuit, &self.inputs).unwrap()
    }

    fn public(&self) -> Vec<Fr> {
        self.committed().public_inputs(&self.circuit)
    }

    fn honest(&mut self) -> Proof {
        let (assignment, options) = (self.committed(), ProveOptions { check: true, opening: None });
        let made =
            prove(&self.key, &self.circuit, &assignment, options, &mut self.rng, &mut silent);
        made.unwrap().proof
    }

    /// The challenges that a verifier derives.
    fn drawn(&self, public: &[Fr], d: &G1Affine) -> Vec<Fr> {
        challenges(self.key.verifying_key(), public, None, d)
    }

    /// A round in which the prover draws challenges in its own way.
    fn round(&mut self, assignment: &Assignment, draw: impl FnOnce(&G1Affine) -> Vec<Fr>) -> Round {
        let mut watcher = silent;
        let mut watch = Watch::new(&mut watcher);
        let (head, circuit) = (self.key.head(), &self.circuit);
        let (rng, watch) = (&mut self.rng, &mut watch);
        let round = Round::commit(head, &mut &self.key, circuit, assignment, draw, rng, watch);
        round.unwrap().unwrap()
    }

    /// What the prover makes of a complete assignment after such a round.
    fn finish(&mut self, round: &Round, assignment: &Assignment) -> Proof {
        let mut watcher = silent;
        let mut watch = Watch::new(&mut watcher);
        let (head, circuit) = (self.key.head(), &self.circuit);
        let (rng, watch) = (&mut self.rng, &mut watch);
        finish(head, &mut &self.key, circuit, assignment, (None, Some(round)), rng, watch).unwrap()
    }

    fn verify(&self, public: &[Fr], proof: &Proof) -> Result<(), VerifyError> {
        verify(self.key.verifying_key(), public, proof)
    }
}

/// Puts a number in the place of a value.
fn set(assignment: &mut Assignment, tensor: usize, element: usize, value: u64) {
    let mut values = assignment.values[tensor].to_field();
    values[element] = Fr::from(value);
    assignment.values[tensor] = Buffer::Field(values);
}

#[test]
fn honest_proofs_verify_in_160_bytes_and_share_no_element() {
    for n in [1, 4, 30] {
        let mut case = case(n, 1);
        let public = case.public();
        let (one, two) = (case.honest(), case.honest());
        for proof in [&one, &two] {
            assert_eq!(case.verify(&public, proof), Ok(()));
            let bytes = compress(proof);
            assert_eq!(bytes.len(), COMMITTED_PROOF_SIZE);
            assert_eq!(decompress(&bytes, proof.commitments()).as_ref(), Ok(proof));
        }
        // The commitment too: it is blinded afresh.
        assert_ne!(one.commitment, two.commitment);
        assert!(one.a != two.a && one.b != two.b && one.c != two.c);
        let unblinded = case.key.commitment.as_ref().unwrap();
        let assignment = case.committed();
        let values = super::variables::variables(&case.circuit, &assignment);
        let bare = unblinded.query.combine(&values).into_affine();
        assert!(one.commitment != Some(bare) && two.commitment != Some(bare));
    }
}

#[test]
fn proof_files_and_keys_come_back_as_they_were() {
    let mut case = case(5, 2);
    let (assignment, options) = (case.committed(), ProveOptions::default());
    let made = prove(&case.key, &case.circuit, &assignment, options, &mut case.rng, &mut silent);
    let file = made.unwrap().to_file();
    assert_eq!(ProofFile::decode(&file.encode()).as_ref(), Ok(&file));
    assert_eq!(verify_file(case.key.verifying_key(), &file), Ok(()));
    let mut bytes = Vec::new();
    case.key.write(&mut bytes).unwrap();
    assert_eq!(bytes.len() as u64, case.key.file_size());
    for validation in [crate::Validation::Full, crate::Validation::Canonical] {
        assert_eq!(ProvingKey::decode(&bytes, validation).as_ref(), Ok(&case.key));
    }
    let vk = case.key.verifying_key();
    assert_eq!(crate::VerifyingKey::decode(&vk.encode()).as_ref(), Ok(vk));
}

#[test]
fn a_checked_proof_of_a_wrong_assignment_is_not_made() {
    let mut case = case(4, 3);
    let mut assignment = case.committed();
    set(&mut assignment, X, 0, 9);
    let options = ProveOptions { check: true, opening: None };
    let made = prove(&case.key, &case.circuit, &assignment, options, &mut case.rng, &mut silent);
    assert!(matches!(made, Err(ProveError::Unsatisfied(_))));
}

#[test]
fn a_key_that_pins_what_is_not_committed_to_is_refused() {
    let mut case = case(4, 13);
    let layout = case.circuit.layout();
    for stray in [0, layout.num_public + 1, layout.num_variables() - 1] {
        case.key.commitment.as_mut().unwrap().blinders.pinned = vec![stray as u32];
        let refused = check_key(case.key.head(), &case.circuit);
        assert!(matches!(refused, Err(ProveError::KeySize { .. })), "{stray}");
    }
}
