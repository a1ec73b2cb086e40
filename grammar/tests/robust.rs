//! No text makes the parser or the printer panic, overflow the stack or take long.

mod common;

use std::time::{Duration, Instant};

use proptest::prelude::*;
use zirc_grammar::{MAX_SIZE, format, parse, parse_expression, parse_tolerant};

/// Parses in every way and, if it parses, checks the printer.
fn exercise(source: &str) {
    let (module, errors) = parse_tolerant(source, 0);
    for error in &errors {
        let (start, end) = (error.span.start as usize, error.span.end as usize);
        assert!(source.get(start..end).is_some(), "{error:?}");
        assert!(!error.message.is_empty());
    }
    let _ = parse_expression(source, 0);
    if errors.is_empty() {
        let out = format(source).unwrap_or_else(|e| panic!("{e:?}\n{source}"));
        let again = parse(&out, 0)
            .unwrap_or_else(|e| panic!("{source}\n----\n{out}\n{}", common::errors(&out, &e)));
        assert_eq!(common::module(&module), common::module(&again), "{source}\n----\n{out}");
        let twice = format(&out).unwrap_or_else(|_| unreachable!());
        assert_eq!(out, twice, "{source}");
    }
}

/// A text made of repetitions.
fn repeat(before: &str, middle: &str, after: &str) -> String {
    const TIMES: usize = 100_000;
    let mut out = String::from(before);
    for part in [middle, after] {
        out += &part.repeat(TIMES);
    }
    out
}

#[test]
fn long_and_deep_texts() {
    let texts = [
        repeat("const X = ", "-", ""),
        repeat("const X = ", "!", ""),
        repeat("const X = 1", " + 1", ";"),
        repeat("const X = 1", " ** 1", ""),
        repeat("const X = ", "(", ")"),
        repeat("const X = ", "[", "]"),
        repeat("const X = ", "{", "}"),
        repeat("const X = ", "f(", ")"),
        repeat("const X = ", "(", ""),
        repeat("const X = a", "()", ""),
        repeat("const X = a", "[0]", ""),
        repeat("const X = a", ".b", ""),
        repeat("const X = a", ".0", ""),
        repeat("const X = a", " as u8", ""),
        repeat("const X = a", " in 0..=1", ""),
        repeat("const X = if a {}", " else if a {}", ""),
        repeat("const X = ", "if ", "{}"),
        repeat("const X = ", "for i < ", "a {}"),
        repeat("const X = ", "fold a = ", "1, i {}"),
        repeat("const X = ", "sum i in ", "{ a } + a..a"),
        repeat("const X: ", "Foo<", ">"),
        repeat("const X: ", "Foo<A, ", ">"),
        repeat("const X: ", "int<0..=", ">"),
        repeat("const X: ", "(u8, ", ")"),
        repeat("const X: T", "[1]", ""),
        repeat("const X = a", "::<a", ">"),
        repeat("const X = a", "::a", ""),
        repeat("fn f() { let ", "(a, ", ")"),
        repeat("", "#[", ""),
        repeat("", "#[a]", ""),
        repeat("", "/// a\n", ""),
        repeat("", "fn ", ""),
        repeat("", "\nfn f() {", ""),
        repeat("", "}", "{"),
        repeat("", "(]", ""),
        repeat("fn f() {", "let ", ""),
        repeat("fn f() {", "let a = ;", ""),
        repeat("fn f() {", "a ", ""),
        repeat("fn f() {", "{}", "}"),
        repeat("fn f() {", "for i {} ", "}"),
        repeat("fn f() {", "a; ", "}"),
        repeat("", "\"", ""),
        repeat("", "\"\\", ""),
        repeat("", "'", ""),
        repeat("", "é ", ""),
        repeat("", "/*", ""),
        repeat("", "1e", " "),
        repeat("const X = \"", "\\u{", ""),
        repeat("const X = 1", "0", ";"),
        repeat("const X: q1.", "9", " = 1;"),
    ];
    for text in &texts {
        let start = Instant::now();
        let _ = parse_tolerant(text, 0);
        let _ = parse_expression(text, 0);
        let _ = format(text);
        let head: String = text.chars().take(40).collect();
        // Generous: a machine under load still tells linear from quadratic time.
        assert!(start.elapsed() < Duration::from_secs(20), "{head}: {:?}", start.elapsed());
    }
}

#[test]
fn large_files_that_are_right() {
    let texts = [
        "fn f() { a }\n".repeat(20_000),
        format!("fn f() {{ {} }}", "let x = y + 1; ".repeat(20_000)),
        format!("const X = [{}];", "1, ".repeat(200_000)),
        format!("const X = [{}];", "[1, a], ".repeat(50_000)),
        format!("fn f() {{ {} }}", "for i { g(i); }\n// why\n".repeat(10_000)),
    ];
    for text in &texts {
        let start = Instant::now();
        let out = format(text).unwrap_or_else(|e| panic!("{e:?}"));
        assert_eq!(format(&out).as_deref(), Ok(out.as_str()));
        assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
    }
}

#[test]
fn too_large() {
    let errors = parse(&" ".repeat(MAX_SIZE + 1), 0).expect_err("too large");
    assert_eq!(errors.first().map(|error| error.code), Some("E0005"));
    assert!(parse(&" ".repeat(MAX_SIZE), 0).is_ok());
}

/// White space is not taken for another program, however much of it there is.
#[test]
fn too_large_when_formatted() {
    let source = format!("const X = [{}];", "1,".repeat(1_500_000));
    let error = format(&source).expect_err("it grows by a half");
    assert!(matches!(error, zirc_grammar::FormatError::Size(bytes) if bytes > MAX_SIZE));
    let words = error.to_string();
    assert!(words.starts_with("formatted, the program would have 4"), "{words}");
    assert!(words.ends_with(" bytes, at most 4194304"), "{words}");
}

/// The deepest trees that are accepted survive everything that is done to a tree.
#[test]
fn as_deep_as_allowed() {
    let texts = [
        format!("{}a", "-".repeat(256)),
        format!("a{}", " + a".repeat(256)),
        format!("a{}", ".b".repeat(256)),
        format!("a{}", " as u8".repeat(256)),
        format!("{}a{}", "(".repeat(64), ")".repeat(64)),
        format!("{}a{}", "{".repeat(64), "}".repeat(64)),
        format!("{}a{}", "-(-".repeat(64), ")".repeat(64)),
        format!("{}a{}", "f(1, a + ".repeat(64), ")".repeat(64)),
        format!("{}a{}", "for i { sum j { ".repeat(32), "} }".repeat(32)),
        format!("if a {{ b }}{}", " else if a { b }".repeat(60)),
    ];
    for text in &texts {
        let source = format!("const X = {text};");
        let module = parse(&source, 0).unwrap_or_else(|e| panic!("{}", common::errors(text, &e)));
        assert_eq!(module.clone(), module);
        assert!(!format!("{module:?}").is_empty());
        exercise(&source);
    }
    for text in ["-".repeat(257) + "a", "(".repeat(65) + &")".repeat(65)] {
        let errors = parse_expression(&text, 0).expect_err("too deep");
        assert_eq!(errors.first().map(|error| error.code), Some("E0004"));
    }
}

/// Pieces that fit together often enough.
const PIECES: &[&str] = &[
    "a",
    "b",
    "1",
    "0.5",
    "q3.4",
    "u8",
    "_",
    "\"s\"",
    "true",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ",",
    ";",
    ":",
    "::",
    "::<",
    "<",
    ">",
    "->",
    "=",
    "==",
    "<=",
    "+",
    "-",
    "*",
    "**",
    "/",
    "%",
    "@",
    "!",
    "&&",
    "||",
    ".",
    "..",
    "..=",
    "#",
    "as",
    "assert",
    "const",
    "else",
    "fn",
    "fold",
    "for",
    "hint",
    "if",
    "in",
    "int",
    "fix",
    "let",
    "prod",
    "pub",
    "public",
    "struct",
    "sum",
    "test",
    "type",
    "use",
    "where",
    "ensures",
    "circuit",
    "// c\n",
    "/// d\n",
    "\n\n",
    "é",
    "f(x)",
    "let a = b;",
    "for i { a }",
    "if a { b } else { c }",
    "sum i < n { a[i] }",
];

/// The text of an expression that parses.
fn expression() -> impl Strategy<Value = String> {
    let leaf = prop::sample::select(vec![
        "a",
        "b::c",
        "f::<3, u8, N + 1>",
        "1",
        "0xf_f",
        "0.5",
        "\"s\"",
        "true",
        "q3",
        "q3.4::lo",
    ]);
    leaf.prop_map(str::to_owned).prop_recursive(5, 40, 4, |inner| {
        let op =
            prop::sample::select(vec!["+", "-", "*", "/", "%", "@", "==", "<", "&&", "||", "**"]);
        let list = prop::collection::vec(inner.clone(), 2..4).prop_map(|list| list.join(", "));
        let comment = prop::sample::select(vec!["", "// c\n", "\n// c\n", "\n\n"]);
        prop_oneof![
            (inner.clone(), op, inner.clone(), comment.clone())
                .prop_map(|(a, op, b, c)| format!("({a}) {op} {c}({b})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a}) - {b}")),
            inner.clone().prop_map(|a| format!("-{a}")),
            inner.clone().prop_map(|a| format!("!({a})")),
            inner.clone().prop_map(|a| format!("({a}) as q1.2")),
            inner.clone().prop_map(|a| format!("({a}) in 0..=({a})")),
            inner.clone().prop_map(|a| format!("({a}) in 0..({a})")),
            inner.clone().prop_map(|a| format!("({a}).b.0.1")),
            (list.clone(), comment.clone()).prop_map(|(l, c)| format!("f({l}{c})")),
            (list.clone(), comment.clone()).prop_map(|(l, c)| format!("g.({c}{l}, )")),
            list.clone().prop_map(|l| format!("({l})")),
            list.clone().prop_map(|l| format!("[{l}]")),
            list.prop_map(|l| format!("a[{l}, 1.., ..2, ..]")),
            (inner.clone(), comment.clone())
                .prop_map(|(a, c)| format!("for i < n {{ {c}{a} {c} }}")),
            (inner.clone(), inner.clone(), comment.clone())
                .prop_map(|(a, b, c)| format!("sum i, j in 0..({b}) {c}{{ let x = {a}; {c}x }}")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!(
                "fold a = {a}, i {{ #[x(1)] let y: u8 = hint {b}; y }}"
            )),
            (inner.clone(), inner.clone(), comment)
                .prop_map(|(a, b, c)| format!("if {a} {{ {b} }} {c} else {{ assert {a}; {c} }}")),
            inner.prop_map(|a| format!("{{ for i {{ {a} }} {{ {a} }}; if {a} {{ {a} }} }}")),
        ]
    })
}

/// What can be wrapped around an expression; `$` is a chain of sums.
const WRAPS: &[(&str, &str)] = &[
    ("(", "$)"),
    ("-(", ")$"),
    ("1 + ", ""),
    ("- ", ""),
    ("{ 1 + ", " }$"),
    ("{ let b = ", "; b }$"),
    ("f(1, ", ")$"),
    ("[1, ", "$, 1]"),
    ("a[1, ", "]$"),
    ("a::<1, ", ">$"),
    ("for i < ", ", j { b }$"),
    ("for i < {a} + {a} + ", ", j { b }$"),
    ("{ 1 + for i < ", " { b }$ }"),
    ("for i in {a} + 1..{ b } + ", ", k < 3 { b }$"),
    ("if ", " { b } else { c }$"),
    ("if {a} + {a} + ", " { b }$"),
    ("sum i { b } * sum i { ", " }$"),
    ("if a { b } else { ", " }$"),
    ("if a { b } else if ", " { b } else { c }$"),
    ("fold b = ", ", i { b }$"),
    ("fold b = {a} + {a} + ", ", i, j { b }$"),
    ("", ".b"),
    ("", " as u8"),
    ("", "()[1]$"),
    ("f({ for i { a } for j < ", " { b } c }, 2)$"),
];

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..Default::default() })]

    #[test]
    fn any_text(text in "\\PC{0,80}") {
        exercise(&text);
    }

    #[test]
    fn any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        exercise(&String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn any_pieces(pieces in prop::collection::vec(prop::sample::select(PIECES), 0..40)) {
        exercise(&pieces.join(" "));
        exercise(&format!("fn f() {{ {} }}", pieces.join(" ")));
    }

    #[test]
    fn changed_samples(
        sample in 0..common::SAMPLES.len(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), 0..12_usize,
                                          prop::sample::select(PIECES)), 1..4),
    ) {
        let mut text = common::SAMPLES[sample].1.to_owned();
        for (at, length, piece) in changes {
            let boundaries: Vec<usize> =
                text.char_indices().map(|(i, _)| i).chain([text.len()]).collect();
            let start = at.index(boundaries.len());
            let end = (start + length).min(boundaries.len() - 1);
            text.replace_range(boundaries[start]..boundaries[end], piece);
        }
        exercise(&text);
    }

    /// Whatever is wrapped around an expression, and however often, the tree is shallow or
    /// refused: no way around the count of brackets and operators.
    #[test]
    fn depth_is_bounded(
        wraps in prop::collection::vec((prop::sample::select(WRAPS), 1..80_usize), 1..8),
        chain in 0..200_usize,
    ) {
        let mut text = "a".to_owned();
        for ((before, after), times) in wraps {
            let after = after.replace('$', &" + 1".repeat(chain / times));
            text = before.repeat(times) + &text + &after.repeat(times);
        }
        let source = format!("const X = {text};");
        let (module, _) = parse_tolerant(&source, 0);
        let (mut depth, mut deepest) = (0_i32, 0);
        for c in format!("{module:?}").chars() {
            depth += i32::from("([{".contains(c)) - i32::from(")]}".contains(c));
            deepest = deepest.max(depth);
        }
        // An operator adds up to four brackets to this text, a bracket ten.
        prop_assert!(deepest < 4 * 256 + 10 * 64, "{deepest}");
    }

    #[test]
    fn any_expression(expression in expression()) {
        let source = format!("// a\nfn f() {{ let x = {expression}; {expression} }} // b");
        parse(&source, 0).unwrap_or_else(|e| panic!("{source}{}", common::errors(&source, &e)));
        exercise(&source);
    }
}
