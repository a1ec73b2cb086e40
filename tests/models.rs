//! The ONNX models of `examples/onnx`: quantized, compiled and proved, with errors against
//! onnxruntime that are stated here.
//!
//! A bound is on |circuit − onnxruntime|, over all numbers of the first samples of `test.npz`, at
//! 8-bit activations and weights, as `zirc run` takes them unless told otherwise.

mod common;

use num_traits::ToPrimitive;
use rand::SeedableRng;
use rand::rngs::StdRng;
use std::collections::BTreeMap;
use std::path::PathBuf;
use zirc_circuit::{Assignment, Circuit, Int, Ints, PortType, assign, violations};
use zirc_compiler::{Loaded, Loader, Project};
use zirc_onnx::quantize::{Method, Settings};
use zirc_onnx::{Array, Imported, Model, Options, import};
use zirc_runtime::input::{Format, RawData, RawTensor, read_values};
use zirc_runtime::{ProveOptions, SetupOptions, prove, setup, silent, verify_file};

type Tensors = BTreeMap<String, RawTensor>;

/// The weights of an import.
struct Weights(Tensors);

impl Loader for Weights {
    fn source(&mut self, path: &str) -> Result<String, String> {
        Err(format!("no file {path}"))
    }

    fn tensor(&mut self, _: &str, name: &str, _: &PortType) -> Result<Loaded, String> {
        let t = self.0.get(name).ok_or("no such tensor")?;
        let RawData::Ints(data) = &t.data else { return Err("not integers".into()) };
        Ok(Loaded { shape: t.shape.clone(), data: Ints::Small(data.clone()) })
    }

    fn digest(&mut self, _: &str) -> Result<String, String> {
        Ok("00".repeat(32))
    }
}

/// A model, compiled.
struct Made {
    model: Model,
    imported: Imported,
    project: Project,
    weights: Weights,
    circuit: Circuit,
    test: Tensors,
}

fn file(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("examples/onnx").join(name)
}

fn tensors(name: &str) -> Tensors {
    let bytes = std::fs::read(file(name)).unwrap();
    read_values(&bytes, Format::from_name(name).unwrap()).unwrap()
}

fn floats(t: &RawTensor) -> Vec<f64> {
    match &t.data {
        RawData::Ints(v) => v.iter().map(|x| *x as f64).collect(),
        RawData::Floats(v) => v.clone(),
        _ => panic!("numbers are expected"),
    }
}

/// Sample `k` of a data file.
fn sample(model: &Model, data: &Tensors, k: usize) -> Option<BTreeMap<String, Array>> {
    let one = |i: zirc_onnx::ModelInput| {
        let size: usize = i.shape.iter().product();
        let all = floats(&data[&i.name]);
        let values = all.get(k * size..(k + 1) * size)?.to_vec();
        Some((i.name, Array { shape: i.shape, data: values }))
    };
    model.inputs().into_iter().map(one).collect()
}

fn make(name: &str) -> Made {
    make_with(name, name, &Settings::default())
}

/// A model with settings, whose data lie in `folder`.
fn make_with(folder: &str, name: &str, settings: &Settings) -> Made {
    let bytes = std::fs::read(file(&format!("{folder}/{name}.onnx"))).unwrap();
    let model = Model::decode(&bytes, &BTreeMap::new(), &mut |_| Err("no file".into()));
    let model = model.unwrap_or_else(|f| panic!("{f:?}"));
    let calibration = tensors(&format!("{folder}/calibrate.npz"));
    let samples: Vec<_> = (0..).map_while(|k| sample(&model, &calibration, k)).collect();
    let calibrated = model.calibrate(&samples, Method::MinMax, settings.activation_bits);
    let ranges = calibrated.unwrap().ranges;
    let settings = Settings { ranges: Some(ranges), ..settings.clone() };
    let options = Options::default();
    let imported = import(&model, &settings, &options).unwrap_or_else(|f| panic!("{f:?}"));
    let held = read_values(&imported.weights, Format::Safetensors).unwrap();
    let mut weights = Weights(held);
    let refused = |r: zirc_compiler::Rejected| -> ! { panic!("{:?}", r.diagnostics) };
    let project = Project::load("model.zirc", &imported.source, &mut weights);
    let project = project.unwrap_or_else(|r| refused(r));
    let circuit = project.compile("model", &mut weights).unwrap_or_else(|r| refused(r)).circuit;
    let test = tensors(&format!("{folder}/test.npz"));
    Made { model, imported, project, weights, circuit, test }
}

impl Made {
    fn raw(&self, k: usize) -> Vec<Vec<Int>> {
        let given = sample(&self.model, &self.test, k).unwrap();
        let ports = self.circuit.signature.inputs.iter().zip(&self.imported.inputs);
        ports
            .map(|(port, from)| {
                let PortType::Fix { lo, hi, .. } = &port.ty else { panic!("a fixed-point input") };
                let step = step(&port.ty);
                let one = |v: &f64| {
                    let r = Int::from((v / step).round_ties_even() as i64);
                    r.clamp(lo.clone(), hi.clone())
                };
                given[&from.tensor].data.iter().map(one).collect()
            })
            .collect()
    }

    /// The outputs of the circuit for sample `k`, by the names of the graph.
    fn outputs(&self, a: &Assignment) -> BTreeMap<String, Vec<f64>> {
        let ports = self.circuit.signature.outputs.iter().zip(&self.imported.outputs);
        ports
            .map(|(port, to)| {
                let count = port.shape.iter().product::<usize>();
                let one = |k| a.get_int(&self.circuit, port.tensor, k).to_f64().unwrap();
                (to.tensor.clone(), (0..count).map(|k| one(k) * step(&port.ty)).collect())
            })
            .collect()
    }

    /// The first samples: every constraint holds, and the largest error against onnxruntime.
    fn worst(&self, samples: usize) -> f64 {
        let mut worst: f64 = 0.0;
        for k in 0..samples {
            let a = assign(&self.circuit, &self.raw(k)).unwrap();
            assert_eq!(violations(&self.circuit, &a), vec![]);
            for (name, values) in self.outputs(&a) {
                let float = floats(&self.test[&format!("float.{name}")]);
                let float = &float[k * values.len()..(k + 1) * values.len()];
                let error = values.iter().zip(float).map(|(v, f)| (v - f).abs());
                worst = error.fold(worst, f64::max);
            }
        }
        worst
    }

    /// The interpreter gives the circuit's outputs.
    fn interpreted(&mut self, k: usize) {
        let raw = self.raw(k);
        let names = self.circuit.signature.inputs.iter().map(|p| p.name.clone());
        let named: BTreeMap<String, Vec<Int>> = names.zip(raw.iter().cloned()).collect();
        let plain = self.project.interpret("model", &named, &mut self.weights).unwrap();
        let a = assign(&self.circuit, &raw).unwrap();
        for (port, values) in self.circuit.signature.outputs.iter().zip(&plain.outputs) {
            for (k, v) in values.iter().enumerate() {
                assert_eq!(a.get_int(&self.circuit, port.tensor, k), *v, "{}[{k}]", port.name);
            }
        }
    }

    /// A proof of sample `k`; with another public result it is refused.
    fn proved(&self, k: usize) {
        let a = assign(&self.circuit, &self.raw(k)).unwrap();
        let mut rng = StdRng::seed_from_u64(7);
        let (key, _) =
            setup(&self.circuit, SetupOptions::default(), &mut rng, &mut silent).unwrap();
        let options = ProveOptions { check: false, ..ProveOptions::default() };
        let proven = prove(&key, &self.circuit, &a, options, &mut rng, &mut silent).unwrap();
        let file = proven.to_file();
        verify_file(key.verifying_key(), &file).unwrap();
        let mut forged = file.clone();
        forged.public[0] += ark_bn254::Fr::from(1u64);
        verify_file(key.verifying_key(), &forged).unwrap_err();
    }
}

fn step(t: &PortType) -> f64 {
    match t {
        PortType::Field => 1.0,
        PortType::Fix { numerator, denominator, .. } => {
            numerator.to_f64().unwrap() / denominator.to_f64().unwrap()
        }
    }
}

/// Error bound and constraint bound, with every constraint of the first samples checked.
fn check(name: &str, samples: usize, bound: f64, constraints: usize) -> Made {
    let made = make(name);
    let worst = made.worst(samples);
    println!("{name}: error {worst:.4}, {} constraints", made.circuit.num_constraints());
    assert!(worst <= bound, "{name}: the error is {worst}, stated is {bound}");
    // The bound is no idle one.
    assert!(worst >= bound / 4.0, "{name}: the error is only {worst}");
    let n = made.circuit.num_constraints();
    assert!(n <= constraints && n >= constraints * 9 / 10, "{name}: {n} constraints");
    made
}

/// The same with the interpreter's opinion and a proof.
fn check_and_prove(name: &str, samples: usize, bound: f64, constraints: usize) {
    let mut made = check(name, samples, bound, constraints);
    made.interpreted(0);
    made.proved(0);
}

#[test]
fn logistic() {
    check_and_prove("logistic", 200, 0.15, 530);
}

#[test]
fn mlp() {
    check_and_prove("mlp", 200, 0.15, 1_500);
}

#[test]
fn mlp_large() {
    check_and_prove("mlp_large", 100, 0.15, 10_500);
}

#[test]
fn cnn_square() {
    check_and_prove("cnn_square", 10, 0.7, 26_000);
}

#[test]
fn lstm() {
    check_and_prove("lstm", 20, 0.5, 53_000);
}

#[test]
fn random_forest() {
    check_and_prove("random_forest", 142, 2e-7, 4_500);
}

#[test]
fn gradient_boosting() {
    check_and_prove("gradient_boosting", 142, 0.04, 4_200);
}

/// Quantized already: the same integers as onnxruntime, and so the same floats but for the rounding
/// of floats themselves.
#[test]
fn qdq_cnn() {
    check_and_prove("qdq_cnn", 20, 2e-6, 31_000);
}

/// Pooling stands before the monotone activation: one requantization a window, not four.
#[test]
fn cnn() {
    check("cnn", 4, 0.3, 430_000);
}

#[test]
fn lenet5() {
    check("lenet5", 4, 0.1, 460_000);
}

#[test]
fn attention() {
    check("attention", 4, 0.2, 220_000);
}

/// What `examples/onnx/compare/compare.csv` says is what these models cost, and square activations
/// with average pooling are the cheapest of them.
#[test]
fn the_comparison_is_that_of_these_models() {
    let text = std::fs::read_to_string(file("compare/compare.csv")).unwrap();
    let (head, rows) = text.split_once('\n').unwrap();
    assert!(head.starts_with("model,circuit,mode,"), "{head}");
    let place = |name: &str| head.split(',').position(|c| c == name).unwrap();
    let mut all = BTreeMap::new();
    for row in rows.lines() {
        let cells: Vec<&str> = row.split(',').collect();
        let number = |name: &str| cells[place(name)].parse().unwrap();
        let model = cells[place("model")].trim_matches('"');
        let (bits, weights, said): (u32, u32, u32) =
            (number("activation_bits"), number("weight_bits"), number("constraints"));
        let settings =
            Settings { activation_bits: bits, weight_bits: weights, ..Settings::default() };
        let made = make_with("compare", model, &settings);
        assert_eq!(made.circuit.num_constraints(), said as usize, "{model} at {bits} bits");
        all.insert((said, bits), model.to_string());
    }
    assert_eq!(all.len(), 24);
    assert!(all.values().take(4).all(|m| m == "square_avg"), "{all:?}");
}

/// Minutes: `cargo test --release --test models -- --ignored`.
#[test]
#[ignore = "three proofs of several hundred thousand constraints"]
fn large_models_are_proved() {
    for name in ["cnn", "lenet5", "attention"] {
        let mut made = make(name);
        made.interpreted(0);
        made.proved(0);
    }
}
