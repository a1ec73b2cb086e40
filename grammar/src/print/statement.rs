//! Blocks and statements.

use super::Printer;
use super::doc::{Doc, nest, seq, text};
use crate::ast::{
    Attribute, Block, Expr, ExprKind, LoopKind, Pattern, Span, Statement, StatementKind,
};
use crate::escape::quote;

/// What a block holds.
enum Entry<'a> {
    /// A statement, and whether it needs a `;` although it ends in `}`.
    Statement(&'a Statement, bool),
    Tail(&'a Expr),
}

impl Entry<'_> {
    fn span(&self) -> Span {
        match self {
            Entry::Statement(statement, _) => statement.span,
            Entry::Tail(expr) => expr.span,
        }
    }
}

impl Printer<'_> {
    /// A block, without a group: on one line only if it holds one thing and `broken` is not set.
    pub(super) fn block(&mut self, block: &Block, broken: bool) -> Doc {
        let entries = self.entries(block);
        let inside = block.span.end.saturating_sub(1);
        let lines = self.lines(&entries, inside, Entry::span, |printer, entry| match entry {
            Entry::Statement(statement, end) => printer.statement(statement, *end),
            Entry::Tail(expr) => printer.expr(expr),
        });
        if matches!(&lines, Doc::Seq(docs) if docs.is_empty()) {
            return text("{}");
        }
        let edge = || if broken || entries.len() != 1 { Doc::Hard } else { Doc::Line };
        seq([text("{"), nest(seq([edge(), lines])), edge(), text("}")])
    }

    fn entries<'a>(&self, block: &'a Block) -> Vec<Entry<'a>> {
        let mut entries = Vec::with_capacity(block.statements.len() + 1);
        for (i, statement) in block.statements.iter().enumerate() {
            let next = block.statements.get(i + 1).map(|next| next.span);
            let next = next.or(block.tail.as_ref().map(|tail| tail.span));
            let end = match next {
                // `for … { … } - x` would be ambiguous.
                Some(next) => self.source.as_bytes().get(next.start as usize) == Some(&b'-'),
                // Without it the statement would be the block's value.
                None => statement.attributes.is_empty(),
            };
            entries.push(Entry::Statement(statement, end));
        }
        entries.extend(block.tail.as_deref().map(Entry::Tail));
        entries
    }

    fn statement(&mut self, statement: &Statement, end: bool) -> Doc {
        let mut docs = self.attributes(&statement.attributes);
        match &statement.kind {
            StatementKind::Let { pattern: left, ty, value } => {
                docs.push(text(format!("let {}", pattern(left))));
                if let Some(ty) = ty {
                    docs.push(text(": "));
                    docs.push(self.ty(ty));
                }
                docs.push(text(" = "));
                docs.push(self.expr(value));
                docs.push(text(";"));
            }
            StatementKind::Hint { name, ty, value } => {
                docs.push(text(format!("let {}: ", name.name)));
                docs.push(self.ty(ty));
                docs.push(text(" = hint "));
                docs.push(self.expr(value));
                docs.push(text(";"));
            }
            StatementKind::Assert { condition, message } => {
                docs.push(text("assert "));
                docs.push(self.expr(condition));
                if let Some(message) = message {
                    docs.push(text(format!(", {}", quote(message))));
                }
                docs.push(text(";"));
            }
            StatementKind::Expr(expr) => {
                docs.push(self.expr(expr));
                if end || !ends_itself(expr) {
                    docs.push(text(";"));
                }
            }
            StatementKind::Error => {}
        }
        Doc::Seq(docs)
    }

    /// Attributes, each on its line.
    pub(super) fn attributes(&mut self, attributes: &[Attribute]) -> Vec<Doc> {
        let mut docs = Vec::new();
        for attribute in attributes {
            docs.push(text(format!("#[{}", attribute.name.name)));
            if !attribute.args.is_empty() {
                let args = attribute.args.iter().map(|arg| self.expr(arg)).collect();
                docs.push(super::bracketed("(", args, ")"));
            }
            docs.push(text("]"));
            docs.push(Doc::Hard);
        }
        docs
    }
}

/// Whether an expression is a statement without `;`.
fn ends_itself(expr: &Expr) -> bool {
    matches!(
        expr.kind,
        ExprKind::Loop { kind: LoopKind::For, .. } | ExprKind::If { .. } | ExprKind::Block(_)
    )
}

fn pattern(pattern_: &Pattern) -> String {
    match pattern_ {
        Pattern::Name(name) => name.name.clone(),
        Pattern::Ignore(_) => "_".to_owned(),
        Pattern::Tuple(list, _) => {
            let list: Vec<String> = list.iter().map(pattern).collect();
            // A tuple of one keeps its comma.
            let comma = if list.len() == 1 { "," } else { "" };
            format!("({}{comma})", list.join(", "))
        }
    }
}
