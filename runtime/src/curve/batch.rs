//! Affine additions with one inversion for many of them.
//!
//! An affine addition is one inversion and 2M + 1S. Montgomery's trick turns k inversions into one
//! and 3k multiplications, so an addition costs 5M + 1S, against 7M + 4S in Jacobian coordinates.

use ark_ec::AffineRepr;
use ark_ec::short_weierstrass::{Affine, SWCurveConfig};
use ark_ff::{AdditiveGroup, Field, Zero};

/// What remains to be done once the inverse of a denominator is known.
enum Plan {
    /// x₁ ≠ x₂: the slope is (y₂ − y₁)/(x₂ − x₁).
    Chord,
    /// The same point twice: the slope is (3x² + a)/2y.
    Tangent,
    /// One summand is the identity, or they cancel: the sum is known without a slope.
    Known,
}

/// The denominator of the slope through two points; 1 where there is none to invert.
fn plan<P: SWCurveConfig>(p: &Affine<P>, q: &Affine<P>) -> (Plan, P::BaseField) {
    if p.is_zero() || q.is_zero() {
        return (Plan::Known, P::BaseField::ONE);
    }
    let dx = q.x - p.x;
    if !dx.is_zero() {
        (Plan::Chord, dx)
    } else if p.y == q.y && !p.y.is_zero() {
        (Plan::Tangent, p.y.double())
    } else {
        (Plan::Known, P::BaseField::ONE)
    }
}

/// p + q, given the inverse of the denominator that [`plan`] returned.
fn finish<P: SWCurveConfig>(
    p: &Affine<P>,
    q: &Affine<P>,
    kind: &Plan,
    inverse: &P::BaseField,
) -> Affine<P> {
    let slope = match kind {
        Plan::Chord => (q.y - p.y) * inverse,
        Plan::Tangent => {
            let xx = p.x.square();
            (xx.double() + xx + P::COEFF_A) * inverse
        }
        Plan::Known if p.is_zero() => return *q,
        Plan::Known if q.is_zero() => return *p,
        Plan::Known => return Affine::identity(),
    };
    let x = slope.square() - p.x - q.x;
    Affine::new_unchecked(x, slope * (p.x - x) - p.y)
}

/// Reusable memory for batches of additions.
pub(crate) struct Batch<P: SWCurveConfig> {
    plans: Vec<Plan>,
    denominators: Vec<P::BaseField>,
    /// prefix[k] = Π_{i<k} denominators[i]
    prefixes: Vec<P::BaseField>,
}

impl<P: SWCurveConfig> Batch<P> {
    pub(crate) fn new() -> Self {
        Batch { plans: Vec::new(), denominators: Vec::new(), prefixes: Vec::new() }
    }

    fn clear(&mut self) {
        self.plans.clear();
        self.denominators.clear();
        self.prefixes.clear();
    }

    fn push(&mut self, p: &Affine<P>, q: &Affine<P>, product: &mut P::BaseField) {
        let (plan, d) = plan(p, q);
        self.prefixes.push(*product);
        *product *= &d;
        self.plans.push(plan);
        self.denominators.push(d);
    }

    /// `points[k] += addends[k]` for every k.
    pub(crate) fn add_assign(&mut self, points: &mut [Affine<P>], addends: &[Affine<P>]) {
        self.clear();
        let mut product = P::BaseField::ONE;
        for (p, q) in points.iter().zip(addends) {
            self.push(p, q, &mut product);
        }
        // No denominator is zero, so their product has an inverse.
        let Some(mut inverse) = product.inverse() else { return };
        for k in (0..self.plans.len()).rev() {
            let inv = inverse * self.prefixes[k];
            inverse *= &self.denominators[k];
            points[k] = finish(&points[k], &addends[k], &self.plans[k], &inv);
        }
    }

    /// Replaces each segment of `points` (segment i holds `lens[i]` points, one after another) by
    /// its sum, in place: afterwards segment i's sum is `points[i]`, the identity if it was empty.
    ///
    /// Every round adds neighbours in pairs, in all segments together, so that the number of
    /// rounds is the logarithm of the longest segment, whatever the distribution.
    pub(crate) fn sum_segments(&mut self, points: &mut Vec<Affine<P>>, lens: &mut [usize]) {
        while lens.iter().any(|&l| l > 1) {
            self.clear();
            let mut product = P::BaseField::ONE;
            let mut start = 0;
            for &len in lens.iter() {
                for pair in points[start..start + len].chunks_exact(2) {
                    self.push(&pair[0], &pair[1], &mut product);
                }
                start += len;
            }
            let Some(mut inverse) = product.inverse() else { return };
            // Turn the denominators into their inverses, last to first …
            for k in (0..self.plans.len()).rev() {
                let inv = inverse * self.prefixes[k];
                inverse *= &self.denominators[k];
                self.denominators[k] = inv;
            }
            // … and write the sums first to last, over points that were already read.
            let (mut read, mut write, mut k) = (0, 0, 0);
            for len in lens.iter_mut() {
                for _ in 0..*len / 2 {
                    let (p, q) = (points[read], points[read + 1]);
                    points[write] = finish(&p, &q, &self.plans[k], &self.denominators[k]);
                    (read, write, k) = (read + 2, write + 1, k + 1);
                }
                if *len % 2 == 1 {
                    points[write] = points[read];
                    (read, write) = (read + 1, write + 1);
                }
                *len = len.div_ceil(2);
            }
            points.truncate(write);
        }
        if lens.contains(&0) {
            let mut rest = points.drain(..);
            let spread: Vec<_> = lens
                .iter()
                .map(|&l| if l == 0 { None } else { rest.next() }.unwrap_or(Affine::identity()))
                .collect();
            drop(rest);
            *points = spread;
        }
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
            assert_eq!(sums[k], (p[k].into_group() + q[k]).into_affine(), "{k}");
        }
    }

    #[test]
    fn segments_of_all_lengths_are_summed() {
        let mut rng = StdRng::seed_from_u64(2);
        let mut lens: Vec<usize> = (0..40).map(|_| rng.gen_range(0..9)).collect();
        lens.extend([0, 1, 200, 0]);
        let all = points(lens.iter().sum(), &mut rng);
        let mut expected = Vec::new();
        let mut rest = &all[..];
        for &l in &lens {
            expected.push(rest[..l].iter().sum::<G1Projective>().into_affine());
            rest = &rest[l..];
        }
        let mut sums = all.clone();
        Batch::<Config>::new().sum_segments(&mut sums, &mut lens.clone());
        assert_eq!(sums, expected);
    }
}
