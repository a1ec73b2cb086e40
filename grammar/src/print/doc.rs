//! Layout: what is to be printed, with the places where lines may break.
//!
//! A group is printed on one line if it fits, else all its own breaks become new lines (Wadler,
//! "A prettier printer").

use super::comment::Comment;

/// Text with places to break.
#[derive(Debug)]
pub(super) enum Doc<'s> {
    Text(&'s str),
    Space,
    /// A space, and so many more in a broken group.
    Pad(usize),
    /// A space, or a new line in a broken group.
    Line,
    /// Nothing, or a new line in a broken group.
    Soft,
    /// A new line; every group around it is broken.
    Hard,
    /// An empty line, after a new line.
    Blank,
    /// Breaks every group around it.
    Comment(Box<Comment<'s>>),
    /// Text only in a broken group.
    IfBroken(&'static str),
    /// As many on a line as fit.
    Fill(Vec<Doc<'s>>),
    /// An operand, and operators with theirs. Broken, each operator begins a line, unless what is
    /// before it ends a line that begins with a closing bracket.
    Chain(Box<Doc<'s>>, Vec<Doc<'s>>),
    /// What should rather stay on one line than what is before it.
    Whole(Box<Doc<'s>>),
    Nest(Box<Doc<'s>>),
    Group(Box<Doc<'s>>, bool),
    Seq(Vec<Doc<'s>>),
}

pub(super) fn comment(comment: Comment<'_>) -> Doc<'_> {
    Doc::Comment(Box::new(comment))
}

pub(super) fn nest(doc: Doc<'_>) -> Doc<'_> {
    Doc::Nest(Box::new(doc))
}

pub(super) fn whole(doc: Doc<'_>) -> Doc<'_> {
    Doc::Whole(Box::new(doc))
}

pub(super) fn group(doc: Doc<'_>) -> Doc<'_> {
    let broken = doc.breaks();
    Doc::Group(Box::new(doc), broken)
}

pub(super) fn seq<'s>(docs: impl IntoIterator<Item = Doc<'s>>) -> Doc<'s> {
    Doc::Seq(docs.into_iter().collect())
}

impl Doc<'_> {
    pub(super) const NOTHING: Self = Doc::Text("");

    /// Whether a new line in it breaks the groups around it.
    pub(super) fn breaks(&self) -> bool {
        match self {
            Doc::Hard | Doc::Blank | Doc::Comment(_) => true,
            Doc::Group(_, broken) => *broken,
            Doc::Nest(inner) | Doc::Whole(inner) => inner.breaks(),
            Doc::Chain(first, rest) => first.breaks() || rest.iter().any(Doc::breaks),
            Doc::Seq(docs) | Doc::Fill(docs) => docs.iter().any(Doc::breaks),
            Doc::Text(_) | Doc::Space | Doc::Pad(_) | Doc::Line | Doc::Soft | Doc::IfBroken(_) => {
                false
            }
        }
    }
}
