//! `zirc run`.

use crate::room::{ROOT, Room, SCORE, example};

#[test]
fn a_first_proof() {
    let room = Room::with(ROOT, r#"{"x": 1234, "square": 1522756}"#);
    let text = room.accept("run .");
    for words in ["proved and verified", "square = 1522756", "input-range", "zirc-out/root/proof"] {
        assert!(text.contains(words), "{text}");
    }
    let vk = "--vk zirc-out/root/verifying-key";
    room.accept(&format!("verify zirc-out/root/proof {vk}"));
    room.accept(&format!("verify zirc-out/root/receipt.json {vk}"));
    let mut names: Vec<String> = std::fs::read_dir(room.path("zirc-out/root"))
        .unwrap()
        .map(|e| e.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(names, ["proof", "receipt.json", "verifying-key"]);
}

#[test]
fn for_machines() {
    let room = Room::with(SCORE, r#"{"x": [1.5, -0.25, 2], "bias": -3}"#);
    let json = room.json("run model.zirc --out elsewhere/deep");
    assert_eq!(json["command"], "run");
    assert_eq!(json["circuit"], "score");
    assert_eq!(json["public"][0]["values"][0], "-3");
    assert_eq!(json["public"][1]["name"], "y");
    assert_eq!(json["public"][1]["direction"], "output");
    assert_eq!(json["public"][1]["raw"][0], "80");
    assert_eq!(json["public"][1]["values"][0], "5");
    assert_eq!(json["sizes"]["proof_bytes"], 128);
    let layers: u64 =
        json["layers"].as_array().unwrap().iter().map(|l| l["constraints"].as_u64().unwrap()).sum();
    assert_eq!(json["constraints"].as_u64(), Some(layers));
    assert!(room.path("elsewhere/deep/receipt.json").exists());
}

#[test]
fn a_false_claim_is_rejected_with_its_line_and_values() {
    let room = Room::with(ROOT, r#"{"x": 1234, "square": 1522757}"#);
    let words = ["assertion fails: x is not a root", "model.zirc:2:5", "assert x * x == square"];
    room.fail(1, "run .", &words);
    room.fail(1, "run .", &["left is 1522756, right is 1522757"]);
    let ended = room.zirc("run . --json");
    let json: serde_json::Value = serde_json::from_str(&ended.out).unwrap();
    let assertion = &json["error"]["assertion"];
    assert_eq!(assertion["file"], "model.zirc");
    assert_eq!(assertion["line"], 2);
    assert_eq!(assertion["left"], "1522756");
    assert_eq!(assertion["right"], "1522757");
    assert_eq!(assertion["message"], "x is not a root");
}

#[test]
fn of_several_circuits_the_one_whose_inputs_fit() {
    let two = "circuit one(private a: i8) -> public b: _ { a * a }\n\
               circuit two(private a: i8[2]) -> public b: _ { a[0] * a[1] }\n";
    let room = Room::with(two, r#"{"a": [3, 4]}"#);
    assert_eq!(room.json("run .")["circuit"], "two");
    room.fail(2, "run . --circuit one", &["input.json", "`a`", "expected shape []", "got [2]"]);
    room.write("input.json", r#"{"z": 1}"#);
    room.fail(2, "run .", &["several circuits", "--circuit one or --circuit two"]);
    room.fail(2, "run . --circuit three", &["there is no circuit `three`", "one, two"]);
}

#[test]
fn inputs_that_the_program_binds_to_a_file() {
    let program = "struct W { a: i8[2], b: i8 }\n\
                   circuit c(private w: W = file(\"w.json\"), private x: i8[2]) -> public y: _ {\n\
                       w.a[0] * x[0] + w.a[1] * x[1] + w.b\n}\n";
    let room = Room::with(program, r#"{"x": [10, 1]}"#);
    room.write("w.json", r#"{"a": [2, 3], "b": 4}"#);
    assert_eq!(room.json("run .")["public"][0]["values"][0], "27");
    room.write("input.json", r#"{"x": [10, 1], "w.b": 5}"#);
    assert_eq!(room.json("run .")["public"][0]["values"][0], "28");
    room.write("w.json", r#"{"a": [2, 3]}"#);
    room.write("input.json", r#"{"x": [10, 1]}"#);
    room.fail(2, "run .", &["w.json", "input `w.b`", "no tensor `b`"]);
}

#[test]
fn programs_are_found_in_their_folder() {
    let room = Room::new();
    room.fail(2, "run nowhere", &["nowhere: no such file or folder"]);
    room.fail(2, "run .", &["no .zirc file and no .onnx model in this folder"]);
    room.write("b.zirc", ROOT);
    assert!(room.accept("check .").contains("b.zirc"));
    room.write("c.zirc", ROOT);
    room.fail(2, "check .", &["several .zirc files"]);
    room.fail(2, "run b.zirc", &["no values for x, square", "there is no", "input.json"]);
}

#[test]
fn the_main_example() {
    let room = Room::new();
    let json = room.json(&format!("run {}", example("digits").display()));
    assert_eq!(json["public"][0]["name"], "digit");
    assert_eq!(json["public"][0]["values"][0], "9");
    assert!(json["constraints"].as_u64().unwrap() <= 1800);
}

/// What an output's integers stand for is printed, and is in the receipt, where nobody can change it.
#[test]
fn labels_are_named() {
    let program = "#[labels(species, \"setosa\", \"virginica\")]\n\
                   circuit least(private x: u4[2]) -> public species: _ { argmin(x) }";
    let room = Room::with(program, r#"{"x": [7, 3]}"#);
    let text = room.accept("run .");
    assert!(text.contains("species = 1 (\"virginica\")"), "{text}");
    let verify = "--vk zirc-out/least/verifying-key";
    let text = room.accept(&format!("verify zirc-out/least/receipt.json {verify}"));
    assert!(text.contains("species = 1 (\"virginica\")"), "{text}");
    let receipt = String::from_utf8(room.read("zirc-out/least/receipt.json")).unwrap();
    assert!(receipt.contains("\"names\""), "{receipt}");
    room.write("other.json", receipt.replace("virginica", "setosa"));
    room.fail(1, &format!("verify other.json {verify}"), &["assumptions"]);
    let json = room.json("run . --out again");
    assert_eq!(json["public"][0]["names"][0], "virginica");
}
