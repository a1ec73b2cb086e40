//! Commitments to something else, replaced, mixed, or of another mode.

use super::{Case, REFUSED, UNUSED, case, set};
use crate::files::PointError;
use crate::progress::silent;
use crate::proof::Proof;
use crate::prove::{ProveOptions, prove};
use crate::samples::Sample;
use crate::setup::{SetupOptions, setup};
use crate::transcript::challenges;
use crate::verify::{VerifyError, verify};
use ark_bn254::{Fr, G1Affine, G2Affine};
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::{UniformRand, Zero};
use zirc_circuit::{Buffer, Kind, assign, violations};

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
            let round = case
                .round(&assignment, move |d| challenges(&k, &p, None, &(*d + shift).into_affine()));
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
    let pinned = case.key.commitment.as_ref().unwrap().blinders.pinned.clone();
    let first = case.circuit.layout().offset[UNUSED].unwrap() as u32;
    assert_eq!(pinned, [first, first + 1]);
    let (honest, public) = (case.committed(), case.public());
    let vk = case.key.verifying_key().clone();
    let p = public.clone();
    let round = case.round(&honest, move |d| challenges(&vk, &p, None, d));
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
    let round = case.round(&honest, move |d| challenges(&vk, &p, None, d));
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
fn blinding_is_never_left_out() {
    let mut case = case(2, 15);
    let query = case.key.commitment.clone().unwrap().blinders;
    assert!(!query.delta_g1.is_zero() && !query.own_delta_g1.is_zero());
    assert_ne!(query.delta_g1, query.own_delta_g1);
    let assignment = case.committed();
    let vk = case.key.verifying_key().clone();
    let public = case.public();
    let round = case.round(&assignment, |d| challenges(&vk, &public, None, d));
    assert!(!round.unblinding.is_zero());
    let g2: G2Affine = vk.commitment().unwrap().delta_g2;
    assert_ne!(g2, vk.points().delta_g2);
}
