//! `f.(x, …)`: a call on every element of tensors of one shape.
//!
//! It is elaborated once for all elements, once for each group of channels with equally many bits, or
//! element by element: where the function asks for its element's position, and on known values that
//! cannot be taken all at once.

use crate::diagnostic::Diagnostic;
use crate::elaborate::trail::{Scope, place};
use crate::elaborate::{Elaborator, Res, fail};
use crate::types::Type;
use crate::value::{Num, Value};
use zirc_grammar::ast::Span;

impl Elaborator<'_> {
    /// `f.(x, …)`: on every element of tensors of one shape; scalars go to every call.
    pub(crate) fn apply_elementwise(
        &mut self,
        f: &Value,
        args: Vec<(Value, Span)>,
        want: &Type,
        span: Span,
    ) -> Res<Value> {
        let Some(shape) = joint_shape(&args)? else { return self.apply(f, args, want, span) };
        let element = want.inner(shape.len());
        if let Some((h, moved)) = self.absorbed(f, &args, &element, span)? {
            let fused = |s: &mut Self| s.apply_elementwise(&h, moved, want, span);
            let written =
                |s: &mut Self| s.apply_elementwise(f, super::fuse::plain(&args), want, span);
            return self.rewrite(written, fused, span);
        }
        let args = self.tidy_tracked(f, args)?;
        let inner = want.inner(shape.len());
        let count = self.elements(&shape, span)?;
        if count == 0 {
            return fail(Diagnostic::error(
                "E0703",
                span,
                "an empty tensor has no elements to call this on",
            ));
        }
        self.scoped(Scope::Elementwise(place(span)), span, |s| {
            if s.at.unroll {
                if let Some(v) = s.elements_at_once(f, &args, &shape, &inner, span)? {
                    return Ok(v);
                }
                let mut parts = vec![];
                for k in 0..count {
                    let index = crate::elaborate::loops::stack::unravel(k, &shape);
                    let args =
                        args.iter().map(|(v, at)| (pick(v, &index, s.next_loop()), *at)).collect();
                    let out = s.apply_element(f, args, (&index, &shape), &inner, span)?;
                    parts.push(s.leave(out));
                }
                return s.stack_values(parts, &shape, span);
            }
            if let Some(v) = s.apply_by_channel(f, &args, want, span)? {
                return s.made_elementwise(f, &args, v, &inner, span);
            }
            s.apply_lifted(f, args, &shape, &inner, span)
        })
    }

    /// One element of an elementwise call on known values, in the scope that the circuit's
    /// elaboration typed it in.
    fn apply_element(
        &mut self,
        f: &Value,
        args: Vec<(Value, Span)>,
        (index, shape): (&[usize], &[usize]),
        want: &Type,
        span: Span,
    ) -> Res<Value> {
        let Some((group, at)) = index.first().and_then(|&k| self.group_of(k)) else {
            let flat = index.iter().zip(shape).fold(0, |k, (i, n)| k * n + i);
            return self.iteration(flat, span, |s| s.apply(f, args, want, span));
        };
        let mut inside = index.to_vec();
        inside[0] = at;
        self.group(group, span, |s| {
            s.scoped(Scope::Elementwise(place(span)), span, |s| {
                s.apply_element(f, args, (&inside, shape), want, span)
            })
        })
    }

    /// An elementwise call elaborated once for all elements.
    fn apply_lifted(
        &mut self,
        f: &Value,
        args: Vec<(Value, Span)>,
        shape: &[usize],
        inner: &Type,
        span: Span,
    ) -> Res<Value> {
        let loops: Vec<_> = shape.iter().map(|&n| self.new_loop(n)).collect();
        let each = self.next_loop();
        let args = args.into_iter().map(|(v, at)| match v {
            Value::Num(n) if !n.shape.is_empty() => {
                let n = n.map_views(vec![], |v| v.open(&loops));
                (Value::Num(Num { each: n.each | each, ..n }), at)
            }
            v => (v, at),
        });
        let (at, errors) = (self.out.program.checkpoint(), self.out.diagnostics.len());
        let args: Vec<_> = args.collect();
        match self.lifted(span, |s| s.apply(f, args.clone(), inner, span)) {
            Ok(v) => {
                let v = self.leave(v);
                self.close_value(v, &loops, span)
            }
            Err(crate::elaborate::Stop::NeedsNumber(l)) if loops.contains(&l) => {
                self.out.program.roll_back(at);
                self.forget_errors(errors);
                self.apply_each(f, args, &loops, shape, inner, span)
            }
            Err(e) => Err(e),
        }
    }

    /// Elementwise calls whose function asks for its element's position as a number.
    fn apply_each(
        &mut self,
        f: &Value,
        args: Vec<(Value, Span)>,
        loops: &[u32],
        shape: &[usize],
        want: &Type,
        span: Span,
    ) -> Res<Value> {
        let count = self.elements(shape, span)?;
        self.spend(count, span)?;
        let mut parts = vec![];
        for k in 0..count {
            let index = crate::elaborate::loops::stack::unravel(k, shape);
            let mut here = vec![];
            for (v, at) in &args {
                let mut v = v.clone();
                for (&l, &i) in loops.iter().zip(&index) {
                    v = self.substitute(v, l, i as i64);
                }
                here.push((v, *at));
            }
            let out = self.iteration(k, span, |s| s.apply(f, here, want, span))?;
            parts.push(self.leave(out));
        }
        self.stack_values(parts, shape, span)
    }
}

/// The shape of all tensors among the arguments; nothing if there is none.
fn joint_shape(args: &[(Value, Span)]) -> Res<Option<Vec<usize>>> {
    let mut shape: Option<Vec<usize>> = None;
    for (v, at) in args {
        let Value::Num(n) = v else { continue };
        match &shape {
            _ if n.shape.is_empty() => {}
            None => shape = Some(n.shape.clone()),
            Some(s) if *s == n.shape => {}
            Some(s) => {
                return fail(
                    Diagnostic::error("E0201", *at, "elementwise arguments differ in shape")
                        .say(format!("{:?}, the ones before {s:?}", n.shape)),
                );
            }
        }
    }
    Ok(shape)
}

/// One element of a tensor; scalars as they are.
fn pick(v: &Value, index: &[usize], each: u64) -> Value {
    match v {
        Value::Num(n) if !n.shape.is_empty() => {
            let n = element(n, index);
            Value::Num(Num { each: n.each | each, ..n })
        }
        other => other.clone(),
    }
}

/// One element of a tensor.
pub(crate) fn element(n: &Num, index: &[usize]) -> Num {
    n.clone().map_views(vec![], |v| {
        v.offset += v.own.iter().zip(index).map(|(s, &i)| s * i as i64).sum::<i64>();
        v.own.clear();
    })
}
