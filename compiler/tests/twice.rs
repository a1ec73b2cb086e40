//! Names that stand side by side are told apart, and a refusal shows both places.

use zirc_compiler::{InMemory, Project};

/// Two modules that define `same`, one of them `other` besides.
fn modules() -> InMemory {
    InMemory::default()
        .module("a.zirc", "pub fn same(x: u8) -> _ { x } pub fn other(x: u8) -> _ { x }")
        .module("b.zirc", "pub fn same(x: u8) -> _ { 2 * x }")
}

/// Code, title, and the places with what is said of them: `line:column words`.
fn refused(text: &str) -> Vec<String> {
    let Err(r) = Project::load("t.zirc", text, &mut modules()) else { return vec![] };
    let place = |l: &zirc_compiler::Label| {
        let before = &r.files[l.span.file as usize].text[..l.span.start as usize];
        let line = before.matches('\n').count() + 1;
        let column = before.len() - before.rfind('\n').map_or(0, |k| k + 1) + 1;
        format!("{line}:{column} {}", l.text).trim_end().to_owned()
    };
    let one = |d: &zirc_compiler::Diagnostic| {
        let places: Vec<String> = d.labels.iter().map(place).collect();
        format!("{} {} [{}]", d.code, d.title, places.join(", "))
    };
    r.diagnostics.iter().map(one).collect()
}

#[track_caller]
fn twice(text: &str, what: &str, again: &str, first: &str) {
    let said = format!("E0102 the {what} stands here twice [{again}, {first} first here]");
    assert_eq!(refused(text), [said], "{text}");
}

#[test]
fn parameters_generics_and_results() {
    twice("fn f(x: u8, x: u8) -> _ { x }", "name `x`", "1:13", "1:6");
    twice(
        "circuit c(private x: u8, private x: i8) -> public y: _ { x }",
        "name `x`",
        "1:34",
        "1:19",
    );
    twice("fn f<N: nat, N: nat>(x: u8[N]) -> _ { x }", "name `N`", "1:14", "1:6");
    twice("fn f<N: nat>(N: u8) -> _ { N }", "name `N`", "1:14", "1:6");
    twice("fn f(x: u8) -> (a: u8, a: u8) { (x, x) }", "name `a`", "1:24", "1:17");
    let ports = "circuit c(private x: u8) -> (public y: _, public y: _) { (x, x) }";
    twice(ports, "name `y`", "1:50", "1:37");
    twice("circuit c(private x: u8) -> public x: _ { x }", "name `x`", "1:36", "1:19");
    twice("fn f(x: u8) -> x: u8 ensures x == x { x }", "name `x`", "1:16", "1:6");
    // A result may be called what it takes the place of, where nothing speaks of both.
    assert_eq!(refused("fn step(x: u8) -> x: _ { 2 * x }"), [""; 0]);
}

#[test]
fn fields_and_generics_of_types() {
    twice("struct S { a: u8, a: i8 }", "field `a`", "1:19", "1:12");
    twice("struct S<N: nat, N: nat> { a: u8[N] }", "generic `N`", "1:18", "1:10");
    twice("type T<N: nat, N: nat> = u8[N];", "generic `N`", "1:16", "1:8");
    assert_eq!(refused("struct S<N: nat> { N: u8[N] }"), [""; 0]);
}

#[test]
fn indices_and_patterns_wherever_they_stand() {
    twice("fn f(x: u8[3, 3]) -> _ { sum i, i { x[i, i] } }", "name `i`", "1:33", "1:30");
    twice("fn f(x: u8) -> _ { fold i = x, i < 3 { i + 1 } }", "name `i`", "1:32", "1:25");
    twice("fn f(x: u8) -> _ { let (a, (b, a)) = (x, (x, x)); a + b }", "name `a`", "1:32", "1:25");
    twice("test t { for i < 2, i < 3 { assert i < 3; } }", "name `i`", "1:21", "1:14");
    let deep = "const C: u8[2] = for i < 2 { if i == 0 { sum k < 3, k < 3 { k } } else { 1 } };";
    twice(deep, "name `k`", "1:53", "1:46");
    let size = "fn f(x: u8[prod j < 2, j < 2 { 2 }]) -> _ { x }";
    twice(size, "name `j`", "1:24", "1:17");
    // One loop inside another, and one name behind another, are in an order that is seen.
    let nested = "fn f(x: u8[3]) -> _ { let y = x; let y = y; sum i { sum i { x[i] } * y[i] } }";
    assert_eq!(refused(nested), [""; 0]);
}

#[test]
fn items_of_a_file() {
    let said = |name: &str, again: &str, first: &str| {
        [format!("E0102 `{name}` is defined twice [{again}, {first} first defined here]")]
    };
    let circuits = "circuit c() -> public y: _ { 1 }\ncircuit c() -> public y: _ { 2 }";
    assert_eq!(refused(circuits), said("c", "2:9", "1:9"));
    assert_eq!(refused("test t { }\n\ntest t { }"), said("t", "3:6", "1:6"));
    assert_eq!(refused("fn f() -> _ { 1 }\nconst f: _ = 2;"), said("f", "2:7", "1:4"));
}

#[test]
fn names_that_are_taken_from_other_files() {
    let own = "use a::same;\nfn same(x: u8) -> _ { x }";
    assert_eq!(refused(own), ["E0102 `same` is defined twice [1:8, 2:4 and defined here]"]);
    let both = "use a::same;\nuse b::same;";
    assert_eq!(refused(both), ["E0102 `same` is defined twice [2:8, 1:8 and taken from here]"]);
    let stars = "use a::*;\nuse b::*;";
    assert_eq!(refused(stars), ["E0102 `same` is defined twice [2:1, 1:1 and taken from here]"]);
    for fine in [
        "use a::same; use a::{same, other};",
        "use a::*; use b::same;",
        "use b::same; use a::*;",
        "use a::*; fn same(x: u8) -> _ { x }",
    ] {
        assert_eq!(refused(fine), [""; 0], "{fine}");
    }
    // What is named comes before what a `*` brings, in whatever order they stand.
    for order in ["use a::*; use b::same;", "use b::same; use a::*;"] {
        let text = format!("{order} test t {{ assert same(3 as u8) == 6; }}");
        let p = Project::load("t.zirc", &text, &mut modules()).unwrap();
        let reports = p.test("", &mut modules()).0;
        assert!(reports.iter().all(|r| r.outcome == zirc_compiler::Outcome::Passed), "{reports:?}");
    }
}
