//! `#[layer("…")]`: what a statement asks for, by a name of the program's own.

use zirc_circuit::report::By;
use zirc_circuit::{Circuit, Report};
use zirc_compiler::{NoFiles, Project};

/// Two layers, one of them with a layer in a function that it calls.
fn text(first: &str, second: &str, inner: &str) -> String {
    format!(
        "use std::nn::relu::relu;
        fn twice(x: i8[4]) -> _ {{
            {inner} let a = relu.(x);
            relu.(a - 3)
        }}
        circuit c(private x: i8[4]) -> (public y: _) {{
            {first} let a = twice(x);
            {second} let b = relu.(a - 1);
            b
        }}"
    )
}

fn compile(text: &str) -> Circuit {
    let made =
        Project::load("t.zirc", text, &mut NoFiles).and_then(|p| p.compile("c", &mut NoFiles));
    made.unwrap_or_else(|r| panic!("{text}: {:#?}", r.diagnostics)).circuit
}

#[test]
fn layers_are_named_and_nest() {
    let plain = compile(&text("", "", ""));
    let named =
        compile(&text(r#"#[layer("block/0")]"#, r#"#[layer("head")]"#, r#"#[layer("first")]"#));
    // A name constrains nothing.
    assert_eq!(plain.digest(), named.digest());
    let (plain, named) = (Report::new(&plain), Report::new(&named));
    let layers = |r: &Report| {
        let all = r.groups(By::Layer).into_iter().filter(|g| g.cost.constraints > 0);
        all.map(|g| (g.key, g.cost.constraints)).collect::<Vec<_>>()
    };
    let found = layers(&named);
    let of = |name: &str| found.iter().find(|(k, _)| k == name).unwrap().1;
    // A product for each element, and the 8 bits of its argument, -3..=124; those of an i8 are the input's as well, so
    // that half of them are. Whether a - 1, in -1..=123, is negative, is whether a is 0, which takes 3. The outer layer
    // has what it does itself.
    assert_eq!(found.len(), layers(&plain).len() + 1, "{found:?} {:?}", layers(&plain));
    let sum: usize = found.iter().map(|(_, n)| n).sum();
    assert_eq!(sum, plain.constraints);
    let per_call: Vec<usize> = ["block/0/first", "block/0", "head"].map(of).into();
    assert_eq!(per_call, [4 * (8 / 2 + 1), 4 * (8 + 1), 4 * (3 + 1)]);
    let functions = plain.groups(By::Function);
    assert!(functions.iter().all(|g| !g.key.contains('/')), "{functions:?}");
}

#[test]
fn bad_names_are_refused() {
    let refused = |attribute: &str| {
        let made = Project::load("t.zirc", &text(attribute, "", ""), &mut NoFiles);
        let r = made.and_then(|p| p.compile("c", &mut NoFiles)).unwrap_err();
        let d = &r.diagnostics[0];
        assert_eq!((r.diagnostics.len(), d.code), (1, "E0111"), "{:#?}", r.diagnostics);
        let s = d.labels[0].span;
        (
            d.title.clone(),
            r.files[s.file as usize].text[s.start as usize..s.end as usize].to_string(),
        )
    };
    let long = format!("#[layer(\"{}\")]", "x".repeat(513));
    for bad in [
        "#[layer]",
        "#[layer()]",
        "#[layer(block)]",
        "#[layer(\"\")]",
        "#[layer(\"a//b\")]",
        "#[layer(\"/a\")]",
        "#[layer(\"a\\nb\")]",
        "#[layer(\"a\", \"b\")]",
        &long,
    ] {
        assert_eq!(refused(bad), ("`#[layer]` needs a name".into(), bad.into()));
    }
    let second = "#[layer(\"b\")]";
    let twice = refused(&format!("#[layer(\"a\")] {second}"));
    assert_eq!(twice, ("a second `#[layer]`".into(), second.into()));
}
