//! Quantization files: what an import chose gives the same program again, and what a user chose is obeyed
//! or refused.
//!
//! `ZIRC_CASES=softmax cargo test -p zirc-onnx --test quantization` runs only fixtures whose names contain
//! the word.

mod imported;

use imported::{Built, npz};
use std::collections::BTreeMap;
use zirc_onnx::quantize::{Choice, Choices, Fixed, Method, Settings};
use zirc_onnx::{Array, Fault, Imported, Model, Options, import};

type Arrays = BTreeMap<String, Array>;

fn file(name: &str) -> Vec<u8> {
    std::fs::read(format!("{}/../{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

fn sample(a: &Array, k: usize, shape: &[usize]) -> Array {
    let size: usize = shape.iter().product();
    Array { shape: shape.to_vec(), data: a.data[k * size..(k + 1) * size].to_vec() }
}

/// A model and what it is calibrated on.
struct Fixture {
    name: String,
    model: Model,
    samples: Vec<Arrays>,
}

impl Fixture {
    fn new(name: &str, bytes: &[u8], dims: &BTreeMap<String, usize>, data: &Arrays) -> Fixture {
        let none = &mut |_: &str| Err("there is no such file".to_string());
        let model = Model::decode(bytes, dims, none).unwrap_or_else(|f| panic!("{name}: {f:?}"));
        let inputs = model.inputs();
        let size = |i: &zirc_onnx::ModelInput| i.shape.iter().product::<usize>().max(1);
        let count = inputs.iter().map(|i| data[&i.name].data.len() / size(i)).min().unwrap_or(0);
        let one = |k| {
            inputs.iter().map(|i| (i.name.clone(), sample(&data[&i.name], k, &i.shape))).collect()
        };
        let samples = (0..count).map(one).collect();
        Fixture { name: name.into(), model, samples }
    }

    fn calibrated(&self, activation_bits: u32, weight_bits: u32) -> Settings {
        let found = self.model.calibrate(&self.samples, Method::MinMax, activation_bits).unwrap();
        let ranges = Some(found.ranges);
        Settings { activation_bits, weight_bits, ranges, ..Settings::default() }
    }

    fn import(&self, settings: &Settings) -> Result<Imported, Vec<Fault>> {
        import(&self.model, settings, &Options::default())
    }
}

/// The parts of a case, by what follows its name.
fn parts(data: &Arrays, case: &str, part: &str) -> Arrays {
    let start = format!("{case}.{part}.");
    let own = data.iter().filter_map(|(k, v)| Some((k.strip_prefix(&start)?.into(), v.clone())));
    own.collect()
}

fn fixtures(path: &str, inputs: &str) -> Vec<Fixture> {
    let data = npz(&file(path));
    let cases = data.keys().filter_map(|k| k.strip_suffix(".model"));
    let only = std::env::var("ZIRC_CASES").ok();
    let cases = cases.filter(|c| only.as_ref().is_none_or(|o| c.contains(o.as_str())));
    let one = |case: &str| {
        let bytes: Vec<u8> = data[&format!("{case}.model")].data.iter().map(|v| *v as u8).collect();
        let given = parts(&data, case, inputs);
        let mut dims: BTreeMap<String, usize> = parts(&data, case, "dim")
            .iter()
            .map(|(k, v)| (k.clone(), v.data[0] as usize))
            .collect();
        if inputs == "cal" {
            dims.extend(given.keys().map(|n| (format!("{n}.0"), 1)));
        }
        Fixture::new(case, &bytes, &dims, &given)
    };
    cases.map(one).collect()
}

fn example(name: &str) -> Fixture {
    let folder = format!("examples/onnx/{name}");
    let bytes = file(&format!("{folder}/{name}.onnx"));
    let data = npz(&file(&format!("{folder}/calibrate.npz")));
    Fixture::new(name, &bytes, &BTreeMap::new(), &data)
}

/// The lines of a program but for what it says of where its types are from.
fn statements(made: &Imported) -> Vec<&str> {
    let mut parts = made.source.split("#[assumes(");
    let first = parts.next().into_iter();
    let others = parts.filter_map(|p| Some(p.split_once(")]\n")?.1));
    first.chain(others).flat_map(str::lines).collect()
}

/// The first of these in which two programs differ.
fn difference(a: &Imported, b: &Imported) -> Option<String> {
    let (own, other) = (statements(a), statements(b));
    if let Some((a, b)) = own.iter().zip(&other).find(|(a, b)| a != b) {
        return Some(format!("{}, not {}", b.trim(), a.trim()));
    }
    (own != other || a.weights != b.weights).then(|| "other weights".into())
}

/// What was chosen, given again without calibration data, writes the same program.
fn round_trips(all: &[Fixture]) {
    let mut failed = vec![];
    let mut same = 0;
    for f in all {
        for bits in [(8, 8), (12, 16)] {
            let first = match f.import(&f.calibrated(bits.0, bits.1)) {
                Ok(made) => made,
                Err(e) => {
                    failed.push(format!("{} at {bits:?}: {e:?}", f.name));
                    continue;
                }
            };
            let settings = Settings {
                activation_bits: bits.0,
                weight_bits: bits.1,
                choices: first.choices.clone(),
                ..Settings::default()
            };
            match f.import(&settings) {
                Err(e) => failed.push(format!("{} at {bits:?}, again: {e:?}", f.name)),
                Ok(again) => match difference(&first, &again) {
                    Some(d) => failed.push(format!("{} at {bits:?}: {d}", f.name)),
                    None if again.choices != first.choices => {
                        failed.push(format!("{} at {bits:?}: other choices", f.name));
                    }
                    None => same += 1,
                },
            }
        }
    }
    assert!(failed.is_empty(), "{same} are the same, {}:\n{}", failed.len(), failed.join("\n"));
}

#[test]
fn classical_models_again() {
    round_trips(&fixtures("tests/onnx/classical.npz", "in"));
}

#[test]
fn accepted_models_again() {
    round_trips(&fixtures("tests/onnx/accepted.npz", "in"));
}

#[test]
fn forms_again() {
    round_trips(&fixtures("tests/onnx/forms.npz", "in"));
}

#[test]
fn groups_again() {
    round_trips(&fixtures("tests/onnx/groups.npz", "in"));
}

#[test]
fn pipelines_again() {
    round_trips(&fixtures("tests/onnx/pipelines.npz", "cal"));
}

#[test]
fn fused_operators_again() {
    round_trips(&fixtures("tests/onnx/fused.npz", "in"));
}

#[test]
fn columns_that_differ_again() {
    let dims = BTreeMap::from([("X.0".to_string(), 1)]);
    let one = |name: &str| {
        let bytes = file(&format!("tests/onnx/pipelines/{name}.onnx"));
        let data = npz(&file(&format!("tests/onnx/pipelines/{name}_cal.npz")));
        Fixture::new(name, &bytes, &dims, &data)
    };
    round_trips(&["power", "columns"].map(one));
}

#[test]
fn examples_again() {
    let names =
        ["attention", "cnn", "cnn_square", "gradient_boosting", "lenet5", "logistic", "lstm"];
    let more = ["mlp", "qdq_cnn", "random_forest"];
    round_trips(&names.into_iter().chain(more).map(example).collect::<Vec<_>>());
}

/// A model of `tests/onnx/quantization` and what it is calibrated on.
fn small(name: &str) -> Fixture {
    let bytes = file(&format!("tests/onnx/quantization/{name}.onnx"));
    let none = &mut |_: &str| Err("there is no such file".to_string());
    let model = Model::decode(&bytes, &BTreeMap::new(), none).unwrap();
    Fixture { name: name.into(), model, samples: vec![] }
}

fn relu() -> Fixture {
    let data = npz(&file("tests/onnx/quantization/cal.npz"));
    let bytes = file("tests/onnx/quantization/relu.onnx");
    Fixture::new("relu", &bytes, &BTreeMap::new(), &data)
}

fn tensors(list: &[(&str, &str)]) -> Choices {
    let one = |(n, t): &(&str, &str)| ((*n).to_owned(), t.parse().unwrap());
    Choices { tensors: list.iter().map(one).collect(), ..Choices::default() }
}

fn layer(name: &str, activation_bits: Option<u32>, weight_bits: Option<u32>) -> Choices {
    let c = Choice { activation_bits, weight_bits, ..Choice::default() };
    Choices { layers: BTreeMap::from([(name.to_owned(), c)]), ..Choices::default() }
}

/// What an import with choices says is wrong with them: place, message and help.
fn refused(f: &Fixture, choices: Choices) -> Vec<(String, String, String)> {
    let settings = Settings { choices, ..f.calibrated(8, 8) };
    let faults = f.import(&settings).map(|_| vec![]).unwrap_or_else(|faults| faults);
    faults.into_iter().map(|f| (f.place, f.message, f.help.unwrap_or_default())).collect()
}

/// Whether numbers are those of a type: multiples of a step in an interval.
fn are(values: &[f64], step: f64, lo: f64, hi: f64) -> bool {
    values.iter().all(|v| (v / step).fract() == 0.0 && (lo..=hi).contains(v))
}

#[test]
fn every_tensor_has_the_type_that_is_given() {
    let f = relu();
    let choices = tensors(&[("x", "q2.5"), ("a", "q1.2"), ("c", "uq3.4"), ("y", "q3.3")]);
    let settings = Settings { choices: choices.clone(), ..f.calibrated(8, 8) };
    let built = Built::new(&f.model, true, &settings);
    let got = built.run(&f.samples[0]);
    assert!(are(&got["a"], 0.25, -2.0, 1.75), "{:?}", got["a"]);
    assert!(are(&got["y"], 0.125, -8.0, 7.875), "{:?}", got["y"]);
    let relu: Vec<f64> = got["a"].iter().map(|v| v.max(0.0)).collect();
    assert_eq!(got["c"], relu);
    // Without them `a` is an accumulator, and `y` another.
    let plain = Built::new(&f.model, true, &f.calibrated(8, 8)).run(&f.samples[0]);
    assert!(!are(&plain["a"], 0.25, -2.0, 1.75) && !are(&plain["y"], 0.125, -8.0, 7.875));
    // What was forced is written to the file and forced again.
    assert_eq!(built.imported.choices.tensors, choices.tensors);
    round_trip_of(&f, &settings);
}

/// A type that is wider than what a table reads is the tensor's, and the table cuts it.
#[test]
fn a_type_that_is_wider_than_a_layer_reads() {
    let all = fixtures("tests/onnx/forms.npz", "in");
    let f =
        all.iter().find(|f| f.name.starts_with("sigmoid.") || f.name.starts_with("silu.")).unwrap();
    let inner = f.import(&f.calibrated(8, 8)).unwrap().choices;
    let name = inner.tensors.keys().find(|n| **n != "x" && !n.contains('#')).unwrap().clone();
    let choices = tensors(&[(&name, "q4.16")]);
    let settings = Settings { choices, ..f.calibrated(8, 8) };
    let got = Built::new(&f.model, true, &settings).run(&f.samples[0]);
    if let Some(values) = got.get(&name) {
        assert!(are(values, 1.0 / 65536.0, -16.0, 16.0), "{name}: {values:?}");
    }
    round_trip_of(f, &settings);
}

fn round_trip_of(f: &Fixture, settings: &Settings) {
    let first = f.import(settings).unwrap();
    let choices = first.choices.clone();
    let again = f.import(&Settings { ranges: None, choices, ..settings.clone() }).unwrap();
    assert_eq!(difference(&first, &again), None);
}

#[test]
fn constants_have_types_too() {
    let f = relu();
    let settings =
        Settings { choices: tensors(&[("w", "q1.6"), ("b", "q1.9")]), ..f.calibrated(8, 8) };
    let made = f.import(&settings).unwrap();
    for part in ["w: q1.6[64, 32]", "b: q1.9[32]"] {
        assert!(made.source.contains(part), "{part} is not in {}", made.source);
    }
    let wrong = refused(&f, tensors(&[("w", "uq0.3")]));
    assert_eq!(wrong.len(), 1, "{wrong:?}");
    assert_eq!(wrong[0].0, "tensor `w`");
    assert!(wrong[0].1.ends_with(": uq0.3 reaches from 0 to 0.875"), "{wrong:?}");
    let long = refused(&f, tensors(&[("w", "q1.100")]));
    assert_eq!(long[0].1, "is a constant: the integers of q1.100 do not fit 64 bits");
}

#[test]
fn names_that_are_not_there() {
    let f = relu();
    let (tensor, node) = ("the model has no such tensor", "the model has no such node");
    let at = |kind: &str, name: &str| format!("quantization of {kind} `{name}`");
    let one = |place: String, message: &str, help: &str| {
        vec![(place, message.to_string(), help.to_string())]
    };
    let list = "there are `x`, `a`, `c`, `y`";
    assert_eq!(
        refused(&f, tensors(&[("nonsense", "q1.2"), ("a", "q1.2")])),
        one(at("tensor", "nonsense"), tensor, list)
    );
    // In a model of many tensors the nearest is named, here with the others.
    assert_eq!(refused(&f, tensors(&[("aa", "q1.2")])), one(at("tensor", "aa"), tensor, list));
    assert_eq!(refused(&f, tensors(&[("", "q1.2")])), one(at("tensor", ""), tensor, list));
    assert_eq!(
        refused(&f, layer("fc1", Some(6), None)),
        one(at("layer", "fc1"), node, "there are `a`, `c`, `y`")
    );
    let dec = small("dec2");
    let folded = "is no more: it was computed when the model was read, or joined with others";
    let leave = "leave it out: a file that `zirc import` writes names what is left";
    let settings = Settings { choices: tensors(&[("b0", "q1.2")]), ..Settings::default() };
    let faults = dec.import(&settings).unwrap_err();
    assert_eq!((faults[0].message.as_str(), faults[0].help.as_deref()), (folded, Some(leave)));
    let settings = Settings { choices: layer("m0", None, Some(4)), ..Settings::default() };
    assert_eq!(dec.import(&settings).unwrap_err()[0].message, folded);
}

#[test]
fn choices_that_decide_nothing_say_why() {
    let f = relu();
    let said = |f: &Fixture, c: Choices| -> Vec<String> {
        refused(f, c).into_iter().map(|(_, message, _)| message).collect()
    };
    assert_eq!(
        said(&f, layer("c", None, Some(4))),
        ["`weight_bits` decides nothing: no weight is rounded in it"]
    );
    assert_eq!(
        said(&f, layer("y", Some(4), None)),
        ["`activation_bits` decides nothing: no activation is rounded in it"]
    );
    assert_eq!(said(&f, layer("a", Some(40), None)), ["40 bits are chosen: 2 to 32 are possible"]);
    let wide = Fixed { signed: true, bits: 300, frac: 4 };
    let far = Fixed { signed: true, bits: 8, frac: 201 };
    for (t, message) in [
        (wide, "its type has 300 bits: 1 to 253 are possible"),
        (Fixed { bits: 0, ..wide }, "its type has 0 bits: 1 to 253 are possible"),
        (far, "its type has a step of 2^-201: 2^-200 to 2^200 are possible"),
    ] {
        let c = Choices { tensors: BTreeMap::from([("a".into(), t)]), ..Choices::default() };
        assert_eq!(said(&f, c), [message]);
    }
    // Labels are exact integers, and so is what a quantized model computes.
    let all = fixtures("tests/onnx/classical.npz", "in");
    let by_label = |f: &&Fixture| f.model.outputs().iter().any(|o| o == "label");
    let classifier = all.iter().find(by_label).unwrap();
    assert_eq!(
        said(classifier, tensors(&[("label", "q3.4")])),
        ["holds int64, exact integers: q3.4 cannot be used"]
    );
    let inner = said(classifier, tensors(&[("label#nothing", "q3.4")]));
    assert!(inner[0].starts_with("q3.4 is not used: nothing in node"), "{inner:?}");
    let qdq = example("qdq_cnn");
    let node = qdq.import(&qdq.calibrated(8, 8)).unwrap();
    let mut lines = node.source.lines().skip_while(|l| l.trim() != "// QLinearConv");
    let conv = lines.find_map(|l| l.trim().strip_prefix("#[layer(\"")).unwrap();
    let conv = conv.trim_end_matches("\")]");
    assert_eq!(
        said(&qdq, layer(conv, None, Some(4))),
        ["`weight_bits` decides nothing: no weight is rounded in it"]
    );
}
