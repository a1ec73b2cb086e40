//! Items.

use super::Printer;
use super::doc::{Doc, comment, group, seq};
use super::list::Shape;
use crate::ast::{Item, ItemKind, Module, Span, UseKind};
use crate::token::Kind;

impl<'s> Printer<'s> {
    pub(super) fn module(&mut self, module: &Module) -> Doc<'s> {
        let first = self.gap();
        self.lines(first, &module.items, Printer::item)
    }

    fn item(&mut self, item: &Item) -> Doc<'s> {
        let mut docs = Vec::new();
        let mut attributes = item.attributes.iter();
        // They may stand in any order; each on its line.
        loop {
            match self.peek() {
                Some(Kind::Doc) => docs.push(self.documentation()),
                Some(Kind::Hash) => {
                    let Some(attribute) = attributes.next() else { break };
                    docs.push(self.attribute(attribute));
                }
                _ => break,
            }
            docs.push(Doc::Hard);
        }
        if item.public {
            docs.push(self.word());
        }
        docs.push(self.kind(item));
        Doc::Seq(docs)
    }

    /// A line of documentation, with one space behind the slashes.
    fn documentation(&mut self) -> Doc<'s> {
        let comments = self.gap().comments;
        let mut docs: Vec<Doc<'s>> = comments.into_iter().map(comment).collect();
        let text = self.text().trim_end();
        let (slashes, text) = text.split_at_checked(3).unwrap_or((text, ""));
        docs.push(Doc::Text(slashes));
        if !text.is_empty() {
            docs.extend([Doc::Space, Doc::Text(text.strip_prefix(' ').unwrap_or(text))]);
        }
        Doc::Seq(docs)
    }

    fn kind(&mut self, item: &Item) -> Doc<'s> {
        match &item.kind {
            ItemKind::Fn(function) | ItemKind::Circuit(function) => self.function(function),
            ItemKind::CircuitAlias { target, .. } => {
                let start = seq([self.word(), self.token(), self.sign()]);
                seq([start, self.path(target), self.token()])
            }
            ItemKind::Struct { generics, fields, .. } => {
                let start = seq([self.word(), self.token(), self.generics(generics), Doc::Space]);
                let shape = Shape { spaced: true, ..Shape::ROWS };
                let fields = self.list(shape, fields, |printer, (name, ty)| {
                    seq([printer.label(Some(name)), printer.ty(ty)])
                });
                seq([start, fields])
            }
            ItemKind::TypeAlias { generics, ty, .. } => {
                let start = seq([self.word(), self.token(), self.generics(generics)]);
                seq([start, self.sign(), self.ty(ty), self.token()])
            }
            ItemKind::Const { ty, value, .. } => {
                let start = seq([self.word(), self.token()]);
                let ty = match ty {
                    Some(ty) => seq([self.word(), self.ty(ty)]),
                    None => Doc::NOTHING,
                };
                seq([start, ty, self.sign(), self.expr(value), self.token()])
            }
            ItemKind::Use { path, what } => {
                let path = seq([self.word(), self.names(path)]);
                let what = match what {
                    UseKind::Item => Doc::NOTHING,
                    UseKind::All => seq([self.token(), self.token()]),
                    UseKind::List(names) => {
                        let separator = self.token();
                        seq([separator, self.list(Shape::FILL, names, |p, _| p.token())])
                    }
                };
                seq([path, what, self.token()])
            }
            ItemKind::Test { body, .. } => seq([self.word(), self.word(), group(self.block(body))]),
            ItemKind::Error => self.token(),
        }
    }

    /// An item without its body, or without the value of a constant that takes more than a line.
    pub(super) fn head(&mut self, item: &Item) -> Doc<'s> {
        // Documentation and attributes are no part of it.
        let word = |kind: Kind| kind.begins_item() && kind != Kind::Pub;
        let name = first_name(item).map_or(0, |name| name.start);
        while self.tokens.get(self.at).is_some_and(|t| t.start < name && !word(t.kind)) {
            self.at += 1;
        }
        match &item.kind {
            ItemKind::Const { ty: Some(ty), value, .. } if self.is_long(value.span) => {
                let start = seq([self.word(), self.token(), self.word(), self.ty(ty)]);
                seq([start, self.sign(), Doc::Text("…;")])
            }
            ItemKind::Fn(function) | ItemKind::Circuit(function) => self.function_head(function),
            _ => self.kind(item),
        }
    }

    fn is_long(&self, span: Span) -> bool {
        self.source.get(span.start as usize..span.end as usize).is_some_and(|t| t.contains('\n'))
    }
}

/// The first name behind an item's keyword.
fn first_name(item: &Item) -> Option<Span> {
    match &item.kind {
        ItemKind::Fn(function) | ItemKind::Circuit(function) => Some(function.name.span),
        ItemKind::CircuitAlias { name, .. }
        | ItemKind::Struct { name, .. }
        | ItemKind::TypeAlias { name, .. }
        | ItemKind::Const { name, .. }
        | ItemKind::Test { name, .. } => Some(name.span),
        ItemKind::Use { path, .. } => path.first().map(|name| name.span),
        ItemKind::Error => None,
    }
}
