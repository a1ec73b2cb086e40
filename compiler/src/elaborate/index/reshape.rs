//! Other shapes for the same elements, and tensors behind one another: views, free.

use crate::combination::{Array, LoopId};
use crate::diagnostic::Diagnostic;
use crate::elaborate::{Elaborator, Res, fail};
use crate::number::width;
use crate::types::Type;
use crate::value::{Data, Made, Marks, Num, Value, pack};
use num_traits::Zero;
use std::rc::Rc;
use zirc_circuit::lin::row_major;
use zirc_circuit::{Access, Lin};
use zirc_grammar::ast::Span;

impl Elaborator<'_> {
    /// The same elements in row-major order, in the shape that is wanted.
    pub(in crate::elaborate) fn reshape(&mut self, a: Num, want: &Type, span: Span) -> Res<Num> {
        let dims: Option<Vec<usize>> = match want {
            Type::Num { dims, .. } => dims.iter().copied().collect(),
            _ => None,
        };
        let Some(shape) = dims else {
            return fail(
                Diagnostic::error("E0213", span, "`reshape` needs the sizes of its result")
                    .help("declare them: `let y: _[A * B] = reshape(x);`"),
            );
        };
        let count = self.elements(&shape, span)?;
        if count != self.elements(&a.shape, span)? {
            return fail(
                Diagnostic::error("E0201", span, "`reshape` keeps the number of elements")
                    .say(format!("{:?} has another number than {shape:?}", a.shape)),
            );
        }
        if let Data::Const(x) = &a.data {
            let loops = a.loops();
            let list = self.listed(x, &loops, &a.shape, span)?;
            let extents: Vec<usize> =
                loops.iter().map(|&l| self.extent(l)).chain(shape.iter().copied()).collect();
            let view = crate::elaborate::arith::constant::dense(&loops, &extents);
            let data = Data::Const(Array { data: Rc::new(pack(list)), view });
            return Ok(Num { shape, data, ..a });
        }
        let made = match &a.made {
            None => None,
            Some(m) => {
                let arg = self.reshape(m.arg.clone(), want, span)?;
                let (function, generics) = (m.function, m.generics.clone());
                Some(Rc::new(Made::new(function, generics, arg)))
            }
        };
        let order = row_major(&a.shape);
        let in_order = match &a.data {
            Data::Lin(terms) => terms.iter().all(|t| t.weight.is_none() && t.view.own == order),
            _ => false,
        };
        let dense = if in_order { a } else { self.materialise(a, span)? };
        let own = row_major(&shape);
        // Its argument need not be dense, and was reshaped by itself.
        let out = Num { made: None, ..dense }.map_views(shape, |v| v.own = own.clone());
        Ok(Num { made, ..out })
    }

    /// The tensors that are put behind one another, and the sizes that they have in common.
    fn concatenable(&self, args: Vec<(Value, Span)>, span: Span) -> Res<(Vec<Num>, Vec<usize>)> {
        let mut parts = vec![];
        for (v, at) in args {
            let n = self.as_number(v, at)?;
            if n.shape.is_empty() {
                return fail(
                    Diagnostic::error("E0202", at, "`concat` puts tensors behind one another")
                        .help("a single number is a tensor in brackets: `[x]`"),
                );
            }
            parts.push(n);
        }
        let Some(first) = parts.first() else {
            return fail(Diagnostic::error("E0215", span, "`concat` takes at least one tensor"));
        };
        let inner = first.shape[1..].to_vec();
        if let Some(odd) = parts.iter().find(|p| p.shape[1..] != inner) {
            let (a, b) = (&parts[0].shape, &odd.shape);
            return fail(
                Diagnostic::error("E0201", span, "parts of one tensor differ in shape")
                    .say(format!("{a:?} and {b:?}: only the first size may differ")),
            );
        }
        Ok((parts, inner))
    }

    /// The elements of known tensors of one scale behind one another, for all indices of loops.
    fn concatenated(
        &mut self,
        parts: &[Num],
        loops: &[LoopId],
        shape: &[usize],
        span: Span,
    ) -> Res<Array> {
        let outer: Vec<usize> = loops.iter().map(|&l| self.extent(l)).collect();
        let rows = self.elements(&outer, span)?;
        // Its parts as lists, and the whole.
        let count: usize = shape.iter().product();
        self.room_for(count.saturating_mul(rows).saturating_mul(2), span)?;
        let mut lists = vec![];
        for p in parts {
            let a = self.to_array(p, span)?;
            lists.push(self.list(&a, loops, &p.shape));
        }
        let mut data = vec![];
        for o in 0..rows {
            for l in &lists {
                let n = l.len() / rows;
                data.extend_from_slice(&l[o * n..(o + 1) * n]);
            }
        }
        self.spend(data.len(), span)?;
        let extents: Vec<usize> = outer.iter().chain(shape).copied().collect();
        let view = crate::elaborate::arith::constant::dense(loops, &extents);
        Ok(Array { data: Rc::new(pack(data)), view })
    }

    /// Tensors behind one another along their first dimension.
    pub(in crate::elaborate) fn concat(
        &mut self,
        args: Vec<(Value, Span)>,
        span: Span,
    ) -> Res<Value> {
        let (mut parts, inner) = self.concatenable(args, span)?;
        if parts.len() == 1 {
            return Ok(Value::Num(parts.remove(0)));
        }
        let whole = |n: Num| (Value::Num(n), span);
        let made = self.made_of_all(&parts, |s, args| {
            let v = s.concat(args.into_iter().map(whole).collect(), span)?;
            s.as_number(v, span)
        })?;
        let parts = self.align_all(parts, span)?;
        let total = parts.iter().try_fold(0usize, |n, p| n.checked_add(p.shape[0]));
        let shape: Vec<usize> =
            std::iter::once(total.unwrap_or(usize::MAX)).chain(inner.iter().copied()).collect();
        self.elements(&shape, span)?;
        let refs: Vec<&Num> = parts.iter().collect();
        let loops = Self::joint_loops(&refs);
        let scale = parts[0].scale.clone();
        let declared = parts.iter().any(|p| p.declared);
        let mut hull: Option<crate::interval::Interval> = None;
        if scale.is_some() {
            for p in &parts {
                let r = self.range(p, span)?;
                hull = Some(hull.map_or(r.clone(), |h| (h.0.min(r.0), h.1.max(r.1))));
            }
        }
        if parts.iter().all(Num::is_const) {
            let array = self.concatenated(&parts, &loops, &shape, span)?;
            let marks = Marks::of(&parts);
            let out = Num::new(shape, scale, Data::Const(array)).marked(marks);
            return Ok(Value::Num(match hull.filter(|_| declared) {
                Some((lo, hi)) => out.declare(lo, hi),
                None => out,
            }));
        }
        let full = self.full_shape(&loops, &shape, span)?;
        let strides = row_major(&full);
        let row: usize = inner.iter().product();
        let (mut terms, mut at) = (vec![], 0usize);
        for p in &parts {
            let zero = p.is_const() && self.range(p, span)? == (Zero::zero(), Zero::zero());
            if !zero {
                let own = self.terms(p, &p.shape, span)?;
                let dst = Access { offset: (at * row) as i64, strides: strides.clone() };
                terms.extend(self.terms_at(&own, &loops, &p.shape, dst));
            }
            at += p.shape[0];
        }
        let lin = Lin { terms, width: width(hull.as_ref()) };
        let (_, out) = self.derived(lin, &loops, &shape, hull, span)?;
        Ok(Value::Num(Num { scale, declared, made, ..out }))
    }
}
