//! Quantized models: the circuit's integers are those of onnxruntime, bit for bit.
//!
//! `examples/onnx/qdq_cnn` has the integer tensors of 20 samples; `tests/onnx/quantized.npz` the
//! results of small models of single operations, with accumulators at which floats round exact
//! halves and their neighbours (`tests/onnx/make_quantized.py`).

mod imported;

use imported::{Built, npz};
use std::collections::BTreeMap;
use zirc_onnx::quantize::Settings;
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

/// Numbers that differ, with their places. What is dequantized at the end is rounded to a float of 32
/// bits, as onnxruntime gives it.
fn differences(got: &[f64], want: &[f64]) -> Vec<(usize, f64, f64)> {
    assert_eq!(got.len(), want.len());
    let all = got.iter().zip(want).enumerate();
    all.filter(|(_, (g, w))| f64::from(**g as f32) != **w).map(|(k, (g, w))| (k, *g, *w)).collect()
}

#[test]
fn every_integer_of_a_quantized_network() {
    let model = decode(&std::fs::read(path("examples/onnx/qdq_cnn/qdq_cnn.onnx")).unwrap());
    let data = npz(&std::fs::read(path("examples/onnx/qdq_cnn/test.npz")).unwrap());
    let built = Built::new(&model, true, &Settings::default());
    let wanted: Vec<&str> = data.keys().filter_map(|k| k.strip_prefix("int.")).collect();
    assert_eq!(wanted.len(), 8);
    let images = &data["image"];
    let size: usize = images.shape[1..].iter().product();
    for k in 0..20 {
        let image = images.data[k * size..(k + 1) * size].to_vec();
        let image = Array { shape: vec![1, 1, 8, 8], data: image };
        let inputs = BTreeMap::from([("image".to_string(), image)]);
        let in_circuit = built.run(&inputs);
        let in_the_clear = model.evaluate(&inputs).unwrap();
        for name in &wanted {
            let all = &data[&format!("int.{name}")];
            let size: usize = all.shape[1..].iter().product();
            let want = &all.data[k * size..(k + 1) * size];
            let got = &in_the_clear[*name].data;
            assert_eq!(differences(got, want), [], "{name} of sample {k}, in the clear");
            let Some(got) = in_circuit.get(*name) else { panic!("{name} is not in the circuit") };
            assert_eq!(differences(got, want), [], "{name} of sample {k}, in the circuit");
        }
    }
}

#[test]
fn operations_one_by_one() {
    let data = npz(&std::fs::read(path("tests/onnx/quantized.npz")).unwrap());
    let cases: Vec<&str> = data.keys().filter_map(|k| k.strip_suffix(".model")).collect();
    assert_eq!(cases.len(), 61);
    let mut failed = vec![];
    for case in cases {
        let bytes: Vec<u8> = data[&format!("{case}.model")].data.iter().map(|v| *v as u8).collect();
        let model = decode(&bytes);
        let built = Built::new(&model, false, &Settings::default());
        let of = |kind: &str| -> BTreeMap<String, &Array> {
            let start = format!("{case}.{kind}.");
            let own =
                data.iter().filter_map(|(k, v)| Some((k.strip_prefix(&start)?.to_string(), v)));
            own.collect()
        };
        let (inputs, outputs) = (of("in"), of("out"));
        assert!(!inputs.is_empty() && !outputs.is_empty(), "{case}");
        let samples = inputs.values().next().unwrap().shape[0];
        let sample = |a: &Array, k: usize| {
            let size: usize = a.shape[1..].iter().product();
            Array { shape: a.shape[1..].to_vec(), data: a.data[k * size..(k + 1) * size].to_vec() }
        };
        for k in 0..samples {
            let given = inputs.iter().map(|(n, a)| (n.clone(), sample(a, k))).collect();
            let in_circuit = built.run(&given);
            let in_the_clear = model.evaluate(&given).unwrap();
            for (name, all) in &outputs {
                let want = sample(all, k);
                assert_eq!(in_the_clear[name].shape, want.shape, "{case}");
                for (how, got) in
                    [("clear", &in_the_clear[name].data), ("circuit", &in_circuit[name])]
                {
                    let wrong = differences(got, &want.data);
                    if !wrong.is_empty() {
                        failed.push(format!("{case}, {how}, sample {k}: {wrong:?}"));
                    }
                }
            }
        }
    }
    assert!(failed.is_empty(), "{} differ\n{}", failed.len(), failed.join("\n"));
}
