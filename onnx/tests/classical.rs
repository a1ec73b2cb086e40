//! Classical models: circuits against onnxruntime.
//!
//! `tests/onnx/classical.npz` (`tests/onnx/make_classical.py`) has small models of each operator,
//! and `examples/onnx` a random forest and gradient boosting. Labels must be equal. A score y may be
//! off by 2⁻⁸·max(1, max|y|): activations have 12 bits, leaves and coefficients 16 or more.

mod imported;

use imported::{Built, npz};
use std::collections::{BTreeMap, BTreeSet};
use zirc_onnx::quantize::{Method, Settings};
use zirc_onnx::{Array, Model};

fn path(name: &str) -> String {
    format!("{}/../{name}", env!("CARGO_MANIFEST_DIR"))
}

fn decode(bytes: &[u8]) -> Model {
    let none = &mut |_: &str| Err("there is no such file".to_string());
    match Model::decode(bytes, &BTreeMap::new(), none) {
        Ok(m) => m,
        Err(f) => panic!("{f:?}"),
    }
}

/// One sample of an array of them.
fn sample(a: &Array, k: usize) -> Array {
    let size: usize = a.shape[1..].iter().product();
    Array { shape: a.shape[1..].to_vec(), data: a.data[k * size..(k + 1) * size].to_vec() }
}

fn settings(model: &Model, samples: &[Array]) -> Settings {
    let mut settings = Settings { activation_bits: 12, weight_bits: 16, ..Settings::default() };
    let all = samples.iter().map(|x| BTreeMap::from([("x".to_string(), x.clone())]));
    let samples: Vec<_> = all.collect();
    settings.ranges = Some(model.calibrate(&samples, Method::MinMax, 12).unwrap().ranges);
    settings
}

/// The largest difference that is allowed.
fn bound(want: &Array, label: bool) -> f64 {
    let size = want.data.iter().fold(1.0, |m: f64, v| m.max(v.abs()));
    if label { 0.0 } else { size / 256.0 }
}

#[test]
fn operations_one_by_one() {
    let data = npz(&std::fs::read(path("tests/onnx/classical.npz")).unwrap());
    let cases: Vec<&str> = data.keys().filter_map(|k| k.strip_suffix(".model")).collect();
    assert_eq!(cases.len(), 43);
    let only = std::env::var("ZIRC_CASES").ok();
    let mut failed = vec![];
    let mut compared = 0;
    for case in cases.into_iter().filter(|c| only.as_ref().is_none_or(|o| c.contains(o.as_str()))) {
        let bytes: Vec<u8> = data[&format!("{case}.model")].data.iter().map(|v| *v as u8).collect();
        let model = decode(&bytes);
        let x = &data[&format!("{case}.in.x")];
        let samples: Vec<Array> = (0..x.shape[0]).map(|k| sample(x, k)).collect();
        let built = Built::new(&model, false, &settings(&model, &samples));
        let start = format!("{case}.out.");
        let wanted = data.iter().filter_map(|(k, v)| Some((k.strip_prefix(&start)?, v)));
        let wanted: Vec<(&str, &Array)> = wanted.collect();
        for (k, x) in samples.into_iter().enumerate() {
            let given = BTreeMap::from([("x".to_string(), x)]);
            let in_circuit = built.run(&given);
            let in_the_clear = model.evaluate(&given).unwrap();
            for (name, all) in &wanted {
                let (want, label) = (sample(all, k), *name == "label");
                let clear = &in_the_clear[*name];
                assert_eq!(clear.data.len(), want.data.len(), "{case} {name}");
                // onnxruntime's iteration for probabilities stops there.
                let near = if case == "svc_probability" { 0.005 } else { 1e-5 };
                for (g, w) in clear.data.iter().zip(&want.data) {
                    if (g - w).abs() > if label { 0.0 } else { near * (1.0 + w.abs()) } {
                        failed.push(format!(
                            "{case} {name} of sample {k}, in the clear: {g}, not {w}"
                        ));
                    }
                }
                let limit = bound(&want, label);
                for (g, w) in in_circuit[*name].iter().zip(&want.data) {
                    compared += 1;
                    if (g - w).abs() > limit {
                        failed.push(format!(
                            "{case} {name} of sample {k}, in the circuit: {g}, not {w}"
                        ));
                    }
                }
            }
        }
    }
    let kinds: BTreeSet<&str> =
        failed.iter().map(|f| f.split(" of sample").next().unwrap_or("")).collect();
    assert!(
        failed.is_empty(),
        "{} of {compared} differ: {kinds:?}\n{}",
        failed.len(),
        failed.join("\n")
    );
}

/// A model that is wrong is refused when it is decoded or imported, by the name of its node.
#[test]
fn bad_models() {
    let table = std::fs::read_to_string(path("tests/onnx/bad.csv")).unwrap();
    let kinds =
        ["tree_", "forest_", "ensemble_", "linear_", "svm_", "scaler_", "scale_", "zero_point"];
    let mut count = 0;
    for line in table.lines().filter(|l| kinds.iter().any(|k| l.starts_with(k))) {
        let (file, names) = (line.split(',').next().unwrap(), line.rsplit(',').next().unwrap());
        let bytes = std::fs::read(path(&format!("tests/onnx/bad/{file}"))).unwrap();
        let none = &mut |_: &str| Err("there is no such file".to_string());
        let said = match Model::decode(&bytes, &BTreeMap::new(), none) {
            Ok(_) => panic!("{file} is not refused"),
            Err(f) => f.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "),
        };
        assert!(names.split(' ').all(|n| said.contains(n)), "{file}: {said}");
        count += 1;
    }
    assert!(count > 40, "{count}");
}

/// Labels that differ from onnxruntime's, the largest difference of probabilities, and constraints.
fn ensemble(name: &str) -> (usize, f64, usize) {
    let folder = format!("examples/onnx/{name}");
    let model = decode(&std::fs::read(path(&format!("{folder}/{name}.onnx"))).unwrap());
    let seen = npz(&std::fs::read(path(&format!("{folder}/calibrate.npz"))).unwrap());
    let data = npz(&std::fs::read(path(&format!("{folder}/test.npz"))).unwrap());
    let samples: Vec<Array> = (0..seen["x"].shape[0])
        .map(|k| Array { shape: vec![1, 30], ..sample(&seen["x"], k) })
        .collect();
    let built = Built::new(&model, false, &settings(&model, &samples));
    let (mut labels, mut off) = (0, 0.0f64);
    for k in 0..data["x"].shape[0] {
        let x = Array { shape: vec![1, 30], ..sample(&data["x"], k) };
        let got = built.run(&BTreeMap::from([("x".to_string(), x)]));
        labels += usize::from(got["label"] != sample(&data["float.label"], k).data);
        let want = sample(&data["float.probabilities"], k);
        let pairs = got["probabilities"].iter().zip(&want.data);
        off = pairs.fold(off, |m, (g, w)| m.max((g - w).abs()));
    }
    println!(
        "{name}: {labels} labels differ, {off}, {} constraints",
        built.circuit.num_constraints()
    );
    (labels, off, built.circuit.num_constraints())
}

#[test]
fn a_random_forest() {
    let (labels, off, constraints) = ensemble("random_forest");
    assert_eq!(labels, 0);
    // No feature is on the other side of a threshold: what is left is the leaves' rounding.
    assert!(off < 1e-4, "{off}");
    assert!(constraints < 4500, "{constraints}");
}

#[test]
fn gradient_boosting() {
    let (labels, off, constraints) = ensemble("gradient_boosting");
    assert_eq!(labels, 0);
    assert!(off < 0.02, "{off}");
    assert!(constraints < 4200, "{constraints}");
}
