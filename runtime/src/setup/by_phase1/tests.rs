//! Keys by a first phase prove as keys of one party do, in both modes.

use super::*;
use crate::files::FileError;
use crate::model::Opening;
use crate::progress::silent;
use crate::prove::{ProveOptions, commit_model, prove};
use crate::samples::{Sample, all, carried, dot, range, with_model};
use crate::verify::{VerifyError, verify};
use ark_bn254::Fr;
use ark_ff::{Field, UniformRand};
use rand::{SeedableRng, rngs::StdRng};
use zirc_circuit::assign;

fn secrets(rng: &mut StdRng) -> [Fr; 3] {
    [(); 3].map(|()| Fr::rand(rng))
}

fn key(sample: &Sample, whole: bool) -> ProvingKey {
    let mut rng = StdRng::seed_from_u64(3);
    let log = phase1_log_rows(&sample.circuit, &mut rng).unwrap();
    let phase1 = Phase1::known(log, whole, secrets(&mut rng));
    setup_by_phase1(&sample.circuit, &phase1, &mut rng, &mut silent).unwrap().0
}

fn opening(sample: &Sample, key: &ProvingKey, rng: &mut StdRng) -> Option<Opening> {
    let assignment = assign(&sample.circuit, &sample.inputs).unwrap();
    let made = || commit_model(key, &sample.circuit, &assignment, rng, &mut silent).unwrap();
    key.verifying_key().commitments().model.then(made)
}

#[test]
fn proofs_verify_in_both_modes() {
    let committed = [range(3), carried(), with_model(carried(), 2)];
    for sample in all().into_iter().chain(committed) {
        for whole in [true, false] {
            let key = key(&sample, whole);
            assert!(key.verifying_key().has_two_phases());
            let mut bytes = Vec::new();
            key.write(&mut bytes).unwrap();
            let read = ProvingKey::decode(&bytes, crate::Validation::Full);
            assert_eq!(read.as_ref(), Ok(&key), "{}", sample.name);
            let mut rng = StdRng::seed_from_u64(4);
            let opening = opening(&sample, &key, &mut rng);
            let assignment = assign(&sample.circuit, &sample.inputs).unwrap();
            let options = ProveOptions { check: true, opening: opening.as_ref() };
            let made = prove(&key, &sample.circuit, &assignment, options, &mut rng, &mut silent);
            let made = made.unwrap();
            let verified = verify(key.verifying_key(), &made.public, &made.proof);
            assert_eq!(verified, Ok(()), "{}, {whole}", sample.name);
        }
    }
}

#[test]
fn a_wrong_witness_has_no_proof() {
    let sample = dot(5);
    let mut rng = StdRng::seed_from_u64(4);
    let mut assignment = assign(&sample.circuit, &sample.inputs).unwrap();
    let zirc_circuit::Buffer::I64(products) = &mut assignment.values[3] else { panic!() };
    products[2] += 1;
    let key = key(&sample, true);
    let options = ProveOptions::default();
    let made = prove(&key, &sample.circuit, &assignment, options, &mut rng, &mut silent).unwrap();
    let checked = verify(key.verifying_key(), &made.public, &made.proof);
    assert_eq!(checked, Err(VerifyError::Equation));
}

#[test]
fn first_phases_that_will_not_do_are_refused() {
    let sample = dot(3);
    let mut rng = StdRng::seed_from_u64(3);
    let log = phase1_log_rows(&sample.circuit, &mut rng).unwrap();
    let [tau, alpha, beta] = secrets(&mut rng);
    let mut refused = |log: u32, secrets| {
        let phase1 = Phase1::known(log, true, secrets);
        setup_by_phase1(&sample.circuit, &phase1, &mut rng, &mut silent).map(drop).unwrap_err()
    };
    let got = 2 << log;
    let other = SetupError::Phase1 { expected: 1 << log, got };
    assert_eq!(refused(log + 1, [tau, alpha, beta]), other);
    for known in [[tau, Fr::ONE, beta], [tau, alpha, -Fr::ONE], [tau, beta, beta]] {
        assert_eq!(refused(log, known), SetupError::KnownSecrets);
    }
}

/// δ drawn as 1 is what a second phase without contributions leaves.
#[test]
fn a_key_without_a_second_phase_is_refused() {
    let sample = dot(3);
    let key = key(&sample, true);
    let vk = key.verifying_key();
    let mut points = vk.points().clone();
    points.delta_g2 = G2Affine::generator();
    let forged = VerifyingKey::new(vk.circuit(), vk.interface().clone(), points, None, None);
    let refused = FileError::Forgeable { one: "delta", other: "the generator" };
    assert_eq!(VerifyingKey::decode(&forged.encode()).map(drop), Err(refused));
}
