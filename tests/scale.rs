//! The scale case, from source to a verified proof.

mod common;

use common::scale::{compile_scale, scale_input};
use rand::SeedableRng;
use rand::rngs::StdRng;
use zirc_circuit::{Kind, assign, violations_up_to};
use zirc_runtime::{ProveOptions, SetupOptions, prove, setup, silent, verify};

/// Input bits and squares; the convolution itself is free.
const CONSTRAINTS: usize = 4 * 64 * 56 * 56 + 64 * 54 * 54;

#[test]
fn the_circuit_grows_with_activations_only() {
    let circuit = compile_scale();
    assert_eq!(circuit.num_constraints(), CONSTRAINTS);
    assert!(circuit.encode().len() < 1 << 20);
    // The convolution is one tensor with one term, not 115 million.
    let convolution = circuit.tensors.iter().find(|t| t.shape == [64, 54, 54]).unwrap();
    let Kind::Linear(lin) = &convolution.kind else { panic!("not linear") };
    assert_eq!(lin.terms.len(), 1);
    let assignment = assign(&circuit, &scale_input()).unwrap();
    assert!(violations_up_to(&circuit, &assignment, 1).is_empty());
}

#[test]
#[ignore = "a minute of setup and proving in release"]
fn the_scale_case_is_proved() {
    let circuit = compile_scale();
    let mut rng = StdRng::seed_from_u64(7);
    let (key, _) = setup(&circuit, SetupOptions::default(), &mut rng, &mut silent).unwrap();
    let assignment = assign(&circuit, &scale_input()).unwrap();
    let options = ProveOptions::default();
    let proven = prove(&key, &circuit, &assignment, options, &mut rng, &mut silent).unwrap();
    let vk = key.verifying_key();
    assert_eq!(verify(vk, &proven.public, &proven.proof), Ok(()));
    let mut other = proven.public.clone();
    other[0] += zirc_circuit::Fr::from(1u64);
    assert!(verify(vk, &other, &proven.proof).is_err());
}
