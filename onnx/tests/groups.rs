//! Float operations between integers: the circuit's integers are those of onnxruntime, but for as many
//! as a warning says.
//!
//! `tests/onnx/groups.npz` has models of single operations between DequantizeLinear and QuantizeLinear,
//! and small networks as onnxruntime's quantizer writes them (`tests/onnx/make_groups.py`). Where
//! onnxruntime computes in floats of 32 bits, their rounding decides what lies half way between two
//! integers, and differs from one machine to the next.

mod imported;

use imported::{Built, npz};
use std::collections::BTreeMap;
use zirc_onnx::quantize::{Method, Settings};
use zirc_onnx::{Array, Model};

/// What a case was found to give.
#[derive(Default)]
struct Found {
    all: usize,
    clear: usize,
    circuit: usize,
    /// Largest difference.
    worst: f64,
    /// How many integers may differ, as warnings say.
    warned: usize,
    text: String,
}

type Data = BTreeMap<String, Array>;

fn decode(data: &Data, case: &str) -> Model {
    let bytes: Vec<u8> = data[&format!("{case}.model")].data.iter().map(|v| *v as u8).collect();
    let none = &mut |_: &str| Err("there is no such file".to_string());
    match Model::decode(&bytes, &BTreeMap::new(), none) {
        Ok(m) => m,
        Err(f) => panic!("{case}: {f:?}"),
    }
}

/// The arrays of a case, without their first axis, sample by sample.
fn samples(data: &Data, case: &str, kind: &str) -> Vec<Data> {
    let start = format!("{case}.{kind}.");
    let mut all: Vec<Data> = vec![];
    for (name, a) in data.iter().filter_map(|(k, v)| Some((k.strip_prefix(&start)?, v))) {
        let size: usize = a.shape[1..].iter().product();
        all.resize(a.shape[0], BTreeMap::new());
        for (sample, values) in all.iter_mut().zip(a.data.chunks(size)) {
            let one = Array { shape: a.shape[1..].to_vec(), data: values.to_vec() };
            sample.insert(name.to_string(), one);
        }
    }
    all
}

/// The number after the first `: ` of a warning about integers that may differ.
fn count(warning: &str) -> usize {
    let of = warning.split(": ").nth(1).filter(|_| warning.contains("may differ by 1"));
    of.and_then(|t| t.split(' ').next()?.parse().ok()).unwrap_or(0)
}

fn look(data: &Data, case: &str) -> Found {
    let model = decode(data, case);
    let (inputs, outputs) = (samples(data, case, "in"), samples(data, case, "out"));
    let ranges = model.calibrate(&inputs, Method::MinMax, 8).unwrap().ranges;
    let settings = Settings { ranges: Some(ranges), ..Settings::default() };
    let built = Built::new(&model, false, &settings);
    let warnings = &built.imported.warnings;
    let warned = warnings.iter().map(|w| count(w)).sum();
    let float = model.outputs().iter().zip(model.float_outputs()).filter(|(_, f)| *f);
    let float: Vec<&String> = float.map(|(o, _)| o).collect();
    let mut f = Found { warned, text: warnings.join("\n"), ..Found::default() };
    for (given, want) in inputs.iter().zip(&outputs) {
        let in_circuit = built.run(given);
        let in_the_clear = model.evaluate(given).unwrap();
        for (name, want) in want.iter().filter(|(name, _)| !float.contains(name)) {
            let wrong = |got: &[f64]| -> Vec<f64> {
                got.iter()
                    .zip(&want.data)
                    .map(|(g, w)| (g - w).abs())
                    .filter(|d| *d > 0.0)
                    .collect()
            };
            let (clear, circuit) = (wrong(&in_the_clear[name].data), wrong(&in_circuit[name]));
            f.all += want.data.len();
            f.clear += clear.len();
            f.circuit += circuit.len();
            f.worst = circuit.into_iter().fold(f.worst, f64::max);
        }
    }
    f
}

#[test]
fn integers_of_onnxruntime() {
    let path = format!("{}/../tests/onnx/groups.npz", env!("CARGO_MANIFEST_DIR"));
    let data = npz(&std::fs::read(path).unwrap());
    let only = std::env::var("ONLY").unwrap_or_default();
    let cases = data.keys().filter_map(|k| k.strip_suffix(".model"));
    let mut failed = vec![];
    for case in cases.filter(|c| c.contains(&only)) {
        let found = std::panic::catch_unwind(|| look(&data, case));
        let Ok(f) = found else {
            failed.push(format!("{case} is refused"));
            continue;
        };
        let line = format!(
            "{case}: {} and {} of {} differ (clear, circuit), by {} at most, {} warned of",
            f.clear, f.circuit, f.all, f.worst, f.warned
        );
        println!("{line}\n{}", f.text);
        // A warning counts for a layer on its own; in a network, an integer that differs makes others
        // differ behind it, for which a second layer may double the count.
        let layers = if case.ends_with("_qdq") { 2 } else { 1 };
        if f.circuit > layers * f.warned {
            failed.push(line);
        }
    }
    assert!(failed.is_empty(), "{} of them\n{}", failed.len(), failed.join("\n"));
}
