//! Our proofs and arkworks': each accepts the other's.

#[path = "../src/samples.rs"]
mod samples;

use ark_bn254::{Bn254, Fr};
use ark_groth16::Groth16;
use ark_relations::gr1cs::{ConstraintSynthesizer, ConstraintSystem, R1CS_PREDICATE_LABEL};
use ark_serialize::{CanonicalDeserialize, CanonicalSerialize};
use ark_snark::SNARK;
use rand::{SeedableRng, rngs::StdRng};
use samples::{Sample, all, conv, dot};
use zirc_circuit::{
    Assignment, Buffer, Circuit, ForgeMode, Forgery, TensorId, assign, assign_with, rows,
};
use zirc_runtime::ark::Synthesizer;
use zirc_runtime::{
    DomainChoice, PROOF_SIZE, Proof, ProveError, ProveOptions, ProvingKey, SetupOptions,
    VerifyError, proof, prove, setup, silent, verify, verify_file, verify_values,
};

fn rng(seed: u64) -> StdRng {
    StdRng::seed_from_u64(seed)
}

fn key(circuit: &Circuit, domain: DomainChoice) -> ProvingKey {
    setup(circuit, SetupOptions { domain }, &mut rng(1), &mut silent).unwrap().0
}

fn proven(key: &ProvingKey, circuit: &Circuit, assignment: &Assignment, seed: u64) -> Proof {
    let options = ProveOptions::default();
    prove(key, circuit, assignment, options, &mut rng(seed), &mut silent).unwrap().proof
}

#[test]
fn our_proofs_verify_here_and_under_arkworks() {
    for Sample { name, circuit, inputs } in all() {
        let assignment = assign(&circuit, &inputs).unwrap();
        let public = assignment.public_inputs(&circuit);
        for domain in [DomainChoice::Cheapest, DomainChoice::PowerOfTwo] {
            let key = key(&circuit, domain);
            let vk = key.verifying_key();
            let options = ProveOptions { check: true, ..ProveOptions::default() };
            let made =
                prove(&key, &circuit, &assignment, options, &mut rng(2), &mut silent).unwrap();
            assert_eq!(verify(vk, &public, &made.proof), Ok(()), "{name}");
            assert_eq!(verify_file(vk, &made.to_file()), Ok(()), "{name}");
            let values = vk.interface().to_values(&public).unwrap();
            assert_eq!(verify_values(vk, &values, &made.proof), Ok(()), "{name}");
            let accepted = Groth16::<Bn254>::verify(vk.points(), &public, &made.proof.to_ark());
            assert!(accepted.unwrap(), "{name}");
        }
    }
}

#[test]
fn domains_are_padded_no_further_than_needed() {
    // rows: n products, 1 equality, ONE and the output.
    for (n, size) in [(5, 8), (6, 9), (9, 12), (13, 16), (17, 20), (21, 24), (30, 33), (41, 45)] {
        let Sample { circuit, inputs, .. } = dot(n);
        let key = key(&circuit, DomainChoice::Cheapest);
        assert_eq!(key.domain_size(), size);
        let assignment = assign(&circuit, &inputs).unwrap();
        let proof = proven(&key, &circuit, &assignment, 3);
        let public = assignment.public_inputs(&circuit);
        assert_eq!(verify(key.verifying_key(), &public, &proof), Ok(()), "{n}");
    }
}

#[test]
fn arkworks_own_setup_and_prover_take_the_synthesizer() {
    for Sample { name, circuit, inputs } in all() {
        let assignment = assign(&circuit, &inputs).unwrap();
        let (pk, vk) =
            Groth16::<Bn254>::circuit_specific_setup(Synthesizer::new(&circuit), &mut rng(4))
                .unwrap();
        let assigned = Synthesizer::with_assignment(&circuit, &assignment);
        let proof = Groth16::<Bn254>::prove(&pk, assigned, &mut rng(5)).unwrap();
        let public = assignment.public_inputs(&circuit);
        assert!(Groth16::<Bn254>::verify(&vk, &public, &proof).unwrap(), "{name}");
        // The columns of the same matrices are zero in the same places.
        let ours = key(&circuit, DomainChoice::Cheapest);
        let present = |points: &[ark_bn254::G1Affine]| {
            points.iter().filter(|p| **p != ark_bn254::G1Affine::identity()).count()
        };
        assert_eq!(ours.a_query().points.len(), present(&pk.a_query), "{name}");
        assert_eq!(ours.b_query().points.len(), present(&pk.b_g1_query), "{name}");
    }
}

#[test]
fn expanded_matrices_are_satisfied_and_are_the_rows() {
    for Sample { name, circuit, inputs } in all() {
        let assignment = assign(&circuit, &inputs).unwrap();
        let cs = ConstraintSystem::<Fr>::new_ref();
        let assigned = Synthesizer::with_assignment(&circuit, &assignment);
        assigned.generate_constraints(cs.clone()).unwrap();
        cs.finalize();
        assert!(cs.is_satisfied().unwrap(), "{name}");
        assert_eq!(cs.num_constraints(), circuit.num_constraints());
        assert_eq!(cs.num_instance_variables(), 1 + circuit.layout().num_public);
        let matrices = &cs.to_matrices().unwrap()[R1CS_PREDICATE_LABEL];
        for (i, row) in rows(&circuit).enumerate() {
            for (matrix, side) in matrices.iter().zip([&row.a, &row.b, &row.c]) {
                let mut theirs: Vec<(usize, Fr)> = matrix[i].iter().map(|&(c, j)| (j, c)).collect();
                theirs.sort_by_key(|e| e.0);
                assert_eq!(&theirs, side, "{name}, row {i}");
            }
        }
    }
}

#[test]
fn compressed_proofs_are_128_bytes_and_arkworks_reads_them() {
    let Sample { circuit, inputs, .. } = conv(5, 5);
    let key = key(&circuit, DomainChoice::Cheapest);
    let assignment = assign(&circuit, &inputs).unwrap();
    for seed in 0..8 {
        let made = proven(&key, &circuit, &assignment, seed);
        let bytes = proof::compress(&made);
        assert_eq!(bytes.len(), PROOF_SIZE);
        assert_eq!(PROOF_SIZE, 128);
        let mut theirs = Vec::new();
        made.to_ark().serialize_compressed(&mut theirs).unwrap();
        assert_eq!(theirs, bytes);
        let theirs = ark_groth16::Proof::<Bn254>::deserialize_compressed(&bytes[..]).unwrap();
        assert_eq!(Proof::from(theirs), made);
        assert_eq!(proof::decompress(&bytes, made.commitments()).unwrap(), made);
    }
}

#[test]
fn two_proofs_of_the_same_witness_share_no_element() {
    let Sample { circuit, inputs, .. } = dot(4);
    let key = key(&circuit, DomainChoice::Cheapest);
    let assignment = assign(&circuit, &inputs).unwrap();
    let (p, q) = (proven(&key, &circuit, &assignment, 1), proven(&key, &circuit, &assignment, 2));
    assert!(p.a != q.a && p.b != q.b && p.c != q.c);
    assert!(p.a != -q.a && p.c != -q.c);
}

#[test]
fn no_wrong_witness_verifies() {
    for Sample { name, circuit, inputs } in all() {
        let key = key(&circuit, DomainChoice::Cheapest);
        let honest = assign(&circuit, &inputs).unwrap();
        let mut tried = 0;
        for tensor in 1..circuit.tensors.len() as u32 {
            let id = TensorId(tensor);
            let value = honest.get_int(&circuit, id, 0) + 1;
            let forged = [Forgery { tensor: id, index: 0, value }];
            let wrong = assign_with(&circuit, &inputs, &forged, ForgeMode::Isolated).unwrap();
            if zirc_circuit::violations(&circuit, &wrong).is_empty() {
                continue;
            }
            tried += 1;
            let options = ProveOptions { check: true, ..ProveOptions::default() };
            let refused = prove(&key, &circuit, &wrong, options, &mut rng(1), &mut silent);
            assert!(matches!(refused, Err(ProveError::Unsatisfied(_))), "{name}, tensor {tensor}");
            let proof = proven(&key, &circuit, &wrong, 1);
            for assignment in [&wrong, &honest] {
                let public = assignment.public_inputs(&circuit);
                let result = verify(key.verifying_key(), &public, &proof);
                assert!(result.is_err(), "{name}, tensor {tensor}");
                let theirs = Groth16::<Bn254>::verify(
                    key.verifying_key().points(),
                    &public,
                    &proof.to_ark(),
                );
                assert!(!theirs.unwrap(), "{name}, tensor {tensor}");
            }
        }
        assert!(tried > 0, "{name}: nothing was forged");
    }
}

#[test]
fn keys_and_assignments_of_other_circuits_are_refused_by_name() {
    let (small, large) = (dot(4), dot(5));
    let key = key(&small.circuit, DomainChoice::Cheapest);
    let assignment = assign(&large.circuit, &large.inputs).unwrap();
    let options = ProveOptions::default();
    let refuse = |circuit: &Circuit, assignment: &Assignment| {
        prove(&key, circuit, assignment, options, &mut rng(1), &mut silent).unwrap_err()
    };
    let error = refuse(&large.circuit, &assignment);
    assert_eq!(
        error,
        ProveError::WrongCircuit {
            key: small.circuit.digest(),
            key_name: "dot".into(),
            circuit: large.circuit.digest(),
            circuit_name: "dot".into(),
        }
    );
    assert!(error.to_string().contains(&small.circuit.digest().to_string()));
    let error = refuse(&small.circuit, &assignment);
    assert_eq!(error, ProveError::TensorLength { tensor: 1, expected: 4, got: 5 });
    let mut short = assign(&small.circuit, &small.inputs).unwrap();
    short.values.pop();
    let error = refuse(&small.circuit, &short);
    assert_eq!(error, ProveError::AssignmentLength { expected: 5, got: 4 });
}

#[test]
fn wide_and_field_buffers_prove_as_well() {
    let Sample { circuit, inputs, .. } = dot(4);
    let key = key(&circuit, DomainChoice::Cheapest);
    let honest = assign(&circuit, &inputs).unwrap();
    let public = honest.public_inputs(&circuit);
    for kind in 0..2 {
        let mut wide = honest.clone();
        for buffer in &mut wide.values {
            *buffer = match &*buffer {
                Buffer::I64(v) if kind == 1 => Buffer::I128(v.iter().map(|&x| x.into()).collect()),
                other => Buffer::Field(other.to_field()),
            };
        }
        let proof = proven(&key, &circuit, &wide, 1);
        assert_eq!(verify(key.verifying_key(), &public, &proof), Ok(()));
    }
}

#[test]
fn phases_are_reported_in_order() {
    let Sample { circuit, inputs, .. } = dot(4);
    let mut seen = Vec::new();
    let (key, timings) =
        setup(&circuit, SetupOptions::default(), &mut rng(1), &mut |p| seen.push(p)).unwrap();
    assert_eq!(seen.len(), 5);
    assert!(timings.phases.iter().map(|s| s.phase).eq(seen.iter().copied()));
    let assignment = assign(&circuit, &inputs).unwrap();
    seen.clear();
    let options = ProveOptions { check: true, ..ProveOptions::default() };
    let made = prove(&key, &circuit, &assignment, options, &mut rng(1), &mut |p| seen.push(p));
    assert_eq!(seen.len(), 7);
    assert!(made.unwrap().timings.total() > 0.0);
}

#[test]
fn a_proof_does_not_verify_for_a_key_of_another_setup() {
    let Sample { circuit, inputs, .. } = dot(4);
    let first = key(&circuit, DomainChoice::Cheapest);
    let (second, _) = setup(&circuit, SetupOptions::default(), &mut rng(99), &mut silent).unwrap();
    let assignment = assign(&circuit, &inputs).unwrap();
    let options = ProveOptions::default();
    let made = prove(&first, &circuit, &assignment, options, &mut rng(1), &mut silent).unwrap();
    let vk = second.verifying_key();
    assert_eq!(verify(vk, &made.public, &made.proof), Err(VerifyError::Equation));
    let (expected, got) = (vk.digest(), first.verifying_key().digest());
    assert_eq!(verify_file(vk, &made.to_file()), Err(VerifyError::WrongKey { expected, got }));
}
