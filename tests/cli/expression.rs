//! `zirc eval -e`: expressions, their values and types, and what is wrong with them.

use crate::room::Room;

#[test]
fn values_have_types() {
    let room = Room::new();
    for (expression, line) in [
        ("relu(-3␣as␣i8)", "0: u7 (0 to 127)"),
        ("-1.5␣as␣q3.4", "-1.5: q3.4 (-8 to 7.9375 in steps of 0.0625)"),
        ("2␣*␣(3␣as␣u4)", "6: int<0..=30> (0 to 30)"),
        ("relu.([1,␣-2]␣as␣i4)", "[1, 0]: u3[2] (0 to 7)"),
        ("(1␣as␣bit,␣[true])", "(1, [1]): (bit (0 to 1), bit[1] (0 to 1))"),
        ("5␣as␣field", "5: field"),
        ("q3.4::lo", "-128: int<-128..=-128> (-128 to -128)"),
        ("i8::bits␣+␣u4::hi", "23: int<23..=23> (23 to 23)"),
        ("q3.4::scale", "0.0625: fix<1..=1, 1/16> (0.0625 to 0.0625 in steps of 0.0625)"),
        ("{␣let␣x␣=␣3;␣x␣*␣x␣}", "9: int<9..=9> (9 to 9)"),
        ("cost(relu::<i8>)", "9 constraints: 8 boolean, 1 select"),
        ("relu::<i8>", "a function"),
        ("\"a\\u{1b}[0m\"", "\"a\\u{1b}[0m\": text"),
    ] {
        let ended = room.zirc(&format!("eval -e {expression}"));
        assert_eq!(
            (ended.code, ended.out),
            (0, format!("{line}\n")),
            "{expression}: {}",
            ended.err
        );
    }
    // Several, in order; one that begins with a sign is no option.
    assert_eq!(
        room.accept("eval -e -3 -e 4"),
        "-3: int<-3..=-3> (-3 to -3)\n4: int<4..=4> (4 to 4)\n"
    );
}

#[test]
fn a_program_brings_its_functions() {
    let room = Room::new();
    room.write("layers/norm.zirc", "pub fn scale(x: i8) -> _ { 3 * x }\n");
    let program =
        "use layers::norm::scale;\nstruct P { a: i8, b: u4 }\nfn point(a: i8) -> P { P(a, 2) }\n";
    room.write("m/model.zirc", program.replace("layers", "l"));
    room.write("m/l/norm.zirc", "pub fn scale(x: i8) -> _ { 3 * x }\n");
    assert_eq!(room.accept("eval m -e scale(5␣as␣i8)"), "15: int<-384..=381> (-384 to 381)\n");
    assert_eq!(room.accept("eval -e point(5) m/model.zirc"), "(a: 5, b: 2): P\n");
    room.fail(2, "eval -e scale(5␣as␣i8)", &["error[E0101]", "expression:1:1", "scale"]);
}

#[test]
fn machines() {
    let json = Room::new().json("eval -e relu.([1.5,␣-2]␣as␣q3.4) -e cost(relu::<i8>)");
    let first = serde_json::json!({
        "expression": "relu.([1.5, -2] as q3.4)",
        "type": "uq3.4[2]", "shape": [2], "raw": ["24", "0"], "values": ["1.5", "0"],
        "lo": "0", "hi": "7.9375", "step": "1/16",
    });
    assert_eq!(json["values"][0], first);
    let second = serde_json::json!({
        "expression": "cost(relu::<i8>)", "cost_of": "relu::<i8>", "constraints": 9,
        "by": { "boolean": 8, "select": 1 },
    });
    assert_eq!(json["values"][1], second);
}

#[test]
fn what_is_wrong_is_shown_in_the_expression() {
    let room = Room::new();
    for (expression, words) in [
        ("1␣+", ["error[E0001]", "expression:1:3"].as_slice()),
        ("300␣as␣i8", &["error[E0203]", "expression:1:1"]),
        ("narrow::<i8>(300)", &["error[E0501]: assertion fails: narrow"]),
        ("{␣assert␣1␣==␣2,␣\"no\";␣3␣}", &["error[E0501]: assertion fails: no", "expression:1:3"]),
        ("print(3)", &["error[E0506]", "`print` outside of a test"]),
        ("for␣i␣<␣100000000␣{␣i␣*␣i␣*␣i␣}", &["error[E0701]"]),
        ("2␣**␣1000000000", &["error[E0220]"]),
    ] {
        room.fail(2, &format!("eval -e {expression}"), words);
    }
    let deep = format!("{}1{}", "(".repeat(30_000), ")".repeat(30_000));
    room.fail(2, &format!("eval -e {deep}"), &["error[E0004]"]);
    for (line, word) in [
        ("eval", "required"),
        ("eval -e 1 --data x.npz", "cannot be used with"),
        ("eval -e 1 --mode groth16", "cannot be used with"),
    ] {
        let ended = room.zirc(line);
        assert_eq!(ended.code, 2, "{line}");
        assert!(ended.err.contains(word), "{line}: {}", ended.err);
    }
}

/// A tensor of which only a part is shown says so.
#[test]
fn long_tensors_are_cut() {
    let out = Room::new().accept("eval -e for␣i␣<␣2000␣{␣i␣}");
    assert!(
        out.starts_with("[0, 1, 2, ") && out.contains(", 999, …]: int<0..=1999>[2000]"),
        "{out}"
    );
}
