//! `for`, `sum`, `prod` and `fold`.

mod extent;
mod known;
pub(super) mod stack;

use super::trail::{Scope, place};
use super::{Elaborator, Res, Stop, fail};
use crate::combination::{Affine, LoopId};
use crate::diagnostic::Diagnostic;
use crate::number::Ratio;
use crate::types::Type;
use crate::value::{Data, Num, Value};
use num_traits::One;
use zirc_circuit::{Category, Int};
use zirc_grammar::ast::{Binder, Block, Expr, ExprKind, Ident, LoopKind, Span};

/// Work of an iteration that is elaborated by itself, whose value is kept until the last.
const ITERATION: usize = 192;

impl Elaborator<'_> {
    pub(crate) fn loops(
        &mut self,
        kind: LoopKind,
        binders: &[Binder],
        body: &Block,
        want: &Type,
        span: Span,
    ) -> Res<Value> {
        let Some(b) = binders.first() else { return self.block(body, want) };
        if kind == LoopKind::Sum
            && let Some(n) = self.sum_of_products(binders, body, span)?
        {
            return Ok(Value::Num(n));
        }
        let wanted = if kind == LoopKind::For { want.dim(0) } else { None };
        let inner = match kind {
            LoopKind::For => want.inner(1),
            LoopKind::Sum | LoopKind::Prod => want_shape(want),
        };
        let (first, count) = self.binder_range(b, body, wanted)?;
        self.scoped(Scope::Loop(place(b.name.span)), span, |s| {
            s.one_loop(kind, binders, body, (want, &inner), (first, count), span)
        })
    }

    /// The loop over the first of several indices.
    fn one_loop(
        &mut self,
        kind: LoopKind,
        binders: &[Binder],
        body: &Block,
        (want, inner): (&Type, &Type),
        (first, count): (i64, usize),
        span: Span,
    ) -> Res<Value> {
        let [b, rest @ ..] = binders else { return Err(Stop::Reported) };
        if count == 0 {
            return of_nothing(kind, body, want, b.name.span);
        }
        let at = self.out.program.checkpoint();
        let errors = self.out.diagnostics.len();
        let here = (kind, binders, body, inner);
        if count > 1 && self.takes_all() {
            let all = |s: &mut Self| s.all_indices(here, first, count, span).1;
            if let Some(v) = self.at_once(|s| s.together(count, all).map(Some))? {
                return Ok(v);
            }
        } else if count > 1 && !self.at.unroll {
            match self.all_indices(here, first, count, span) {
                (l, Err(Stop::NeedsNumber(x))) if x == l => {
                    self.out.program.roll_back(at);
                    self.forget_errors(errors);
                }
                (_, out) => return out,
            }
        }
        let mut parts = vec![];
        for k in 0..count {
            self.spend(ITERATION, span)?;
            let names = self.frame().variables.len();
            let i = Num { each: self.next_loop(), ..Num::int(first + k as i64) };
            self.name_index(b, i, count);
            let out = self.iteration(k, span, |s| s.loops(kind, rest, body, inner, span));
            self.forget_indices(names);
            let out = out?;
            let out = self.leave(out);
            let out = self.tidy_value(out, span)?;
            self.hold(&out, span)?;
            parts.push(out);
        }
        self.joined_parts(kind, parts, span)
    }

    /// What the values of all iterations make.
    fn joined_parts(&mut self, kind: LoopKind, parts: Vec<Value>, span: Span) -> Res<Value> {
        match kind {
            LoopKind::For if parts.iter().all(is_unit) => Ok(Value::unit()),
            LoopKind::For => {
                let count = parts.len();
                self.stack_values(parts, &[count], span)
            }
            LoopKind::Sum => {
                let mut numbers =
                    parts.into_iter().map(|p| self.as_number(p, span)).collect::<Res<Vec<_>>>()?;
                // Pairwise, so that a long sum does not copy its terms again and again.
                while numbers.len() > 1 {
                    let mut next = vec![];
                    let mut it = numbers.into_iter();
                    while let Some(a) = it.next() {
                        next.push(match it.next() {
                            Some(b) => self.add(a, b, 1, span)?,
                            None => a,
                        });
                    }
                    numbers = next;
                }
                numbers.pop().map(Value::Num).ok_or(Stop::Reported)
            }
            LoopKind::Prod => {
                let mut all: Option<Num> = None;
                for p in parts {
                    let p = self.as_number(p, span)?;
                    all = Some(match all {
                        None => p,
                        Some(a) => self.factor(a, p, span)?,
                    });
                }
                all.map(Value::Num).ok_or(Stop::Reported)
            }
        }
    }

    /// The loop over the first of several indices, with that index as a dimension.
    fn all_indices(
        &mut self,
        (kind, binders, body, inner): (LoopKind, &[Binder], &Block, &Type),
        first: i64,
        count: usize,
        span: Span,
    ) -> (LoopId, Res<Value>) {
        let l = self.new_loop(count);
        let [b, rest @ ..] = binders else { return (l, Err(Stop::Reported)) };
        let names = self.frame().variables.len();
        let index = Num::index(Affine { offset: first, loops: vec![(l, 1)] });
        let index = Num { each: self.next_loop(), ..index };
        self.name_index(b, index, count);
        let out = self.lifted(span, |s| s.loops(kind, rest, body, inner, span));
        self.forget_indices(names);
        let out = out.and_then(|v| {
            let v = self.leave(v);
            self.gather(kind, v, l, span)
        });
        (l, out)
    }

    /// The result of a lifted loop.
    fn gather(&mut self, kind: LoopKind, v: Value, l: LoopId, span: Span) -> Res<Value> {
        match kind {
            LoopKind::For if is_unit(&v) => Ok(v),
            LoopKind::For => self.close_value(v, &[l], span),
            LoopKind::Sum => {
                let n = self.as_number(v, span)?;
                Ok(Value::Num(self.sum_over(n, l, span)?))
            }
            LoopKind::Prod => {
                let n = self.as_number(v, span)?;
                let n = self.tidy(n, span)?;
                let mut all: Option<Num> = None;
                for k in 0..self.extent(l) as i64 {
                    self.spend(ITERATION, span)?;
                    let Value::Num(p) = self.substitute(Value::Num(n.clone()), l, k) else {
                        return Err(Stop::Reported);
                    };
                    all = Some(match all {
                        None => p,
                        Some(a) => self.factor(a, p, span)?,
                    });
                }
                all.map(Value::Num).ok_or(Stop::Reported)
            }
        }
    }

    /// One more factor of a product over a loop.
    fn factor(&mut self, a: Num, p: Num, span: Span) -> Res<Num> {
        let v = Value::Num(self.mul(a, p, Category::Product, span)?);
        self.releasing(|s| s.hold(&v, span))?;
        self.as_number(v, span)
    }

    /// Σ over one loop index.
    pub(crate) fn sum_over(&mut self, n: Num, l: LoopId, span: Span) -> Res<Num> {
        let extent = self.extent(l);
        if !n.loops().contains(&l) {
            let shape = n.shape.clone();
            return Ok(Num { shape, ..self.times(n, &Int::from(extent), span)? });
        }
        if n.is_const() {
            let one = Num::constant(Int::from(1), n.scale.as_ref().map(|_| Ratio::one()));
            let out = self.contract(n.clone(), one, &[l], span)?;
            return Ok(match n.range.get() {
                Some((lo, hi)) if n.declared => out.declare(lo * extent, hi * extent),
                _ => out,
            });
        }
        let mut n = n;
        if let Data::Lin(terms) = &mut n.data {
            for t in terms {
                let uses = t.view.stride(l) != 0
                    || t.weight.as_ref().is_some_and(|w| w.view.stride(l) != 0);
                if uses {
                    t.bound.push(l);
                } else {
                    t.factor *= extent as u64;
                }
            }
        }
        Ok(Num::new(n.shape, n.scale, n.data))
    }

    pub(crate) fn fold(
        &mut self,
        acc: &Ident,
        init: &Expr,
        binders: &[Binder],
        body: &Block,
        want: &Type,
        span: Span,
    ) -> Res<Value> {
        let mut value = self.expr(init, want)?;
        let mut ranges = vec![];
        for b in binders {
            ranges.push((b, self.binder_range(b, body, None)?));
        }
        let shape: Vec<usize> = ranges.iter().map(|r| r.1.1).collect();
        let count = self.elements(&shape, span)?;
        self.scoped(Scope::Loop(place(acc.span)), span, |s| {
            for k in 0..count {
                s.spend(ITERATION, span)?;
                let names = s.frame().variables.len();
                let index = stack::unravel(k, &shape);
                for ((b, (first, count)), i) in ranges.iter().zip(index) {
                    s.name_index(b, Num::int(first + i as i64), *count);
                }
                s.frame_mut().variables.push((acc.name.clone(), value.clone()));
                let out = s.iteration(k, span, |s| s.block(body, want));
                s.forget_indices(names);
                let out = out?;
                value = s.tidy_value(out, span)?;
                s.releasing(|s| s.hold(&value, span))?;
            }
            Ok(value)
        })
    }
}

/// What a loop without an iteration gives.
fn of_nothing(kind: LoopKind, body: &Block, want: &Type, span: Span) -> Res<Value> {
    match kind {
        LoopKind::Sum => Ok(Value::Num(Num::int(0))),
        LoopKind::Prod => Ok(Value::Num(Num::int(1))),
        LoopKind::For if *want == Type::Tuple(vec![]) || only_asks(body) => Ok(Value::unit()),
        LoopKind::For => {
            let title = "this loop has no iteration, so its tensor is empty";
            fail(Diagnostic::error("E0703", span, title))
        }
    }
}

/// Whether a block is one of statements, and gives nothing.
fn only_asks(b: &Block) -> bool {
    match b.tail.as_ref().map(|t| &t.kind) {
        None => true,
        Some(ExprKind::Loop { kind: LoopKind::For, body, .. }) => only_asks(body),
        Some(ExprKind::If { then, .. }) => only_asks(then),
        Some(ExprKind::Block(b)) => only_asks(b),
        Some(_) => false,
    }
}

fn is_unit(v: &Value) -> bool {
    matches!(v, Value::Tuple(t) if t.is_empty())
}

/// A sum has the wanted shape but its terms need not have the wanted type.
fn want_shape(want: &Type) -> Type {
    match want {
        Type::Num { dims, .. } => Type::Num { elem: None, dims: dims.clone() },
        _ => Type::Infer,
    }
}
