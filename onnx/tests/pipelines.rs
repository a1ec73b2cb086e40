//! Classical models as skl2onnx and onnxmltools export them, at default settings: circuits against
//! onnxruntime.
//!
//! `tests/onnx/pipelines.npz` (`tests/onnx/make_pipelines.py`) has the models, samples to calibrate on,
//! and others with the results of onnxruntime. On those, at least 97 % of the classes must be the same,
//! probabilities within 0.05, and other numbers within 2 % of the range of what they predict.
//! `tests/onnx/pipelines.csv` lists what each model costs and how near it comes.
//!
//! `ZIRC_CASES=gnb cargo test -p zirc-onnx --test pipelines` runs only models whose names contain the
//! word; with `ZIRC_WRITE=1` and all models, the list is written.

mod imported;

use imported::{Built, npz};
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use zirc_circuit::Labels;
use zirc_onnx::quantize::{Method, Settings};
use zirc_onnx::{Array, Model};

type Arrays = BTreeMap<String, Array>;

/// The part of classes that must be the same.
const SAME: f64 = 0.97;
/// How far a probability may be off.
const PROBABILITY: f64 = 0.05;
/// How far another number may be off, as a part of the range of what it predicts.
const PART: f64 = 0.02;
const HEAD: &str = "name,kind,data,constraints,samples,classes that differ,worst probability,worst part of the range\n";

/// How near a circuit comes to onnxruntime.
#[derive(Default)]
struct Row {
    constraints: usize,
    samples: usize,
    differ: Option<usize>,
    probability: Option<f64>,
    part: Option<f64>,
}

fn path(name: &str) -> String {
    format!("{}/../tests/onnx/{name}", env!("CARGO_MANIFEST_DIR"))
}

fn bytes(a: &Array) -> Vec<u8> {
    a.data.iter().map(|v| *v as u8).collect()
}

fn text(a: &Array) -> String {
    String::from_utf8(bytes(a)).unwrap()
}

/// The parts of a case, by what follows its name.
fn parts<'d>(data: &'d Arrays, case: &str, part: &str) -> Vec<(&'d str, &'d Array)> {
    let start = format!("{case}.{part}.");
    data.iter().filter_map(|(k, v)| Some((k.strip_prefix(&start)?, v))).collect()
}

fn sample(a: &Array, k: usize) -> Array {
    let size: usize = a.shape[1..].iter().product();
    Array { shape: a.shape[1..].to_vec(), data: a.data[k * size..(k + 1) * size].to_vec() }
}

fn samples(data: &Arrays, case: &str, part: &str) -> Vec<Arrays> {
    let given = parts(data, case, part);
    let of = |k| given.iter().map(|(n, a)| ((*n).to_string(), sample(a, k))).collect();
    (0..given[0].1.shape[0]).map(of).collect()
}

fn build(data: &Arrays, case: &str) -> Result<Built, String> {
    let open = parts(data, case, "in").into_iter().map(|(n, _)| (format!("{n}.0"), 1));
    let none = &mut |_: &str| Err("there is no such file".to_string());
    let model = Model::decode(&bytes(&data[&format!("{case}.model")]), &open.collect(), none);
    let model = model.map_err(|f| format!("{f:?}"))?;
    let mut settings = Settings::default();
    let seen = samples(data, case, "cal");
    let calibrated = model.calibrate(&seen, Method::MinMax, settings.activation_bits);
    settings.ranges = Some(calibrated.map_err(|f| f.to_string())?.ranges);
    let built = catch_unwind(AssertUnwindSafe(|| Built::new(&model, false, &settings)));
    built.map_err(|e| match e.downcast_ref::<String>() {
        Some(text) => text.clone(),
        None => "it does not compile".into(),
    })
}

/// Results that were strings are named by the circuit.
fn named(data: &Arrays, case: &str, built: &Built) -> Result<(), String> {
    let Some(list) = data.get(&format!("{case}.names")) else { return Ok(()) };
    let wanted: Vec<String> = text(list).lines().map(Into::into).collect();
    let (label, _) = parts(data, case, "label")[0];
    let ports = built.imported.outputs.iter();
    let port = ports.into_iter().find(|o| o.tensor == label).map_or("", |o| o.port.as_str());
    let got = Labels::of(&built.circuit.signature.assumptions, port);
    if got.as_ref() == Some(&wanted) { Ok(()) } else { Err(format!("its labels are {got:?}")) }
}

fn run(data: &Arrays, case: &str) -> Result<Row, String> {
    let built = build(data, case)?;
    named(data, case, &built)?;
    let inputs = samples(data, case, "in");
    let got: Vec<BTreeMap<String, Vec<f64>>> = inputs.iter().map(|x| built.run(x)).collect();
    let mut row = Row {
        constraints: built.circuit.num_constraints(),
        samples: inputs.len(),
        ..Row::default()
    };
    let wanted = |all: &Array, k| sample(all, k).data;
    let worst = |name: &str, all: &Array| {
        let one = |k: usize| {
            assert_eq!(got[k][name].len(), wanted(all, k).len(), "{case}: {name}");
            let pairs = got[k][name].iter().zip(wanted(all, k));
            pairs.fold(0.0, |m: f64, (g, w)| m.max((g - w).abs()))
        };
        (0..got.len()).map(one).fold(0.0, f64::max)
    };
    for (name, all) in parts(data, case, "label") {
        let differ = (0..got.len()).filter(|k| got[*k][name] != wanted(all, *k)).count();
        row.differ = Some(row.differ.unwrap_or(0).max(differ));
    }
    for (name, all) in parts(data, case, "probability") {
        row.probability = Some(row.probability.unwrap_or(0.0).max(worst(name, all)));
    }
    for (name, all) in parts(data, case, "value") {
        let part = worst(name, all) / data[&format!("{case}.range.{name}")].data[0];
        row.part = Some(row.part.unwrap_or(0.0).max(part));
    }
    Ok(row)
}

impl Row {
    fn holds(&self) -> bool {
        let least = (SAME * self.samples as f64).ceil() as usize;
        self.differ.is_none_or(|d| self.samples - d >= least)
            && self.probability.is_none_or(|p| p <= PROBABILITY)
            && self.part.is_none_or(|p| p <= PART)
    }

    fn line(&self, data: &Arrays, case: &str) -> String {
        let of = |part: &str| text(&data[&format!("{case}.{part}")]).replace(", ", " + ");
        let mut line = format!("{case},{},{},{}", of("kind"), of("data"), self.constraints);
        let differ = self.differ.map_or(String::new(), |d| d.to_string());
        let [probability, part] =
            [self.probability, self.part].map(|v| v.map_or(String::new(), |v| format!("{v:.4}")));
        let _ = writeln!(line, ",{},{differ},{probability},{part}", self.samples);
        line
    }
}

#[test]
fn what_onnxruntime_says() {
    let data = npz(&std::fs::read(path("pipelines.npz")).unwrap());
    let only = std::env::var("ZIRC_CASES").ok();
    let all: Vec<&str> = data.keys().filter_map(|k| k.strip_suffix(".model")).collect();
    let cases: Vec<&str> =
        all.into_iter().filter(|c| only.as_ref().is_none_or(|o| c.contains(o.as_str()))).collect();
    let rows: Vec<_> = cases.par_iter().map(|case| (*case, run(&data, case))).collect();
    let (mut list, mut failed) = (HEAD.to_string(), String::new());
    for (case, row) in rows {
        match row {
            Ok(row) => {
                let line = row.line(&data, case);
                if !row.holds() {
                    failed += &line;
                }
                list += &line;
            }
            Err(e) => _ = writeln!(failed, "{case}: {e}"),
        }
    }
    println!("{list}");
    assert!(failed.is_empty(), "these fail:\n{HEAD}{failed}");
    if only.is_some() {
        return;
    }
    assert!(cases.len() >= 30, "there are {} models", cases.len());
    if std::env::var_os("ZIRC_WRITE").is_some() {
        std::fs::write(path("pipelines.csv"), &list).unwrap();
    }
    let kept = std::fs::read_to_string(path("pipelines.csv")).unwrap_or_default();
    assert!(
        kept == list,
        "tests/onnx/pipelines.csv is not what is measured; after a change that is meant, run this test \
         with ZIRC_WRITE=1 and look at the difference. It should say:\n{list}"
    );
}

/// Classes name the places of their own classifier's numbers, as onnxruntime's label and largest number agree in; of
/// others, whose columns may be pairs of classes or were made of those numbers, nothing is named.
#[test]
fn places_have_the_names_of_classes() {
    let data = npz(&std::fs::read(path("pipelines.npz")).unwrap());
    let places = |case: &str| -> Vec<Labels> {
        let built = build(&data, case).unwrap_or_else(|e| panic!("{case}: {e}"));
        let all = built.circuit.signature.assumptions.iter();
        all.filter_map(|a| Labels::parse(a)).filter(|l| l.place).collect()
    };
    for case in ["logistic_iris", "logistic_cancer", "tree_iris"] {
        let [named] = &places(case)[..] else { panic!("{case}: {:?}", places(case)) };
        let wanted: Vec<String> =
            text(&data[&format!("{case}.names")]).lines().map(Into::into).collect();
        assert_eq!(named.names, wanted, "{case}");
        let (_, labels) = parts(&data, case, "label")[0];
        let (_, numbers) = parts(&data, case, "probability")[0];
        for k in 0..labels.shape[0] {
            let row = sample(numbers, k).data;
            let first = (0..row.len()).rev().max_by(|a, b| row[*a].total_cmp(&row[*b]));
            assert_eq!(first.map(|k| k as f64), sample(labels, k).data.first().copied(), "{case}");
        }
    }
    for case in ["svc_iris", "adaboost_wine", "gnb_iris"] {
        assert_eq!(places(case), [], "{case}");
    }
}
