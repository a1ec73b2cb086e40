//! The examples of single layers: their numbers against those that numpy and onnxruntime made.

mod common;

use common::{Folder, example};
use std::collections::BTreeMap;
use zirc_circuit::{Circuit, Int, Port, assign, violations};
use zirc_runtime::input::{RawData, RawTensor, to_port};

const SOFTMAX: usize = 80 + 967;
const ATTENTION: usize = 14_022;
const LSTM: usize = 192 + 8 * 366;
const EMBEDDING: usize = 455;

/// The `k`-th sample of a tensor whose first dimension counts samples.
fn sample(t: &RawTensor, k: usize) -> RawTensor {
    let shape = t.shape[1..].to_vec();
    let n: usize = shape.iter().product();
    let data = match &t.data {
        RawData::Ints(v) => RawData::Ints(v[k * n..(k + 1) * n].to_vec()),
        RawData::Floats(v) => RawData::Floats(v[k * n..(k + 1) * n].to_vec()),
        other => panic!("{other:?}"),
    };
    RawTensor { shape, data }
}

fn raw(data: &BTreeMap<String, RawTensor>, port: &Port, k: usize) -> Vec<Int> {
    to_port(&sample(&data[&port.name], k), port).unwrap()
}

/// The first `n` samples: the circuit is satisfied, its public outputs are those of the data, and
/// on the first one the interpreter says the same.
fn reproduces(name: &str, circuit: &str, n: usize) -> Circuit {
    let mut folder = example(name);
    let compiled = folder.compile(circuit).circuit;
    let project = folder.project();
    let data = folder.values("test.npz").clone();
    let outputs: Vec<&Port> =
        compiled.signature.outputs.iter().filter(|p| data.contains_key(&p.name)).collect();
    for k in 0..n {
        let inputs: Vec<Vec<Int>> =
            compiled.signature.inputs.iter().map(|p| raw(&data, p, k)).collect();
        if k == 0 {
            let named = compiled.signature.inputs.iter().map(|p| p.name.clone());
            let named = named.zip(inputs.iter().cloned()).collect();
            let plain = project.interpret(circuit, &named, &mut folder).unwrap();
            assert_eq!(plain.refusals, vec![]);
            let expected: Vec<Vec<Int>> = outputs.iter().map(|p| raw(&data, p, k)).collect();
            assert_eq!(plain.outputs, expected, "{name}");
        }
        let assignment = assign(&compiled, &inputs).unwrap();
        assert_eq!(violations(&compiled, &assignment), vec![]);
        for port in &outputs {
            let expected = raw(&data, port, k);
            let len = expected.len();
            let got: Vec<Int> =
                (0..len).map(|i| assignment.get_int(&compiled, port.tensor, i)).collect();
            assert_eq!(got, expected, "{name}, sample {k}, {}", port.name);
        }
    }
    compiled
}

fn floats(data: &BTreeMap<String, RawTensor>, name: &str) -> Vec<f64> {
    match &data[name].data {
        RawData::Floats(v) => v.clone(),
        other => panic!("{other:?}"),
    }
}

/// The largest and the mean distance of `name` from `reference`, in steps.
fn error(folder: &mut Folder, name: &str, reference: &str, steps: f64) -> (f64, f64) {
    let data = folder.values("test.npz");
    let (ours, theirs) = (floats(data, name), floats(data, reference));
    assert_eq!(ours.len(), theirs.len());
    let all: Vec<f64> =
        ours.iter().zip(&theirs).map(|(a, b)| (a * steps - b * steps).abs()).collect();
    (all.iter().copied().fold(0.0, f64::max), all.iter().sum::<f64>() / all.len() as f64)
}

#[test]
fn softmax_is_within_a_step_of_numpy() {
    let c = reproduces("softmax", "probabilities", 40);
    // The range of the input and the softmax itself.
    assert_eq!(c.num_constraints(), SOFTMAX);
    let (max, mean) = error(&mut example("softmax"), "y", "reference", 256.0);
    assert!(max < 0.51 && mean < 0.26, "{max} {mean}");
}

#[test]
fn attention_is_within_two_steps_of_numpy() {
    let c = reproduces("attention", "head", 5);
    assert_eq!(c.num_constraints(), ATTENTION);
    let (max, mean) = error(&mut example("attention"), "y", "reference", 16.0);
    assert!(max < 2.0 && mean < 0.35, "{max} {mean}");
}

#[test]
fn the_lstm_cell_is_near_onnxruntime() {
    let c = reproduces("lstm", "step", 20);
    assert_eq!(c.num_constraints(), LSTM);
    let (max, mean) = error(&mut example("lstm"), "h_next", "h_reference", 128.0);
    assert!(max < 5.0 && mean < 0.9, "{max} {mean}");
    let (max, mean) = error(&mut example("lstm"), "c_next", "c_reference", 256.0);
    assert!(max < 9.0 && mean < 1.6, "{max} {mean}");
}

#[test]
fn the_bag_of_words_says_what_numpy_says() {
    let c = reproduces("embedding", "topic", 40);
    assert_eq!(c.num_constraints(), EMBEDDING);
}

/// A word outside of the table, a wrong class.
#[test]
fn the_bag_of_words_refuses_what_is_false() {
    let mut folder = example("embedding");
    let c = folder.compile("topic").circuit;
    let data = folder.values("test.npz");
    let good: Vec<Vec<Int>> = c.signature.inputs.iter().map(|p| raw(data, p, 0)).collect();
    let mut wrong = good.clone();
    wrong[1][0] = (&wrong[1][0] + 1) % 4;
    assert!(assign(&c, &wrong).is_err());
    let mut outside = good;
    outside[0][0] = Int::from(64);
    assert!(assign(&c, &outside).is_err());
}
