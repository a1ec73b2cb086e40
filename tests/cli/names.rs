//! What models call things: inputs, results, dimensions, and files that are not there.

use crate::room::Room;
use serde_json::{Value, json};
use std::path::Path;

fn fixture(file: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    root.join("tests/onnx/names").join(file).display().to_string()
}

/// The model with its dimensions.
fn model() -> String {
    format!("{} --dim batch=1 --dim X.1=4", fixture("names.onnx"))
}

/// What onnxruntime gives.
fn results() -> Value {
    serde_json::from_str(&std::fs::read_to_string(fixture("results.json")).unwrap()).unwrap()
}

/// Outputs of a command by name, as numbers.
fn outputs(ended: &Value) -> Value {
    let of = |p: &Value| {
        let values = p["values"].as_array().unwrap().iter();
        let values = values.map(|v| v.as_str().unwrap().parse::<f64>().unwrap());
        (p["name"].as_str().unwrap().to_owned(), json!(values.collect::<Vec<_>>()))
    };
    let all = ended["public"].as_array().unwrap().iter();
    Value::Object(all.filter(|p| p["direction"] == "output").map(of).collect())
}

fn floats(results: &Value, names: &[&str]) -> Value {
    let of = |n: &&str| {
        let list = results[*n].as_array().unwrap().iter().map(|v| v.as_f64().unwrap());
        ((*n).to_owned(), json!(list.collect::<Vec<_>>()))
    };
    Value::Object(names.iter().map(of).collect())
}

const ALL: [&str; 3] = ["out:0", "label", "dense/bias:0"];

/// One run names every open dimension, and what it says to add is enough.
#[test]
fn one_round_tells_every_dimension() {
    let room = Room::new();
    // Without the calibration data beside it, which has other sizes.
    room.write("names.onnx", std::fs::read(fixture("names.onnx")).unwrap());
    let bare = "names.onnx";
    let end = room.zirc(&format!("compile {bare} -o c"));
    assert_eq!(end.code, 2);
    for part in [
        "input `input.1`: dimension 0 is symbolic: `batch`",
        "input `X`: dimension 0 is symbolic: `batch`, dimension 1 is unknown",
    ] {
        assert!(end.err.contains(part), "{part} is not in {}", end.err);
    }
    let (_, flags) = end.err.split_once("fix them: ").unwrap();
    assert_eq!(flags.lines().next().unwrap().trim(), "--dim batch=1 --dim X.1=1");
    room.accept(&format!("compile {bare} {} -o c", flags.lines().next().unwrap()));
}

/// The model's names are those of every file, and what follows from it too.
#[test]
fn names_stay_what_they_are() {
    let room = Room::new();
    room.write(
        "input.json",
        r#"{"input.1": [[0.5, -1.25, 1.5]], "X": [[0.25, 0.75, -0.5, 0.75]]}"#,
    );
    let wanted = floats(&results(), &ALL);
    let ended = room.json(&format!("run {} --input input.json --out out", model()));
    assert_eq!(outputs(&ended), wanted);
    let receipt: Value = serde_json::from_slice(&room.read("out/receipt.json")).unwrap();
    let names: Vec<&str> =
        receipt["public"].as_array().unwrap().iter().map(|p| p["name"].as_str().unwrap()).collect();
    assert_eq!(names, ALL);
    // The program has identifiers, and says what they stand for; the circuit is the same.
    let made = room.json(&format!("import {} -o names.zirc", model()));
    let direct = room.json(&format!("compile {} -o direct.circuit", model()));
    assert_eq!(made["digest"], direct["digest"]);
    let text = String::from_utf8(room.read("names.zirc")).unwrap();
    for part in
        ["#[named(input_1, \"input.1\")]", "#[named(x, \"X\")]", "#[named(out_0, \"out:0\")]"]
    {
        assert!(text.contains(part), "{part} is not in {text}");
    }
    // label is an identifier: it needs no other name.
    assert!(!text.contains("#[named(label"), "{text}");
    let edited = text.replace("// Relu", "// The edited Relu");
    assert_ne!(edited, text);
    room.write("names.zirc", edited);
    let ended = room.json("witness names.zirc --input input.json -o values.json");
    assert_eq!(outputs(&ended), wanted);
    let values: Value = serde_json::from_slice(&room.read("values.json")).unwrap();
    assert!(values.to_string().contains("input.1"), "{values}");
    // A data set in the model's names fits the program.
    room.write(
        "data.json",
        json!({
            "input.1": [[[0.5, -1.25, 1.5]]], "X": [[[0.25, 0.75, -0.5, 0.75]]],
            "out:0": [[results()["out:0"]]], "dense/bias:0": [[results()["dense/bias:0"]]],
            "label": [results()["label"]],
        })
        .to_string(),
    );
    let ended = room.json("eval names.zirc --data data.json");
    assert_eq!((&ended["agree"], &ended["accurate"]["circuit"]), (&json!(1), &json!(1)));
}

#[test]
fn an_input_of_another_name_is_said_by_the_model_s() {
    let room = Room::new();
    room.write(
        "input.json",
        r#"{"input.2": [[0.5, -1.25, 1.5]], "X": [[0.25, 0.75, -0.5, 0.75]]}"#,
    );
    let line = format!("witness {} --input input.json", model());
    let words = [
        "input `input.2`: the circuit has no such input (its inputs are input.1, X)",
        "input `input.1`: missing from the file (which has X, input.2)",
    ];
    room.fail(2, &line, &words);
}

#[test]
fn inputs_in_order() {
    let room = Room::new();
    let file = fixture("input.json");
    let wanted = floats(&results(), &ALL);
    let ended = room.json(&format!("witness {} --input {file}", model()));
    assert_eq!(outputs(&ended), wanted);
    room.accept(&format!("import {} -o names.zirc", model()));
    assert_eq!(outputs(&room.json(&format!("witness names.zirc --input {file}"))), wanted);
    // As calibration data it is one sample.
    let end = room.zirc(&format!("compile {} --calibrate {file} -o c", model()));
    assert_eq!(end.code, 0, "{}", end.err);
    assert!(end.err.contains("on 1 samples of the calibration data"), "{}", end.err);
    room.write("few.json", r#"{"input_data": [[0.5, -1.25, 1.5]]}"#);
    let words = ["`input_data` has 1 list, expected one for each input: input.1 [1, 3], X [1, 4]"];
    room.fail(2, &format!("witness {} --input few.json", model()), &words);
    room.fail(2, &format!("compile {} --calibrate few.json -o c2", model()), &words);
    room.write("short.json", r#"{"input_data": [[0.5, -1.25], [1, 2, 3, 4]]}"#);
    let words = ["input `input.1`: expected 3 numbers for the shape [1, 3], got 2"];
    room.fail(2, &format!("witness {} --input short.json", model()), &words);
}

#[test]
fn chosen_results() {
    let room = Room::new();
    let file = fixture("input.json");
    let of =
        |flags: &str| outputs(&room.json(&format!("witness {} --input {file} {flags}", model())));
    assert_eq!(of("--output label"), floats(&results(), &["label"]));
    let two = room
        .json(&format!("witness {} --input {file} --output dense/bias:0 --output label", model()));
    assert_eq!(outputs(&two), floats(&results(), &["dense/bias:0", "label"]));
    // Any tensor that a node gives.
    let relu: Vec<f64> = results()["dense/bias:0"]
        .as_array()
        .unwrap()
        .iter()
        .map(|v| v.as_f64().unwrap().max(0.0))
        .collect();
    assert_eq!(of("--output act.1"), json!({ "act.1": relu }));
    let cost = |flags: &str| {
        let made = room.json(&format!("compile {} {flags} -o c", model()));
        made["constraints"].as_u64().unwrap()
    };
    assert!(cost("--output dense/bias:0") < cost(""));
    // Every command that takes a model takes it.
    for command in ["inspect", "eval --data", "import", "run --input", "compare --data"] {
        let data = if command.ends_with("data") { fixture("calibrate.npz") } else { String::new() };
        let data = if command.ends_with("input") { file.clone() } else { data };
        let line = format!("{command} {data} {} --output label", model());
        let end = room.zirc(&line);
        assert_eq!(end.code, 0, "{line}: {}", end.err);
        let line = format!("{command} {data} {} --output lable", model());
        let end = room.zirc(&line);
        assert_eq!(end.code, 2, "{line}");
        let words = "--output lable: no node gives such a tensor";
        assert!(end.err.contains(words), "{line}: {}", end.err);
        let help = "did you mean `label`? there are `out:0`, `label`, `dense/bias:0`, `act.1`";
        assert!(end.err.contains(help), "{line}: {}", end.err);
    }
    // Who sees them is said beside them.
    let seen = room.accept(&format!("inspect {} --output label --output private", model()));
    assert!(!seen.contains("everybody") && seen.contains("label"), "{seen}");
}

/// Where there is no model, `--output` is the file, as it always was.
#[test]
fn output_of_a_program_is_a_file() {
    let room = Room::with(crate::room::ROOT, r#"{"x": 1234, "square": 1522756}"#);
    room.accept("compile . --output c");
    assert!(room.path("c").is_file());
    room.accept("witness c --input input.json --output values.json");
    assert!(room.path("values.json").is_file());
    room.fail(2, "compile . --output d -o e", &["--output is given twice"]);
    room.fail(2, "inspect . --output label", &["is no .onnx model"]);
    room.fail(2, "inspect c --output label", &["is a circuit, compiled as it is"]);
}

#[test]
fn a_pointer_in_place_of_a_file() {
    let room = Room::new();
    let pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n";
    for name in ["model.onnx", "input.json", "data.npz", "c", "vk"] {
        room.write(name, pointer);
    }
    room.write("p.zirc", crate::room::ROOT);
    let said = "this is a git-lfs pointer, not the file: run `git lfs pull`";
    for line in [
        "inspect model.onnx",
        "witness p.zirc --input input.json",
        "witness p.zirc --input data.npz",
        "inspect c",
        "setup c --pk pk --vk new",
        "verify p.zirc --vk vk",
        "prove p.zirc --pk vk --input p.json",
    ] {
        room.write("p.json", r#"{"x": 1234, "square": 1522756}"#);
        let end = room.zirc(line);
        assert_eq!(end.code, 2, "{line}: {}", end.err);
        assert!(end.err.contains(said), "{line}: {}", end.err);
    }
    // One that is long, or has it further on, is a file.
    room.write("long.json", format!("{pointer}{}", " ".repeat(1024)));
    let end = room.zirc("witness p.zirc --input long.json");
    assert!(!end.err.contains("git-lfs"), "{}", end.err);
}
