//! What an imported program says of its quantization: how, and from which files.

mod imported;

use imported::{Built, npz};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use zirc_onnx::quantize::{Choices, FileDigest, Method, Ranges, Settings};
use zirc_onnx::{Array, Model, Options, WeightVisibility, import};

const CALIBRATION: &str = "tests/onnx/quantization/cal.npz";

fn file(name: &str) -> Vec<u8> {
    std::fs::read(format!("{}/../{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

/// As somebody else computes it.
fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|b| format!("{b:02x}")).collect()
}

fn model(bytes: &[u8]) -> Model {
    let none = &mut |_: &str| Err("there is no such file".to_string());
    Model::decode(bytes, &BTreeMap::new(), none).unwrap()
}

fn relu() -> (Vec<u8>, Model) {
    let bytes = file("tests/onnx/quantization/relu.onnx");
    let model = model(&bytes);
    (bytes, model)
}

/// Settings by the first samples of a file.
fn calibrated(model: &Model, data: &[u8], count: usize, method: Method) -> Settings {
    let all = npz(data);
    let one = |k: usize| {
        let of = |i: zirc_onnx::ModelInput| {
            let size: usize = i.shape.iter().product();
            let data = all[&i.name].data[k * size..][..size].to_vec();
            (i.name, Array { shape: i.shape, data })
        };
        model.inputs().into_iter().map(of).collect()
    };
    let samples: Vec<BTreeMap<String, Array>> = (0..count).map(one).collect();
    let seen = model.calibrate(&samples, method, 8).unwrap().ranges;
    let ranges = Some(Ranges { file: Some(FileDigest::of(data)), ..seen });
    Settings { ranges, ..Settings::default() }
}

fn said(model: &Model, settings: &Settings) -> Vec<String> {
    import(model, settings, &Options::default()).unwrap().assumptions
}

const ACTIVATIONS: &str = "activations are rounded per tensor, without zero points and to steps that are powers of two, to types of";
const WEIGHTS: &str = "weights are rounded per channel, without zero points and to steps that are powers of two, to at most";

#[test]
fn the_files_and_how_numbers_were_rounded() {
    let (bytes, model) = relu();
    let data = file(CALIBRATION);
    let settings = calibrated(&model, &data, 16, Method::MinMax);
    let built = Built::new(&model, false, &settings);
    let expected = [
        format!("the model is an ONNX file with SHA-256 {}", sha256(&bytes)),
        format!("{ACTIVATIONS} 8 bits"),
        format!("{WEIGHTS} 8 bits"),
        format!(
            "ranges of activations follow from 16 samples of calibration data in a file with SHA-256 {}, \
             from the least value to the greatest",
            sha256(&data)
        ),
    ];
    assert_eq!(built.imported.assumptions, expected);
    // So says the circuit, and the text of the program.
    assert_eq!(built.circuit.signature.assumptions, expected);
    for text in &expected {
        let line = format!("#[assumes(\n    \"{text}\",\n)]\n");
        assert!(built.imported.source.contains(&line), "{line}{}", built.imported.source);
    }
}

#[test]
fn other_data_are_another_circuit() {
    let (_, model) = relu();
    let data = file(CALIBRATION);
    let settings = calibrated(&model, &data, 16, Method::MinMax);
    let made = Built::new(&model, false, &settings);
    let changed = [data.as_slice(), b"\0"].concat();
    // The same numbers from another file.
    let other = Ranges { file: Some(FileDigest::of(&changed)), ..settings.ranges.clone().unwrap() };
    let other = Settings { ranges: Some(other), ..settings };
    let again = Built::new(&model, false, &other);
    assert_ne!(made.circuit.digest(), again.circuit.digest());
    let line = again.imported.assumptions.last().unwrap();
    assert!(line.contains(&sha256(&changed)), "{line}");
    assert_eq!(made.imported.assumptions[..3], again.imported.assumptions[..3]);
}

#[test]
fn how_ranges_were_found() {
    let (_, model) = relu();
    let data = file(CALIBRATION);
    for (method, count, words) in [
        (Method::Percentile, 1, ("1 sample of", "without the outermost 0.1 %")),
        (Method::MeanSquaredError, 9, ("9 samples of", "those of least mean squared error")),
    ] {
        let line = said(&model, &calibrated(&model, &data, count, method)).pop().unwrap();
        assert!(line.contains(words.0) && line.ends_with(words.1), "{line}");
    }
    let none = said(&model, &Settings::default());
    let text =
        "ranges of activations follow from the types of inputs: there is no calibration data";
    assert_eq!(none.last().unwrap(), text);
    // In no file that is known.
    let mut settings = calibrated(&model, &data, 3, Method::MinMax);
    settings.ranges.as_mut().unwrap().file = None;
    let text = "ranges of activations follow from 3 samples of calibration data, from the least value to the \
                greatest";
    assert_eq!(said(&model, &settings).last().unwrap(), text);
}

#[test]
fn what_was_chosen() {
    let (_, model) = relu();
    let plain = calibrated(&model, &file(CALIBRATION), 16, Method::MinMax);
    let tensors = BTreeMap::from([("c".to_string(), "uq3.9".parse().unwrap())]);
    let choices = Choices { tensors, weight_bits: Some(11), ..Choices::default() };
    let settings = Settings { choices, ..plain };
    let all = said(&model, &settings);
    assert_eq!(all[1], format!("{ACTIVATIONS} 8 to 12 bits"));
    assert_eq!(all[2], format!("{WEIGHTS} 11 bits"));
    assert_eq!(all.last().unwrap(), "types of tensors or bits of layers are chosen by hand");
    let settings = Settings { choices_file: Some(FileDigest::of(b"file")), ..settings };
    let text =
        format!("choices of a quantization file with SHA-256 {} are obeyed", sha256(b"file"));
    assert_eq!(said(&model, &settings).last(), Some(&text));
}

/// A commitment to weights tells nobody who guesses them that they are right; the digest of their file would.
#[test]
fn the_file_of_hidden_weights_is_not_named() {
    let (bytes, model) = relu();
    for weights in [WeightVisibility::Private, WeightVisibility::Committed] {
        let options = Options { weights, ..Options::default() };
        let made = import(&model, &Settings::default(), &options).unwrap();
        assert!(made.assumptions.iter().any(|t| t.starts_with(WEIGHTS)), "{:?}", made.assumptions);
        assert!(!made.source.contains(&sha256(&bytes)));
    }
}
