//! `if`: on a known condition one branch is elaborated, on an unknown one both, and one is chosen.

use super::{Elaborator, Mode, Res, Stop, fail};
use crate::diagnostic::Diagnostic;
use crate::types::Type;
use crate::value::{Data, Num, Value};
use num_traits::Zero;
use zirc_circuit::{Category, Op};
use zirc_grammar::ast::{Block, Expr, Span};

impl Elaborator<'_> {
    pub(crate) fn choose(
        &mut self,
        condition: &Expr,
        then: &Block,
        otherwise: Option<&Expr>,
        want: &Type,
        span: Span,
    ) -> Res<Value> {
        let c = self.number(condition)?;
        // In a test, what has a declared type stands for an input.
        let declared = self.in_test() && c.declared && self.mode == Mode::Circuit;
        if !c.varies() && !declared {
            if let Some(l) = c.loops().first() {
                return Err(Stop::NeedsNumber(*l));
            }
            let holds = !self.rational_of(&c, condition.span)?.is_zero();
            return match (holds, otherwise) {
                (true, _) => self.block(then, want),
                (false, Some(e)) => self.expr(e, want),
                (false, None) => Ok(Value::unit()),
            };
        }
        self.demand_bit(&c, condition.span)?;
        let Some(otherwise) = otherwise else {
            return fail(
                Diagnostic::error("E0218", span, "an `if` on an unknown condition needs an `else`")
                    .say("the condition depends on an input: the circuit computes both branches"),
            );
        };
        let c = self.tidy(c, condition.span)?;
        let a = self.block(then, want)?;
        let b = self.expr(otherwise, want)?;
        self.select(&c, a, b, span)
    }

    /// c·(a − b) + b
    pub(crate) fn select(&mut self, c: &Num, a: Value, b: Value, span: Span) -> Res<Value> {
        match (a, b) {
            (Value::Num(a), Value::Num(b)) => Ok(Value::Num(self.select_number(c, a, b, span)?)),
            (Value::Tuple(a), Value::Tuple(b)) if a.len() == b.len() => {
                let parts = a.into_iter().zip(b);
                Ok(Value::Tuple(
                    parts.map(|(a, b)| self.select(c, a, b, span)).collect::<Res<_>>()?,
                ))
            }
            (Value::Poison, _) | (_, Value::Poison) => Err(Stop::Reported),
            (a, b) => {
                let (x, y) = (self.describe(&a), self.describe(&b));
                fail(
                    Diagnostic::error("E0202", span, "the branches differ in type")
                        .say(format!("{x} and {y}")),
                )
            }
        }
    }

    fn select_number(&mut self, c: &Num, a: Num, b: Num, span: Span) -> Res<Num> {
        let (a, b) = self.align(a, b, span)?;
        let shape = self.join_shapes(&a, &b, span)?;
        let scale = a.scale.clone();
        let hull = if a.is_field() || self.by_value(c) {
            None
        } else {
            let (x, y) = (self.range(&a, span)?, self.range(&b, span)?);
            Some((x.0.min(y.0), x.1.max(y.1)))
        };
        if c.is_const() && a.is_const() && b.is_const() {
            let marks = c.marks().and(a.marks()).and(b.marks());
            let (ca, aa, ba) =
                (self.to_array(c, span)?, self.to_array(&a, span)?, self.to_array(&b, span)?);
            let d =
                self.zip((&aa, &a.shape), (&ba, &b.shape), &shape, span, &mut |x, y| Ok(x - y))?;
            let d = self.zip((&ca, &[]), (&d, &shape), &shape, span, &mut |c, d| Ok(c * d))?;
            let out =
                self.zip((&d, &shape), (&ba, &b.shape), &shape, span, &mut |d, b| Ok(d + b))?;
            let out = Num::new(shape, scale, Data::Const(out)).marked(marks);
            return Ok(match hull {
                Some((lo, hi)) => out.declare(lo, hi),
                None => out,
            });
        }
        if self.mode == Mode::Hint {
            let (x, y) = (a.clone().at_scale(None), b.clone().at_scale(None));
            let (x, y) = if scale.is_some() { (a, b) } else { (x, y) };
            let out = self.aux(&[c, &x, &y], &shape, hull, span, |args| {
                let mut args = args.into_iter();
                match (args.next(), args.next(), args.next()) {
                    (Some(c), Some(a), Some(b)) => Op::Select(c, a, b),
                    _ => unreachable!("three arguments in, three out"),
                }
            })?;
            return Ok(out.at_scale(scale));
        }
        let c = if scale.is_none() { c.clone().at_scale(None) } else { c.clone() };
        let d = self.add(a, b.clone(), -1, span)?;
        let chosen = self.mul(c, d, Category::Select, span)?;
        let mut out = self.add(chosen, b, 1, span)?;
        // c is a bit, so the result is one of the two: tighter than interval arithmetic knows.
        if let Some(h) = hull {
            out.range = std::cell::OnceCell::from(h);
            out = self.materialise(out, span)?;
        }
        Ok(out)
    }
}
