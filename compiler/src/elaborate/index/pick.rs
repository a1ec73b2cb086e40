//! Known tensors indexed by known numbers that differ from index to index of a loop under way: a run
//! on known values reads a table at all places at once.

use super::Place;
use crate::combination::{Array, LoopId};
use crate::elaborate::{Elaborator, Res, Stop};
use crate::range::walk;
use crate::value::{Data, Num};
use std::rc::Rc;
use zirc_circuit::Ints;
use zirc_grammar::ast::Span;

impl Elaborator<'_> {
    /// `n[places]`, all of which are known and were found within the tensor.
    pub(in crate::elaborate) fn picked(
        &mut self,
        n: Num,
        places: &[Place],
        span: Span,
    ) -> Res<Num> {
        let a = self.to_array(&n, span)?;
        let mut offset = a.view.offset;
        let mut shape = vec![];
        let mut own = vec![];
        // What is added to the place of an element, index by index of the loops.
        let mut moves: Vec<(Array, i64)> = vec![];
        for (p, &s) in places.iter().zip(&a.view.own) {
            match p {
                Place::At(at, _) | Place::Known(at, ..) => {
                    let at = self.to_array(&Num::index(at.clone()), span)?;
                    moves.push((at, s));
                }
                Place::Each(at) => moves.push((self.to_array(at, span)?, s)),
                Place::Slice(lo, hi) => {
                    offset += *lo as i64 * s;
                    shape.push(hi - lo);
                    own.push(s);
                }
                Place::Unknown(_) => return Err(Stop::Reported),
            }
        }
        shape.extend(&n.shape[places.len()..]);
        own.extend(&a.view.own[places.len()..]);
        let mut loops: Vec<LoopId> = a.view.loops.iter().map(|x| x.0).collect();
        moves.iter().for_each(|m| loops.extend(m.0.view.loops.iter().map(|x| x.0)));
        loops.sort_unstable();
        loops.dedup();
        let extents = self.full_shape(&loops, &shape, span)?;
        let count: usize = extents.iter().product();
        self.spend(count, span)?;
        // The places, one of their coordinates, and what is there.
        self.room_for(count.saturating_mul(3), span)?;
        let mut starts = vec![];
        let outer: Vec<_> = loops.iter().map(|&l| (self.extent(l), a.view.stride(l), 0)).collect();
        walk(&outer, offset, &mut |at, _| starts.push(at));
        for (at, stride) in &moves {
            for (start, k) in starts.iter_mut().zip(self.list(at, &loops, &[])) {
                *start += stride * i64::try_from(k).map_err(|_| Stop::Reported)?;
            }
        }
        let dims: Vec<_> = shape.iter().zip(&own).map(|(&n, &s)| (n, s, 0)).collect();
        let data = gathered(&a.data, &starts, &dims);
        let view = crate::elaborate::arith::constant::dense(&loops, &extents);
        let data = Data::Const(Array { data: Rc::new(data), view });
        let range = if n.declared { n.range.clone() } else { Default::default() };
        Ok(Num { shape, data, range, made: None, ..n })
    }
}

/// The elements of a block of these dimensions at each of the places.
fn gathered(data: &Ints, starts: &[i64], dims: &[(usize, i64, i64)]) -> Ints {
    fn all<T: Clone>(v: &[T], starts: &[i64], dims: &[(usize, i64, i64)]) -> Vec<T> {
        let mut out = vec![];
        for &s in starts {
            walk(dims, s, &mut |at, _| out.push(v[at as usize].clone()));
        }
        out
    }
    match data {
        Ints::Small(v) => Ints::Small(all(v, starts, dims)),
        Ints::Big(v) => crate::value::pack(all(v, starts, dims)),
    }
}
