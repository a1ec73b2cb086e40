//! Why no circuit comes out, as a person is told.

use crate::diagnostic::Diagnostic;
use crate::translation::Lost;
use zirc_circuit::{Origin, SourceSpan};
use zirc_grammar::ast::Span;

/// Why no circuit came out.
#[derive(Clone, Debug)]
pub(crate) enum Failure {
    /// It would be ill-formed.
    IllFormed(String),
    /// It would not enforce what was asked for.
    Lost(Box<Lost>, Box<Origin>),
    /// To compare it with what was lowered, so many elements would be computed at once, and so many are
    /// allowed.
    TooLarge(usize, usize, Box<Origin>),
}

impl Failure {
    /// What was lost, with the place that asked for it.
    pub(super) fn of_lost(lost: Lost, origins: &[Origin]) -> Failure {
        let origin = origins.get(lost.origin.0 as usize).or(origins.first()).cloned();
        match origin {
            Some(o) => match lost.too_large {
                Some((used, allowed)) => Failure::TooLarge(used, allowed, Box::new(o)),
                None => Failure::Lost(Box::new(lost), Box::new(o)),
            },
            None => Failure::IllFormed("a constraint without a place".into()),
        }
    }

    /// As a person is told; `span` is the item that was compiled.
    pub(crate) fn diagnostic(&self, span: Span) -> Diagnostic {
        let bug = "this is a bug in zirc";
        match self {
            Failure::IllFormed(why) => {
                Diagnostic::error("E0900", span, "the compiler built an ill-formed circuit")
                    .say(why.clone())
                    .note(bug)
            }
            Failure::TooLarge(used, allowed, origin) => {
                // What the library asked for is shown at the call that led there.
                let call = origin.stack.first().map(|f| f.call);
                let at = call.map_or(place(origin), span_of);
                Diagnostic::error("E0701", at, "the circuit is too large to compile")
                    .say("this is on very many elements, which cannot be compared as a whole")
                    .note(format!("used {used} elements, allowed {allowed} at once"))
                    .help("`--budget 4` allows four times as many")
            }
            Failure::Lost(lost, origin) => {
                let at = if lost.category.is_some() { place(origin) } else { span };
                let title = "the compiled circuit would not enforce this";
                Diagnostic::error("E0904", at, title).say(lost.to_string()).note(bug)
            }
        }
    }
}

fn place(origin: &Origin) -> Span {
    span_of(origin.span)
}

fn span_of(at: SourceSpan) -> Span {
    let SourceSpan { file, start, end } = at;
    Span { file, start, end }
}

impl From<String> for Failure {
    fn from(why: String) -> Failure {
        Failure::IllFormed(why)
    }
}
