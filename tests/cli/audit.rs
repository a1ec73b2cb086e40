//! audit, and hints that need not be unique: where they are listed.

use crate::room::{Room, example};
use serde_json::Value;

/// Either root of a square, by the author's leave; the quotient and remainder are pinned.
const PROGRAM: &str = "\
fn root(y: field) -> field {
    #[nondet(\"either root will do\")]
    let r: field = hint 3 * inverse(y) * y;
    assert r * r == y;
    r * r
}
circuit c(private y: field, public u: u8) -> public q: _ {
    let q: u4 = hint div(u, 16);
    let r: u4 = hint mod(u, 16);
    assert u == 16 * q + r;
    let s = root(y);
    assert s == y;
    q
}
";

#[test]
fn audit_says_what_pins_each_hint() {
    let room = Room::with(PROGRAM, r#"{"y": "9", "u": 165}"#);
    let text = room.accept("audit .");
    for words in [
        "c\n  q  ranged parts that do not overlap (model.zirc:10)\n",
        "root\n  r  nondet: either root will do\n",
        "3 hints, 1 not shown unique by the author's leave\n",
    ] {
        assert!(text.contains(words), "{text}");
    }
    assert_eq!(room.accept("audit . --circuit c"), text);
    assert!(text.contains(" constraints enforce all "), "{text}");
    let json = room.json("audit .");
    assert_eq!(json["nondet"], 1);
    let circuit = &json["circuits"][0];
    let [asked, unchanged, solved, merged] =
        ["asked-for", "unchanged", "solved", "merged"].map(|k| circuit[k].as_u64().unwrap());
    assert_eq!((asked, &circuit["circuit"]), (unchanged + solved + merged, &"c".into()));
    assert!(solved > 0, "{circuit}");
    let q = &json["functions"][0]["hints"][0];
    assert_eq!((&q["hint"], &q["verdict"]), (&"q".into(), &"unique".into()));
    assert_eq!(q["because"][0]["constraints"][0]["line"], 10);
    let text = room.accept(&format!("audit {}", example("digits").display()));
    assert!(text.contains("hints, all unique"), "{text}");
}

#[test]
fn audit_refuses_with_a_counterexample() {
    let room = Room::with(
        "circuit c(public u: u4) -> public r: _ {
    let q: bit = hint div(u, 16);
    let r: field = hint mod(u, 16);
    assert (raw(u) as field) == 16 * (q as field) + r;
    r
}
",
        "{}",
    );
    let words = [
        "error[E0301]: hint `r` may take more than one value",
        "type `field` puts no bound on r",
        "the only constraint on r",
        "counterexample over F_31: u = 0 allows (q, r) = (0, 0), (1, 15)",
    ];
    let audited = room.zirc("audit .");
    assert_eq!(audited.code, 1);
    assert!(words.iter().all(|w| audited.err.contains(w)), "{}", audited.err);
    assert!(audited.out.ends_with("2 hints, 2 refused\n"), "{}", audited.out);
    for command in ["check .", "compile . -o c", "inspect ."] {
        room.fail(2, command, &words);
    }
    let json: Value = serde_json::from_str(&room.zirc("audit . --json").out).unwrap();
    assert_eq!(json["refused"], 2);
    assert_eq!(json["diagnostics"][0]["code"], "E0301");
}

#[test]
fn an_escape_is_listed_from_check_to_receipt() {
    let room = Room::with(PROGRAM, r#"{"y": "9", "u": 165}"#);
    let checked = room.zirc("check .");
    assert!(checked.err.contains("warning[E0305]"), "{}", checked.err);
    assert!(checked.err.contains("either root will do"), "{}", checked.err);
    room.accept("compile . -o c");
    let line = "nondet       r in root: either root will do\n";
    assert!(room.accept("inspect c").contains(line));
    assert_eq!(room.json("inspect c")["nondet"][0]["hint"], "r");
    room.accept("setup c --pk pk --vk vk --seed 1");
    room.accept("prove c --pk pk --input input.json -o p --receipt r.json --seed 1");
    let text = room.accept("verify p --vk vk");
    assert!(text.contains("nondet  r in root: either root will do\n"), "{text}");
    let receipt: Value = serde_json::from_slice(&room.read("r.json")).unwrap();
    let told = serde_json::json!([
        { "function": "root", "hint": "r", "reason": "either root will do" }
    ]);
    assert_eq!(receipt["nondet"], told);
    assert_eq!(room.json("verify r.json --vk vk")["nondet"], told);
    let mut silent = receipt;
    silent["nondet"] = serde_json::json!([]);
    room.write("silent.json", silent.to_string());
    room.fail(1, "verify silent.json --vk vk", &["length of nondet: expected 1, got 0"]);
}
