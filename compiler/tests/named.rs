//! `#[named(…)]`: what ports are called outside of the program.

use zirc_circuit::{Circuit, Labels};
use zirc_compiler::{NoFiles, Project};

const BODY: &str = "circuit c(private x: u2, private y: u2) -> (public z: _) { x + y }";

fn project(attributes: &str) -> Project {
    let text = format!("{attributes}\n{BODY}");
    let project = Project::load("t.zirc", &text, &mut NoFiles);
    project.unwrap_or_else(|r| panic!("{text}: {:#?}", r.diagnostics))
}

fn compile(attributes: &str) -> Circuit {
    let made = project(attributes).compile("c", &mut NoFiles);
    made.unwrap_or_else(|r| panic!("{attributes}: {:#?}", r.diagnostics)).circuit
}

fn ports(c: &Circuit) -> Vec<&str> {
    c.signature.inputs.iter().chain(&c.signature.outputs).map(|p| p.name.as_str()).collect()
}

/// Title and the text under the label of each diagnostic.
fn refused(text: &str) -> Vec<(String, String)> {
    let Err(r) = Project::load("t.zirc", text, &mut NoFiles) else { return vec![] };
    let one = |d: &zirc_compiler::Diagnostic| {
        assert_eq!(d.code, "E0110");
        let s = d.labels[0].span;
        let at = r.files[s.file as usize].text[s.start as usize..s.end as usize].to_string();
        (d.title.clone(), at)
    };
    r.diagnostics.iter().map(one).collect()
}

#[test]
fn ports_have_the_names_that_are_given() {
    let plain = compile("");
    let named = compile(r#"#[named(x, "input.1")] #[named(z, "dense/bias:0")]"#);
    assert_eq!(ports(&plain), ["x", "y", "z"]);
    assert_eq!(ports(&named), ["input.1", "y", "dense/bias:0"]);
    // Names of ports are part of what a key belongs to, and of no constraint.
    assert_ne!(plain.digest(), named.digest());
    assert_eq!(plain.num_constraints(), named.num_constraints());
    // A name that is the identifier changes nothing.
    assert_eq!(compile(r#"#[named(x, "x")]"#).digest(), plain.digest());
}

#[test]
fn the_interpreter_knows_inputs_by_them() {
    let given = |x: &str| [(x.to_string(), vec![1.into()]), ("y".into(), vec![2.into()])].into();
    let project = project(r#"#[named(x, "input.1")]"#);
    let run = |x: &str| project.interpret("c", &given(x), &mut NoFiles);
    assert_eq!(run("input.1").unwrap().outputs, [[3.into()]]);
    let refused = run("x").unwrap_err().diagnostics[0].title.clone();
    assert_eq!(refused, "no values for `input.1`");
}

#[test]
fn labels_are_those_of_the_named_output() {
    let made = compile(r#"#[labels(z, "none", "one")] #[named(z, "output label")]"#);
    let all = &made.signature.assumptions;
    assert_eq!(Labels::of(all, "output label").unwrap(), ["none", "one"]);
    assert_eq!(Labels::of(all, "z"), None);
}

#[test]
fn what_names_cannot_say_is_refused() {
    let of = |attributes: &str| refused(&format!("{attributes}\n{BODY}"));
    let takes = "`#[named]` takes an input or output, and its name as a string";
    let none = "no input or output is called that: there are [x, y, z]";
    let plain = "a name is not empty and has no control characters";
    let commitment = "such names are those of commitments to `committed` parameters";
    for (attributes, title, at) in [
        ("#[named]", takes, "#[named]"),
        (r#"#[named("x")]"#, takes, r#"#[named("x")]"#),
        (r#"#[named(x, "a", "b")]"#, takes, r#"#[named(x, "a", "b")]"#),
        (r#"#[named(w, "a")]"#, none, "w"),
        (r#"#[named("x", "a")]"#, "an input or output is named by its identifier", "\"x\""),
        ("#[named(x, 1)]", "a name is a string", "1"),
        (r#"#[named(x, "")]"#, plain, "\"\""),
        (r#"#[named(x, "a\u{a}b")]"#, plain, r#""a\u{a}b""#),
        (r#"#[named(z, "w.commitment")]"#, commitment, r#""w.commitment""#),
        (r#"#[named(x, "w.salt")]"#, commitment, r#""w.salt""#),
        (r#"#[named(x, "a")] #[named(x, "b")]"#, "`x` has its name twice", r#"#[named(x, "b")]"#),
        (r#"#[named(x, "y")]"#, "two of them are called \"y\" outside of the program", "y"),
    ] {
        assert_eq!(of(attributes), [(title.to_string(), at.to_string())], "{attributes}");
    }
    let on = r#"#[named(y, "a")] fn f(x: u2) -> _ { x }"#;
    assert_eq!(refused(on)[0].0, "`#[named]` is for circuits");
    let file =
        r#"#[named(w, "a")] circuit c(const w: u2 = 1, private x: u2) -> (public z: _) { x + w }"#;
    assert_eq!(refused(file)[0].0, "`w` is read from its own file or text");
}
