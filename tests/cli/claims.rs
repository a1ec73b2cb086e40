//! Claims: what a receipt says of values that nobody sees, of programs and of models.

use crate::room::{Room, block};
use serde_json::{Value, json};
use std::path::Path;

const PAGE: &str = include_str!("../../docs/src/claims.md");

#[test]
fn the_page_does_what_it_says() {
    let room = Room::new();
    room.write("loan/model.zirc", block(PAGE, "zirc"));
    room.write("loan/input.json", r#"{"applicant": [10, 5, 100, 20]}"#);
    for line in block(PAGE, "sh").lines() {
        room.accept(line.strip_prefix("zirc ").unwrap());
    }
    let receipt: Value = serde_json::from_slice(&room.read("proved/receipt.json")).unwrap();
    assert_eq!(receipt["claims"], json!(["score in 2000..3000", "answer == \"granted\""]));
    assert_eq!(receipt["independent_of"], json!(["applicant[3]"]));
    assert_eq!(
        receipt["statement"],
        "The prover knows private inputs `applicant`, of their types, with which circuit `loan` runs without a \
         failed assertion. It holds that `score in 2000..3000` and `answer == \"granted\"`. No output depends on \
         `applicant[3]`."
    );
    // Values that are not as claimed have no proof.
    room.write("loan/input.json", r#"{"applicant": [0, 5, 10, 20]}"#);
    room.fail(
        1,
        "run loan --out other",
        &["the circuit ensures this", "left is 2000, right is 215"],
    );
    // What the page shows of a dependence.
    room.write("other/model.zirc", block(PAGE, "zirc,norun"));
    for line in block(PAGE, "text").lines() {
        room.fail(2, "check other", &[line.trim()]);
    }
}

#[test]
fn parts_that_the_command_line_names() {
    let room = Room::new();
    let text = "circuit c(private x: u8[1, 3], public y: u8) -> public z: _ { x[0, 0] + y }";
    room.write("c/model.zirc", text);
    room.write("c/input.json", r#"{"x": [[1, 2, 3]], "y": 4}"#);
    room.accept("run c --independent-of x[2] --independent-of x[0,1] --out one");
    let receipt: Value = serde_json::from_slice(&room.read("one/receipt.json")).unwrap();
    assert_eq!(receipt["independent_of"], json!(["x[0, 2]", "x[0, 1]"]));
    room.fail(2, "compile c --independent-of x -o c.circuit", &["output `z` depends on `x`"]);
    room.fail(2, "compile c --independent-of w -o c.circuit", &["no input is called `w`"]);
    room.fail(2, "compile c --claim z>3 -o c.circuit", &["model.zirc is no .onnx model"]);
    room.accept("compile c -o c.circuit");
    let words = ["what it claims is said where it is compiled"];
    room.fail(2, "setup c.circuit --pk pk --vk vk --independent-of y", &words);
}

/// A folder with a model in `m`.
fn with_model() -> Room {
    let room = Room::new();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/onnx/logistic");
    for file in ["logistic.onnx", "calibrate.npz", "input.json"] {
        room.write(&format!("m/{file}"), std::fs::read(folder.join(file)).unwrap());
    }
    room
}

#[test]
fn claims_about_a_model() {
    let room = with_model();
    // The class of this input, as the model's own receipt has it.
    room.accept("run m --out shown");
    let shown: Value = serde_json::from_slice(&room.read("shown/receipt.json")).unwrap();
    let outputs = shown["public"].as_array().unwrap();
    let scores = outputs.iter().find(|p| p["raw"].as_array().unwrap().len() == 10).unwrap();
    let name = scores["name"].as_str().unwrap();
    let values: Vec<f64> = scores["values"].as_array().unwrap().iter().map(real).collect();
    let first = (0..10).max_by(|a, b| values[*a].total_cmp(&values[*b])).unwrap();
    let last = (0..10).min_by(|a, b| values[*a].total_cmp(&values[*b])).unwrap();
    let ok = |claims: &[String]| {
        let args: String = claims.iter().map(|c| format!(" --claim {}", tabbed(c))).collect();
        room.accept(&format!("run m --out claimed{args}"));
        let receipt: Value = serde_json::from_slice(&room.read("claimed/receipt.json")).unwrap();
        // Nothing of the result is shown.
        assert_eq!(receipt["public"], json!([]));
        // With what is said of ranks, that no tie decides them.
        let said = receipt["claims"].as_array().unwrap();
        let ranked = claims.iter().any(|c| c.contains("argmax") || c.contains("top("));
        assert_eq!(said.len(), claims.len() + usize::from(ranked));
        let clear = format!("untied::<1>({name}[0])");
        assert_eq!(said.iter().any(|c| *c == clear.as_str()), ranked);
        receipt["claims"].clone()
    };
    let said =
        ok(&[format!("argmax == {first}"), format!("{first} in top(1) && {last} != {first}")]);
    assert_eq!(said[0], format!("argmax({name}[0]) == {first}"));
    ok(&[format!("{name}[{first}] > {name}[{last}] + 0.1")]);
    for wrong in [format!("argmax == {last}"), format!("{last} in top(9)")] {
        let line = format!("run m --out claimed --claim {}", tabbed(&wrong));
        room.fail(1, &line, &["the circuit ensures this"]);
    }
    // The program that is written has the claim, and is the circuit of the model.
    let claim = tabbed(&format!("argmax == {first}"));
    let model = "import m/logistic.onnx --calibrate m/calibrate.npz -o p.zirc";
    room.accept(&format!("{model} --claim {claim}"));
    let program = String::from_utf8(room.read("p.zirc")).unwrap();
    assert!(program.contains(&format!("ensures argmax({name}[0]) == {first}")), "{program}");
    // What is on standard error is in the answer for machines.
    let json = room.json("compile m -o c --activation-bits 2 --min-snr 60");
    let warnings = json["warnings"].as_array().unwrap();
    let told = warnings.iter().filter(|w| w["severity"] == "warning" && w["code"].is_null());
    assert!(told.count() > 0, "{json:#}");
    // A pixel that no weight reads.
    room.fail(2, "compile m --independent-of nothing -o c", &["is no input of the model"]);
}

/// An argument with spaces, as a test's command has it.
fn tabbed(claim: &str) -> String {
    claim.replace(' ', "␣")
}

/// An input of a model that is named by a hash of it, as `zirc commit` computes it.
#[test]
fn inputs_of_a_model_that_are_committed_to() {
    let room = with_model();
    room.accept("run m --input committed --out shown");
    let receipt: Value = serde_json::from_slice(&room.read("shown/receipt.json")).unwrap();
    let ports = receipt["public"].as_array().unwrap();
    let hash = ports.iter().find(|p| p["name"] == "image.commitment").unwrap()["raw"][0].clone();
    assert!(ports.iter().all(|p| p["name"] != "image"));
    room.accept("compile m --input committed -o m/c.circuit");
    let text = room.accept("commit m/c.circuit --input m/input.json");
    assert!(text.contains(hash.as_str().unwrap()), "{text}: {hash}");
    // Beside a hidden model it is the same number, by the same salt, and the receipt names both.
    let both = "--input committed --weights committed --mode groth16-commit";
    room.accept(&format!("run m {both} --out other"));
    let receipt: Value = serde_json::from_slice(&room.read("other/receipt.json")).unwrap();
    let ports = receipt["public"].as_array().unwrap();
    let own = ports.iter().filter(|p| p["name"].as_str().unwrap().ends_with(".commitment"));
    let own: Vec<_> = own.map(|p| (&p["name"], &p["raw"][0])).collect();
    assert_eq!(own, [(&Value::from("image.commitment"), &hash)]);
    let model = receipt["model_commitment"].as_str().unwrap();
    let names =
        "model_commitment names all other committed parameters, `image.commitment` names `image`; ";
    let identity = receipt["model_identity"].as_str().unwrap();
    assert!(identity.starts_with(names), "{identity}");
    let digest = receipt["verifying_key_digest"].as_str().unwrap();
    let said =
        room.accept(&format!("verify other/receipt.json --key-digest {digest} --model {model}"));
    assert!(said.contains(model) && said.contains(hash.as_str().unwrap()), "{said}");
    assert_eq!(room.json("break other/receipt.json")["accepted"], 0);
    // Whichever mode is taken, inputs are named in the same way.
    room.accept("run m --input committed --mode auto --out auto");
    let receipt: Value = serde_json::from_slice(&room.read("auto/receipt.json")).unwrap();
    let text = receipt.to_string();
    assert!(text.contains(hash.as_str().unwrap()), "{text}");
    // So do integers and circuit agree.
    room.accept(&format!("eval m --data m/calibrate.npz --limit 2 {both}"));
    let wrong = room.zirc("compile m --input nobody -o c");
    assert!(wrong.err.contains("expected public, private or committed"), "{wrong:#?}");
}

fn real(v: &Value) -> f64 {
    v.as_str().unwrap().parse().unwrap()
}
