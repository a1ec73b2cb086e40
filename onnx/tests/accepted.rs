//! Models that importers tend to refuse: circuits against onnxruntime.
//!
//! `tests/onnx/accepted.npz` (`tests/onnx/make_accepted.py`) has small models of each kind: constants
//! that hold infinities, control flow that constants decide, functions of the model's own, trees that
//! share their leaves, names that are also the program's. Integers must be equal; a float y may be off
//! by 2⁻⁷·max(1, max|y|), with 12-bit activations and 16-bit weights.
//!
//! `ZIRC_CASES=pow cargo test -p zirc-onnx --test accepted` runs only cases whose names contain the
//! word.

mod imported;

use imported::{Built, npz};
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use zirc_onnx::quantize::{Method, Settings};
use zirc_onnx::{Array, Model, Options, import};

type Arrays = BTreeMap<String, Array>;

fn file(name: &str) -> Vec<u8> {
    std::fs::read(format!("{}/../tests/onnx/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

/// The parts of a case, by what follows its name.
fn parts<'d>(data: &'d Arrays, case: &str, part: &str) -> Vec<(&'d str, &'d Array)> {
    let start = format!("{case}.{part}.");
    data.iter().filter_map(|(k, v)| Some((k.strip_prefix(&start)?, v))).collect()
}

fn decode(data: &Arrays, case: &str) -> Result<Model, String> {
    let bytes: Vec<u8> = data[&format!("{case}.model")].data.iter().map(|v| *v as u8).collect();
    let dims = parts(data, case, "dim").into_iter().map(|(k, v)| (k.into(), v.data[0] as usize));
    let none = &mut |_: &str| Err("there is no such file".to_string());
    Model::decode(&bytes, &dims.collect(), none).map_err(|f| format!("{f:?}"))
}

fn sample(a: &Array, k: usize) -> Array {
    let size: usize = a.shape[1..].iter().product();
    Array { shape: a.shape[1..].to_vec(), data: a.data[k * size..(k + 1) * size].to_vec() }
}

/// Compares a result; integers must be equal.
fn compare(name: &str, got: &[f64], want: &Array, float: bool, near: f64) -> Result<(), String> {
    let size = want.data.iter().fold(1.0, |m: f64, v| m.max(v.abs()));
    let bound = if float { near * size } else { 0.0 };
    if got.len() != want.data.len() {
        return Err(format!("{name} has {} elements, not {}", got.len(), want.data.len()));
    }
    let off = got.iter().zip(&want.data).position(|(g, w)| (g - w).abs() > bound);
    match off {
        Some(k) => Err(format!("{name}[{k}] is {}, not {}", got[k], want.data[k])),
        None => Ok(()),
    }
}

fn run(data: &Arrays, case: &str) -> Result<usize, String> {
    let model = decode(data, case)?;
    let inputs = parts(data, case, "in");
    let count = inputs[0].1.shape[0];
    let given = |k: usize| inputs.iter().map(|(n, a)| ((*n).to_string(), sample(a, k))).collect();
    let samples: Vec<Arrays> = (0..count).map(given).collect();
    let mut settings = Settings { activation_bits: 12, weight_bits: 16, ..Settings::default() };
    let calibrated = model.calibrate(&samples, Method::MinMax, settings.activation_bits);
    settings.ranges = Some(calibrated.map_err(|f| f.to_string())?.ranges);
    let built = catch_unwind(AssertUnwindSafe(|| Built::new(&model, false, &settings)));
    let built = built.map_err(|e| match e.downcast_ref::<String>() {
        Some(text) => text.clone(),
        None => "it does not compile".into(),
    })?;
    let floats: BTreeMap<&String, bool> =
        model.outputs().iter().zip(model.float_outputs()).collect();
    let wanted = parts(data, case, "out");
    for (k, x) in samples.iter().enumerate() {
        let (clear, circuit) = (model.evaluate(x).map_err(|f| f.to_string())?, built.run(x));
        for (name, all) in &wanted {
            let (want, float) = (sample(all, k), floats[&(*name).to_string()]);
            let at = |how: &str| format!("sample {k} {how}: {name}");
            compare(&at("in the clear"), &clear[*name].data, &want, float, 1e-5)?;
            compare(&at("in the circuit"), &circuit[*name], &want, float, 1.0 / 128.0)?;
        }
    }
    Ok(built.circuit.num_constraints())
}

/// All cases of a file, of which there are so many.
fn all(name: &str, count: usize) {
    let data = npz(&file(name));
    let cases: Vec<&str> = data.keys().filter_map(|k| k.strip_suffix(".model")).collect();
    assert_eq!(cases.len(), count);
    let only = std::env::var("ZIRC_CASES").ok();
    let mut failed = vec![];
    for case in cases.into_iter().filter(|c| only.as_ref().is_none_or(|o| c.contains(o.as_str()))) {
        match run(&data, case) {
            Ok(constraints) => println!("{case}: {constraints} constraints"),
            Err(e) => failed.push(format!("{case}: {e}")),
        }
    }
    assert!(failed.is_empty(), "{} failed:\n{}", failed.len(), failed.join("\n"));
}

#[test]
fn what_onnxruntime_says() {
    all("accepted.npz", 117);
}

/// Operators of onnxruntime's own, and networks as its optimizer writes them (`tests/onnx/make_fused.py`).
#[test]
fn fused_operators() {
    all("fused.npz", 37);
}

/// A OneHotEncoder that knows no zeros has no result for what is none of its categories, and so no proof.
#[test]
fn a_category_that_is_none() {
    let data = npz(&file("accepted.npz"));
    let model = decode(&data, "one_hot_known").unwrap();
    let built = Built::new(&model, false, &Settings::default());
    let x = |v: f64| Array { shape: vec![2, 3], data: vec![3.0, -2.0, 0.0, 6.0, 3.0, v] };
    let run = |v: f64| built.values(&BTreeMap::from([("x".to_string(), x(v))]));
    assert_eq!(run(6.0).unwrap()["y"][20..], [0.0, 0.0, 0.0, 1.0]);
    for v in [5.0, -1.0, 7.0] {
        let said = run(v).unwrap_err();
        assert!(said.contains("assertion") && said.contains("does not hold"), "{said}");
    }
}

/// Models that must be refused, with `accepted.txt`: a line for each fault, and its help behind it.
#[test]
fn what_is_refused_and_how() {
    let data = npz(&file("accepted.npz"));
    let mut said = String::new();
    for case in data.keys().filter_map(|k| k.strip_suffix(".refused")) {
        let bytes: Vec<u8> =
            data[&format!("{case}.refused")].data.iter().map(|v| *v as u8).collect();
        let dims = parts(&data, case, "dim").into_iter();
        let dims = dims.map(|(k, v)| (k.to_string(), v.data[0] as usize)).collect();
        let model = Model::decode(&bytes, &dims, &mut |_| Err("none".into()));
        let faults = match model {
            Err(faults) => faults,
            Ok(model) => match import(&model, &Settings::default(), &Options::default()) {
                Err(faults) => faults,
                Ok(_) => panic!("{case} is not refused"),
            },
        };
        for f in faults {
            let help = f.help.as_ref().map_or(String::new(), |h| format!(" | {h}"));
            said += &format!("{case}: {f}{help}\n");
        }
    }
    let wanted = String::from_utf8(file("accepted.txt")).unwrap();
    assert!(said == wanted, "tests/onnx/accepted.txt should say:\n{said}");
}

/// Classifiers as skl2onnx and onnxmltools export them, at default settings but for the calibration:
/// labels that differ among 40 samples, and the largest difference of probabilities.
fn pipeline(name: &str, input: &str, [label, scores]: [&str; 2]) -> (usize, f64) {
    let dims = BTreeMap::from([(format!("{input}.0"), 1)]);
    let bytes = file(&format!("pipelines/{name}.onnx"));
    let model = Model::decode(&bytes, &dims, &mut |_| Err("there is no such file".into()));
    let model = model.unwrap_or_else(|f| panic!("{name}: {f:?}"));
    let seen = npz(&file(&format!("pipelines/{name}_cal.npz")));
    let data = npz(&file(&format!("pipelines/{name}_test.npz")));
    let given = |a: &Array, k| BTreeMap::from([(input.to_string(), sample(a, k))]);
    let samples: Vec<_> = (0..seen[input].shape[0]).map(|k| given(&seen[input], k)).collect();
    let ranges = model.calibrate(&samples, Method::MinMax, 8).unwrap().ranges;
    let settings = Settings { ranges: Some(ranges), ..Settings::default() };
    let built = Built::new(&model, false, &settings);
    let (mut labels, mut off) = (0, 0.0f64);
    for k in 0..data[input].shape[0] {
        let got = built.run(&given(&data[input], k));
        let wanted = |name: &str| sample(&data[&format!("float.{name}")], k).data;
        labels += usize::from(got[label] != wanted(label));
        let pairs = got[scores].iter().zip(wanted(scores));
        off = pairs.fold(off, |m, (g, w)| m.max((g - w).abs()));
    }
    println!("{name}: {labels} labels differ, {off}, {}", built.circuit.num_constraints());
    (labels, off)
}

#[test]
fn pipelines() {
    let skl = ["output_label", "output_probability"];
    let mut wrong = vec![];
    for (name, input, outputs) in [
        ("gnb", "X", skl),
        ("adaboost", "X", skl),
        ("lgb_cat", "input", ["label", "probabilities"]),
        ("power", "X", ["label", "probabilities"]),
        ("columns", "X", ["label", "probabilities"]),
    ] {
        let (labels, off) = pipeline(name, input, outputs);
        if labels > 1 || off > 0.05 {
            wrong.push(format!("{name}: {labels} labels differ, {off}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
