//! compare: models and programs with every combination of settings, as tables and pictures.

use crate::room::{Room, example};
use serde_json::Value;
use std::collections::BTreeSet;

fn path(name: &str) -> String {
    example(name).display().to_string()
}

fn rows(v: &Value) -> &Vec<Value> {
    v["rows"].as_array().unwrap()
}

fn number(row: &Value, key: &str) -> f64 {
    row[key].as_f64().unwrap_or_else(|| panic!("{key}: {row}"))
}

#[test]
fn models_and_bits() {
    let room = Room::new();
    let (a, b) = (path("onnx/logistic/logistic.onnx"), path("onnx/mlp/mlp.onnx"));
    let ended = room.json(&format!(
        "compare {a} {b} --activation-bits 4,8,4 --limit 30 --svg plot.svg --csv table.csv"
    ));
    let rows = rows(&ended);
    assert_eq!(rows.len(), 4, "each value once");
    assert!(number(&rows[0], "constraints") < number(&rows[1], "constraints"));
    assert!(number(&rows[2], "constraints") < number(&rows[3], "constraints"));
    for r in rows {
        assert!(number(r, "accuracy") > 0.8 && number(r, "float_accuracy") > 0.8, "{r}");
        assert_eq!(r["times"], "predicted");
        assert_eq!(r["prove_ms"], r["predicted_ms"]);
        assert_eq!(r["rmse_against"], "float model");
        assert_eq!(r["integers_agree"], true);
    }
    // Finer numbers are nearer to the model.
    assert!(number(&rows[2], "rmse") > 2.0 * number(&rows[3], "rmse"));
    let csv = String::from_utf8(room.read("table.csv")).unwrap();
    assert!(csv.starts_with("model,circuit,mode,"), "{csv}");
    assert_eq!(csv.lines().count(), 5);
    assert!(room.read("plot.svg").starts_with(b"<svg"));
}

/// What a row says of a circuit is what `inspect` says of it with the same settings.
#[test]
fn every_combination_is_a_row() {
    let room = Room::new();
    let (model, program) = (path("onnx/mlp"), path("digits"));
    let line = format!(
        "compare {model} {program} --mode groth16,groth16-commit --weights const,committed \
         --calibration min-max,percentile --activation-bits 6 --limit 2"
    );
    let ended = room.json(&line);
    let rows = rows(&ended);
    assert_eq!(rows.len(), 2 * 2 * 2 + 2);
    let setting = |r: &Value| {
        let words = ["model", "mode", "calibration", "weights"].map(|k| r[k].to_string());
        words.join(" ")
    };
    assert_eq!(rows.iter().map(setting).collect::<BTreeSet<_>>().len(), rows.len());
    for r in [&rows[0], &rows[3], &rows[6], &rows[9]] {
        let flag = |name: &str| match r[name.replace('-', "_")].as_str() {
            Some(value) => format!(" --{name} {value}"),
            None => String::new(),
        };
        let flags: String = ["mode", "calibration", "weights"].map(flag).concat();
        let of = if r["model"] == "mlp" {
            format!("{model} --activation-bits 6")
        } else {
            program.clone()
        };
        let alone = room.json(&format!("inspect {of}{flags}"));
        assert_eq!(alone["report"]["constraints"], r["constraints"], "{r}");
        assert_eq!(alone["forecast"]["proving_key"], r["proving_key_bytes"], "{r}");
    }
    assert!(rows[8]["activation_bits"].is_null() && rows[8]["weights"].is_null());
}

#[test]
fn times_are_measured_if_asked_for() {
    let room = Room::new();
    let (model, program) = (path("onnx/logistic"), path("digits"));
    let line = format!(
        "compare {model} {program} --mode groth16,groth16-commit --weights committed --limit 2"
    );
    let (predicted, measured) = (room.json(&line), room.json(&format!("{line} --measure")));
    for (p, m) in rows(&predicted).iter().zip(rows(&measured)) {
        assert_eq!((&p["times"], &m["times"]), (&"predicted".into(), &"measured".into()));
        for time in ["setup_ms", "prove_ms", "verify_ms"] {
            assert!(number(p, time) > 0.0 && number(m, time) > 0.0, "{time}: {p} {m}");
        }
        // Sizes are known beforehand.
        for size in ["proving_key_bytes", "verifying_key_bytes", "proof_bytes", "predicted_ms"] {
            assert_eq!(p[size], m[size], "{size}");
        }
    }
    let sizes: Vec<f64> = rows(&measured).iter().map(|r| number(r, "proof_bytes")).collect();
    assert_eq!(sizes, [128.0, 192.0, 128.0, 160.0]);
    let text = room.accept(&line);
    assert!(text.contains("≈") && text.contains("--measure"), "{text}");
    let text = room.accept(&format!("{line} --measure"));
    assert!(!text.contains("--measure"), "{text}");
}

#[test]
fn layers_add_up_to_their_circuit() {
    let room = Room::new();
    let line = format!("compare {} {} --limit 1 --layers", path("onnx/mlp"), path("digits"));
    let ended = room.json(&line);
    for r in rows(&ended) {
        let layers = r["layers"].as_array().unwrap();
        let sum: f64 = layers.iter().map(|l| number(l, "constraints")).sum();
        assert_eq!(sum, number(r, "constraints"), "{r}");
    }
    let text = room.accept(&line);
    assert!(text.contains("constraints of mlp by layer\n  layer  row 1\n"), "{text}");
    let csv = room.accept(&format!("{line} --format csv"));
    assert!(csv.lines().next().unwrap().ends_with(",layer,layer_constraints"), "{csv}");
    assert!(csv.contains(",relu1,"), "{csv}");
}

#[test]
fn formats() {
    let room = Room::new();
    let line = format!("compare {} --activation-bits 4,8 --limit 2", path("onnx/logistic"));
    let json: Value = serde_json::from_str(&room.accept(&format!("{line} --format json"))).unwrap();
    assert_eq!(json["schema"], 1);
    assert_eq!(json["rows"], room.json(&line)["rows"]);
    let markdown = room.accept(&format!("{line} --format markdown"));
    assert!(
        markdown.starts_with(
            "| model | act bits | float accuracy | accuracy | RMSE | same | constraints |"
        ),
        "{markdown}"
    );
    let latex = room.accept(&format!("{line} --format latex"));
    assert!(
        latex.starts_with("\\begin{tabular}{lrrrrrrrrrrrrr}\n\\toprule\nmodel & act bits &"),
        "{latex}"
    );
    assert!(latex.contains("100.00 \\%") && latex.contains("$\\approx$"), "{latex}");
    assert_eq!(room.accept(&format!("{line} --format table")), room.accept(&line));
    // What all rows have in common is said once.
    let text = room.accept(&line);
    assert!(
        text.contains("all rows: mode groth16, calibration min-max, weights const, weight bits 8"),
        "{text}"
    );
}

/// An error has an axis of its own, whose ticks differ, and a column beside accuracy.
#[test]
fn errors_have_an_axis_of_their_own() {
    let room = Room::new();
    let line = format!(
        "compare {} --activation-bits 6,8,10 --limit 5 --svg plot.svg",
        path("onnx/attention")
    );
    let ended = room.json(&line);
    let errors: Vec<f64> = rows(&ended).iter().map(|r| number(r, "rmse")).collect();
    assert!(errors[0] > errors[1] && errors[1] > errors[2], "{errors:?}");
    assert!(rows(&ended).iter().all(|r| r["accuracy"].is_null()));
    let svg = String::from_utf8(room.read("plot.svg")).unwrap();
    for words in
        ["RMSE against the float model", "predicted time of a proof", "Pareto front", "attention"]
    {
        assert!(svg.contains(words), "{words}");
    }
    assert!(!svg.contains("accuracy of the circuit"), "there is none to draw");
    room.json(&line);
    assert_eq!(String::from_utf8(room.read("plot.svg")).unwrap(), svg, "drawn twice");
    // Numbers that are right go before those of the float model.
    let zeros = |n: usize| format!("[{}]", vec!["0"; n].join(","));
    room.write("data.json", format!(r#"{{"image": [{}], "target": [{}]}}"#, zeros(64), zeros(10)));
    let ended = room.json(&format!("compare {} --data data.json", path("onnx/logistic")));
    let row = &rows(&ended)[0];
    assert_eq!(row["rmse_against"], "target");
    assert!((number(row, "rmse") - number(row, "float_rmse")).abs() < 0.05, "{row}");
}

/// Without data there is no accuracy, and costs are what they are.
#[test]
fn a_program_without_data() {
    let room = Room::with(crate::room::ROOT, r#"{"x": 1234, "square": 1522756}"#);
    let ended = room.json("compare . --measure --svg plot.svg");
    let row = &rows(&ended)[0];
    assert_eq!((&row["circuit"], &row["times"]), (&"root".into(), &"measured".into()));
    assert!(row["accuracy"].is_null() && number(row, "constraints") > 0.0);
    let svg = String::from_utf8(room.read("plot.svg")).unwrap();
    assert!(svg.contains("constraints against the predicted time of a proof"), "{svg}");
    room.write("two.zirc", "circuit a(private x: i8) -> public y: _ { x * x }\ncircuit b(private x: i8) -> public y: _ { relu(x) }\n");
    let both = room.json("compare two.zirc");
    let names: Vec<&str> = rows(&both).iter().map(|r| r["circuit"].as_str().unwrap()).collect();
    assert_eq!(names, ["a", "b"]);
    assert_eq!(rows(&room.json("compare two.zirc --circuit b")).len(), 1);
}

#[test]
fn what_cannot_be_compared() {
    let room = Room::with(crate::room::ROOT, "{}");
    room.accept("compile . -o root.circuit");
    room.write("numbers.npz", "no archive");
    let model = path("onnx/logistic/logistic.onnx");
    for (line, words) in [
        ("compare root.circuit", "error: root.circuit: expected an .onnx model or a .zirc program"),
        ("compare nowhere.onnx", "error: nowhere.onnx: no such file or folder"),
        (
            "compare . --activation-bits 4",
            "error: --activation-bits is a dimension of .onnx models, and none is compared",
        ),
        (
            "compare . --weights private",
            "error: --weights is a dimension of .onnx models, and none is compared",
        ),
        ("compare . --circuit square", "error: ./model.zirc has no circuit `square`"),
        ("compare . --circuit square", "help: there are: root"),
        ("compare MODEL --data numbers.npz", "error: numbers.npz: "),
        ("compare MODEL --svg MODEL", "is read by this command and must not be replaced by it"),
        (
            "compare MODEL --activation-bits 2,3,4,5,6,7,8,9,10,11,12 --weight-bits 2,3,4,5,6,7,8,9,10,11,12 --calibration min-max,percentile,mse --mode groth16,groth16-commit,auto",
            "error: the dimensions have 1089 combinations, a comparison at most 1000",
        ),
    ] {
        room.fail(2, &line.replace("MODEL", &model), &[words]);
    }
    for (line, words) in [
        ("compare . --depth 3", "unexpected argument '--depth' found"),
        (
            "compare . --mode plonk",
            "invalid value 'plonk' for '--mode <MODE,…>': expected groth16, groth16-commit or auto",
        ),
        (
            "compare . --mode groth16,",
            "invalid value '' for '--mode <MODE,…>': expected groth16, groth16-commit or auto",
        ),
        (
            "compare . --quantization a.toml,",
            "invalid value '' for '--quantization <FILE.toml,…>': expected a file or none",
        ),
        (
            "compare . --activation-bits 4,40",
            "invalid value '40' for '--activation-bits <N,…>': 40 is not in 2..=32",
        ),
        ("compare . --calibration max", "[possible values: min-max, percentile, mse]"),
        ("compare . --format yaml", "[possible values: table, json, csv, markdown, latex]"),
        ("compare", "<MODEL|PROGRAM>..."),
    ] {
        let ended = room.zirc(line);
        assert!(ended.code == 2 && ended.err.contains(words), "{line}: {ended:#?}");
    }
    std::fs::copy(&model, room.path("alone.onnx")).unwrap();
    room.fail(
        2,
        "compare alone.onnx --measure",
        &[
            "error: alone.onnx: there are no data to measure a proof of",
            "help: name a data set with --data",
        ],
    );
}
