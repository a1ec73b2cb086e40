//! Commitments by hash against circomlib's Poseidon, of the version in `circomlib/package.json`. Needs
//! node and npm.

#[path = "common/npm.rs"]
mod npm;
#[path = "cli/room.rs"]
#[allow(dead_code, reason = "other tests use the rest")]
mod room;

use room::Room;
use serde_json::{Value, json};
use std::path::Path;

/// Short and long tensors, of signed, unsigned and single numbers and of the field: one element, a block,
/// and several blocks.
const PROGRAM: &str = r#"struct Mixed {
    a: i8[40], b: u4[3], c: field[2], d: field[20], e: int<7..=7>[300], f: q3.4[2, 3], g: i250[7],
}
circuit mixed(committed m: Mixed = file("m.json"), committed x: i12[300], private y: i4) -> public z: _ {
    y + x[0] + m.a[0]
}
"#;

/// The largest elements of the field, among others.
const LARGE: [&str; 2] = [
    "21888242871839275222246405745257275088548364400416034343698204186575808495616",
    "904625697166532776746648320380374280103671755200316906558262375061821325311",
];

#[test]
fn commitments_are_those_of_circomlib() {
    let ints = |n: i64, k: i64, lo: i64, hi: i64| -> Vec<i64> {
        (0..n).map(|i| lo + (k * i * i + 3 * i).rem_euclid(hi - lo + 1)).collect()
    };
    let (a, b, x) = (ints(40, 7, -128, 127), ints(3, 5, 0, 15), ints(300, 11, -2048, 2047));
    let d: Vec<&str> = (0..20).map(|i| LARGE[i % 2]).collect();
    let g: Vec<&str> = (0..7).map(|i| if i == 3 { LARGE[1] } else { "-5" }).collect();
    let (e, f) = (vec![7; 300], [0.5, -8.0, 7.9375, 0.0, 1.0, -0.0625]);
    let raw: Vec<i64> = f.iter().map(|v| (v * 16.0) as i64).collect();

    let room = Room::with(PROGRAM, &json!({ "x": x, "y": 1 }).to_string());
    let m = json!({ "a": a, "b": b, "c": LARGE, "d": d, "e": e, "f": [f[..3], f[3..]], "g": g });
    room.write("m.json", m.to_string());
    let made = room.json("commit .");
    let tensor = |bits: Option<u32>, signed: bool, values: Value| match bits {
        None => json!({ "values": values }),
        Some(bits) => json!({ "bits": bits, "signed": signed, "values": values }),
    };
    for (name, tensors) in [
        (
            "m",
            vec![
                tensor(Some(8), true, json!(a)),
                tensor(Some(4), false, json!(b)),
                tensor(None, false, json!(LARGE)),
                tensor(None, false, json!(d)),
                tensor(Some(3), false, json!(e)),
                tensor(Some(8), true, json!(raw)),
                tensor(Some(250), true, json!(g)),
            ],
        ),
        ("x", vec![tensor(Some(12), true, json!(x))]),
    ] {
        let salt: Value = serde_json::from_slice(&room.read(&format!("{name}.salt.json"))).unwrap();
        let asked = json!({ "salt": salt["salt"], "tensors": tensors });
        let package = npm::installed("circomlib").join("node_modules/circomlibjs/main.js");
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/circomlib/commitment.mjs");
        let args = [package.to_str().unwrap()];
        let (ok, said) = npm::node(&room.path(""), &script, &args, &asked.to_string());
        assert!(ok, "{said}");
        assert_eq!(made["commitments"][format!("{name}.commitment")], said.trim(), "{name}");
    }
}
