//! Runs a loop nest: `dst[…] += weight[…] · src[…]`.
//!
//! Generic over the element types, so that each combination is its own machine code. The innermost
//! loop is a scaled sum of vectors or a dot product, over slices where the steps allow it.

use crate::Fr;
use crate::element::{Element, Load};
use crate::nest::{Dim, Nest};
use crate::wide::{self, Wide};
use rayon::prelude::*;

/// Weights of a nest.
#[derive(Clone, Copy)]
pub(crate) enum Weights<'w, W, D> {
    /// One for all.
    Scalar(W),
    /// `factor · data[…]`
    Tensor {
        /// Multiplies every element.
        factor: W,
        /// The constant.
        data: &'w [D],
    },
}

/// Iterations below which a part for another thread costs more than it saves.
const PARALLEL_POINTS: usize = 1 << 15;
/// Products into one element from which on it pays to reduce their sum only once.
const WIDE_SUMMANDS: usize = 4;

/// Adds what the nest says to `dst`.
pub(crate) fn run<D, S, W>(nest: &Nest, dst: &mut [D], src: &[S], w: Weights<'_, D::Weight, W>)
where
    D: Element,
    S: Load<D::Source>,
    W: Load<D::Weight>,
{
    split(nest, dst, &|part, dst| walk(part, dst, src, w));
}

/// The same in the field for narrow weights times a factor, where many products go to one element.
/// `false` if they do not, and nothing is done.
pub(crate) fn run_wide<S: Load<Fr>>(
    nest: &Nest,
    dst: &mut [Fr],
    src: &[S],
    factor: Fr,
    data: &[i64],
) -> bool {
    if nest.points() / (nest.reach() + 1) < WIDE_SUMMANDS {
        return false;
    }
    split(nest, dst, &|part, dst| {
        let first = part.dst.unsigned_abs();
        let mut sums = vec![Wide::ZERO; part.reach() + 1];
        let part = Nest { dst: 0, ..part.clone() };
        walk(&part, &mut sums, src, Weights::Tensor { factor: 1, data });
        wide::add_reduced(&sums, factor, &mut dst[first..]);
    });
    true
}

/// Hands a nest to `leaf`, in parts on several threads where the iterations of a loop touch
/// disjoint ranges of the destination. Parts also bound what a leaf allocates.
fn split<D: Send>(nest: &Nest, dst: &mut [D], leaf: &(impl Fn(&Nest, &mut [D]) + Sync)) {
    let points = nest.points();
    let large = points >= PARALLEL_POINTS;
    let Some(k) = large.then(|| nest.disjoint()).flatten() else {
        leaf(nest, dst);
        return;
    };
    // Destination strides are not negative, so iteration i of loop k writes to the i-th chunk only.
    let outer = nest.dims[k];
    let mut dims = nest.dims.clone();
    dims.remove(k);
    // A loop of many short iterations is dealt out in groups of them.
    let group = outer.extent as u64 * PARALLEL_POINTS as u64 / 4 / points as u64;
    let group = usize::try_from(group).unwrap_or(outer.extent).clamp(1, outer.extent);
    let chunk = outer.dst.unsigned_abs() * group;
    let first = nest.dst.unsigned_abs();
    let touched = &mut dst[first..first + nest.reach() + 1];
    touched.par_chunks_mut(chunk).enumerate().for_each(|(i, dst)| {
        let start = i * group;
        let extent = group.min(outer.extent - start);
        let mut part = Nest {
            dims: dims.clone(),
            dst: 0,
            src: nest.src + start as isize * outer.src,
            weight: nest.weight + start as isize * outer.weight,
        };
        if extent > 1 || part.dims.is_empty() {
            // Back to where it was: the inner loop stays the inner loop.
            part.dims.insert(k, Dim { extent, ..outer });
            leaf(&part, dst);
        } else {
            split(&part, dst, leaf);
        }
    });
}

/// All loops, on this thread.
fn walk<D, S, W>(nest: &Nest, dst: &mut [D], src: &[S], w: Weights<'_, D::Weight, W>)
where
    D: Element,
    S: Load<D::Source>,
    W: Load<D::Weight>,
{
    outer(&nest.dims, [nest.dst, nest.src, nest.weight], dst, src, w);
}

/// The outer loops.
fn outer<D, S, W>(
    dims: &[Dim],
    at: [isize; 3],
    dst: &mut [D],
    src: &[S],
    w: Weights<'_, D::Weight, W>,
) where
    D: Element,
    S: Load<D::Source>,
    W: Load<D::Weight>,
{
    match dims {
        [] => {}
        [inner] => innermost(*inner, at, dst, src, w),
        [first, rest @ ..] => {
            let mut at = at;
            for _ in 0..first.extent {
                outer(rest, at, dst, src, w);
                at = [at[0] + first.dst, at[1] + first.src, at[2] + first.weight];
            }
        }
    }
}

/// The innermost loop.
fn innermost<D, S, W>(
    dim: Dim,
    at: [isize; 3],
    dst: &mut [D],
    src: &[S],
    w: Weights<'_, D::Weight, W>,
) where
    D: Element,
    S: Load<D::Source>,
    W: Load<D::Weight>,
{
    let [d, s, k] = at;
    let n = dim.extent;
    match w {
        Weights::Scalar(w) if dim.dst == 0 => {
            let sum: D = fold(n, src, s, dim.src);
            dst[d as usize] = dst[d as usize].plus(sum.scaled(w));
        }
        Weights::Scalar(w) => axpy(dim, dst, d, src, s, w),
        Weights::Tensor { factor, data } if dim.dst == 0 => {
            let sum: D = dot(n, src, s, dim.src, data, k, dim.weight);
            dst[d as usize] = dst[d as usize].plus(sum.scaled(factor));
        }
        Weights::Tensor { factor, data } if dim.weight == 0 => {
            axpy(dim, dst, d, src, s, D::compose(factor, data[k as usize].load()));
        }
        Weights::Tensor { factor, data } => {
            for i in 0..n as isize {
                let weight = data[(k + i * dim.weight) as usize].load();
                if !D::is_nil(weight) {
                    let x = src[(s + i * dim.src) as usize].load();
                    dst[(d + i * dim.dst) as usize].add_product(D::compose(factor, weight), x);
                }
            }
        }
    }
}

/// The sum of `n` elements of the source.
fn fold<D: Element, S: Load<D::Source>>(n: usize, src: &[S], s: isize, step: isize) -> D {
    let mut sum = D::ZERO;
    if step == 1 {
        let s = s as usize;
        src[s..s + n].iter().for_each(|x| sum.add(x.load()));
    } else {
        (0..n as isize).for_each(|i| sum.add(src[(s + i * step) as usize].load()));
    }
    sum
}

/// The dot product of `n` elements of the source and of the constant.
fn dot<D: Element, S: Load<D::Source>, W: Load<D::Weight>>(
    n: usize,
    src: &[S],
    s: isize,
    src_step: isize,
    data: &[W],
    k: isize,
    data_step: isize,
) -> D {
    if data_step == 0 {
        return fold::<D, S>(n, src, s, src_step).scaled(data[k as usize].load());
    }
    let mut sum = D::ZERO;
    if src_step == 1 && data_step == 1 {
        let (s, k) = (s as usize, k as usize);
        let pairs = src[s..s + n].iter().zip(&data[k..k + n]);
        pairs.for_each(|(x, w)| sum.add_product(w.load(), x.load()));
    } else {
        for i in 0..n as isize {
            let weight = data[(k + i * data_step) as usize].load();
            sum.add_product(weight, src[(s + i * src_step) as usize].load());
        }
    }
    sum
}

/// `dst += weight · src` over `n` elements.
fn axpy<D: Element, S: Load<D::Source>>(
    dim: Dim,
    dst: &mut [D],
    d: isize,
    src: &[S],
    s: isize,
    weight: D::Weight,
) {
    if D::is_nil(weight) {
        return;
    }
    let n = dim.extent;
    let d = d as usize;
    if dim.src == 0 {
        let mut x = D::ZERO;
        x.add_product(weight, src[s as usize].load());
        dst[d..].iter_mut().step_by(dim.dst as usize).take(n).for_each(|to| *to = to.plus(x));
    } else if dim.dst == 1 && dim.src == 1 {
        let s = s as usize;
        let loaded = src[s..s + n].iter().map(|x| x.load());
        D::axpy(dst[d..d + n].iter_mut().zip(loaded), weight);
    } else {
        let loaded = (0..n as isize).map(|i| src[(s + i * dim.src) as usize].load());
        D::axpy(dst[d..].iter_mut().step_by(dim.dst as usize).zip(loaded), weight);
    }
}
