//! check, inspect, test, help: commands that only look.

use crate::room::{ROOT, Room, example, zirc_in};
use serde_json::Value;
use std::io::Read;
use std::process::{Command, Stdio};

#[test]
fn check_finds_all_mistakes_at_once() {
    let room = Room::with(ROOT, "{}");
    let text = room.accept("check .");
    assert!(text.contains("no mistakes, 1 circuit (root)"), "{text}");
    room.write(
        "model.zirc",
        "circuit a(private x: i16) -> public y: i8 { x as i8 }\n\
         circuit b(private x: i8) -> public y: _ { x + nothing }\n",
    );
    let words = ["error[E0203]", "model.zirc:1:45", "error[E0101]", "model.zirc:2:47"];
    room.fail(2, "check .", &words);
    let json: Value = serde_json::from_str(&room.zirc("check . --json").out).unwrap();
    let codes = json["error"]["diagnostics"].as_array().unwrap().iter().map(|d| &d["code"]);
    assert_eq!(codes.collect::<Vec<_>>(), ["E0203", "E0101"]);
}

#[test]
fn check_warns_of_names_and_accepts_the_program() {
    let text = "circuit c(private x: i8, public k: u8) -> public y: _ { let z = x; 2 * x }";
    let room = Room::with(text, "{}");
    let ended = room.zirc("check .");
    assert_eq!(ended.code, 0, "{ended:#?}");
    assert!(ended.out.contains("no mistakes"), "{}", ended.out);
    for words in ["warning[E0118]: nothing reads the input `k`", "model.zirc:1:61"] {
        assert!(ended.err.contains(words), "{}", ended.err);
    }
    let json = room.json("check .");
    let codes = json["warnings"].as_array().unwrap().iter().map(|w| &w["code"]);
    assert_eq!(codes.collect::<Vec<_>>(), ["E0118", "E0117"]);
    assert!(!room.zirc("compile . -o c").err.contains("E0117"));
}

#[test]
fn inspect_from_source_and_from_a_file() {
    let room = Room::prepared();
    let text = room.accept("inspect c");
    assert_eq!(room.accept("inspect ."), text);
    for words in ["by layer", "by function", "by line", "by category", "assert x * x == square"] {
        assert!(text.contains(words), "{text}");
    }
    let lines = room.accept("inspect c --by line");
    assert!(lines.starts_with("  line"), "{lines}");
    assert!(!lines.contains("category"), "{lines}");
    let json = room.json("inspect c");
    for by in ["layer", "function", "line", "category"] {
        let groups = json["by"][by].as_array().unwrap();
        let sum: u64 = groups.iter().map(|g| g["constraints"].as_u64().unwrap()).sum();
        assert_eq!(json["report"]["constraints"].as_u64(), Some(sum), "{by}");
    }
    assert!(room.json("inspect . --by category")["by"]["line"].is_null());
    room.fail(2, "inspect c --circuit other", &["circuit `root`, not `other`"]);
}

#[test]
fn tests_of_an_example() {
    let room = Room::new();
    let text = room.accept(&format!("test {}", example("relu").display()));
    assert!(text.contains("test relu_values ... ok"), "{text}");
    assert!(text.contains("ensures relu<q3.4> ... ok, exhaustive: 256 inputs"), "{text}");
    let filtered = room.json(&format!("test {} cost", example("relu").display()));
    assert_eq!(filtered["tests"].as_array().unwrap().len(), 1);
}

#[test]
fn promises_on_many_inputs_are_sampled() {
    let room = Room::new();
    room.write(
        "p.zirc",
        "fn twice(x: i32) -> y: _ ensures y == x + x { 2 * x }\n\
         test t { assert twice(3) == 6; }\n",
    );
    assert!(room.accept("test p.zirc").contains("ensures twice ... ok, sampled: 256 inputs"));
}

#[test]
fn a_file_without_tests_passes() {
    let room = Room::with(ROOT, "{}");
    assert!(room.accept("test .").contains("0 passed, 0 failed"));
}

#[test]
fn the_standard_library_passes_its_own_tests() {
    let room = Room::new();
    let json = room.json("test std relu");
    assert!(json["tests"].as_array().unwrap().len() >= 3);
    assert_eq!(json["failed"], 0);
    assert_eq!(room.json("test --std relu")["tests"], json["tests"]);
    let all = room.json("test --std");
    assert_eq!(all["tests"], room.json("test std")["tests"]);
    assert_eq!(all["failed"], 0);
}

#[test]
fn help_comes_with_examples() {
    let room = Room::new();
    let commands = [
        "", "run", "check", "compile", "inspect", "setup", "witness", "prove", "verify", "test",
        "eval",
    ];
    for command in commands {
        let help = room.accept(&format!("{command} --help"));
        assert!(help.contains("Examples:"), "{command}: {help}");
        assert!(help.contains("--json"), "{command}: {help}");
    }
    for line in ["", "fly", "verify", "run . --fast", "verify proof"] {
        assert_eq!(room.zirc(line).code, 2, "zirc {line}");
    }
}

/// Nobody reads to the end: that is no error, and no panic.
#[test]
fn a_closed_pipe() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_zirc"))
        .args(["inspect", example("digits").to_str().unwrap(), "--json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let mut err = String::new();
    child.stderr.take().unwrap().read_to_string(&mut err).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0), "{err}");
    assert_eq!(err, "");
}

#[test]
fn nothing_is_written_next_to_the_example() {
    let room = Room::new();
    let ended = zirc_in(&room.path(""), &format!("check {}", example("digits").display()));
    assert_eq!(ended.code, 0);
    assert!(room.list().is_empty());
}
