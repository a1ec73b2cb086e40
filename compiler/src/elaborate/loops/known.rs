//! Loops of a run on known values, all indices at once.
//!
//! A circuit elaborates the body of a loop once for all indices. A run on known values may do the same:
//! the index is a further dimension of every value, and arithmetic is arithmetic of tensors. It does so
//! where the circuit did, so that it goes the way whose types it follows, and only as long as nothing is
//! wrong. Whatever is refused, reported or needs its index as a number is taken back, and the loop runs
//! index by index: an assertion that fails is told of the element in which it fails, and in the order
//! in which the elements come.

use crate::combination::{Affine, LoopId};
use crate::elaborate::trail::{Scope, place};
use crate::elaborate::{Elaborator, MAX_ELEMENTS, Res, Stop};
use crate::types::Type;
use crate::value::{Num, Value};
use zirc_circuit::Category;
use zirc_grammar::ast::{BinaryOp, Binder, Block, Expr, ExprKind, Span};

impl Elaborator<'_> {
    /// Whether the run under way takes all indices of the scope under way at once, as the circuit did.
    pub(in crate::elaborate) fn takes_all(&self) -> bool {
        self.at.unroll && !self.at.one_by_one && self.was_lifted()
    }

    /// Something on all indices at once; nothing, and nothing done, if it has to be done one by one.
    pub(in crate::elaborate) fn at_once<T>(
        &mut self,
        f: impl FnOnce(&mut Self) -> Res<Option<T>>,
    ) -> Res<Option<T>> {
        let (errors, refused) = (self.out.diagnostics.len(), self.out.refusals.len());
        let promised = self.out.promised.len();
        let entered = self.entered();
        let first = self.loops_so_far();
        let outer = std::mem::replace(&mut self.at.attempt, true);
        let out = self.releasing(f);
        self.at.attempt = outer;
        let clean = self.out.diagnostics.len() == errors && self.out.refusals.len() == refused;
        let back = match out {
            Ok(Some(v)) if clean => return Ok(Some(v)),
            Ok(None) if clean => Ok(None),
            // An index around this attempt: there is no need to ask for it again.
            Err(Stop::NeedsNumber(l)) if l < first => Err(Stop::NeedsNumber(l)),
            Err(Stop::NeedsNumber(_)) => Ok(None),
            // What is wrong is wrong in the attempt around this one as well.
            _ if outer => Err(Stop::Reported),
            _ => Ok(None),
        };
        self.forget_errors(errors);
        self.out.refusals.truncate(refused);
        self.out.promised.truncate(promised);
        self.enter_again(entered);
        back
    }

    /// Something on so many indices more at once, unless these are too many to be looked at together.
    pub(in crate::elaborate) fn together<T>(
        &mut self,
        count: usize,
        f: impl FnOnce(&mut Self) -> Res<T>,
    ) -> Res<T> {
        let outer = self.at.taken;
        let taken = outer.saturating_mul(count);
        if taken > MAX_ELEMENTS {
            return Err(Stop::Reported);
        }
        self.at.taken = taken;
        let out = f(self);
        self.at.taken = outer;
        out
    }

    /// The sum over all indices of a product, without its terms; nothing if this is no such sum or has
    /// to be computed term by term.
    pub(in crate::elaborate) fn sum_of_products(
        &mut self,
        binders: &[Binder],
        body: &Block,
        span: Span,
    ) -> Res<Option<Num>> {
        let (true, Some(tail)) = (body.statements.is_empty(), &body.tail) else { return Ok(None) };
        let Some((a, b)) = product(tail) else { return Ok(None) };
        if !self.at.unroll || self.at.one_by_one {
            return Ok(None);
        }
        let at = tail.span;
        self.at_once(|s| {
            let mut loops = vec![];
            let Some((x, y)) = s.factors(binders, body, (a, b), &mut loops, span)? else {
                return Ok(None);
            };
            s.summed_product(x, y, &loops, at).map(Some)
        })
    }

    /// Both factors over all indices; nothing where the circuit went index by index.
    fn factors(
        &mut self,
        binders: &[Binder],
        body: &Block,
        (a, b): (&Expr, &Expr),
        loops: &mut Vec<LoopId>,
        span: Span,
    ) -> Res<Option<(Num, Num)>> {
        let Some((binder, rest)) = binders.split_first() else {
            self.spend(crate::budget::EXPRESSION, span)?;
            return Ok(Some((self.number(a)?, self.number(b)?)));
        };
        let (first, count) = self.binder_range(binder, body, None)?;
        self.scoped(Scope::Loop(place(binder.name.span)), span, |s| {
            if count == 0 || count > 1 && !s.takes_all() {
                return Ok(None);
            }
            let names = s.frame().variables.len();
            let mut index = Affine::constant(first);
            if count > 1 {
                let l = s.new_loop(count);
                index.loops.push((l, 1));
                loops.push(l);
            }
            let index = Num { each: s.next_loop(), ..Num::index(index) };
            s.name_index(binder, index, count);
            let inner = |s: &mut Self| s.factors(rest, body, (a, b), loops, span);
            let out = match count {
                1 => s.iteration(0, span, inner),
                _ => s.together(count, |s| s.lifted(span, inner)),
            };
            s.forget_indices(names);
            let mark = s.next_loop();
            let leave = |n: Num| Num { each: n.each & !mark, ..n };
            Ok(out?.map(|(x, y)| (leave(x), leave(y))))
        })
    }

    /// Σ a·b over loops, of known numbers.
    pub(in crate::elaborate) fn summed_product(
        &mut self,
        a: Num,
        b: Num,
        loops: &[LoopId],
        span: Span,
    ) -> Res<Num> {
        let valued = self.by_value(&a) || self.by_value(&b);
        if valued && !self.at.one_by_one && a.is_const() && b.is_const() {
            let (a, b) = match (&a.scale, &b.scale) {
                (None, Some(_)) | (Some(_), None) => self.align(a, b, span)?,
                _ => (a, b),
            };
            return self.contract(a, b, loops, span);
        }
        let mut sum = self.mul(a, b, Category::Product, span)?;
        for &l in loops.iter().rev() {
            sum = self.sum_over(sum, l, span)?;
        }
        Ok(sum)
    }

    /// An elementwise call on all elements, or on all of each group of channels that the circuit made.
    pub(in crate::elaborate) fn elements_at_once(
        &mut self,
        f: &Value,
        args: &[(Value, Span)],
        shape: &[usize],
        want: &Type,
        span: Span,
    ) -> Res<Option<Value>> {
        let groups = self.groups();
        if self.at.one_by_one || groups.is_empty() && !self.takes_all() {
            return Ok(None);
        }
        self.at_once(|s| match groups.as_slice() {
            [] => s.all_elements(f, args, shape, want, span).map(Some),
            groups => s.all_groups(f, args, (groups, shape), want, span),
        })
    }

    fn all_elements(
        &mut self,
        f: &Value,
        args: &[(Value, Span)],
        shape: &[usize],
        want: &Type,
        span: Span,
    ) -> Res<Value> {
        let loops: Vec<LoopId> = shape.iter().map(|&n| self.new_loop(n)).collect();
        let each = self.next_loop();
        let open = |(v, at): &(Value, Span)| match v {
            Value::Num(n) if !n.shape.is_empty() => {
                let n = n.clone().map_views(vec![], |v| v.open(&loops));
                (Value::Num(Num { each: n.each | each, ..n }), *at)
            }
            v => (v.clone(), *at),
        };
        let args = args.iter().map(open).collect();
        let count = shape.iter().product();
        let apply = |s: &mut Self| s.lifted(span, |s| s.apply(f, args, want, span));
        let out = self.together(count, apply)?;
        let out = self.leave(out);
        self.close_value(out, &loops, span)
    }

    fn all_groups(
        &mut self,
        f: &Value,
        args: &[(Value, Span)],
        (groups, shape): (&[(usize, usize)], &[usize]),
        want: &Type,
        span: Span,
    ) -> Res<Option<Value>> {
        let count = groups.iter().map(|x| x.0 + 1).max().unwrap_or(0);
        let mut parts: Vec<Option<Value>> = vec![None; groups.len()];
        for g in 0..count {
            let members: Vec<usize> = (0..groups.len()).filter(|&k| groups[k].0 == g).collect();
            let mut inside = shape.to_vec();
            inside[0] = members.len();
            let mut own = vec![];
            for (v, at) in args {
                own.push((self.channels(v, &members, *at)?, *at));
            }
            let out = self.group(g, span, |s| {
                s.scoped(Scope::Elementwise(place(span)), span, |s| {
                    s.elements_at_once(f, &own, &inside, want, span)
                })
            })?;
            let Some(out) = out else { return Ok(None) };
            for (i, &k) in members.iter().enumerate() {
                parts[k] = Some(crate::elaborate::call::channel::channel_of(&out, i));
            }
        }
        let parts: Vec<Value> = parts.into_iter().flatten().collect();
        let count = parts.len();
        self.stack_values(parts, &[count], span).map(Some)
    }

    /// Some indices of the first dimension of a tensor; a scalar as it is.
    fn channels(&mut self, v: &Value, members: &[usize], span: Span) -> Res<Value> {
        match v {
            Value::Num(n) if !n.shape.is_empty() => {
                let parts = members
                    .iter()
                    .map(|&k| crate::elaborate::call::channel::channel_of(v, k))
                    .collect();
                self.stack_values(parts, &[members.len()], span)
            }
            v => Ok(v.clone()),
        }
    }
}

/// The factors of a product as it is written.
fn product(e: &Expr) -> Option<(&Expr, &Expr)> {
    match &e.kind {
        ExprKind::Paren(inner) => product(inner),
        ExprKind::Binary(BinaryOp::Mul, a, b) => Some((a, b)),
        _ => None,
    }
}
