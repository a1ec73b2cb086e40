//! Programs that are nearly well typed: one that is, with a few of its words exchanged.
//!
//! What comes of them is asked one thing: an answer that is the writer's to act on, which is an error with a place in the
//! text, or a circuit. A bug that the compiler admits is a bug. Most of what a person gets wrong is one word away from
//! what is right, so that is where this looks: names, types, numbers and operators that stand in for each other,
//! statements that are missing or there twice, and an expression with something around it.

use crate::{Random, generate};
use rand::Rng;
use rand::seq::SliceRandom;

/// Signs of several characters.
const SIGNS: &[&str] =
    &["->", "::", "..", "..=", "==", "!=", "<=", ">=", "&&", "||", "**", "#[", "+=", "-=", "*="];

/// The pieces of a text: words, numbers, texts in quotes and signs; neither blanks nor comments.
fn words(text: &str) -> Vec<String> {
    let mut out: Vec<String> = vec![];
    for line in text.lines() {
        let mut last = ' ';
        let mut quoted = false;
        for (k, c) in line.char_indices() {
            if !quoted && line[k..].starts_with("//") {
                break;
            }
            let joins = |c: char| c.is_alphanumeric() || c == '_';
            let goes_on = |w: &String| {
                let sign = || SIGNS.contains(&format!("{w}{c}").as_str());
                quoted || joins(c) && joins(last) || !last.is_whitespace() && sign()
            };
            match out.last_mut() {
                Some(w) if goes_on(w) => w.push(c),
                _ if c.is_whitespace() => {}
                _ => out.push(c.to_string()),
            }
            if c == '"' {
                quoted = !quoted;
            }
            last = c;
        }
    }
    out
}

/// Types that stand in for others.
const TYPES: &[&str] = &[
    "u8",
    "i4",
    "bit",
    "field",
    "_",
    "u2[3]",
    "i8[2, 2]",
    "q2.2",
    "uq0.4",
    "int<-3..=5>",
    "fix<0..=9, 1/3>",
    "u253",
    "(u4, u4)",
    "T",
    "N",
    "fn",
    "int<5..=3>",
    "u8[0]",
];
const NUMBERS: &[&str] = &[
    "0",
    "1",
    "2",
    "3",
    "7",
    "255",
    "-1",
    "0.5",
    "1/3",
    "2 ** 64",
    "2 ** 252",
    "18446744073709551616",
    "0xff",
    "0b101",
];
const OPERATORS: &[&str] = &[
    "+", "-", "*", "/", "%", "@", "**", "==", "!=", "<", "<=", ">", ">=", "&&", "||", "..", "..=",
    ",", ".", "as", "in",
];
/// What an expression may have around it; `_` is the expression.
const AROUND: &[&str] = &[
    "relu(_)",
    "relu.(_)",
    "max(_, 3)",
    "narrow(_)",
    "narrow::<u4>(_)",
    "(_ as field)",
    "(_ as u8)",
    "raw(_)",
    "[_, _]",
    "(_, _)",
    "_[0]",
    "_.0",
    "(for i < 2 { _ })",
    "(sum i < 3 { _ })",
    "(prod i < 2 { _ })",
    "(if _ > 2 { _ } else { 1 })",
    "(if _ == 1 { narrow::<u2>(_) } else { 0 })",
    "cost(_)",
    "len(_)",
    "rejects(_, set: \"b\", to: 0)",
    "(fold a = 0, i < 3 { a + _ })",
    "argmax([_, 2])",
    "clamp_to::<i4>(_)",
    "div_floor::<u4>(_, 3)",
    "inverse(_)",
    "to_bits(_)",
    "reshape(_)",
    "concat(_, _)",
    "!_",
    "-_",
    "at::<u4>(_)",
    "quantize(_)",
    "exp(_)",
    "sqrt::<u4>(_)",
    "gather([1, 2, 3], _)",
    "one_hot::<4>(_)",
    "(_ in 0..4)",
];
const STATEMENTS: &[&str] = &[
    "let h: u4 = hint 3;",
    "let h: field = hint inverse(2);",
    "assert 1 == 1;",
    "assert 1 == 2;",
    "#[nondet(\"any\")] let h: u8 = hint 2;",
    "if 1 == 1 { assert 2 == 2; }",
    "let k = 3;",
    "let (a, b) = (1, 2);",
    "fn f(x: u8) -> _ { x }",
];

/// The program of a seed.
#[must_use]
pub fn program(seed: u64, rng: &mut Random) -> String {
    changed(&generate::program(seed).text(), rng)
}

/// A text with some of its words exchanged.
#[must_use]
pub fn changed(text: &str, rng: &mut Random) -> String {
    let mut all = words(text);
    for _ in 0..rng.gen_range(1..=3) {
        change(&mut all, rng);
    }
    all.join(" ").replace(" . ", ".")
}

fn pick<'t>(all: &[&'t str], rng: &mut Random) -> &'t str {
    all.choose(rng).copied().unwrap_or("0")
}

/// Places of words of some kind.
fn places(all: &[String], is: impl Fn(&str) -> bool) -> Vec<usize> {
    (0..all.len()).filter(|&k| is(&all[k])).collect()
}

fn change(all: &mut Vec<String>, rng: &mut Random) {
    let name = |w: &str| w.starts_with(|c: char| c.is_ascii_lowercase());
    let value = |w: &str| w.starts_with(|c: char| c.is_ascii_alphanumeric());
    let (names, values) = (places(all, name), places(all, value));
    let types = places(all, |w| w == ":");
    let ends = places(all, |w| w == ";");
    let signs = places(all, |w| OPERATORS.contains(&w));
    let number = places(all, |w| w.starts_with(|c: char| c.is_ascii_digit()));
    let at = |from: &[usize], rng: &mut Random| from.choose(rng).copied();
    match rng.gen_range(0..10) {
        0 | 1 => {
            if let (Some(a), Some(b)) = (at(&names, rng), at(&names, rng)) {
                all[a] = all[b].clone();
            }
        }
        2 => {
            if let Some(k) = at(&number, rng) {
                all[k] = pick(NUMBERS, rng).into();
            }
        }
        3 => {
            if let Some(k) = at(&types, rng).filter(|k| k + 1 < all.len()) {
                all[k + 1] = pick(TYPES, rng).into();
            }
        }
        4 => {
            if let Some(k) = at(&signs, rng) {
                all[k] = pick(OPERATORS, rng).into();
            }
        }
        5 => {
            let k = rng.gen_range(0..all.len());
            all.remove(k);
        }
        6 | 7 => {
            if let Some(k) = at(&values, rng) {
                all[k] = pick(AROUND, rng).replace('_', &all[k].clone());
            }
        }
        8 => {
            if let Some(k) = at(&ends, rng) {
                all.insert(k + 1, pick(STATEMENTS, rng).into());
            }
        }
        _ => {
            // A statement is left out, or there twice.
            let (Some(a), Some(b)) = (at(&ends, rng), at(&ends, rng)) else { return };
            let (from, to) = (a.min(b) + 1, a.max(b) + 1);
            let part: Vec<String> = all[from..to].to_vec();
            if part.len() < 200 && rng.gen_ratio(1, 2) {
                all.splice(to..to, part);
            } else {
                all.drain(from..to);
            }
        }
    }
}
