//! Comments and empty lines, by the token that they stand before.
//!
//! A comment never leaves its place between two tokens; all that the printer chooses is whether
//! it stands behind a line or on its own.

use crate::token::{Kind, Token};

/// A comment.
#[derive(Clone, Debug, Default)]
pub(super) struct Comment<'s> {
    pub(super) text: &'s str,
    /// Comments on the lines below that begin in the same column: one remark over several lines.
    pub(super) more: Vec<&'s str>,
    /// Whether it stands behind a token rather than on a line of its own.
    pub(super) trailing: bool,
    /// Whether an empty line is above it.
    pub(super) blank: bool,
    /// Whether it stands inside of what goes on behind it.
    pub(super) inner: bool,
    /// Characters before it on its line.
    pub(super) column: usize,
}

/// What stands before a token besides spaces.
#[derive(Debug, Default)]
pub(super) struct Gap<'s> {
    pub(super) comments: Vec<Comment<'s>>,
    /// Whether the token stands on another line than the one before it.
    pub(super) newline: bool,
    /// Whether an empty line is right above the token.
    pub(super) blank: bool,
}

impl<'s> Gap<'s> {
    /// This gap and the one after it, when the token between them is left out.
    pub(super) fn and(mut self, mut next: Gap<'s>) -> Gap<'s> {
        if !self.comments.is_empty() {
            next.comments.iter_mut().for_each(|comment| comment.trailing = false);
        }
        self.comments.append(&mut next.comments);
        Gap { newline: self.newline || next.newline, ..Gap { comments: self.comments, ..next } }
    }
}

/// The gaps before each of the parser's tokens, and the one before the end of the text. `all`
/// are the tokens of the whole text.
pub(super) fn gaps<'s>(source: &'s str, all: &[Token], parser: &[Token]) -> Vec<Gap<'s>> {
    let mut gaps = Vec::with_capacity(parser.len() + 1);
    let mut gap = Gap::default();
    let mut newlines = 0_usize;
    let mut before: Option<Token> = None;
    for token in all {
        let next = parser.get(gaps.len());
        if next.is_some_and(|next| next.start == token.start) {
            gap.blank = newlines > 1;
            gaps.push(std::mem::take(&mut gap));
            (newlines, before) = (0, Some(*token));
        } else if token.kind == Kind::Space {
            newlines = token.text(source).matches('\n').count();
            gap.newline |= newlines > 0;
        } else {
            let place = Place { before, newlines, newline: gap.newline };
            add(source, &mut gap, *token, &place);
            newlines = 0;
        }
    }
    gaps.push(gap);
    gaps
}

/// Where a comment stands.
struct Place {
    /// The token before it.
    before: Option<Token>,
    /// How many line ends are between it and whatever is before it.
    newlines: usize,
    /// Whether there is one between it and the token before it.
    newline: bool,
}

fn add<'s>(source: &'s str, gap: &mut Gap<'s>, token: Token, place: &Place) {
    let text = token.text(source).trim_end();
    let column = column(source, token.start);
    let trailing = place.before.is_some() && !place.newline && gap.comments.is_empty();
    let opens = place.before.is_some_and(|before| before.kind.closer().is_some());
    if let Some(last) = gap.comments.last_mut()
        && last.trailing
        && last.column == column
        && place.newlines == 1
        && !opens
    {
        last.more.push(text);
        return;
    }
    let blank = place.newlines > 1;
    gap.comments.push(Comment { text, trailing, blank, column, ..Comment::default() });
}

/// How many characters stand before a place on its line.
fn column(source: &str, place: u32) -> usize {
    let before = source.get(..place as usize).unwrap_or("");
    let line = before.rfind('\n').map_or(0, |end| end + 1);
    before.get(line..).unwrap_or("").chars().count()
}
