//! Predictions of time, memory and key size against what setup and proof then take.
//!
//! ```sh
//! cargo test --release --test forecast -- --ignored --nocapture
//! ```
#![cfg(target_os = "linux")]

use serde_json::Value;
use std::path::Path;
use std::process::Command;

fn squares(n: usize, ty: &str) -> (String, String) {
    let program = format!(
        "circuit c(private x: {ty}[{n}], private y: {ty}[{n}]) {{
             for i {{ assert x[i] * x[i] == y[i]; }}
         }}"
    );
    // Values that fill the type: of the field, −1 has all its bits, and a square that is small.
    let order = "21888242871839275222246405745257275088548364400416034343698204186575808495617";
    let large: num_bigint::BigInt = order.parse().unwrap();
    let value = |i: usize| match ty {
        "field" => &large - (large.clone() >> (1 + i % 3)),
        _ => (i % 2).into(),
    };
    let list = |f: &dyn Fn(usize) -> num_bigint::BigInt| {
        let all: Vec<String> = (0..n).map(|i| format!("\"{}\"", f(i))).collect();
        all.join(",")
    };
    let square = |i: usize| value(i) * value(i) % &large;
    (program, format!("{{\"x\": [{}], \"y\": [{}]}}", list(&value), list(&square)))
}

fn zirc(folder: &Path, arguments: &[&str]) -> Value {
    let binary = env!("CARGO_BIN_EXE_zirc");
    let end = Command::new(binary).args(arguments).current_dir(folder).output().unwrap();
    assert!(end.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&end.stderr));
    serde_json::from_slice(&end.stdout).unwrap()
}

/// Predicted and measured, and their ratio.
fn compare(what: &str, predicted: f64, measured: f64, unit: &str) -> f64 {
    let ratio = predicted / measured;
    println!(
        "{what:>34}: predicted {predicted:9.1} {unit}, took {measured:9.1} {unit}, {ratio:.2}"
    );
    ratio
}

fn judge(name: &str, program: &str, mode: &str, input: &str) {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    zirc(here, &["compile", program, "--mode", mode, "-o", "c", "--json"]);
    let setup = zirc(here, &["setup", "c", "--pk", "pk", "--vk", "vk", "--json"]);
    let proof = zirc(here, &["prove", "c", "--pk", "pk", "--input", input, "-o", "p", "--json"]);
    let size = std::fs::metadata(here.join("pk")).unwrap().len();
    assert_eq!(setup["forecast"]["proving_key"].as_u64(), Some(size), "{name}");
    for (what, run, ms) in [("setup", &setup, "setup_ms"), ("proof", &proof, "prove_ms")] {
        let predicted = &run["forecast"][what];
        let mb = |v: &Value| v.as_f64().unwrap() / 1e6;
        let (label, ms) = (format!("{name}, {what}"), run[ms].as_f64().unwrap());
        compare(&label, predicted["ms"].as_f64().unwrap(), ms, "ms");
        let ratio = compare(&label, mb(&predicted["memory"]), mb(&run["peak_memory_bytes"]), "MB");
        assert!((0.5..2.0).contains(&ratio), "{name}: memory of {what}");
    }
}

#[test]
#[ignore = "a measurement"]
fn forecasts() {
    let folder = tempfile::tempdir().unwrap();
    for (name, n, ty) in
        [("bits", 1 << 18, "u1"), ("squares", 1 << 16, "field"), ("more", 1 << 18, "field")]
    {
        let (program, input) = squares(n, ty);
        let path = |end: &str| folder.path().join(format!("{name}.{end}"));
        std::fs::write(path("zirc"), program).unwrap();
        std::fs::write(path("json"), input).unwrap();
        let [program, input] = ["zirc", "json"].map(|e| path(e).to_str().unwrap().to_owned());
        judge(name, &program, "groth16", &input);
    }
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    for (name, mode) in [
        ("digits", "groth16"),
        ("onnx/mlp", "groth16"),
        ("onnx/mlp", "groth16-commit"),
        ("onnx/cnn", "groth16"),
        ("onnx/cnn", "groth16-commit"),
    ] {
        let program = examples.join(name);
        let input = program.join("input.json");
        let [program, input] = [program, input].map(|p| p.to_str().unwrap().to_owned());
        judge(&format!("{name} {mode}"), &program, mode, &input);
    }
}
