//! `ensures` of circuits and `#[independent_of(…)]`: what a circuit claims of values that nobody sees.

use zirc_circuit::{AssignError, Circuit, ForgeMode, Int, assign, assign_with, violations};
use zirc_compiler::{Diagnostic, Mode, NoFiles, Options, Project, Rejected};

fn project(text: &str) -> Result<Project, Rejected> {
    Project::load("t.zirc", text, &mut NoFiles)
}

fn compiled(text: &str) -> Result<Circuit, Vec<Diagnostic>> {
    let project = project(text).map_err(|r| r.diagnostics)?;
    let made = project.compile("c", &mut NoFiles).map_err(|r| r.diagnostics)?;
    Ok(made.circuit)
}

fn circuit(text: &str) -> Circuit {
    compiled(text).unwrap_or_else(|d| panic!("{text}: {d:#?}"))
}

/// Code, title and notes of the first diagnostic.
fn refused(text: &str) -> (&'static str, String, Vec<String>) {
    let all = compiled(text).expect_err(text);
    (all[0].code, all[0].title.clone(), all[0].notes.clone())
}

fn ints(values: &[i64]) -> Vec<Int> {
    values.iter().map(|v| Int::from(*v)).collect()
}

/// A claim holds of these inputs, and not of those.
fn holds(text: &str, yes: &[&[i64]], no: &[&[i64]]) {
    let c = circuit(text);
    for x in yes {
        let a = assign(&c, &[ints(x)]).unwrap_or_else(|e| panic!("{text}: {x:?}: {e}"));
        assert_eq!(violations(&c, &a).len(), 0, "{text}: {x:?}");
    }
    for x in no {
        let e = assign(&c, &[ints(x)]).expect_err(text);
        let AssignError::Check { message, .. } = e else { panic!("{text}: {x:?}: {e}") };
        assert_eq!(message.as_deref(), Some("the circuit ensures this"), "{text}: {x:?}");
        // Nor does the circuit take them from a prover who does not look.
        let a = assign_with(&c, &[ints(x)], &[], ForgeMode::Propagate);
        assert!(a.map_or(true, |a| !violations(&c, &a).is_empty()), "{text}: {x:?}");
    }
}

#[test]
fn conditions_are_enforced_and_told() {
    let text = "circuit c(private x: u8[3]) -> private score: _
            ensures score in 100..300,  // not 300
                score >= 2 * x[0]
        { sum i { x[i] } }";
    holds(
        text,
        &[&[50, 25, 25], &[0, 100, 199]],
        &[&[33, 33, 33], &[100, 100, 100], &[90, 20, 20]],
    );
    let claims = circuit(text).signature.claims;
    assert_eq!(claims.conditions, ["score in 100..300", "score >= 2 * x[0]"]);
    assert!(claims.independent_of.is_empty());
    // A bound between two steps is the next step: 100.3 of 101, 100.5 of a half.
    holds(
        "circuit c(private x: u8[3]) -> private score: _ ensures score > 100.3, score in 0..=200.7
         { sum i { x[i] } }",
        &[&[101, 0, 0], &[200, 0, 0]],
        &[&[100, 0, 0], &[201, 0, 0]],
    );
    holds(
        "circuit c(private x: q3.1[2]) -> private y: q3.1[2] ensures y >= -0.7, y < 1.3 { x }",
        &[&[-1, 2]],
        &[&[-2, 0], &[0, 3]],
    );
}

/// `x > y + 0.1`, for every pair of values: the literal bounds the difference.
#[test]
fn literals_between_steps_bound_differences() {
    for (claim, f) in [
        ("x[0] > x[1] + 0.1", (|x, y| x > y + 0.1) as fn(f64, f64) -> bool),
        ("x[0] - 0.3 <= x[1]", |x, y| x - 0.3 <= y),
        ("0.7 + x[0] < x[1] - 0.6", |x, y| 0.7 + x < y - 0.6),
        ("(x[0] + (-0.1)) >= x[1] + 0.25", |x, y| x - 0.1 >= y + 0.25),
    ] {
        let c = circuit(&format!("circuit c(private x: q2.2[2]) -> private y: _ {{ {claim} }}"));
        for (a, b) in (-16..16).flat_map(|a| (-16..16).map(move |b| (a, b))) {
            let made = assign(&c, &[ints(&[a, b])]).unwrap();
            let y = made.values[c.signature.outputs[0].tensor.0 as usize].get_int(0);
            let right = f(a as f64 / 4.0, b as f64 / 4.0);
            assert_eq!(y, Int::from(i64::from(right)), "{claim}: {a}, {b}");
        }
    }
    holds(
        "circuit c(private x: q2.2[2]) -> private y: _ ensures x[0] > x[1] + 0.1 { x }",
        &[&[3, 2], &[16 - 1, -16]],
        &[&[2, 2], &[1, 2]],
    );
}

/// Comparisons with a bound that is no multiple of a step, against the rational comparison, for every value.
#[test]
fn bounds_between_steps_are_exact() {
    for bound in ["0.3", "-0.3", "0.25", "1.1", "-2", "7 / 3", "-7 / 3"] {
        let bound_value: f64 = match bound.split_once(" / ") {
            Some((a, b)) => a.parse::<f64>().unwrap() / b.parse::<f64>().unwrap(),
            None => bound.parse().unwrap(),
        };
        for (op, f) in [
            ("<", (|a, b| a < b) as fn(f64, f64) -> bool),
            ("<=", |a, b| a <= b),
            (">", |a, b| a > b),
            (">=", |a, b| a >= b),
        ] {
            let text = format!(
                "circuit c(private x: q2.2[32]) -> (private y: _, private z: _) {{
                    (for i {{ x[i] {op} {bound} }}, for i {{ {bound} {op} x[i] }})
                }}"
            );
            let c = circuit(&text);
            let raw: Vec<i64> = (-16..16).collect();
            let a = assign(&c, &[ints(&raw)]).unwrap();
            assert_eq!(violations(&c, &a).len(), 0, "{text}");
            for (k, swapped) in [(0, false), (1, true)] {
                let port = &c.signature.outputs[k];
                let got = &a.values[port.tensor.0 as usize];
                for (i, raw) in raw.iter().enumerate() {
                    let (x, b) = (*raw as f64 / 4.0, bound_value);
                    let right = if swapped { f(b, x) } else { f(x, b) };
                    assert_eq!(got.get_int(i), Int::from(i64::from(right)), "{x} {op} {bound}");
                }
            }
        }
    }
}

#[test]
fn texts_stand_for_the_integers_that_labels_give_them() {
    let text = r#"#[labels(class, "no", "yes")]
        #[labels(argmax(scores), "no", "yes")]
        #[named(scores, "output/scores:0")]
        circuit c(private x: u4[2]) -> (private class: _, private scores: _)
            ensures class == "yes", argmax(scores) == "yes", !(class != "yes")
        { (argmax(x), x) }"#;
    holds(text, &[&[3, 9]], &[&[9, 3], &[4, 4]]);
    assert_eq!(
        circuit(text).signature.claims.conditions,
        [r#"class == "yes""#, r#"argmax(`output/scores:0`) == "yes""#, r#"!(class != "yes")"#]
    );
    let with = |attributes: &str, claim: &str| {
        let head = "circuit c(private x: u4[2]) -> (private class: _, private scores: _)";
        refused(&format!("{attributes} {head} ensures {claim} {{ (argmax(x), x) }}"))
    };
    let (code, title, _) = with("", r#"class == "yes""#);
    assert_eq!((code, title.as_str()), ("E0113", "nothing says which integer this text is"));
    // A text is about what is labelled and nothing else: not about the largest of another output.
    for claim in [
        r#"scores[0] == "yes""#,
        r#"x[0] == "yes""#,
        r#"argmax(x) == "yes""#,
        r#"argmax(scores) == "yes""#,
    ] {
        let (code, title, _) = with(r#"#[labels(class, "no", "yes")]"#, claim);
        assert_eq!((code, title.as_str()), ("E0113", "nothing says which integer this text is"));
    }
    let (code, title, _) = with(r#"#[labels(class, "no", "yes", "no")]"#, r#"class != "no""#);
    assert_eq!((code, title.as_str()), ("E0109", "two integers are labelled \"no\""));
    let (code, title, _) = with(r#"#[labels(class, "no", "yes")]"#, r#"class == "maybe""#);
    assert_eq!((code, title.as_str()), ("E0113", "`class` counts no such name"));
    let places = r#"#[labels(argmax(scores), "no", "yes")]"#;
    let (code, title, _) = with(places, r#"class == "yes""#);
    assert_eq!((code, title.as_str()), ("E0113", "nothing says which integer this text is"));
    let (code, title, _) = with(places, r#"argmax(scores[1..]) == "yes""#);
    assert_eq!((code, title.as_str()), ("E0113", "nothing says which integer this text is"));
    let (code, title, _) = with(places, r#"argmax(scores) == "maybe""#);
    assert_eq!((code, title.as_str()), ("E0113", "`argmax(scores)` counts no such name"));
    let few = r#"#[labels(argmax(scores), "no")]"#;
    let (code, title, _) = with(few, r#"argmax(scores) == "no""#);
    assert_eq!((code, title.as_str()), ("E0109", "`scores` has 2 elements, and 1 names for them"));
}

/// No element is called 0.5, so nothing is claimed of it.
#[test]
fn a_place_is_an_integer() {
    for place in ["0.5", "-1", "3"] {
        let text = format!(
            "circuit c(private x: u4[3]) -> private y: _ ensures in_top::<1>(y, {place}) {{ x }}"
        );
        let (code, _, _) = refused(&text);
        assert_eq!(code, "E0206", "{place}");
    }
    holds(
        "circuit c(private x: u4[3]) -> private y: _ ensures in_top::<1>(y, 2), untied::<1>(y) { x }",
        &[&[1, 2, 3]],
        &[&[3, 2, 1], &[1, 3, 3], &[3, 3, 3]],
    );
}

/// What a reader of the claim does not have would leave them to guess, or be taken for something else.
#[test]
fn a_claim_knows_inputs_and_outputs_alone() {
    let own = |name: &str| format!("`{name}` is the program's own");
    for (text, title) in [
        (
            "circuit c(private x: u4) -> private y: _ ensures y > LEAST { x } const LEAST: i8 = 3;",
            own("LEAST"),
        ),
        (
            "circuit c(private x: u4[4]) -> private y: _ ensures argmax(x) == 3 { x[0] }
             fn argmax(x: u4[4]) -> u8 { 3 }",
            own("argmax"),
        ),
        (
            "circuit c(private x: u4) -> private y: _ ensures y as Wide > 3 { x } type Wide = i8;",
            own("Wide"),
        ),
        (
            r#"#[named(x, "limit")]
             circuit c(public x: u8, const limit: u8 = 3) -> public y: _ ensures y > limit { x }"#,
            "`limit` is no input and no output".into(),
        ),
        (
            "circuit c = d::<3>; circuit d<n: nat>(private x: u8) -> private y: _ ensures y > n { x }",
            "`n` is no input and no output".into(),
        ),
        (
            "circuit c(private x: u4[2]) -> private y: _ ensures (sum x < 2 { x }) == 1 { x }",
            "`x` is an input or output already".into(),
        ),
        (
            "circuit c(private x: u4[2]) -> private y: _ ensures ({ let z = 3; z == 3 }) { x }",
            "a claim has no statements".into(),
        ),
    ] {
        let (code, got, _) = refused(text);
        assert_eq!((code, got), ("E0113", title), "{text}");
    }
    let (code, title, _) = refused(
        "circuit c(private x: u4) -> private y: _ ensures secret == 3 { let secret = x + 1; secret }",
    );
    assert_eq!((code, title.as_str()), ("E0101", "there is no value `secret` here"));
    let (code, title, _) =
        refused("circuit c(private x: u4) -> private y: _ ensures y > 40 { x + 1 }");
    assert_eq!((code, title.as_str()), ("E0402", "this can never hold"));
    // Loops of its own, the library and types of the language are everybody's.
    holds(
        "circuit c(private x: u4[3]) -> private y: _
            ensures (sum i < 3 { y[i] as u8 }) <= 9, maximum_of(y) in 1..=8, in_top::<2>(y, 0)
         { x }"
            .replace("maximum_of(y)", "max(y[0], y[1])")
            .as_str(),
        &[&[3, 2, 4]],
        &[&[9, 0, 1], &[0, 0, 0]],
    );
}

#[test]
fn no_claim_is_no_change() {
    let plain = "circuit c(private x: u4) -> private y: _ { x + 1 }";
    let claimed = "circuit c(private x: u4) -> private y: _ ensures y >= 1 { x + 1 }";
    let (plain, claimed) = (circuit(plain), circuit(claimed));
    // It holds of every input, so that it costs nothing; what it says is another statement all the same.
    assert_eq!(plain.num_constraints(), claimed.num_constraints());
    assert_ne!(plain.digest(), claimed.digest());
    for c in [plain, claimed] {
        assert_eq!(Circuit::decode(&c.encode()).unwrap(), c);
    }
}

const SCORE: &str = "const W: i8[4] = [3, 0, -2, 5];
    circuit c(private x: u8[4]) -> private y: _ { relu(sum i { W[i] * x[i] } as i12) }";

#[test]
fn what_is_weighed_with_nothing_decides_nothing() {
    let c = circuit(&SCORE.replace("circuit", "#[independent_of(x[1])] circuit"));
    let parts: Vec<String> =
        c.signature.claims.independent_of.iter().map(ToString::to_string).collect();
    assert_eq!(parts, ["x[1]"]);
    let (code, title, notes) =
        refused(&SCORE.replace("circuit", "#[independent_of(x[2])] circuit"));
    assert_eq!((code, title.as_str()), ("E0307", "output `y` depends on `x[2]`"));
    assert_eq!(notes.first().unwrap(), "from `x[2]`");
    assert_eq!(notes.last().unwrap(), "to `y`");
    for all in ["x", "x[0..2]", "x[1..]"] {
        let (code, ..) =
            refused(&SCORE.replace("circuit", &format!("#[independent_of({all})] circuit")));
        assert_eq!(code, "E0307", "{all}");
    }
}

/// Whatever a value goes through, it is followed: for each program the first input decides the output.
#[test]
fn dependence_is_seen_through_every_operation() {
    for body in [
        "x[0] * x[1]",
        "x[0] + 0 * x[1] + x[1]",
        "max(x[0], x[1])",
        "if x[0] > x[1] { 1 } else { 0 }",
        "{ let t: u8[256] = for i < 256 { 255 - i }; t[x[0]] }",
        "argmax(x)",
        "top_k::<1>(x).0[0]",
        "clamp_to::<u4>(x[0]) + x[1]",
        "floor_to::<u4>((x[0] / 16) as uq4.4)",
        "max_of(x)",
        "in_top::<1>(x, 1)",
    ] {
        let head = "#[independent_of(x[0])] circuit c(private x: u8[2]) -> private y: _";
        let text = format!("{MAX_OF} {head} {{ {body} }}");
        for mode in [Mode::Groth16, Mode::Commit] {
            let options = Options { mode, ..Options::default() };
            let made = project(&text).unwrap().compile_with("c", &mut NoFiles, &options);
            let d = made.map(drop).expect_err(&text).diagnostics;
            assert_eq!(d[0].code, "E0307", "{text}: {d:#?}");
        }
    }
}

const MAX_OF: &str = "fn max_of<N: nat, T: num>(x: T[N]) -> T {
    let m: T = hint maximum(x);
    for i { assert narrow::<int<0..=T::hi - T::lo>>(m - x[i]) >= 0; }
    assert prod i { (m - x[i]) as field } == 0;
    m
}";

#[test]
fn an_assertion_decides_whether_there_is_a_proof() {
    let text = "#[independent_of(x[0])] circuit c(private x: u8[2]) -> private y: _ {
            assert x[0] < 100;
            x[1] + 1
        }";
    let (code, title, notes) = refused(text);
    assert_eq!((code, title.as_str()), ("E0307", "whether there is a proof depends on `x[0]`"));
    assert!(notes.last().unwrap().starts_with("to the check at "), "{notes:?}");
}

#[test]
fn a_hint_that_may_be_anything_is_independent_of_nothing() {
    let text = "#[nondet(\"either will do\")]
        fn either(x: u8) -> bit { let b: bit = hint x > 3; b }
        #[independent_of(x[0])] circuit c(private x: u8[2]) -> private y: _ { either(x[1]) + x[1] }";
    let (code, title, notes) = refused(text);
    assert_eq!((code, title.as_str()), ("E0307", "nothing is known to be independent of `x[0]`"));
    assert!(notes[0].starts_with("hint `b` of `either`"), "{notes:?}");
}

#[test]
fn fields_of_a_struct() {
    let text = |part: &str| {
        format!(
            "struct Person {{ age: u8, income: u16, gender: bit[2] }}
             #[independent_of({part})]
             circuit c(private p: Person) -> private y: _ {{ p.age + p.income + 0 * p.gender[1] }}"
        )
    };
    let parts = |part: &str| {
        let c = circuit(&text(part));
        c.signature.claims.independent_of.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(parts("p.gender"), ["p.gender"]);
    assert_eq!(parts("p.gender[0], p.gender[1]"), ["p.gender[0]", "p.gender[1]"]);
    assert_eq!(refused(&text("p")).1, "output `y` depends on `p.age`");
    for (part, title) in [
        ("q", "an input is named, a field of one, or elements of it"),
        ("p.size", "no input is called `p.size`: there are [p.age, p.income, p.gender]"),
        ("p.gender[2]", "`p.gender` has no such elements"),
        ("p.gender[1..1]", "`p.gender` has no such elements"),
        ("p.gender[0, 0]", "`p.gender` has no such elements"),
        ("3", "an input is named, a field of one, or elements of it"),
    ] {
        let (code, got, _) = refused(&text(part));
        assert_eq!((code, got.as_str()), ("E0113", title), "{part}");
    }
    let (code, got, _) = refused(&text("p").replace("(p)", ""));
    assert_eq!((code, got.as_str()), ("E0113", "`#[independent_of]` takes inputs"));
}

#[test]
fn options_name_parts_as_well() {
    let compile = |text: &str, part: &str| {
        let options = Options { independent_of: vec![part.into()], ..Options::default() };
        let made = project(text).unwrap().compile_with("c", &mut NoFiles, &options);
        made.map_err(|r| (r.diagnostics[0].code, r.diagnostics[0].title.clone()))
            .map(|m| m.circuit.signature.claims.independent_of[0].to_string())
    };
    let rows = "circuit c(private x: u8[1, 4], private y: u8) -> private z: _ { x[0, 1] + y }";
    assert_eq!(compile(rows, "x[3]"), Ok("x[0, 3]".into()));
    assert_eq!(compile(rows, "x[0, 2..]"), Ok("x[0, 2..4]".into()));
    assert_eq!(compile(rows, "x[1]").unwrap_err().1, "output `z` depends on `x[0, 1]`");
    assert_eq!(compile(rows, "y").unwrap_err().1, "output `z` depends on `y`");
    for (part, title) in [
        ("q", "`--independent-of q`: no input is called `q`: there are [x, y]"),
        ("x[9]", "`--independent-of x[9]`: `x` has no elements `[9]`: its shape is [1, 4]"),
        (
            "x[0, 0, 0]",
            "`--independent-of x[0, 0, 0]`: `x` has no elements `[0, 0, 0]`: its shape is [1, 4]",
        ),
        (
            "x[3..1]",
            "`--independent-of x[3..1]`: `x` has no elements `[3..1]`: its shape is [1, 4]",
        ),
        (
            "x[99999999999999999999]",
            "`--independent-of x[99999999999999999999]`: `x` has no elements `[99999999999999999999]`: its shape is [1, 4]",
        ),
    ] {
        assert_eq!(compile(rows, part), Err(("E0113", title.into())), "{part}");
    }
}

/// A name that looks like an element of another input is told from it.
#[test]
fn parts_are_written_so_that_they_are_read_alike() {
    let c = circuit(
        r#"#[named(unused, "applicant[3]")] #[independent_of(unused)]
        circuit c(public applicant: u8[4], private unused: u8) -> public y: _ { applicant[3] }"#,
    );
    assert_eq!(c.signature.claims.independent_of[0].to_string(), "`applicant[3]`");
}

/// A struct's field would be taken for what the compiler calls so.
#[test]
fn names_of_commitments_are_the_compilers_own() {
    for (field, at) in [("commitment", "y"), ("salt", "y")] {
        let text = format!(
            "struct S {{ {field}: u8 }} circuit c(private x: u8) -> public y: S {{ S(x) }}"
        );
        let (code, title, _) = refused(&text);
        assert_eq!((code, title), ("E0102", format!("a port is called `{at}.{field}`")));
    }
    let committed = "circuit c(committed x: u8) -> public y: _ { x + 1 }";
    let names: Vec<String> =
        circuit(committed).signature.outputs.iter().map(|p| p.name.clone()).collect();
    assert_eq!(names, ["y", "x.commitment"]);
}
