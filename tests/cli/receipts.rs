//! Receipts as anybody could send them: each is refused with words, at once, and nothing panics.

use super::room::Room;
use serde_json::Value;

fn room() -> (Room, String, String) {
    let room = Room::proved();
    let text = String::from_utf8(room.read("receipt.json")).unwrap();
    let json: Value = serde_json::from_str(&text).unwrap();
    let digest = json["verifying_key_digest"].as_str().unwrap().to_owned();
    (room, text, digest)
}

#[test]
fn odd_receipts_are_refused_with_words() {
    let (room, text, digest) = room();
    let field = |name: &str| -> String {
        let json: Value = serde_json::from_str(&text).unwrap();
        json[name].as_str().unwrap().to_owned()
    };
    let square = 1_522_756u64;
    // The same element of the field.
    let beyond = "21888242871839275222246405745257275088548364400416034343698204186575810018373";
    let deep = format!("{}{}", "[".repeat(200_000), "]".repeat(200_000));
    let cases: [(&str, String, i32, &str); 13] = [
        (
            "twice",
            text.replacen("\"circuit\":", "\"circuit\": \"root\", \"circuit\":", 1),
            2,
            "duplicate field `circuit`",
        ),
        (
            "version",
            text.replacen("\"receipt\": 4", "\"receipt\": 5", 1),
            2,
            "a receipt of version 5; this zirc reads version 4",
        ),
        ("unknown", text.replacen('{', "{ \"valid\": true,", 1), 2, "unknown field `valid`"),
        (
            "deep",
            text.replacen("\"claims\": []", &format!("\"claims\": {deep}"), 1),
            2,
            "recursion limit exceeded",
        ),
        (
            "short digest",
            text.replacen(&field("circuit_digest"), &field("circuit_digest")[1..], 1),
            1,
            "circuit_digest: expected",
        ),
        (
            "long digest",
            text.replacen(&field("circuit_digest"), &format!("{}00", field("circuit_digest")), 1),
            1,
            "circuit_digest: expected",
        ),
        (
            "key digest",
            text.replacen(&digest, &digest[2..], 1),
            1,
            "verifying_key_digest: expected",
        ),
        (
            "upper-case digest",
            text.replacen(&field("circuit_digest"), &field("circuit_digest").to_uppercase(), 1),
            1,
            "circuit_digest: expected",
        ),
        (
            "upper-case key",
            text.replacen(&field("verifying_key"), &field("verifying_key").to_uppercase(), 1),
            1,
            "verifying_key: ",
        ),
        (
            "upper-case proof",
            text.replacen(&field("proof"), &field("proof").to_uppercase(), 1),
            1,
            "proof: not a proof in lowercase hexadecimal",
        ),
        (
            "field element",
            text.replace(&format!("\"{square}\""), &format!("\"{beyond}\"")),
            1,
            "is outside 0 to 4294967295",
        ),
        (
            "leading zero",
            text.replace(&format!("\"{square}\""), &format!("\"0{square}\"")),
            1,
            "is not an integer",
        ),
        ("half", text[..text.len() / 2].to_owned(), 2, "EOF while parsing"),
    ];
    for (what, changed, code, words) in cases {
        assert_ne!(changed, text, "{what}");
        room.write("odd.json", changed);
        for by in [format!("--key-digest {digest}"), "--vk vk".into()] {
            room.fail(code, &format!("verify odd.json {by}"), &[words]);
        }
    }
}

/// 100 MB that are JSON of the right layout, with very many values: refused by their number.
#[test]
fn a_receipt_of_100_megabytes_is_refused_by_its_number_of_values() {
    let (room, text, digest) = room();
    let many = "\"1\",".repeat(25 << 20);
    for list in ["\"raw\": [", "\"claims\": ["] {
        let end = if list.contains("claims") { "\"1\"" } else { "" };
        room.write("large.json", text.replacen(list, &format!("{list}{many}{end}"), 1));
        let ended = room.zirc(&format!("verify large.json --key-digest {digest}"));
        let words = "values in the receipt, where one under this key has at most";
        assert!(ended.code == 1 && ended.err.contains(words), "{ended:?}");
    }
    room.write("large.json", format!("{{\"x\": \"{}\"}}", "a".repeat(300 << 20)));
    room.fail(2, "verify large.json --vk vk", &["large.json"]);
}

/// Whose key it is decides what its names are: none of them writes a line of its own.
#[test]
fn names_of_others_stay_on_their_line() {
    let program = "#[named(x, \"x\u{202e}\\\" accepted: all\")] #[labels(y, \"3\", \"a\\\"b\")]
        circuit c(public x: bit) -> public y: bit { x }";
    let room = Room::with(program, r#"{"x": 1}"#);
    let said = room.zirc("run . --out o --input values.json");
    assert_eq!(said.code, 2);
    room.write("values.json", "{\"x\u{202e}\\\" accepted: all\": 0}");
    let said = room.accept("run . --out o --input values.json");
    assert!(said.contains("y = 0 (\"3\")  (output, bit)"), "{said}");
    let digest: Value = serde_json::from_slice(&room.read("o/receipt.json")).unwrap();
    let digest = digest["verifying_key_digest"].as_str().unwrap();
    let said = room.accept(&format!("verify o/receipt.json --key-digest {digest}"));
    assert!(said.contains("  x\\u{202e}\" accepted: all = 0  (input, bit)"), "{said}");
    assert!(!said.contains('\u{202e}'), "{said}");
}
