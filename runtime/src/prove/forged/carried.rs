//! Public values that are carried: a prover who commits to other ones, and circuits that would let it.

mod hostile;

use super::{Case, ProveOptions, REFUSED, case_of, prove, set, setup};
use crate::keys::{ValueError, VerifyingKey};
use crate::progress::silent;
use crate::samples::carried;
use crate::setup::{SetupError, SetupOptions};
use crate::transcript::{challenges, evaluation};
use crate::verify::{VerifyError, verify_values};
use ark_bn254::Fr;
use ark_ff::{Field, PrimeField};
use rand::{SeedableRng, rngs::StdRng};
use sha3::{Digest, Keccak256};
use zirc_circuit::{
    Assignment, Buffer, Circuit, CircuitError, Int, Kind, TensorId, Weight, respond, scalar,
    violations,
};

/// Tensors of [`carried`].
const X: usize = 1;
const CHALLENGE: usize = 5;
const E: usize = 11;

fn case(seed: u64) -> Case {
    case_of(carried(), seed)
}

/// Proves a complete assignment whose committed values are `first`, with challenges as the verifier draws
/// them for `public`; `last` has a last word on what is proved.
fn forged(
    case: &mut Case,
    public: &[Fr],
    first: &Assignment,
    last: impl FnOnce(&mut Assignment),
) -> Result<(), VerifyError> {
    let (vk, p) = (case.key.verifying_key().clone(), public.to_vec());
    let round = case.round(first, move |d| challenges(&vk, &p, None, d));
    let mut assignment = round.assignment.clone();
    last(&mut assignment);
    let proof = case.finish(&round, &assignment);
    case.verify(public, &proof)
}

#[test]
fn carried_values_take_one_point_of_the_key_and_verify() {
    let mut case = case(31);
    let public = case.public();
    // 1, y, ρ and e, for four values of x.
    let points = case.key.verifying_key().points().gamma_abc_g1.len();
    assert_eq!((points, public.len()), (4, 5));
    let proof = case.honest();
    assert_eq!(case.verify(&public, &proof), Ok(()));
    for k in 0..public.len() {
        let mut other = public.clone();
        other[k] += Fr::from(1);
        assert_ne!(case.verify(&other, &proof), Ok(()), "value {k}");
    }
    for count in [0, 1, 4, 6] {
        let values = vec![Fr::from(0); count];
        let refused = ValueError::Count { expected: 5, got: count };
        assert_eq!(case.verify(&values, &proof), Err(refused.into()));
    }
}

/// x and x + r have the same evaluation and the same field element: the integer is what is refused.
#[test]
fn values_are_held_to_their_types() {
    let mut case = case(32);
    let proof = case.honest();
    let vk = case.key.verifying_key();
    let values = vec![vec![3, -128, 127, 5], vec![3 * 7 + 256 + 127 + 500]];
    let values: Vec<Vec<Int>> =
        values.into_iter().map(|v| v.into_iter().map(Int::from).collect()).collect();
    assert_eq!(verify_values(vk, &values, &proof), Ok(()));
    for wrong in [scalar::order() + 3, Int::from(3) - scalar::order(), 128.into(), (-129).into()] {
        let mut other = values.clone();
        other[0][0] = wrong.clone();
        let value = wrong.to_string();
        let (name, lo, hi) = ("x".to_owned(), "-128".to_owned(), "127".to_owned());
        let refused = ValueError::OutOfRange { name, index: 0, value, lo, hi };
        assert_eq!(verify_values(vk, &other, &proof), Err(refused.into()));
    }
}

#[test]
fn committing_to_other_values_is_refused() {
    let mut case = case(33);
    let (honest, public) = (case.committed(), case.public());
    assert_eq!(forged(&mut case, &public, &honest, |_| ()), Ok(()));
    let mut inputs = case.inputs.clone();
    inputs[0][1] = 100.into();
    let other = zirc_circuit::assign_committed(&case.circuit, &inputs).unwrap();
    // All that follows from other values, under the statement's y and under their own.
    let mut y = public.clone();
    y[4] = *other.public_inputs(&case.circuit).last().unwrap();
    for public in [&public, &y] {
        assert_eq!(forged(&mut case, public, &other, |_| ()), REFUSED);
        // With the verifier's evaluation in the place of theirs.
        let interface = case.key.verifying_key().interface().clone();
        let wanted = |a: &mut Assignment| {
            let rho = a.values[CHALLENGE].to_field();
            let e = evaluation(&interface, public, &rho).unwrap();
            a.values[E] = Buffer::Field(vec![e]);
        };
        assert_eq!(forged(&mut case, public, &other, wanted), REFUSED);
    }
    // Committed to as they are, and exchanged once the challenge is known.
    let exchanged = |a: &mut Assignment| set(a, X, 1, 100);
    assert_eq!(forged(&mut case, &public, &honest, exchanged), REFUSED);
}

/// With ρ known beforehand, x₀ − ρ and x₁ + 1 have the evaluation of x₀ and x₁.
#[test]
fn a_challenge_that_is_known_before_lets_values_be_traded_and_is_refused() {
    let mut case = case(34);
    let public = case.public();
    let rho = Fr::from(123_456_789);
    let traded = |case: &Case, rho: Fr| {
        let mut a = case.committed();
        let mut x = a.values[X].to_field();
        (x[0], x[1]) = (x[0] - rho, x[1] + Fr::from(1));
        // The sum is the same for both.
        set(&mut a, 2, 0, 0);
        set(&mut a, 2, 1, 0);
        let w = a.values[2].to_field();
        let products: Vec<Fr> = x.iter().zip(&w).map(|(x, w)| *x * w).collect();
        a.values[X] = Buffer::Field(x);
        a.values[4] = Buffer::Field(vec![products.iter().sum()]);
        a.values[3] = Buffer::Field(products);
        a
    };
    let mut complete = traded(&case, rho);
    respond(&case.circuit, &mut complete, &[rho]).unwrap();
    assert_eq!(violations(&case.circuit, &complete), []);
    let interface = case.key.verifying_key().interface().clone();
    let wanted = evaluation(&interface, &public, &[rho]);
    assert_eq!(wanted, complete.values[E].to_field().first().copied());
    let mut statement = public.clone();
    statement[4] = complete.values[4].to_field()[0];
    assert_eq!(statement[4], Fr::from(127 + 5 * 100));
    // Drawn by the prover, it satisfies every constraint; the verifier draws another.
    let (first, own) = (complete.clone(), vec![rho]);
    let round = case.round(&first, move |_| own);
    let proof = case.finish(&round, &round.assignment.clone());
    assert_eq!(case.verify(&statement, &proof), REFUSED);
}

/// The bytes that a contract hashes.
#[test]
fn the_transcript_is_what_is_documented() {
    let mut case = case(35);
    let (public, proof) = (case.public(), case.honest());
    let vk = case.key.verifying_key();
    let d = proof.commitment.unwrap();
    let mut bytes = b"zirc groth16-commit challenge v1".to_vec();
    bytes.extend(vk.digest().0);
    let word = |n: u64| [[0; 24].as_slice(), &n.to_be_bytes()].concat();
    bytes.extend(word(5));
    bytes.extend([131, 0, 255, 133]);
    bytes.extend(word(904));
    for coordinate in [d.x, d.y] {
        bytes.extend(ark_ff::BigInteger::to_bytes_be(&coordinate.into_bigint()));
    }
    let seed = Keccak256::digest(&bytes);
    let drawn = Keccak256::digest([seed.as_slice(), &word(0)].concat());
    let rho = Fr::from_be_bytes_mod_order(&drawn);
    assert_eq!(challenges(vk, &public, None, &d), [rho]);
    let e = Fr::from(131) + Fr::from(255) * rho.square() + Fr::from(133) * rho.square() * rho;
    assert_eq!(evaluation(vk.interface(), &public, &[rho]), Some(e));
}

/// Why a changed circuit has no key.
fn refusal(change: &dyn Fn(&mut Circuit)) -> CircuitError {
    let mut circuit = carried().circuit;
    change(&mut circuit);
    let mut rng = StdRng::seed_from_u64(36);
    match setup(&circuit, SetupOptions::default(), &mut rng, &mut silent) {
        Err(SetupError::Circuit(error)) => error,
        other => panic!("{other:?}"),
    }
}

const UNBOUND: CircuitError =
    CircuitError::Carried("no constraint shows that their evaluation is theirs");

/// The equation lost, with another sign, another number or a value less; as a product.
#[test]
fn circuits_without_the_equation_of_what_they_carry_have_no_key() {
    assert_eq!(refusal(&|c| drop(c.blocks.pop())), UNBOUND);
    let last = carried().circuit.blocks.pop().unwrap();
    for k in 0..last.c.terms.len() {
        let weigh = |n: i64| {
            move |c: &mut Circuit| {
                let term = &mut c.blocks.last_mut().unwrap().c.terms[k];
                term.weight = Weight::Scalar(n.into());
            }
        };
        for n in [0, 2, -2] {
            assert_eq!(refusal(&weigh(n)), UNBOUND, "{k} times {n}");
        }
        assert_eq!(refusal(&|c| drop(c.blocks.last_mut().unwrap().c.terms.remove(k))), UNBOUND);
    }
    let product = |c: &mut Circuit| {
        let all = c.blocks.last_mut().unwrap();
        (all.a, all.b) = (all.c.clone(), all.c.clone());
    };
    assert_eq!(refusal(&product), UNBOUND);
}

/// Powers and products that are others, or that nothing determines, and bounds that are not the type's.
#[test]
fn circuits_that_evaluate_something_else_than_they_carry_have_no_key() {
    for k in 2..carried().circuit.blocks.len() - 1 {
        let doubled = |c: &mut Circuit| {
            let a = &mut c.blocks[k].a.terms[0];
            a.weight = Weight::Scalar(2.into());
        };
        assert_eq!(refusal(&doubled), UNBOUND, "block {k}");
        let other = |c: &mut Circuit| c.blocks[k].b.terms[0].src_access.offset = 0;
        if k > 3 {
            assert_eq!(refusal(&other), UNBOUND, "block {k}");
        }
        let gone = |c: &mut Circuit| drop(c.blocks.remove(k));
        assert!(matches!(refusal(&gone), CircuitError::Response { .. }), "block {k}");
    }
    let shifted = |c: &mut Circuit| {
        let zirc_circuit::PortType::Fix { lo, .. } = &mut c.signature.inputs[0].ty else {
            panic!()
        };
        *lo += 1;
    };
    assert_eq!(refusal(&shifted), UNBOUND);
}

/// Nothing carried, no evaluation, the evaluation among the responses.
#[test]
fn circuits_whose_carried_values_are_of_other_kinds_have_no_key() {
    let kind = |k: usize, kind: Kind| move |c: &mut Circuit| c.tensors[k].kind = kind.clone();
    let single = CircuitError::Carried("their evaluation is not a single number");
    assert_eq!(refusal(&kind(X, Kind::Public)), single);
    assert_eq!(
        refusal(&kind(E, Kind::Witness)).to_string(),
        "step 10: computes a committed value after a challenge"
    );
    let response = kind(E, Kind::Response);
    assert!(matches!(refusal(&response), CircuitError::Response { tensor: TensorId(11), .. }));
    let lost = |c: &mut Circuit| {
        c.tensors.pop();
        c.program.pop();
        c.blocks.pop();
    };
    assert_eq!(refusal(&lost), CircuitError::Carried("no evaluation binds them"));
    assert!(matches!(refusal(&kind(X, Kind::Witness)), CircuitError::Port { .. }));
}

/// What a key says of its ports is checked when it is read.
#[test]
fn keys_that_carry_without_a_commitment_are_refused() {
    let case = case(37);
    let vk = case.key.verifying_key();
    let bytes = vk.encode();
    assert_eq!(VerifyingKey::decode(&bytes).as_ref(), Ok(vk));
    assert!(vk.interface().public[0].carried && !vk.interface().public[1].carried);
    // A key of a circuit without a round whose port claims to be carried.
    let plain = crate::samples::dot(3);
    let mut rng = StdRng::seed_from_u64(38);
    let (key, _) = setup(&plain.circuit, SetupOptions::default(), &mut rng, &mut silent).unwrap();
    let mut interface = key.verifying_key().interface().clone();
    interface.public[0].carried = true;
    let points = key.verifying_key().points().clone();
    let wrong = VerifyingKey::new(plain.circuit.digest(), interface, points, None, None);
    let refused = VerifyingKey::decode(&wrong.encode());
    let what = "carried public values without a commitment";
    assert_eq!(refused.unwrap_err(), crate::files::FileError::Invalid { what });
    let assignment = case.committed();
    let options = ProveOptions::default();
    let other = prove(&key, &case.circuit, &assignment, options, &mut rng, &mut silent);
    assert!(other.is_err());
}
