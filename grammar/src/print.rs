//! The printer: one layout for every program.
//!
//! It walks over the tree and over the tokens at once: the tree says what a token is for, and each
//! token goes out as it was written, with the comments before it. So a number keeps its base, a
//! string its escapes, and a comment its place between two tokens. Nothing but white space and
//! commas before closing brackets differs from the source, and `check` makes sure of it.
//!
//! The source decides three things about layout: where empty lines are, that a bracket whose
//! content begins on a new line stays open, and which elements of such a list share a line.

mod check;
mod comment;
mod doc;
mod expr;
mod function;
mod item;
mod lines;
mod list;
mod operators;
mod page;
mod remarks;
mod render;
mod statement;
mod types;

use comment::{Comment, Gap, gaps};
use doc::{Doc, seq};
use render::render;

use crate::ast::Item;
use crate::error::SyntaxError;
use crate::lexical::significant;
use crate::node::Context;
use crate::parse::{MAX_SIZE, parse};
use crate::split::chunks;
use crate::token::{Kind, Token, tokens};

/// Why a text was not formatted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FormatError {
    /// It does not parse.
    #[error("{}", .0.first().map_or("the program does not parse", |first| first.message.as_str()))]
    Syntax(Vec<SyntaxError>),
    /// What came out would not be the same program: a bug in zirc, and the text is kept from it.
    #[error("the formatted program would not be the same program, which is a bug in zirc: {0}")]
    Changed(&'static str),
    /// What came out, of so many bytes, is larger than a file may be.
    #[error("formatted, the program would have {0} bytes, at most {max}", max = MAX_SIZE)]
    Size(usize),
}

/// Formats a file. Formatting the result again changes nothing; it parses to the same tree, and
/// has the same comments between the same tokens. Of several empty lines one stays. Lines end as
/// the first line does.
///
/// # Errors
/// Returns the syntax errors: only a file that parses is formatted. Spaces and new lines may make it
/// larger than [`MAX_SIZE`].
pub fn format(text: &str) -> Result<String, FormatError> {
    let module = parse(text, 0).map_err(FormatError::Syntax)?;
    let windows = text.split_once('\n').is_some_and(|(line, _)| line.ends_with('\r'));
    let mut out = render(&Printer::new(text).module(&module));
    if windows {
        out = out.replace('\n', "\r\n");
    }
    if out.len() > MAX_SIZE {
        return Err(FormatError::Size(out.len()));
    }
    check::same(text, module, &out)?;
    Ok(out)
}

/// An item of a file as one writes it to say what it is: a function up to its body, everything else
/// whole but for values of constants over several lines; no documentation, attributes, comments
/// and `pub`.
#[must_use]
pub fn signature(source: &str, item: &Item) -> String {
    let mut printer = Printer::new(source);
    printer.at = printer.tokens.partition_point(|token| token.start < item.span.start);
    printer.gaps.iter_mut().for_each(|gap| *gap = Gap::default());
    let doc = printer.head(item);
    render(&doc).trim().to_owned()
}

/// The parser's tokens, and how far they are printed.
struct Printer<'s> {
    source: &'s str,
    tokens: Vec<Token>,
    /// What stands before each token, and before the end; taken when it is printed.
    gaps: Vec<Gap<'s>>,
    at: usize,
}

impl<'s> Printer<'s> {
    fn new(source: &'s str) -> Printer<'s> {
        let all = tokens(source);
        let parser = significant(&Context::new(source, 0), &all);
        // Documentation of nothing is a comment.
        let tokens: Vec<Token> =
            chunks(source, &parser).into_iter().flat_map(|chunk| chunk.tokens).collect();
        let gaps = gaps(source, &all, &tokens);
        Printer { source, tokens, gaps, at: 0 }
    }

    /// The kind of the next token.
    fn peek(&self) -> Option<Kind> {
        self.tokens.get(self.at).map(|token| token.kind)
    }

    /// Takes what stands before the next token.
    fn gap(&mut self) -> Gap<'s> {
        self.gaps.get_mut(self.at).map(std::mem::take).unwrap_or_default()
    }

    /// Takes the next token, without what stands before it.
    fn text(&mut self) -> &'s str {
        let token = self.tokens.get(self.at);
        self.at += 1;
        token.map_or("", |token| token.text(self.source))
    }

    /// Takes the next token with the comments before it.
    fn token(&mut self) -> Doc<'s> {
        self.commented(true)
    }

    /// Takes the next token, which begins no deeper than what is around it where a comment puts it
    /// on a line of its own.
    fn edge(&mut self) -> Doc<'s> {
        self.commented(false)
    }

    fn commented(&mut self, inner: bool) -> Doc<'s> {
        let gap = self.gap();
        let text = Doc::Text(self.text());
        if gap.comments.is_empty() {
            return text;
        }
        let comments = gap.comments.into_iter();
        let comments = comments.map(|comment| doc::comment(Comment { inner, ..comment }));
        seq(comments.chain([text]))
    }

    /// Takes the next token with a space behind it.
    fn word(&mut self) -> Doc<'s> {
        seq([self.token(), Doc::Space])
    }

    /// Takes a token with a space on either side.
    fn sign(&mut self) -> Doc<'s> {
        seq([Doc::Space, self.token(), Doc::Space])
    }

    /// Takes the next token if it is of this kind.
    fn optional(&mut self, kind: Kind) -> Doc<'s> {
        if self.peek() == Some(kind) { self.token() } else { Doc::NOTHING }
    }

    /// Leaves out a comma, if one is next; what is before it stays before what follows.
    fn skip_comma(&mut self) {
        if self.peek() == Some(Kind::Comma) {
            let gap = self.gap();
            self.at += 1;
            if let Some(next) = self.gaps.get_mut(self.at) {
                *next = gap.and(std::mem::take(next));
            }
        }
    }
}
