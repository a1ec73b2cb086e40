//! Expressions.

use super::doc::{Doc, group, nest, seq, text};
use super::{Printer, bracketed, comma_separated};
use crate::ast::{
    Arg, BinaryOp, Binder, BinderRange, Expr, ExprKind, Ident, Index, LoopKind, Span, UnaryOp,
};

impl Printer<'_> {
    pub(super) fn expr(&mut self, expr: &Expr) -> Doc {
        match &expr.kind {
            ExprKind::Int(_) | ExprKind::Decimal(_) | ExprKind::Str(_) | ExprKind::Error => {
                self.literal(expr.span)
            }
            ExprKind::Bool(value) => text(value.to_string()),
            ExprKind::Path(path) => self.path(path, "::<"),
            ExprKind::Unary(op, a) => {
                let sign = match op {
                    UnaryOp::Neg => "-",
                    UnaryOp::Not => "!",
                };
                let a = self.expr(a);
                seq([text(sign), a])
            }
            ExprKind::Binary(..) => self.chain(expr),
            ExprKind::In { value, lo, hi, inclusive } => {
                let dots = text(if *inclusive { "..=" } else { ".." });
                let (value, lo, hi) = (self.expr(value), self.expr(lo), self.expr(hi));
                group(seq([value, nest(seq([Doc::Line, text("in "), lo, dots, hi]))]))
            }
            ExprKind::Call { callee, elementwise, args } => {
                let range = (callee.span.end, expr.span.end);
                let callee = self.expr(callee);
                let open = if *elementwise { ".(" } else { "(" };
                let args = self.list((open, ")"), args, range, arg_span, Printer::arg);
                seq([callee, args])
            }
            ExprKind::Index { base, indices } => {
                let base = self.expr(base);
                let indices = indices.iter().map(|index| self.slice(index)).collect();
                seq([base, bracketed("[", indices, "]")])
            }
            ExprKind::Field { base, name } => {
                let dot = if needs_space(base, name) { " ." } else { "." };
                let base = self.expr(base);
                seq([base, text(dot), text(name.name.clone())])
            }
            ExprKind::Cast(a, ty) => {
                let a = self.expr(a);
                let ty = self.cast_type(ty);
                seq([a, text(" as "), ty])
            }
            ExprKind::Loop { kind, binders, body } => {
                let word = match kind {
                    LoopKind::For => "for ",
                    LoopKind::Sum => "sum ",
                    LoopKind::Prod => "prod ",
                };
                let binders = self.binders(binders);
                let body = self.block(body, false);
                seq([text(word), binders, text(" "), group(body)])
            }
            ExprKind::Fold { acc, init, binders, body } => {
                let start = text(format!("fold {} = ", acc.name));
                let init = self.expr(init);
                let binders = self.binders(binders);
                let body = self.block(body, false);
                seq([start, init, text(", "), binders, text(" "), group(body)])
            }
            ExprKind::If { .. } => group(self.branch(expr)),
            ExprKind::Block(block) => group(self.block(block, false)),
            ExprKind::Tuple(list) => self.exprs(("(", ")"), list, expr.span),
            ExprKind::Paren(inner) => {
                let inner = self.expr(inner);
                seq([text("("), inner, text(")")])
            }
            ExprKind::Array(list) => self.array(list, expr.span),
        }
    }

    /// `if … { … } else …` without a group: all its blocks break together.
    fn branch(&mut self, expr: &Expr) -> Doc {
        let ExprKind::If { condition, then, otherwise } = &expr.kind else {
            return match &expr.kind {
                ExprKind::Block(block) => self.block(block, false),
                _ => self.expr(expr),
            };
        };
        let condition = self.expr(condition);
        let then = self.block(then, false);
        let mut docs = vec![text("if "), condition, text(" "), then];
        if let Some(otherwise) = otherwise {
            docs.push(text(" else "));
            docs.push(self.branch(otherwise));
        }
        Doc::Seq(docs)
    }

    /// Operators of one level, side by side: `a + b - c` breaks before each or none.
    fn chain(&mut self, expr: &Expr) -> Doc {
        let mut operands = Vec::new();
        let mut first = expr;
        let mut level = None;
        while let ExprKind::Binary(op, a, b) = &first.kind {
            if *level.get_or_insert(precedence(*op)) != precedence(*op) {
                break;
            }
            operands.push((*op, b));
            first = a;
        }
        let first = self.expr(first);
        let mut docs = Vec::new();
        for (op, operand) in operands.into_iter().rev() {
            docs.push(if op == BinaryOp::Pow { text(" ") } else { Doc::Line });
            docs.push(text(format!("{} ", sign(op))));
            docs.push(self.expr(operand));
        }
        group(seq([first, nest(Doc::Seq(docs))]))
    }

    fn exprs(&mut self, brackets: (&str, &str), list: &[Expr], span: Span) -> Doc {
        self.list(brackets, list, (span.start, span.end), |expr| expr.span, Printer::expr)
    }

    /// An array; one of numbers only is filled line by line.
    fn array(&mut self, list: &[Expr], span: Span) -> Doc {
        let commented = self.comments.any_in(span.start, span.end);
        if commented || list.len() < 2 || !list.iter().all(is_number) {
            return self.exprs(("[", "]"), list, span);
        }
        let source = self.source;
        let number = |expr: &Expr| {
            let text = source.get(expr.span.start as usize..expr.span.end as usize).unwrap_or("");
            text.split_whitespace().collect::<String>()
        };
        let fill = Doc::Fill(list.iter().map(number).collect());
        let inner = nest(seq([Doc::Soft, fill, Doc::IfBroken(",")]));
        group(seq([text("["), inner, Doc::Soft, text("]")]))
    }

    fn arg(&mut self, arg: &Arg) -> Doc {
        let value = self.expr(&arg.value);
        match &arg.name {
            Some(name) => seq([text(format!("{}: ", name.name)), value]),
            None => value,
        }
    }

    fn slice(&mut self, index: &Index) -> Doc {
        match index {
            Index::At(expr) => self.expr(expr),
            Index::Slice { lo, hi, inclusive, .. } => {
                let mut docs = Vec::new();
                docs.extend(lo.as_ref().map(|lo| self.expr(lo)));
                docs.push(text(if *inclusive { "..=" } else { ".." }));
                docs.extend(hi.as_ref().map(|hi| self.expr(hi)));
                Doc::Seq(docs)
            }
        }
    }

    fn binders(&mut self, binders: &[Binder]) -> Doc {
        let binders = binders.iter().map(|binder| {
            let name = &binder.name.name;
            match &binder.range {
                BinderRange::Inferred => text(name.clone()),
                BinderRange::Below(n) => {
                    let n = self.expr(n);
                    seq([text(format!("{name} < ")), n])
                }
                BinderRange::Between(lo, hi) => {
                    let (lo, hi) = (self.expr(lo), self.expr(hi));
                    seq([text(format!("{name} in ")), lo, text(".."), hi])
                }
                BinderRange::Through(lo, hi) => {
                    let (lo, hi) = (self.expr(lo), self.expr(hi));
                    seq([text(format!("{name} in ")), lo, text("..="), hi])
                }
            }
        });
        let binders = binders.collect();
        group(nest(comma_separated(binders)))
    }
}

fn arg_span(arg: &Arg) -> Span {
    let span = arg.value.span;
    arg.name.as_ref().map_or(span, |name| name.span.to(span))
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

/// Whether a position after a base would read as one token with it: `1 .0` or `q3 .4`.
fn needs_space(base: &Expr, name: &Ident) -> bool {
    if !name.name.starts_with(|c: char| c.is_ascii_digit()) {
        return false;
    }
    let last = match &base.kind {
        ExprKind::Int(_) => return true,
        ExprKind::Path(path) if path.generics.is_empty() => path.segments.last(),
        ExprKind::Field { name, .. } => Some(name),
        _ => None,
    };
    last.is_some_and(|last| last.name.starts_with(['u', 'q']))
}

fn precedence(op: BinaryOp) -> u8 {
    use BinaryOp::{Add, And, Div, Eq, Ge, Gt, Le, Lt, MatMul, Mul, Ne, Or, Pow, Rem, Sub};
    match op {
        Or => 0,
        And => 1,
        Eq | Ne | Lt | Le | Gt | Ge => 2,
        Add | Sub => 3,
        Mul | Div | Rem | MatMul => 4,
        Pow => 5,
    }
}

fn sign(op: BinaryOp) -> &'static str {
    use BinaryOp::{Add, And, Div, Eq, Ge, Gt, Le, Lt, MatMul, Mul, Ne, Or, Pow, Rem, Sub};
    match op {
        Add => "+",
        Sub => "-",
        Mul => "*",
        Div => "/",
        Rem => "%",
        Pow => "**",
        MatMul => "@",
        Eq => "==",
        Ne => "!=",
        Lt => "<",
        Le => "<=",
        Gt => ">",
        Ge => ">=",
        And => "&&",
        Or => "||",
    }
}
