//! Loop nests: what a term does, as strides, in the order that runs fastest.
//!
//! Addition commutes, so the loops of a term can run in any order. Planning a nest removes loops of
//! one iteration, fuses loops that walk memory as one, makes destination strides non-negative, puts
//! the loop that the inner kernels like best innermost, and sorts the others so that the
//! destination stays where it is for as long as possible.

use crate::{Term, Weight};

/// One loop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Dim {
    /// Iterations, at least 1.
    pub(crate) extent: usize,
    /// Step in the destination.
    pub(crate) dst: isize,
    /// Step in the source.
    pub(crate) src: isize,
    /// Step in the constant; 0 for scalar weights.
    pub(crate) weight: isize,
}

/// Loops, outermost first, over `dst[…] += weight[…] · src[…]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Nest {
    /// The loops; never empty after planning.
    pub(crate) dims: Vec<Dim>,
    /// First offset in the destination.
    pub(crate) dst: isize,
    /// First offset in the source.
    pub(crate) src: isize,
    /// First offset in the constant.
    pub(crate) weight: isize,
}

/// Iterations that entering an inner loop is worth, roughly.
const ENTRY_COST: f64 = 8.0;

impl Nest {
    /// The loops of a term as written, or `None` if its space is empty.
    fn of(term: &Term) -> Option<Nest> {
        let space = || term.free.iter().chain(&term.bound);
        if space().any(|&n| n == 0) {
            return None;
        }
        let (weight, weight_strides) = match &term.weight {
            Weight::Scalar(_) => (0, None),
            Weight::Tensor { access, .. } => (access.offset, Some(&access.strides)),
        };
        let dims = space()
            .enumerate()
            .map(|(k, &extent)| Dim {
                extent,
                dst: term.dst.strides.get(k).map_or(0, |&s| s as isize),
                src: term.src_access.strides[k] as isize,
                weight: weight_strides.map_or(0, |s| s[k] as isize),
            })
            .collect();
        Some(Nest {
            dims,
            dst: term.dst.offset as isize,
            src: term.src_access.offset as isize,
            weight: weight as isize,
        })
    }

    /// The nest that evaluates a term.
    pub(crate) fn forward(term: &Term) -> Option<Nest> {
        Nest::of(term).map(Nest::planned)
    }

    /// The nest of its adjoint: source and destination exchanged.
    pub(crate) fn backward(term: &Term) -> Option<Nest> {
        let mut nest = Nest::of(term)?;
        std::mem::swap(&mut nest.dst, &mut nest.src);
        for d in &mut nest.dims {
            std::mem::swap(&mut d.dst, &mut d.src);
        }
        Some(nest.planned())
    }

    /// Total number of iterations.
    pub(crate) fn points(&self) -> usize {
        self.dims.iter().map(|d| d.extent).fold(1, usize::saturating_mul)
    }

    /// Distance from the first to the last element of the destination that is touched.
    pub(crate) fn reach(&self) -> usize {
        self.dims.iter().map(|d| (d.extent - 1) * d.dst.unsigned_abs()).sum()
    }

    /// A loop whose iterations touch disjoint ranges of the destination, if there is one: the range
    /// of the other loops together is shorter than its step.
    pub(crate) fn disjoint(&self) -> Option<usize> {
        let (k, widest) = self
            .dims
            .iter()
            .enumerate()
            .filter(|(_, d)| d.extent > 1)
            .max_by_key(|(_, d)| d.dst)?;
        let others = self.reach() - (widest.extent - 1) * widest.dst.unsigned_abs();
        (widest.dst.unsigned_abs() > others).then_some(k)
    }

    fn planned(mut self) -> Nest {
        self.dims.retain(|d| d.extent > 1);
        self.fuse();
        self.unreverse();
        self.dims.sort_by_key(|d| std::cmp::Reverse(d.dst));
        if self.dims.is_empty() {
            self.dims.push(Dim { extent: 1, dst: 0, src: 0, weight: 0 });
        }
        let cost = |d: &Dim| ENTRY_COST / d.extent as f64 + step_cost(d);
        let best = (0..self.dims.len())
            .min_by(|&i, &j| cost(&self.dims[i]).total_cmp(&cost(&self.dims[j])))
            .unwrap_or(0);
        let inner = self.dims.remove(best);
        self.dims.push(inner);
        self
    }

    /// Makes one loop of any two that together walk at even steps.
    fn fuse(&mut self) {
        let mut i = 0;
        'outer: while i < self.dims.len() {
            for j in 0..self.dims.len() {
                let (o, n) = (self.dims[i], self.dims[j]);
                let e = n.extent as isize;
                if i != j && o.dst == n.dst * e && o.src == n.src * e && o.weight == n.weight * e {
                    self.dims[j].extent = o.extent * n.extent;
                    self.dims.remove(i);
                    i = 0;
                    continue 'outer;
                }
            }
            i += 1;
        }
    }

    /// Walks from the other end where the destination, or else the source, would run backwards.
    fn unreverse(&mut self) {
        for d in &mut self.dims {
            if d.dst < 0 || (d.dst == 0 && d.src < 0) {
                let last = (d.extent - 1) as isize;
                self.dst += last * d.dst;
                self.src += last * d.src;
                self.weight += last * d.weight;
                *d = Dim { extent: d.extent, dst: -d.dst, src: -d.src, weight: -d.weight };
            }
        }
    }
}

/// What an iteration of an innermost loop costs, in relation to the fastest.
fn step_cost(d: &Dim) -> f64 {
    match (d.dst, d.src, d.weight) {
        (0 | 1, 1, 0) | (0, 1, 1) | (1, 0, 0) => 1.0,
        (1, _, 0) => 1.5,
        (0 | 1, _, _) => 2.0,
        _ => 3.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Access, ConstId, Int, TensorId};

    /// A 3×3 convolution of 4 channels of 10×10 into 5 channels of 8×8.
    fn conv() -> Term {
        let windows = Access { offset: 0, strides: vec![0, 10, 1, 100, 10, 1] };
        Term::read(TensorId(1), &[5, 8, 8], &[4, 3, 3], windows).weighed(Weight::Tensor {
            factor: Int::from(1),
            constant: ConstId(0),
            access: Access { offset: 0, strides: vec![36, 0, 0, 9, 3, 1] },
        })
    }

    #[test]
    fn convolution_is_an_axpy_over_rows_both_ways() {
        let inner = Dim { extent: 8, dst: 1, src: 1, weight: 0 };
        let forward = Nest::forward(&conv()).unwrap();
        assert_eq!(forward.dims.last(), Some(&inner));
        assert_eq!(forward.dims[forward.disjoint().unwrap()].extent, 5);
        let backward = Nest::backward(&conv()).unwrap();
        assert_eq!(backward.dims.last(), Some(&inner));
        assert_eq!(backward.dims[backward.disjoint().unwrap()].extent, 4);
    }

    #[test]
    fn a_copy_of_a_matrix_is_one_loop() {
        let from = Access { offset: 2, strides: vec![7, 0, 1] };
        let to = Access { offset: 5, strides: vec![7, 9, 1] };
        let term = Term::read(TensorId(1), &[3, 1, 7], &[], from).to(to);
        let nest = Nest::forward(&term).unwrap();
        assert_eq!(nest.dims, [Dim { extent: 21, dst: 1, src: 1, weight: 0 }]);
        assert_eq!((nest.dst, nest.src, nest.reach()), (5, 2, 20));
    }

    #[test]
    fn a_reversal_writes_forwards() {
        let back = Access { offset: 3, strides: vec![-1] };
        let term = Term::whole(TensorId(1), &[4]).to(back);
        let nest = Nest::forward(&term).unwrap();
        assert_eq!((nest.dst, nest.src), (0, 3));
        assert_eq!(nest.dims, [Dim { extent: 4, dst: 1, src: -1, weight: 0 }]);
    }
}
