//! Events and posted results, and what is none.

use super::*;
use crate::progress::silent;
use crate::receipt::ReceiptError;
use crate::samples::{Sample, affine, carried, several_publics};
use crate::setup::{SetupOptions, setup};
use rand::{SeedableRng, rngs::StdRng};
use zirc_circuit::{Int, assign};

/// A key, and the public values of a run.
fn run(sample: Sample) -> (VerifyingKey, Vec<Vec<Int>>) {
    let mut rng = StdRng::seed_from_u64(1);
    let (key, _) = setup(&sample.circuit, SetupOptions::default(), &mut rng, &mut silent).unwrap();
    let assignment = assign(&sample.circuit, &sample.inputs).unwrap();
    let public = assignment.public_inputs(&sample.circuit);
    let values = key.verifying_key().interface().to_values(&public).unwrap();
    (key.verifying_key().clone(), values)
}

fn hex(bytes: impl AsRef<[u8]>) -> String {
    crate::export::solidity::Calldata::text(bytes.as_ref())
}

fn word(n: u64) -> Vec<u8> {
    let mut out = vec![0; 24];
    out.extend(n.to_be_bytes());
    out
}

/// An entry of a log.
fn entry(event: &str, id: &[u8], digest: &[u8], data: &[u8]) -> serde_json::Value {
    let topics = [Keccak256::digest(event).as_slice(), id, digest, &word(5)].map(hex);
    serde_json::json!({ "address": "0xAb", "topics": topics, "data": hex(data), "blockNumber": "0x1" })
}

const POSTED: &str = "Posted(uint256,bytes32,address,uint256,bytes,bytes)";
const CHALLENGED: &str = "Challenged(uint256,bytes32,address,uint256)";

#[test]
fn packed_values_are_read_as_they_were() {
    for sample in [several_publics(), carried()] {
        let (key, values) = run(sample);
        let interface = key.interface();
        let packed = interface.pack(&interface.to_field(&values).unwrap());
        let mut read = interface.unpack(&packed.inputs, false).unwrap();
        read.extend(interface.unpack(&packed.outputs, true).unwrap());
        assert_eq!(read, values);
        for outputs in [false, true] {
            let bytes = if outputs { &packed.outputs } else { &packed.inputs };
            let (expected, got) = (bytes.len(), bytes.len() + 1);
            let mut longer = bytes.clone();
            longer.push(0);
            let refused = crate::keys::ValueError::Packed { outputs, expected, got };
            assert_eq!(interface.unpack(&longer, outputs), Err(refused));
        }
    }
}

/// So is x + r for an element of the field.
#[test]
fn packed_values_outside_of_their_types_are_refused() {
    let (key, values) = run(several_publics());
    let interface = key.interface();
    let mut packed = interface.pack(&interface.to_field(&values).unwrap());
    for port in interface.public.iter().filter(|p| !p.output) {
        let width = port.bytes();
        let one = packed.inputs[..width].to_vec();
        packed.inputs[..width].fill(0xff);
        let full = port.span() == (Int::from(1) << (8 * width)) - 1;
        assert_eq!(interface.unpack(&packed.inputs, false).is_ok(), full, "{}", port.name);
        packed.inputs[..width].copy_from_slice(&one);
        packed.inputs.rotate_left(width * port.len());
    }
}

#[test]
fn events_are_read() {
    let posted = [
        word(99),
        word(96),
        word(160),
        word(3),
        b"abc".iter().copied().chain([0; 29]).collect(),
        word(0),
    ]
    .concat();
    let log = entry(POSTED, &word(7), &[9; 32], &posted);
    let values = Packed { inputs: b"abc".to_vec(), outputs: vec![] };
    let expected = Event::Posted { id: 7, digest: Digest([9; 32]), deadline: 99, values };
    assert_eq!(Event::from_json(&log.to_string()), Ok(expected.clone()));
    assert_eq!(Event::from_json(&serde_json::json!([log]).to_string()), Ok(expected));
    let log = entry(CHALLENGED, &word(7), &[9; 32], &word(99));
    let expected = Event::Challenged { id: 7, digest: Digest([9; 32]), deadline: 99 };
    assert_eq!(Event::from_json(&log.to_string()), Ok(expected));
}

#[test]
fn entries_that_are_no_events() {
    let of = |part, problem| Err(EventError::Part { part, problem });
    let read = |log: &serde_json::Value| Event::from_json(&log.to_string());
    let honest = entry(CHALLENGED, &word(7), &[9; 32], &word(99));
    let twice = serde_json::json!([honest, honest]);
    assert_eq!(read(&twice), Err(EventError::Count { got: 2 }));
    assert_eq!(read(&serde_json::json!([])), Err(EventError::Count { got: 0 }));
    let mut removed = honest.clone();
    removed["removed"] = true.into();
    assert_eq!(read(&removed), Err(EventError::Removed));
    let other = entry("Settled(uint256,bytes32,bool,bool)", &word(7), &[9; 32], &word(99));
    assert_eq!(read(&other), Err(EventError::OtherEvent));
    let mut few = honest.clone();
    few["topics"].as_array_mut().unwrap().pop();
    assert_eq!(read(&few), Err(EventError::OtherEvent));
    let large = entry(CHALLENGED, &[1; 32], &[9; 32], &word(99));
    assert_eq!(read(&large), of("id", "larger than any that there can be"));
    let short = entry(CHALLENGED, &word(7), &[9; 31], &word(99));
    assert_eq!(read(&short), of("digest", "not 32 bytes"));
    let long = entry(CHALLENGED, &word(7), &[9; 32], &[word(99), word(0)].concat());
    assert_eq!(read(&long), of("data", "of another length than the event's"));
    for wrong in ["99", "0x9", "0xzz", "0x+1"] {
        let mut log = honest.clone();
        log["data"] = wrong.into();
        assert_eq!(read(&log), of("data", "not 0x and pairs of hexadecimal digits"), "{wrong}");
    }
    assert!(matches!(Event::from_json("{"), Err(EventError::Json { .. })));
    assert!(matches!(Event::from_json("[1]"), Err(EventError::Json { .. })));
}

/// Offsets and lengths that lead anywhere.
#[test]
fn offsets_of_an_event_stay_in_it() {
    let word_of = |n: u64| [n, 0, 31, 32, 96, 97, 1 << 20, u64::MAX - 31, u64::MAX];
    for first in word_of(160) {
        for second in word_of(128) {
            for len in word_of(1) {
                let data = [word(99), word(first), word(second), word(len), word(0)].concat();
                let log = entry(POSTED, &word(7), &[9; 32], &data);
                if let Ok(Event::Posted { values, .. }) = Event::from_json(&log.to_string()) {
                    assert!(values.inputs.len() + values.outputs.len() <= 2 * data.len());
                }
            }
        }
    }
}

#[test]
fn posted_results_are_checked_in_every_field() {
    for (sample, model) in [(several_publics(), false), (carried(), false), (affine(3), true)] {
        let (key, values) = run(sample);
        let model = model.then(|| ModelCommitment::from(&ark_ec::AffineRepr::generator()));
        let made = PostedResult::new(&key, &values, model).unwrap();
        let read = PostedResult::from_json(&made.to_json()).unwrap();
        assert_eq!(read, made);
        assert!(PostedResult::is_one(&made.to_json()));
        let packed = made.check(&key).unwrap();
        assert_eq!(made.digest().unwrap(), result_digest(&key, model, &packed));
        // The same values under another model are another result.
        assert_ne!(made.digest().unwrap(), result_digest(&key, None, &Packed::default()));
        let honest = serde_json::to_value(&made).unwrap();
        for field in honest["receipt"].as_object().unwrap().keys().filter(|k| *k != "notes") {
            let mut forged = honest.clone();
            let was = &mut forged["receipt"][field];
            *was = match &*was {
                serde_json::Value::Array(_) => serde_json::json!([]),
                serde_json::Value::Number(_) => serde_json::json!(9),
                _ => serde_json::json!("00"),
            };
            if forged == honest {
                continue;
            }
            let read = PostedResult::from_json(&forged.to_string());
            assert!(read.and_then(|r| r.check(&key)).is_err(), "{field}");
        }
        let mut forged = made.clone();
        forged.digest = "0".repeat(64);
        assert!(
            matches!(forged.check(&key), Err(ReceiptError::Differs { part, .. }) if part == "digest")
        );
    }
}

#[test]
fn a_posted_result_is_no_receipt() {
    let (key, values) = run(several_publics());
    let made = PostedResult::new(&key, &values, None).unwrap();
    assert!(matches!(crate::Receipt::from_json(&made.to_json()), Err(ReceiptError::Json { .. })));
    // Nor is what it holds.
    assert!(made.receipt.verify(&key).is_err());
}

#[test]
fn a_model_that_is_missing_or_too_much() {
    let commitments = |expected, got| {
        Err(ReceiptError::Verify(crate::VerifyError::Commitments { expected, got }))
    };
    let model = Some(ModelCommitment::from(&ark_ec::AffineRepr::generator()));
    let (key, values) = run(affine(3));
    assert_eq!(PostedResult::new(&key, &values, None), commitments(1, 0));
    let (key, values) = run(carried());
    assert_eq!(PostedResult::new(&key, &values, model), commitments(0, 1));
}
