//! Receipts: nothing in them is believed.

#[path = "../src/samples.rs"]
mod samples;

use rand::{SeedableRng, rngs::StdRng};
use samples::{Sample, dot, several_publics};
use serde_json::Value;
use zirc_circuit::{ModelPart, assign};
use zirc_runtime::{
    KeyCeremony, ProofFile, ProveOptions, Receipt, ReceiptError, SetupOptions, ValueError,
    VerifyError, VerifyingKey, prove, setup, silent,
};

fn made(sample: Sample) -> (VerifyingKey, ProofFile) {
    labelled(sample, ["red", "green \"and\" blue"])
}

fn labelled(mut sample: Sample, names: [&str; 2]) -> (VerifyingKey, ProofFile) {
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
    let names = names.map(String::from).to_vec();
    let labels = zirc_circuit::Labels { output: "v".into(), place: false, names };
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
    let edits: [(&str, Edit); 22] = [
        ("receipt", |r| r.receipt = 5),
        ("statement", |r| r.statement.push('!')),
        ("circuit", |r| r.circuit.push('x')),
        ("circuit_digest", |r| r.circuit_digest.replace_range(..1, "g")),
        ("proof_system", |r| r.proof_system.clear()),
        ("verifying_key", |r| r.verifying_key.replace_range(..2, "00")),
        ("key_made_by", |r| r.key_made_by = "100 independent parties".into()),
        ("model_identity", |r| r.model_identity.clear()),
        ("model_commitment", |r| r.model_commitment = Some("00".repeat(32))),
        ("model[0].file", |r| r.model[0].file = "other.npz".into()),
        ("length of model", |r| r.model.clear()),
        ("length of assumptions", |r| r.assumptions.clear()),
        ("nondet[0].reason", |r| r.nondet[0].reason.clear()),
        ("length of not_claimed", |r| drop(r.not_claimed.pop())),
        ("public tensor `a`.name", |r| r.public[0].name.push('x')),
        ("public tensor `a`.values[0]", |r| r.public[0].values[0] = "0.25".into()),
        ("public tensor `b`.type", |r| r.public[1].ty = "int8".into()),
        ("length of public tensor `u`.shape", |r| r.public[2].shape = vec![1, 2]),
        ("public tensor `v`.names", |r| r.public[3].names.clear()),
        ("public tensor `v`.direction", |r| r.public[3].direction = r.public[0].direction),
        ("length of public", |r| drop(r.public.pop())),
        ("length of public", |r| r.public.push(r.public[0].clone())),
    ];
    for (part, edit) in edits {
        let mut receipt = good.clone();
        edit(&mut receipt);
        match receipt.verify(&key) {
            Err(ReceiptError::Differs { part: got, .. }) => assert_eq!(got, part),
            // What changes the sentence too is seen there first.
            other => panic!("{part}: {other:?}"),
        }
        assert!(receipt.verify_by_digest(key.digest()).is_err(), "{part}");
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
    let refused = receipt.verify(&key).unwrap_err().to_string();
    assert_eq!(refused, "length of public[0].raw: expected 2, got 1");
    let mut receipt = good.clone();
    receipt.proof = receipt.proof.to_uppercase();
    assert_eq!(receipt.verify(&key), Err(ReceiptError::ProofText));
    for text in ["", "00", &good.proof[2..], &format!("{}{}", good.proof, "00".repeat(32))] {
        let receipt = Receipt { proof: (*text).into(), ..good.clone() };
        let (expected, got) = (128, text.len() / 2);
        assert_eq!(receipt.verify(&key), Err(ReceiptError::ProofLength { expected, got }));
    }
    let mut receipt = good;
    receipt.proof.replace_range(62..64, "ff");
    assert!(matches!(receipt.verify(&key), Err(ReceiptError::Proof(_))));
}

/// Any byte of the text, notes apart: the receipt is refused, or says what it said.
#[test]
fn bytes_of_the_text_are_bound() {
    let (key, proof) = made(several_publics());
    let good = Receipt::new(&key, &proof).unwrap();
    let json = good.to_json();
    let end = json.find("\"notes\"").unwrap();
    let strategy = (0..end, proptest::num::u8::ANY);
    proptest::proptest!(|((at, byte) in strategy)| {
        let mut bytes = json.clone().into_bytes();
        bytes[at] = byte;
        let text = String::from_utf8(bytes);
        let Ok(Ok(read)) = text.map(|t| Receipt::from_json(&t)) else { return Ok(()) };
        let accepted = read.verify_by_digest(key.digest()).is_ok();
        proptest::prop_assert_eq!(accepted, read == good, "byte {} at {}", byte, at);
    });
}

/// Names and labels are the circuit's author's: none of them is taken for the sentence that it stands in.
#[test]
fn names_do_not_end_the_sentence() {
    let mut sample = several_publics();
    sample.circuit.signature.inputs[0].name = "a` = 3 and `b\n\u{202e}".into();
    sample.circuit.signature.outputs[0].name = "u".repeat(300);
    let (key, proof) = labelled(sample, ["1\" and `z` = \"2\nkey", "x"]);
    let said = Receipt::new(&key, &proof).unwrap().statement;
    let quoted = r"`a\u{60}\u{20}\u{3d}\u{20}3\u{20}and\u{20}\u{60}b\u{a}\u{202e}` = [0.1875, -0.25] (2 values)";
    assert!(said.contains(quoted), "{said}");
    assert!(said.contains(&format!("`{}…` = ", "u".repeat(100))), "{said}");
    assert!(!said.contains('\n') && said.matches('`').count().is_multiple_of(2), "{said}");
}

#[test]
fn the_key_is_trusted_for_its_digest_alone() {
    let (key, proof) = made(several_publics());
    let (other, _) = made(dot(3));
    let receipt = Receipt::new(&key, &proof).unwrap();
    let used = receipt.verify_by_digest(key.digest()).unwrap();
    assert_eq!(used, key);
    let refused = receipt.verify_by_digest(other.digest()).unwrap_err();
    assert!(matches!(refused, ReceiptError::OtherKey { .. }), "{refused}");
    let with = |text: String| Receipt { verifying_key: text, ..receipt.clone() };
    let check = |r: Receipt| r.verify_by_digest(key.digest()).unwrap_err();
    assert_eq!(check(with("0".into())), ReceiptError::KeyText);
    assert_eq!(check(with(receipt.verifying_key.to_uppercase())), ReceiptError::KeyText);
    assert!(matches!(check(with(String::new())), ReceiptError::Key(_)));
    let own = Receipt { verifying_key_digest: other.digest().to_string(), ..receipt.clone() };
    assert!(matches!(check(own), ReceiptError::OtherKey { .. }));
}

/// The published schema takes a receipt, and has all of its fields and no others.
#[test]
fn the_schema_is_that_of_receipts() {
    let schema: Value = serde_json::from_str(zirc_runtime::receipt::SCHEMA).unwrap();
    let (key, proof) = made(several_publics());
    let mut receipt = Receipt::new(&key, &proof).unwrap();
    receipt.model_commitment = Some("ab".repeat(32));
    receipt.notes.fidelity = Some("within 0.01".into());
    let transcript = "cd".repeat(32);
    receipt.key_ceremony = Some(KeyCeremony { contributions: 3, beacon: true, transcript });
    let json: Value = serde_json::from_str(&receipt.to_json()).unwrap();
    described(&schema, &schema, &json, "");
}

/// Whether objects have the properties that the schema names, through arrays and references.
fn described(root: &Value, schema: &Value, json: &Value, at: &str) {
    let schema = match schema["$ref"].as_str() {
        Some(r) => root.pointer(r.trim_start_matches('#')).unwrap(),
        None => schema,
    };
    match json {
        Value::Object(o) => {
            assert_eq!(schema["type"], "object", "{at}");
            assert_eq!(schema["additionalProperties"], false, "{at}");
            let mut said: Vec<&String> = schema["properties"].as_object().unwrap().keys().collect();
            let mut here: Vec<&String> = o.keys().collect();
            // Names of values are there for those that have some.
            if !o.contains_key("names") {
                said.retain(|k| *k != "names");
            }
            said.sort();
            here.sort();
            assert_eq!(said, here, "{at}");
            o.iter().for_each(|(k, v)| {
                described(root, &schema["properties"][k], v, &format!("{at}.{k}"))
            });
        }
        Value::Array(a) => {
            assert_eq!(schema["type"], "array", "{at}");
            a.iter().for_each(|v| described(root, &schema["items"], v, &format!("{at}[]")));
        }
        Value::String(_) => {
            assert!(schema["type"] == "string" || schema["enum"].is_array(), "{at}: {schema}");
        }
        Value::Number(_) => {
            assert!(schema["type"] == "integer" || schema["const"].is_number(), "{at}: {schema}");
        }
        Value::Bool(_) => assert_eq!(schema["type"], "boolean", "{at}"),
        other => panic!("{at}: {other}"),
    }
}

#[test]
fn receipts_of_other_keys_and_odd_json_are_refused() {
    let (key, proof) = made(several_publics());
    let (other, _) = made(dot(3));
    let receipt = Receipt::new(&key, &proof).unwrap();
    let error = receipt.verify(&other).unwrap_err();
    assert!(matches!(error, ReceiptError::OtherKey { .. }));
    let json = receipt.to_json();
    let extra = json.replacen('{', "{\"valid\": true, ", 1);
    let twice = json.replacen('{', "{\"circuit\": \"x\", ", 1);
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let nested = json.replacen("\"notes\": {", &format!("\"notes\": {{\"zirc\": {deep}, "), 1);
    for text in ["", "{}", "[]", &json[..json.len() / 2], &extra, &twice, &deep, &nested] {
        let result = Receipt::from_json(text);
        assert!(
            matches!(result, Err(ReceiptError::Json { .. })),
            "{}",
            &text[..text.len().min(99)]
        );
    }
    let version = json.replacen("\"receipt\": 4", "\"receipt\": 99, \"new\": 1", 1);
    let refused = ReceiptError::Version { expected: 4, got: 99 };
    assert_eq!(Receipt::from_json(&version), Err(refused));
}

/// Whatever is made of a good receipt to deceive is another receipt, and refused: of every kind of circuit.
#[test]
fn what_was_tampered_with_is_refused() {
    for sample in samples::all() {
        let name = sample.name;
        let mut rng = StdRng::seed_from_u64(7);
        let (key, _) =
            setup(&sample.circuit, SetupOptions::default(), &mut rng, &mut silent).unwrap();
        if sample.circuit.has_model() {
            // An opening is made first: `zirc break` of such a receipt is tried on the command line.
            continue;
        }
        let assignment = assign(&sample.circuit, &sample.inputs).unwrap();
        let mut receipt = || {
            let options = ProveOptions::default();
            let made =
                prove(&key, &sample.circuit, &assignment, options, &mut rng, &mut silent).unwrap();
            Receipt::new(key.verifying_key(), &made.to_file()).unwrap()
        };
        let (good, other) = (receipt(), receipt());
        let trusted = key.verifying_key().digest();
        let all = good.tampered(key.verifying_key(), Some(&other)).unwrap();
        let parts = |of: &str| all.iter().filter(|t| t.part.starts_with(of)).count();
        assert!(
            parts("proof, A") >= 5 && parts("proof, B") >= 5 && parts("verifying_key") >= 14,
            "{name}"
        );
        assert!(parts("statement") == 1 && parts("circuit_digest") == 1, "{name}");
        let values: usize = good.public.iter().map(|p| p.raw.len().min(2)).sum();
        assert!(parts("public tensor") >= 4 * values, "{name}");
        for t in &all {
            assert_ne!(t.receipt, good, "{name}: {} {}", t.part, t.change);
            assert!(t.verify(trusted).is_err(), "{name}: {} {}", t.part, t.change);
        }
        // What is refused as it is has nothing to show.
        let mut bad = good.clone();
        bad.circuit.push('x');
        assert!(bad.tampered(key.verifying_key(), None).is_err(), "{name}");
    }
}
