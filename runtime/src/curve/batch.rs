//! Affine additions with one inversion for many of them.
//!
//! An affine addition is one inversion and 2M + 1S. Montgomery's trick turns k inversions into one
//! and 3k multiplications, so an addition costs 5M + 1S, against 7M + 4S in Jacobian coordinates.
//!
//! A batch is read twice: forwards for the product of the denominators, backwards for the sums.
//! Both times a denominator is a subtraction away, which is cheaper than to store it.
//!
//! Coordinates are loose in a batch (see [`super::arithmetic`]): what goes into arkworks' operations is
//! made canonical before.

use super::arithmetic::Arithmetic;
use ark_ec::AffineRepr;
use ark_ec::short_weierstrass::{Affine, SWCurveConfig};
use ark_ff::{AdditiveGroup, Field, Zero};

/// Whether p + q may be anything but a chord between two points: they may be equal or opposite, or
/// one may be the identity, whose coordinates are zero, never loosely so. All of these have a zero, of
/// which it is enough to look at one word: of other points, one in 2^61 is unusual too and comes to no
/// harm.
#[inline(always)]
fn unusual<P: SWCurveConfig<BaseField: Arithmetic>>(
    p: &Affine<P>,
    q: &Affine<P>,
    dx: &P::BaseField,
) -> bool {
    dx.may_be_zero() | (p.x.word() == 0) | (q.x.word() == 0)
}

/// The denominator of the slope through two points; 1 where there is none to invert.
#[inline(always)]
fn denominator<P: SWCurveConfig<BaseField: Arithmetic>>(
    p: &Affine<P>,
    q: &Affine<P>,
) -> P::BaseField {
    let dx = q.x.minus(&p.x);
    if unusual(p, q, &dx) { unusual_denominator(p, q, dx) } else { dx }
}

#[cold]
#[inline(never)]
fn unusual_denominator<P: SWCurveConfig<BaseField: Arithmetic>>(
    p: &Affine<P>,
    q: &Affine<P>,
    dx: P::BaseField,
) -> P::BaseField {
    let (p, q, dx) = (canonical(p), canonical(q), dx.canonical());
    if p.is_zero() || q.is_zero() {
        P::BaseField::ONE
    } else if !dx.is_zero() {
        dx
    } else if p.y == q.y && !p.y.is_zero() {
        p.y.double()
    } else {
        P::BaseField::ONE
    }
}

/// p + q and their [`denominator`], given the inverse of the latter.
#[inline(always)]
fn sum<P: SWCurveConfig<BaseField: Arithmetic>>(
    p: &Affine<P>,
    q: &Affine<P>,
    inverse: &P::BaseField,
) -> (Affine<P>, P::BaseField) {
    let dx = q.x.minus(&p.x);
    if unusual(p, q, &dx) {
        return (unusual_sum(p, q, inverse), unusual_denominator(p, q, dx));
    }
    (through(p, q, &q.y.minus(&p.y).times(inverse)), dx)
}

#[cold]
#[inline(never)]
fn unusual_sum<P: SWCurveConfig<BaseField: Arithmetic>>(
    p: &Affine<P>,
    q: &Affine<P>,
    inverse: &P::BaseField,
) -> Affine<P> {
    let (p, q, inverse) = (canonical(p), canonical(q), inverse.canonical());
    if p.is_zero() {
        q
    } else if q.is_zero() {
        p
    } else if p.x != q.x {
        through(&p, &q, &((q.y - p.y) * inverse))
    } else if p.y == q.y && !p.y.is_zero() {
        let xx = p.x.square();
        through(&p, &q, &((xx.double() + xx + P::COEFF_A) * inverse))
    } else {
        Affine::identity()
    }
}

/// The same point with canonical coordinates.
#[inline(always)]
pub(crate) fn canonical<P: SWCurveConfig<BaseField: Arithmetic>>(p: &Affine<P>) -> Affine<P> {
    let mut point = *p;
    (point.x, point.y) = (p.x.canonical(), p.y.canonical());
    point
}

/// p + q, given the slope of the line through them.
#[inline(always)]
fn through<P: SWCurveConfig<BaseField: Arithmetic>>(
    p: &Affine<P>,
    q: &Affine<P>,
    slope: &P::BaseField,
) -> Affine<P> {
    let x = slope.squared().minus(&p.x).minus(&q.x);
    Affine::new_unchecked(x, slope.times(&p.x.minus(&x)).minus(&p.y))
}

/// Reusable memory for batches of additions.
pub(crate) struct Batch<P: SWCurveConfig<BaseField: Arithmetic>> {
    /// prefix[k] is the product of the denominators before the k-th.
    prefixes: Vec<P::BaseField>,
    /// Where the points of the next round go.
    next: Vec<Affine<P>>,
}

impl<P: SWCurveConfig<BaseField: Arithmetic>> Batch<P> {
    pub(crate) fn new() -> Self {
        Batch { prefixes: Vec::new(), next: Vec::new() }
    }

    /// `points[k] += addends[k]` for every k; the sums are loose.
    pub(crate) fn add_assign(&mut self, points: &mut [Affine<P>], addends: &[Affine<P>]) {
        self.prefixes.clear();
        let mut product = P::BaseField::ONE;
        for (p, q) in points.iter().zip(addends) {
            self.prefixes.push(product);
            product = product.times(&denominator(p, q));
        }
        // No denominator is zero, so their product has an inverse.
        let Some(mut inverse) = product.canonical().inverse() else { return };
        for ((p, q), prefix) in points.iter_mut().zip(addends).zip(&self.prefixes).rev() {
            let (s, d) = sum(p, q, &inverse.times(prefix));
            inverse = inverse.times(&d);
            *p = s;
        }
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
            let mut rest = points.drain(..);
            self.next.clear();
            self.next.extend(
                lens.iter().map(|&l| {
                    if l == 0 { None } else { rest.next() }.unwrap_or(Affine::identity())
                }),
            );
            drop(rest);
            std::mem::swap(points, &mut self.next);
        }
    }

    /// Adds the first point of every segment to its second, the third to its fourth …, and says
    /// whether there was anything to add.
    fn halve(&mut self, points: &mut Vec<Affine<P>>, lens: &mut [u32]) -> bool {
        self.prefixes.clear();
        let mut product = P::BaseField::ONE;
        let mut rest = &points[..];
        for &len in lens.iter() {
            let (segment, behind) = rest.split_at(len as usize);
            for pair in segment.chunks_exact(2) {
                self.prefixes.push(product);
                product = product.times(&denominator(&pair[0], &pair[1]));
            }
            rest = behind;
        }
        if self.prefixes.is_empty() {
            return false;
        }
        // No denominator is zero, so their product has an inverse.
        let Some(mut inverse) = product.canonical().inverse() else { return false };
        self.next.resize(points.len() - self.prefixes.len(), Affine::identity());
        let mut prefixes = self.prefixes.iter().rev();
        let mut sums = self.next.iter_mut().rev();
        let mut rest = &points[..];
        for len in lens.iter_mut().rev() {
            let (before, segment) = rest.split_at(rest.len() - *len as usize);
            let pairs = segment.chunks_exact(2);
            if let ([odd], Some(out)) =
                (pairs.remainder(), if *len % 2 == 1 { sums.next() } else { None })
            {
                *out = *odd;
            }
            for ((pair, prefix), out) in pairs.rev().zip(&mut prefixes).zip(&mut sums) {
                let (s, d) = sum(&pair[0], &pair[1], &inverse.times(prefix));
                inverse = inverse.times(&d);
                *out = s;
            }
            *len = len.div_ceil(2);
            rest = before;
        }
        std::mem::swap(points, &mut self.next);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ark_bn254::{G1Affine, G1Projective, g1::Config};
    use ark_ec::CurveGroup;
    use ark_std::UniformRand;
    use rand::{Rng, SeedableRng, rngs::StdRng};

    /// Points among which doubling, cancelling and the identity are frequent.
    fn points(n: usize, rng: &mut StdRng) -> Vec<G1Affine> {
        let base: Vec<G1Affine> = (0..3).map(|_| G1Affine::rand(rng)).collect();
        (0..n)
            .map(|_| match rng.gen_range(0..8) {
                0 => G1Affine::identity(),
                k @ 1..=3 => base[k - 1],
                k @ 4..=6 => -base[k - 4],
                _ => G1Affine::rand(rng),
            })
            .collect()
    }

    #[test]
    fn additions_agree_with_projective_ones() {
        let mut rng = StdRng::seed_from_u64(1);
        let (p, q) = (points(300, &mut rng), points(300, &mut rng));
        let mut sums = p.clone();
        Batch::<Config>::new().add_assign(&mut sums, &q);
        for k in 0..p.len() {
            assert_eq!(canonical(&sums[k]), (p[k].into_group() + q[k]).into_affine(), "{k}");
        }
    }

    #[test]
    fn segments_of_all_lengths_are_summed() {
        let mut rng = StdRng::seed_from_u64(2);
        let mut lens: Vec<u32> = (0..40).map(|_| rng.gen_range(0..9)).collect();
        lens.extend([0, 1, 200, 0]);
        let all = points(lens.iter().sum::<u32>() as usize, &mut rng);
        let mut expected = Vec::new();
        let mut rest = &all[..];
        for &l in &lens {
            expected.push(rest[..l as usize].iter().sum::<G1Projective>().into_affine());
            rest = &rest[l as usize..];
        }
        let mut sums = all.clone();
        let mut batch = Batch::<Config>::new();
        // Twice, as what a first batch leaves behind must not show in a second.
        batch.sum_segments(&mut all.clone(), &mut lens.clone());
        batch.sum_segments(&mut sums, &mut lens.clone());
        assert_eq!(sums, expected);
    }
}
