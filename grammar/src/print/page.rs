//! What has been printed. Spaces and new lines are held back until text follows, so that no line
//! ends in a space and a comment behind a line gets there whatever comes next.

use super::comment::Comment;
use super::remarks::{Remark, assemble};

/// The longest line, in characters, comments aside.
pub(super) const WIDTH: usize = 100;

/// One level of indentation.
pub(super) const INDENT: usize = 4;

/// What is held back.
#[derive(Clone, Copy, Debug, Default)]
enum Held {
    #[default]
    Nothing,
    Spaces(usize),
    Line {
        indent: usize,
        blank: bool,
    },
}

/// The page.
#[derive(Debug, Default)]
pub(super) struct Page<'s> {
    /// All but the comments behind lines.
    out: String,
    remarks: Vec<Remark<'s>>,
    held: Held,
    column: usize,
    /// The number of the line, and where it begins.
    line: usize,
    start: usize,
    /// Whether the line ends in a comment.
    commented: bool,
}

impl<'s> Page<'s> {
    pub(super) fn text(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        self.release();
        self.out.push_str(text);
        self.column += width(text);
    }

    pub(super) fn space(&mut self) {
        self.spaces(1);
    }

    pub(super) fn spaces(&mut self, count: usize) {
        if let Held::Nothing = self.held {
            self.held = Held::Spaces(count);
        }
    }

    pub(super) fn new_line(&mut self, indent: usize) {
        let blank = matches!(self.held, Held::Line { blank: true, .. });
        self.held = Held::Line { indent, blank };
    }

    /// An empty line before the one that is to begin.
    pub(super) fn blank(&mut self) {
        if let Held::Line { indent, .. } = self.held {
            self.held = Held::Line { indent, blank: true };
        }
    }

    /// A comment; `indent` is where the text around it begins.
    pub(super) fn comment(&mut self, comment: &Comment<'s>, indent: usize) {
        let indent = if comment.inner { indent + INDENT } else { indent };
        if comment.trailing && !self.commented && !self.out.is_empty() {
            let texts = std::iter::once(comment.text).chain(comment.more.iter().copied());
            let (line, column) = (self.line, comment.column);
            self.remarks.push(Remark { line, column, texts: texts.collect() });
            self.commented = true;
            if !matches!(self.held, Held::Line { .. }) {
                self.held = Held::Line { indent, blank: false };
            }
            return;
        }
        for text in std::iter::once(&comment.text).chain(&comment.more) {
            if !matches!(self.held, Held::Line { .. }) {
                self.held = Held::Line { indent, blank: false };
            }
            let Held::Line { indent, .. } = self.held else { return };
            self.text(text);
            self.commented = true;
            self.held = Held::Line { indent, blank: false };
        }
    }

    /// The column at which text would go on.
    pub(super) fn column(&self) -> usize {
        match self.held {
            Held::Nothing => self.column,
            Held::Spaces(count) => self.column + count,
            Held::Line { indent, .. } => indent,
        }
    }

    /// Whether the line begins with a closing bracket and goes on.
    pub(super) fn hangs(&self) -> bool {
        let line = self.out.get(self.start..).unwrap_or("").trim_start();
        !matches!(self.held, Held::Line { .. }) && line.starts_with([')', ']', '}', '>'])
    }

    /// The text, each line with its end.
    pub(super) fn finish(self) -> String {
        assemble(&self.out, &self.remarks)
    }

    fn release(&mut self) {
        match std::mem::take(&mut self.held) {
            Held::Nothing => {}
            Held::Spaces(count) => {
                self.out.extend(std::iter::repeat_n(' ', count));
                self.column += count;
            }
            Held::Line { .. } if self.out.is_empty() => {}
            Held::Line { indent, blank } => {
                for _ in 0..=usize::from(blank) {
                    self.out.push('\n');
                    self.line += 1;
                }
                self.start = self.out.len();
                self.out.extend(std::iter::repeat_n(' ', indent));
                (self.column, self.commented) = (indent, false);
            }
        }
    }
}

/// How many columns a text has.
pub(super) fn width(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.chars().count() }
}
