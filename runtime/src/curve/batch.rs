//! Affine additions with one inversion for many of them.
//!
//! An affine addition is one inversion and 2M + 1S. Montgomery's trick turns k inversions into one
//! and 3k multiplications, so an addition costs 5M + 1S, against 7M + 4S in Jacobian coordinates.
//!
//! A batch is read twice: forwards for the product of the denominators, backwards for the sums.
//! Both times a denominator is a subtraction away, which is cheaper than to store it.
//!
//! Coordinates are loose in a batch (see [`super::arithmetic`]).
//! Where the processor has the instructions, eight pairs are added at a time (`super::lanes`).

use super::arithmetic::Arithmetic;
use super::chord::{canonical, denominator, sum};
use ark_ec::short_weierstrass::{Affine, SWCurveConfig};
use ark_ff::Field;

/// What is to be added up in one batch.
pub(super) trait Pairs<P: SWCurveConfig> {
    fn count(&self) -> usize;
    fn pair(&self, k: usize) -> [&Affine<P>; 2];
    /// Where the sum of pair k goes.
    fn place(&self, k: usize) -> usize;
}

/// Point k and addend k.
struct Both<'a, P: SWCurveConfig>(&'a [Affine<P>], &'a [Affine<P>]);

impl<P: SWCurveConfig> Pairs<P> for Both<'_, P> {
    #[inline(always)]
    fn count(&self) -> usize {
        self.0.len()
    }

    #[inline(always)]
    fn pair(&self, k: usize) -> [&Affine<P>; 2] {
        [&self.0[k], &self.1[k]]
    }

    #[inline(always)]
    fn place(&self, k: usize) -> usize {
        k
    }
}

/// The points at these places and their neighbours; sums and the points between close ranks.
struct Neighbours<'a, P: SWCurveConfig>(&'a [Affine<P>], &'a [u32]);

impl<P: SWCurveConfig> Pairs<P> for Neighbours<'_, P> {
    #[inline(always)]
    fn count(&self) -> usize {
        self.1.len()
    }

    #[inline(always)]
    fn pair(&self, k: usize) -> [&Affine<P>; 2] {
        let at = self.1[k] as usize;
        [&self.0[at], &self.0[at + 1]]
    }

    #[inline(always)]
    fn place(&self, k: usize) -> usize {
        self.1[k] as usize - k
    }
}

/// Reusable memory for batches of additions.
pub(crate) struct Batch<P: SWCurveConfig<BaseField: Arithmetic>> {
    /// Where the pairs of a round are.
    pairs: Vec<u32>,
    sums: Sums<P>,
}

/// The sums of a round, and what it takes to make them.
struct Sums<P: SWCurveConfig<BaseField: Arithmetic>> {
    /// prefix[k] is the product of the denominators before the k-th.
    prefixes: Vec<P::BaseField>,
    /// The same where eight pairs are added at a time.
    #[cfg(target_arch = "x86_64")]
    lanes: Vec<super::lanes::Lanes>,
    /// Where the points of the next round go.
    next: Vec<Affine<P>>,
}

impl<P: SWCurveConfig<BaseField: Arithmetic>> Sums<P> {
    /// Writes the sum of every pair to its place.
    fn add(&mut self, pairs: &impl Pairs<P>) {
        #[cfg(target_arch = "x86_64")]
        if super::lanes::sums(pairs, &mut self.lanes, &mut self.next) {
            return;
        }
        self.add_one_by_one(pairs);
    }

    fn add_one_by_one(&mut self, pairs: &impl Pairs<P>) {
        self.prefixes.clear();
        let mut product = P::BaseField::ONE;
        for k in 0..pairs.count() {
            let [p, q] = pairs.pair(k);
            self.prefixes.push(product);
            product = product.times(&denominator(p, q));
        }
        // No denominator is zero, so their product has an inverse.
        let Some(mut inverse) = product.canonical().inverse() else { return };
        for (k, prefix) in self.prefixes.iter().enumerate().rev() {
            let [p, q] = pairs.pair(k);
            let (s, d) = sum(p, q, &inverse.times(prefix));
            inverse = inverse.times(&d);
            self.next[pairs.place(k)] = s;
        }
    }
}

impl<P: SWCurveConfig<BaseField: Arithmetic>> Batch<P> {
    pub(crate) fn new() -> Self {
        let sums = Sums {
            prefixes: Vec::new(),
            #[cfg(target_arch = "x86_64")]
            lanes: Vec::new(),
            next: Vec::new(),
        };
        Batch { pairs: Vec::new(), sums }
    }

    /// `points[k] += addends[k]` for every k; the sums are loose.
    pub(crate) fn add_assign(&mut self, points: &mut Vec<Affine<P>>, addends: &[Affine<P>]) {
        self.sums.next.resize(points.len(), Affine::identity());
        self.sums.add(&Both(points, addends));
        std::mem::swap(points, &mut self.sums.next);
    }

    /// Replaces each segment of `points` (segment i holds `lens[i]` points, one after another) by
    /// its sum: afterwards segment i's sum is `points[i]`, the identity if it was empty.
    ///
    /// Every round adds neighbours in pairs, in all segments together, so that the number of
    /// rounds is the logarithm of the longest segment, whatever the distribution.
    pub(crate) fn sum_segments(&mut self, points: &mut Vec<Affine<P>>, lens: &mut [u32]) {
        while self.halve(points, lens) {}
        points.iter_mut().for_each(|p| *p = canonical(p));
        if lens.contains(&0) {
            let next = &mut self.sums.next;
            let mut rest = points.drain(..);
            next.clear();
            next.extend(
                lens.iter().map(|&l| {
                    if l == 0 { None } else { rest.next() }.unwrap_or(Affine::identity())
                }),
            );
            drop(rest);
            std::mem::swap(points, next);
        }
    }

    /// Adds the first point of every segment to its second, the third to its fourth …, and says
    /// whether there was anything to add.
    fn halve(&mut self, points: &mut Vec<Affine<P>>, lens: &mut [u32]) -> bool {
        let next = &mut self.sums.next;
        next.resize(points.len(), Affine::identity());
        self.pairs.clear();
        let mut start = 0;
        for len in lens.iter_mut() {
            let end = start + *len;
            self.pairs.extend((start..end.saturating_sub(1)).step_by(2));
            if *len % 2 == 1 {
                let odd = end as usize - 1;
                next[odd - self.pairs.len()] = points[odd];
            }
            *len = len.div_ceil(2);
            start = end;
        }
        if self.pairs.is_empty() {
            return false;
        }
        next.truncate(points.len() - self.pairs.len());
        self.sums.add(&Neighbours(points, &self.pairs));
        std::mem::swap(points, &mut self.sums.next);
        true
    }
}

#[cfg(test)]
mod edges;
#[cfg(test)]
mod tests;
