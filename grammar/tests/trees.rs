//! What parses, and to which tree.

mod common;

use zirc_grammar::{parse, parse_expression};

/// A snapshot holds the source and the tree together.
fn tree(source: &str) -> String {
    let tree = match parse(source, 0) {
        Ok(module) => common::module(&module),
        Err(errors) => common::errors(source, &errors),
    };
    format!("{source}\n----\n{tree}")
}

#[test]
fn samples_parse() {
    for (name, source) in common::SAMPLES {
        common::settings().bind(|| {
            insta::assert_snapshot!(format!("tree_{name}"), tree(source));
        });
    }
}

#[test]
fn expressions() {
    let sources = [
        "a || b && c == d + e * -f ** 2 as u8",
        "-x ** 2",
        "-x as i9",
        "2 ** i * b[i]",
        "a - b - c",
        "a / b * c % d @ e",
        "!a && !b",
        "x in lo + 1..=hi - 1 && y",
        "x in 0.8..1.0 || y",
        "a.0.1.w",
        "x[1..3, i, ..n, lo.., .., a..=b]",
        "relu.(f(x))(y)",
        "c.by(\"boolean\")",
        "rejects(relu(5 as q3.4), set: \"b[7]\", to: 0)",
        "f::<N + 1, q3.4, bit, u8, int<0..=5>, fix<0..=255, 1 / 16>, _, Foo<3>, i>(x)",
        "[[1, 2,], [3, 4], []]",
        "(a, b, c,)",
        "((a))",
        "if a { b } else if c { d } else { e } * 2",
        "for i < n, j in 0..m, k in 0..=2 { x } + 1",
        "fold acc = 1, i < n { acc * x[i] }",
        "u == sum i < n { 2 ** i * b[i] }",
        "q3.4::lo + i8::hi + bit",
        "x as int<0..=5> < y",
        "f(x as bit)(0xff_ff, 0b1, 1_0.0_5, true, \"a\\n\\\"\\u{3b1}\")",
        "{ let y = x; y * y }",
        "0 in 0..=5",
        "max(test_of, set, to, file, cost, nat, num, bit, field, u2)",
    ];
    let mut out = String::new();
    for source in sources {
        let tree = match parse_expression(source, 0) {
            Ok(expr) => common::expr(&expr),
            Err(errors) => common::errors(source, &errors),
        };
        out += &format!("{source}\n    {}\n", tree.replace('\n', "\n    "));
    }
    common::settings().bind(|| insta::assert_snapshot!("tree_expressions", out));
}

#[test]
fn items() {
    let out = tree(
        "use a;
use a::b::c;
use a::b::{c, d,};
use a::*;
/// Two lines
///   of documentation.
#[inline]
#[cost(\"boolean\", 3)]
pub fn f<N: nat, T: num,>(a: T[N], b: (u8, Foo<N + 1, T>),) -> (public a: T, (T, bit), _[2 * N + 1],)
where N > 0, T::lo == 0,
ensures a == b,
{
    /// not documentation
    #[nondet(\"any will do\")]
    let r: field = hint mod(u, 16);
    let (x, (_, y)): (u8, (_, i3)) = g(a);
    let _ = x % y;
    if x { assert y; } else if y { } else { assert x, \"why\"; }
    for i { g(i); }
    { x };
    #[a] for i { x }
    (x, y)
}
fn g() -> (A, B) {}
fn h() -> r: (A, B) {}
fn k() -> ((A, B)) { if a { b } }
struct P { /// documented, and dropped
    x: i8, y: P<int<0..=N>>[3][4] }
struct E<N: nat, stride: nat = 1, across: nat = 2 * stride, T: num = q3.4, U: num = T> {}
type T<N: nat> = u8[N];
const A = 3;
fn i() { conv::<stride: 2, N + 1, act: q3.4, of: P<k: 2>>(x) }
const B: field[2] = [1, 2];
circuit c() {}
circuit d = a::c::<3, u8>;
test t {}
",
    );
    common::settings().bind(|| insta::assert_snapshot!("tree_items", out));
}
