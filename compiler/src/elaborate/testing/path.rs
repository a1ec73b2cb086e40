//! Paths of hints, as tests write them: `b[7]` is an element of the only hint `b` of a call, `relu.b[0, 7]` of the one
//! in `relu`, `b#2[7]` of the second of that name.

use super::Bench;
use crate::diagnostic::Diagnostic;
use crate::elaborate::{Res, fail};
use crate::program::Hint;
use zirc_circuit::TensorId;
use zirc_grammar::ast::Span;

const CODE: &str = "E0503";
/// Hints that a message lists.
const LISTED: usize = 12;

/// A path in its parts.
struct Path<'p> {
    text: &'p str,
    /// Without a number and indices.
    name: &'p str,
    /// Which of several, from 1.
    nth: Option<usize>,
    indices: Vec<usize>,
}

/// The element of a hint that a path means.
pub(super) fn find(bench: &Bench, path: &str, span: Span) -> Res<(TensorId, usize)> {
    let Some(path) = read(path) else {
        let d = Diagnostic::error(CODE, span, format!("`{path}` is no element of a hint"));
        return fail(listed(bench, d));
    };
    let found: Vec<&Hint> = bench.hints.iter().filter(|h| is_of(h, path.name)).collect();
    let chosen = match (found.as_slice(), path.nth) {
        ([one], None) => Some(*one),
        (all, Some(n)) => all.get(n - 1).copied(),
        _ => None,
    };
    let Some(hint) = chosen else {
        let name = path.name;
        let title = match found.len() {
            0 => format!("there is no hint `{name}` in this call"),
            n => format!("`{name}` names {n} hints"),
        };
        return fail(listed(bench, Diagnostic::error(CODE, span, title)));
    };
    match element(bench, hint, &path) {
        Ok(index) => Ok((hint.tensor, index)),
        Err(title) => {
            let d = Diagnostic::error(CODE, span, title);
            fail(d.help(format!("it is {}", typed(bench, hint))))
        }
    }
}

/// `None` for what is no path.
fn read(text: &str) -> Option<Path<'_>> {
    let (name, indices) = match text.split_once('[') {
        None => (text, vec![]),
        Some((name, rest)) => {
            let list = rest.trim_end().trim_end_matches(']').split(',');
            let list: Result<Vec<usize>, _> = list.map(|i| i.trim().parse()).collect();
            (name, list.ok()?)
        }
    };
    let (name, nth) = match name.split_once('#') {
        None => (name, None),
        Some((name, n)) => (name, Some(n.trim().parse().ok().filter(|n| *n > 0)?)),
    };
    Some(Path { text, name: name.trim(), nth, indices })
}

/// Whether a hint is the one, or one of those, that a name means: its own name behind those of the innermost functions
/// around it.
fn is_of(h: &Hint, name: &str) -> bool {
    let mut parts = name.rsplit('.');
    let mut functions = h.functions.iter().rev();
    parts.next() == Some(&h.name) && parts.all(|p| functions.next().is_some_and(|f| f == p))
}

/// The place of an element among all of the hint's, or why the path names none.
fn element(bench: &Bench, hint: &Hint, path: &Path<'_>) -> Result<usize, String> {
    let shape = shape(bench, hint);
    // Indices may leave out the dimensions of loops when these have one iteration.
    let own = &shape[left_out(shape, hint)..];
    let given = path.indices.as_slice();
    let shape = if given.len() == shape.len() { shape } else { own };
    if given.len() != shape.len() {
        return Err(format!("`{}` names no single element", path.text));
    }
    if given.iter().zip(shape).any(|(i, n)| i >= n) {
        return Err(format!("`{}` leaves the hint", path.text));
    }
    Ok(given.iter().zip(shape).fold(0, |flat, (i, n)| flat * n + i))
}

fn shape<'b>(bench: &'b Bench, hint: &Hint) -> &'b [usize] {
    let at = bench.places.get(&hint.tensor).copied().unwrap_or(TensorId::ONE);
    &bench.circuit.tensors[at.0 as usize].shape
}

/// How many of the first dimensions a path may leave out.
fn left_out(shape: &[usize], hint: &Hint) -> usize {
    let loops = shape.len().saturating_sub(hint.own);
    if shape[..loops].iter().all(|&n| n == 1) { loops } else { 0 }
}

/// Adds the paths of all hints of the call, as they can be written.
fn listed(bench: &Bench, d: Diagnostic) -> Diagnostic {
    let mut all: Vec<String> = bench.hints.iter().take(LISTED).map(|h| typed(bench, h)).collect();
    let more = bench.hints.len() - all.len();
    if more > 0 {
        all.push(format!("{more} more"));
    }
    match all.as_slice() {
        [] => d.note("the call has no hints"),
        all => d.note(format!("hints of the call: {}", all.join(", "))),
    }
}

/// The path of a hint: its name with as many functions in front as tell it from the others, or with its number among
/// those that nothing else tells apart; the first and the last of its elements, if it has several.
fn typed(bench: &Bench, hint: &Hint) -> String {
    let same = |name: &str| bench.hints.iter().filter(|h| is_of(h, name)).count();
    let mut name = hint.name.clone();
    for f in hint.functions.iter().rev() {
        if same(&name) == 1 {
            break;
        }
        name = format!("{f}.{name}");
    }
    if same(&name) > 1 {
        let of = bench.hints.iter().filter(|h| is_of(h, &name));
        let before = of.take_while(|h| h.tensor != hint.tensor).count();
        name = format!("{name}#{}", before + 1);
    }
    let shape = shape(bench, hint);
    let own = &shape[left_out(shape, hint)..];
    let at = |index: Vec<String>| format!("`{name}[{}]`", index.join(", "));
    let first = || at(own.iter().map(|_| "0".to_owned()).collect());
    match own.iter().product::<usize>() {
        _ if own.is_empty() => format!("`{name}`"),
        0 | 1 => first(),
        _ => {
            let last = at(own.iter().map(|n| (n - 1).to_string()).collect());
            format!("{} to {last}", first())
        }
    }
}
