//! The ONNX project's own tests of single operations: every case is evaluated in floating point,
//! imported, compiled, and its circuit's witness is computed and checked, with the case's own
//! inputs as calibration data.
//!
//! Integers and truth values must be equal. A float y may be off by
//! 2⁻⁷·max(1, max|y|): inputs have 24 bits and activations 12, rounding an input or result is off by at most
//! half a step, 2⁻¹²·range, and the slopes of what is tested amplify that by less than 32.
//!
//! `ZIRC_NODES=relu,gemm cargo test -p zirc-onnx --test nodes -- --nocapture` runs only cases whose names contain
//! one of these words, and says why each fails.

mod imported;

use flate2::read::GzDecoder;
use imported::Built;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use zirc_onnx::quantize::{Method, Settings};
use zirc_onnx::{Array, Model};

const BITS: u32 = 12;
const INPUT_BITS: u32 = 24;

type Files = BTreeMap<String, Vec<u8>>;

/// The fixtures: files by case and name.
fn cases() -> BTreeMap<String, Files> {
    let bytes =
        std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/onnx/node.tar.gz")).unwrap();
    let mut archive = tar::Archive::new(GzDecoder::new(bytes.as_slice()));
    let mut all: BTreeMap<String, Files> = BTreeMap::new();
    for entry in archive.entries().unwrap() {
        let mut entry = entry.unwrap();
        let path = entry.path().unwrap().to_string_lossy().into_owned();
        let (case, file) = path.split_once('/').unwrap();
        let mut data = vec![];
        entry.read_to_end(&mut data).unwrap();
        all.entry(case.into()).or_default().insert(file.into(), data);
    }
    all
}

/// Tensors of a case in the order of their numbers.
fn tensors(files: &Files, kind: &str) -> Result<Vec<(String, Array)>, String> {
    (0..)
        .map_while(|k| files.get(&format!("{kind}_{k}.pb")))
        .map(|b| Array::from_proto(b).map_err(|e| e.to_string()))
        .collect()
}

/// What a case says beside its tensors.
struct Meta {
    rtol: f64,
    atol: f64,
}

fn meta(files: &Files) -> Meta {
    let text = String::from_utf8_lossy(files.get("meta").map_or(&[][..], |v| v));
    let number = |key: &str| {
        let line = text.lines().find_map(|l| l.strip_prefix(key));
        line.and_then(|v| v.trim().parse().ok()).unwrap_or(1e-3)
    };
    Meta { rtol: number("rtol "), atol: number("atol ") }
}

/// Compares values of an output; `bound` for floats.
fn compare(
    name: &str,
    got: &[f64],
    want: &Array,
    float: bool,
    bound: &dyn Fn(f64) -> f64,
) -> Result<(), String> {
    if got.len() != want.data.len() {
        return Err(format!("{name} has {} elements, not {}", got.len(), want.data.len()));
    }
    for (k, (g, w)) in got.iter().zip(&want.data).enumerate() {
        let equal = if float { (g - w).abs() <= bound(*w) || g == w } else { g == w };
        if !equal {
            return Err(format!("{name}[{k}] is {g}, not {w}"));
        }
    }
    Ok(())
}

/// The model in the clear.
fn evaluate(model: &Model, files: &Files) -> Result<(), String> {
    let inputs: BTreeMap<String, Array> = tensors(files, "input")?.into_iter().collect();
    let values = model.evaluate(&inputs).map_err(|f| f.to_string())?;
    let m = meta(files);
    for (name, want) in tensors(files, "output")? {
        let got = values.get(&name).ok_or(format!("{name} is missing"))?;
        if got.shape != want.shape {
            return Err(format!("{name} has the shape {:?}, not {:?}", got.shape, want.shape));
        }
        // A model of 16-bit floats rounds after every node.
        let k = model.outputs().iter().position(|o| *o == name);
        let steps = 4.0 * k.map_or(0.0, |k| model.output_rounding()[k]);
        let rtol = m.rtol.max(steps);
        compare(&name, &got.data, &want, true, &|w| 1e-6 + m.atol + rtol * w.abs())?;
    }
    Ok(())
}

/// The model as a circuit.
fn prove(model: &Model, files: &Files) -> Result<usize, String> {
    let inputs: BTreeMap<String, Array> = tensors(files, "input")?.into_iter().collect();
    let mut settings = Settings { activation_bits: BITS, weight_bits: 16, ..Settings::default() };
    // What is no number is nothing to calibrate on.
    let mut sample = inputs.clone();
    let numbers = sample.values_mut().flat_map(|a| a.data.iter_mut());
    numbers.filter(|v| v.is_nan() || **v == f64::INFINITY).for_each(|v| *v = 0.0);
    let calibrated = model.calibrate(&[sample], Method::MinMax, BITS);
    let ranges = calibrated.map_err(|f| f.to_string())?.ranges;
    // What comes in is as fine as numbers written in decimal are; activations are not.
    for i in model.inputs().iter().filter(|i| i.float) {
        let finite = inputs[&i.name].data.iter().all(|v| v.is_finite());
        if let Some(r) = ranges.tensors.get(&i.name).filter(|_| finite) {
            settings.choices.tensors.insert(i.name.clone(), r.fixed(Method::MinMax, INPUT_BITS));
        }
    }
    settings.ranges = Some(ranges);
    let built = Built::attempt(model, false, &settings)?;
    let got = built.values(&inputs)?;
    let want: BTreeMap<String, Array> = tensors(files, "output")?.into_iter().collect();
    for (to, float) in built.imported.outputs.iter().zip(model.float_outputs()) {
        let want = want.get(&to.tensor).ok_or(format!("{} is not expected", to.tensor))?;
        let size =
            want.data.iter().fold(1.0, |m: f64, v| if v.is_finite() { m.max(v.abs()) } else { m });
        compare(&to.tensor, &got[&to.tensor], want, float, &|_| size / 128.0)
            .map_err(|e| format!("{e}\n{}", built.imported.source))?;
    }
    Ok(built.circuit.num_constraints())
}

#[test]
fn node_cases() {
    let wanted = std::env::var("ZIRC_NODES").ok();
    let words: Option<Vec<&str>> = wanted.as_deref().map(|w| w.split(',').collect());
    let all = cases();
    let chosen: Vec<(&String, &Files)> = all
        .iter()
        .filter(|(name, _)| words.as_ref().is_none_or(|w| w.iter().any(|w| name.contains(w))))
        .collect();
    let results: Vec<(&String, Result<usize, String>)> = chosen
        .into_par_iter()
        .map(|(name, files)| {
            let begun = std::time::Instant::now();
            let model = Model::decode(&files["model.onnx"], &BTreeMap::new(), &mut |_| {
                Err("there is no such file".into())
            });
            let words = |f: Vec<zirc_onnx::Fault>| {
                f.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
            };
            let result = model.map_err(words).and_then(|m| {
                evaluate(&m, files).map_err(|e| format!("float: {e}"))?;
                prove(&m, files).map_err(|e| format!("circuit: {e}"))
            });
            let seconds = begun.elapsed().as_secs();
            if seconds >= 10 {
                eprintln!("{name} takes {seconds} s");
            }
            (name, result)
        })
        .collect();
    if words.is_some() {
        let passed = results.iter().filter(|(_, r)| r.is_ok()).count();
        for (name, r) in &results {
            match r {
                Ok(n) => println!("ok   {name} {n}"),
                Err(e) => println!("FAIL {name}\n     {}", e.replace('\n', "\n     ")),
            }
        }
        println!("{passed} of {} passed", results.len());
        return;
    }
    check("passing.txt", results.iter().filter(|(_, r)| r.is_ok()).map(|(n, _)| format!("{n}\n")));
    let failing = results.iter().filter_map(|(n, r)| Some((n, r.as_ref().err()?)));
    let reasons = failing.map(|(n, e)| format!("{n},{:?}\n", e.lines().next().unwrap_or("")));
    check("failing.csv", std::iter::once("case,reason\n".to_string()).chain(reasons));
}

/// Compares lines with those of a list, and leaves them where they can be copied from.
fn check(list: &str, lines: impl Iterator<Item = String>) {
    let now: String = lines.collect();
    let path = format!("{}/../tests/onnx/{list}", env!("CARGO_MANIFEST_DIR"));
    let expected = std::fs::read_to_string(path).unwrap_or_default();
    let fresh = std::env::temp_dir().join(format!("zirc-{list}"));
    std::fs::write(&fresh, &now).unwrap();
    let (a, b): (BTreeSet<&str>, BTreeSet<&str>) =
        (expected.lines().collect(), now.lines().collect());
    let lost: Vec<_> = a.difference(&b).collect();
    let won: Vec<_> = b.difference(&a).collect();
    assert!(
        lost.is_empty() && won.is_empty(),
        "{list}: no longer {lost:#?}; now also {won:#?}; the new list is {}",
        fresh.display()
    );
}
