//! The textbook's Groth16 beside ours, on the same trapdoors.

use super::{Columns, Roles, Waste, keys};
use crate::domain::{Domain, DomainChoice};
use crate::progress::{Watch, silent};
use crate::proof::Proof;
use crate::prove::{ProveOptions, odd_products, prove};
use crate::samples::{Sample, all};
use crate::verify::{VerifyError, verify};
use ark_bn254::{Bn254, Fr, G1Projective, G2Projective};
use ark_ec::{CurveGroup, PrimeGroup};
use ark_ff::{One, UniformRand, Zero};
use ark_groth16::Groth16;
use ark_poly::univariate::DensePolynomial;
use ark_poly::{DenseUVPolynomial, Polynomial};
use ark_snark::SNARK;
use rand::{SeedableRng, rngs::StdRng};
use zirc_circuit::{Assignment, Circuit, Side, assign, side_values};

/// h(τ)·t(τ) for the quotient h of a·b − c by the polynomial t that vanishes on the domain, by long division.
fn by_division(
    circuit: &Circuit,
    assignment: &Assignment,
    public: &[Fr],
    domain: &Domain,
    tau: Fr,
) -> Fr {
    let [mut a, b, c] = Side::ALL.map(|side| side_values(circuit, assignment, side));
    a.push(Fr::one());
    a.extend(public);
    let points = domain.points();
    let [a, b, c] = [a, b, c].map(|values| interpolate(&points, &values));
    let t = points.iter().fold(constant(Fr::one()), |t, p| &t * &linear(*p));
    let h = &(&(&a * &b) - &c) / &t;
    h.evaluate(&tau) * t.evaluate(&tau)
}

/// The polynomial with these values at the first points, and 0 at the others, by Newton's divided differences.
fn interpolate(points: &[Fr], values: &[Fr]) -> DensePolynomial<Fr> {
    let (mut sum, mut through) = (constant(Fr::zero()), constant(Fr::one()));
    for (i, p) in points.iter().enumerate() {
        let value = values.get(i).copied().unwrap_or_default();
        let step = (value - sum.evaluate(p)) / through.evaluate(p);
        sum += &(&through * &constant(step));
        through = &through * &linear(*p);
    }
    sum
}

fn constant(c: Fr) -> DensePolynomial<Fr> {
    DensePolynomial::from_coefficients_vec(vec![c])
}

/// x − p
fn linear(p: Fr) -> DensePolynomial<Fr> {
    DensePolynomial::from_coefficients_vec(vec![-p, Fr::one()])
}

/// Σ over witness variables z_j·ζ_j, as the textbook has it.
fn witness_part(columns: &Columns, z: &[Fr], num_public: usize, waste: &Waste) -> Fr {
    (num_public + 1..z.len())
        .map(|j| z[j] * (waste.beta * columns.a[j] + waste.alpha * columns.b[j] + columns.c[j]))
        .sum()
}

fn inner(x: &[Fr], y: &[Fr]) -> Fr {
    x.iter().zip(y).map(|(x, y)| *x * y).sum()
}

struct Both {
    /// C·δ with r = s = 0, by the textbook and by ours.
    textbook: Fr,
    ours: Fr,
    /// A textbook proof.
    proof: Proof,
}

fn both(
    circuit: &Circuit,
    assignment: &Assignment,
    domain: &Domain,
    waste: &Waste,
    rng: &mut StdRng,
) -> Both {
    let layout = circuit.layout();
    let roles = Roles::of(circuit, &layout, rng);
    let public = assignment.public_inputs(circuit);
    let z = assignment.to_variables(circuit);
    let cols = Columns::new(circuit, domain, &roles, waste);
    let ht = by_division(circuit, assignment, &public, domain, waste.tau);
    let textbook = witness_part(&cols, &z, layout.num_public, waste) + ht;

    let combined = cols.combine(circuit, domain, &roles, waste);
    let mut a = side_values(circuit, assignment, Side::A);
    a.push(Fr::one());
    a.extend(&public);
    let mut b = side_values(circuit, assignment, Side::B);
    odd_products(domain, &mut a, &mut b);
    let odd = inner(&a, &domain.odd_lagrange(waste.tau));
    let ours = inner(&z, &combined) * waste.delta + odd;

    // A = α + Σ z·a + r·δ, B = β + Σ z·b + s·δ, C = textbook/δ + s·A + r·B − r·s·δ
    let (r, s) = (Fr::rand(rng), Fr::rand(rng));
    let ea = waste.alpha + inner(&z, &cols.a) + r * waste.delta;
    let eb = waste.beta + inner(&z, &cols.b) + s * waste.delta;
    let ec = textbook * waste.delta_inverse + s * ea + r * eb - r * s * waste.delta;
    let proof = Proof {
        a: (G1Projective::generator() * ea).into_affine(),
        b: (G2Projective::generator() * eb).into_affine(),
        c: (G1Projective::generator() * ec).into_affine(),
        model: None,
        commitment: None,
    };
    Both { textbook, ours, proof }
}

#[test]
fn a_long_division_and_four_transforms_give_the_same_and_both_verify() {
    let mut rng = StdRng::seed_from_u64(7);
    for Sample { name, circuit, inputs } in all() {
        let assignment = assign(&circuit, &inputs).unwrap();
        let rows = circuit.num_constraints() + 1 + circuit.layout().num_public;
        let two = (rows..).find(|n| Domain::of_size(*n).is_some_and(|d| d.has_two_cosets()));
        for domain in [
            Domain::for_rows(rows, DomainChoice::Cheapest),
            Domain::for_rows(rows, DomainChoice::PowerOfTwo),
            two.and_then(Domain::of_size),
        ] {
            let domain = domain.unwrap();
            let waste = Waste::sample(&domain, &mut rng);
            let both = both(&circuit, &assignment, &domain, &waste, &mut rng);
            assert_eq!(both.textbook, both.ours, "{name}");

            let mut watcher = silent;
            let mut watch = Watch::new(&mut watcher);
            let roles = Roles::of(&circuit, &circuit.layout(), &mut rng);
            let key = keys(&circuit, domain, &roles, &waste, &mut watch).unwrap();
            let options = ProveOptions { check: true, ..ProveOptions::default() };
            let ours = prove(&key, &circuit, &assignment, options, &mut rng, &mut silent).unwrap();
            let public = assignment.public_inputs(&circuit);
            for proof in [&both.proof, &ours.proof] {
                let vk = key.verifying_key();
                assert_eq!(verify(vk, &public, proof), Ok(()), "{name}");
                assert!(
                    Groth16::<Bn254>::verify(vk.points(), &public, &proof.to_ark()).unwrap(),
                    "{name}"
                );
            }
        }
    }
}

#[test]
fn neither_makes_a_proof_of_a_wrong_witness() {
    let mut rng = StdRng::seed_from_u64(8);
    let Sample { circuit, inputs, .. } = crate::samples::dot(5);
    let mut assignment = assign(&circuit, &inputs).unwrap();
    let zirc_circuit::Buffer::I64(products) = &mut assignment.values[3] else { panic!() };
    products[2] += 1;
    // Of one coset, and of two.
    for size in [8, 10] {
        let domain = Domain::of_size(size).unwrap();
        let waste = Waste::sample(&domain, &mut rng);
        let both = both(&circuit, &assignment, &domain, &waste, &mut rng);
        let mut watcher = silent;
        let roles = Roles::of(&circuit, &circuit.layout(), &mut rng);
        let key = keys(&circuit, domain, &roles, &waste, &mut Watch::new(&mut watcher)).unwrap();
        let public = assignment.public_inputs(&circuit);
        let options = ProveOptions::default();
        let ours = prove(&key, &circuit, &assignment, options, &mut rng, &mut silent).unwrap();
        for proof in [&both.proof, &ours.proof] {
            let vk = key.verifying_key();
            assert_eq!(verify(vk, &public, proof), Err(VerifyError::Equation), "{size}");
            assert!(!Groth16::<Bn254>::verify(vk.points(), &public, &proof.to_ark()).unwrap());
        }
    }
}
