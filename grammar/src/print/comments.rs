//! Comments and where they go back to.
//!
//! Comments are put back in their order, each at the first place that can take it: before a
//! statement, item or list element that begins after it, behind one that ends before it on the
//! same line, or at the end of a block. One from the middle of an expression moves behind the
//! statement. None is lost, and a second formatting finds all of them where they may stay.

use super::doc::{Doc, text};
use crate::token::{Kind, Token};

/// A comment in the source.
#[derive(Clone, Debug)]
pub(super) struct Comment {
    pub(super) start: u32,
    pub(super) end: u32,
    /// Whether no token stands before it on its line.
    own_line: bool,
    text: String,
}

impl Comment {
    /// The comment between items, where one slash too many would make it documentation of what
    /// follows.
    fn demoted(mut self) -> Comment {
        if self.text.starts_with("///") && !self.text.starts_with("////") {
            self.text.remove(0);
        }
        self
    }

    pub(super) fn text(&self) -> String {
        self.text.clone()
    }
}

/// The comments that are still to be printed.
#[derive(Debug)]
pub(super) struct Comments {
    /// The next comment last.
    left: Vec<Comment>,
    /// Whether the printer stands between items rather than in one.
    pub(super) between_items: bool,
}

impl Comments {
    /// The comments among all tokens of a text; documentation is one unless it belongs to an
    /// item, whose starts are given in order.
    pub(super) fn new(source: &str, tokens: &[Token], documentation: &[u32]) -> Comments {
        let mut left = Vec::new();
        let mut own_line = true;
        for token in tokens {
            let belongs = || documentation.binary_search(&token.start).is_ok();
            match token.kind {
                Kind::Space => own_line |= token.text(source).contains('\n'),
                Kind::Comment | Kind::Doc if !belongs() => {
                    let text = token.text(source).trim_end().to_owned();
                    let end = token.start + text.len() as u32;
                    left.push(Comment { start: token.start, end, own_line, text });
                }
                _ => own_line = false,
            }
        }
        left.reverse();
        Comments { left, between_items: true }
    }

    /// Takes the comments that begin before a place.
    pub(super) fn before(&mut self, place: u32) -> Vec<Comment> {
        self.take(|comment| comment.start < place)
    }

    /// Takes the comments that go behind something that ends at `end`, where the next thing
    /// begins at `next`.
    pub(super) fn behind(&mut self, end: u32, next: u32) -> Vec<Comment> {
        self.take(|comment| comment.start < end || (!comment.own_line && comment.start < next))
    }

    fn take(&mut self, wanted: impl Fn(&Comment) -> bool) -> Vec<Comment> {
        let mut out = Vec::new();
        while self.left.last().is_some_and(&wanted) {
            out.extend(self.left.pop());
        }
        if self.between_items { out.into_iter().map(Comment::demoted).collect() } else { out }
    }

    /// Whether a comment begins in a range; those before it have been or will be taken.
    pub(super) fn any_in(&self, start: u32, end: u32) -> bool {
        let after = self.left.partition_point(|comment| comment.start >= start);
        let first = after.checked_sub(1).and_then(|at| self.left.get(at));
        first.is_some_and(|comment| comment.start < end)
    }
}

/// Lines one below the other, with the empty lines that the source has between them.
pub(super) struct Lines<'s> {
    source: &'s str,
    docs: Vec<Doc>,
    /// Where the last line ended in the source.
    end: Option<u32>,
}

impl<'s> Lines<'s> {
    pub(super) fn new(source: &'s str) -> Lines<'s> {
        Lines { source, docs: Vec::new(), end: None }
    }

    /// Adds a line that stands at `start..end` in the source.
    pub(super) fn push(&mut self, start: u32, end: u32, doc: Doc) {
        if let Some(last) = self.end {
            let gap = self.source.get(last as usize..start as usize).unwrap_or("");
            let (mut pieces, newlines) = (gap.split('\n'), gap.matches('\n').count());
            pieces.next();
            if pieces.take(newlines.saturating_sub(1)).any(|line| line.trim().is_empty()) {
                self.docs.push(Doc::Blank);
            }
            self.docs.push(Doc::Hard);
        }
        self.docs.push(doc);
        self.end = Some(self.end.map_or(end, |last| last.max(end)));
    }

    pub(super) fn comment(&mut self, comment: &Comment) {
        self.push(comment.start, comment.end, text(comment.text()));
    }

    pub(super) fn finish(self) -> Doc {
        Doc::Seq(self.docs)
    }
}
