//! `#[assumes("…")]`: what a circuit's author knows of it and the proof does not cover, such as how its numbers
//! were rounded, and from which data.
//!
//! It constrains nothing. As an assumption of the circuit it belongs to what the digest covers, and whoever
//! reads a receipt sees it beside what zirc says itself. So a text is one visible line, and none that says what
//! an output's integers are called: that is for `#[labels]`, which asks whether there is such an output.

use super::World;
use crate::diagnostic::Diagnostic;
use crate::types::ItemId;
use std::collections::BTreeMap;
use zirc_circuit::{LONGEST_ASSUMPTION, Labels};
use zirc_grammar::ast::{Attribute, ExprKind, ItemKind, Span};

/// The attribute's name.
const NAME: &str = "assumes";
const CODE: &str = "E0116";
/// Most assumptions of a circuit: more than that nobody reads.
const MOST: usize = 64;

/// Of circuits, what they assume, in order.
pub(super) fn read(world: &World, errors: &mut Vec<Diagnostic>) -> BTreeMap<ItemId, Vec<String>> {
    let mut all: BTreeMap<ItemId, Vec<String>> = BTreeMap::new();
    for (m, module) in world.modules.iter().enumerate() {
        for (k, item) in module.ast.items.iter().enumerate() {
            for a in item.attributes.iter().filter(|a| a.name.name == NAME) {
                let ItemKind::Circuit(_) = &item.kind else { continue };
                let known = all.entry((m, k)).or_default();
                if known.len() > MOST {
                    // That there are too many was said.
                    continue;
                }
                if let Err(d) = text(a).and_then(|t| one_more(a.span, t, known)) {
                    errors.push(*d);
                }
            }
        }
    }
    all
}

fn fail(span: Span, title: impl Into<String>) -> Box<Diagnostic> {
    let d = Diagnostic::error(CODE, span, title.into());
    Box::new(d.help("for example `#[assumes(\"weights are rounded to 8 bits\")]`"))
}

/// The text of one attribute.
fn text(a: &Attribute) -> Result<&str, Box<Diagnostic>> {
    let [only] = a.args.as_slice() else {
        return Err(fail(a.span, "`#[assumes]` takes one text"));
    };
    let ExprKind::Str(text) = &only.kind else {
        return Err(fail(only.span, "an assumption is a text in quotes"));
    };
    if text.trim().is_empty() {
        return Err(fail(only.span, "an assumption is not empty"));
    }
    let length = text.chars().count();
    if length > LONGEST_ASSUMPTION {
        let title = format!(
            "an assumption has at most {LONGEST_ASSUMPTION} characters, and this one {length}"
        );
        return Err(fail(only.span, title));
    }
    if let Some(c) = text.chars().find(|c| hides(*c)) {
        let title = format!(
            "an assumption is one line of visible characters, and U+{:04X} is none",
            u32::from(c)
        );
        return Err(fail(only.span, title));
    }
    if Labels::resembled_by(text) {
        let d = Diagnostic::error(CODE, only.span, "this would be read as names of an output");
        return Err(Box::new(
            d.help("say what integers stand for with `#[labels(output, \"…\")]`"),
        ));
    }
    Ok(text)
}

/// Adds a text to those of a circuit.
fn one_more(span: Span, text: &str, known: &mut Vec<String>) -> Result<(), Box<Diagnostic>> {
    if known.iter().any(|t| t == text) {
        let d = Diagnostic::error(CODE, span, "this is assumed twice");
        return Err(Box::new(d.help("leave one of them")));
    }
    known.push(text.to_owned());
    if known.len() > MOST {
        let d = Diagnostic::error(CODE, span, format!("a circuit has at most {MOST} assumptions"));
        return Err(Box::new(d.help("put those together that belong together")));
    }
    Ok(())
}

/// Whether a character ends a line, steers what shows it, or cannot be seen: controls, separators of lines and
/// paragraphs, what changes the direction of writing, and signs without width.
fn hides(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
            | '\u{ffa0}' | '\u{fff0}'..='\u{fffc}' | '\u{13430}'..='\u{1343f}'
            | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}
