//! Results that are posted without a proof, as the guide tells it. What the contract does is tested in `evm/`.

use crate::room::{Room, block};
use serde_json::{Value, json};
use sha3::{Digest, Keccak256};

const PAGE: &str = include_str!("../../docs/src/optimistic.md");

/// The page's program after all commands of the page.
fn room() -> Room {
    let room = Room::new();
    room.write("price/model.zirc", block(PAGE, "zirc"));
    room.write("price/input.json", r#"{"flat": [80, 12, 3, 40]}"#);
    room.accept("test price");
    for line in block(PAGE, "sh").lines() {
        room.accept(line.strip_prefix("zirc ").unwrap());
    }
    room
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold("0x".into(), |text, b| format!("{text}{b:02x}"))
}

fn unhex(text: &str) -> Vec<u8> {
    let digits = text.strip_prefix("0x").unwrap();
    (0..digits.len())
        .step_by(2)
        .map(|k| u8::from_str_radix(&digits[k..k + 2], 16).unwrap())
        .collect()
}

fn word(n: u64) -> Vec<u8> {
    [vec![0; 24], n.to_be_bytes().to_vec()].concat()
}

/// The contract's event about result 7.
fn event(signature: &str, digest: &str, data: &[u8]) -> Value {
    let first = hex(&Keccak256::digest(signature));
    json!([{ "address": "0x", "topics": [first, hex(&word(7)), digest, hex(&word(1))], "data": hex(data) }])
}

fn challenged(digest: &str, deadline: u64) -> String {
    event("Challenged(uint256,bytes32,address,uint256)", digest, &word(deadline)).to_string()
}

/// The event of a result; its digest is that of these values under a key.
fn posted(key: &str, inputs: &[u8], outputs: &[u8]) -> String {
    let mut all = b"zirc result v1".to_vec();
    all.resize(32, 0);
    all.extend(unhex(&format!("0x{key}")));
    all.extend([0; 32]);
    all.extend(Keccak256::digest(inputs));
    all.extend(Keccak256::digest(outputs));
    let pad = |bytes: &[u8]| {
        let mut out = word(bytes.len() as u64);
        out.extend(bytes);
        out.resize(out.len().next_multiple_of(32), 0);
        out
    };
    let (first, second) = (pad(inputs), pad(outputs));
    let data = [word(99), word(96), word(96 + first.len() as u64), first, second].concat();
    let event = event(
        "Posted(uint256,bytes32,address,uint256,bytes,bytes)",
        &hex(&Keccak256::digest(all)),
        &data,
    );
    event.to_string()
}

#[test]
fn the_page_does_what_it_says() {
    let room = room();
    let contract = String::from_utf8(room.read("contracts/ZircOptimistic.sol")).unwrap();
    assert!(contract.contains("contract ZircOptimistic "));
    let ran = room.json("run price --no-proof --vk price.vk --out out");
    let digest = format!("0x{}", ran["result"]["digest"].as_str().unwrap());
    let sent = room.json("export out/result.json --calldata --vk price.vk --result-id 7");
    assert_eq!(sent["digest"], digest);
    assert_eq!(sent["inputs"], "0x500c0328");
    let call = |name: &str| unhex(sent[name].as_str().unwrap());
    let challenge = &Keccak256::digest("challenge(uint256,bytes32)")[..4];
    assert_eq!(call("challenge"), [challenge, &word(7)[..], &unhex(&digest)].concat());
    assert_eq!(call("settle"), [&Keccak256::digest("settle(uint256)")[..4], &word(7)].concat());
    assert_eq!(call("post")[..4], Keccak256::digest("post(bytes,bytes,bytes32)")[..4]);
    room.write("log.json", challenged(&digest, u64::MAX));
    let prove = "prove price.circuit --pk price.pk --input price/input.json -o p";
    let proved = room.json(&format!("{prove} --answer log.json"));
    let answer = &proved["answer"];
    assert_eq!((&answer["result_id"], &answer["deadline"]), (&7.into(), &u64::MAX.into()));
    let later = room.json("export p --calldata --vk price.vk --result-id 7");
    assert_eq!(answer["data"], later["answer"]);
    let function = Keccak256::digest("answer(uint256,bytes,bytes,bytes)");
    assert_eq!(unhex(answer["data"].as_str().unwrap())[..4], function[..4]);
    // Without a challenge there is no answer, and too late it is said.
    assert_eq!(room.json(prove)["answer"], Value::Null);
    room.write("late.json", challenged(&digest, 1_700_000_000));
    let late = room.zirc(&format!("{prove} --answer late.json"));
    assert_eq!(late.code, 0);
    assert!(late.err.contains("too late"), "{}", late.err);
}

#[test]
fn another_result_is_not_proved() {
    let room = room();
    let sent = room.json("export out/result.json --calldata --vk price.vk");
    let digest = sent["digest"].as_str().unwrap();
    room.write("log.json", challenged(digest, u64::MAX));
    room.write("other.json", r#"{"flat": [80, 12, 3, 41]}"#);
    let asked = "prove price.circuit --pk price.pk -o p --answer";
    room.fail(2, &format!("{asked} log.json --input other.json"), &["is asked for", &digest[2..]]);
    room.accept("setup price.circuit --pk b.pk --vk b.vk");
    let other_key = "prove price.circuit --pk b.pk -o p --answer log.json --input price/input.json";
    room.fail(2, other_key, &["is asked for"]);
    let key = room.json("run price --no-proof --vk price.vk --out out");
    let key = key["verifying_key_digest"].as_str().unwrap();
    room.write("posted.json", posted(key, &[80, 12, 3, 40], &[0]));
    let input = "--input price/input.json";
    room.fail(2, &format!("{asked} posted.json {input}"), &["a challenge is expected"]);
    room.write("not.json", "{}");
    room.fail(2, &format!("{asked} not.json {input}"), &["not an entry of a log"]);
}

#[test]
fn what_others_posted_is_run() {
    let room = room();
    let ran = room.json("run price --no-proof --vk price.vk --out out");
    let key = ran["verifying_key_digest"].as_str().unwrap();
    let outputs = unhex(
        room.json("export out/result.json --calldata --vk price.vk")["outputs"].as_str().unwrap(),
    );
    // The folder's own input is another.
    room.write("price/input.json", r#"{"flat": [1, 2, 3, 4]}"#);
    let look = "run price --no-proof --vk price.vk --posted log.json";
    room.write("log.json", posted(key, &[80, 12, 3, 40], &outputs));
    assert_eq!(room.json(look)["right"], true);
    let said = |outputs: &[u8]| {
        room.write("log.json", posted(key, &[80, 12, 3, 40], outputs));
        let ended = room.zirc(look);
        assert_eq!(ended.code, 1, "{ended:#?}");
        ended.out
    };
    let mut other = outputs.clone();
    *other.last_mut().unwrap() ^= 1;
    let text = said(&other);
    assert!(text.contains("25699 was posted, and the circuit gives 25700"), "{text}");
    assert!(text.contains("ended at 99"), "{text}");
    assert!(said(&vec![0xff; outputs.len()]).contains("no proof can be made"));
    assert!(said(&[]).contains("no proof can be made"));
    // Of another key it is no result of this contract.
    room.accept("setup price.circuit --pk b.pk --vk b.vk");
    room.write("log.json", posted(key, &[80, 12, 3, 40], &outputs));
    room.fail(2, &look.replace("price.vk", "b.vk"), &["it is of another contract"]);
    room.write("log.json", challenged(&hex(&[0; 32]), 9));
    room.fail(2, look, &["a posted result is expected"]);
}

/// An input that a circuit refuses has no proof, whatever was posted.
#[test]
fn what_fails_an_assertion_is_wrong() {
    let room = Room::with(
        "circuit small(public x: u8) -> public y: _ { assert x < 10, \"too large\"; x + 1 }\n",
        r#"{"x": 3}"#,
    );
    room.accept("compile . -o c");
    room.accept("setup c --pk pk --vk vk");
    let ran = room.json("run . --no-proof --vk vk --out out");
    let key = ran["verifying_key_digest"].as_str().unwrap();
    room.write("log.json", posted(key, &[10], &[10]));
    let ended = room.zirc("run . --no-proof --vk vk --posted log.json");
    assert_eq!(ended.code, 1, "{ended:#?}");
    assert!(ended.out.contains("too large"), "{}", ended.out);
}

#[test]
fn a_result_is_no_receipt() {
    let room = room();
    let key = room.json("run price --no-proof --vk price.vk --out out");
    let digest = key["verifying_key_digest"].as_str().unwrap();
    let nothing = "there is nothing to verify";
    room.fail(2, "verify out/result.json --vk price.vk", &[nothing]);
    room.fail(2, &format!("verify out/result.json --key-digest {digest}"), &[nothing]);
    room.fail(2, "break out/result.json", &[nothing]);
    let text = String::from_utf8(room.read("out/result.json")).unwrap();
    assert!(text.contains("Nothing is proved yet."));
    room.write("forged.json", text.replace("25700", "25701"));
    room.fail(1, "export forged.json --calldata --vk price.vk", &["digest"]);
    room.write("forged.json", text.replace("\"proof\": \"\"", "\"proof\": \"00\""));
    room.fail(1, "export forged.json --calldata --vk price.vk", &["proof"]);
    room.write("forged.json", text.replace("\"posted_result\": 1", "\"posted_result\": 2"));
    room.fail(2, "export forged.json --calldata --vk price.vk", &["version 2"]);
}

/// What follows from more than is shown is not called wrong, and no salt is made for what others have posted.
#[test]
fn what_was_not_shown_may_be_another() {
    let text =
        "circuit added(public x: u8, private w: u8) -> public y: _ { assert w < 9; x + w }\n";
    let room = Room::with(text, r#"{"x": 3, "w": 4}"#);
    room.accept("compile . -o c");
    room.accept("setup c --pk pk --vk vk");
    let ran = room.json("run . --no-proof --vk vk --out out");
    let key = ran["verifying_key_digest"].as_str().unwrap();
    room.write("log.json", posted(key, &[3], &[0, 7]));
    let look = "run . --no-proof --vk vk --posted log.json";
    assert_eq!(room.json(look)["right"], true);
    for input in [r#"{"w": 5}"#, r#"{"w": 10}"#] {
        room.write("mine.json", input);
        let ended = room.zirc(&format!("{look} --input mine.json"));
        assert_eq!(ended.code, 1, "{ended:#?}");
        assert!(ended.out.contains("it may be right all the same"), "{}", ended.out);
        assert!(!ended.out.contains("WRONG"), "{}", ended.out);
    }
    // Whatever is private, these have no proof.
    room.write("log.json", posted(key, &[3], &[0xff, 0xff]));
    assert!(room.zirc(look).out.contains("WRONG"));

    let text = "circuit named(public x: u8, committed w: u8) -> public y: _ { x + w }\n";
    let room = Room::with(text, r#"{"x": 3, "w": 4}"#);
    room.accept("compile . -o c");
    let made = room.json("setup c --pk pk --vk vk");
    let key = made["verifying_key_digest"].as_str().unwrap();
    room.write("log.json", posted(key, &[3], &[0; 34]));
    room.fail(2, look, &["w.salt.json", "there is no such salt"]);
}

/// A model that is hidden is named by its commitment, and the salt of what is committed to is kept.
#[test]
fn hidden_models_and_salts() {
    let text = "circuit scored(public x: i8[3], committed w: i8[3]) -> public y: _ { sum j { w[j] * x[j] } }\n";
    let room = Room::with(text, r#"{"x": [1, 2, 3], "w": [4, 5, 6]}"#);
    room.accept("compile . --mode groth16-commit -o c");
    room.accept("setup c --pk pk --vk vk");
    room.accept("commit c --pk pk --input input.json -o model.opening");
    let run = "run . --mode groth16-commit --no-proof --vk vk --out out";
    room.fail(2, run, &["--opening", "--model"]);
    let ran = room.json(&format!("{run} --opening model.opening"));
    assert!(ran["model_commitment"].is_string());
    let digest = format!("0x{}", ran["result"]["digest"].as_str().unwrap());
    room.write("log.json", challenged(&digest, u64::MAX));
    room.accept(
        "prove c --pk pk --input input.json --opening model.opening -o p --answer log.json",
    );
    // In plain Groth16 the commitment is an output, and the answer has the same.
    room.accept("compile . -o d");
    room.accept("setup d --pk dk --vk dv");
    let ran = room.json("run . --no-proof --vk dv --out hashed");
    let digest = format!("0x{}", ran["result"]["digest"].as_str().unwrap());
    room.write("log.json", challenged(&digest, u64::MAX));
    room.accept("prove . --pk dk --input input.json -o q --answer log.json");
    assert_eq!(room.json("run . --no-proof --vk dv --out hashed")["result"]["digest"], digest[2..]);
    room.fail(2, "run . --no-proof --vk vk --out out", &["of another circuit"]);
}
