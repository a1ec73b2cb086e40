//! Elements one below the other: items, statements, and the lines of an open list.

use super::Printer;
use super::comment::Gap;
use super::doc::{self, Doc, seq};

/// Lines below each other, with the comments and empty lines between them.
#[derive(Default)]
pub(super) struct Lines<'s> {
    docs: Vec<Doc<'s>>,
    begun: bool,
}

impl<'s> Lines<'s> {
    /// Begins a line with what stands before it; comments behind the line before come first.
    pub(super) fn begin(&mut self, gap: Gap<'s>) {
        let blank = gap.blank;
        self.comments(gap);
        self.docs.push(Doc::Hard);
        if blank && self.begun {
            self.docs.push(Doc::Blank);
        }
        self.begun = true;
    }

    pub(super) fn push(&mut self, doc: Doc<'s>) {
        self.docs.push(doc);
    }

    /// The comments of a gap, without a new line behind them.
    pub(super) fn comments(&mut self, gap: Gap<'s>) {
        for comment in gap.comments {
            if !comment.trailing {
                self.docs.push(Doc::Hard);
                if comment.blank && self.begun {
                    self.docs.push(Doc::Blank);
                }
                self.begun = true;
            }
            self.docs.push(doc::comment(comment));
        }
    }

    pub(super) fn finish(self) -> Doc<'s> {
        seq(self.docs)
    }
}

impl<'s> Printer<'s> {
    /// Prints elements one below the other, and the comments behind the last. `first` is what
    /// stands before the first element.
    pub(super) fn lines<T>(
        &mut self,
        first: Gap<'s>,
        list: impl IntoIterator<Item = T>,
        mut print: impl FnMut(&mut Self, T) -> Doc<'s>,
    ) -> Doc<'s> {
        let mut lines = Lines::default();
        let mut before = Some(first);
        for element in list {
            let gap = before.take().unwrap_or_else(|| self.gap());
            lines.begin(gap);
            lines.push(print(self, element));
        }
        let end = before.take().unwrap_or_else(|| self.gap());
        lines.comments(end);
        lines.finish()
    }
}
