//! Receipts: nothing in them is believed.

#[path = "../src/samples.rs"]
mod samples;

use rand::{SeedableRng, rngs::StdRng};
use samples::{Sample, dot, several_publics};
use zirc_circuit::{ModelPart, assign};
use zirc_runtime::{
    ProofFile, ProveOptions, Receipt, ReceiptError, SetupOptions, ValueError, VerifyError,
    VerifyingKey, prove, setup, silent,
};

fn made(mut sample: Sample) -> (VerifyingKey, ProofFile) {
    let mut rng = StdRng::seed_from_u64(1);
    sample.circuit.signature.assumptions.push("calibrated on 100 images".into());
    sample.circuit.signature.nondet.push(zirc_circuit::Nondet {
        function: "root".into(),
        hint: "s".into(),
        reason: "either root will do".into(),
        origin: zirc_circuit::OriginId(0),
    });
    let digest = "ab".repeat(32);
    let part = ModelPart { name: "w".into(), file: "w.npz".into(), digest };
    sample.circuit.signature.model.push(part);
    let names = ["red", "green \"and\" blue"].map(String::from).to_vec();
    let labels = zirc_circuit::Labels { output: "v".into(), names };
    sample.circuit.signature.assumptions.push(labels.to_string());
    let circuit = sample.circuit;
    let (key, _) = setup(&circuit, SetupOptions::default(), &mut rng, &mut silent).unwrap();
    let assignment = assign(&circuit, &sample.inputs).unwrap();
    let options = ProveOptions::default();
    let made = prove(&key, &circuit, &assignment, options, &mut rng, &mut silent).unwrap();
    (key.verifying_key().clone(), made.to_file())
}

#[test]
fn a_receipt_says_what_was_proven_and_verifies() {
    let (key, proof) = made(several_publics());
    let receipt = Receipt::new(&key, &proof).unwrap();
    assert_eq!(receipt.verify(&key), Ok(()));
    assert_eq!(Receipt::from_json(&receipt.to_json()), Ok(receipt.clone()));
    let names: Vec<&str> = receipt.public.iter().map(|p| p.name.as_str()).collect();
    assert_eq!(names, ["a", "b", "u", "v"]);
    // Scale 1/16.
    assert_eq!(receipt.public[0].raw, ["3", "-4"]);
    assert_eq!(receipt.public[0].values, ["0.1875", "-0.25"]);
    assert_eq!(receipt.model[0].file, "w.npz");
    assert_eq!(receipt.proof.len(), 256);
}

#[test]
fn no_receipt_is_made_of_a_wrong_proof() {
    let (key, mut proof) = made(several_publics());
    proof.public[0] += ark_bn254::Fr::from(1);
    assert_eq!(Receipt::new(&key, &proof), Err(VerifyError::Equation.into()));
}

#[test]
fn every_statement_is_checked() {
    let (key, proof) = made(several_publics());
    let good = Receipt::new(&key, &proof).unwrap();
    type Edit = fn(&mut Receipt);
    let edits: [(&str, Edit); 17] = [
        ("layout", |r| r.receipt = 3),
        ("circuit", |r| r.circuit.push('x')),
        ("digest of the circuit", |r| r.circuit_digest.replace_range(..1, "g")),
        ("digest of the verifying key", |r| r.verifying_key.clear()),
        ("model", |r| r.model[0].file = "other.npz".into()),
        ("model", |r| r.model.clear()),
        ("assumptions", |r| r.assumptions.clear()),
        ("hints that need not be unique", |r| r.nondet[0].reason.clear()),
        ("public tensor `a`", |r| r.public[0].name.push('x')),
        ("public tensor `a`", |r| r.public[0].values[0] = "0.25".into()),
        ("public tensor `b`", |r| r.public[1].ty = "int8".into()),
        ("public tensor `u`", |r| r.public[2].shape = vec![1, 2]),
        ("public tensor `v`", |r| r.public[3].names.clear()),
        ("public tensor `u`", |r| r.public[2].names = vec!["red".into()]),
        ("public tensor `v`", |r| r.public[3].direction = r.public[0].direction),
        ("number of public inputs and outputs", |r| drop(r.public.pop())),
        ("number of public inputs and outputs", |r| r.public.push(r.public[0].clone())),
    ];
    for (field, edit) in edits {
        let mut receipt = good.clone();
        edit(&mut receipt);
        match receipt.verify(&key) {
            Err(ReceiptError::Differs { field: got, .. }) => assert_eq!(got, field),
            other => panic!("{field}: {other:?}"),
        }
    }
}

#[test]
fn raw_values_and_proof_are_checked_together() {
    let (key, proof) = made(several_publics());
    let good = Receipt::new(&key, &proof).unwrap();
    let with = |raw: &str, value: &str| {
        let mut receipt = good.clone();
        receipt.public[0].raw[0] = raw.into();
        receipt.public[0].values[0] = value.into();
        receipt.verify(&key)
    };
    assert_eq!(with("4", "0.25"), Err(VerifyError::Equation.into()));
    assert!(matches!(
        with("16", "1"),
        Err(ReceiptError::Verify(VerifyError::Values(ValueError::OutOfRange { .. })))
    ));
    for raw in ["", "x", "+3", "03", "-0", "3.0", " 3"] {
        let error = ReceiptError::NotAnInteger { name: "a".into(), index: 0 };
        assert_eq!(with(raw, "0.1875"), Err(error), "{raw}");
    }
    let mut receipt = good.clone();
    receipt.public[0].raw.pop();
    receipt.public[0].values.pop();
    assert!(matches!(
        receipt.verify(&key),
        Err(ReceiptError::Verify(VerifyError::Values(ValueError::ValueCount { .. })))
    ));
    let mut receipt = good.clone();
    receipt.proof = receipt.proof.to_uppercase();
    assert_eq!(receipt.verify(&key), Err(ReceiptError::ProofText));
    let mut receipt = good;
    receipt.proof.replace_range(62..64, "ff");
    assert!(matches!(receipt.verify(&key), Err(ReceiptError::Proof(_))));
}

#[test]
fn receipts_of_other_keys_and_odd_json_are_refused() {
    let (key, proof) = made(several_publics());
    let (other, _) = made(dot(3));
    let receipt = Receipt::new(&key, &proof).unwrap();
    let error = receipt.verify(&other).unwrap_err();
    assert!(matches!(error, ReceiptError::Differs { field, .. } if field == "circuit"));
    let json = receipt.to_json();
    let extra = json.replacen('{', "{\"valid\": true, ", 1);
    for text in ["", "{}", "[]", &json[..json.len() / 2], &extra] {
        let result = Receipt::from_json(text);
        assert!(matches!(result, Err(ReceiptError::Json { .. })), "{text}");
    }
}
