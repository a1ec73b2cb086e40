//! Operators, and what about an operand decides how lines break around it.

use super::Printer;
use super::doc::{Doc, group, seq};
use crate::ast::{BinaryOp, Expr, ExprKind, Ident};

impl<'s> Printer<'s> {
    /// Operators of one level, side by side: `a + b - c` breaks before each or none.
    pub(super) fn chain(&mut self, expr: &Expr) -> Doc<'s> {
        let mut operands = Vec::new();
        let mut first = expr;
        let mut level = None;
        while let ExprKind::Binary(op, a, b) = &first.kind {
            if *level.get_or_insert(precedence(*op)) != precedence(*op) {
                break;
            }
            operands.push(b);
            first = a;
        }
        let mut docs = vec![self.expr(first)];
        if level == Some(precedence(BinaryOp::Pow)) {
            for operand in operands.into_iter().rev() {
                docs.extend([self.sign(), self.expr(operand)]);
            }
            return Doc::Seq(docs);
        }
        let first = Box::new(Doc::Seq(docs));
        let rest = operands.into_iter().rev();
        let rest = rest.map(|operand| seq([self.word(), self.expr(operand)])).collect();
        group(Doc::Chain(first, rest))
    }

    /// `value in lo..hi`
    pub(super) fn within(&mut self, value: &Expr, lo: &Expr, hi: &Expr) -> Doc<'s> {
        let value = Box::new(self.expr(value));
        let range = seq([self.word(), self.expr(lo), self.token(), self.expr(hi)]);
        group(Doc::Chain(value, vec![range]))
    }
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

/// Whether an expression has a bracket at its end that can take its lines.
pub(super) fn is_bracketed(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Call { .. }
        | ExprKind::Array(_)
        | ExprKind::Tuple(_)
        | ExprKind::Loop { .. }
        | ExprKind::Fold { .. }
        | ExprKind::If { .. }
        | ExprKind::Block(_)
        | ExprKind::Paren(_) => true,
        ExprKind::Path(path) => !path.generics.is_empty(),
        ExprKind::Int(_)
        | ExprKind::Decimal(_)
        | ExprKind::Str(_)
        | ExprKind::Bool(_)
        | ExprKind::Unary(..)
        | ExprKind::Binary(..)
        | ExprKind::In { .. }
        | ExprKind::Index { .. }
        | ExprKind::Field { .. }
        | ExprKind::Cast(..)
        | ExprKind::Error => false,
    }
}

/// Whether a position after a base would read as one token with it: `1 .0` or `q3 .4`.
pub(super) fn needs_space(base: &Expr, name: &Ident) -> bool {
    if !name.name.starts_with(|c: char| c.is_ascii_digit()) {
        return false;
    }
    let last = match &base.kind {
        ExprKind::Int(_) => return true,
        ExprKind::Path(path) if path.generics.is_empty() => path.segments.last(),
        ExprKind::Field { name, .. } => Some(name),
        _ => None,
    };
    let digits = last.and_then(|last| {
        let name = last.name.as_str();
        name.strip_prefix('u').unwrap_or(name).strip_prefix('q')
    });
    digits.is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()))
}
