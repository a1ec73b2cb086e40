//! Provers that cheat with the commitment round: each must be refused.
//!
//! The prover is taken apart here: it may commit to one assignment and prove another, draw challenges
//! in its own way, and add to D and C whatever the key's points allow.

use super::{ProveError, ProveOptions, Round, check_key, finish, prove};
use crate::files::PointError;
use crate::keys::ProvingKey;
use crate::progress::{Watch, silent};
use crate::proof::{COMMITTED_PROOF_SIZE, Proof, ProofFile, compress, decompress};
use crate::samples::{Sample, range};
use crate::setup::{SetupError, SetupOptions, setup};
use crate::transcript::challenges;
use crate::verify::{VerifyError, verify, verify_file};
use ark_bn254::{Fr, G1Affine, G2Affine};
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::{Field, UniformRand, Zero};
use rand::{SeedableRng, rngs::StdRng};
use zirc_circuit::{
    Assignment, Buffer, Circuit, CircuitError, Kind, Lin, Op, Step, TensorId, Term, Weight, assign,
    assign_committed, respond, violations,
};

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
    let Sample { circuit, inputs, .. } = range(n);
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
        let (assignment, options) = (self.committed(), ProveOptions { check: true });
        let made =
            prove(&self.key, &self.circuit, &assignment, options, &mut self.rng, &mut silent);
        made.unwrap().proof
    }

    /// The challenges that a verifier derives.
    fn drawn(&self, public: &[Fr], d: &G1Affine) -> Vec<Fr> {
        challenges(self.key.verifying_key(), public, d)
    }

    /// A round in which the prover draws challenges in its own way.
    fn round(&mut self, assignment: &Assignment, draw: impl FnOnce(&G1Affine) -> Vec<Fr>) -> Round {
        let mut watcher = silent;
        let mut watch = Watch::new(&mut watcher);
        let round =
            Round::commit(&self.key, &self.circuit, assignment, draw, &mut self.rng, &mut watch);
        round.unwrap().unwrap()
    }

    /// What the prover makes of a complete assignment after such a round.
    fn finish(&mut self, round: &Round, assignment: &Assignment) -> Proof {
        let mut watcher = silent;
        let mut watch = Watch::new(&mut watcher);
        let (key, circuit) = (&self.key, &self.circuit);
        finish(key, circuit, assignment, Some(round), &mut self.rng, &mut watch)
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
            assert_eq!(decompress(&bytes).as_ref(), Ok(proof));
        }
        // The commitment too: it is blinded afresh.
        assert_ne!(one.commitment, two.commitment);
        assert!(one.a != two.a && one.b != two.b && one.c != two.c);
        let unblinded = case.key.commitment.as_ref().unwrap();
        let assignment = case.committed();
        let values = super::variables(&case.circuit, &assignment);
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
    let options = ProveOptions { check: true };
    let made = prove(&case.key, &case.circuit, &assignment, options, &mut case.rng, &mut silent);
    assert!(matches!(made, Err(ProveError::Unsatisfied(_))));
}

/// The sum over the committed values of one input of 9, which is in no row of the table, and a
/// multiplicity that balances it at one challenge.
fn balanced(case: &Case, rho: Fr) -> Assignment {
    let mut forged = case.committed();
    let old = forged.values[X].get_fr(0);
    set(&mut forged, X, 0, 9);
    let y = forged.values[3].get_fr(0) + Fr::from(9u64) - old;
    forged.values[3] = Buffer::Field(vec![y]);
    // Σ 1/(ρ − x) = Σ m/(ρ − t): what the sum lacks goes to row 0.
    let missing = (rho - Fr::from(9u64)).inverse().unwrap() - (rho - old).inverse().unwrap();
    let mut m = forged.values[MULTIPLICITY].to_field();
    m[0] += missing * rho;
    forged.values[MULTIPLICITY] = Buffer::Field(m);
    forged
}

#[test]
fn committed_values_cannot_follow_the_challenge() {
    let mut case = case(4, 4);
    let rho = Fr::rand(&mut case.rng);
    let mut forged = balanced(&case, rho);
    respond(&case.circuit, &mut forged, &[rho]).unwrap();
    assert_eq!(violations(&case.circuit, &forged), [], "the attack satisfies every constraint");
    let public = forged.public_inputs(&case.circuit);
    // Committed to as it is, it gets another challenge, under which it fails.
    let drawn = challenges(case.key.verifying_key(), &public, &G1Affine::generator());
    let mut other = forged.clone();
    respond(&case.circuit, &mut other, &drawn).unwrap();
    assert_ne!(violations(&case.circuit, &other), []);
    for honest_draw in [true, false] {
        let vk = case.key.verifying_key().clone();
        let (p, own) = (public.clone(), vec![rho]);
        let draw = move |d: &G1Affine| if honest_draw { challenges(&vk, &p, d) } else { own };
        let round = case.round(&forged, draw);
        let assignment = round.assignment.clone();
        let proof = case.finish(&round, &assignment);
        assert_eq!(case.verify(&public, &proof), REFUSED);
    }
    // Committing to something else first and proving what fits its challenge.
    let honest = case.committed();
    let vk = case.key.verifying_key().clone();
    let p = public.clone();
    let round = case.round(&honest, move |d| challenges(&vk, &p, d));
    let mut forged = balanced(&case, round.challenges[0]);
    respond(&case.circuit, &mut forged, &round.challenges).unwrap();
    assert_eq!(violations(&case.circuit, &forged), []);
    let proof = case.finish(&round, &forged);
    assert_eq!(case.verify(&public, &proof), REFUSED);
}

#[test]
fn challenges_cover_everything_that_is_fixed_before() {
    let mut case = case(4, 5);
    let (assignment, public) = (case.committed(), case.public());
    let other = self::case(4, 6);
    let own = case.key.verifying_key().clone();
    let foreign = other.key.verifying_key().clone();
    type Draw = Box<dyn FnOnce(&G1Affine) -> Vec<Fr>>;
    let (p, q) = (public.clone(), public.clone());
    let (k1, k2, k3) = (own.clone(), own.clone(), own);
    let wrong: Vec<(&str, Draw)> = vec![
        ("no public values", Box::new(move |d| challenges(&k1, &[], d))),
        ("another key", Box::new(move |d| challenges(&foreign, &p, d))),
        ("no commitment", Box::new(move |_| challenges(&k2, &q, &G1Affine::zero()))),
        ("chosen", Box::new(|_| vec![Fr::from(1234u64)])),
        ("minus one", Box::new(|_| vec![-Fr::ONE])),
    ];
    for (name, draw) in wrong {
        let round = case.round(&assignment, draw);
        let complete = round.assignment.clone();
        let proof = case.finish(&round, &complete);
        assert_eq!(violations(&case.circuit, &complete), [], "{name}");
        assert_eq!(case.verify(&public, &proof), REFUSED, "{name}");
    }
    // The challenge of an earlier proof of the same statement.
    let first = case.honest();
    let p = public.clone();
    let old = first.commitment.unwrap();
    let round = case.round(&assignment, move |_| challenges(&k3, &p, &old));
    let complete = round.assignment.clone();
    let proof = case.finish(&round, &complete);
    assert_eq!(case.verify(&public, &proof), REFUSED);
    // Each public value and both coordinates of D matter to the challenge itself.
    let d = first.commitment.unwrap();
    let all = [
        case.drawn(&public, &d),
        case.drawn(&[public[0] + Fr::from(1u64)], &d),
        case.drawn(&public, &-d),
        other.drawn(&public, &d),
    ];
    for i in 0..all.len() {
        for j in 0..i {
            assert_ne!(all[i], all[j]);
        }
    }
}

#[test]
fn a_commitment_cannot_be_replaced_or_mixed() {
    let mut case = case(4, 7);
    let public = case.public();
    let (one, two) = (case.honest(), case.honest());
    let (d1, d2) = (one.commitment.unwrap(), two.commitment.unwrap());
    let random = G1Affine::rand(&mut case.rng);
    for d in [d2, -d1, (d1 + d2).into_affine(), (d1 + d1).into_affine(), random] {
        let forged = Proof { commitment: Some(d), ..one.clone() };
        assert_eq!(case.verify(&public, &forged), REFUSED);
    }
    let mixed = Proof { a: two.a, ..one.clone() };
    assert_eq!(case.verify(&public, &mixed), REFUSED);
    let mixed = Proof { a: two.a, b: two.b, c: two.c, ..one.clone() };
    assert_eq!(case.verify(&public, &mixed), REFUSED);
    // The proof of another statement.
    let mut other = Case { inputs: case.inputs.clone(), ..self::case(4, 7) };
    other.inputs[0][0] = 7.into();
    assert_eq!(other.key, case.key);
    let theirs = other.honest();
    assert_ne!(other.public(), public);
    assert_eq!(case.verify(&public, &theirs), REFUSED);
    let swapped = Proof { commitment: theirs.commitment, ..one.clone() };
    assert_eq!(case.verify(&public, &swapped), REFUSED);
    // Another setup of the same circuit.
    let mut foreign = self::case(4, 8);
    let theirs = foreign.honest();
    assert_eq!(case.verify(&public, &theirs), REFUSED);
}

/// With D under γ, adding s·γ_abc to it would prove another public value. It is under δ₀.
#[test]
fn the_public_sum_cannot_be_moved_into_the_commitment() {
    let mut case = case(4, 9);
    let public = case.public();
    let honest = case.honest();
    let vk = case.key.verifying_key().clone();
    let points = vk.points();
    for s in [Fr::from(1u64), -Fr::from(3u64)] {
        let claimed = [public[0] - s];
        for point in &points.gamma_abc_g1 {
            let d = (honest.commitment.unwrap() + *point * s).into_affine();
            let forged = Proof { commitment: Some(d), ..honest.clone() };
            assert_eq!(case.verify(&claimed, &forged), REFUSED);
            // The same with the challenge that this D gets, into D and into C.
            let assignment = case.committed();
            let (k, p, shift) = (vk.clone(), claimed, *point * s);
            let round =
                case.round(&assignment, move |d| challenges(&k, &p, &(*d + shift).into_affine()));
            let complete = round.assignment.clone();
            let made = case.finish(&round, &complete);
            let d = (made.commitment.unwrap() + shift).into_affine();
            let moved = Proof { commitment: Some(d), ..made.clone() };
            assert_eq!(case.verify(&claimed, &moved), REFUSED);
            let c = (moved.c + shift).into_affine();
            assert_eq!(case.verify(&claimed, &Proof { c, ..moved }), REFUSED);
        }
    }
    // What a γ_abc shifted by αβ/γ would allow: A = IC(x), B = [γ]₂, C = 0.
    let drawn = case.drawn(&public, &honest.commitment.unwrap());
    let mut sum = points.gamma_abc_g1[0].into_group();
    for (z, p) in public.iter().chain(&drawn).zip(&points.gamma_abc_g1[1..]) {
        sum += *p * z;
    }
    let forged = Proof { a: sum.into_affine(), b: points.gamma_g2, ..honest.clone() };
    assert_eq!(case.verify(&public, &forged), REFUSED);
    let nothing = Proof { c: G1Affine::zero(), ..forged };
    let refused = VerifyError::Point { element: "C", problem: PointError::Identity };
    assert_eq!(case.verify(&public, &nothing), Err(refused));
}

/// A variable that stands in no constraint is committed to like every other.
#[test]
fn a_committed_variable_without_constraint_is_bound() {
    let mut case = case(4, 10);
    let pinned = case.key.commitment.as_ref().unwrap().pinned.clone();
    let first = case.circuit.layout().offset[UNUSED].unwrap() as u32;
    assert_eq!(pinned, [first, first + 1]);
    let (honest, public) = (case.committed(), case.public());
    let vk = case.key.verifying_key().clone();
    let p = public.clone();
    let round = case.round(&honest, move |d| challenges(&vk, &p, d));
    let complete = round.assignment.clone();
    let proof = case.finish(&round, &complete);
    assert_eq!(case.verify(&public, &proof), Ok(()));
    let mut changed = round.assignment.clone();
    set(&mut changed, UNUSED, 1, 5);
    assert_eq!(violations(&case.circuit, &changed), []);
    let proof = case.finish(&round, &changed);
    assert_eq!(case.verify(&public, &proof), REFUSED);
}

/// For every variable: a proof of another value than the one committed to is refused, and so is a
/// response that does not fit.
#[test]
fn every_variable_is_bound_to_what_it_was() {
    let mut case = case(3, 11);
    let (honest, public) = (case.committed(), case.public());
    let vk = case.key.verifying_key().clone();
    let p = public.clone();
    let round = case.round(&honest, move |d| challenges(&vk, &p, d));
    for (tensor, t) in case.circuit.tensors.clone().iter().enumerate() {
        if !matches!(t.kind, Kind::Witness | Kind::Response) {
            continue;
        }
        for k in 0..t.len() {
            let mut changed = round.assignment.clone();
            let mut values = changed.values[tensor].to_field();
            values[k] += Fr::from(1u64);
            changed.values[tensor] = Buffer::Field(values);
            let proof = case.finish(&round, &changed);
            assert_eq!(case.verify(&public, &proof), REFUSED, "tensor {tensor}, element {k}");
        }
    }
}

#[test]
fn proofs_and_keys_of_the_two_modes_do_not_mix() {
    let mut case = case(4, 12);
    let public = case.public();
    let committed = case.honest();
    let plain = Proof { commitment: None, ..committed.clone() };
    let error = VerifyError::Commitments { expected: 1, got: 0 };
    assert_eq!(case.verify(&public, &plain), Err(error));
    let Sample { circuit, inputs, .. } = crate::samples::dot(3);
    let (key, _) = setup(&circuit, SetupOptions::default(), &mut case.rng, &mut silent).unwrap();
    let assignment = assign(&circuit, &inputs).unwrap();
    let options = ProveOptions::default();
    let made = prove(&key, &circuit, &assignment, options, &mut case.rng, &mut silent).unwrap();
    let more = Proof { commitment: committed.commitment, ..made.proof.clone() };
    let error = VerifyError::Commitments { expected: 0, got: 1 };
    assert_eq!(verify(key.verifying_key(), &made.public, &more), Err(error));
    // Points of D that are none.
    for (d, problem) in [
        (G1Affine::zero(), PointError::Identity),
        (G1Affine::new_unchecked(committed.a.x, committed.a.x), PointError::NotOnCurve),
    ] {
        let forged = Proof { commitment: Some(d), ..committed.clone() };
        let refused = VerifyError::Point { element: "D", problem };
        assert_eq!(case.verify(&public, &forged), Err(refused));
    }
}

#[test]
fn a_key_that_pins_what_is_not_committed_to_is_refused() {
    let mut case = case(4, 13);
    let layout = case.circuit.layout();
    for stray in [0, layout.num_public + 1, layout.num_variables() - 1] {
        case.key.commitment.as_mut().unwrap().pinned = vec![stray as u32];
        let refused = check_key(&case.key, &case.circuit);
        assert!(matches!(refused, Err(ProveError::KeySize { .. })), "{stray}");
    }
}

/// Circuits in which a prover has a choice after the challenge: no key is made for them.
#[test]
fn circuits_whose_responses_are_free_have_no_key() {
    let refusal = |change: &dyn Fn(&mut Circuit)| {
        let mut circuit = range(4).circuit;
        change(&mut circuit);
        let mut rng = StdRng::seed_from_u64(14);
        match setup(&circuit, SetupOptions::default(), &mut rng, &mut silent) {
            Err(SetupError::Circuit(error)) => error,
            other => panic!("{other:?}"),
        }
    };
    let free = |tensor: u32| {
        let reason = "no constraint determines this response";
        CircuitError::Response { tensor: TensorId(tensor), reason }
    };
    let none = || Lin { terms: vec![], width: zirc_circuit::Width::I64 };
    // The inverses without their constraint, and with other divisors: one that is 0 for every
    // challenge, one that a response may turn to 0, one of a tensor that is no challenge.
    assert_eq!(refusal(&|c| c.blocks[0].a = none()), free(6));
    assert_eq!(refusal(&|c| c.blocks[0].b = none()), free(6));
    assert_eq!(
        refusal(&|c| {
            let zero = Term { weight: Weight::Scalar(0.into()), ..c.blocks[0].b.terms[0].clone() };
            c.blocks[0].b.terms[0] = zero;
        }),
        free(6)
    );
    assert_eq!(refusal(&|c| c.blocks[0].b.terms[0].src = TensorId::ONE), free(6));
    assert_eq!(
        refusal(&|c| {
            // (ρ − ρ − x)·v
            let minus = Weight::Scalar((-1).into());
            let again = Term { weight: minus, ..c.blocks[0].b.terms[0].clone() };
            c.blocks[0].b.terms.push(again);
        }),
        free(6)
    );
    // One of two by itself, in reverse order, or with another response in its place.
    assert_eq!(refusal(&|c| c.blocks[1].c.terms[0].src = TensorId(8)), free(8));
    assert_eq!(refusal(&|c| c.blocks[1].a.terms[0].weight = Weight::Scalar(2.into())), free(8));
    // What is looked up may not be a response that nothing determines.
    assert_eq!(refusal(&|c| c.tensors[MULTIPLICITY].kind = Kind::Response), free(4));
    // A divisor that is ρ whatever is looked up is one all the same.
    let mut circuit = range(4).circuit;
    circuit.blocks[0].b.terms.truncate(1);
    assert_eq!(circuit.validate(), Ok(()));
}

/// ρ^(2^k) for large k takes few values, so that an identity in it may hold for many ρ.
#[test]
fn responses_of_high_degree_are_refused() {
    let with_squares = |count: usize| {
        let mut circuit = range(4).circuit;
        let mut last = TensorId(CHALLENGE as u32);
        for _ in 0..count {
            let id = TensorId(circuit.tensors.len() as u32);
            let side = |t: TensorId| {
                let term = Term { src: t, ..circuit.blocks[3].c.terms[0].clone() };
                Lin { terms: vec![term], width: zirc_circuit::Width::Field }
            };
            let (a, c) = (side(last), side(id));
            let mut block = circuit.blocks[3].clone();
            (block.a, block.b, block.c) = (a.clone(), a.clone(), c);
            let mut tensor = circuit.tensors[6].clone();
            (tensor.shape, tensor.kind) = (vec![], Kind::Response);
            circuit.tensors.push(tensor);
            circuit.blocks.push(block);
            let op = Op::Mul(a.clone(), a);
            circuit.program.push(Step::Assign { tensor: id, op });
            last = id;
        }
        circuit.validate()
    };
    assert_eq!(with_squares(40), Ok(()));
    let refused = with_squares(255);
    assert!(matches!(refused, Err(CircuitError::Response { .. })), "{refused:?}");
}

#[test]
fn steps_stand_on_their_side_of_the_challenge() {
    let refusal = |change: &dyn Fn(&mut Circuit)| {
        let mut circuit = range(4).circuit;
        change(&mut circuit);
        circuit.validate().unwrap_err()
    };
    let operation = |step, reason| CircuitError::Operation { step, reason };
    // What is looked up is itself computed from the challenge.
    assert_eq!(
        refusal(&|c| {
            let Step::Assign { op, .. } = &mut c.program[3] else { panic!() };
            *op = Op::Challenge;
        }),
        operation(3, "draws a tensor of another kind")
    );
    assert_eq!(
        refusal(&|c| c.program.swap(2, 4)),
        operation(3, "computes a committed value after a challenge")
    );
    assert_eq!(
        refusal(&|c| {
            let Step::Assign { op, .. } = &mut c.program[4] else { panic!() };
            *op = Op::Linear(Lin { terms: vec![], width: zirc_circuit::Width::I64 });
        }),
        operation(4, "computes a challenge")
    );
    // Inputs are there before any challenge, and a round draws at least one.
    assert_eq!(
        refusal(&|c| {
            let load = c.program.remove(1);
            c.program.push(load);
        }),
        operation(7, "loads an input after a challenge")
    );
    assert_eq!(
        refusal(&|c| c.tensors[CHALLENGE].shape = vec![0]),
        CircuitError::NoChallenge(CHALLENGE)
    );
    // A challenge that the prover has a say in is no challenge to the responses.
    let reason = "no constraint determines this response";
    assert_eq!(
        refusal(&|c| c.tensors[CHALLENGE].kind = Kind::Witness),
        CircuitError::Response { tensor: TensorId(6), reason }
    );
}

#[test]
fn blinding_is_never_left_out() {
    let mut case = case(2, 15);
    let query = case.key.commitment.clone().unwrap();
    assert!(!query.delta_g1.is_zero() && !query.own_delta_g1.is_zero());
    assert_ne!(query.delta_g1, query.own_delta_g1);
    let assignment = case.committed();
    let vk = case.key.verifying_key().clone();
    let public = case.public();
    let round = case.round(&assignment, |d| challenges(&vk, &public, d));
    assert!(!round.unblinding.is_zero());
    let g2: G2Affine = vk.commitment().unwrap().delta_g2;
    assert_ne!(g2, vk.points().delta_g2);
}
