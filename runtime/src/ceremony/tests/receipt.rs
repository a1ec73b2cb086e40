//! A receipt in which every field says something: any change of any of them, but the notes, is refused.

use super::{ceremony, finish, proven};
use crate::keys::VerifyingKey;
use crate::receipt::{Receipt, SCHEMA};
use crate::samples::{range, with_model};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use zirc_circuit::{Digest, Labels, ModelPart, Nondet, OriginId};

/// By a key of a ceremony, with a hidden model, and with a signature that leaves nothing out but what no output
/// depends on: of challenges everything depends on all that is committed to.
fn full() -> Receipt {
    let mut sample = with_model(range(4), 2);
    let signature = &mut sample.circuit.signature;
    signature.assumptions.push("calibrated on 100 images".into());
    let names = (0..20).map(|k| format!("\"{k}\" of them")).collect();
    signature.assumptions.push(Labels { output: "y".into(), place: false, names }.to_string());
    let (function, hint, reason) = ("root".into(), "s".into(), "either root will do".into());
    signature.nondet.push(Nondet { function, hint, reason, origin: OriginId(0) });
    let digest = "ab".repeat(32);
    signature.model.push(ModelPart { name: "w".into(), file: "w.npz".into(), digest });
    signature.claims.conditions.push("y in 0..=28".into());
    let ceremony = ceremony(&sample, &["one", "two"], true);
    let key = finish(&sample, &ceremony).unwrap();
    let made = proven(&sample, &key);
    let mut receipt = Receipt::new(key.verifying_key(), &made.to_file()).unwrap();
    receipt.notes.fidelity = Some("within 0.01".into());
    receipt
}

/// Names of everything that the schema speaks of.
fn properties(schema: &Value, out: &mut BTreeSet<String>) {
    match schema {
        Value::Object(o) => o.iter().for_each(|(k, v)| {
            if let (true, Some(own)) = (k == "properties", v.as_object()) {
                out.extend(own.keys().cloned());
            }
            properties(v, out);
        }),
        Value::Array(a) => a.iter().for_each(|v| properties(v, out)),
        _ => {}
    }
}

/// Whether a receipt is refused by its key's digest, and by the key.
fn is_refused(v: &Value, digest: Digest, key: &VerifyingKey) -> bool {
    let text = v.to_string();
    let under = Receipt::from_json_under(&text, key);
    match Receipt::from_json(&text) {
        Ok(r) => {
            let refused = r.verify_by_digest(digest).is_err();
            assert_eq!(refused, r.verify(key).is_err());
            assert!(refused || under == Ok(r));
            refused
        }
        Err(_) => under.is_err(),
    }
}

/// Whatever a receipt can have, this one has, and says something there.
fn says_everything(json: &Value, leaves: &[String]) {
    let mut all = BTreeSet::new();
    properties(&serde_json::from_str(SCHEMA).unwrap(), &mut all);
    let here: BTreeSet<String> = leaves
        .iter()
        .filter_map(|p| Some(p.rsplit_once('/')?.1.to_owned()))
        .filter(|name| name.parse::<usize>().is_err())
        .collect();
    assert_eq!(here, all);
    for path in leaves {
        let empty = match json.pointer(path).unwrap() {
            Value::Array(a) => {
                a.is_empty() && !path.ends_with("/shape") && path != "/independent_of"
            }
            Value::String(s) => s.is_empty(),
            v => v.is_null(),
        };
        assert!(!empty, "{path}");
    }
}

#[test]
fn every_leaf_of_the_json_is_bound() {
    let good = full();
    let digest = good.verifying_key_digest.parse().unwrap();
    let key = good.verify_by_digest(digest).unwrap();
    let json: Value = serde_json::from_str(&good.to_json()).unwrap();
    let refused = |v: &Value| is_refused(v, digest, &key);
    assert!(!refused(&json));
    let mut leaves = vec![];
    paths(&json, String::new(), &mut leaves);
    says_everything(&json, &leaves);
    for path in leaves.iter().filter(|p| !p.starts_with("/notes")) {
        let was = json.pointer(path).unwrap();
        for other in changes(was) {
            let mut changed = json.clone();
            *changed.pointer_mut(path).unwrap() = other.clone();
            assert!(refused(&changed), "{path}: {other} for {was}");
        }
        // A field less, or one more.
        let (parent, name) = path.rsplit_once('/').unwrap_or_default();
        let mut changed = json.clone();
        if let Some(o) = changed.pointer_mut(parent).and_then(Value::as_object_mut)
            && o.remove(name).is_some()
        {
            assert!(refused(&changed), "{path} is missing");
        }
        let mut changed = json.clone();
        if let Some(o) = changed.pointer_mut(path).and_then(Value::as_object_mut) {
            o.insert("audited".into(), "yes".into());
            assert!(refused(&changed), "{path}");
        }
    }
    let mut noted = json.clone();
    noted["notes"] = json!({ "zirc": "9.9.9", "fidelity": "perfect" });
    assert!(!refused(&noted));
    noted["notes"]["valid"] = true.into();
    assert!(refused(&noted));
}

fn paths(v: &Value, at: String, out: &mut Vec<String>) {
    match v {
        Value::Object(o) => o.iter().for_each(|(k, v)| paths(v, format!("{at}/{k}"), out)),
        Value::Array(a) => {
            a.iter().enumerate().for_each(|(k, v)| paths(v, format!("{at}/{k}"), out))
        }
        _ => {}
    }
    out.push(at);
}

/// Other values for one: of its kind, and of every other.
fn changes(was: &Value) -> Vec<Value> {
    let mut all = vec![Value::Null, true.into(), 7.into(), "other".into(), Value::Array(vec![])];
    all.extend([json!({}), json!(["other"])]);
    match was {
        Value::String(s) => {
            for k in [0, s.len() / 2, s.len().saturating_sub(1)] {
                if let Some(c) = s.get(k..=k) {
                    let other = if c == "1" { "2" } else { "1" };
                    all.push(format!("{}{other}{}", &s[..k], &s[k + 1..]).into());
                    all.push(format!("{}{}", &s[..k], &s[k + 1..]).into());
                }
            }
            all.push(format!("{s} ").into());
            all.push(format!("{s}\u{0}").into());
            all.push(s.to_uppercase().into());
        }
        Value::Number(n) => all.push((n.as_u64().unwrap_or(0) + 1).into()),
        Value::Array(a) => {
            all.push(a.iter().rev().cloned().collect());
            all.push(a.iter().chain(a.first()).cloned().collect());
        }
        _ => {}
    }
    all.retain(|v| v != was);
    all
}
