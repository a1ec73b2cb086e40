//! ONNX models on the command line.

use crate::room::Room;
use std::path::Path;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn example(file: &str) -> String {
    root().join("examples/onnx").join(file).display().to_string()
}

/// Every model that must be refused: exit code 2, and an error that names what is wrong.
#[test]
fn bad_models_are_refused_by_name() {
    let room = Room::new();
    let table = std::fs::read_to_string(root().join("tests/onnx/bad.csv")).unwrap();
    let mut faults = vec![];
    for line in table.lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        let (file, names) = (cells[0], cells[cells.len() - 1]);
        let path = root().join("tests/onnx/bad").join(file);
        let end = room.zirc(&format!("import {} -o out.zirc", path.display()));
        let missing: Vec<&str> = names.split(' ').filter(|n| !end.err.contains(n)).collect();
        if end.code != 2 || !missing.is_empty() {
            faults.push(format!("{file}: code {}, {missing:?} not in: {}", end.code, end.err));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert!(table.lines().count() > 280);
    assert!(!room.path("out.zirc").exists());
}

#[test]
fn unsupported_operations_are_all_named_at_once() {
    let room = Room::new();
    let path = root().join("tests/onnx/bad/unsupported.onnx").display().to_string();
    let end = room.zirc(&format!("import {path}"));
    assert_eq!(end.code, 2);
    for op in ["NonZero", "Loop", "If"] {
        assert!(end.err.contains(op), "{op} is not in {}", end.err);
    }
}

/// One run says which dimensions are open, and a flag for another one is no flag.
#[test]
fn dimensions_are_fixed_in_one_round() {
    let room = Room::new();
    let path = root().join("tests/onnx/pipelines/gnb.onnx").display().to_string();
    let end = room.zirc(&format!("import {path} -o out.zirc"));
    assert_eq!(end.code, 2);
    for part in ["input `X`: dimension 0 is unknown", "fix it: --dim X.0=1"] {
        assert!(end.err.contains(part), "{part} is not in {}", end.err);
    }
    let end = room.zirc(&format!("import {path} --dim X.0=1 --dim batch=1 -o out.zirc"));
    assert_eq!(end.code, 2);
    for part in ["--dim batch: no input has such a dimension", "there are `X.0`, `X.1`"] {
        assert!(end.err.contains(part), "{part} is not in {}", end.err);
    }
    let end = room.zirc(&format!("import {path} --dim X.0=1 -o out.zirc"));
    assert_eq!(end.code, 0, "{}", end.err);
}

#[test]
fn a_model_and_its_program_are_one_circuit() {
    let room = Room::new();
    let model = example("mlp/mlp.onnx");
    let made = room.json(&format!("import {model} -o mlp.zirc"));
    let direct = room.json(&format!("compile {model} -o direct.circuit"));
    let program = room.json("compile mlp.zirc -o program.circuit");
    assert_eq!(made["digest"], direct["digest"]);
    assert_eq!(program["digest"], direct["digest"]);
    // The types that were written give the same program without calibration data.
    let types = "mlp.quantization.toml";
    room.write("types.toml", room.read(types));
    room.accept(&format!("import {model} --quantization types.toml -o again.zirc"));
    assert_eq!(room.read("again.zirc"), room.read("mlp.zirc"));
    assert_eq!(room.read("again.quantization.toml"), room.read(types));
    let again = room.json(&format!("compile {model} --quantization {types} -o again.circuit"));
    assert_eq!(again["constraints"], direct["constraints"]);
    // What is said of the choices goes with them.
    assert_eq!(again["digest"], direct["digest"]);
    // And an edited file another one.
    let text = std::fs::read_to_string(room.path(types)).unwrap();
    assert!(text.contains("relu1 = \"uq3.5\""), "{text}");
    room.write(types, text.replace("relu1 = \"uq3.5\"", "relu1 = \"uq3.2\""));
    let coarse = room.json(&format!("compile {model} --quantization {types} -o coarse.circuit"));
    assert_ne!(coarse["digest"], direct["digest"]);
    room.write("coarse/folder", "");
    room.accept(&format!("import {model} --quantization {types} -o coarse/mlp.zirc"));
    assert_ne!(statements(&room, "coarse/mlp.zirc"), statements(&room, "mlp.zirc"));
}

/// A program but for what it assumes.
pub(crate) fn statements(room: &Room, program: &str) -> String {
    let text = String::from_utf8(room.read(program)).unwrap();
    let mut parts = text.split("#[assumes(");
    let first = parts.next().unwrap().to_string();
    parts.fold(first, |out, part| out + part.split_once(")]\n").unwrap().1)
}

/// The mode is the circuit's: what is written does not depend on it, what is said of its cost does.
#[test]
fn an_imported_program_is_compiled_for_the_mode_that_was_asked_for() {
    let room = Room::new();
    let model = example("logistic/logistic.onnx");
    let mut programs = vec![];
    for mode in ["groth16", "groth16-commit"] {
        let flags = format!("--weights committed --mode {mode}");
        let written = room.json(&format!("import {model} {flags} -o {mode}.zirc"));
        let direct = room.json(&format!("compile {model} {flags} -o {mode}.circuit"));
        assert_eq!(written["digest"], direct["digest"], "{mode}");
        assert_eq!(written["constraints"], direct["constraints"], "{mode}");
        let text = std::fs::read_to_string(room.path(&format!("{mode}.zirc"))).unwrap();
        programs.push((text.replace(mode, ""), written["constraints"].as_u64()));
    }
    assert_eq!(programs[0].0.replace("-commit", ""), programs[1].0.replace("-commit", ""));
    assert!(programs[1].1 < programs[0].1);
}

#[test]
fn who_sees_what() {
    let room = Room::new();
    let model = example("logistic/logistic.onnx");
    let seen = |flags: &str| {
        let end = room.zirc(&format!("inspect {model} {flags}"));
        assert_eq!(end.code, 0, "{}", end.err);
        let line = |name: &str| {
            let found = end.out.lines().find(|l| l.trim_start().starts_with(name)).unwrap();
            found.contains("everybody")
        };
        (line("image "), line("logits "))
    };
    assert_eq!(seen(""), (false, true));
    assert_eq!(seen("--input public"), (true, true));
    assert_eq!(seen("--output private"), (false, false));
    let constant = room.json(&format!("compile {model} -o c"));
    let private = room.json(&format!("compile {model} --weights private -o p"));
    let count = |v: &serde_json::Value| v["constraints"].as_u64().unwrap();
    // 640 products, and the range of each weight.
    assert!(count(&private) > count(&constant) + 640 * 8);
    let end = room.zirc(&format!("compile {model} --output public --output private"));
    assert_eq!((end.code, end.err.contains("--output is given twice")), (2, true));
}

#[test]
fn a_prediction_is_proved() {
    let room = Room::new();
    let ended = room.json(&format!("run {} --seed 1", example("logistic")));
    assert!(ended["public"].to_string().contains("logits"), "{ended}");
    let key = room.path("zirc-out/logistic/verifying-key");
    let proof = room.path("zirc-out/logistic/proof");
    room.accept(&format!("verify {} --vk {}", proof.display(), key.display()));
}

#[test]
fn inputs_beyond_their_range_become_its_end() {
    let room = Room::new();
    let model = example("logistic/logistic.onnx");
    let values = |v: f64| {
        let mut image = vec![0.25; 64];
        image[3] = v;
        serde_json::json!({ "image": [image] }).to_string()
    };
    let public = |v: f64| {
        room.write("image.json", values(v));
        room.json(&format!("run {model} --input image.json --input public --seed 1"))["public"]
            .to_string()
    };
    // The type is uq1.7.
    assert_eq!(public(5.0), public(1.9921875));
    assert_ne!(public(5.0), public(1.5));
    room.write("image.json", values(-0.5));
    let end = room.zirc(&format!("run {model} --input image.json --seed 1"));
    assert_eq!(end.code, 0, "{}", end.err);
    let note = "note: input `image`: 1 of 64 values beyond 0 to 1.9921875 are cut to it";
    assert!(end.err.contains(note), "{}", end.err);
    room.write("image.json", values(0.5).replace("0.5", "1e999999999"));
    assert_eq!(room.zirc(&format!("run {model} --input image.json")).code, 2);
}

#[test]
fn evaluation_says_what_each_layer_loses() {
    let room = Room::new();
    let ended = room.json(&format!("eval {} --limit 40 --interpreted 2", example("mlp")));
    assert_eq!(ended["samples"], 40);
    assert_eq!(ended["agree"], 2);
    assert!(ended["float_difference_from_data"].as_f64().unwrap() < 1e-4);
    let snr = |bits: &str| {
        let line = format!("eval {} --limit 40 --activation-bits {bits}", example("mlp"));
        let layers = room.json(&line)["layers"].clone();
        let relu = layers.as_array().unwrap().iter().find(|l| l["tensor"] == "relu1").unwrap();
        relu["snr_db"].as_f64().unwrap()
    };
    let (coarse, fine) = (snr("4"), snr("12"));
    // A bit is worth 6 dB; weights of 8 bits bound what 12 bits can reach.
    assert!(coarse > 10.0 && fine > coarse + 15.0, "{coarse} {fine}");
}

#[test]
fn data_that_do_not_fit() {
    let room = Room::new();
    let model = example("mlp/mlp.onnx");
    room.write("wrong.json", r#"{"picture": [[0.5]]}"#);
    let end = room.zirc(&format!("compile {model} --calibrate wrong.json"));
    assert_eq!(end.code, 2);
    assert!(end.err.contains("no array `image`; the file has picture"), "{}", end.err);
    room.write("short.json", r#"{"image": [[0.5, 0.25]]}"#);
    let end = room.zirc(&format!("eval {model} --data short.json"));
    assert!(end.err.contains("array `image` has the shape [1, 2]"), "{}", end.err);
    room.write("types.toml", "[tensors]\nimage = \"float\"");
    let end = room.zirc(&format!("compile {model} --quantization types.toml"));
    assert!(end.err.contains("`float` is no type like q3.4 or uq0.8"), "{}", end.err);
    let end = room
        .zirc(&format!("compile {} --activation-bits 6", root().join("examples/digits").display()));
    assert_eq!(end.code, 2);
    assert!(end.err.contains("is no .onnx model"), "{}", end.err);
}

/// Weights are named after the model: a second program of it with others would change the first one's.
#[test]
fn an_import_takes_no_weights_from_another_program() {
    let room = Room::new();
    let import = |bits: u32, to: &str| {
        let (model, data) = (example("mlp/mlp.onnx"), example("mlp/calibrate.npz"));
        format!("import {model} --calibrate {data} --weight-bits {bits} -o {to}")
    };
    room.accept(&import(8, "a.zirc"));
    let before = room.read("mlp.safetensors");
    room.fail(
        2,
        &import(6, "b.zirc"),
        &["mlp.safetensors holds other weights, which", "a.zirc reads"],
    );
    assert_eq!(room.read("mlp.safetensors"), before);
    // The same weights, another folder, and the program itself once more.
    room.accept(&import(8, "b.zirc"));
    std::fs::create_dir(room.path("other")).unwrap();
    room.accept(&import(6, "other/b.zirc"));
    std::fs::remove_file(room.path("b.zirc")).unwrap();
    room.accept(&import(6, "a.zirc"));
}
