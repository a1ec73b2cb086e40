use super::Tensors;
use crate::context::Meaning;
use crate::program::ImportedPort;
use std::cell::RefCell;
use std::collections::BTreeMap;

fn port(tensor: &str, variable: &str, meaning: Meaning) -> ImportedPort {
    let (tensor, variable) = (tensor.to_string(), variable.to_string());
    ImportedPort { port: tensor.clone(), tensor, variable, float: true, meaning }
}

/// A classifier of rows of four, with a result of one number besides.
fn said(text: &str) -> Result<String, String> {
    let inputs = [port("X", "X", Meaning::Numbers)];
    let outputs = [
        port("output/label:0", "output_label_0", Meaning::Classes),
        port("scores", "scores", Meaning::Probabilities),
        port("margin", "margin", Meaning::Numbers),
    ];
    let shapes = BTreeMap::from([
        ("X", &[1, 4][..]),
        ("output/label:0", &[1]),
        ("scores", &[1, 5]),
        ("margin", &[1, 1]),
    ]);
    let (inputs, outputs) = (&inputs, &outputs);
    let all = Tensors { inputs, outputs, shapes, untied: RefCell::default() };
    let out = match text.strip_prefix("part ") {
        Some(text) => all.part(text),
        None => all.conditions(&[text.to_owned()]).map(|all| all.join(", ")),
    };
    out.map_err(|f| f.to_string())
}

#[test]
fn claims_are_conditions_of_the_program() {
    for (claim, condition) in [
        ("margin in 0.8..1.0", "margin[0, 0] in 0.8..1.0"),
        (
            "margin in -1..=1 && argmax != 2",
            "margin[0, 0] in -1..=1 && argmax(scores[0]) != 2, untied::<1>(scores[0])",
        ),
        ("argmax == 3", "argmax(scores[0]) == 3, untied::<1>(scores[0])"),
        ("argmax(scores) == \"benign\"", "argmax(scores[0]) == \"benign\", untied::<1>(scores[0])"),
        ("argmax(scores[1..3]) == 0", "argmax(scores[0, 1..3]) == 0, untied::<1>(scores[0, 1..3])"),
        ("`output/label:0` == \"benign\"", "output_label_0[0] == \"benign\""),
        ("argmax( `output/label:0` ) == \"benign\"", "output_label_0[0] == \"benign\""),
        ("3 in top(2)", "in_top::<2>(scores[0], 3), untied::<2>(scores[0])"),
        (
            "!(3 in top(scores, 2)) || argmax == 1",
            "!(in_top::<2>(scores[0], 3)) || argmax(scores[0]) == 1, untied::<2>(scores[0]), untied::<1>(scores[0])",
        ),
        ("scores [0] > scores[1] + 0.5", "scores[0, 0] > scores[0, 1] + 0.5"),
        ("scores[0, 4] > X[3]", "scores[0, 4] > X[0, 3]"),
        ("max(scores[0], margin) < 1", "max(scores[0, 0], margin[0, 0]) < 1"),
        ("argmin(scores) == 0", "argmin(scores[0]) == 0, (untied::<1>(for i { -scores[0][i] }))"),
        ("scores[argmax] >= 0.5", "scores[0, argmax(scores[0])] >= 0.5, untied::<1>(scores[0])"),
    ] {
        assert_eq!(said(claim), Ok(condition.into()), "{claim}");
    }
}

#[test]
fn parts_of_inputs() {
    for (part, program) in [("X", "X"), ("X[3]", "X[0, 3]"), ("X[0, 1..3]", "X[0, 1..3]")] {
        assert_eq!(said(&format!("part {part}")), Ok(program.into()), "{part}");
    }
    for (part, why) in [
        ("scores", "input `scores`: is no input of the model"),
        ("X[1] + 2", "input `X[1] + 2`: is no part of an input"),
        ("", "input ``: is no input of the model"),
    ] {
        assert_eq!(said(&format!("part {part}")), Err(why.into()), "{part}");
    }
}

#[test]
fn what_is_no_claim_is_refused() {
    for (claim, start) in [
        ("", "claim ``: is no condition: "),
        ("scores[0] >", "claim `scores[0] >`: is no condition: "),
        ("scores[0, 0, 0] > 1", "claim `scores[0, 0, 0] > 1`: `scores` has the shape [1, 5]"),
        ("`label` == 1", "claim ``label` == 1`: no result and no input is called `label`"),
        ("`label == 1", "claim ``label == 1`: a name that begins with a backtick ends with one"),
        (
            "argmax == 1 in top(2)",
            "claim `argmax == 1 in top(2)`: a comparison is no place of an element",
        ),
        ("3 in top()", "claim `3 in top()`: is no condition: "),
        (
            "3 in top(1, 2, 3)",
            "claim `3 in top(1, 2, 3)`: `top` takes a number, or a result and a number",
        ),
        // Nothing but a condition can be put into the program.
        (
            "argmax == 3 { } fn f() -> _ { 1",
            "claim `argmax == 3 { } fn f() -> _ { 1`: is no condition: ",
        ),
    ] {
        let why = said(claim).unwrap_err();
        assert!(why.starts_with(start), "{claim}: {why}");
    }
}
