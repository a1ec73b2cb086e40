//! explain: constraints as equations.

use crate::room::{Room, example};

const SIGNS: &str = "fn size(x: i4) -> _ { abs(x) }
circuit signs(private x: i4[3], public k: i4) -> public y: _ {
    let a = size.(x);
    sum i { a[i] * a[i] } + k
}
";

#[test]
fn a_relu_is_read_off_its_bits() {
    let room = Room::new();
    let text = room.accept(&format!("explain {}", example("relu").display()));
    for words in [
        "relu_of: 9 constraints over 10 variables",
        "relu_of, element [0] of [8]: 1 constraint of its 8",
        "model.zirc:14  circuit relu_of(private x: q3.4) -> public y: q3.4 {",
        "x.bits[0]·(x.bits[0] − 1) = 0    (input-range, shared)",
        "x.bits[0]·(x.bits[0] − 1) = 0    (boolean, shared)",
        "model.zirc:11  b[n - 1] * x",
        "b[7]·x = y    (product)",
        "b[7] = x.bits[7]",
        "+ 64·x.bits[6] + 128·x.bits[7] − 128",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
}

#[test]
fn lines_layers_elements_and_values() {
    let room = Room::with(SIGNS, r#"{"x": [5, -3, 0], "k": 2}"#);
    // The line that a person wrote shows what it caused inside of the library.
    let at = room.accept("explain . --at model.zirc:3");
    assert!(at.contains("size at model.zirc:3, element [0] of [3]"), "{at}");
    assert!(!at.contains("model.zirc:4"), "{at}");
    assert_eq!(room.accept("explain . --layer size"), at);
    assert_eq!(room.accept("explain . --layer abs"), at);
    let third = room.accept("explain . --layer size --element 2");
    assert!(third.contains("element [2] of [3]") && !third.contains("x[0]"), "{third}");
    let values = room.accept("explain . --layer size --element 1 --input input.json");
    // −3 = 5 − 8
    assert!(values.contains("x.bits[1, 0] … [1, 3] = 1, 0, 1, 0"), "{values}");
    let json = room.json("explain . --layer size --element 1");
    assert_eq!(json["layers"][0]["shape"], serde_json::json!([3]));
    assert!(json["layers"][0]["equations"][0]["equation"].is_string());
}

#[test]
fn what_the_source_says_before_it_is_optimized() {
    let room = Room::with(SIGNS, "{}");
    let plain = room.json("explain . --unoptimized");
    let left = room.json("explain .");
    let count = |v: &serde_json::Value| {
        let layers = v["layers"].as_array().unwrap().iter();
        layers.map(|l| l["equations"].as_array().unwrap().len()).sum::<usize>()
    };
    assert!(count(&plain) > count(&left), "{plain} {left}");
}

#[test]
fn matrices_of_what_is_small() {
    let room = Room::with(
        "circuit c(private a: field, private b: field) -> public y: _ { a * b + 3 }",
        "{}",
    );
    let text = room.accept("explain . --matrices");
    let after = text.split("  A").nth(1).unwrap();
    assert_eq!(
        after.lines().next().unwrap().split_whitespace().collect::<Vec<_>>(),
        ["1", "y", "a", "b"]
    );
    // y − 3 = a·b
    let c = text.split("\n  C").nth(1).unwrap().lines().nth(1).unwrap();
    assert_eq!(c.split_whitespace().collect::<Vec<_>>(), ["1", "-3", "1", "·", "·"]);
    let room = Room::with("circuit c(private x: i30) -> public y: _ { x }", "{}");
    room.fail(
        2,
        "explain . --matrices",
        &["too large to read", "--matrices is for up to 24 of both"],
    );
}

#[test]
fn what_is_not_there() {
    let room = Room::with(SIGNS, "{}");
    // What a line calls is the line's as well.
    assert!(room.accept("explain . --at model.zirc:1").contains("size at model.zirc:3"));
    room.fail(2, "explain . --at model.zirc:9", &["no constraint comes from line model.zirc:9"]);
    room.fail(2, "explain . --at other.zirc:3", &["no constraint comes from", "model.zirc:3"]);
    room.fail(2, "explain . --layer nothing", &["no constraint is of a layer `nothing`", "size"]);
    room.fail(2, "explain . --layer size --element 3", &["elements of shape [3], none at [3]"]);
    room.fail(
        2,
        "explain . --layer size --element 0,1",
        &["elements of shape [3], none at [0, 1]"],
    );
    let made = Room::prepared();
    made.fail(2, "explain c --unoptimized", &["name the program"]);
}
