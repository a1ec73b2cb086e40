//! Names of the program for names of the graph.

use std::collections::BTreeSet;
use zirc_compiler::World;
use zirc_compiler::session::Session;

/// Words that mean something in the language.
const WORDS: &[&str] = &[
    "as",
    "tables",
    "assert",
    "circuit",
    "committed",
    "const",
    "else",
    "ensures",
    "false",
    "field",
    "fix",
    "fn",
    "fold",
    "for",
    "hint",
    "if",
    "in",
    "int",
    "let",
    "nat",
    "num",
    "prod",
    "private",
    "pub",
    "public",
    "struct",
    "sum",
    "test",
    "true",
    "type",
    "use",
    "where",
    "bit",
    "weights",
    "std",
    "i",
    "j",
    "k",
    "l",
    "m",
    "n",
];

/// `i6`, `i7`, …: loops of many dimensions.
fn further_index(n: &str) -> bool {
    n.strip_prefix('i').is_some_and(|d| !d.is_empty() && d.bytes().all(|b| b.is_ascii_digit()))
}

/// Names that are in use.
pub(crate) struct Names<'w> {
    world: &'w World,
    used: BTreeSet<String>,
    weights: BTreeSet<String>,
}

impl<'w> Names<'w> {
    pub(crate) fn new(world: &'w World) -> Names<'w> {
        Names { world, used: BTreeSet::new(), weights: BTreeSet::new() }
    }

    /// A name for a variable, as close to `hint` as it can be.
    pub(crate) fn fresh(&mut self, hint: &str) -> String {
        let base = match identifier(hint) {
            // What the session calls fields of the weights.
            b if b.starts_with("weights_") || b.starts_with("tables_") => format!("t_{b}"),
            b => b,
        };
        let free = |n: &str, used: &BTreeSet<String>, world: &World| {
            !used.contains(n)
                && !WORDS.contains(&n)
                && !further_index(n)
                && !Session::taken(world, n)
        };
        let mut name = base.clone();
        let mut k = 1;
        while !free(&name, &self.used, self.world) {
            name = if k == 1 { format!("{base}_out") } else { format!("{base}_{k}") };
            k += 1;
        }
        self.used.insert(name.clone());
        name
    }

    /// A name for a field of the weights.
    pub(crate) fn fresh_weight(&mut self, hint: &str) -> String {
        let base = identifier(hint);
        let mut name = base.clone();
        let mut k = 2;
        while self.weights.contains(&name) || WORDS.contains(&name.as_str()) {
            name = format!("{base}_{k}");
            k += 1;
        }
        self.weights.insert(name.clone());
        name
    }

    /// A name that was not used after all.
    pub(crate) fn release(&mut self, name: &str) {
        self.used.remove(name);
        self.weights.remove(name);
    }
}

/// A name for the circuit of a model, from the name of its file.
///
/// ```
/// use zirc_onnx::circuit_name;
/// assert_eq!(circuit_name("LeNet-5"), "lenet_5");
/// // The library's functions keep their names.
/// assert_eq!(circuit_name("attention"), "attention_model");
/// ```
#[must_use]
pub fn circuit_name(stem: &str) -> String {
    let world = World::of_library(zirc_compiler::Budget::default());
    let base = match identifier(stem).as_str() {
        "t" => "model".to_string(),
        name => name.to_string(),
    };
    let taken = WORDS.contains(&base.as_str()) || world.is_ok_and(|w| Session::taken(&w, &base));
    if taken { format!("{base}_model") } else { base }
}

/// The letters, digits and underscores of a name, at most 40, in lower case where it begins.
fn identifier(hint: &str) -> String {
    let mut out = String::new();
    for c in hint.chars() {
        let c = if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' };
        if c == '_' && (out.is_empty() || out.ends_with('_')) {
            continue;
        }
        out.push(c);
        if out.len() == 40 {
            break;
        }
    }
    let out = out.trim_end_matches('_').to_string();
    match out.chars().next() {
        None => "t".into(),
        Some(c) if c.is_ascii_digit() => format!("t{out}"),
        // `i8`, `q3`, `u4` are types or nearly so.
        Some('i' | 'u' | 'q') if out.chars().skip(1).all(|c| c.is_ascii_digit()) => {
            format!("t_{out}")
        }
        Some(_) => out,
    }
}
