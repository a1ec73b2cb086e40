//! Functions in the forms in which exporters write them: what onnxruntime says, at one cost.
//!
//! `tests/onnx/forms.npz` (`tests/onnx/make_forms.py`) has each between the same two layers.

mod imported;

use imported::{Built, npz};
use std::collections::BTreeMap;
use zirc_onnx::quantize::{Method, Settings};
use zirc_onnx::{Array, Model};

type Arrays = BTreeMap<String, Array>;

fn data() -> Arrays {
    let path = format!("{}/../tests/onnx/forms.npz", env!("CARGO_MANIFEST_DIR"));
    npz(&std::fs::read(path).unwrap())
}

fn sample(a: &Array, k: usize) -> Array {
    let size: usize = a.shape[1..].iter().product();
    Array { shape: a.shape[1..].to_vec(), data: a.data[k * size..(k + 1) * size].to_vec() }
}

/// A model at so many bits of activations, calibrated on its own samples.
fn built(data: &Arrays, case: &str, bits: u32) -> (Built, Vec<Arrays>) {
    let bytes: Vec<u8> = data[&format!("{case}.model")].data.iter().map(|v| *v as u8).collect();
    let none = &mut |_: &str| Err("there is no such file".to_string());
    let model = Model::decode(&bytes, &BTreeMap::new(), none).unwrap();
    let x = &data[&format!("{case}.in.x")];
    let samples: Vec<Arrays> =
        (0..x.shape[0]).map(|k| BTreeMap::from([("x".to_string(), sample(x, k))])).collect();
    let ranges = model.calibrate(&samples, Method::MinMax, bits).unwrap().ranges;
    let settings = Settings { activation_bits: bits, ranges: Some(ranges), ..Settings::default() };
    (Built::new(&model, false, &settings), samples)
}

/// Constraints, and the largest difference from onnxruntime as a part of its largest number.
fn look(data: &Arrays, case: &str, bits: u32) -> (usize, f64) {
    let (built, samples) = built(data, case, bits);
    let wanted = &data[&format!("{case}.out.y")];
    let size = wanted.data.iter().fold(0.0, |m: f64, v| m.max(v.abs()));
    let mut off = 0.0;
    for (k, x) in samples.iter().enumerate() {
        let pairs = built.run(x)["y"].clone().into_iter().zip(sample(wanted, k).data);
        off = pairs.fold(off, |m: f64, (g, w)| m.max((g - w).abs() / size));
    }
    (built.circuit.num_constraints(), off)
}

#[test]
fn every_form_costs_the_same() {
    let data = data();
    let mut costs: BTreeMap<&str, Vec<(usize, &str)>> = BTreeMap::new();
    for case in data.keys().filter_map(|k| k.strip_suffix(".model")) {
        let Some((function, form)) = case.split_once('.') else { continue };
        let (constraints, off) = look(&data, case, 8);
        println!("{case}: {constraints} constraints, off by {off:.4}");
        assert!(off < 0.05, "{case} is off by {off}");
        costs.entry(function).or_default().push((constraints, form));
    }
    assert_eq!(costs.len(), 12);
    for (function, forms) in &costs {
        let (least, most) = (forms.iter().min().unwrap().0, forms.iter().max().unwrap().0);
        assert!(most * 100 <= least * 105, "{function}: {forms:?}");
    }
    // The accumulator is taken apart once: two tests for zero, two choices and two products are more than a
    // Relu has at most.
    let cost = |function: &str| costs[function][0].0;
    assert!(cost("leaky_relu") <= cost("relu") + 8 * 12, "{costs:?}");
    assert!(cost("prelu") <= cost("relu") + 8 * 12, "{costs:?}");
}

/// Constants are one product: the digits of the input and the 16 results.
#[test]
fn a_chain_of_constants_has_no_cliff() {
    let data = data();
    for bits in 6..=16 {
        let (constraints, off) = look(&data, "chain", bits);
        assert_eq!(constraints, 16 * (bits as usize + 1), "at {bits} bits");
        // Inputs in -2..2, whose ends are cut, in steps of 4 / 2^bits; the largest result is nearly 2.
        assert!(off < 2.5 / f64::from(1u32 << bits), "off by {off} at {bits} bits");
    }
}

/// A number that fills the field is rounded before it does, at whatever number of bits that is.
#[test]
fn what_fills_the_field_compiles() {
    let data = data();
    for bits in 6..=24 {
        let (_, off) = look(&data, "power", bits);
        println!("{bits} bits: off by {off:.4}");
        // A power of 12 multiplies what rounding its argument to few bits does.
        assert!(bits < 12 || off < 0.05, "off by {off} at {bits} bits");
    }
}
