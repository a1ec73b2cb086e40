//! compile, setup, witness, prove, verify: one after the other.

use crate::room::{ROOT, Room, SCORE};
use serde_json::Value;

#[test]
fn step_by_step() {
    let room = Room::with(SCORE, r#"{"x": [1.5, -0.25, 2], "bias": -3}"#);
    let compiled = room.json("compile . -o c");
    let keys = room.json("setup c --pk pk --vk vk");
    let witness = room.json("witness c --input input.json -o values.json");
    let proof = room.json("prove c --pk pk --input input.json -o proof --receipt receipt.json");
    let verified = room.json("verify proof --vk vk");
    for step in [&keys, &witness, &proof, &verified] {
        assert_eq!(step["digest"], compiled["digest"]);
    }
    assert_eq!(proof["verifying_key_digest"], keys["verifying_key_digest"]);
    for step in [&witness, &proof, &verified] {
        assert_eq!(step["public"][1]["values"][0], "5");
    }
    let receipt = room.json("verify receipt.json --vk vk");
    assert_eq!(receipt["public"], verified["public"]);
    let values: Value = serde_json::from_slice(&room.read("values.json")).unwrap();
    assert_eq!(values["inputs"][0]["raw"], serde_json::json!(["24", "-4", "32"]));
    assert_eq!(values["inputs"][0]["values"], serde_json::json!(["1.5", "-0.25", "2"]));
    assert_eq!(values["outputs"][0]["values"][0], "5");
    let count = |t: &Value| t["raw"].as_array().unwrap().len() as u64;
    let variables: u64 = values["tensors"].as_array().unwrap().iter().map(count).sum();
    assert_eq!(witness["variables"].as_u64(), Some(1 + variables));
}

/// A program that a commitment round makes smaller.
const MANY: &str = "circuit many(private x: i16[3000]) -> public y: _ { sum i { relu(x[i]) } }";

#[test]
fn a_commitment_round_step_by_step() {
    let input =
        format!("{{\"x\": {:?}}}", (0..3000).map(|i| i * 7 % 500 - 250).collect::<Vec<_>>());
    let room = Room::with(MANY, &input);
    let plain = room.json("compile . -o plain");
    let compiled = room.json("compile . --mode groth16-commit -o c");
    let count = |v: &Value| v["constraints"].as_u64().unwrap();
    assert!(count(&plain) > 3 * count(&compiled));
    room.accept("compile . --mode auto -o chosen");
    assert_eq!(room.read("chosen"), room.read("c"));
    let keys = room.json("setup c --pk pk --vk vk");
    let proof = room.json("prove c --pk pk --input input.json -o proof --receipt receipt.json");
    assert_eq!(proof["verifying_key_digest"], keys["verifying_key_digest"]);
    let verified = room.json("verify proof --vk vk");
    assert_eq!(room.json("verify receipt.json --vk vk")["public"], verified["public"]);
    let receipt: Value = serde_json::from_slice(&room.read("receipt.json")).unwrap();
    assert_eq!(receipt["proof"].as_str().map(str::len), Some(2 * 160));
    // Both modes give the same public values; their proofs and keys do not mix.
    room.accept("setup plain --pk plain.pk --vk plain.vk");
    room.accept("prove plain --pk plain.pk --input input.json -o plain.proof");
    let also = room.json("verify plain.proof --vk plain.vk");
    assert_eq!(also["public"], verified["public"]);
    room.fail(2, "verify plain.proof --vk vk", &["another circuit"]);
    room.fail(2, "verify proof --vk plain.vk", &["another circuit"]);
    room.fail(2, "prove c --pk plain.pk --input input.json -o no", &["key is for circuit"]);
    room.fail(2, "export c --to circom", &["needs commitments"]);
    room.fail(2, "setup c --mode groth16", &["compiled as it is"]);
    assert!(!room.list().iter().any(|f| f == "no" || f == "circom"));
}

#[test]
fn a_program_serves_where_a_circuit_does() {
    let room = Room::with(ROOT, r#"{"x": -1234, "square": 1522756}"#);
    room.accept("setup .");
    room.accept("prove . --pk root.pk");
    assert!(room.accept("verify root.proof --vk root.vk").contains("accepted"));
    assert!(room.accept("witness .").contains("square = 1522756"));
    room.accept("compile .");
    let names = ["input.json", "model.zirc", "root.circuit", "root.pk", "root.proof", "root.vk"];
    assert_eq!(room.list(), names);
}

#[test]
fn the_same_source_gives_the_same_circuit() {
    let room = Room::with(ROOT, "{}");
    room.accept("compile . -o a");
    room.accept("compile model.zirc -o b");
    assert_eq!(room.read("a"), room.read("b"));
    // Comments are no part of the digest.
    let digest = room.json("compile . -o a")["digest"].clone();
    room.write("model.zirc", format!("// a remark\n{ROOT}"));
    assert_eq!(room.json("compile . -o a")["digest"], digest);
}

#[test]
fn proofs_differ_unless_seeded() {
    let room = Room::prepared();
    let prove = |seed: &str, name: &str| {
        room.accept(&format!("prove c --pk pk --input input.json -o {name} {seed}"));
        room.read(name)
    };
    assert_ne!(prove("", "a"), prove("", "b"));
    assert_eq!(prove("--seed 7", "a"), prove("--seed 7", "b"));
    room.accept("setup c --pk p1 --vk v1 --seed 1");
    room.accept("setup c --pk p2 --vk v2 --seed 1");
    assert_eq!(room.read("p1"), room.read("p2"));
    assert_ne!(room.read("pk"), room.read("p1"));
    // A key of one's own making, checked point by point.
    room.accept("prove c --pk p1 --check-key --input input.json -o a");
    room.accept("verify a --vk v2");
}

#[test]
fn public_values_that_the_verifier_expects() {
    let room = Room::proved();
    room.write("public.json", r#"{"square": 1522756}"#);
    room.accept("verify proof --vk vk --public public.json");
    room.accept("verify receipt.json --vk vk --public public.json");
    room.write("public.json", r#"{"square": 1522757}"#);
    let words = ["other public values", "`square` is 1522756 there and 1522757"];
    room.fail(1, "verify proof --vk vk --public public.json", &words);
    room.fail(1, "verify receipt.json --vk vk --public public.json", &words);
    room.write("public.json", "{}");
    let words = ["input `square`: missing"];
    room.fail(2, "verify proof --vk vk --public public.json", &words);
    room.write("public.json", r#"{"square": 1522756, "x": 1234}"#);
    room.fail(2, "verify proof --vk vk --public public.json", &["no such input"]);
    room.write("public.json", r#"{"square": 4294967296}"#);
    room.fail(2, "verify proof --vk vk --public public.json", &["outside 0 to 4294967295"]);
}

#[test]
fn outputs_replace_no_input() {
    let room = Room::prepared();
    let source = room.read("model.zirc");
    room.fail(2, "compile model.zirc -o model.zirc", &["must not be replaced"]);
    room.fail(2, "setup c --pk c --vk v", &["must not be replaced"]);
    room.fail(2, "setup c --pk k --vk ./k", &["different files"]);
    room.fail(2, "prove c --pk pk --input input.json -o pk", &["must not be replaced"]);
    room.fail(2, "compile . -o nowhere/c", &["there is no folder nowhere"]);
    room.fail(2, "compile . -o .", &["is a folder"]);
    assert_eq!(room.read("model.zirc"), source);
}

/// A receipt is checked with nothing but itself and a digest.
#[test]
fn a_receipt_needs_a_digest_alone() {
    let room = Room::proved();
    let receipt: Value = serde_json::from_slice(&room.read("receipt.json")).unwrap();
    let digest = receipt["verifying_key_digest"].as_str().unwrap().to_owned();
    let alone = Room::new();
    alone.write("receipt.json", room.read("receipt.json"));
    let text = alone.accept(&format!("verify receipt.json --key-digest {digest}"));
    for words in [
        "The prover knows private inputs `x`, of their types, with which circuit `root` runs on `square` = 1522756",
        "the key in the receipt, whose digest you gave",
        "repeated, and bound by nothing\n  made by zirc: ",
        "the key was made by\n  a single party",
        "not claimed\n  truth: ",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
    let words = ["a receipt is checked by a key that you trust", &digest];
    alone.fail(2, "verify receipt.json", &words);
    // What is no digest is no command line.
    for text in ["00", &digest.to_uppercase()] {
        let end = alone.zirc(&format!("verify receipt.json --key-digest {text}"));
        assert_eq!(end.code, 2);
        assert!(end.err.contains("expected 64 lowercase hexadecimal digits"), "{}", end.err);
    }
    let other = format!("verify receipt.json --key-digest {}", "ab".repeat(32));
    alone.fail(1, &other, &["verifying_key_digest: expected abab"]);
    room.fail(
        2,
        "verify proof",
        &["a proof file is checked by a verifying key: name it with --vk"],
    );
    // Another key in its place, with its own digest: not the one that is trusted.
    room.accept("setup c --pk pk2 --vk vk2");
    room.accept("prove c --pk pk2 --input input.json -o proof2 --receipt receipt2.json");
    room.fail(1, &format!("verify receipt2.json --key-digest {digest}"), &["by another key"]);
    // Notes are of whoever hands the receipt over: they steer no terminal, and end no line.
    let mut noted = receipt.clone();
    noted["notes"]["zirc"] = "1\n\nthe key was made by\n  everybody\u{1b}[2J\r".into();
    room.write("noted.json", noted.to_string());
    let text = room.accept(&format!("verify noted.json --key-digest {digest}"));
    assert!(
        text.contains(r"made by zirc: 1\n\nthe key was made by\n  everybody\u{1b}[2J\r"),
        "{text}"
    );
    assert_eq!(text.matches("\nthe key was made by\n").count(), 1);
    let version = String::from_utf8(room.read("receipt.json")).unwrap();
    room.write("old.json", version.replacen("\"receipt\": 4", "\"receipt\": 2", 1));
    let words = ["a receipt of version 2; this zirc reads version 4"];
    room.fail(2, &format!("verify old.json --key-digest {digest}"), &words);
}
