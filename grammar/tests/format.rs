//! What the printer makes of a file.

mod common;

use zirc_grammar::ast::ItemKind;
use zirc_grammar::{format, parse};

/// Formats, and checks that the tree is the same and that a second time changes nothing.
fn formatted(source: &str) -> String {
    let out = format(source).unwrap_or_else(|e| panic!("{e:?}\n{source}"));
    let again = parse(&out, 0).unwrap_or_else(|e| panic!("{out}\n{}", common::errors(&out, &e)));
    let tree = common::module(&parse(source, 0).unwrap_or_else(|_| unreachable!()));
    assert_eq!(tree, common::module(&again), "{out}");
    let twice = format(&out).unwrap_or_else(|_| unreachable!());
    assert_eq!(out, twice);
    assert_eq!(source.matches("//").count(), out.matches("//").count(), "a comment is lost");
    out
}

#[test]
fn samples() {
    for (name, source) in common::SAMPLES {
        common::settings().bind(|| {
            insta::assert_snapshot!(format!("format_{name}"), formatted(source));
        });
    }
}

fn check(source: &str) {
    common::settings().bind(|| {
        insta::assert_snapshot!(
            std::thread::current().name().unwrap_or("").to_owned(),
            format!("{source}\n----\n{}", formatted(source))
        );
    });
}

#[test]
fn long_lines_break() {
    check(
        "
pub fn long<AAAAAAAAAA: nat, BBBBBBBBBB: num, CCCCCCCCCC: num>(aaaaaaaaaaaa: AAAAAAAAAA[BBBBBBBBBB], b: T) -> (public a: T, b: U) where AAAAAAAAAA == BBBBBBBBBB {
let x = aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa * bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb + ccccccccccccccccccccccccccccc - d;
let y = ffffffffffffffffffffffffffffffff(aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa, bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb);
let z = if aaaaaaaaaaaaaaaaaaaaaaaaaa { bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb } else { ccccccccccccccccccccccccccc };
let w = sum i < nnnnnnnnnnnnnnnnnnnnnnnnn, j < mmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmm { x[i, j] * y[j, i] + z[i] };
(x, y)
}
const T: i8[40] = [1, 2, -3, 0.5, 1, 2, -3, 4, 1, 2, -3, 4, 1, 2, -3, 4, 1, 2, -3, 4, 1, 2, -3, 4, 1, 2, -3, 4, 1_000, 2, -3, 4];
pub struct Big<N: nat> { first: Linear<32, 64, q1.6, q1.14>, second: Linear<32, 64, q1.6, q1.14>, third: u8 }
",
    );
}

#[test]
fn comments_stay() {
    check(
        "// first

// second
/// doc
// between
#[a] // after attribute
pub fn f( // open
    a: u8, // the a
    // before b
    b: u8 // the b
    // last
) -> u8 { // body
    // one
    let x = a + // middle
        b; // behind


    // two
    #[nondet(\"x\")] let y: u8 = hint g(a, // arg a
        b);
    for i < 3 // header
    {
        // only a comment
    }
    if a { b; } // then
    else { c; } // otherwise
    for i { x };
    -x // tail
    // end
}
struct S {
    /// documented
    x: u8, // x
    y: u8,
}
const X: u8[2] = [
    1, // one
    2,
];
// very last",
    );
}

#[test]
fn small_things() {
    check(
        "use a::{b,c};use d::*;
fn f(){}
fn g() -> ((A,B)) { for i { x }; }
fn h() { #[a] for i { x } }
fn k() { let (a,) = t; let (b, _) = u; (1 .0) + (q3 .4) + a.0.1 - -x - !y }
fn l() { assert x as Foo::<3> < y, \"a\\\"\\n\\u{7}\"; if x { } else { y } }
fn m() { 0xff_ff + 1_000.5 }
test t { if a { b; c; } else if d { e } else { f } }
",
    );
}

#[test]
fn lists_stay_open() {
    check(
        "const A: i8[9] = [
1,2,1,
      2,4,2, 1,2,1];
const B: i8[9] = [1,2,1,
      2,4,2, 1,2,1];
fn f<
N: nat, M: nat,

T: num>(x: T,
y: T) -> _[
N, M] { g(
x, y)(x,
y) }
struct S { a: u8,
 b: u8 }
struct P {
 a: u8, b: u8 }
use a::{
b, c, d};
const LONG: _ = [aaaaaaaaaaaaaaaaaaaaaaaaa, bbbbbbbbbbbbbbbbbbbbbbbbbbbbbb, cccccccccccccccccccccccccc, d];
const LONGER: _ = [aaaaaaaaaaaaaaaaaaaaaaaaa, bbbbbbbbbbbbbbbbbbbbbbbbbbbbbb, cccccccccccccccccccccccccc, ddddddd, e];
const ONE: _ = f(g([aaaaaaaaaaaaaaaaaaaaaaaaa, bbbbbbbbbbbbbbbbbbbbbbbbbbbbbb, cccccccccccccccccccccccccc]));
const BODY: _ = f(for i < n { aaaaaaaaaaaaaaaaaaaaaaaaa + bbbbbbbbbbbbbbbbbbbbbbbbbbbbbb + cccccccccccccccccccc });
",
    );
}

#[test]
fn operators_and_brackets() {
    check(
        "fn f() {
let a = sum i < n { xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx[i] * yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy[i] } + bias;
let b = sum i {
x } + for i {
y } + z;
assert cost(aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa, bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb, cccccccccccccccccccccccc).total == 1;
assert aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa in bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb..=cccccccccccccccccccccccc;
assert aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa == bbbbbbbbbbbbbbbbbbbbbbbbbbb, \"and a message that is long\";
aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa * bbbbbbbbbbbbbbbbbbbbbbbbbbbbb + cccccccccccccccccccccccccc * ddddddddddddddd
}
",
    );
}

#[test]
fn columns() {
    check(
        "circuit c(public a: u8,
committed b: P = file(\"b\"), const cc: u8) -> (public r: u8) {
    let x = 1;       // one
    let yyy = 2;     // two
                     // and more of two
    let z = 3; // three
    let w = 4;       // four
    // below
    x                // behind
}
circuit d(public a: u8, committed b: P) {}
fn f() { // a
         // b
    x // c
      // d
}
",
    );
}

#[test]
fn functions_and_blocks() {
    check(
        "fn f(x: u8) -> _ { x }
fn g(x: u8) -> _ {
x }
fn h(x: u8) -> _ { let y = x; y }
fn k(x: u8) -> _ { xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx + yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy }
fn l(x: u8) -> _ where a > 0,
b > 0 { x }
fn m(x: u8) -> _
where a > 0 { x }
fn n(x: u8) -> y: _ where a > 0 ensures y > 0, y < 10 { x }
fn long_name_of_a_function(parameter: u8[N]) -> _[windows(parameter, kernel, stride), windows(other, kernel)] { x }
fn o() { if a { b } else { c }; if a {
b } else { c }; if a { b } else if c { d } else { e; f } }



test t { assert true; }
",
    );
}

/// One word for all conditions or one for each: as it is written, and the same program.
#[test]
fn each_promise_may_have_its_word() {
    let head = "fn f(x: u8) -> y: _\n";
    let cases = [
        "    ensures y > 0, y < 10\n",
        "    ensures y > 0\n    ensures y < 10\n",
        "    where x > 0\n    ensures (y > 0), y < 9\n    ensures y != 5\n    ensures y <= x, y != 4\n",
    ];
    for clauses in cases {
        let source = format!("{head}{clauses}{{\n    x\n}}\n");
        assert_eq!(format(&source).as_deref(), Ok(source.as_str()));
    }
    let promises = |clauses: &str| {
        let module = parse(&format!("{head}{clauses}{{ x }}"), 0).unwrap();
        let ItemKind::Fn(f) = &module.items[0].kind else { panic!("a function") };
        f.ensures.len()
    };
    assert_eq!(cases.map(promises), [2, 2, 5]);
    let commas = "fn f(x: u8) -> y: _ ensures y > 0, ensures y < 10, { x }";
    let out = "fn f(x: u8) -> y: _\n    ensures y > 0\n    ensures y < 10\n{\n    x\n}\n";
    assert_eq!(format(commas).as_deref(), Ok(out));
}

#[test]
fn spellings_stay() {
    let source = "const A = [0xff_FF, 0b1_0, 1_000, 1_0.5_0, -0x_f];\nconst B = f(\"a\\u{3b1}\\t\", ((a)), {b});\n";
    let out = format(source).unwrap();
    assert_eq!(out, source.replace("{b}", "{ b }"));
}

#[test]
fn line_ends_are_those_of_the_first_line() {
    let cases = [
        ("use a;\r\nuse b;\n", "use a;\r\nuse b;\r\n"),
        ("use a;\nuse b;\r\n", "use a;\nuse b;\n"),
        ("use a;  // c \r\n", "use a; // c\r\n"),
        ("\u{feff}use  a;", "use a;\n"),
        ("\u{feff}", ""),
    ];
    for (source, out) in cases {
        assert_eq!(format(source).as_deref(), Ok(out), "{source:?}");
        assert_eq!(format(out).as_deref(), Ok(out), "{source:?}");
    }
}

#[test]
fn what_does_not_parse_is_an_error() {
    let error = format("fn f( {}").unwrap_err();
    assert_eq!(error.to_string(), "this `(` is never closed");
    assert!(matches!(error, zirc_grammar::FormatError::Syntax(list) if list[0].code == "E0008"));
}

#[test]
fn signatures_end_before_the_body() {
    let source = "/// Doc.\n#[a]\npub fn f<N: nat>(x: i8[N],y: _)->z: _ where N >= 1 ensures z >= 0 { x[0] }\n\
                  // a remark\npub struct S<T: num=q3.4 ,n:nat = 1+N>{a: T,b: P<n :2,u8>[2]}\nconst K: u8[2] = [\n1,2];\n\
                  const L = 3; fn g() { // inside\n }\n";
    let module = parse(source, 0).unwrap();
    let heads: Vec<String> =
        module.items.iter().map(|i| zirc_grammar::signature(source, i)).collect();
    let expected = [
        "fn f<N: nat>(x: i8[N], y: _) -> z: _\n    where N >= 1\n    ensures z >= 0",
        "struct S<T: num = q3.4, n: nat = 1 + N> { a: T, b: P<n: 2, u8>[2] }",
        "const K: u8[2] = …;",
        "const L = 3;",
        "fn g()",
    ];
    assert_eq!(heads, expected);
}
