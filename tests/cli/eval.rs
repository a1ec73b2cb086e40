//! `zirc eval`.

use crate::room::{Room, example};
use npyz::WriterBuilder;
use npyz::npz::NpzWriter;
use std::path::Path;

/// Says whether a number is even; the label is public.
const PARITY: &str = r#"circuit parity(private x: u8, public even: bit) {
    let half: u7 = hint div(x, 2);
    let odd: bit = hint mod(x, 2);
    assert x == 2 * half + odd;
    assert 1 - odd == even, "wrong parity";
}
"#;
const SQUARES: &str =
    "circuit squares(private x: i8[2]) -> public y: _[2] { for i { x[i] ** 2 } }\n";

/// An archive of integer arrays.
fn npz(path: &Path, arrays: &[(&str, &[u64], &[i64])]) {
    let mut archive = NpzWriter::create(path).unwrap();
    for (name, shape, values) in arrays {
        let mut array = archive
            .array::<i64>(name, npyz::zip::write::FileOptions::default())
            .unwrap()
            .default_dtype()
            .shape(shape)
            .begin_nd()
            .unwrap();
        array.extend(values.iter().copied()).unwrap();
        array.finish().unwrap();
    }
}

#[test]
fn float_integers_and_circuit() {
    let room = Room::with(PARITY, "{}");
    let x = ("x", [4].as_slice(), [0, 1, 2, 255].as_slice());
    // The third label is wrong; the float model errs on the last.
    npz(
        &room.path("test.npz"),
        &[x, ("even", &[4], &[1, 0, 0, 0]), ("float", &[4], &[1, 0, 1, 1])],
    );
    let json = room.json("eval .");
    assert_eq!(json["samples"], 4);
    assert_eq!(json["accurate"]["float"], 2);
    assert_eq!(json["accurate"]["integers"], 3);
    assert_eq!(json["accurate"]["circuit"], 3);
    assert_eq!(json["float_same_as_integers"], 3);
    assert_eq!(json["agree"], 4);
    assert_eq!(json["wrong"], serde_json::json!([2]));
    let text = room.accept("eval model.zirc --limit 2");
    assert!(text.contains("integers and circuit agree on 2 of 2"), "{text}");
}

#[test]
fn outputs_are_compared_with_the_data() {
    let room = Room::with(SQUARES, "{}");
    let x = ("x", [2, 2].as_slice(), [1, -2, 3, -128].as_slice());
    npz(&room.path("data.npz"), &[x, ("y", &[2, 2], &[1, 4, 9, 16383])]);
    let json = room.json("eval . --data data.npz");
    assert_eq!(json["accurate"]["circuit"], 1);
    assert_eq!(json["agree"], 2);
    assert!(json["accurate"]["float"].is_null());
}

#[test]
fn data_that_do_not_fit() {
    let room = Room::with(SQUARES, "{}");
    room.fail(2, "eval .", &["test.npz: no such file"]);
    npz(&room.path("test.npz"), &[("z", &[1], &[1])]);
    room.fail(2, "eval .", &["no array `x`", "the file has z"]);
    npz(&room.path("test.npz"), &[("x", &[4], &[1, 2, 3, 4])]);
    room.fail(2, "eval .", &["array `x`: expected shape [samples, 2], got [4]"]);
    npz(&room.path("test.npz"), &[("x", &[1, 2], &[1, 2]), ("y", &[2, 2], &[1, 4, 1, 4])]);
    room.fail(2, "eval .", &["array `y` has 2 samples, others have 1"]);
    npz(&room.path("test.npz"), &[("x", &[2, 2], &[1, 2, 3, 400])]);
    room.fail(2, "eval .", &["`x[1]`", "value 400", "outside -128 to 127"]);
}

#[test]
fn the_main_example() {
    let room = Room::new();
    let json = room.json(&format!("eval {} --limit 40", example("digits").display()));
    assert_eq!(json["samples"], 40);
    assert_eq!(json["agree"], 40);
    assert_eq!(json["float_same_as_integers"], 40);
}
