//! Bounds that are finer than what they bound: `x >= 0.8` for an x in steps of 1/16.
//!
//! Which multiples of a step lie below a known number is known, so that the number is rounded to the step, up or
//! down as the comparison is, and nothing of the value has to be written in finer steps. It is exact for every
//! value: with x = k·s, k ≥ c/s holds where k ≥ ⌈c/s⌉, and k > c/s where k > ⌊c/s⌋. A literal that is added to a
//! side, `x > y + 0.1`, bounds the difference of the others.

use crate::elaborate::{Elaborator, Res};
use crate::number::{Ratio, to_integer};
use crate::value::{Data, Num};
use num_integer::Integer;
use zirc_grammar::ast::{BinaryOp, Expr, ExprKind, Span, UnaryOp};

impl Elaborator<'_> {
    /// The sides of an order, of which one that is known and finer than the other takes the other's step.
    pub(crate) fn bounded(&mut self, op: BinaryOp, a: Num, b: Num, span: Span) -> Res<(Num, Num)> {
        use BinaryOp as O;
        // Whether the left side is rounded up where it is the bound; the right one is rounded the other way.
        let up = match op {
            O::Le | O::Gt => true,
            O::Lt | O::Ge => false,
            _ => return Ok((a, b)),
        };
        if let Some(step) = finer(&a, &b) {
            return Ok((self.in_steps_of(a, &step, up, span)?, b));
        }
        if let Some(step) = finer(&b, &a) {
            return Ok((a, self.in_steps_of(b, &step, !up, span)?));
        }
        Ok((a, b))
    }

    /// The sides of a comparison, `x + c` and `y + d`: with literals c and d that lie between the steps of x and y,
    /// x − y and d − c.
    pub(crate) fn comparands(&mut self, op: BinaryOp, a: &Expr, b: &Expr) -> Res<(Num, Num)> {
        use BinaryOp as O;
        if !matches!(op, O::Lt | O::Le | O::Gt | O::Ge) {
            return Ok((self.number(a)?, self.number(b)?));
        }
        let (x, c) = self.split_literal(a)?;
        let (y, d) = self.split_literal(b)?;
        let bound = match (c, d) {
            (None, None) => return Ok((x, y)),
            (Some(c), None) => self.negate(c, a.span)?,
            (None, Some(d)) => d,
            (Some(c), Some(d)) => self.add(d, c, -1, b.span)?,
        };
        Ok((self.add(x, y, -1, a.span)?, bound))
    }

    /// A side without the literal that is added to it, if that is no multiple of its step, and the literal.
    fn split_literal(&mut self, e: &Expr) -> Res<(Num, Option<Num>)> {
        let (sign, p, q) = match &e.kind {
            ExprKind::Paren(inner) => return self.split_literal(inner),
            ExprKind::Binary(BinaryOp::Add, p, q) if is_literal(p) || is_literal(q) => (1, p, q),
            ExprKind::Binary(BinaryOp::Sub, p, q) if is_literal(q) => (-1, p, q),
            _ => return Ok((self.number(e)?, None)),
        };
        let (x, y) = (self.number(p)?, self.number(q)?);
        let between = |bound: &Num, value: &Num| {
            let step = finer(bound, value)?;
            to_integer(&(step / bound.scale.as_ref()?)).is_none().then_some(())
        };
        if is_literal(q) && between(&y, &x).is_some() {
            let literal = if sign < 0 { self.negate(y, q.span)? } else { y };
            return Ok((x, Some(literal)));
        }
        if is_literal(p) && between(&x, &y).is_some() {
            return Ok((y, Some(x)));
        }
        Ok((self.add(x, y, sign, e.span)?, None))
    }

    /// A known number in other steps, rounded up or down.
    fn in_steps_of(&mut self, n: Num, step: &Ratio, up: bool, span: Span) -> Res<Num> {
        let Some(own) = n.scale.clone() else { return Ok(n) };
        let ratio = own / step;
        let (marks, data) = (n.marks(), self.to_array(&n, span)?);
        let rounded = self.map(&data, &n.shape, span, &mut |v| {
            let product = v * ratio.numer();
            Ok(if up { product.div_ceil(ratio.denom()) } else { product.div_floor(ratio.denom()) })
        })?;
        Ok(Num::new(n.shape, Some(step.clone()), Data::Const(rounded)).marked(marks))
    }
}

/// Whether this is a number as it is written.
fn is_literal(e: &Expr) -> bool {
    match &e.kind {
        ExprKind::Int(_) | ExprKind::Decimal(_) => true,
        ExprKind::Paren(inner) | ExprKind::Unary(UnaryOp::Neg, inner) => is_literal(inner),
        _ => false,
    }
}

/// The step of a value, where a known bound is none of its multiples by type.
fn finer(bound: &Num, value: &Num) -> Option<Ratio> {
    // While tests run, known values of a declared type stand for unknown ones.
    let unknown = |n: &Num| n.varies() || n.declared;
    if unknown(bound) || !unknown(value) {
        return None;
    }
    let (own, step) = (bound.scale.as_ref()?, value.scale.as_ref()?);
    to_integer(&(own / step)).is_none().then(|| step.clone())
}
