//! What a circuit's author says that proofs do not cover, and what an imported model says of its quantization.

use crate::room::Room;
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};

fn fixture(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/onnx/quantization").join(file)
}

fn sha256(path: &Path) -> String {
    let bytes = std::fs::read(path).unwrap();
    Sha256::digest(bytes).iter().map(|b| format!("{b:02x}")).collect()
}

/// A room with a model, calibration data and an input of its own.
fn model() -> Room {
    let room = Room::new();
    for (from, to) in [("relu.onnx", "relu.onnx"), ("cal.npz", "calibrate.npz")] {
        room.write(to, std::fs::read(fixture(from)).unwrap());
    }
    let x: Vec<f64> = (0..64).map(|k| f64::from(k % 7) / 8.0 - 0.375).collect();
    room.write("input.json", serde_json::json!({ "x": [x] }).to_string());
    room
}

#[test]
fn what_is_assumed_is_shown_and_bound() {
    let program = "#[assumes(\"x is \\\"rounded\\\" to quarters\")]\n\
                   circuit twice(private x: q2.2) -> public y: _ { x + x }";
    let room = Room::with(program, r#"{"x": 1.25}"#);
    let said = "x is \"rounded\" to quarters";
    let summary = room.accept("inspect .");
    assert!(summary.contains(&format!("\nassumes      {said}\n")), "{summary}");
    assert_eq!(room.json("inspect .")["assumptions"], serde_json::json!([said]));
    room.accept("run .");
    let verify = "--vk zirc-out/twice/verifying-key";
    let text = room.accept(&format!("verify zirc-out/twice/receipt.json {verify}"));
    assert!(text.contains(&format!("\nassumptions\n  {said}\n")), "{text}");
    let receipt = String::from_utf8(room.read("zirc-out/twice/receipt.json")).unwrap();
    room.write("other.json", receipt.replace("to quarters", "to eighths"));
    room.fail(1, &format!("verify other.json {verify}"), &["assumptions"]);
}

#[test]
fn a_text_that_is_no_line_is_refused() {
    let program = "#[assumes(\"a\\nchecked\")]\ncircuit c(private x: u2) -> public y: _ { x }";
    let room = Room::with(program, "{}");
    let title = "an assumption is one line of visible characters, and U+000A is none";
    room.fail(2, "check .", &["E0116", title]);
}

#[test]
fn a_model_s_receipt_says_how_it_was_quantized() {
    let room = model();
    let (onnx, data) = (sha256(&fixture("relu.onnx")), sha256(&fixture("cal.npz")));
    room.accept("run relu.onnx --input input.json");
    let folder = "zirc-out/relu_model";
    let text = room.accept(&format!("verify {folder}/receipt.json --vk {folder}/verifying-key"));
    for said in [
        format!("\n  the model is an ONNX file with SHA-256 {onnx}\n"),
        format!(
            " calibration data in a file with SHA-256 {data}, from the least value to the greatest\n"
        ),
    ] {
        assert!(text.contains(&said), "{said} is not in {text}");
    }
    let receipt = String::from_utf8(room.read(&format!("{folder}/receipt.json"))).unwrap();
    let json: serde_json::Value = serde_json::from_str(&receipt).unwrap();
    for text in json["assumptions"].as_array().unwrap() {
        let text = text.as_str().unwrap();
        assert!(!text.contains('/') && !text.contains(".onnx") && !text.contains(".npz"), "{text}");
    }
    // The measurement is a note: of how many samples, and of what beside what.
    let fidelity = json["notes"]["fidelity"].as_str().unwrap();
    assert!(fidelity.starts_with("on ") && fidelity.contains(" samples of the calibration data"));
    assert!(fidelity.contains("the circuit is within") && fidelity.contains("of the float model"));
    for (from, to) in [(onnx.as_str(), data.as_str()), ("to at most 8", "to at most 9")] {
        assert!(receipt.contains(from), "{receipt}");
        room.write("other.json", receipt.replace(from, to));
        room.fail(1, &format!("verify other.json --vk {folder}/verifying-key"), &["assumptions"]);
    }
    room.write("noted.json", receipt.replace(fidelity, "perfect"));
    room.accept(&format!("verify noted.json --vk {folder}/verifying-key"));
}

#[test]
fn proving_in_steps_says_the_same() {
    let room = model();
    room.accept("compile relu.onnx -o c");
    room.accept("setup c --pk pk --vk vk");
    room.accept("prove relu.onnx --pk pk --input input.json -o proof --receipt receipt.json");
    let json: serde_json::Value = serde_json::from_slice(&room.read("receipt.json")).unwrap();
    let fidelity = json["notes"]["fidelity"].as_str().unwrap();
    assert!(fidelity.contains(" samples of the calibration data the circuit is within"));
    let all = json["assumptions"].as_array().unwrap();
    assert!(all[0].as_str().unwrap().ends_with(&sha256(&fixture("relu.onnx"))), "{all:?}");
}

/// What a quantization file decided is named by its own digest, and where it is on the disk decides nothing.
#[test]
fn choices_are_named_by_their_file() {
    let room = model();
    room.accept("import relu.onnx -o relu.zirc");
    let types = "relu.quantization.toml";
    // What the import said of its choices goes with them; without it the file stands for itself.
    let text = String::from_utf8(room.read(types)).unwrap();
    let (choices, said) = text.split_once("[origin]").unwrap();
    assert!(said.contains("calibration data"), "{said}");
    room.write(types, choices);
    let made = room.json(&format!("compile relu.onnx --quantization {types} -o c"));
    let said = room.json("inspect c")["assumptions"].as_array().unwrap().clone();
    let last = said.last().unwrap().as_str().unwrap();
    assert!(last.contains(&sha256(&room.path(types))), "{last}");
    let text = room.read(types);
    room.write("elsewhere/t.toml", &text);
    let again = room.json("compile relu.onnx --quantization elsewhere/t.toml -o d");
    assert_eq!(made["digest"], again["digest"]);
    room.write("t.toml", [text.as_slice(), b"# edited\n"].concat());
    let edited = room.json("compile relu.onnx --quantization t.toml -o e");
    assert_ne!(made["digest"], edited["digest"]);
}
