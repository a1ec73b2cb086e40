//! The printer: one layout for every program.

mod comments;
mod doc;
mod expr;
mod item;
mod statement;
mod types;

use comments::{Comments, Lines};
use doc::{Doc, group, join, nest, render, seq, text};

use crate::ast::{Item, Module, Span};
use crate::error::SyntaxError;
use crate::lexical::significant;
use crate::node::Context;
use crate::parse::parse;
use crate::split::chunks;
use crate::token::{Kind, Token, tokens};

/// Formats a file. Comments stay, if not always where they were; of several empty lines one
/// stays. Formatting the result again changes nothing.
///
/// # Errors
/// Returns the syntax errors: only a file that parses is formatted.
pub fn format(text: &str) -> Result<String, Vec<SyntaxError>> {
    let module = parse(text, 0)?;
    let mut printer = Printer::new(text);
    let doc = printer.module(&module);
    let out = render(&doc);
    Ok(if out.trim().is_empty() { String::new() } else { out })
}

/// An item of a file as one writes it to say what it is: a function up to its body, everything else
/// whole but for values of constants over several lines; no documentation, attributes and `pub`.
#[must_use]
pub fn signature(source: &str, item: &Item) -> String {
    let mut printer = Printer::new(source);
    // Comments above the item are not its own.
    printer.comments.before(item.span.start);
    let doc = printer.head(item);
    render(&doc).trim().to_owned()
}

/// What printing needs besides the tree.
struct Printer<'s> {
    source: &'s str,
    comments: Comments,
    /// Where the closing parentheses are.
    parens: Vec<u32>,
}

impl<'s> Printer<'s> {
    fn new(source: &'s str) -> Printer<'s> {
        let all = tokens(source);
        let parser = significant(&Context::new(source, 0), &all);
        let chunks = chunks(source, &parser);
        let of_chunks = chunks.iter().flat_map(|chunk: &crate::split::Chunk| &chunk.tokens);
        let documentation: Vec<u32> =
            of_chunks.filter(|token| token.kind == Kind::Doc).map(|token| token.start).collect();
        let parens = parser.iter().filter(|token: &&Token| token.kind == Kind::CloseParen);
        let parens = parens.map(|token| token.start).collect();
        Printer { source, comments: Comments::new(source, &all, &documentation), parens }
    }

    fn module(&mut self, module: &Module) -> Doc {
        let end = self.source.len() as u32;
        self.lines(
            &module.items,
            end,
            |item| item.span,
            |printer, item| {
                let doc = printer.item(item);
                printer.comments.between_items = true;
                doc
            },
        )
    }

    /// Prints the elements of a list one below the other with the comments among them.
    /// `end` is where the list ends in the source.
    fn lines<T>(
        &mut self,
        list: &[T],
        end: u32,
        span: impl Fn(&T) -> Span,
        mut print: impl FnMut(&mut Self, &T) -> Doc,
    ) -> Doc {
        let mut lines = Lines::new(self.source);
        for (i, element) in list.iter().enumerate() {
            let place = span(element);
            for comment in self.comments.before(place.start) {
                lines.comment(&comment);
            }
            let doc = print(self, element);
            let next = list.get(i + 1).map_or(end, |next| span(next).start);
            let mut behind = self.comments.behind(place.end, next).into_iter();
            match behind.next() {
                Some(first) => {
                    let suffix = Doc::Suffix(first.text());
                    lines.push(place.start, place.end.max(first.end), seq([doc, suffix]));
                }
                None => lines.push(place.start, place.end, doc),
            }
            for comment in behind {
                lines.comment(&comment);
            }
        }
        for comment in self.comments.before(end) {
            lines.comment(&comment);
        }
        lines.finish()
    }

    /// Prints a list in brackets: on one line, or one element a line. `range` is where the
    /// list stands in the source; a comment in it breaks the list.
    fn list<T>(
        &mut self,
        (open, close): (&str, &str),
        list: &[T],
        range: (u32, u32),
        span: impl Fn(&T) -> Span,
        mut print: impl FnMut(&mut Self, &T) -> Doc,
    ) -> Doc {
        if self.comments.any_in(range.0, range.1) {
            let with_comma = |printer: &mut Self, element: &T| {
                let doc = print(printer, element);
                seq([doc, text(",")])
            };
            let lines = self.lines(list, range.1, span, with_comma);
            return seq([text(open), nest(seq([Doc::Hard, lines])), Doc::Hard, text(close)]);
        }
        let docs = list.iter().map(|element| print(self, element)).collect();
        bracketed(open, docs, close)
    }

    /// The closing parenthesis after a place.
    fn close_paren(&self, place: u32) -> u32 {
        let at = self.parens.partition_point(|start| *start < place);
        self.parens.get(at).copied().unwrap_or(place)
    }

    /// The source of a literal, which the tree holds in another form.
    fn literal(&self, span: Span) -> Doc {
        text(self.source.get(span.start as usize..span.end as usize).unwrap_or(""))
    }
}

/// Elements in brackets, separated by commas. Braces have a space inside.
fn bracketed(open: &str, docs: Vec<Doc>, close: &str) -> Doc {
    if docs.is_empty() {
        return text(format!("{open}{close}"));
    }
    let edge = || if open == "{" { Doc::Line } else { Doc::Soft };
    group(seq([
        text(open),
        nest(seq([edge(), comma_separated(docs)])),
        Doc::IfBroken(","),
        edge(),
        text(close),
    ]))
}

fn comma_separated(docs: Vec<Doc>) -> Doc {
    join(docs, || seq([text(","), Doc::Line]))
}
