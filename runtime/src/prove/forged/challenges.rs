//! Challenges drawn in another way, or known before what they are about.

use super::{CHALLENGE, Case, MULTIPLICITY, REFUSED, X, case, set};
use crate::transcript::challenges;
use ark_bn254::{Fr, G1Affine};
use ark_ec::AffineRepr;
use ark_ff::{Field, UniformRand};
use zirc_circuit::{Assignment, Buffer, respond, violations};

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
    let drawn = challenges(case.key.verifying_key(), &public, None, &G1Affine::generator());
    let mut other = forged.clone();
    respond(&case.circuit, &mut other, &drawn).unwrap();
    assert_ne!(violations(&case.circuit, &other), []);
    for honest_draw in [true, false] {
        let vk = case.key.verifying_key().clone();
        let (p, own) = (public.clone(), vec![rho]);
        let draw = move |d: &G1Affine| if honest_draw { challenges(&vk, &p, None, d) } else { own };
        let round = case.round(&forged, draw);
        let assignment = round.assignment.clone();
        let proof = case.finish(&round, &assignment);
        assert_eq!(case.verify(&public, &proof), REFUSED);
    }
    // Committing to something else first and proving what fits its challenge.
    let honest = case.committed();
    let vk = case.key.verifying_key().clone();
    let p = public.clone();
    let round = case.round(&honest, move |d| challenges(&vk, &p, None, d));
    let drawn = round.assignment.values[CHALLENGE].to_field();
    let mut forged = balanced(&case, drawn[0]);
    respond(&case.circuit, &mut forged, &drawn).unwrap();
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
        ("no public values", Box::new(move |d| challenges(&k1, &[], None, d))),
        ("another key", Box::new(move |d| challenges(&foreign, &p, None, d))),
        ("no commitment", Box::new(move |_| challenges(&k2, &q, None, &G1Affine::zero()))),
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
    let round = case.round(&assignment, move |_| challenges(&k3, &p, None, &old));
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
