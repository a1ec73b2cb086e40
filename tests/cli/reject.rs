//! Exit code 1: the question was understood, and the answer is no.

use crate::room::Room;
use serde_json::Value;

/// A container of the runtime with another payload byte and a checksum that fits.
fn altered(bytes: &[u8], change: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
    let mut body = bytes[..bytes.len() - 32].to_vec();
    change(&mut body);
    let checksum = blake3::hash(&body);
    body.extend(checksum.as_bytes());
    body
}

/// Header of a container.
const HEADER: usize = 47;

#[test]
fn a_failing_assertion() {
    let room = Room::prepared();
    room.write("input.json", r#"{"x": -3, "square": 10}"#);
    let words = ["x is not a root", "model.zirc:2:5", "left is 9, right is 10"];
    room.fail(1, "witness c --input input.json", &words);
    room.fail(1, "prove c --pk pk --input input.json -o proof", &words);
}

#[test]
fn a_failing_element_is_named() {
    let program = "circuit c(private a: u8[3]) { for i { assert a[i] <= 9, \"digit\"; } }\n";
    let room = Room::with(program, r#"{"a": [3, 12, 11]}"#);
    room.fail(1, "witness .", &["digit", "left is 12, right is 9", "at index [1]", "2 elements"]);
}

#[test]
fn a_proof_with_another_public_value() {
    let room = Room::proved();
    let proof = room.read("proof");
    // After A, B, C, the digest of the key and the count: the first byte of the only value.
    let value = HEADER + 1 + 128 + 32 + 8;
    assert_eq!(proof[value..value + 4], 1_522_756u32.to_le_bytes());
    room.write("proof", altered(&proof, |b| b[value] ^= 1));
    room.fail(1, "verify proof --vk vk", &["proof does not verify"]);
}

#[test]
fn a_proof_with_elements_of_another() {
    let room = Room::proved();
    let first = room.read("proof");
    room.accept("prove c --pk pk --input input.json -o second");
    let second = room.read("second");
    for element in [0..32, 32..96, 96..128] {
        let range = HEADER + 1 + element.start..HEADER + 1 + element.end;
        let mixed = altered(&first, |b| b[range.clone()].copy_from_slice(&second[range.clone()]));
        room.write("mixed", mixed);
        room.fail(1, "verify mixed --vk vk", &["mixed: proof does not verify"]);
    }
}

#[test]
fn a_receipt_that_says_something_else() {
    let room = Room::proved();
    let receipt: Value = serde_json::from_slice(&room.read("receipt.json")).unwrap();
    let with = |change: &dyn Fn(&mut Value)| {
        let mut r = receipt.clone();
        change(&mut r);
        room.write("changed.json", r.to_string());
    };
    with(&|r| {
        r["public"][0]["raw"][0] = "1522757".into();
        r["public"][0]["values"][0] = "1522757".into();
    });
    room.fail(1, "verify changed.json --vk vk", &["proof does not verify"]);
    with(&|r| r["public"][0]["values"][0] = "7".into());
    room.fail(1, "verify changed.json --vk vk", &["public tensor `square`"]);
    with(&|r| r["assumptions"] = serde_json::json!(["none"]));
    room.fail(1, "verify changed.json --vk vk", &["assumptions"]);
    with(&|r| r["extra"] = 1.into());
    room.fail(2, "verify changed.json --vk vk", &["not a receipt", "extra"]);
    with(&|r| r["proof"] = "00".into());
    room.fail(
        1,
        "verify changed.json --vk vk",
        &["proof: 1 bytes, where proofs under this key have 128"],
    );
    // A point that is none: still a receipt, and refused.
    with(&|r| r["proof"] = "ff".repeat(128).into());
    room.fail(1, "verify changed.json --vk vk", &["proof: "]);
}

#[test]
fn a_proving_key_that_was_made_up() {
    let room = Room::prepared();
    let key = room.read("pk");
    // The last points of the C query, exchanged: canonical, on the curve, and wrong.
    let end = key.len() - 32;
    room.write(
        "pk",
        altered(&key, |b| {
            let last = b[end - 64..end].to_vec();
            b.copy_within(end - 128..end - 64, end - 64);
            b[end - 128..end - 64].copy_from_slice(&last);
        }),
    );
    let words = ["do not verify"];
    room.fail(2, "prove c --pk pk --input input.json -o proof", &words);
}

#[test]
fn a_test_that_fails() {
    let room = Room::new();
    room.write(
        "t.zirc",
        "fn sq(x: i8) -> _ { x * x }\n\
         test good { assert sq(3) == 9; }\n\
         test bad { assert sq(3) == 10; }\n",
    );
    let ended = room.zirc("test t.zirc");
    assert_eq!(ended.code, 1, "{ended:?}");
    assert!(ended.out.contains("test good ... ok"));
    assert!(ended.out.contains("test bad ... FAILED"));
    assert!(ended.out.contains("1 passed, 1 failed"));
    assert!(ended.err.contains("left is 9, right is 10"), "{}", ended.err);
    let json: Value = serde_json::from_str(&room.zirc("test t.zirc --json").out).unwrap();
    assert_eq!(json["code"], 1);
    assert_eq!(json["tests"][1]["ok"], false);
    assert_eq!(json["tests"][1]["diagnostics"][0]["labels"][0]["line"], 3);
}

#[test]
fn a_promise_that_is_not_kept() {
    let room = Room::new();
    room.write(
        "p.zirc",
        "fn twice(x: i8) -> y: _ ensures y > x { 2 * x }\n\
         circuit c(private x: i8) -> public y: _ { twice(x) }\n",
    );
    let ended = room.zirc("test p.zirc");
    assert_eq!(ended.code, 1, "{ended:?}");
    assert!(ended.out.contains("ensures twice ... FAILED, exhaustive"), "{}", ended.out);
    assert!(ended.err.contains("p.zirc:1:"), "{}", ended.err);
}
