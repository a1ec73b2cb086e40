//! Keys whose α is known or is another trapdoor: false statements verify, so that no loader may take them.
//!
//! ζⱼ = β·aⱼ + α·bⱼ + cⱼ holds A, B and C to one assignment because α, β and 1 are independent. With α = 1 only
//! Σ zⱼ·(bⱼ + cⱼ) is fixed: any B' with (1 + A)·B' = B + C in each row passes. With α = β only
//! Σ zⱼ·(aⱼ + bⱼ) is: any A' and B' with A' + B' = A + B and A'·B' = C.

use super::{Roles, Waste, keys};
use crate::curve::msm::{Values, full};
use crate::domain::Domain;
use crate::files::FileError;
use crate::keys::{ProvingKey, VerifyingKey};
use crate::progress::{Watch, silent};
use crate::proof::Proof;
use crate::prove::odd_products;
use crate::samples::dot;
use crate::verify::verify;
use ark_bn254::Fr;
use ark_ec::CurveGroup;
use ark_ff::{One, Zero};
use rand::{SeedableRng, rngs::StdRng};
use zirc_circuit::{Assignment, Buffer, Circuit, Side, assign, side_values};

const ONE: usize = 0;
const PRODUCTS: usize = 3;
const Y: usize = 4;

/// Keys of a circuit by trapdoors that `change` has seen.
fn key(circuit: &Circuit, change: impl FnOnce(&mut Waste)) -> ProvingKey {
    let mut rng = StdRng::seed_from_u64(1);
    let roles = Roles::of(circuit, &circuit.layout(), &mut rng);
    let rows = circuit.num_constraints() + roles.extra().count();
    let domain = Domain::for_rows(rows, super::DomainChoice::default()).unwrap();
    let mut waste = Waste::sample(&domain, &mut rng);
    change(&mut waste);
    keys(circuit, domain, &roles, &waste, &mut Watch::new(&mut silent)).unwrap()
}

fn with(assignment: &Assignment, tensor: usize, value: impl FnOnce(Fr) -> Fr) -> Assignment {
    let mut changed = assignment.clone();
    let mut values = changed.values[tensor].to_field();
    values[0] = value(values[0]);
    changed.values[tensor] = Buffer::Field(values);
    changed
}

fn variables(circuit: &Circuit, assignment: &Assignment) -> Values {
    let all = assignment.to_variables(circuit);
    let mut out = Values::with_capacity(all.len());
    all.into_iter().for_each(|x| out.push_field(x));
    out
}

/// The values of A, with the extra rows of 1 and y, and of B.
fn sides(circuit: &Circuit, assignment: &Assignment) -> [Vec<Fr>; 2] {
    let mut a = side_values(circuit, assignment, Side::A);
    a.push(Fr::one());
    a.extend(assignment.public_inputs(circuit));
    [a, side_values(circuit, assignment, Side::B)]
}

/// A proof of which A, B and C are about assignments of their own, given the values of t·h + C on the odd points.
fn put_together(
    key: &ProvingKey,
    circuit: &Circuit,
    [a, b, c]: [&Assignment; 3],
    odd: &[Fr],
) -> Proof {
    let [a, b, c] = [a, b, c].map(|x| variables(circuit, x));
    let points = key.verifying.points();
    Proof {
        a: (key.a.combine(&a) + points.alpha_g1).into_affine(),
        b: (key.b.combine(&b) + points.beta_g2).into_affine(),
        c: (key.c.combine(&c) + full(&key.h, odd)).into_affine(),
        model: None,
        commitment: None,
    }
}

fn refused(key: &ProvingKey) -> bool {
    let read = VerifyingKey::decode(&key.verifying.encode());
    matches!(read, Err(FileError::Forgeable { .. }))
}

#[test]
fn an_alpha_that_is_known_is_refused() {
    let sample = dot(3);
    let circuit = sample.circuit;
    let honest = assign(&circuit, &sample.inputs).unwrap();
    for sign in [Fr::one(), -Fr::one()] {
        let key = key(&circuit, |w| w.alpha = sign);
        // Y is one more than the sum of the products, and its row has (1 + Σ)·B' = 1 + y.
        let claimed = with(&honest, Y, |y| y + Fr::one());
        let y = claimed.public_inputs(&circuit);
        let of_b = with(&claimed, ONE, |_| {
            (Fr::one() + sign * y[0]) / (Fr::one() + sign * (y[0] - Fr::one()))
        });
        // (α + A)·B' − α·B on the odd points
        let [a, b] = sides(&circuit, &claimed);
        let mut shifted: Vec<Fr> = a;
        shifted.resize(key.domain.size(), Fr::zero());
        shifted.iter_mut().for_each(|x| *x += sign);
        let mut of_b_values = side_values(&circuit, &of_b, Side::B);
        odd_products(&key.domain, &mut shifted, &mut of_b_values);
        let mut plain = b;
        key.domain.to_odd(&mut plain);
        let odd: Vec<Fr> = shifted.iter().zip(&plain).map(|(x, b)| *x - sign * b).collect();
        let proof = put_together(&key, &circuit, [&claimed, &of_b, &claimed], &odd);
        assert_eq!(verify(&key.verifying, &y, &proof), Ok(()), "the forgery works");
        assert!(refused(&key), "α = {sign} is taken");
    }
}

#[test]
fn an_alpha_that_is_beta_is_refused() {
    let sample = dot(3);
    let circuit = sample.circuit;
    let honest = assign(&circuit, &sample.inputs).unwrap();
    let key = key(&circuit, |w| w.alpha = w.beta);
    // In the row of y, A' = Σ + 1 and B' = 0.
    let claimed = with(&honest, Y, |_| Fr::zero());
    let of_a = with(&claimed, PRODUCTS, |p| p + Fr::one());
    let of_b = with(&claimed, ONE, |_| Fr::zero());
    let [mut a, _] = sides(&circuit, &of_a);
    let mut b = side_values(&circuit, &of_b, Side::B);
    odd_products(&key.domain, &mut a, &mut b);
    let proof = put_together(&key, &circuit, [&of_a, &of_b, &claimed], &a);
    let y = claimed.public_inputs(&circuit);
    assert_eq!(verify(&key.verifying, &y, &proof), Ok(()), "the forgery works");
    assert!(refused(&key), "α = β is taken");
}
