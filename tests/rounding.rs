//! The search of the importer for roundings that pay: where it finds some, where none pays, where the calibration
//! data forbid it, and who is asked first.

use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;

fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// Runs zirc in a folder.
fn zirc(folder: &Path, words: &[&str]) -> Value {
    let mut command = Command::new(env!("CARGO_BIN_EXE_zirc"));
    let end = command.current_dir(folder).args(words).arg("--json").output().unwrap();
    let err = String::from_utf8(end.stderr).unwrap();
    assert!(end.status.success(), "{words:?}: {err}");
    serde_json::from_str(&String::from_utf8(end.stdout).unwrap()).unwrap()
}

/// A model imported in a folder of its own: what is said of it.
struct Made {
    folder: tempfile::TempDir,
    model: PathBuf,
    data: PathBuf,
    digest: String,
    constraints: u64,
    source: String,
}

fn import(model: &str, data: &str, more: &[&str]) -> Made {
    let (folder, model, data) = (tempfile::tempdir().unwrap(), file(model), file(data));
    let mut words = vec!["import", model.to_str().unwrap(), "-o", "made.zirc"];
    words.extend(["--calibrate", data.to_str().unwrap()]);
    words.extend(more);
    let said = zirc(folder.path(), &words);
    let source = std::fs::read_to_string(folder.path().join("made.zirc")).unwrap();
    let digest = said["digest"].as_str().unwrap().to_owned();
    let constraints = said["constraints"].as_u64().unwrap();
    Made { folder, model, data, digest, constraints, source }
}

impl Made {
    /// The signal-to-noise ratio of the results on the data that it was calibrated on, the worst of them.
    fn snr(&self, more: &[&str]) -> f64 {
        let (model, data) = (self.model.to_str().unwrap(), self.data.to_str().unwrap());
        let mut words = vec!["eval", model, "--calibrate", data, "--data", data];
        words.extend(more);
        let said = zirc(self.folder.path(), &words);
        let layers = said["layers"].as_array().unwrap().iter();
        let results = layers.filter(|l| l["node"] == "output");
        let all = results.map(|l| l["snr_db"].as_f64().unwrap_or(f64::INFINITY));
        all.fold(f64::INFINITY, f64::min)
    }

    /// The program that was written, and the types that were, give the same circuit again.
    fn comes_again(&self) {
        let folder = self.folder.path();
        let compiled = zirc(folder, &["compile", "made.zirc", "-o", "made.circuit"]);
        assert_eq!(compiled["digest"], self.digest.as_str());
        let model = self.model.to_str().unwrap();
        let types = ["--quantization", "made.quantization.toml"];
        let again = zirc(folder, &["import", model, "-o", "again.zirc", types[0], types[1]]);
        assert_eq!(again["digest"], self.digest.as_str());
    }
}

const OFF: &str = "--no-rounding-search";

#[test]
fn what_several_layers_read_is_rounded_once() {
    let (model, data) = ("tests/rounding/wide.onnx", "tests/rounding/any.npz");
    let (before, after) = (import(model, data, &[OFF]), import(model, data, &[]));
    assert!(after.constraints * 100 <= before.constraints * 95, "{}", after.constraints);
    assert!(!before.source.contains("(z)") && after.source.contains(">.(z)"), "{}", after.source);
    assert!(after.snr(&[]) >= before.snr(&[OFF]) - 1.5, "{}", after.snr(&[]));
    after.comes_again();
}

/// A result that is exact on the data stays so.
#[test]
fn what_would_show_is_not_rounded() {
    let (model, data) = ("tests/rounding/wide.onnx", "tests/rounding/steps.npz");
    assert_eq!(import(model, data, &[OFF]).digest, import(model, data, &[]).digest);
}

/// Each place of the stream is read by one layer of as many elements: to round it costs more than it spares.
#[test]
fn a_stream_that_is_read_once_is_not_rounded() {
    let (model, data) = ("tests/rounding/resid4.onnx", "tests/rounding/resid4.npz");
    assert_eq!(import(model, data, &[OFF]).digest, import(model, data, &[]).digest);
}

#[test]
fn the_argument_of_a_softmax_is_rounded_once() {
    let (model, data) =
        ("examples/onnx/attention/attention.onnx", "examples/onnx/attention/calibrate.npz");
    let (before, after) = (import(model, data, &[OFF]), import(model, data, &[]));
    assert!(after.constraints * 10 <= before.constraints * 7, "{}", after.constraints);
    assert!(after.snr(&[]) >= before.snr(&[OFF]) - 1.5, "{}", after.snr(&[]));
    after.comes_again();
}

/// A quantization file says it all, even one that says little.
#[test]
fn a_quantization_file_goes_first() {
    let (model, data) = ("tests/rounding/wide.onnx", "tests/rounding/any.npz");
    let plain = import(model, data, &[OFF]);
    let types = plain.folder.path().join("own.toml");
    std::fs::write(&types, "[tensors]\n[layers]\n").unwrap();
    let own = ["--quantization", types.to_str().unwrap()];
    assert_eq!(import(model, data, &own).digest, plain.digest);
    std::fs::write(&types, "[tensors]\nz = \"q4.11\"\n").unwrap();
    let own = import(model, data, &own);
    assert!(own.source.contains("clamp_to::<q4.11>.(z)"), "{}", own.source);
}
