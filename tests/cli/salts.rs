//! Commitments by hash and their salts: made once, never in silence.

use super::room::Room;
use serde_json::Value;

/// Two committed values, of which only one has a file, and an assertion that `commit` does not ask.
const PROGRAM: &str = "circuit score(
    committed w: i8[6] = file(\"w.json\"),
    committed bias: i12,
    private x: i8[6],
) -> public y: _ {
    let s = (sum i { w[i] * x[i] }) + bias;
    assert s >= 0;
    relu(s)
}";

fn room() -> Room {
    let room = Room::with(PROGRAM, r#"{"x": [1, 2, 3, 4, 5, -6], "bias": 700}"#);
    room.write("w.json", r#"{"w": [3, -1, 4, 1, -5, 9]}"#);
    room
}

/// The commitments among public values.
fn shown(public: &Value) -> Vec<String> {
    let all = public.as_array().unwrap().iter();
    let own = all.filter(|p| p["name"].as_str().unwrap().ends_with(".commitment"));
    own.map(|p| p["raw"][0].as_str().unwrap().to_string()).collect()
}

#[test]
fn a_commitment_is_made_once_and_shown_by_every_proof() {
    let room = room();
    let made = room.json("commit .");
    let own = |name: &str| made["commitments"][name].as_str().unwrap().to_string();
    let expected = [own("w.commitment"), own("bias.commitment")];
    assert_ne!(expected[0], expected[1]);
    assert_eq!(room.json("commit .")["commitments"], made["commitments"]);
    assert_eq!(shown(&room.json("run . --out o")["public"]), expected);
    assert_eq!(shown(&room.json("witness .")["public"]), expected);
    // The model alone is enough, and other inputs change nothing.
    room.write("bias.json", r#"{"bias": 700}"#);
    assert_eq!(room.json("commit . --input bias.json")["commitments"], made["commitments"]);
    room.write("bias.json", r#"{"bias": 701}"#);
    let other = room.json("commit . --input bias.json");
    assert_eq!(other["commitments"]["w.commitment"], expected[0]);
    assert_ne!(other["commitments"]["bias.commitment"], expected[1]);
    #[cfg(unix)]
    for file in ["w.salt.json", "bias.salt.json"] {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(room.path(file)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{file}");
    }
}

#[test]
fn a_salt_that_is_gone_is_an_error() {
    let room = room();
    let first = shown(&room.json("run . --out o")["public"]);
    room.accept("compile . -o c");
    room.accept("setup c --pk pk --vk vk");
    std::fs::remove_file(room.path("w.salt.json")).unwrap();
    let why = ["w.salt.json: there is no such salt", "put it back where it was made", "--new-salt"];
    for line in [
        "run . --out o",
        "witness .",
        "prove . --pk pk -o proof",
        "export . --to circom --input input.json",
    ] {
        room.fail(2, line, &why);
        assert!(!room.path("w.salt.json").exists(), "{line}");
    }
    // Another circuit in the same folder was never shown.
    room.write("other.zirc", "circuit other(committed v: i4) -> public y: _ { v + 1 }");
    room.write("v.json", r#"{"v": 3}"#);
    room.accept("run other.zirc --input v.json --out o");
    room.accept("run . --out o");
    std::fs::remove_file(room.path("w.salt.json")).unwrap();
    let second = shown(&room.json("run . --out o --new-salt")["public"]);
    assert_ne!(first[0], second[0]);
    assert_eq!(first[1], second[1]);
    assert!(room.path("w.salt.json").exists());
}

/// Whoever keeps salts elsewhere gives them with the values.
#[test]
fn a_salt_may_come_with_the_input() {
    let room = room();
    let input = r#"{"x": [1, 2, 3, 4, 5, -6], "bias": 700, "bias.salt": "7", "w.salt": "8"}"#;
    room.write("input.json", input);
    let made = room.json("commit .");
    let shown = shown(&room.json("run . --out o")["public"]);
    let own = |name: &str| made["commitments"][name].as_str().unwrap().to_string();
    assert_eq!(shown, [own("w.commitment"), own("bias.commitment")]);
    assert!(!room.list().iter().any(|f| f.ends_with(".salt.json")));
    room.write("input.json", input.replace("\"8\"", "\"9\""));
    let other = room.json("commit .");
    assert_ne!(other["commitments"]["w.commitment"], shown[0]);
    assert_eq!(other["commitments"]["bias.commitment"], shown[1]);
}

#[test]
fn what_proves_nothing_leaves_no_salt() {
    let room = room();
    room.accept("explain . --input input.json");
    room.accept("compare . --measure");
    for file in ["w.salt.json", "bias.salt.json"] {
        assert!(!room.path(file).exists(), "{file}");
    }
}

#[test]
fn there_must_be_something_to_commit_to() {
    let room = Room::with("circuit c(private x: u4) -> public y: _ { x }", r#"{"x": 1}"#);
    room.fail(2, "commit .", &["the circuit has nothing to commit to", "--weights committed"]);
    let room = self::room();
    room.accept("compile . --mode groth16-commit -o c");
    room.fail(2, "commit c", &["name the proving key with --pk"]);
}
