//! What the printer makes of a file.

mod common;

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
