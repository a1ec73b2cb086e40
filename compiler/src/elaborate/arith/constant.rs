//! Arithmetic on values known at compile time, element by element.

use crate::combination::{Affine, Array, LoopId, View};
use crate::diagnostic::Diagnostic;
use crate::elaborate::budget::demand_bits;
use crate::elaborate::{Elaborator, MAX_ELEMENTS, Res, fail};
use crate::interval::Interval;
use crate::number::bit_length;
use crate::range::walk;
use crate::value::{Data, Num, pack};
use num_traits::Zero;
use std::rc::Rc;
use zirc_circuit::lin::row_major;
use zirc_circuit::{Int, Ints};
use zirc_grammar::ast::Span;

impl Elaborator<'_> {
    /// The smallest and largest element that a view reaches.
    pub(crate) fn const_range(&self, a: &Array, shape: &[usize]) -> Interval {
        let mut found: Option<Interval> = None;
        self.each(a, &[], shape, &mut |v| {
            let (lo, hi) = found.get_or_insert_with(|| (v.clone(), v.clone()));
            if v < *lo {
                *lo = v;
            } else if v > *hi {
                *hi = v;
            }
        });
        found.unwrap_or_else(|| (Int::zero(), Int::zero()))
    }

    /// Visits every distinct element that the view reaches (loops of its own, then `extra`).
    fn each(&self, a: &Array, extra: &[LoopId], shape: &[usize], f: &mut dyn FnMut(Int)) {
        if a.view.loops.is_empty() && shape.is_empty() {
            return f(a.data.get(a.view.offset as usize));
        }
        let mut dims: Vec<(usize, i64, i64)> =
            a.view.loops.iter().map(|&(l, s)| (self.extent(l), s, 0)).collect();
        dims.extend(extra.iter().map(|&l| (self.extent(l), 0, 0)));
        if self.at.unroll {
            // Where indices are taken at once, many elements may stand in one expression.
            let all = dims.iter().fold(1u64, |n, d| n.saturating_mul(d.0 as u64));
            self.used.seen.set(self.used.seen.get().saturating_add(all));
        }
        // A dimension that the view does not move along repeats elements: one visit is enough.
        dims.extend(
            shape.iter().zip(&a.view.own).map(|(&n, &s)| (if s == 0 { n.min(1) } else { n }, s, 0)),
        );
        walk(&dims, a.view.offset, &mut |at, _| f(a.data.get(at as usize)));
    }

    /// A loop index, or a combination of some, as constants.
    pub(crate) fn to_array(&self, n: &Num, span: Span) -> Res<Array> {
        match &n.data {
            Data::Const(a) => Ok(a.clone()),
            Data::Index(a) => self.index_array(a, span),
            Data::Lin(_) => fail(not_constant(span)),
        }
    }

    fn index_array(&self, a: &Affine, span: Span) -> Res<Array> {
        let extents: Vec<usize> = a.loops.iter().map(|x| self.extent(x.0)).collect();
        let count = self.elements(&extents, span)?;
        self.room_for(count, span)?;
        let mut data = Vec::with_capacity(count);
        let dims: Vec<_> = a.loops.iter().zip(&extents).map(|(&(_, s), &n)| (n, s, 0)).collect();
        walk(&dims, a.offset, &mut |at, _| data.push(at));
        let strides = row_major(&extents);
        let loops =
            a.loops.iter().zip(strides).map(|(x, s)| (x.0, s)).filter(|x| x.1 != 0).collect();
        let view = View { offset: 0, own: vec![], loops };
        Ok(Array { data: Rc::new(Ints::Small(data)), view })
    }

    /// The number of elements of a shape, if it is one that can be held.
    pub(crate) fn elements(&self, shape: &[usize], span: Span) -> Res<usize> {
        let count = shape.iter().try_fold(1usize, |n, &d| n.checked_mul(d));
        match count.filter(|&n| n <= MAX_ELEMENTS) {
            Some(n) => Ok(n),
            None => fail(
                Diagnostic::error("E0702", span, "this tensor has too many elements")
                    .say(format!("sizes {shape:?}, more than {MAX_ELEMENTS} in all")),
            ),
        }
    }

    /// Applies `f` to corresponding elements; scalars broadcast.
    pub(crate) fn zip(
        &mut self,
        a: (&Array, &[usize]),
        b: (&Array, &[usize]),
        shape: &[usize],
        span: Span,
        f: &mut dyn FnMut(&Int, &Int) -> Res<Int>,
    ) -> Res<Array> {
        if shape.is_empty() && a.0.view.loops.is_empty() && b.0.view.loops.is_empty() {
            let at = |x: &Array| x.data.get(x.view.offset as usize);
            let v = f(&at(a.0), &at(b.0))?;
            demand_bits(bit_length(&v), span)?;
            return Ok(Array::scalar(v));
        }
        let mut loops: Vec<LoopId> =
            a.0.view.loops.iter().chain(&b.0.view.loops).map(|x| x.0).collect();
        loops.sort_unstable();
        loops.dedup();
        let extents: Vec<usize> =
            loops.iter().map(|&l| self.extent(l)).chain(shape.iter().copied()).collect();
        let count = self.elements(&extents, span)?;
        self.spend(count, span)?;
        self.room_for(count, span)?;
        let strides = |x: (&Array, &[usize])| -> Vec<i64> {
            let own = (0..shape.len()).map(|k| if x.1.is_empty() { 0 } else { x.0.view.own[k] });
            loops.iter().map(|&l| x.0.view.stride(l)).chain(own).collect()
        };
        let (sa, sb) = (strides(a), strides(b));
        let dims: Vec<_> =
            extents.iter().zip(sa.iter().zip(&sb)).map(|(&n, (&s, &t))| (n, s, t)).collect();
        let mut data = Vec::with_capacity(count);
        let mut failure = None;
        walk(&dims, a.0.view.offset, &mut |x, y| {
            if failure.is_none() {
                let y = y + b.0.view.offset;
                match f(&a.0.data.get(x as usize), &b.0.data.get(y as usize)) {
                    Ok(v) => match demand_bits(bit_length(&v), span) {
                        Ok(()) => data.push(v),
                        Err(e) => failure = Some(e),
                    },
                    Err(e) => failure = Some(e),
                }
            }
        });
        if let Some(e) = failure {
            return Err(e);
        }
        Ok(Array { data: Rc::new(pack(data)), view: dense(&loops, &extents) })
    }

    /// Applies `f` to every element.
    pub(crate) fn map(
        &mut self,
        a: &Array,
        shape: &[usize],
        span: Span,
        f: &mut dyn FnMut(&Int) -> Res<Int>,
    ) -> Res<Array> {
        let zero = Array::scalar(Int::zero());
        self.zip((a, shape), (&zero, &[]), shape, span, &mut |x, _| f(x))
    }

    /// The elements in the order of [`Elaborator::list`], if there is work and room for so many.
    pub(crate) fn listed(
        &mut self,
        a: &Array,
        loops: &[LoopId],
        shape: &[usize],
        span: Span,
    ) -> Res<Vec<Int>> {
        let count: usize = self.full_shape(loops, shape, span)?.iter().product();
        self.spend(count, span)?;
        self.room_for(count, span)?;
        Ok(self.list(a, loops, shape))
    }

    /// The elements in row-major order of `loops ++ shape`.
    pub(crate) fn list(&self, a: &Array, loops: &[LoopId], shape: &[usize]) -> Vec<Int> {
        let mut dims: Vec<_> =
            loops.iter().map(|&l| (self.extent(l), a.view.stride(l), 0)).collect();
        dims.extend(shape.iter().zip(&a.view.own).map(|(&n, &s)| (n, s, 0)));
        let mut all = vec![];
        walk(&dims, a.view.offset, &mut |at, _| all.push(a.data.get(at as usize)));
        all
    }
}

/// A row-major view whose first dimensions are loops.
pub(crate) fn dense(loops: &[LoopId], extents: &[usize]) -> View {
    let strides = row_major(extents);
    View {
        offset: 0,
        own: strides[loops.len()..].to_vec(),
        loops: loops.iter().copied().zip(strides).filter(|x| x.1 != 0).collect(),
    }
}

/// Something had to be known at compile time.
pub(crate) fn not_constant(span: Span) -> Diagnostic {
    Diagnostic::error("E0209", span, "this must be known when the circuit is compiled")
        .say("it depends on an input of the circuit")
}
