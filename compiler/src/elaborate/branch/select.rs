//! `if`: on a known condition one branch is elaborated, on an unknown one both, and one is chosen.
//!
//! A run on known values goes the way that the value of the condition says, and takes the shape and scale of the
//! result from the circuit's elaboration, in which the other branch had its say.

use super::Branch;
use crate::diagnostic::Diagnostic;
use crate::elaborate::trail::{Scope, place};
use crate::elaborate::{Elaborator, Mode, Prints, Res, Stop, fail};
use crate::interval::Interval;
use crate::number::{Ratio, to_integer};
use crate::types::{Scalar, Type};
use crate::value::{Data, Num, Value};
use num_traits::{One, Zero};
use zirc_circuit::{Category, Op};
use zirc_grammar::ast::{Block, Expr, Span};

/// What an `if` gives, as far as both of its branches decide it.
#[derive(Clone, Debug)]
pub(in crate::elaborate) enum Joined {
    Number { scale: Option<Ratio>, shape: Vec<usize> },
    Parts(Vec<Joined>),
}

/// The branches of an `if`.
#[derive(Clone, Copy)]
struct If<'e> {
    then: &'e Block,
    otherwise: Option<&'e Expr>,
    span: Span,
}

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
        let branches = If { then, otherwise, span };
        // In a test, what has a declared type stands for an input.
        let declared = self.in_test() && c.declared && self.at.mode == Mode::Circuit;
        if !c.varies() && !declared {
            if let Some(l) = c.loops().first() {
                return Err(Stop::NeedsNumber(*l));
            }
            let holds = !self.rational_of(&c, condition.span)?.is_zero();
            return self.branch(branches, holds, want);
        }
        if !c.shape.is_empty() {
            return fail(
                Diagnostic::error("E0202", condition.span, "one bit is expected here, not a tensor")
                    .say(format!("its sizes are {:?}", c.shape))
                    .help("`select.(c, a, b)` chooses element by element, as does `for i { if c[i] { … } else { … } }`"),
            );
        }
        self.demand_bit(&c, condition.span)?;
        if self.in_test() {
            return self.choose_in_test(&c, branches, want);
        }
        self.scoped(Scope::Choice(place(span)), span, |s| match s.at.unroll {
            true => s.choose_known(&c, branches, want),
            false => s.choose_unknown(c, branches, (want, condition.span)),
        })
    }

    fn branch(&mut self, b: If, holds: bool, want: &Type) -> Res<Value> {
        match (holds, b.otherwise) {
            (true, _) => self.block(b.then, want),
            (false, Some(e)) => self.expr(e, want),
            (false, None) => Ok(Value::unit()),
        }
    }

    /// Both branches, each in what its condition says.
    fn choose_unknown(&mut self, c: Num, b: If, (want, at): (&Type, Span)) -> Res<Value> {
        let [yes, no] = self.branches(&c, at)?;
        let c = self.tidy(c, at)?;
        let x = self.in_branch(&yes, |s| s.branch(b, true, want))?;
        if b.otherwise.is_none() && !is_unit(&x) {
            return fail(needs_else(b.span));
        }
        let y = self.in_branch(&no, |s| s.branch(b, false, want))?;
        let out = self.select(&c, (x, &yes), (y, &no), b.span)?;
        self.note_joined(&out);
        Ok(out)
    }

    /// The branch that a known value chooses; both, where it differs from index to index of loops that are taken at
    /// once. What is refused there has them taken one by one.
    fn choose_known(&mut self, c: &Num, b: If, want: &Type) -> Res<Value> {
        let Some(v) = c.as_scalar() else {
            let (x, y) = (self.branch(b, true, want)?, self.branch(b, false, want)?);
            return self.select_known(c, x, y, b.span);
        };
        let out = self.branch(b, !v.is_zero(), want)?;
        match self.joined() {
            Some(j) => self.as_joined(out, &j, c, b.span),
            None => Ok(out),
        }
    }

    /// In a test no circuit was there before to say what comes of both branches. What the one that is not chosen
    /// asserts and prints does not count, and if its values do not fit there, neither does it.
    fn choose_in_test(&mut self, c: &Num, b: If, want: &Type) -> Res<Value> {
        let chosen = c.as_scalar().map(|v| !v.is_zero());
        let side = |s: &mut Self, which: bool| {
            let (refused, errors) = (s.out.refusals.len(), s.out.diagnostics.len());
            let printed = s.out.prints.as_ref().map(Prints::mark);
            let out = s.branch(b, which, want);
            if chosen.is_some_and(|c| c != which) {
                s.out.refusals.truncate(refused);
                if let (Some(p), Some(to)) = (&mut s.out.prints, printed) {
                    p.take_back(to);
                }
                if matches!(out, Err(Stop::Error(_) | Stop::Reported)) {
                    s.forget_errors(errors);
                    return Ok(None);
                }
            }
            out.map(Some)
        };
        let x = side(self, true)?;
        if b.otherwise.is_none() && x.as_ref().is_some_and(|x| !is_unit(x)) {
            return fail(needs_else(b.span));
        }
        match (x, side(self, false)?) {
            (Some(x), Some(y)) => self.select_known(c, x, y, b.span),
            (Some(only), None) | (None, Some(only)) => Ok(only),
            (None, None) => Err(Stop::Reported),
        }
    }

    /// c·(a − b) + b
    fn select(
        &mut self,
        c: &Num,
        (a, yes): (Value, &Branch),
        (b, no): (Value, &Branch),
        span: Span,
    ) -> Res<Value> {
        match (a, b) {
            (Value::Num(a), Value::Num(b)) => {
                let (a, b) = self.align(a, b, span)?;
                let hulls = self.hulls((&a, yes), (&b, no), span)?;
                self.select_number(c, a, b, hulls, span).map(Value::Num)
            }
            (Value::Tuple(a), Value::Tuple(b)) if a.len() == b.len() => {
                let parts = a.into_iter().zip(b);
                let parts = parts.map(|(a, b)| self.select(c, (a, yes), (b, no), span));
                Ok(Value::Tuple(parts.collect::<Res<_>>()?))
            }
            (a, b) => self.unlike(&a, &b, span),
        }
    }

    /// The interval of the result: everywhere, by the condition of this choice, and where the branches around it are
    /// chosen.
    fn hulls(
        &mut self,
        (a, yes): (&Num, &Branch),
        (b, no): (&Num, &Branch),
        span: Span,
    ) -> Res<Option<(Interval, Interval)>> {
        if a.is_field() {
            return Ok(None);
        }
        let hull = |x: Interval, y: Interval| (x.0.min(y.0), x.1.max(y.1));
        let sides = |s: &mut Self, range: &dyn Fn(&Self, &Num) -> Res<Interval>| {
            let x = s.in_branch(yes, |s| range(s, a))?;
            let y = s.in_branch(no, |s| range(s, b))?;
            Res::Ok(hull(x, y))
        };
        let here = sides(self, &|s, n| s.range_here(n, span))?;
        // What follows from the condition of an outer branch holds where that is chosen; outside of the function under
        // way nothing is known in it.
        let everywhere = match self.at.branches.len() == self.at.own_branches {
            true => here.clone(),
            false => sides(self, &|s, n| s.range_alone(n, span))?,
        };
        Ok(Some((everywhere, here)))
    }

    fn select_number(
        &mut self,
        c: &Num,
        a: Num,
        b: Num,
        hulls: Option<(Interval, Interval)>,
        span: Span,
    ) -> Res<Num> {
        let shape = self.join_shapes(&a, &b, span)?;
        let scale = a.scale.clone();
        let hull = hulls.as_ref().map(|h| h.0.clone());
        if c.is_const() && a.is_const() && b.is_const() {
            let out = self.zip_select(c, &a, &b, shape, span)?;
            return Ok(match hull {
                Some((lo, hi)) => out.declare(lo, hi),
                None => out,
            });
        }
        if self.at.mode == Mode::Hint {
            let out = self.aux([c, &a, &b], &shape, hull, span, |[c, a, b]| Op::Select(c, a, b))?;
            return Ok(out.at_scale(scale));
        }
        let c = if scale.is_none() { c.clone().at_scale(None) } else { c.clone() };
        let d = self.add(a, b.clone(), -1, span)?;
        let chosen = self.mul(c, d, Category::Select, span)?;
        let mut out = self.add(chosen, b, 1, span)?;
        // c is a bit, so the result is one of the two: tighter than interval arithmetic knows.
        if let Some((everywhere, here)) = hulls {
            out.range = std::cell::OnceCell::from(everywhere.clone());
            out = self.materialise(out, span)?;
            self.known_here(&out, &here, &everywhere);
        }
        Ok(out)
    }

    /// The same of known values.
    fn select_known(&mut self, c: &Num, a: Value, b: Value, span: Span) -> Res<Value> {
        match (a, b) {
            (Value::Num(a), Value::Num(b)) => {
                let (a, b) = self.align(a, b, span)?;
                let shape = self.join_shapes(&a, &b, span)?;
                let out = self.zip_select(c, &a, &b, shape, span)?;
                if a.is_field() || self.by_value(c) {
                    return Ok(Value::Num(out));
                }
                let (x, y) = (self.range(&a, span)?, self.range(&b, span)?);
                Ok(Value::Num(out.declare(x.0.min(y.0), x.1.max(y.1))))
            }
            (Value::Tuple(a), Value::Tuple(b)) if a.len() == b.len() => {
                let parts = a.into_iter().zip(b).map(|(a, b)| self.select_known(c, a, b, span));
                Ok(Value::Tuple(parts.collect::<Res<_>>()?))
            }
            (a, b) => self.unlike(&a, &b, span),
        }
    }

    fn zip_select(&mut self, c: &Num, a: &Num, b: &Num, shape: Vec<usize>, span: Span) -> Res<Num> {
        let marks = c.marks().and(a.marks()).and(b.marks());
        let (ca, aa, ba) =
            (self.to_array(c, span)?, self.to_array(a, span)?, self.to_array(b, span)?);
        let d = self.zip((&aa, &a.shape), (&ba, &b.shape), &shape, span, &mut |x, y| Ok(x - y))?;
        let d = self.zip((&ca, &[]), (&d, &shape), &shape, span, &mut |c, d| Ok(c * d))?;
        let out = self.zip((&d, &shape), (&ba, &b.shape), &shape, span, &mut |d, b| Ok(d + b))?;
        Ok(Num::new(shape, a.scale.clone(), Data::Const(out)).marked(marks))
    }

    /// A branch's known value in the shape and scale of the result.
    fn as_joined(&mut self, v: Value, j: &Joined, c: &Num, span: Span) -> Res<Value> {
        match (v, j) {
            (Value::Num(n), Joined::Number { scale, shape }) => {
                let n = self.at_joined_scale(n, scale.as_ref(), span)?;
                let marks = c.marks().and(n.marks());
                let mut data = self.to_array(&n, span)?;
                if n.shape.is_empty() {
                    data.view.own = vec![0; shape.len()];
                }
                let out = Num::new(shape.clone(), scale.clone(), Data::Const(data));
                Ok(Value::Num(out.marked(marks)))
            }
            (Value::Tuple(parts), Joined::Parts(all)) if parts.len() == all.len() => {
                let parts = parts.into_iter().zip(all);
                let parts = parts.map(|(p, j)| self.as_joined(p, j, c, span));
                Ok(Value::Tuple(parts.collect::<Res<_>>()?))
            }
            (Value::Poison, _) => Err(Stop::Reported),
            (v, _) => Ok(v),
        }
    }

    fn at_joined_scale(&mut self, n: Num, to: Option<&Ratio>, span: Span) -> Res<Num> {
        match (n.scale.clone(), to) {
            (Some(from), Some(to)) if from != *to => match to_integer(&(&from / to)) {
                Some(k) => self.rescale(n, &k, to, span),
                None => fail(
                    Diagnostic::error("E0901", span, "a branch is finer than the whole choice")
                        .note("this is a bug in zirc"),
                ),
            },
            (Some(s), None) if s.is_one() => self.cast(n, &Scalar::Field, span),
            _ => Ok(n),
        }
    }

    fn unlike(&self, a: &Value, b: &Value, span: Span) -> Res<Value> {
        if matches!(a, Value::Poison) || matches!(b, Value::Poison) {
            return Err(Stop::Reported);
        }
        let (x, y) = (self.describe(a), self.describe(b));
        if let (Value::Struct(p, ..), Value::Struct(q, ..)) = (a, b)
            && p == q
        {
            let d = Diagnostic::error("E0202", span, "only numbers and tuples of them are chosen");
            return fail(
                d.say(format!("the branches give {x}"))
                    .help("choose field by field: `P(if c { a.x } else { b.x }, …)`"),
            );
        }
        fail(
            Diagnostic::error("E0202", span, "the branches differ in type")
                .say(format!("{x} and {y}")),
        )
    }
}

impl Joined {
    /// Of the result of a choice.
    pub(in crate::elaborate) fn of(v: &Value) -> Option<Joined> {
        Some(match v {
            Value::Num(n) => Joined::Number { scale: n.scale.clone(), shape: n.shape.clone() },
            Value::Tuple(parts) => {
                Joined::Parts(parts.iter().map(Joined::of).collect::<Option<_>>()?)
            }
            _ => return None,
        })
    }
}

fn needs_else(span: Span) -> Diagnostic {
    Diagnostic::error("E0218", span, "an `if` on an unknown condition needs an `else`")
        .say("the condition depends on an input: the circuit computes both branches")
}

fn is_unit(v: &Value) -> bool {
    matches!(v, Value::Tuple(t) if t.is_empty())
}
