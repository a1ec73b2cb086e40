//! Circuits with which a prover would have a choice: no key is made for them.

use super::{CHALLENGE, MULTIPLICITY};
use crate::progress::silent;
use crate::samples::range;
use crate::setup::{SetupError, SetupOptions, setup};
use rand::{SeedableRng, rngs::StdRng};
use zirc_circuit::{Circuit, CircuitError, Kind, Lin, Op, Step, TensorId, Term, Weight};

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

/// What depends on which challenge is kept for every tensor: of very many, a small file would ask for much memory.
#[test]
fn there_are_at_most_64_tensors_of_challenges() {
    let with = |more: usize| {
        let mut circuit = range(4).circuit;
        for _ in 0..more {
            let tensor = TensorId(circuit.tensors.len() as u32);
            circuit.tensors.push(circuit.tensors[CHALLENGE].clone());
            circuit.program.push(Step::Assign { tensor, op: Op::Challenge });
        }
        circuit.validate()
    };
    assert_eq!(with(63), Ok(()));
    let refused = with(64);
    let reason = "there are more than 64 tensors of challenges";
    assert!(matches!(refused, Err(CircuitError::Response { reason: r, .. }) if r == reason));
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
