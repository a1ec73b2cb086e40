//! Lists in brackets.
//!
//! A list whose first element begins a new line in the source, or which has comments among its
//! elements, stays open, and its elements share lines as they did. Any other is printed on one
//! line if it fits, else on lines of its own: one if its elements fit there, else as its style
//! says.

use super::Printer;
use super::comment::Gap;
use super::doc::{Doc, group, nest, seq};
use super::lines::Lines;

/// How a list is laid out that does not fit on a line.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    /// On one line, or one element a line.
    Rows,
    /// As many on a line as fit.
    Fill,
    /// One element a line, also where several were on one line.
    Column,
}

/// What is special about a list.
#[derive(Clone, Copy)]
pub(super) struct Shape {
    pub(super) style: Style,
    /// Whether there are spaces inside of the brackets.
    pub(super) spaced: bool,
    /// Whether its only element may open and close its lines on those of the list's brackets.
    pub(super) hugs: bool,
    /// Whether one element alone has a comma behind it.
    pub(super) one: bool,
}

impl Shape {
    pub(super) const ROWS: Shape =
        Shape { style: Style::Rows, spaced: false, hugs: false, one: false };
    pub(super) const FILL: Shape = Shape { style: Style::Fill, ..Shape::ROWS };
}

/// An element and what stands before it.
struct Entry<'s> {
    gap: Gap<'s>,
    doc: Doc<'s>,
}

impl<'s> Printer<'s> {
    /// Prints a list with its brackets.
    pub(super) fn list<T>(
        &mut self,
        shape: Shape,
        list: &[T],
        mut print: impl FnMut(&mut Self, &T) -> Doc<'s>,
    ) -> Doc<'s> {
        let open = self.token();
        let mut first = self.gap();
        let mut stays = first.newline && !list.is_empty();
        let mut entries = Vec::with_capacity(list.len());
        for (i, element) in list.iter().enumerate() {
            let gap = if i == 0 { std::mem::take(&mut first) } else { self.gap() };
            stays |= !gap.comments.is_empty();
            let doc = print(self, element);
            entries.push(Entry { gap, doc });
            self.skip_comma();
        }
        let end = if list.is_empty() { first } else { self.gap() };
        stays |= !end.comments.is_empty();
        let close = Doc::Text(self.text());
        if stays {
            let inner = stay(shape.style, entries, end);
            return seq([open, nest(inner), Doc::Hard, close]);
        }
        let mut docs: Vec<Doc<'s>> = entries.into_iter().map(|entry| entry.doc).collect();
        let comma = match docs.len() {
            0 => return seq([open, close]),
            1 if shape.one => Doc::Text(","),
            1 if shape.hugs => {
                docs.insert(0, open);
                docs.push(close);
                return Doc::Seq(docs);
            }
            _ => Doc::IfBroken(","),
        };
        let edge = || if shape.spaced { Doc::Line } else { Doc::Soft };
        let inner = row(shape.style, docs);
        group(seq([open, nest(seq([edge(), inner, comma])), edge(), close]))
    }

    /// Elements separated by commas, without brackets. Where `keeps` is set, those that begin a
    /// line go on doing so.
    pub(super) fn bare<T>(
        &mut self,
        keeps: bool,
        list: &[T],
        mut print: impl FnMut(&mut Self, &T) -> Doc<'s>,
    ) -> Doc<'s> {
        let mut rows = Vec::new();
        let mut docs: Vec<Doc<'s>> = Vec::new();
        for element in list {
            let newline = self.gaps.get(self.at).is_some_and(|gap| gap.newline);
            if keeps && newline && !docs.is_empty() {
                rows.push(row(Style::Fill, std::mem::take(&mut docs)));
                rows.extend([Doc::Text(","), Doc::Hard]);
            }
            docs.push(print(self, element));
            self.skip_comma();
        }
        rows.push(row(Style::Fill, docs));
        // Lines of the only element are its own.
        if list.len() > 1 { nest(Doc::Seq(rows)) } else { Doc::Seq(rows) }
    }
}

/// The inside of a list that stays open; `end` is what stands before its closing bracket.
fn stay<'s>(style: Style, entries: Vec<Entry<'s>>, end: Gap<'s>) -> Doc<'s> {
    let mut lines = Lines::default();
    let mut docs = Vec::new();
    for Entry { gap, doc } in entries {
        let new = gap.newline || !gap.comments.is_empty() || style == Style::Column;
        if !docs.is_empty() && new {
            lines.push(group(row(style, std::mem::take(&mut docs))));
            lines.push(Doc::Text(","));
        }
        if docs.is_empty() {
            lines.begin(gap);
        }
        // Not in a group, since the list is broken.
        if style == Style::Column {
            lines.push(doc);
            lines.push(Doc::Text(","));
        } else {
            docs.push(doc);
        }
    }
    if !docs.is_empty() {
        lines.push(group(row(style, docs)));
        lines.push(Doc::Text(","));
    }
    lines.comments(end);
    lines.finish()
}

/// Elements with commas between them.
fn row(style: Style, docs: Vec<Doc<'_>>) -> Doc<'_> {
    let last = docs.len().saturating_sub(1);
    let ended = docs.into_iter().enumerate();
    let ended = ended.map(|(i, doc)| if i < last { seq([doc, Doc::Text(",")]) } else { doc });
    match style {
        Style::Fill => Doc::Fill(ended.collect()),
        Style::Rows => group(lined(ended)),
        Style::Column => lined(ended),
    }
}

/// Elements that break between any two of them or nowhere.
fn lined<'s>(docs: impl Iterator<Item = Doc<'s>>) -> Doc<'s> {
    let mut out = Vec::with_capacity(docs.size_hint().0 * 2);
    for (i, doc) in docs.enumerate() {
        if i > 0 {
            out.push(Doc::Line);
        }
        out.push(doc);
    }
    Doc::Seq(out)
}
