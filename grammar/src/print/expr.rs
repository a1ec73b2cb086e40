//! Expressions.

use super::Printer;
use super::doc::{Doc, group, nest, seq};
use super::lines::Lines;
use super::list::Shape;
use super::operators::{is_bracketed, needs_space};
use crate::ast::{Arg, Binder, BinderRange, Expr, ExprKind, Ident, Index, UnaryOp};

impl<'s> Printer<'s> {
    pub(super) fn expr(&mut self, expr: &Expr) -> Doc<'s> {
        match &expr.kind {
            ExprKind::Int(_)
            | ExprKind::Decimal(_)
            | ExprKind::Str(_)
            | ExprKind::Bool(_)
            | ExprKind::Error => self.token(),
            ExprKind::Path(path) => self.path(path),
            ExprKind::Unary(_, a) => seq([self.token(), self.expr(a)]),
            ExprKind::Binary(..) => self.chain(expr),
            ExprKind::In { value, lo, hi, .. } => self.within(value, lo, hi),
            ExprKind::Call { callee, elementwise, args } => {
                let callee = self.expr(callee);
                let dot = if *elementwise { self.token() } else { Doc::NOTHING };
                let hugs = args.iter().all(|arg| is_bracketed(&arg.value));
                let args = self.list(Shape { hugs, ..Shape::ROWS }, args, Printer::arg);
                seq([callee, dot, args])
            }
            ExprKind::Index { base, indices } => {
                let base = self.expr(base);
                seq([base, self.list(Shape::ROWS, indices, Printer::index)])
            }
            ExprKind::Field { base, name } => self.field(base, name),
            ExprKind::Cast(a, ty) => seq([self.expr(a), self.sign(), self.ty(ty)]),
            ExprKind::Loop { binders, body, .. } => {
                seq([self.word(), self.binders(binders), Doc::Space, group(self.block(body))])
            }
            ExprKind::Fold { init, binders, body, .. } => {
                let start = seq([self.word(), self.token(), self.sign(), self.expr(init)]);
                let binders = seq([self.word(), self.binders(binders), Doc::Space]);
                seq([start, binders, group(self.block(body))])
            }
            ExprKind::If { .. } => group(self.branch(expr)),
            ExprKind::Block(block) => group(self.block(block)),
            ExprKind::Tuple(list) => self.list(Shape::ROWS, list, Printer::expr),
            ExprKind::Paren(inner) => self.paren(inner),
            ExprKind::Array(list) => {
                let numbers = list.len() > 1 && list.iter().all(is_number);
                let hugs = list.iter().all(is_bracketed);
                let shape = if numbers { Shape::FILL } else { Shape { hugs, ..Shape::ROWS } };
                self.list(shape, list, Printer::expr)
            }
        }
    }

    /// `if … { … } else …` without a group: all its blocks break together.
    fn branch(&mut self, expr: &Expr) -> Doc<'s> {
        match &expr.kind {
            ExprKind::If { condition, then, otherwise } => {
                let start = seq([self.word(), self.expr(condition), Doc::Space]);
                let mut docs = vec![start, self.block(then)];
                if let Some(otherwise) = otherwise {
                    docs.extend([Doc::Space, self.edge(), Doc::Space, self.branch(otherwise)]);
                }
                Doc::Seq(docs)
            }
            ExprKind::Block(block) => self.block(block),
            _ => self.expr(expr),
        }
    }

    /// `(a)`: its lines break inside of `a`, unless comments stand at the parentheses.
    fn paren(&mut self, inner: &Expr) -> Doc<'s> {
        let open = self.token();
        let start = self.gap();
        let inner = self.expr(inner);
        let end = self.gap();
        let close = Doc::Text(self.text());
        if start.comments.is_empty() && end.comments.is_empty() {
            return seq([open, inner, close]);
        }
        let mut lines = Lines::default();
        lines.begin(start);
        lines.push(inner);
        lines.comments(end);
        seq([open, nest(lines.finish()), Doc::Hard, close])
    }

    /// `a.name`, `a.0`
    fn field(&mut self, base: &Expr, name: &Ident) -> Doc<'s> {
        let space = if needs_space(base, name) { Doc::Space } else { Doc::NOTHING };
        let base = self.expr(base);
        // Both positions of `a.0.1` are one token, which is printed with the first.
        let before = self.at.checked_sub(1).and_then(|at| self.tokens.get(at));
        if before.is_some_and(|before| before.end >= name.span.end) {
            return base;
        }
        seq([base, space, self.token(), self.token()])
    }

    fn arg(&mut self, arg: &Arg) -> Doc<'s> {
        seq([self.label(arg.name.as_ref()), self.expr(&arg.value)])
    }

    fn index(&mut self, index: &Index) -> Doc<'s> {
        match index {
            Index::At(expr) => self.expr(expr),
            Index::Slice { lo, hi, .. } => {
                let mut docs = Vec::with_capacity(3);
                docs.extend(lo.as_ref().map(|lo| self.expr(lo)));
                docs.push(self.token());
                docs.extend(hi.as_ref().map(|hi| self.expr(hi)));
                Doc::Seq(docs)
            }
        }
    }

    fn binders(&mut self, binders: &[Binder]) -> Doc<'s> {
        let binders = self.bare(false, binders, |printer, binder| match &binder.range {
            BinderRange::Inferred => printer.token(),
            BinderRange::Below(n) => seq([printer.token(), printer.sign(), printer.expr(n)]),
            BinderRange::Between(lo, hi) | BinderRange::Through(lo, hi) => {
                let start = seq([printer.token(), printer.sign(), printer.expr(lo)]);
                seq([start, printer.token(), printer.expr(hi)])
            }
        });
        group(binders)
    }
}

/// A number, signed or not.
fn is_number(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Int(_) | ExprKind::Decimal(_) => true,
        ExprKind::Unary(UnaryOp::Neg, a) => {
            matches!(a.kind, ExprKind::Int(_) | ExprKind::Decimal(_))
        }
        _ => false,
    }
}
