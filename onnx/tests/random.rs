//! Random valid models over all operators, and random networks in every mode of onnxruntime's quantizer:
//! what onnxruntime says, or an error that is listed.
//!
//! `tests/onnx/random.npz` is the fixed part of what `tests/onnx/make_random.py` makes. Activations and
//! weights have 16 bits; models whose results noise of 2⁻¹³ moves by more than 0.4 % are not made. Integers must
//! be equal, but for as many between floats as a warning says; floats may be off by 2 % of the largest.
//!
//! `ZIRC_RANDOM=FILE` judges the models of another file, `ZIRC_CASES=WORD` only those whose name contains a word.

mod imported;

use imported::{Built, npz, words};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Instant;
use zirc_onnx::quantize::{Method, Settings};
use zirc_onnx::{Array, Model};

const BITS: u32 = 16;
/// What a float may be off by, as a part of the largest.
const NEAR: f64 = 0.02;
/// What rounding to 32 bits may do to a float in the clear.
const CLEAR: f64 = 1e-3;

type Data = BTreeMap<String, Array>;

/// What became of a model.
enum Verdict {
    Right { constraints: usize },
    Refused(String),
    Wrong(String),
}

impl Verdict {
    fn text(&self) -> String {
        match self {
            Verdict::Right { constraints } => format!("right, {constraints} constraints"),
            Verdict::Refused(text) => format!("refused: {text}"),
            Verdict::Wrong(text) => format!("wrong: {text}"),
        }
    }
}

fn path(name: &str) -> String {
    format!("{}/../tests/onnx/{name}", env!("CARGO_MANIFEST_DIR"))
}

/// The arrays of a case without their first axis, sample by sample.
fn samples(data: &Data, case: &str, kind: &str) -> Vec<Data> {
    let start = format!("{case}.{kind}.");
    let mut all: Vec<Data> = vec![];
    let own = data.range(start.clone()..).take_while(|(k, _)| k.starts_with(&start));
    for (name, a) in own {
        let size = a.data.len() / a.shape[0];
        all.resize(a.shape[0], BTreeMap::new());
        for (sample, values) in all.iter_mut().zip(a.data.chunks(size)) {
            let one = Array { shape: a.shape[1..].to_vec(), data: values.to_vec() };
            sample.insert(name[start.len()..].to_string(), one);
        }
    }
    all
}

/// The number of a warning about integers that may differ.
fn warned(warning: &str) -> usize {
    let of = warning.split(": ").nth(1).filter(|_| warning.contains("may differ by 1"));
    of.and_then(|t| t.split(' ').next()?.parse().ok()).unwrap_or(0)
}

/// How far numbers are from those of onnxruntime over all samples.
#[derive(Default)]
struct Off {
    differ: usize,
    worst: f64,
    largest: f64,
    example: String,
}

impl Off {
    fn add(&mut self, got: &[f64], want: &[f64]) {
        for (k, (g, w)) in got.iter().zip(want).enumerate() {
            self.largest = self.largest.max(w.abs());
            self.differ += usize::from(g != w);
            let off = (g - w).abs();
            if off.is_nan() || off > self.worst {
                self.worst = if off.is_nan() { f64::INFINITY } else { off };
                self.example = format!("element {k} is {g}, not {w}");
            }
        }
    }

    /// What is wrong: of floats, with those that are off by a part of the largest; of integers, more of them
    /// than may be.
    fn wrong(&self, float: bool, near: f64, may: usize) -> Option<String> {
        let bad = if float { self.worst > near * self.largest } else { self.differ > may };
        bad.then(|| {
            format!("{}, of at most {}; {} differ", self.example, self.largest, self.differ)
        })
    }
}

/// Compares results of all samples; `may` integers may differ.
fn compare(
    model: &Model,
    found: &[BTreeMap<String, Vec<f64>>],
    wanted: &[Data],
    near: f64,
    may: usize,
) -> Result<(), String> {
    for (name, float) in model.outputs().iter().zip(model.float_outputs()) {
        let mut off = Off::default();
        for (found, wanted) in found.iter().zip(wanted) {
            let (got, want) = (&found[name], &wanted[name]);
            if got.len() != want.data.len() {
                return Err(format!("{name} has {} elements, not {}", got.len(), want.data.len()));
            }
            off.add(got, &want.data);
        }
        if let Some(text) = off.wrong(float, near, may) {
            return Err(format!("{name}: {text}"));
        }
    }
    Ok(())
}

fn judge(data: &Data, case: &str) -> Verdict {
    let bytes: Vec<u8> = data[&format!("{case}.model")].data.iter().map(|v| *v as u8).collect();
    let none = &mut |_: &str| Err("there is no such file".to_string());
    let model = match Model::decode(&bytes, &BTreeMap::new(), none) {
        Ok(m) => m,
        Err(f) => return Verdict::Refused(words(&f)),
    };
    let (inputs, wanted) = (samples(data, case, "in"), samples(data, case, "out"));
    let clear: Result<Vec<_>, _> = inputs.iter().map(|i| model.evaluate(i)).collect();
    let clear = match clear {
        Ok(c) => c,
        Err(f) => return Verdict::Refused(f.to_string()),
    };
    let plain = |values: BTreeMap<String, Array>| values.into_iter().map(|(k, a)| (k, a.data));
    let clear: Vec<BTreeMap<String, Vec<f64>>> =
        clear.into_iter().map(|v| plain(v).collect()).collect();
    let quantized = case.starts_with("quantized");
    if let Err(e) = compare(&model, &clear, &wanted, CLEAR, 0)
        && !quantized
    {
        return Verdict::Wrong(format!("in the clear: {e}"));
    }
    let calibrated = match model.calibrate(&inputs, Method::MinMax, BITS) {
        Ok(c) => c,
        Err(f) => return Verdict::Refused(f.to_string()),
    };
    let settings = Settings {
        activation_bits: BITS,
        weight_bits: BITS,
        ranges: Some(calibrated.ranges),
        ..Settings::default()
    };
    let built = match Built::attempt(&model, false, &settings) {
        Ok(b) => b,
        Err(refusal) => return Verdict::Refused(refusal),
    };
    let found: Vec<_> = inputs.iter().map(|i| built.run(i)).collect();
    // A warning counts for a layer on its own; an integer that differs makes others differ behind it.
    let may = 2 * built.imported.warnings.iter().map(|w| warned(w)).sum::<usize>();
    match compare(&model, &found, &wanted, NEAR, may) {
        Ok(()) => Verdict::Right { constraints: built.circuit.num_constraints() },
        Err(e) => Verdict::Wrong(format!("in the circuit: {e}\n{}", built.imported.source)),
    }
}

/// A panic is as wrong as a number.
fn verdict(data: &Data, case: &str) -> Verdict {
    catch_unwind(AssertUnwindSafe(|| judge(data, case))).unwrap_or_else(|e| {
        let text = e.downcast_ref::<String>().cloned();
        let text = text.or_else(|| e.downcast_ref::<&str>().map(ToString::to_string));
        Verdict::Wrong(format!("panics: {}", text.unwrap_or_default()))
    })
}

/// What errors of models that no circuit computes contain, and whether the fixed part has an example.
fn reasons() -> BTreeMap<String, bool> {
    let table = std::fs::read_to_string(path("random.csv")).unwrap();
    let one = |l: &str| {
        let mut parts = l.splitn(3, ',');
        let (error, examples) = (parts.next()?, parts.next()?);
        Some((error.to_string(), examples == "fixed part"))
    };
    table.lines().skip(1).map(|l| one(l).unwrap_or_else(|| panic!("{l}"))).collect()
}

#[test]
fn random_models() {
    let other = std::env::var("ZIRC_RANDOM").ok();
    let only = std::env::var("ZIRC_CASES").unwrap_or_default();
    let data = npz(&std::fs::read(other.clone().unwrap_or_else(|| path("random.npz"))).unwrap());
    let cases: Vec<&str> = data.keys().filter_map(|k| k.strip_suffix(".model")).collect();
    let chosen: Vec<&str> = cases.into_iter().filter(|c| c.contains(&only)).collect();
    let reasons = reasons();
    let say = |case: &str| {
        let begun = Instant::now();
        let v = verdict(&data, case);
        let (seconds, text) = (begun.elapsed().as_secs_f32(), v.text());
        println!("{case}: {seconds:.1} s, {}", text.lines().next().unwrap_or(""));
        v
    };
    let verdicts: Vec<(&str, Verdict)> = chosen.into_par_iter().map(|c| (c, say(c))).collect();
    let (mut right, mut constraints, mut wrong) = (0, 0, vec![]);
    let mut met: BTreeSet<&String> = BTreeSet::new();
    for (case, v) in &verdicts {
        match v {
            Verdict::Right { constraints: n } => {
                (right, constraints) = (right + 1, constraints + n)
            }
            Verdict::Wrong(text) => wrong.push(format!("{case}: {text}")),
            Verdict::Refused(text) => match reasons.keys().find(|r| text.contains(r.as_str())) {
                Some(reason) => {
                    met.insert(reason);
                }
                None => wrong.push(format!("{case} is refused: {text}")),
            },
        }
    }
    let all = verdicts.len();
    println!("{right} of {all} right, {constraints} constraints; {} wrong", wrong.len());
    assert!(wrong.is_empty(), "{} of {all} models:\n{}", wrong.len(), wrong.join("\n"));
    // The fixed part has an example of every reason of which that is said, and of no other.
    let said: BTreeSet<&String> =
        reasons.iter().filter(|(_, fixed)| **fixed).map(|(r, _)| r).collect();
    let fixed = other.is_none() && only.is_empty();
    assert!(!fixed || met == said, "models are refused for {met:?}, not for {said:?}");
    assert!(!only.is_empty() || right * 10 >= all * 9, "only {right} of {all} are not refused");
}
