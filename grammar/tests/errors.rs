//! What is said about mistakes.

mod common;

use std::fmt::Write as _;

use zirc_grammar::ast::{ItemKind, StatementKind};
use zirc_grammar::{parse, parse_expression, parse_tolerant};

/// Mistakes inside a function, one a line.
const STATEMENTS: &[&str] = &[
    "let a = 1 let b = 2;",
    "let a = 1",
    "x = 3;",
    "x: u8 = hint f(y);",
    "let x = hint f(y);",
    "let (a, b): (u8, u8) = hint f(y);",
    "let x: u8 = f(hint y);",
    "let mut x = 3;",
    "let p = Point { x: 1, y: 2 };",
    "let y = x << 2;",
    "assert a < b < c;",
    "assert a == b == c;",
    "assert a = b;",
    "let y = f<3>(x);",
    "let y = 2 ** 3 ** 4;",
    "let y = 2 ** -1;",
    "let y = x as i8[4];",
    "let y = (x as i8;",
    "let y = f(x));",
    "let y = [1, 2;",
    "let y = f(x y);",
    "let y = ;",
    "let y = a + ;",
    "let y = _;",
    "let test = 1;",
    "let y: = 1;",
    "let y: u254 = 1;",
    "let y: i0 = 1;",
    "let y: q200.100 = 1;",
    "let y = t.0x1;",
    "let y = 1e5;",
    "let y = 12abc;",
    "let y = a & b;",
    "let y = a ^ 2;",
    "let y = a ? b : c;",
    "let y = 'a';",
    "let ä = 1;",
    "let s = \"abc;",
    "let s = \"a\\qb\";",
    "let s = \"\\u{110000}\";",
    "/* comment */ let y = 1;",
    "x++;",
    "x--;",
    "x /= 2;",
    "return x;",
    "while x { }",
    "for i in 0..n { x += i; }",
    "for i = 0 { x }",
    "for i { x } + 1",
    "for i { x } - 1",
    "for i { x }[0]",
    "sum i { x } y",
    "if x { 1 } else 2",
    "if x 1",
    "fold a, i < n { a }",
    "x in ..5;",
    "assert x, y;",
    "fn inner() {}",
    "x[];",
    "x[1:2];",
    "#[a] x",
    "let y = |x| x;",
    "let y = x -> y;",
    "let y = x.;",
    "let y = a::;",
    "let y = a::<>;",
    "}",
];

#[test]
fn in_statements() {
    let mut out = String::new();
    for statement in STATEMENTS {
        let source = format!("fn f() {{\n    {statement}\n}}\nfn g() {{}}\n");
        let errors = parse(&source, 0).expect_err(statement);
        let _ = writeln!(out, "{statement}\n{}\n", common::errors(&source, &errors));
    }
    common::settings().bind(|| insta::assert_snapshot!("errors_in_statements", out));
}

/// Mistakes in items.
const ITEMS: &[&str] = &[
    "let x = 1;",
    "1 + 2",
    "f(x)",
    "fn",
    "fn f",
    "fn f(",
    "fn f() -> {}",
    "fn f(x) {}",
    "fn f(x u8) {}",
    "fn f(x: u8): u8 {}",
    "fn f<N>(x: u8) {}",
    "fn f<N: int>(x: u8[N]) {}",
    "fn f<N: size>(x: u8[N]) {}",
    "fn f() { g(; }",
    "fn f() { for i { g(); }\nfn g() {}",
    "fn f() {}}\nfn g() {}",
    "fn f() {} garbage here\nfn g() {}",
    "struct S { x: u8; y: u8 }",
    "struct S(u8);",
    "struct S",
    "const X: u8 = 1\nconst Y: u8 = 2;",
    "const X: u8;",
    "type X = int<0..5>;",
    "type X = fix<0..=5>;",
    "type X = int<5>;",
    "type X = Foo<>;",
    "type X = T[];",
    "type X = ();",
    "use a.b;",
    "use a::{};",
    "circuit c = d",
    "circuit c(publc x: u8) {}",
    "enum E { A }",
    "import a;",
    "pub",
    "#[a]",
    "#[a] pub",
    "test \"name\" {}",
    "test t() {}",
    "pub fn test() {}",
];

#[test]
fn in_items() {
    let mut out = String::new();
    for source in ITEMS {
        let errors = parse(source, 0).expect_err(source);
        let _ = writeln!(out, "{source}\n{}\n", common::errors(source, &errors));
    }
    common::settings().bind(|| insta::assert_snapshot!("errors_in_items", out));
}

#[test]
fn several_at_once() {
    let source = "\
fn f() {
    let a = ;
    let b = 1;
    if a { let c 3; b } else { b }
    assert b = 1;
    b
}
nonsense
struct S { x u8 }
circuit c(x: u8) { let y = 3 x }
const X = ;
fn g() { let z = \"open; }
";
    let (module, errors) = parse_tolerant(source, 0);
    let out = format!(
        "{source}\n----\n{}\n----\n{}",
        common::errors(source, &errors),
        common::module(&module)
    );
    common::settings().bind(|| insta::assert_snapshot!("errors_several", out));
}

#[test]
fn tolerant_keeps_what_parses() {
    let (module, errors) = parse_tolerant("fn f() { let a = 1; let b = ; c }\nfn g() {", 0);
    assert_eq!(errors.len(), 2);
    let [first, second] = module.items.as_slice() else { panic!("two items") };
    let ItemKind::Fn(f) = &first.kind else { panic!("a function") };
    assert_eq!(f.body.statements.len(), 2);
    assert!(matches!(f.body.statements.last().map(|s| &s.kind), Some(StatementKind::Error)));
    assert!(f.body.tail.is_some());
    assert!(matches!(second.kind, ItemKind::Fn(_)));
}

#[test]
fn in_expressions() {
    let mut out = String::new();
    for source in ["", "a b", "a +", "(a", "a)", "let x = 1;", "a; b", "\"", "// only a comment"] {
        let errors = parse_expression(source, 7).expect_err(source);
        assert!(errors.iter().all(|error| error.span.file == 7));
        let _ = writeln!(out, "{source}\n{}\n", common::errors(source, &errors));
    }
    common::settings().bind(|| insta::assert_snapshot!("errors_in_expressions", out));
}
