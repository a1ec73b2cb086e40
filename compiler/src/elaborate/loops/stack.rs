//! Loop results: lifted ones gain dimensions, unrolled ones are put side by side.

use crate::combination::{Array, LoopId};
use crate::diagnostic::Diagnostic;
use crate::elaborate::{Elaborator, Res, fail};
use crate::number::width;
use crate::value::{Data, Marks, Num, Value, pack};
use num_traits::Zero;
use std::rc::Rc;
use zirc_circuit::lin::row_major;
use zirc_circuit::{Access, Int, Lin};
use zirc_grammar::ast::Span;

impl Elaborator<'_> {
    /// Turns loop indices into leading dimensions of the value.
    pub(crate) fn close_value(&mut self, v: Value, loops: &[LoopId], span: Span) -> Res<Value> {
        Ok(match v {
            Value::Num(n) => Value::Num(self.close(n, loops, span)?),
            Value::Tuple(parts) => Value::Tuple(
                parts.into_iter().map(|p| self.close_value(p, loops, span)).collect::<Res<_>>()?,
            ),
            Value::Poison => Value::Poison,
            other => {
                let what = self.describe(&other);
                return fail(
                    Diagnostic::error("E0202", span, "a loop gives numbers")
                        .say(format!("this is {what}")),
                );
            }
        })
    }

    fn close(&mut self, mut n: Num, loops: &[LoopId], span: Span) -> Res<Num> {
        if let Data::Index(_) = n.data {
            n.data = Data::Const(self.to_array(&n, span)?);
        }
        let mut shape: Vec<usize> = loops.iter().map(|&l| self.extent(l)).collect();
        shape.append(&mut n.shape.clone());
        self.elements(&shape, span)?;
        Ok(n.map_views(shape, |v| v.close(loops)))
    }

    /// Fixes a loop index in a value.
    pub(crate) fn substitute(&self, v: Value, l: LoopId, value: i64) -> Value {
        match v {
            Value::Num(mut n) => {
                if let Data::Index(a) = &mut n.data {
                    let stride = a.loops.iter().find(|x| x.0 == l).map_or(0, |x| x.1);
                    a.offset += stride * value;
                    a.loops.retain(|x| x.0 != l);
                    if !n.declared {
                        n.range = std::cell::OnceCell::new();
                    }
                    return Value::Num(n);
                }
                if !n.declared && n.is_const() {
                    n.range = std::cell::OnceCell::new();
                }
                let shape = n.shape.clone();
                Value::Num(n.map_views(shape, |v| v.substitute(l, value)))
            }
            Value::Tuple(parts) => {
                Value::Tuple(parts.into_iter().map(|p| self.substitute(p, l, value)).collect())
            }
            other => other,
        }
    }

    /// Puts values side by side along new leading dimensions.
    pub(crate) fn stack_values(
        &mut self,
        parts: Vec<Value>,
        dims: &[usize],
        span: Span,
    ) -> Res<Value> {
        match parts.first() {
            Some(Value::Num(_)) => {
                let mut numbers = vec![];
                for p in parts {
                    match p {
                        Value::Num(n) => numbers.push(n),
                        _ => {
                            return fail(Diagnostic::error(
                                "E0202",
                                span,
                                "a loop gives values of one kind",
                            ));
                        }
                    }
                }
                Ok(Value::Num(self.stack(numbers, dims, span)?))
            }
            Some(Value::Tuple(first)) => {
                let width = first.len();
                let mut columns: Vec<Vec<Value>> = vec![vec![]; width];
                for p in parts {
                    match p {
                        Value::Tuple(v) if v.len() == width => {
                            columns.iter_mut().zip(v).for_each(|(c, v)| c.push(v));
                        }
                        _ => {
                            return fail(Diagnostic::error(
                                "E0202",
                                span,
                                "a loop gives values of one kind",
                            ));
                        }
                    }
                }
                let columns = columns.into_iter();
                Ok(Value::Tuple(
                    columns.map(|c| self.stack_values(c, dims, span)).collect::<Res<_>>()?,
                ))
            }
            Some(Value::Poison) => Ok(Value::Poison),
            _ => fail(Diagnostic::error("E0202", span, "a loop gives numbers")),
        }
    }

    /// Puts numbers of one shape side by side along new leading dimensions.
    pub(crate) fn stack(&mut self, parts: Vec<Num>, dims: &[usize], span: Span) -> Res<Num> {
        let made = self.made_of_all(&parts, |s, args| s.stack(args, dims, span))?;
        let parts = self.align_all(parts, span)?;
        let inner = parts[0].shape.clone();
        if let Some(odd) = parts.iter().find(|p| p.shape != inner) {
            return fail(
                Diagnostic::error("E0201", span, "parts of one tensor differ in shape")
                    .say(format!("{inner:?} and {:?}", odd.shape)),
            );
        }
        let shape: Vec<usize> = dims.iter().chain(&inner).copied().collect();
        self.elements(&shape, span)?;
        let refs: Vec<&Num> = parts.iter().collect();
        let loops = Self::joint_loops(&refs);
        let scale = parts[0].scale.clone();
        let mut hull: Option<crate::interval::Interval> = None;
        let mut ranges = vec![];
        if scale.is_some() {
            for p in &parts {
                let r = self.range(p, span)?;
                ranges.push(r.clone());
                hull = Some(hull.map_or(r.clone(), |h| (h.0.min(r.0), h.1.max(r.1))));
            }
        }
        let declared = parts.iter().any(|p| p.declared);
        if parts.iter().all(Num::is_const) {
            let whole = hull.unwrap_or_else(|| (Int::zero(), crate::number::order() - 1));
            let declared = declared.then_some(whole);
            return self.stack_constants(&parts, &loops, shape, declared, span);
        }
        let size: usize = inner.iter().product();
        let full = self.full_shape(&loops, &shape, span)?;
        let strides = row_major(&full);
        let inner_at = loops.len() + dims.len();
        let mut terms = vec![];
        for (k, p) in parts.iter().enumerate() {
            let own = self.terms(p, &inner, span)?;
            let dst = Access {
                offset: (k * size) as i64,
                strides: [&strides[..loops.len()], &strides[inner_at..]].concat(),
            };
            terms.extend(self.terms_at(&own, &loops, &inner, dst));
        }
        let lin = Lin { terms, width: width(hull.as_ref()) };
        let (id, out) = self.derived(lin, &loops, &shape, hull, span)?;
        if loops.is_empty() && dims.len() == 1 && ranges.windows(2).any(|w| w[0] != w[1]) {
            self.remember_channels(id, Some(ranges));
        }
        Ok(Num { scale, declared, made, ..out })
    }

    fn stack_constants(
        &mut self,
        parts: &[Num],
        loops: &[LoopId],
        shape: Vec<usize>,
        declared: Option<crate::interval::Interval>,
        span: Span,
    ) -> Res<Num> {
        let outer: Vec<usize> = loops.iter().map(|&l| self.extent(l)).collect();
        let outer_count = self.elements(&outer, span)?;
        let count: usize = shape.iter().product();
        let count = count.saturating_mul(outer_count);
        self.spend(count, span)?;
        // Its parts as lists, and the whole.
        self.room_for(count.saturating_mul(2), span)?;
        let mut lists = vec![];
        for p in parts {
            let a = self.to_array(p, span)?;
            lists.push(self.list(&a, loops, &p.shape));
        }
        let inner: usize = lists.first().map_or(0, |l| l.len()) / outer_count.max(1);
        let mut data = Vec::with_capacity(parts.len() * inner * outer_count);
        for o in 0..outer_count {
            for l in &lists {
                data.extend_from_slice(&l[o * inner..(o + 1) * inner]);
            }
        }
        let extents: Vec<usize> = outer.iter().chain(&shape).copied().collect();
        let view = crate::elaborate::arith::constant::dense(loops, &extents);
        let array = Array { data: Rc::new(pack(data)), view };
        let marks = Marks::of(parts);
        let out = Num::new(shape, parts[0].scale.clone(), Data::Const(array)).marked(marks);
        Ok(match declared {
            Some((lo, hi)) => out.declare(lo, hi),
            None => out,
        })
    }

    /// All numbers at the finest scale among them.
    pub(crate) fn align_all(&mut self, parts: Vec<Num>, span: Span) -> Res<Vec<Num>> {
        let same = parts.windows(2).all(|w| w[0].scale == w[1].scale);
        if same {
            return Ok(parts);
        }
        let mut finest = parts[0].clone();
        for p in &parts[1..] {
            finest = self.align(finest, p.clone(), span)?.0;
        }
        parts.into_iter().map(|p| Ok(self.align(p, finest.clone(), span)?.0)).collect()
    }
}

/// The index of the k-th element of a shape.
pub(crate) fn unravel(mut k: usize, shape: &[usize]) -> Vec<usize> {
    let mut index = vec![0; shape.len()];
    for (i, &n) in index.iter_mut().zip(shape).rev() {
        *i = k % n.max(1);
        k /= n.max(1);
    }
    index
}
