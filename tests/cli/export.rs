//! export: files for circom's tools.

#[path = "../../runtime/tests/circom/mod.rs"]
mod circom;

use crate::room::{ROOT, Room, example};
use circom::{R1cs, read_r1cs, read_sym, read_wtns, satisfied};

const SIGNS: &str = r#"circuit signs(private x: i8[2], public k: u4) -> (public y: _, public z: bit) {
    (relu.(x), x[0] < k)
}
"#;

fn r1cs(room: &Room, file: &str) -> R1cs {
    read_r1cs(&room.read(file))
}

fn names(room: &Room, file: &str) -> Vec<String> {
    let text = String::from_utf8(room.read(file)).unwrap();
    read_sym(&text).into_iter().filter(|s| s.wire.is_some()).map(|s| s.name).collect()
}

#[test]
fn constraints_names_and_values() {
    let room = Room::with(SIGNS, r#"{"x": [5, -3], "k": 2}"#);
    let json = room.json("export . --to out --input input.json");
    let made = r1cs(&room, "out/signs.r1cs");
    assert_eq!(json["wires"], made.wires);
    assert_eq!(json["constraints"], made.constraints.len());
    assert_eq!((made.outputs, made.public_inputs), (3, 1));
    let values = read_wtns(&room.read("out/signs.wtns"));
    assert_eq!(values[1..5], [5, 0, 0, 2].map(ark_bn254::Fr::from));
    assert!(satisfied(&made, &values));
    let names = names(&room, "out/signs.sym");
    assert_eq!(names[..4], ["main.y[0]", "main.y[1]", "main.z", "main.k"]);
    let compared = "main.less_than.is_negative.sign_split.b[3]";
    assert!(names.iter().any(|n| n == compared), "{names:?}");
    let text = room.accept("export . --to out");
    for words in ["public outputs", "written", "signs.r1cs", "signs.sym"] {
        assert!(text.contains(words), "{text}");
    }
    assert!(!text.contains("wtns"), "{text}");
}

#[test]
fn unoptimized_circuits_keep_their_inputs() {
    let room = Room::with(SIGNS, r#"{"x": [5, -3], "k": 2}"#);
    room.accept("export . --to small");
    room.accept("export . --to whole --unoptimized --input input.json");
    assert_eq!(r1cs(&room, "small/signs.r1cs").private_inputs, 0);
    let whole = r1cs(&room, "whole/signs.r1cs");
    assert_eq!(whole.private_inputs, 2);
    assert!(satisfied(&whole, &read_wtns(&room.read("whole/signs.wtns"))));
    let names = names(&room, "whole/signs.sym");
    for name in ["main.x[1]", "main.relu.less_than.is_negative.sign_split.b[1][7]"] {
        assert!(names.iter().any(|n| n == name), "{names:?}");
    }
    // The label of an input that has no wire is there all the same.
    let text = String::from_utf8(room.read("small/signs.sym")).unwrap();
    let removed: Vec<_> = read_sym(&text).into_iter().filter(|s| s.wire.is_none()).collect();
    assert_eq!(
        removed.iter().map(|s| s.name.as_str()).collect::<Vec<_>>(),
        ["main.x[0]", "main.x[1]"]
    );
}

#[test]
fn an_example_from_its_circuit_file() {
    let room = Room::new();
    let folder = example("dot_product");
    room.accept(&format!("compile {} --circuit dot3 -o dot.circuit", folder.display()));
    room.accept("export dot.circuit --to .");
    let made = r1cs(&room, "dot3.r1cs");
    let json = room.json("inspect dot.circuit");
    assert_eq!(json["report"]["constraints"], made.constraints.len());
    assert_eq!(json["report"]["variables"], made.wires);
}

#[test]
fn what_cannot_be_exported() {
    let room = Room::with(ROOT, r#"{"x": 1234, "square": 1522757}"#);
    room.accept("compile . -o c");
    room.fail(2, "export none.zirc --to out", &["none.zirc: no such file"]);
    room.fail(2, "export none --to out", &["none: no such file"]);
    room.fail(2, "export input.json --to out", &["input.json: not a zirc file"]);
    room.fail(2, "export . --to input.json", &["is a file, not a folder"]);
    room.fail(2, "export . --to input.json/out", &["is a file, not a folder"]);
    room.fail(2, "export . --to out --input none.json", &["none.json: no such file"]);
    room.fail(2, "export c --to out --unoptimized", &["c is a circuit", "name the program"]);
    room.fail(2, "export . --to out --circuit other", &["no circuit `other`"]);
    room.fail(1, "export . --to out --input input.json", &["x is not a root", "1522756"]);
    room.write("root.r1cs/file", "");
    room.fail(2, "export . --to .", &["root.r1cs", "is a folder"]);
}

#[test]
fn files_that_are_read_are_not_replaced() {
    let room = Room::with(ROOT, "{}");
    room.accept("compile . -o root.sym");
    let before = room.read("root.sym");
    room.fail(2, "export root.sym --to .", &["must not be replaced"]);
    assert_eq!(room.read("root.sym"), before);
}
