//! Literals and expressions.

use super::Context;
use crate::ast::{Arg, BinaryOp, Block, Expr, ExprKind, Ident, Index, Type, UnaryOp};
use crate::error::{SyntaxError, code};

impl Context<'_> {
    /// A number without its underscores; zero if it is malformed, which is reported by then.
    pub(crate) fn digits(&self, l: u32, r: u32) -> String {
        let text = self.text(l, r).replace('_', "");
        let hex = text.strip_prefix("0x").or(text.strip_prefix("0b"));
        let good = hex.unwrap_or(&text).bytes().all(|b| match b {
            b'.' | b'0'..=b'9' => true,
            _ => hex.is_some() && b.is_ascii_hexdigit(),
        });
        if good { text } else { "0".to_owned() }
    }

    /// The value of a string literal, which may lack its closing quote.
    pub(crate) fn string(&self, l: u32, r: u32) -> String {
        let text = self.text(l, r);
        let text = text.strip_prefix('"').unwrap_or(text);
        let text = text.strip_suffix('"').unwrap_or(text);
        crate::escape::resolve(text).unwrap_or_else(|(at, length)| {
            let start = l + 1 + at as u32;
            let span = self.span(start, start + length as u32);
            let escape = text.get(at..at + length).unwrap_or("");
            self.report(
                SyntaxError::new(code::ESCAPE, span, format!("unknown escape `{escape}`"))
                    .hint(r#"known are \n \r \t \0 \\ \" and \u{…}"#),
            );
            text.to_owned()
        })
    }

    pub(crate) fn expr(&self, l: u32, kind: ExprKind, r: u32) -> Expr {
        Expr { kind, span: self.span(l, r) }
    }

    pub(crate) fn binary(&self, a: Expr, op: BinaryOp, b: Expr) -> Expr {
        let span = a.span.to(b.span);
        Expr { kind: ExprKind::Binary(op, Box::new(a), Box::new(b)), span }
    }

    pub(crate) fn unary(&self, l: u32, op: UnaryOp, a: Expr) -> Expr {
        let end = a.span.end;
        self.expr(l, ExprKind::Unary(op, Box::new(a)), end)
    }

    pub(crate) fn within(&self, value: Expr, lo: Expr, hi: Expr, inclusive: bool) -> Expr {
        let span = value.span.to(hi.span);
        let (value, lo, hi) = (Box::new(value), Box::new(lo), Box::new(hi));
        Expr { kind: ExprKind::In { value, lo, hi, inclusive }, span }
    }

    pub(crate) fn cast(&self, a: Expr, ty: Type) -> Expr {
        let span = a.span.to(ty.span);
        Expr { kind: ExprKind::Cast(Box::new(a), ty), span }
    }

    pub(crate) fn tuple(&self, l: u32, first: Expr, rest: Vec<Expr>, r: u32) -> Expr {
        self.expr(l, ExprKind::Tuple(std::iter::once(first).chain(rest).collect()), r)
    }

    pub(crate) fn branch(&self, condition: Expr, then: Block, otherwise: Option<Expr>) -> ExprKind {
        let (condition, otherwise) = (Box::new(condition), otherwise.map(Box::new));
        ExprKind::If { condition, then, otherwise }
    }

    pub(crate) fn call(&self, callee: Expr, elementwise: bool, args: Vec<Arg>, r: u32) -> Expr {
        let l = callee.span.start;
        self.expr(l, ExprKind::Call { callee: Box::new(callee), elementwise, args }, r)
    }

    pub(crate) fn index(&self, base: Expr, indices: Vec<Index>, r: u32) -> Expr {
        self.expr(base.span.start, ExprKind::Index { base: Box::new(base), indices }, r)
    }

    pub(crate) fn field(&self, base: Expr, name: Ident) -> Expr {
        let span = base.span.to(name.span);
        Expr { kind: ExprKind::Field { base: Box::new(base), name }, span }
    }

    /// `a.0`
    pub(crate) fn position(&self, base: Expr, l: u32, r: u32) -> Expr {
        let text = self.text(l, r);
        if !text.bytes().all(|b| b.is_ascii_digit()) || (text.len() > 1 && text.starts_with('0')) {
            let message = format!("`{text}` is no position in a tuple");
            let error = SyntaxError::new(code::NUMBER, self.span(l, r), message);
            self.report(error.hint("write it in plain decimal digits: `t.0`, `t.1`"));
        }
        self.field(base, self.ident(l, r))
    }

    /// `a.0.1`
    pub(crate) fn position_twice(&self, base: Expr, l: u32, r: u32) -> Expr {
        let point = self.text(l, r).find('.').unwrap_or(0) as u32;
        let outer = self.position(base, l, l + point);
        self.position(outer, l + point + 1, r)
    }
}
