//! Comments, empty lines and the printer: none is lost, none moves across code, whichever two
//! tokens they stand between.

mod common;

#[path = "common/random.rs"]
mod random;

use proptest::prelude::*;
use zirc_grammar::{Piece, format, parse, pieces};

/// A text in which every node of the syntax occurs, as far as comments can tell them apart.
const ALL: &str = "
use a::b::{c, d};
use e::*;
/// Documented
#[a(1, \"x\")] #[b]
pub fn f<N: nat, T: num = q3.4>(x: T[N], y: (u8, P<k: 2, N + 1>)) -> (public r: i8, _[2, N])
    where N > 0, T::lo == 0,
    ensures r == x, r in 0..=5
{
    let (a, (_, b)): (u8, _) = g.(x, set: -1)[1.., ..2, a..=b](3);
    #[nondet(\"any\")] let h: int<0..=N> = hint mod(u, 16) as fix<0..=9, 1 / 4>;
    assert !a && b || c == d + e * f ** 2, \"why\";
    if a { b; } else if c { d } else { e }
    for i < n, j in 0..m, k { g(i); };
    let z = fold acc = 1, i < n { acc * x.name.0.1 } + sum i in 0..=2 { [1, -2, 0.5][i] } % 2;
    { (x) };
    (x, [[y], []], f::<3, T>, prod i { i } as P::<3>, true)
}
circuit c(const w: i8 = file(\"w\"), private x: q3.4) -> public y: i8 {}
circuit d = c::<3>;
pub struct S<N: nat> { a: u8, b: T[N] }
type T<N: nat> = u8[N, 2];
const K: u8[2] = [1, 0xf_f];
test t { assert rejects(relu(5 as q3.4), set: \"b[7]\", to: 0); }
";

/// All that stands in a text before a mark, without white space and commas.
fn before<'t>(text: &'t str, mark: &str) -> impl Iterator<Item = char> + 't {
    let (before, _) = text.split_once(mark).unwrap_or_else(|| panic!("{mark} is lost in {text}"));
    before.chars().filter(|c| !c.is_whitespace() && *c != ',')
}

/// Formats a text that is right, and looks at the result without the printer's own check.
fn formatted(source: &str) -> String {
    let tree =
        parse(source, 0).unwrap_or_else(|e| panic!("{source}{}", common::errors(source, &e)));
    let out = format(source).unwrap_or_else(|e| panic!("{e:?}\n{source}"));
    let again = parse(&out, 0).unwrap_or_else(|e| panic!("{out}{}", common::errors(&out, &e)));
    assert_eq!(common::module(&tree), common::module(&again), "{source}\n----\n{out}");
    assert_eq!(format(&out).as_deref(), Ok(out.as_str()), "{source}\n----\n{out}");
    for line in out.lines() {
        assert_eq!(line, line.trim_end(), "a space at the end of a line of\n{out}");
    }
    assert!(!out.contains("\n\n\n"), "two empty lines in\n{out}");
    out
}

/// Tokens of a text, and whether white space is before each.
fn code(text: &str) -> Vec<(bool, &str)> {
    let mut space = false;
    let mut out = Vec::new();
    for piece in pieces(text) {
        match piece {
            Piece::Space => space = true,
            Piece::Name(text) | Piece::Other(text) => {
                out.push((space, text));
                space = false;
            }
        }
    }
    out
}

/// A text with something before each token for which there is something.
fn with(tokens: &[(bool, &str)], between: impl Fn(usize) -> Option<String>) -> String {
    let mut out = String::new();
    for (i, (space, text)) in tokens.iter().enumerate() {
        match between(i) {
            Some(between) => out += &between,
            None if *space => out += " ",
            None => {}
        }
        out += text;
    }
    out + &between(tokens.len()).unwrap_or_default()
}

/// The ways a comment can stand somewhere. What follows is not at the left margin, where `const`
/// would begin an item.
const PLACES: &[(&str, &str)] =
    &[(" ", "\n "), ("\n ", "\n "), ("\n\n\n  ", "\n\n\n "), ("  ", "\n\n "), ("\n", "\r\n\t")];

#[test]
fn a_comment_between_any_two_tokens() {
    let tokens = code(ALL);
    assert!(tokens.len() > 300);
    for at in 0..=tokens.len() {
        for (before_it, behind) in PLACES {
            let source = with(&tokens, |i| (i == at).then(|| format!("{before_it}//! c{behind}")));
            let out = formatted(&source);
            assert!(before(&source, "//! c").eq(before(&out, "//! c")), "{source}\n----\n{out}");
        }
    }
}

#[test]
fn two_comments_between_any_two_tokens() {
    let tokens = code(ALL);
    for at in 0..=tokens.len() {
        for gap in [" // a\n // b\n ", "\n // a\n\n /// b\n ", " // a\n        // b\n "] {
            // In front of an item the second would be its documentation.
            let gap = if gap.contains("///") { gap.replace("/// b", "//// b") } else { gap.into() };
            let source = with(&tokens, |i| (i == at).then(|| gap.clone()));
            let out = formatted(&source);
            for mark in ["// a", "// b"] {
                assert!(before(&source, mark).eq(before(&out, mark)), "{source}\n----\n{out}");
            }
        }
    }
}

#[test]
fn comments_between_all_tokens() {
    let tokens = code(ALL);
    for (before_it, behind) in PLACES {
        let source = with(&tokens, |i| Some(format!("{before_it}// <{i}>{behind}")));
        let out = formatted(&source);
        for i in 0..=tokens.len() {
            let mark = format!("// <{i}>");
            assert!(before(&source, &mark).eq(before(&out, &mark)), "{mark}\n----\n{out}");
        }
    }
}

/// Three slashes are documentation in front of an item and a comment everywhere else.
#[test]
fn three_slashes_between_any_two_tokens() {
    let tokens = code(ALL);
    let tree = common::module(&parse(ALL, 0).unwrap());
    let mut comments = 0;
    for at in 0..=tokens.len() {
        let source = with(&tokens, |i| (i == at).then(|| "\n /// c\n ".to_owned()));
        // Inside of an attribute it is neither.
        let Ok(module) = parse(&source, 0) else { continue };
        comments += usize::from(common::module(&module).len() < tree.len());
        let out = formatted(&source);
        assert!(before(&source, "/// c").eq(before(&out, "/// c")), "{source}\n----\n{out}");
    }
    assert!(comments > 300, "{comments}");
}

/// What may stand between two tokens.
fn gap() -> impl Strategy<Value = &'static str> {
    const GAPS: &[&str] =
        &["\n ", "\n\n\n ", "\t", " // c\n ", "\n // c\n ", "\n\n // c\n // d\n\n ", "\r\n "];
    prop::sample::select(GAPS)
}

/// The comments in a text, in their order.
fn comments(text: &str) -> Vec<&str> {
    let lines = text.lines().filter_map(|line| line.find("//").and_then(|at| line.get(at..)));
    lines.filter(|c| !c.starts_with("///")).map(str::trim_end).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..Default::default() })]

    /// Any tree, written as a person might: white space and comments anywhere.
    #[test]
    fn random_programs(
        items in prop::collection::vec(random::item(), 1..3),
        gaps in prop::collection::vec((any::<prop::sample::Index>(), gap()), 0..12),
    ) {
        let source = items.concat();
        formatted(&source);
        let tokens = code(&source);
        let places: Vec<(usize, &str)> =
            gaps.iter().map(|(at, gap)| (at.index(tokens.len() + 1), *gap)).collect();
        let source = with(&tokens, |i| {
            let mut here = places.iter().filter(|(at, _)| *at == i);
            here.next().map(|(_, gap)| (*gap).to_owned())
        });
        let out = formatted(&source);
        prop_assert_eq!(comments(&source), comments(&out), "{}\n----\n{}", source, out);
    }
}
