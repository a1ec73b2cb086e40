//! JSON: what is written is read, and nothing else.

use super::*;
use crate::files::{FileError, PointError};
use crate::prove::{ProveOptions, prove};
use crate::samples::{range, several_publics};
use crate::setup::{SetupOptions, setup};
use crate::snarkjs::{
    SnarkjsKey, proof_json, public_json, read_proof, read_public, signals, to_circuit_order,
    verification_key_json,
};
use crate::verify::VerifyError;
use serde_json::{Value, json};
use zirc_circuit::assign;

pub(super) struct Texts {
    pub(super) key: String,
    pub(super) proof: String,
    pub(super) public: String,
}

/// By a key of ours, whose domain may be any.
pub(super) fn texts(sample: &Sample) -> Texts {
    let (key, _) =
        setup(&sample.circuit, SetupOptions::default(), &mut rng(), &mut silent).unwrap();
    let assignment = assign(&sample.circuit, &sample.inputs).unwrap();
    let options = ProveOptions { check: true, ..ProveOptions::default() };
    let made = prove(&key, &sample.circuit, &assignment, options, &mut rng(), &mut silent).unwrap();
    Texts {
        key: verification_key_json(key.verifying_key()).unwrap(),
        proof: proof_json(&made.proof).unwrap(),
        public: public_json(key.verifying_key().interface(), &made.public),
    }
}

#[test]
fn what_is_written_is_read_and_verifies() {
    for sample in crate::samples::all() {
        let texts = texts(&sample);
        let key = SnarkjsKey::from_json(&texts.key).unwrap();
        let (proof, public) =
            (read_proof(&texts.proof).unwrap(), read_public(&texts.public).unwrap());
        assert_eq!(key.verify(&public, &proof), Ok(()), "{}", sample.name);
        assert_eq!(proof_json(&proof).unwrap(), texts.proof);
        if let [first, ..] = public[..] {
            let mut other = public.clone();
            other[0] = first + Fr::ONE;
            assert_eq!(key.verify(&other, &proof), Err(VerifyError::Equation));
            // Missing values are not zeros.
            let fewer = key.verify(&public[1..], &proof);
            assert!(matches!(fewer, Err(VerifyError::Values(_))), "{fewer:?}");
        }
    }
}

#[test]
fn outputs_come_first_there() {
    let sample = several_publics();
    let interface = crate::Interface::of(&sample.circuit);
    let order = signals(&interface);
    let wires = crate::export::Wires::new(&sample.circuit).unwrap();
    for (wire, k) in order.iter().enumerate() {
        assert_eq!(wires.of_variable(k + 1), wire + 1);
    }
    assert_ne!(order, (0..order.len()).collect::<Vec<_>>());
    let values: Vec<Fr> = (0..order.len() as u64).map(Fr::from).collect();
    let there = read_public(&public_json(&interface, &values)).unwrap();
    assert_ne!(there, values);
    assert_eq!(to_circuit_order(&interface, &there).unwrap(), values);
    let (what, expected, got) = ("number of public signals", 0, 1);
    let none = crate::Interface { public: vec![], ..interface };
    let refused = to_circuit_order(&none, &[Fr::ONE]);
    assert_eq!(refused, Err(SnarkjsError::Differs { what, expected, got }));
}

#[test]
fn commitments_have_no_place_there() {
    let sample = range(3);
    let (key, _) =
        setup(&sample.circuit, SetupOptions::default(), &mut rng(), &mut silent).unwrap();
    let refused = verification_key_json(key.verifying_key());
    assert_eq!(refused, Err(SnarkjsError::Commitments));
    let mut proof = read_proof(&texts(&several_publics()).proof).unwrap();
    proof.commitment = Some(proof.a);
    assert_eq!(proof_json(&proof), Err(SnarkjsError::Commitments));
}

/// What becomes of a key's text with a change.
fn key(change: impl FnOnce(&mut Value)) -> Result<SnarkjsKey, SnarkjsError> {
    let mut value = serde_json::from_str(&texts(&several_publics()).key).unwrap();
    change(&mut value);
    SnarkjsKey::from_json(&value.to_string())
}

fn proof(change: impl FnOnce(&mut Value)) -> SnarkjsError {
    let mut value = serde_json::from_str(&texts(&several_publics()).proof).unwrap();
    change(&mut value);
    read_proof(&value.to_string()).unwrap_err()
}

fn generator() -> Value {
    let texts = texts(&several_publics());
    let mut value: Value = serde_json::from_str(&texts.key).unwrap();
    let point = crate::snarkjs::json::text_of_g2(&ark_ec::AffineRepr::generator());
    value["x"] = json!(point);
    value["x"].take()
}

#[test]
fn forgeable_keys_are_refused() {
    // The product beside α and β would say that something was changed.
    let refused = |change: &dyn Fn(&mut Value)| {
        key(|k| {
            k.as_object_mut().unwrap().remove("vk_alphabeta_12");
            change(k);
        })
        .map(drop)
    };
    assert_eq!(refused(&|_| ()), Ok(()));
    let forgeable = |one, other| Err(SnarkjsError::File(FileError::Forgeable { one, other }));
    let one = generator();
    assert_eq!(
        refused(&|k| k["vk_gamma_2"] = k["vk_delta_2"].clone()),
        forgeable("delta", "gamma")
    );
    assert_eq!(refused(&|k| k["vk_delta_2"] = one.clone()), forgeable("delta", "the generator"));
    assert_eq!(refused(&|k| k["vk_beta_2"] = one.clone()), forgeable("beta", "the generator"));
    let both = refused(&|k| {
        k["vk_gamma_2"] = one.clone();
        k["vk_delta_2"] = one.clone();
    });
    assert_eq!(both, forgeable("delta", "the generator"));
    let alpha = refused(&|k| k["vk_alpha_1"] = json!(["1", "2", "1"]));
    assert_eq!(alpha, forgeable("alpha", "the generator"));
    let twice = refused(&|k| k["IC"][1] = k["IC"][2].clone());
    assert_eq!(twice, forgeable("the point of a public value", "that of another"));
    // As ceremonies leave it.
    assert_eq!(refused(&|k| k["vk_gamma_2"] = one.clone()), Ok(()));
}

#[test]
fn keys_are_read_strictly() {
    let refused = |change: &dyn Fn(&mut Value)| key(change).map(drop).unwrap_err();
    let json_says = |change: &dyn Fn(&mut Value), words: &str| {
        let SnarkjsError::Json { kind, message } = refused(change) else { panic!() };
        assert_eq!(kind, "verification key");
        assert!(message.contains(words), "{message}");
    };
    json_says(&|k| k["protocol"] = "plonk".into(), "protocol \"plonk\", expected \"groth16\"");
    json_says(&|k| k["more"] = 1.into(), "unknown field `more`");
    json_says(&|k| drop(k.as_object_mut().unwrap().remove("IC")), "missing field `IC`");
    json_says(&|k| k["nPublic"] = (-1).into(), "invalid value");
    json_says(&|k| k["vk_alpha_1"] = json!(["1", "2"]), "invalid length 2");
    json_says(&|k| k["vk_alpha_1"] = json!([1, 2, 1]), "expected a string");
    assert_eq!(refused(&|k| k["curve"] = "bls12381".into()), SnarkjsError::Curve { what: "curve" });
    for n in [0u64, 100, u64::MAX] {
        let refused = refused(&|k| k["nPublic"] = n.into());
        let (what, got) = ("points of IC", key(|_| ()).unwrap().points().gamma_abc_g1.len());
        let (expected, got) = (n.saturating_add(1), got as u64);
        assert_eq!(refused, SnarkjsError::Differs { what, expected, got });
    }
    let (what, product) = (
        "vk_alphabeta_12",
        refused(&|k| {
            k["vk_alphabeta_12"][0][0][0] = "1".into();
        }),
    );
    assert_eq!(product, SnarkjsError::File(FileError::Invalid { what }));
    let texts = texts(&several_publics());
    let twice = texts.key.replacen('{', "{\"curve\": \"bn128\",", 1);
    let SnarkjsError::Json { message, .. } = SnarkjsKey::from_json(&twice).unwrap_err() else {
        panic!()
    };
    assert!(message.contains("duplicate field `curve`"), "{message}");
    let deep = format!("{{\"IC\": {}", "[".repeat(100_000));
    assert!(matches!(SnarkjsKey::from_json(&deep), Err(SnarkjsError::Json { .. })));
}

#[test]
fn points_and_numbers_are_checked() {
    let at = |problem, what| SnarkjsError::File(FileError::Point { what, problem });
    let other = |what| SnarkjsError::File(FileError::NonCanonical { what });
    for what in ["pi_a", "pi_c"] {
        assert_eq!(proof(|p| p[what][0] = "1".into()), at(PointError::NotOnCurve, what));
        let gone = proof(|p| p[what] = json!(["0", "1", "0"]));
        assert_eq!(gone, at(PointError::Identity, what));
        assert_eq!(proof(|p| p[what][2] = "2".into()), at(PointError::NonCanonical, what));
        let q = <Fq as ark_ff::PrimeField>::MODULUS.to_string();
        assert_eq!(proof(|p| p[what][0] = q.into()), other(what));
        for text in ["", "-1", "+1", "01", " 1", "0x1", "1e3", "٣", &"9".repeat(1000)] {
            assert_eq!(proof(|p| p[what][0] = text.into()), other(what), "{text}");
        }
    }
    assert_eq!(proof(|p| p["pi_b"][0][0] = "1".into()), at(PointError::NotOnCurve, "pi_b"));
    // On the twist, and not in the group: the x of a small number.
    let outside = proof(|p| {
        let point = super::phase1::outside_of_the_group();
        p["pi_b"] = json!(crate::snarkjs::json::text_of_g2(&point));
    });
    assert_eq!(outside, at(PointError::NotInSubgroup, "pi_b"));
    let public = |text: &str| read_public(text).unwrap_err();
    let order = zirc_circuit::scalar::order();
    assert_eq!(public(&format!("[\"{order}\"]")), other("public signal"));
    assert_eq!(public("[\"007\"]"), other("public signal"));
    assert!(matches!(public("[7]"), SnarkjsError::Json { .. }));
    assert!(matches!(public("{}"), SnarkjsError::Json { .. }));
    assert_eq!(read_public(&format!("[\"{}\"]", order - 1)).unwrap(), [-Fr::ONE]);
}
