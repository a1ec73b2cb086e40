//! Everything that a verifier must refuse, and with which error.

#[path = "../src/samples.rs"]
mod samples;

use ark_bn254::{Fq2, Fr, G1Affine, G2Affine};
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::UniformRand;
use rand::{SeedableRng, rngs::StdRng};
use samples::{Sample, dot, field, several_publics};
use zirc_circuit::{Int, assign, scalar};
use zirc_runtime::files::PointError;
use zirc_runtime::{
    Proof, ProofFile, ProveOptions, ProvingKey, SetupOptions, ValueError, VerifyError, prove,
    setup, silent, verify, verify_file, verify_values,
};

struct Case {
    key: ProvingKey,
    file: ProofFile,
    values: Vec<Vec<Int>>,
}

fn case(sample: Sample, seed: u64) -> Case {
    let mut rng = StdRng::seed_from_u64(seed);
    let Sample { circuit, inputs, .. } = sample;
    let (key, _) = setup(&circuit, SetupOptions::default(), &mut rng, &mut silent).unwrap();
    let assignment = assign(&circuit, &inputs).unwrap();
    let options = ProveOptions { check: true, ..ProveOptions::default() };
    let made = prove(&key, &circuit, &assignment, options, &mut rng, &mut silent).unwrap();
    let values = key.verifying_key().interface().to_values(&made.public).unwrap();
    Case { key, file: made.to_file(), values }
}

impl Case {
    fn verify(&self, public: &[Fr], proof: &Proof) -> Result<(), VerifyError> {
        verify(self.key.verifying_key(), public, proof)
    }
}

#[test]
fn every_public_input_and_output_matters() {
    let case = case(several_publics(), 1);
    assert_eq!(case.verify(&case.file.public, &case.file.proof), Ok(()));
    for k in 0..case.file.public.len() {
        for step in [Fr::from(1), -Fr::from(1)] {
            let mut public = case.file.public.clone();
            public[k] += step;
            let result = case.verify(&public, &case.file.proof);
            assert_eq!(result, Err(VerifyError::Equation), "{k}");
        }
    }
    let mut public = case.file.public.clone();
    public.swap(0, 1);
    assert_eq!(case.verify(&public, &case.file.proof), Err(VerifyError::Equation));
}

#[test]
fn missing_and_additional_values_are_counted() {
    let case = case(several_publics(), 2);
    let public = &case.file.public;
    let count = |got| Err(VerifyError::Values(ValueError::Count { expected: 8, got }));
    for got in 0..8 {
        assert_eq!(case.verify(&public[..got], &case.file.proof), count(got));
    }
    let more = [public.as_slice(), &[Fr::from(0)]].concat();
    assert_eq!(case.verify(&more, &case.file.proof), count(9));

    let vk = case.key.verifying_key();
    let result = verify_values(vk, &case.values[..3], &case.file.proof);
    let error = ValueError::PortCount { expected: 4, got: 3 };
    assert_eq!(result, Err(VerifyError::Values(error)));
    let mut values = case.values.clone();
    values[2].push(0.into());
    let error = ValueError::ValueCount { name: "u".into(), expected: 2, got: 3 };
    assert_eq!(verify_values(vk, &values, &case.file.proof), Err(VerifyError::Values(error)));
}

#[test]
fn missing_trailing_zeros_are_not_read_as_zeros() {
    // ark-groth16 by itself accepts this: the last output is 0.
    let mut sample = several_publics();
    sample.inputs[0][1] = 3.into();
    let case = case(sample, 3);
    let public = &case.file.public;
    assert_eq!(public[7], Fr::from(0));
    let pvk = ark_groth16::prepare_verifying_key(case.key.verifying_key().points());
    let short = &public[..7];
    let theirs = ark_groth16::Groth16::<ark_bn254::Bn254>::verify_proof(
        &pvk,
        &case.file.proof.to_ark(),
        short,
    );
    assert!(theirs.unwrap());
    let error = ValueError::Count { expected: 8, got: 7 };
    assert_eq!(case.verify(short, &case.file.proof), Err(VerifyError::Values(error)));
}

#[test]
fn values_outside_their_types_are_refused_before_the_pairing() {
    let case = case(several_publics(), 4);
    let vk = case.key.verifying_key();
    let range = |index, value: Int| {
        let (value, lo, hi) = (value.to_string(), "-10".into(), "10".into());
        let error = ValueError::OutOfRange { name: "a".into(), index, value, lo, hi };
        Err(VerifyError::Values(error))
    };
    for value in [11, -11, i64::MAX] {
        let mut public = case.file.public.clone();
        public[1] = Fr::from(value);
        assert_eq!(case.verify(&public, &case.file.proof), range(1, value.into()));
    }
    // The same element of the field, written as another integer.
    let mut values = case.values.clone();
    values[0][0] += scalar::order();
    let expected = range(0, values[0][0].clone());
    assert_eq!(verify_values(vk, &values, &case.file.proof), expected);
}

#[test]
fn field_elements_must_be_written_canonically() {
    let case = case(field(), 5);
    let vk = case.key.verifying_key();
    assert_eq!(verify_values(vk, &case.values, &case.file.proof), Ok(()));
    for value in [
        &case.values[0][0] + scalar::order(),
        &case.values[0][0] - scalar::order(),
        scalar::order(),
    ] {
        let mut values = case.values.clone();
        values[0][0] = value.clone();
        let result = verify_values(vk, &values, &case.file.proof);
        let last: Int = scalar::order() - 1;
        let (value, lo, hi) = (value.to_string(), "0".into(), last.to_string());
        let error = ValueError::OutOfRange { name: "x".into(), index: 0, value, lo, hi };
        assert_eq!(result, Err(VerifyError::Values(error)));
    }
}

#[test]
fn every_element_of_the_proof_matters() {
    let case = case(dot(6), 6);
    let mut rng = StdRng::seed_from_u64(60);
    let good = &case.file.proof;
    let (other_g1, other_g2) = (G1Affine::rand(&mut rng), G2Affine::rand(&mut rng));
    let same = |p: &Proof| p.clone();
    let replaced = [
        Proof { a: other_g1, ..same(good) },
        Proof { b: other_g2, ..same(good) },
        Proof { c: other_g1, ..same(good) },
        Proof { a: -good.a, ..same(good) },
        Proof { b: -good.b, ..same(good) },
        Proof { c: -good.c, ..same(good) },
        Proof { a: good.c, c: good.a, ..same(good) },
        Proof { a: (good.a + good.a).into_affine(), ..same(good) },
    ];
    for proof in &replaced {
        assert_eq!(case.verify(&case.file.public, proof), Err(VerifyError::Equation));
    }
    // Negating both A and B changes nothing in the equation: Groth16 proofs are malleable.
    let twin = Proof { a: -good.a, b: -good.b, c: good.c, model: None, commitment: None };
    assert_eq!(case.verify(&case.file.public, &twin), Ok(()));
}

#[test]
fn points_that_are_none_are_refused_by_name() {
    let case = case(dot(6), 7);
    let good = &case.file.proof;
    let same = |p: &Proof| p.clone();
    let refused = |element, problem| Err(VerifyError::Point { element, problem });
    let check = |proof: Proof, element, problem| {
        let result = case.verify(&case.file.public, &proof);
        assert_eq!(result, refused(element, problem));
    };
    let (zero1, zero2) = (G1Affine::zero(), G2Affine::zero());
    check(Proof { a: zero1, ..same(good) }, "A", PointError::Identity);
    check(Proof { b: zero2, ..same(good) }, "B", PointError::Identity);
    check(Proof { c: zero1, ..same(good) }, "C", PointError::Identity);
    let off1 = |p: G1Affine| G1Affine::new_unchecked(p.x + p.x, p.y);
    check(Proof { a: off1(good.a), ..same(good) }, "A", PointError::NotOnCurve);
    check(Proof { c: off1(good.c), ..same(good) }, "C", PointError::NotOnCurve);
    let off2 = G2Affine::new_unchecked(good.b.y, good.b.x);
    check(Proof { b: off2, ..same(good) }, "B", PointError::NotOnCurve);
    check(Proof { b: outside_subgroup(), ..same(good) }, "B", PointError::NotInSubgroup);
}

/// A point of the twist whose order is not r.
fn outside_subgroup() -> G2Affine {
    (1u64..)
        .filter_map(|x| G2Affine::get_point_from_x_unchecked(Fq2::from(x), true))
        .find(|p| !p.is_in_correct_subgroup_assuming_on_curve())
        .unwrap()
}

#[test]
fn proofs_of_other_statements_circuits_and_keys_are_refused() {
    let (first, second) = (case(dot(6), 8), case(dot(7), 9));
    let vk = first.key.verifying_key();
    // Another circuit of the same interface.
    let error = verify_file(vk, &second.file).unwrap_err();
    assert_eq!(
        error,
        VerifyError::WrongCircuit {
            expected: first.key.circuit(),
            name: "dot".into(),
            got: second.key.circuit(),
        }
    );
    // Relabelled as the right one, it fails all the same.
    let relabelled = ProofFile {
        circuit: first.file.circuit,
        verifying_key: first.file.verifying_key,
        public: first.file.public.clone(),
        proof: second.file.proof.clone(),
    };
    assert_eq!(verify_file(vk, &relabelled), Err(VerifyError::Equation));
    // Another statement of the same circuit and key.
    let mut sample = dot(6);
    sample.inputs[0][0] = 77.into();
    let other = case(sample, 8);
    assert_eq!(other.key, first.key);
    assert_ne!(other.file.public, first.file.public);
    let swapped = ProofFile { proof: other.file.proof.clone(), ..first.file.clone() };
    assert_eq!(verify_file(vk, &swapped), Err(VerifyError::Equation));
    assert_eq!(verify_file(vk, &other.file), Ok(()));
}
