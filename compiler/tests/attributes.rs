//! Attributes: one that there is not, or that stands on what it says nothing of, is never left out in silence.

use zirc_compiler::{NoFiles, Project};

/// What a program has an attribute on: each place, with `@` where it stands.
const PLACES: [(&str, &str); 11] = [
    ("function", "@ fn f(x: i8) -> _ { x }"),
    ("circuit", "@ circuit c(private x: i8) -> public y: _ { x }"),
    (
        "instance",
        "circuit g<N: nat>(private x: i8[N]) -> public y: _ { x[0] } @ circuit c = g::<2>;",
    ),
    ("struct", "@ struct S { a: i8 }"),
    ("type", "@ type T = i8;"),
    ("constant", "@ const C: i8 = 3;"),
    ("test", "@ test t { assert 1 == 1; }"),
    ("use", "@ use std::nn::relu::relu;"),
    ("statement", "fn f(x: i8) -> _ { @ let y = x; y }"),
    ("inner", "fn f(x: i8[3]) -> _ { for i { @ let y = if x[i] == 3 { 1 } else { 2 }; y } }"),
    ("generic", "fn f<N: nat>(x: i8[N]) -> _ { sum i { let z = { @ let y = x[i]; y }; z } }"),
];

const ALL: [&str; 12] = [
    "#[checks(digits)]",
    "#[commits(elements)]",
    "#[cost(3)]",
    "#[fuses(g, f)]",
    "#[hashed(x)]",
    "#[independent_of(x)]",
    "#[labels(y, \"a\")]",
    "#[layer(\"a\")]",
    "#[monotone]",
    "#[named(x, \"X\")]",
    "#[nondet(\"why\")]",
    "#[selects]",
];

fn refused(text: &str) -> Vec<(&'static str, String, Vec<String>, Option<String>)> {
    let one =
        |d: &zirc_compiler::Diagnostic| (d.code, d.title.clone(), d.notes.clone(), d.help.clone());
    match Project::load("t.zirc", text, &mut NoFiles) {
        Ok(p) => match p.check(&mut NoFiles) {
            Ok(_) => vec![],
            Err(r) => r.diagnostics.iter().map(one).collect(),
        },
        Err(r) => r.diagnostics.iter().map(one).collect(),
    }
}

#[test]
fn an_unknown_attribute_is_refused_everywhere() {
    for (place, text) in PLACES {
        assert_eq!(refused(&text.replace('@', "")), [], "{place}");
        let all = refused(&text.replace('@', "#[independant_of(x)]"));
        let [(code, title, notes, help)] = all.as_slice() else { panic!("{place}: {all:?}") };
        assert_eq!((*code, title.as_str()), ("E0115", "there is no attribute `independant_of`"));
        assert_eq!(help.as_deref(), Some("did you mean `independent_of`?"), "{place}");
        let here = match place {
            "function" => "a function can have `checks`, `cost`, `nondet`, `total`",
            "circuit" => {
                "a circuit can have `assumes`, `checks`, `hashed`, `independent_of`, `labels`, `named`, `nondet`"
            }
            "instance" => "an instance of a circuit has no attributes",
            "struct" => "a struct has no attributes",
            "type" => "a type has no attributes",
            "constant" => "a constant has no attributes",
            "test" => "a test has no attributes",
            "use" => "a `use` has no attributes",
            _ => "a statement can have `layer`, `nondet`",
        };
        assert_eq!(notes, &[here], "{place}");
    }
    let far = refused("#[inline] fn f(x: i8) -> _ { x }");
    assert_eq!((far[0].0, &far[0].3), ("E0115", &None));
}

/// Whatever stands where it says nothing is refused: by its own code, and by nothing else's silence.
#[test]
fn an_attribute_stands_on_what_it_speaks_of() {
    let stands = |name: &str, place: &str| match name {
        "checks" | "nondet" if place == "function" || place == "circuit" => true,
        "cost" => place == "function",
        "hashed" | "independent_of" | "labels" | "named" => place == "circuit",
        "layer" | "nondet" => ["statement", "inner", "generic"].contains(&place),
        _ => false,
    };
    for attribute in ALL {
        let name: String =
            attribute.chars().skip(2).take_while(|c| *c != '(' && *c != ']').collect();
        for (place, text) in PLACES {
            let text = text.replace('@', attribute);
            let all = refused(&text);
            if stands(&name, place) {
                assert!(all.iter().all(|d| !d.1.contains(" is for ")), "{text}: {all:?}");
                continue;
            }
            assert!(!all.is_empty(), "{text}");
            let start = format!("`#[{name}]` is for ");
            assert!(all[0].1.starts_with(&start), "{text}: {all:?}");
        }
    }
}
