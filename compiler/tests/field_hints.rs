//! Hints of an integer type that read an element of the field: the integer that it stands for, if the type has it.

mod common;

use common::{compile, ints};
use zirc_circuit::{Int, assign, scalar};
use zirc_compiler::{Mode, NoFiles, Outcome, Project};

const RANGED: &str = "
fn ranged(x: field) -> u8 {
    let n: u8 = hint x;
    assert n as field == x;
    n
}
fn signed(x: field) -> i8 {
    let n: i8 = hint x;
    assert n as field == x;
    n
}
fn all(x: field[2]) -> _ {
    let n: u8[2] = hint for i { 3 * x[i] };
    for i { assert n[i] as field == 3 * x[i]; }
    n[0] - n[1]
}
";

/// The value of a circuit's only output, if its witness is not refused.
fn value(body: &str, input: &str, values: Vec<Int>) -> Option<Int> {
    let text = format!("{RANGED} circuit c(private x: {input}) -> public y: _ {{ {body} }}");
    let circuit = compile(&text, Mode::Groth16, false);
    let a = assign(&circuit, &[values]).ok()?;
    let out = circuit.signature.outputs[0].tensor;
    Some(a.values[out.0 as usize].get_int(0))
}

#[test]
fn what_the_type_has_is_read_and_nothing_else() {
    let last = || vec![scalar::order() - 1u32];
    let u = |v: Vec<Int>| value("if ranged(x) < 200 { ranged(x) } else { 0 }", "field", v);
    assert_eq!(u(ints(&[199])), Some(199.into()));
    assert_eq!(u(ints(&[200])), Some(0.into()));
    assert_eq!(u(ints(&[256])), None);
    assert_eq!(u(last()), None);
    // The last element is -1, as `-1 as field` says.
    let i = |v| value("signed(x)", "field", v);
    assert_eq!(i(ints(&[127])), Some(127.into()));
    assert_eq!(i(ints(&[128])), None);
    assert_eq!(i(last()), Some((-1).into()));
    let all = |v: &[i64]| value("all(x)", "field[2]", ints(v));
    assert_eq!(all(&[80, 2]), Some(234.into()));
    assert_eq!(all(&[2, 86]), None);
}

#[test]
fn tests_read_as_circuits_do() {
    let text = format!(
        "{RANGED}
        test values {{
            assert ranged(200 as field) == 200;
            assert signed(0 - 1 as field) == -1;
            assert all([80 as field, 2 as field]) == 234;
        }}
        test outside {{ assert ranged(256 as field) >= 0; }}
        test below {{ assert ranged(0 - 1 as field) >= 0; }}
        test pinned {{ assert rejects(ranged(6 as field), set: \"n\", to: 5); }}"
    );
    let project = Project::load("t.zirc", &text, &mut NoFiles).unwrap();
    let reports = project.test("", &mut NoFiles).0;
    let passed =
        |name: &str| reports.iter().find(|r| r.name == name).unwrap().outcome == Outcome::Passed;
    assert!(passed("values") && passed("pinned"), "{reports:#?}");
    assert!(!passed("outside") && !passed("below"), "{reports:#?}");
}

/// A number of steps is no element of the field, nor the other way round.
#[test]
fn scaled_types_read_none() {
    let text = "fn f(x: field) -> _ { let n: q3.4 = hint x; n }";
    let project = Project::load("t.zirc", text, &mut NoFiles).unwrap();
    let refused = project.check(&mut NoFiles).unwrap_err();
    assert_eq!(refused.diagnostics[0].code, "E0205");
    assert_eq!(refused.diagnostics[0].title, "a field element has no integer meaning");
}
