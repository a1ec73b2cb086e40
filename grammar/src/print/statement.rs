//! Blocks, statements and attributes.

use super::Printer;
use super::doc::{Doc, group, nest, seq};
use super::lines::Lines;
use super::list::Shape;
use crate::ast::{Attribute, Block, Expr, Pattern, Statement, StatementKind};
use crate::token::Kind;

/// What a block holds.
enum Entry<'a> {
    Statement(&'a Statement),
    Tail(&'a Expr),
}

impl<'s> Printer<'s> {
    /// A block, without a group. It is on one line only if it holds one thing that stands on the
    /// line of its brace.
    pub(super) fn block(&mut self, block: &Block) -> Doc<'s> {
        let statements = block.statements.iter().map(Entry::Statement);
        let mut entries = statements.chain(block.tail.as_deref().map(Entry::Tail));
        let count = block.statements.len() + usize::from(block.tail.is_some());
        let open = self.edge();
        let first = self.gap();
        let plain = first.comments.is_empty();
        if count == 0 && plain {
            return seq([open, Doc::Text(self.text())]);
        }
        if count == 1 && plain && !first.newline {
            let entry = entries.next().map(|entry| self.entry(&entry));
            let entry = entry.unwrap_or(Doc::NOTHING);
            let end = self.gap();
            let edge = || if end.comments.is_empty() { Doc::Line } else { Doc::Hard };
            let (before, behind) = (edge(), edge());
            let mut comments = Lines::default();
            comments.comments(end);
            let inner = nest(seq([before, entry, comments.finish()]));
            return seq([open, inner, behind, Doc::Text(self.text())]);
        }
        let inner = self.lines(first, entries, |printer, entry| printer.entry(&entry));
        seq([open, nest(inner), Doc::Hard, Doc::Text(self.text())])
    }

    fn entry(&mut self, entry: &Entry<'_>) -> Doc<'s> {
        match entry {
            Entry::Statement(statement) => self.statement(statement),
            Entry::Tail(expr) => self.expr(expr),
        }
    }

    fn statement(&mut self, statement: &Statement) -> Doc<'s> {
        let mut docs = Vec::new();
        for attribute in &statement.attributes {
            docs.extend([self.attribute(attribute), Doc::Hard]);
        }
        match &statement.kind {
            StatementKind::Let { pattern, ty, value } => {
                docs.extend([self.word(), self.pattern(pattern)]);
                if let Some(ty) = ty {
                    docs.extend([self.word(), self.ty(ty)]);
                }
                docs.extend([self.sign(), self.expr(value)]);
            }
            StatementKind::Hint { ty, value, .. } => {
                docs.extend([self.word(), self.token(), self.word(), self.ty(ty)]);
                docs.extend([self.sign(), self.word(), self.expr(value)]);
            }
            StatementKind::Assert { condition, message } => {
                docs.extend([self.word(), self.expr(condition)]);
                if message.is_some() {
                    let message = seq([self.token(), Doc::Line, self.token()]);
                    docs.push(group(nest(message)));
                }
            }
            StatementKind::Expr(expr) => docs.push(self.expr(expr)),
            StatementKind::Error => docs.push(self.token()),
        }
        docs.push(self.optional(Kind::Semicolon));
        Doc::Seq(docs)
    }

    pub(super) fn attribute(&mut self, attribute: &Attribute) -> Doc<'s> {
        let start = seq([self.token(), self.token(), self.token()]);
        let arguments = match self.peek() {
            Some(Kind::OpenParen) => self.list(Shape::ROWS, &attribute.args, Printer::expr),
            _ => Doc::NOTHING,
        };
        seq([start, arguments, self.token()])
    }

    fn pattern(&mut self, pattern: &Pattern) -> Doc<'s> {
        match pattern {
            Pattern::Name(_) | Pattern::Ignore(_) => self.token(),
            Pattern::Tuple(list, _) => {
                self.list(Shape { one: true, ..Shape::ROWS }, list, Printer::pattern)
            }
        }
    }
}
