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
use ark_ff::{Field, One, UniformRand, Zero};
use ark_groth16::Groth16;
use ark_snark::SNARK;
use rand::{SeedableRng, rngs::StdRng};
use zirc_circuit::{Assignment, Circuit, Side, assign, side_values};

/// h(τ)·t(τ) by seven transforms: a, b and c to coefficients and to the coset, and h back.
fn seven_transforms(
    circuit: &Circuit,
    assignment: &Assignment,
    public: &[Fr],
    domain: &Domain,
    tau: Fr,
) -> Fr {
    let [mut a, mut b, mut c] = Side::ALL.map(|side| side_values(circuit, assignment, side));
    a.push(Fr::one());
    a.extend(public);
    for side in [&mut a, &mut b, &mut c] {
        domain.to_odd_coset(side);
    }
    // x^n − 1 = −2 on the odd coset.
    let t = -Fr::from(2u64);
    let mut h: Vec<Fr> = (0..a.len()).map(|i| (a[i] * b[i] - c[i]) / t).collect();
    domain.inverse_transform(&mut h);
    // The coset's offset ω₂ₙ shows in the coefficients as powers of it.
    let offset = odd_offset(domain);
    let shift = offset.inverse().unwrap();
    let mut power = Fr::one();
    let mut sum = Fr::zero();
    for coefficient in h {
        sum += coefficient * power;
        power *= tau * shift;
    }
    sum * domain.vanishing(tau)
}

/// ω₂ₙ: what the coset transform makes of the polynomial x.
fn odd_offset(domain: &Domain) -> Fr {
    let mut x = vec![Fr::zero(), Fr::one()];
    domain.transform(&mut x);
    domain.to_odd_coset(&mut x);
    x[0]
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
    /// C·δ with r = s = 0, by the textbook and by four transforms.
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
    let ht = seven_transforms(circuit, assignment, &public, domain, waste.tau);
    let textbook = witness_part(&cols, &z, layout.num_public, waste) + ht;

    let combined = cols.combine(domain, &roles, waste);
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
fn four_transforms_and_seven_give_the_same_and_both_verify() {
    let mut rng = StdRng::seed_from_u64(7);
    for Sample { name, circuit, inputs } in all() {
        let assignment = assign(&circuit, &inputs).unwrap();
        for choice in [DomainChoice::Cheapest, DomainChoice::PowerOfTwo] {
            let num_public = circuit.layout().num_public;
            let rows = circuit.num_constraints() + 1 + num_public;
            let domain = Domain::for_rows(rows, choice).unwrap();
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
    let domain = Domain::for_rows(8, DomainChoice::Cheapest).unwrap();
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
        assert_eq!(verify(vk, &public, proof), Err(VerifyError::Equation));
        assert!(!Groth16::<Bn254>::verify(vk.points(), &public, &proof.to_ark()).unwrap());
    }
}
