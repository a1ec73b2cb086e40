//! What a circuit claims not to depend on: parts of inputs that options name, and how a dependence is told.

use crate::diagnostic::Diagnostic;
use std::fmt::Write;
use zirc_circuit::independence::Dependent;
use zirc_circuit::{Circuit, Dependence, OriginId, Part, Port, SourceSpan, TensorId};
use zirc_grammar::ast::Span;

const CODE: &str = "E0307";
/// Steps of a path that are shown.
const STEPS: usize = 24;

/// The parts of inputs that a text names: `x`, `x[3]`, `x[.., 2..5]`, or all fields of `x`. Dimensions of one
/// element may be left out where others are given.
pub(crate) fn parts(text: &str, ports: &[Port]) -> Result<Vec<Part>, String> {
    let text = text.trim();
    // An input of an imported model may have brackets in its name.
    let whole: Vec<Part> = named(text, ports).map(|p| Part::whole(&p.name, &p.shape)).collect();
    if !whole.is_empty() {
        return Ok(whole);
    }
    let unknown = |name: &str| {
        let all: Vec<&str> = ports.iter().map(|p| p.name.as_str()).collect();
        format!("no input is called `{name}`: there are [{}]", all.join(", "))
    };
    let Some((name, list)) = text.strip_suffix(']').and_then(|t| t.rsplit_once('[')) else {
        return Err(unknown(text));
    };
    let name = name.trim();
    let port = ports.iter().find(|p| p.name == name).ok_or_else(|| unknown(name))?;
    let given: Vec<&str> = list.split(',').map(str::trim).collect();
    let places = places(given.len(), &port.shape);
    let none = || format!("`{name}` has no elements `[{list}]`: its shape is {:?}", port.shape);
    let mut part = Part::whole(name, &port.shape);
    for (text, place) in given.iter().zip(places.ok_or_else(none)?) {
        part.ranges[place] = range(text, port.shape[place]).ok_or_else(none)?;
    }
    match part.fits(&port.shape) {
        true => Ok(vec![part]),
        false => Err(none()),
    }
}

/// An input, or the fields of a struct.
fn named<'p>(name: &'p str, ports: &'p [Port]) -> impl Iterator<Item = &'p Port> {
    let field = move |p: &Port| p.name.strip_prefix(name).is_some_and(|rest| rest.starts_with('.'));
    ports.iter().filter(move |p| p.name == name || field(p))
}

/// The dimensions that this many indices are about.
fn places(given: usize, shape: &[usize]) -> Option<Vec<usize>> {
    let several = || (0..shape.len()).filter(|k| shape[*k] != 1);
    match given {
        n if n == shape.len() => Some((0..n).collect()),
        n if n == several().count() => Some(several().collect()),
        n if n < shape.len() => Some((0..n).collect()),
        _ => None,
    }
}

/// `3`, `2..5`, `2..=4`, `..`: the first index and the number of them.
fn range(text: &str, size: usize) -> Option<(usize, usize)> {
    let Some((lo, hi)) = text.split_once("..") else {
        return Some((text.parse().ok()?, 1));
    };
    let lo = if lo.trim().is_empty() { 0 } else { lo.trim().parse().ok()? };
    let end = match hi.trim() {
        "" => size,
        hi => match hi.strip_prefix('=') {
            Some(last) => last.trim().parse::<usize>().ok()?.checked_add(1)?,
            None => hi.parse().ok()?,
        },
    };
    Some((lo, end.checked_sub(lo)?))
}

/// A dependence as it is told: what depends, and each place that it goes through.
pub(crate) fn diagnostic(circuit: &Circuit, found: &Dependence, span: Span) -> Diagnostic {
    let part = &found.part;
    let (title, last, help) = match found.what {
        Dependent::Output(k, element) => {
            let port = &circuit.signature.outputs[k];
            let title = format!("output `{}` depends on `{part}`", port.name);
            (title, Some(element_of(&port.name, &port.shape, element)), HELP)
        }
        Dependent::Check(_) => {
            (format!("whether there is a proof depends on `{part}`"), None, CHECKED)
        }
        Dependent::Choice(k) => {
            let hint = &circuit.signature.nondet[k];
            let title = format!("nothing is known to be independent of `{part}`");
            let d = Diagnostic::error(CODE, span, title);
            let why = "may have several values, and what it is may be chosen by anything";
            return d.note(format!("hint `{}` of `{}` {why}", hint.hint, hint.function));
        }
    };
    let mut d = Diagnostic::error(CODE, span, title);
    for line in steps(circuit, found) {
        d = d.note(line);
    }
    if let Dependent::Check(origin) = found.what {
        d = d.note(format!("to the check at {}", place(circuit, origin)));
    }
    if let Some(last) = last {
        d = d.note(format!("to `{last}`"));
    }
    d.help(help)
}

const HELP: &str = "leave it out of the computation: what is multiplied by 0 counts as left out, what cancels \
                    does not";
const CHECKED: &str = "an assertion, or a value that must fit its type, reads what depends on it: nobody could \
                       prove anything of inputs that fail there";

/// The path in words: where it begins, and each line or layer that it goes through.
fn steps(circuit: &Circuit, found: &Dependence) -> Vec<String> {
    let Some((first, rest)) = found.path.split_first() else { return vec![] };
    let mut lines = vec![format!("from `{}`", element_name(circuit, *first))];
    for (tensor, _) in rest {
        let line = format!("through {}", place(circuit, circuit.tensors[tensor.0 as usize].origin));
        if lines.last() != Some(&line) {
            lines.push(line);
        }
    }
    if lines.len() > STEPS {
        let left_out = lines.len() - STEPS;
        lines.splice(STEPS / 2..STEPS / 2 + left_out, [format!("through {left_out} more")]);
    }
    lines
}

/// A layer, if there is one, and the line of the program that asked for it.
fn place(circuit: &Circuit, origin: OriginId) -> String {
    let origin = &circuit.origins[origin.0 as usize];
    let span = origin.stack.first().map_or(&origin.span, |f| &f.call);
    let (name, line, text) = line_of(circuit, span);
    let layer = origin.layer.as_ref().map_or(String::new(), |l| format!("layer `{l}`, "));
    format!("{layer}{name}:{line}: {text}")
}

/// Characters of a line that are shown.
const SHOWN: usize = 80;

fn line_of<'c>(circuit: &'c Circuit, span: &SourceSpan) -> (&'c str, usize, String) {
    let Some(source) = circuit.sources.get(span.file as usize) else {
        return ("", 0, String::new());
    };
    let before = source.text.get(..span.start as usize).unwrap_or("");
    let line = before.matches('\n').count();
    let text = source.text.lines().nth(line).unwrap_or("").trim();
    let short: String = text.chars().take(SHOWN).collect();
    let rest = if text.chars().count() > SHOWN { "…" } else { "" };
    (&source.name, line + 1, format!("{short}{rest}"))
}

fn element_name(circuit: &Circuit, (tensor, element): (TensorId, usize)) -> String {
    let of = &circuit.tensors[tensor.0 as usize];
    let port = circuit.signature.inputs.iter().find(|p| p.tensor == tensor);
    let name = port.map_or(of.name.as_deref(), |p| Some(p.name.as_str())).unwrap_or("value");
    element_of(name, &of.shape, element)
}

/// `x[0, 3]`
fn element_of(name: &str, shape: &[usize], element: usize) -> String {
    let mut rest = element;
    let mut index: Vec<usize> = vec![];
    for n in shape.iter().rev() {
        index.push(rest % (*n).max(1));
        rest /= (*n).max(1);
    }
    let mut out = name.to_owned();
    for (k, i) in index.iter().rev().enumerate() {
        let _ = write!(out, "{}{i}", if k == 0 { "[" } else { ", " });
    }
    if !index.is_empty() {
        out.push(']');
    }
    out
}
