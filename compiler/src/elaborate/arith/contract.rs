//! Sums of products of known tensors: each sum is added up where it belongs, and its terms are never
//! held.

use super::constant::dense;
use crate::combination::{Array, LoopId};
use crate::elaborate::budget::demand_bits;
use crate::elaborate::{Elaborator, Res};
use crate::number::{bit_length, centred};
use crate::value::{Data, Num, pack};
use std::rc::Rc;
use zirc_circuit::{Int, Ints};
use zirc_grammar::ast::Span;

/// A dimension: its extent, and the strides of both factors.
type Dim = (usize, i64, i64);

impl Elaborator<'_> {
    /// Σ a·b over loops. Both are known, of one shape or scalars, and both scaled or both of the field.
    pub(in crate::elaborate) fn contract(
        &mut self,
        a: Num,
        b: Num,
        sum: &[LoopId],
        span: Span,
    ) -> Res<Num> {
        let shape = self.join_shapes(&a, &b, span)?;
        let scale = match (&a.scale, &b.scale) {
            (Some(x), Some(y)) => Some(x * y),
            _ => None,
        };
        let (x, y) = (self.to_array(&a, span)?, self.to_array(&b, span)?);
        let mut free = Self::joint_loops(&[&a, &b]);
        free.retain(|l| !sum.contains(l));
        let extents = self.full_shape(&free, &shape, span)?;
        let own = |n: &Num, v: &Array, k: usize| if n.shape.is_empty() { 0 } else { v.view.own[k] };
        let mut outer: Vec<Dim> = vec![];
        for &l in &free {
            outer.push((self.extent(l), x.view.stride(l), y.view.stride(l)));
        }
        for (k, &n) in shape.iter().enumerate() {
            outer.push((n, own(&a, &x, k), own(&b, &y, k)));
        }
        let stride = |&l: &LoopId| (self.extent(l), x.view.stride(l), y.view.stride(l));
        let inner: Vec<Dim> = sum.iter().map(stride).collect();
        let count: usize = extents.iter().product();
        let terms = inner.iter().fold(1usize, |n, d| n.saturating_mul(d.0));
        self.spend(count.saturating_mul(terms), span)?;
        self.room_for(count, span)?;
        let start = (x.view.offset, y.view.offset);
        let mut data = Vec::with_capacity(count);
        visit(&outer, start, &mut |at| data.push(dot(&x.data, &y.data, &inner, at)));
        if scale.is_none() {
            data.iter_mut().for_each(|v| *v = centred(v));
        }
        let bits = data.iter().map(bit_length).max().unwrap_or(0);
        demand_bits(bits, span)?;
        let array = Array { data: Rc::new(pack(data)), view: dense(&free, &extents) };
        Ok(Num::new(shape, scale, Data::Const(array)).marked(a.marks().and(b.marks())))
    }
}

/// Visits every index with the places of both factors.
fn visit(dims: &[Dim], (a, b): (i64, i64), f: &mut dyn FnMut((i64, i64))) {
    match dims {
        [] => f((a, b)),
        [(n, s, t), rest @ ..] => {
            for i in 0..*n as i64 {
                visit(rest, (a + s * i, b + t * i), f);
            }
        }
    }
}

/// One sum: in machine words where all of it fits.
fn dot(x: &Ints, y: &Ints, dims: &[Dim], at: (i64, i64)) -> Int {
    if let (Ints::Small(p), Ints::Small(q)) = (x, y)
        && let Some(sum) = small(p, q, dims, at)
    {
        return sum.into();
    }
    let mut sum = Int::from(0);
    visit(dims, at, &mut |(a, b)| sum += x.get(a as usize) * y.get(b as usize));
    sum
}

/// The same of words; nothing if it leaves two.
fn small(p: &[i64], q: &[i64], dims: &[Dim], (a, b): (i64, i64)) -> Option<i128> {
    match dims {
        [] => Some(i128::from(p[a as usize]) * i128::from(q[b as usize])),
        [(n, s, t)] => {
            let mut sum = 0i128;
            let (mut a, mut b) = (a, b);
            for _ in 0..*n {
                let term = i128::from(p[a as usize]) * i128::from(q[b as usize]);
                sum = sum.checked_add(term)?;
                (a, b) = (a + s, b + t);
            }
            Some(sum)
        }
        [(n, s, t), rest @ ..] => {
            let all = 0..*n as i64;
            all.map(|i| small(p, q, rest, (a + s * i, b + t * i)))
                .try_fold(0i128, |sum, x| sum.checked_add(x?))
        }
    }
}
