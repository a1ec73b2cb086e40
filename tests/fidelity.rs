//! Models on which one step for a whole tensor, or steps that follow from sizes and not from effects, gave
//! wrong answers without a word. What is right, `float.*` in the data, is onnxruntime's.

use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;
use zirc_runtime::input::{self, Format, RawData};

fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fidelity").join(name)
}

/// Runs zirc with words, and files of the folder behind them.
fn zirc(words: &str, files: &[(&str, PathBuf)]) -> (bool, Value, String) {
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_zirc"));
    command.current_dir(&folder).args(words.split(' ')).arg("--json");
    for (option, path) in files {
        if !option.is_empty() {
            command.arg(option);
        }
        command.arg(path);
    }
    let end = command.output().unwrap();
    let out = String::from_utf8(end.stdout).unwrap();
    let json = serde_json::from_str(&out).unwrap_or(Value::Null);
    (end.status.success(), json, String::from_utf8(end.stderr).unwrap())
}

/// The largest errors of the model's outputs, by tensor, and on how many samples of how many its classes are
/// onnxruntime's.
fn evaluated(
    model: &str,
    calibration: &str,
    data: &str,
    more: &str,
) -> (Vec<(String, f64)>, u64, u64) {
    let files = [
        ("", file(&format!("{model}.onnx"))),
        ("--calibrate", file(calibration)),
        ("--data", file(data)),
    ];
    let (done, json, err) = zirc(&format!("eval{more}"), &files);
    assert!(done, "{model}: {err}");
    let layers = json["layers"].as_array().unwrap().iter();
    let outputs = layers
        .filter(|l| l["node"] == "output")
        .map(|l| (l["tensor"].as_str().unwrap().to_owned(), l["worst"].as_f64().unwrap()));
    // The float model here is the one that the data were made by.
    let apart = json["float_difference_from_data"].as_f64().unwrap_or(0.0);
    let size = outputs.clone().map(|(output, _)| largest(data, &output)).fold(1.0, f64::max);
    assert!(apart < 1e-4 * size, "{model}: {apart}");
    let samples = json["samples"].as_u64().unwrap();
    (outputs.collect(), json["float_same_as_circuit"].as_u64().unwrap_or(samples), samples)
}

#[test]
fn features_of_different_sizes() {
    for (model, calibration, data, probabilities) in [
        ("lda", "lda_cal.npz", "lda_test.npz", "output_probability"),
        ("svc_ovo", "svc_ovo_cal.npz", "svc_ovo_test.npz", "output_probability"),
        ("robust_l2", "robust_l2_cal.npz", "robust_l2_test.npz", "output_probability"),
    ] {
        let (outputs, same, all) = evaluated(model, calibration, data, " --dim X.0=1");
        assert!(same * 100 >= all * 97, "{model}: {same} of {all}");
        let worst = outputs.iter().find(|(t, _)| t == probabilities).unwrap().1;
        assert!(worst <= 0.05, "{model}: {worst}");
    }
    let (outputs, ..) = evaluated("iris_bin", "iris_bin_test.npz", "iris_bin_test.npz", "");
    assert!(outputs.iter().all(|(_, worst)| *worst <= 0.05), "{outputs:?}");
    // A scaler in the graph; the largest output is 13.
    let (outputs, ..) = evaluated("tabular", "tabular.npz", "tabular.npz", "");
    assert!(outputs.iter().all(|(_, worst)| *worst <= 0.05 * 13.0), "{outputs:?}");
}

#[test]
fn what_lies_far_in_a_flat_part_sets_no_step() {
    for model in ["gelu_dec20", "gelu_op20"] {
        let data = format!("{model}.npz");
        let (outputs, ..) = evaluated(model, &data, &data, "");
        assert!(outputs.iter().all(|(_, worst)| *worst <= 0.25), "{model}: {outputs:?}");
    }
}

/// The largest number that onnxruntime gives for an output.
fn largest(data: &str, output: &str) -> f64 {
    let bytes = std::fs::read(file(data)).unwrap();
    let all = input::read_values(&bytes, Format::from_name(data).unwrap()).unwrap();
    match &all[&format!("float.{output}")].data {
        RawData::Floats(values) => values.iter().fold(0.0, |m, v| v.abs().max(m)),
        RawData::Ints(values) => values.iter().fold(0.0, |m, v| (*v as f64).abs().max(m)),
        other => panic!("{other:?}"),
    }
}

#[test]
fn constants_beside_whole_numbers_keep_their_own_step() {
    for model in ["clip_floor", "hardsigmoid_bool", "rmsnorm_onehot", "layernorm_sign"] {
        let (calibration, data) = (format!("{model}.cal.npz"), format!("{model}.npz"));
        let (outputs, ..) = evaluated(model, &calibration, &data, "");
        for (output, worst) in outputs {
            assert!(worst <= 0.02 * largest(&data, &output), "{model}: {output} {worst}");
        }
    }
}

/// Each by its own size, though they come from one tensor.
#[test]
fn results_of_different_sizes() {
    for model in ["targets", "factors"] {
        let data = format!("{model}.npz");
        let (outputs, ..) = evaluated(model, &data, &data, "");
        assert_eq!(outputs.len(), 2);
        for (output, worst) in outputs {
            // The small target stands on 1,000, which is exact.
            let size =
                if model == "targets" && output == "small" { 3.0 } else { largest(&data, &output) };
            assert!(worst <= 0.02 * size, "{model}: {output} {worst} of {size}");
        }
    }
}

#[test]
fn calibration_data_are_numbers() {
    let folder = tempfile::tempdir().unwrap();
    for (number, name) in [(f32::NAN, "NaN"), (f32::INFINITY, "inf")] {
        let head = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 1, 4), }";
        let head = format!("{head:<117}\n");
        let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
        bytes.extend((head.len() as u16).to_le_bytes());
        bytes.extend(head.bytes());
        let numbers = [1.0, -1.0, 0.5, 0.0, 2.0, number, 0.0, 1.0];
        bytes.extend(numbers.iter().flat_map(|v: &f32| v.to_le_bytes()));
        let path = folder.path().join("x.npy");
        std::fs::write(&path, bytes).unwrap();
        let files = [("", file("targets.onnx")), ("--calibrate", path)];
        let (done, _, err) = zirc("compile -o out.circuit", &files);
        let said = format!("input `x`: sample 1 holds {name} at element 1");
        assert!(!done && err.contains(&said), "{err}");
    }
}

fn constraints(model: &str) -> u64 {
    let files = [("", file(&format!("{model}.onnx"))), ("--calibrate", file("dead.npz"))];
    let (done, json, err) = zirc("compile -o out.circuit", &files);
    assert!(done, "{model}: {err}");
    json["constraints"].as_u64().unwrap()
}

#[test]
fn dead_weights_cost_nothing() {
    let alive = constraints("relu");
    assert!(constraints("deadall2") <= alive);
    assert!(constraints("dead1e-5") * 20 <= alive * 21);
}

#[test]
fn a_circuit_far_from_its_model_is_said_to_be() {
    let files = [("", file("tabular.onnx")), ("--calibrate", file("tabular.npz"))];
    let (done, _, err) = zirc("compile -o out.circuit", &files);
    assert!(done && err.contains("note: on 60 samples of the calibration data"), "{err}");
    let (done, _, err) = zirc("compile -o out.circuit --min-snr 100", &files);
    assert!(done && err.contains("warning: ") && err.contains("tensor `"), "{err}");
    let (done, _, err) = zirc("compile -o out.circuit --min-snr 100 --strict", &files);
    assert!(!done && err.contains("of it are lost at"), "{err}");
}

/// One result, of which a small column is rounded by the step of a large one: a mean over both hides it.
#[test]
fn a_column_that_is_lost_is_told() {
    let files = [("", file("heads.onnx")), ("--calibrate", file("heads.npz"))];
    let (done, _, err) = zirc("compile -o out.circuit", &files);
    assert!(done && err.contains("warning: on 40 samples of the calibration data"), "{err}");
    assert!(err.contains("1 of 2 columns of `y` are lost in their error: that of 1 is"), "{err}");
    assert!(err.contains("are lost at output, tensor `y`"), "{err}");
    let data = ("--data", file("heads.npz"));
    let [model, calibration] = files;
    let all = [model, calibration, data];
    let (done, json, _) = zirc("eval", &all);
    assert!(done && json["falls_short"] == true, "{json}");
    let (done, json, _) = zirc("eval --strict", &all);
    assert!(!done && json["falls_short"] == true, "{json}");
    // The same without the step that is too coarse.
    let (done, json, err) = zirc("eval --strict --activation-bits 24", &all);
    assert!(done && json["falls_short"] == false, "{json} {err}");
}

/// Samples of which there are too few, or all the same, tell nothing of others, however near the circuit is on them.
#[test]
fn too_little_calibration_data_is_told() {
    let bytes = std::fs::read(file("tabular.npz")).unwrap();
    let all = input::read_values(&bytes, Format::from_name("tabular.npz").unwrap()).unwrap();
    let (name, x) = all.iter().find(|(name, _)| !name.starts_with("float.")).unwrap();
    let RawData::Floats(x) = &x.data else { panic!("{name}") };
    let width = x.len() / 60;
    let folder = tempfile::tempdir().unwrap();
    let told = |rows: &[usize]| {
        let row = |k: &usize| x[k * width..(k + 1) * width].to_vec();
        let rows: Vec<Vec<f64>> = rows.iter().map(row).collect();
        let path = folder.path().join("few.json");
        std::fs::write(&path, serde_json::json!({ name: rows }).to_string()).unwrap();
        let files = [("", file("tabular.onnx")), ("--calibrate", path)];
        let (done, _, err) = zirc("compile -o out.circuit", &files);
        assert!(done, "{err}");
        let (done, _, strict) = zirc("compile -o out.circuit --strict", &files);
        assert_eq!(done, !err.contains("in the calibration data: nothing is known"), "{strict}");
        err
    };
    assert!(told(&[3]).contains("warning: there is 1 sample in the calibration data"));
    assert!(
        told(&[3; 20]).contains("warning: all 20 samples are the same in the calibration data")
    );
    assert!(told(&[1, 2, 1, 2]).contains("warning: there are 2 different samples in the"));
    let enough: Vec<usize> = (0..60).collect();
    assert!(!told(&enough).contains("nothing is known of others"));
}

#[test]
fn an_input_beyond_the_calibration_data_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let input = |value: f64| {
        let path = folder.path().join(format!("{value}.json"));
        std::fs::write(&path, format!("{{\"x\": [{:?}]}}", [value; 64])).unwrap();
        [("", file("relu.onnx")), ("--calibrate", file("dead.npz")), ("--input", path)]
    };
    let (done, _, err) = zirc("witness", &input(0.5));
    assert!(done && err.contains("note: on this input the circuit is within"), "{err}");
    let (done, _, err) = zirc("witness", &input(50.0));
    let said = "`a` reaches -172.558, calibration data -4.221 to 3.166";
    assert!(done && err.contains("warning: on this input the circuit is"), "{err}");
    assert!(err.contains("off the float model") && err.contains(said), "{err}");
    let (done, _, err) = zirc("witness --strict", &input(50.0));
    assert!(!done && err.contains(said), "{err}");
}

/// A tangent near its pole and a logarithm near 0: a row of a table says little of what is beside it.
#[test]
fn steep_functions_follow_lines_between_rows() {
    let bits = "--activation-bits 16 --weight-bits 16";
    let (outputs, ..) = evaluated("steep", "steep.npz", "steep.npz", &format!(" {bits}"));
    for (output, worst) in outputs {
        // Rounding z to one of 2^12 rows alone costs the logarithm 0.18.
        assert!(worst <= 1e-2 * largest("steep.npz", &output), "{output} {worst}");
    }
    // What was chosen, given again, writes the same program without calibration data.
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let import = |to: &str, how: (&'static str, PathBuf)| {
        let files = [("", file("steep.onnx")), how, ("-o", at(to))];
        let (done, json, err) = zirc(&format!("import {bits}"), &files);
        assert!(done, "{err}");
        json["digest"].as_str().unwrap().to_owned()
    };
    let first = import("a.zirc", ("--calibrate", file("steep.npz")));
    assert_eq!(import("b.zirc", ("--quantization", at("a.quantization.toml"))), first);
}

/// A model whose functions stay as they are written: its types say so, and need no option again.
#[test]
fn types_of_a_model_as_it_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let import = |to: &str, more: &str, how: (&'static str, PathBuf)| {
        let files = [("", file("gelu_dec20.onnx")), how, ("-o", at(to))];
        let (done, json, err) = zirc(&format!("import{more}"), &files);
        assert!(done, "{err}");
        json["digest"].as_str().unwrap().to_owned()
    };
    let calibrated = || ("--calibrate", file("gelu_dec20.npz"));
    let written = import("a.zirc", " --as-written", calibrated());
    assert_ne!(import("b.zirc", "", calibrated()), written);
    let types = |name: &str| std::fs::read_to_string(at(name)).unwrap();
    assert!(types("a.quantization.toml").contains("as_written = true"));
    assert!(!types("b.quantization.toml").contains("as_written"));
    let again = ("--quantization", at("a.quantization.toml"));
    assert_eq!(import("c.zirc", "", again), written);
    assert_eq!(types("c.quantization.toml"), types("a.quantization.toml"));
}
