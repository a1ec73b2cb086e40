//! `#[assumes(…)]`: what the author of a circuit knows of it, which the circuit keeps.

use zirc_circuit::{Circuit, Labels};
use zirc_compiler::{NoFiles, Project};

const BODY: &str = "circuit c(private x: u2) -> (public y: _) { x + 1 }";

fn compile(text: &str, circuit: &str) -> Circuit {
    let project = Project::load("t.zirc", text, &mut NoFiles);
    let project = project.unwrap_or_else(|r| panic!("{text}: {:#?}", r.diagnostics));
    let made = project.compile(circuit, &mut NoFiles);
    made.unwrap_or_else(|r| panic!("{text}: {:#?}", r.diagnostics)).circuit
}

fn with(attributes: &str) -> Circuit {
    compile(&format!("{attributes}\n{BODY}"), "c")
}

/// Title, the text under the label, and help of each diagnostic.
fn refused(text: &str) -> Vec<[String; 3]> {
    let Err(r) = Project::load("t.zirc", text, &mut NoFiles) else { return vec![] };
    let one = |d: &zirc_compiler::Diagnostic| {
        assert_eq!(d.code, "E0116");
        let s = d.labels[0].span;
        let at = r.files[s.file as usize].text[s.start as usize..s.end as usize].to_string();
        [d.title.clone(), at, d.help.clone().unwrap_or_default()]
    };
    r.diagnostics.iter().map(one).collect()
}

#[test]
fn a_circuit_keeps_what_it_assumes() {
    let plain = with("");
    assert_eq!(plain.signature.assumptions, [""; 0]);
    // Behind what outputs count, whatever comes first in the program.
    let made = with(r#"#[assumes("x is \"rounded\" – é")] #[labels(y, "a")] #[assumes("twice")]"#);
    let all = &made.signature.assumptions;
    assert_eq!(all[1..], ["x is \"rounded\" – é", "twice"]);
    assert_eq!(Labels::of(all, "y").unwrap(), ["a"]);
    // They are part of what a key belongs to, and of no constraint.
    let one = with(r#"#[assumes("a")]"#);
    assert_ne!(plain.digest(), one.digest());
    assert_ne!(one.digest(), with(r#"#[assumes("b")]"#).digest());
    assert_eq!(plain.num_constraints(), one.num_constraints());
}

#[test]
fn an_instance_assumes_what_its_circuit_does() {
    let text = "#[assumes(\"rounded\")]\ncircuit g<N: nat>(private x: u2[N]) -> (public y: _) { x }\n\
                circuit g2 = g::<2>;";
    assert_eq!(compile(text, "g2").signature.assumptions, ["rounded"]);
}

#[test]
fn as_many_and_as_long_as_there_may_be() {
    let longest = "é".repeat(1_000);
    assert_eq!(with(&format!("#[assumes(\"{longest}\")]")).signature.assumptions, [longest]);
    let many: String = (0..64).map(|k| format!("#[assumes(\"{k}\")]\n")).collect();
    assert_eq!(with(&many).signature.assumptions.len(), 64);
}

#[test]
fn what_is_no_assumption_is_refused() {
    let example = "for example `#[assumes(\"weights are rounded to 8 bits\")]`";
    let of = |attributes: &str| refused(&format!("{attributes}\n{BODY}"));
    let takes = "`#[assumes]` takes one text";
    for (attribute, title, at) in [
        ("#[assumes]", takes, "#[assumes]"),
        (r#"#[assumes("a", "b")]"#, takes, r#"#[assumes("a", "b")]"#),
        ("#[assumes(y)]", "an assumption is a text in quotes", "y"),
        (r#"#[assumes("")]"#, "an assumption is not empty", "\"\""),
        (r#"#[assumes("  ")]"#, "an assumption is not empty", "\"  \""),
    ] {
        assert_eq!(of(attribute), [[title, at, example].map(String::from)], "{attribute}");
    }
    let long = "x".repeat(1_001);
    let title = "an assumption has at most 1000 characters, and this one 1001";
    let at = format!("\"{long}\"");
    assert_eq!(of(&format!("#[assumes({at})]")), [[title, &at, example].map(String::from)]);
    let on = r#"#[assumes("a")] fn f(x: u2) -> _ { x }"#;
    let help = "put it on the circuit that it is about";
    let title = "`#[assumes]` is for circuits";
    assert_eq!(refused(on), [[title, "#[assumes(\"a\")]", help].map(String::from)]);
    let twice = of(r#"#[assumes("a")] #[assumes("a")]"#);
    let said = ["this is assumed twice", "#[assumes(\"a\")]", "leave one of them"];
    assert_eq!(twice, [said.map(String::from)]);
    // Once, however many there are.
    let many: String = (0..70).map(|k| format!("#[assumes(\"{k}\")]\n")).collect();
    let title = "a circuit has at most 64 assumptions";
    let help = "put those together that belong together";
    assert_eq!(of(&many), [[title, "#[assumes(\"64\")]", help].map(String::from)]);
}

/// What would end the line, steer what shows it, or not be seen.
#[test]
fn one_visible_line() {
    let hidden = [
        ("\\n", "000A"),
        ("\\u{d}", "000D"),
        ("\\t", "0009"),
        ("\\u{1b}", "001B"),
        ("\\u{85}", "0085"),
        ("\\u{2028}", "2028"),
        ("\\u{2029}", "2029"),
        ("\u{202e}", "202E"),
        ("\u{2066}", "2066"),
        ("\u{200b}", "200B"),
        ("\\u{feff}", "FEFF"),
        ("\\u{2800}", "2800"),
        ("\\u{fffc}", "FFFC"),
        ("\\u{1d173}", "1D173"),
        ("\\u{e0041}", "E0041"),
    ];
    for (written, code) in hidden {
        let found = refused(&format!("#[assumes(\"a{written}b\")]\n{BODY}"));
        let title =
            format!("an assumption is one line of visible characters, and U+{code} is none");
        assert_eq!(found.len(), 1, "{code}: {found:?}");
        assert_eq!(found[0][0], title);
    }
}

/// Nobody gives integers names that `#[labels]` would refuse.
#[test]
fn names_of_an_output_are_no_assumption() {
    for text in [
        r#"`y` counts names: \"honest\""#,
        r#"`y` counts names: \"honest"#,
        r#"see `z` counts names: \"a\""#,
    ] {
        let found = refused(&format!("#[assumes(\"{text}\")]\n{BODY}"));
        let help = "say what integers stand for with `#[labels(output, \"…\")]`";
        let said = ["this would be read as names of an output".into(), format!("\"{text}\"")];
        assert_eq!(found, [[said[0].clone(), said[1].clone(), help.into()]]);
    }
}
