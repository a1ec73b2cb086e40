//! No source text makes the compiler panic: mutated programs are accepted or refused, never worse.

use proptest::prelude::*;
use zirc_compiler::{Budget, NoFiles, Options, Project, Trying};

const SEEDS: &[&str] = &[
    "circuit dot<N: nat>(private w: i8[N], public x: i8[N]) -> public out: _ { sum i { w[i] * x[i] } }
     circuit dot3 = dot::<3>;",
    "pub fn relu<T: num>(x: T) -> y: T where T::lo == -(2 ** (T::bits - 1)) ensures y == max(x, 0) {
         let n = T::bits; let u = raw(x) - T::lo; let b: bit[n] = hint to_bits(u);
         assert u == sum i < n { 2 ** i * b[i] }; b[n - 1] * x }
     circuit r(private x: q3.4[3]) -> public y: q3.4[3] { relu.(x) }
     test t { for x < 6 { assert relu(at::<i3>(x)) == max(at::<i3>(x), 0); }
              assert rejects(relu(5 as q3.4), set: \"b[7]\", to: 0); let c = cost(relu::<q3.4>); assert c.total == 9; }",
    "const K: i8[2, 2] = [[1, -2], [3, 4]];
     struct P<N: nat, T: num> { a: T[N], b: u4 }
     fn f<N: nat, T: num>(p: P<N, T>, s: bit) -> (_, _) {
         let (u, v) = (p.a[0] ** 2, fold acc = 0, i < N { acc + p.a[i] * (i + 1) });
         (if s { u } else { v }, for i, j < 2 { K[j, 1] * p.a[i] / 4 }) }
     circuit c(private a: int<-3..=9>[3], private s: bit, public z: field) -> (public p: _, private q: _, public r: _) {
         assert z != 3; assert a[1] in -3..=8 && s == 1 || a[0] < a[2], \"no\";
         let (p, q) = f(P(a, 7), s); (p, q @ [1, 2], z ** 3) }",
    "type Act = q3.4;
     fn g(x: Act[4]) -> u4 {
         let t = for i in 1..=2 { clamp_to::<u4>(x[i] * 3) - even_to::<i6>(x[i + 1] * 0.5 + 2) };
         narrow(t[0] + argmax(x[..2])) }
     circuit c(private x: Act[4]) -> public y: _ { g(x) + prod i < 2 { x[i] } }",
];

/// Everything that a program can be asked for.
fn everything(text: &str) {
    let Ok(p) = Project::load("t.zirc", text, &mut NoFiles) else { return };
    let _ = p.check(&mut NoFiles);
    let _ = p.test("", &mut NoFiles);
    for c in p.circuits() {
        for optimize in [true, false] {
            if let Ok(out) =
                p.compile_with(&c, &mut NoFiles, &Options { optimize, ..Options::default() })
            {
                assert!(out.circuit.validate().is_ok());
            }
        }
        let _ = p.promises(&c, &mut NoFiles, &mut Trying::default());
    }
}

#[test]
fn the_seeds_are_programs() {
    for s in SEEDS {
        let p = Project::load("t.zirc", s, &mut NoFiles);
        let p = p.unwrap_or_else(|r| panic!("{s}: {:#?}", r.diagnostics));
        if let Err(r) = p.check(&mut NoFiles) {
            panic!("{s}: {:#?}", r.diagnostics);
        }
    }
}

const TOKENS: &[&str] = &[
    "0",
    "1",
    "-1",
    "300",
    "2 ** 260",
    "x",
    "N",
    "T",
    "i",
    "[0]",
    "[i]",
    "(x)",
    "as field",
    "as u4",
    " + ",
    " - ",
    " * ",
    " / ",
    " % ",
    " ** ",
    " @ ",
    " == ",
    " < ",
    "hint ",
    "for i { ",
    " }",
    "sum j < 3 { ",
    "let q: u8 = ",
    ";",
    ",",
    "::<",
    ">",
    "field",
    "bit",
    "_",
    "[300000000]",
    "T::lo",
    "raw(",
    ")",
    "if ",
    "else",
    "int<5..=3>",
    "0.1",
    "inverse(",
    "maximum(",
    "narrow(",
    "-",
    "!",
    "..",
    "private ",
    "const ",
    "i64",
    "u253",
];

/// Parts of expressions, and what stands between two.
const TERMS: &[&str] = &[
    "1",
    "(-3 as i8)",
    "([1, 2] as q3.4)",
    "(7 as field)",
    "0.1",
    "relu(5 as i8)",
    "relu::<i8>",
    "cost(relu::<i8>)",
    "print",
    "(1, [2])",
    "\"text\"",
    "maximum([3, 4])",
    "at::<u4>(3)",
    "(for i < 300000000 { i * i })",
    "{ let q: u8 = hint div(7, 2); assert q == 4; q }",
    "(2 ** 4096)",
    "i8::lo",
    "true",
    "rejects(relu(5 as i8), set: \"b[7]\", to: 0)",
];
const JOINTS: &[&str] = &[
    " + ", " * ", " / ", " @ ", " == ", " in 0..", " as ", ".(", "(", "[", ", ", ".total", " ** ",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn expressions_are_answered(
        first in 0..TERMS.len(),
        rest in prop::collection::vec((0..JOINTS.len(), 0..TERMS.len()), 0..4),
    ) {
        let mut text = TERMS[first].to_owned();
        for (joint, term) in rest {
            text += &format!("{}{}", JOINTS[joint], TERMS[term]);
        }
        let open = text.matches('(').count().saturating_sub(text.matches(')').count());
        text += &")".repeat(open);
        text += &"]".repeat(text.matches('[').count() - text.matches(']').count());
        let mut p = Project::load("t.zirc", "", &mut NoFiles).unwrap();
        p.set_budget(Budget { work: 1 << 20, memory: 64 << 20 });
        match p.evaluate(&text, &mut NoFiles) {
            Ok(shown) => assert!(!shown.line().is_empty(), "{text}"),
            Err(why) => {
                let bug = why.diagnostics.iter().find(|d| d.code == "E0900");
                assert!(bug.is_none() && !why.diagnostics.is_empty(), "{text}: {bug:?}");
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn mutated_programs_never_panic(
        seed in 0..SEEDS.len(),
        edits in prop::collection::vec((any::<prop::sample::Index>(), 0usize..6, 0..TOKENS.len()), 1..5),
    ) {
        let mut text: Vec<char> = SEEDS[seed].chars().collect();
        for (at, cut, token) in edits {
            let at = at.index(text.len());
            let end = (at + cut).min(text.len());
            text.splice(at..end, TOKENS[token].chars());
        }
        everything(&text.into_iter().collect::<String>());
    }
}
