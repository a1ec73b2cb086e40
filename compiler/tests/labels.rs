//! `#[labels(…)]`: names of an output's integers, which the circuit keeps.

use zirc_circuit::{Circuit, Labels};
use zirc_compiler::{NoFiles, Project};

const BODY: &str = "circuit c(private x: u2) -> (public y: _, public z: _) { (x, x + 1) }";

fn compile(attributes: &str) -> Circuit {
    let text = format!("{attributes}\n{BODY}");
    let project = Project::load("t.zirc", &text, &mut NoFiles);
    let project = project.unwrap_or_else(|r| panic!("{text}: {:#?}", r.diagnostics));
    let made = project.compile("c", &mut NoFiles);
    made.unwrap_or_else(|r| panic!("{text}: {:#?}", r.diagnostics)).circuit
}

/// Title and the text under the label of each diagnostic.
fn refused(text: &str) -> Vec<(String, String)> {
    let Err(r) = Project::load("t.zirc", text, &mut NoFiles) else { return vec![] };
    let one = |d: &zirc_compiler::Diagnostic| {
        assert_eq!(d.code, "E0109");
        let s = d.labels[0].span;
        let at = r.files[s.file as usize].text[s.start as usize..s.end as usize].to_string();
        (d.title.clone(), at)
    };
    r.diagnostics.iter().map(one).collect()
}

#[test]
fn a_circuit_keeps_the_names_of_its_outputs() {
    let plain = compile("");
    assert_eq!(plain.signature.assumptions, [""; 0]);
    let named = compile(r#"#[labels(z, "none", "a \"b\"", "é")] #[labels(y, "0")]"#);
    let all = &named.signature.assumptions;
    let z = Labels::of(all, "z").unwrap();
    assert_eq!(z, ["none", "a \"b\"", "é"]);
    assert_eq!(Labels::of(all, "y").unwrap(), ["0"]);
    assert_eq!(Labels::of(all, "x"), None);
    // They are part of what a key belongs to, and of no constraint.
    assert_ne!(plain.digest(), named.digest());
    assert_eq!(plain.num_constraints(), named.num_constraints());
    assert_ne!(
        named.digest(),
        compile(r#"#[labels(z, "none", "b", "é")] #[labels(y, "0")]"#).digest()
    );
}

#[test]
fn what_labels_cannot_say_is_refused() {
    let of = |attributes: &str| refused(&format!("{attributes}\n{BODY}"));
    let takes = "`#[labels]` takes an output and a string for each of its integers from 0 on";
    for (attributes, title, at) in [
        ("#[labels]", takes, "#[labels]"),
        ("#[labels(y)]", takes, "#[labels(y)]"),
        (r#"#[labels(x, "a")]"#, "no output is called that: there are [y, z]", "x"),
        (r#"#[labels("y", "a")]"#, "no output is called that: there are [y, z]", "\"y\""),
        ("#[labels(y, 1)]", "a label is a string", "1"),
        (r#"#[labels(y, "a", "b", "a")]"#, "two integers are labelled \"a\"", "\"a\""),
        (
            r#"#[labels(y, "a")] #[labels(y, "b")]"#,
            "`y` has its labels twice",
            r#"#[labels(y, "b")]"#,
        ),
    ] {
        assert_eq!(of(attributes), [(title.to_string(), at.to_string())], "{attributes}");
    }
    let on = r#"#[labels(y, "a")] fn f(x: u2) -> _ { x }"#;
    assert_eq!(refused(on)[0].0, "`#[labels]` is for circuits");
}
