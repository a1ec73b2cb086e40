//! `zirc break`: every deceit is seen, and shown.

use crate::room::{Room, block};
use serde_json::Value;

const PAGE: &str = include_str!("../../docs/src/receipt.md");

#[test]
fn the_page_does_what_it_says() {
    let room = Room::new();
    room.write("loan/model.zirc", block(PAGE, "zirc"));
    room.write("loan/input.json", r#"{"applicant": [10, 5, 100, 20], "limit": 2000}"#);
    for line in block(PAGE, "sh").lines() {
        room.accept(line.strip_prefix("zirc ").unwrap());
    }
    let receipt: Value = serde_json::from_slice(&room.read("receipt.json")).unwrap();
    assert_eq!(
        receipt["statement"],
        "The prover knows private inputs `applicant`, of their types, with which circuit `loan` runs on `limit` = \
         2000 without a failed assertion, and it gives `answer` = 1 (\"granted\")."
    );
    let digest = receipt["verifying_key_digest"].as_str().unwrap();
    room.accept(&format!("verify receipt.json --key-digest {digest}"));
    assert_eq!(receipt["private"][0]["name"], "applicant");
    assert!(!String::from_utf8(room.read("receipt.json")).unwrap().contains("[\"10\""));
}

#[test]
fn every_deceit_is_refused_and_shown() {
    let room = Room::proved();
    let text = room.accept("break receipt.json");
    for words in [
        "part  ",
        "ACCEPTED",
        "it is x + r, the same element of the field",
        "γ is δ, its digest is trusted, and A = α, B = β, C = −Σ for other values",
        "receipts that were tampered with: all refused",
    ] {
        assert_eq!(text.contains(words), words != "ACCEPTED", "{words}: {text}");
    }
    let json = room.json("break receipt.json");
    let tried = json["tried"].as_u64().unwrap();
    assert!(tried > 45, "{tried}");
    assert_eq!(json["accepted"], 0);
    let rows = json["attempts"].as_array().unwrap();
    assert!(rows.iter().all(|r| r["answer"].as_str().unwrap().starts_with("refused: ")));
    // With another proof of the same key, and with one of another circuit.
    room.accept("prove c --pk pk --input input.json -o proof2 --receipt second.json");
    let more = room.json("break receipt.json --with second.json");
    assert!(more["tried"].as_u64().unwrap() > tried);
    assert_eq!(more["accepted"], 0);
}

/// Nothing is shown by tampering with what is refused as it is.
#[test]
fn a_bad_receipt_is_not_tampered_with() {
    let room = Room::proved();
    let mut receipt: Value = serde_json::from_slice(&room.read("receipt.json")).unwrap();
    room.fail(
        1,
        &format!("break receipt.json --key-digest {}", "ab".repeat(32)),
        &["by another key"],
    );
    receipt["circuit"] = "other".into();
    room.write("bad.json", receipt.to_string());
    room.fail(1, "break bad.json", &["bad.json: circuit: expected root, got other"]);
    room.write("bad.json", "{}");
    room.fail(2, "break bad.json", &["not a receipt"]);
    room.fail(2, "break proof", &["not UTF-8"]);
    room.fail(2, "break receipt.json --with nothing.json", &["no such file"]);
}
