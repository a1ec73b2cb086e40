//! Trees where runtimes, or floats and integers, may part: circuits against onnxruntime.
//!
//! `tests/onnx/trees.npz` (`tests/onnx/make_trees.py`) has the models. What is computed in the clear must be
//! what onnxruntime gives, and so must be what the circuit says. Where a case is in `PART`, they part, and a
//! warning must say so.

mod imported;

use imported::{Built, npz};
use std::collections::BTreeMap;
use zirc_onnx::quantize::{Method, Settings};
use zirc_onnx::{Array, Model};

type Arrays = BTreeMap<String, Array>;

/// What is told of cases that differ, by how their names start, and whether they do in the clear.
const PART: &[(&str, &str, bool)] = &[
    ("votes_20_", TIED, false),
    ("votes_22_", TIED, false),
    ("votes_28_", TIED, false),
    ("votes_36_", TIED, false),
    ("votes_50_", TIED, false),
    ("votes_60_", TIED, false),
    ("votes_of_parts", TIED, false),
    ("large_integers", "onnxruntime rounds them to 32-bit floats first", true),
    (
        "apart",
        "what its trees compare with is too far apart in size for one step of 62 bits",
        false,
    ),
    ("unscored", "onnxruntime takes the largest score of the other classes", true),
    ("one_class", "onnxruntime gives 1 or 0 by the score's sign", true),
    ("twice", "here they are added, as ONNX has it; onnxruntime takes the first", true),
    (
        "post_softmax",
        "is SOFTMAX, as ONNX numbers them; onnxruntime takes that number for LOGISTIC",
        true,
    ),
    (
        "post_logistic",
        "is LOGISTIC, as ONNX numbers them; onnxruntime takes that number for SOFTMAX",
        true,
    ),
    ("members", "onnxruntime may take it for the one below", true),
];
const TIED: &str = "the votes of its trees are tied in {count} rows of the calibration data where onnxruntime's sums";

fn parts<'d>(data: &'d Arrays, case: &str, part: &str) -> Vec<(&'d str, &'d Array)> {
    let start = format!("{case}.{part}.");
    data.iter().filter_map(|(k, v)| Some((k.strip_prefix(&start)?, v))).collect()
}

fn sample(a: &Array, k: usize) -> Array {
    let size: usize = a.shape[1..].iter().product();
    Array { shape: a.shape[1..].to_vec(), data: a.data[k * size..(k + 1) * size].to_vec() }
}

fn samples(given: &[(&str, &Array)]) -> Vec<Arrays> {
    let of = |k| given.iter().map(|(n, a)| ((*n).to_string(), sample(a, k))).collect();
    (0..given.first().map_or(0, |(_, a)| a.shape[0])).map(of).collect()
}

fn model(data: &Arrays, case: &str) -> Model {
    let bytes: Vec<u8> = data[&format!("{case}.model")].data.iter().map(|v| *v as u8).collect();
    let none = &mut |_: &str| Err("there is no such file".to_string());
    Model::decode(&bytes, &BTreeMap::new(), none).unwrap_or_else(|f| panic!("{case}: {f:?}"))
}

/// How two lists of numbers differ, as far as floats tell.
fn differ(got: &[f64], want: &[f64], off: f64) -> bool {
    let far = |(g, w): (&f64, &f64)| (g - w).abs() > off * w.abs().max(1.0);
    got.len() != want.len() || got.iter().zip(want).any(far)
}

/// Rows of a case in which some result differs: in the clear, and in the circuit; and all that was warned of.
fn run(data: &Arrays, case: &str) -> (Vec<String>, Vec<String>, Vec<String>) {
    let model = model(data, case);
    let inputs = samples(&parts(data, case, "in"));
    let seen = samples(&parts(data, case, "cal"));
    let seen = if seen.is_empty() { &inputs } else { &seen };
    let calibrated = model.calibrate(seen, Method::MinMax, 8).unwrap();
    let mut told = [calibrated.warnings, model.warnings().to_vec()].concat();
    let settings = Settings { ranges: Some(calibrated.ranges), ..Settings::default() };
    let built = Built::new(&model, false, &settings);
    told.extend(built.imported.warnings.iter().map(ToString::to_string));
    let (mut floats, mut circuits) = (vec![], vec![]);
    for (k, x) in inputs.iter().enumerate() {
        let (clear, proved) = (model.evaluate(x).unwrap(), built.run(x));
        for (name, all) in parts(data, case, "out") {
            let want = sample(all, k).data;
            let (got, exact) = (&clear[name].data, name == "label");
            if differ(got, &want, if exact { 0.0 } else { 1e-6 }) {
                floats.push(format!("{case} {name} of {k}, in the clear: {got:?}, not {want:?}"));
            }
            let got = &proved[name];
            if differ(got, &want, if exact { 0.0 } else { 1e-4 }) {
                circuits
                    .push(format!("{case} {name} of {k}, in the circuit: {got:?}, not {want:?}"));
            }
        }
    }
    (floats, circuits, told)
}

#[test]
fn as_onnxruntime_or_told() {
    let path = format!("{}/../tests/onnx/trees.npz", env!("CARGO_MANIFEST_DIR"));
    let data = npz(&std::fs::read(path).unwrap());
    let only = std::env::var("ZIRC_CASES").ok();
    let cases = data.keys().filter_map(|k| k.strip_suffix(".model"));
    let mut failed = vec![];
    for case in cases.filter(|c| only.as_ref().is_none_or(|o| c.contains(o.as_str()))) {
        let (floats, circuits, told) = run(&data, case);
        let Some((_, text, clear)) = PART.iter().find(|(start, ..)| case.starts_with(start)) else {
            failed.extend([floats, circuits].concat());
            continue;
        };
        let text = text.replace("{count}", &circuits.len().to_string());
        if circuits.is_empty() || !told.iter().any(|w| w.contains(&text)) {
            failed.push(format!(
                "{case}: {} rows differ, and what is told is {told:?}",
                circuits.len()
            ));
        }
        if !clear {
            failed.extend(floats);
        }
    }
    assert!(failed.is_empty(), "{} differ:\n{}", failed.len(), failed.join("\n"));
}
