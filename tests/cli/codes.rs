//! Codes of diagnostics: `explain E0401`, and the line that names it below diagnostics.

use crate::room::Room;
use serde_json::Value;
use zirc_compiler::{EXPLANATIONS, explanation};

#[test]
fn every_code_is_explained_in_either_case() {
    let room = Room::new();
    for e in EXPLANATIONS {
        let text = room.accept(&format!("explain {}", e.code));
        assert!(text.starts_with(&format!("{}: {}\n\n", e.code, e.title())), "{text}");
        assert!(!text.contains("```"), "{text}");
    }
    let text = room.accept("explain E0401");
    assert_eq!(room.accept("explain e0401"), text);
    let blocks = "\n  gives E0401:\n    fn fifth(x: i64) -> _ {\n        x ** 5\n    }\n";
    assert!(text.contains(blocks) && text.contains("\n  compiles:\n    fn "), "{text}");
}

#[test]
fn codes_for_machines() {
    let json = Room::new().json("explain e0401");
    let e = explanation("E0401").unwrap();
    let expected = serde_json::json!({ "code": e.code, "title": e.title(), "text": e.text });
    assert_eq!(json["diagnostic"], expected);
}

#[test]
fn unknown_codes_are_answered_with_the_nearest() {
    let room = Room::new();
    let there_is_no = |code: &str| format!("there is no diagnostic {code}, nor a file or folder");
    for (typed, code, nearest) in [
        ("E9999", "E9999", "help: the nearest codes are E0904, E0902 and E0901"),
        ("e0403", "E0403", "help: the nearest codes are E0402, E0401 and E0307"),
        ("E0903", "E0903", "help: the nearest codes are E0902, E0904 and E0901"),
        ("E00000", "E0000", "help: the nearest codes are E0001, E0002 and E0003"),
    ] {
        room.fail(2, &format!("explain {typed}"), &[&there_is_no(code), nearest]);
    }
    // Zeros may be left out; what is no code is a file.
    assert_eq!(room.accept("explain E401"), room.accept("explain E0401"));
    for file in ["E", "E+401", "E0401x", "x0401", "E99999999999", "./E0401"] {
        room.fail(2, &format!("explain {file}"), &["no such file"]);
    }
    let words = ["--layer is for circuits; E0401 is the code of a diagnostic"];
    room.fail(2, "explain E0401 --layer relu", &words);
}

#[test]
fn a_file_or_folder_goes_before_a_code() {
    let program = "circuit c(private x: i4, private y: i4) -> public z: _ { x * y }";
    let room = Room::new();
    room.write("E0401/model.zirc", program);
    assert!(room.accept("explain E0401").starts_with("c: "));
    assert!(room.accept("explain E0402").starts_with("E0402: "));
    room.write("model.zirc", program);
    room.accept("compile model.zirc -o e0402");
    assert!(room.accept("explain e0402").starts_with("c: "));
}

/// What is said below the diagnostics of a program.
fn last_line(program: &str, command: &str) -> String {
    let err = Room::with(program, "{}").zirc(command).err;
    assert_eq!(err.matches("for more about").count(), 1, "{err}");
    err.lines().last().unwrap_or_default().to_owned()
}

#[test]
fn the_codes_that_were_shown_are_named_once_in_the_end() {
    let one = "circuit a(private x: i16) -> public y: i8 { x as i8 }\n";
    let same = "circuit b(private x: i16) -> public y: i8 { x as i8 }\n";
    let names = "circuit c(private x: i8) -> public y: _ { x + nothing }\n";
    let shapes = "fn d(x: i8[3], y: i8[4]) -> _ { x + y }\n";
    let index = "fn e(x: i8[3]) -> _ { x[7] }\n";
    let all = [one, same, names, shapes, index].concat();
    let line = "for more about E0203: zirc explain E0203";
    assert_eq!(last_line(&[one, same].concat(), "check ."), line);
    assert_eq!(last_line(&[one, same].concat(), "check . --json"), line);
    let line = "for more about E0203 and E0101: zirc explain CODE";
    assert_eq!(last_line(&[one, names].concat(), "check ."), line);
    // Three of the four.
    let line = last_line(&all, "check .");
    assert_eq!(line.matches("E0").count(), 3, "{line}");
    assert!(
        line.starts_with("for more about E0") && line.ends_with(": zirc explain CODE"),
        "{line}"
    );
    // Of two tests that fail, after both; and a warning.
    let tests = "test a { assert 1 == 2; } test b { assert 2 == 3; }";
    assert_eq!(last_line(tests, "test ."), "for more about E0501: zirc explain E0501");
    let free = "circuit c(private x: field) -> public y: field {
        #[nondet(\"any\")] let r: field = hint x; assert r * r == x; r }";
    assert_eq!(last_line(free, "check ."), "for more about E0305: zirc explain E0305");
}

#[test]
fn what_has_no_code_names_none() {
    let room = Room::with("circuit c(private x: i8) -> public y: _ { x }", "{}");
    for line in ["check .", "check none.zirc", "explain . --layer none", "witness . -o w"] {
        let err = room.zirc(line).err;
        assert!(!err.contains("for more about"), "{err}");
    }
    // The object for machines has no such line.
    let room = Room::with("circuit a(private x: i16) -> public y: i8 { x as i8 }\n", "{}");
    let out = room.zirc("check . --json").out;
    let json: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(json["error"]["diagnostics"].as_array().map(Vec::len), Some(1));
    assert!(!out.contains("for more about"), "{out}");
}
