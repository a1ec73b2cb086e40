//! inspect --across: costs over widths, types, sizes and functions, by every strategy.

use crate::room::{Room, example};
use serde_json::Value;

const PROGRAM: &str = r#"fn scaled<N: nat, T: num>(x: T[N]) -> _ { for k < N { relu(3 * x[k]) } }
fn bent<T: num>(x: T) -> _ { relu(x) - relu(x - 1) }
circuit dot<N: nat>(private w: i8[N], public x: i8[N]) -> public y: _ { sum k { w[k] * x[k] } }
circuit five = dot::<5>;
"#;

fn rows(v: &Value) -> &Vec<Value> {
    v["rows"].as_array().unwrap()
}

/// The constraints of rows of a mode or strategy.
fn costs(v: &Value, strategy: &str) -> Vec<u64> {
    let of = rows(v).iter().filter(|r| r["strategy"] == strategy);
    of.map(|r| r["constraints"].as_u64().unwrap()).collect()
}

#[test]
fn a_function_over_widths() {
    let room = Room::with(PROGRAM, "{}");
    let text = room.accept("inspect std --across fn=relu --across T=i6..i8,i16");
    insta::assert_snapshot!(text);
    let json = room.json("inspect std --across fn=relu --across T=i6..=i8,i16 --svg cost.svg");
    // A bit and the product; with a round two, and a query for up to 13 bits below the sign.
    assert_eq!(costs(&json, "groth16"), [7, 8, 9, 17]);
    assert_eq!(costs(&json, "groth16-commit"), [3, 3, 3, 4]);
    assert_eq!(json["schema"], 1);
    let svg = String::from_utf8(room.read("cost.svg")).unwrap();
    for words in [
        "Constraints of relu over T",
        "constraints for each element",
        "groth16-commit",
        "T: i6 to i16",
    ] {
        assert!(svg.contains(words), "{words}: {svg}");
    }
}

/// The program's own functions need no name where their parameters say which is meant.
#[test]
fn own_functions_and_circuits() {
    let room = Room::with(PROGRAM, "{}");
    let json = room.json("inspect . --across T=i8,i12 --across N=1,3");
    let row = &rows(&json)[0];
    assert_eq!((&row["T"], &row["N"], &row["elements"]), (&"i8".into(), &"1".into(), &1.into()));
    assert_eq!(rows(&json).len(), 2 * 2 * 2);
    // 3·x has a bit and a half more; each element costs the same.
    let plain = costs(&json, "groth16");
    assert_eq!([plain[1], plain[3]], [3 * plain[0], 3 * plain[2]]);
    // What an instance of a circuit costs is what it costs under a name of its own.
    let json = room.json("inspect . --circuit dot --across N=2..5");
    let alone = |mode: &str| {
        let line = format!("inspect . --circuit five --mode {mode}");
        room.json(&line)["report"]["constraints"].as_u64().unwrap()
    };
    for mode in ["groth16", "groth16-commit"] {
        let all = costs(&json, mode);
        assert_eq!((all.len(), all[3]), (4, alone(mode)), "{mode}");
    }
    assert!(rows(&json).iter().all(|r| r["predicted_ms"].as_f64().unwrap() > 0.0));
    let json = room.json("inspect . --across fn=bent,relu,scaled --across T=i8 --across N=2");
    assert_eq!(rows(&json).iter().filter(|r| r["N"].is_null()).count(), 4, "two have no N");
}

#[test]
fn strategies_of_lookups() {
    let room = Room::new();
    let line = "inspect std --across fn=exp --across Y=uq4.8 --across X=q3.2,q3.4";
    let json = room.json(line);
    // All monomials of k digits but 1, with the digits among them.
    assert_eq!(costs(&json, "monomials"), [(1 << 6) - 1, (1 << 8) - 1]);
    assert!(costs(&json, "groth16").iter().zip(costs(&json, "monomials")).all(|(a, b)| *a < b));
    let csv = room.accept(&format!("{line} --format csv"));
    assert!(csv.starts_with("fn,Y,X,mode,strategy,constraints,"), "{csv}");
    assert!(csv.contains("\nexp,uq4.8,q3.2,groth16,monomials,63,"), "{csv}");
    let markdown = room.accept(&format!("{line} --format markdown"));
    assert!(
        markdown.starts_with("| fn | Y | X | groth16 | groth16-commit | tables | monomials |"),
        "{markdown}"
    );
    let latex = room.accept(&format!("{line} --format latex"));
    assert!(latex.contains("exp & uq4.8 & q3.2 & 21 & 2 & 65 & 63 \\\\"), "{latex}");
    let text = room.accept(&format!("{line} --format json"));
    let object: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(object["rows"], json["rows"]);
}

#[test]
fn a_model_over_bits() {
    let room = Room::new();
    let model = example("onnx/mlp").display().to_string();
    let json = room
        .json(&format!("inspect {model} --across bits=6,8 --across weight_bits=4,8 --svg m.svg"));
    assert_eq!(rows(&json).len(), 2 * 2 * 2);
    for (k, bits, weights) in [(0, 6, 4), (1, 6, 8), (2, 8, 4), (3, 8, 8)] {
        for mode in ["groth16", "groth16-commit"] {
            let line = format!(
                "inspect {model} --activation-bits {bits} --weight-bits {weights} --mode {mode}"
            );
            let alone = room.json(&line)["report"]["constraints"].as_u64().unwrap();
            assert_eq!(costs(&json, mode)[k], alone, "{line}");
        }
    }
    let svg = String::from_utf8(room.read("m.svg")).unwrap();
    assert!(svg.contains("Constraints over bits") && svg.contains("8, groth16-commit"), "{svg}");
}

#[test]
fn what_does_not_vary() {
    let room = Room::with(PROGRAM, "{}");
    room.write("plain.zirc", "circuit c(private x: i8) -> public y: _ { x * x }\n");
    room.accept("compile plain.zirc -o c.circuit");
    room.write("data.npz", "no archive");
    let model = example("onnx/logistic").display().to_string();
    for (line, words) in [
        (
            "inspect . --across M=4",
            &[
                "error: no function and no circuit of the program has `M`",
                "`bent` has T (a type); `dot` has N (a size); `scaled` has N (a size), T (a type)",
            ][..],
        ),
        (
            "inspect . --across fn=bent --across N=4",
            &["error: `bent` has no parameter `N`", "help: `bent` has T (a type)"],
        ),
        (
            "inspect . --across fn=bent",
            &["error: `bent` needs a type `T`", "help: say which: --across T=i8"],
        ),
        (
            "inspect . --across fn=bend --across T=i8",
            &["error: there is no function `bend`", "help: did you mean `bent`?"],
        ),
        (
            "inspect . --across N=4",
            &[
                "error: several have these parameters: `dot`, `scaled`",
                "help: say which: --circuit dot",
            ],
        ),
        (
            "inspect . --circuit four --across N=4",
            &["error: the program has no circuit `four` with parameters", "help: there are: dot"],
        ),
        ("inspect . --across T=i8 --across T=i9", &["error: --across T is given twice"]),
        ("inspect . --across fn=bent --across T=8", &["E0", "model.zirc:"]),
        (
            "inspect . --across fn=bent --across T=i8 --mode groth16",
            &["error: --across shows every mode and strategy"],
        ),
        (
            "inspect plain.zirc --across N=4",
            &[
                "error: no function and no circuit of the program has `N`",
                "nothing in the program has parameters",
            ],
        ),
        (
            "inspect c.circuit --across N=4",
            &[
                "error: c.circuit: --across is for a .zirc program, an .onnx model, or std, the library",
            ],
        ),
        ("inspect data.npz --across N=4", &["error: data.npz: --across is for a .zirc program"]),
        (
            "inspect MODEL --across N=4",
            &[
                "error: a model has no `N` to go across",
                "help: it has bits, those of its activations, and weight_bits",
            ],
        ),
        (
            "inspect MODEL --across bits=1..4",
            &["error: --across bits: expected bits from 2 to 32, got `1`"],
        ),
        (
            "inspect . --across fn=bent --across T=i1..i200 --across N=1..200",
            &["error: --across has 40000 combinations, of at most 1000"],
        ),
        ("inspect . --across T=i8 --svg model.zirc", &["is read by this command"]),
    ] {
        room.fail(2, &line.replace("MODEL", &model), words);
    }
    for (line, words) in [
        ("inspect . --across N=", "the list of values of `N` is empty"),
        ("inspect . --across N=8..4", "`8..4` is empty: it goes upwards"),
        ("inspect . --across N", "expected NAME=VALUES, such as bits=4..16 or T=i8,i16"),
        ("inspect . --across T=i4..u8", "is no range: the ends differ in one number"),
        ("inspect . --svg plot.svg", "--across <NAME=VALUES>"),
        ("inspect . --across N=4 --by line", "cannot be used with"),
    ] {
        let ended = room.zirc(line);
        assert!(ended.code == 2 && ended.err.contains(words), "{line}: {ended:#?}");
    }
}
