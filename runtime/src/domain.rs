//! Evaluation domains of 2^a·3^b points, b ≤ 2: what r − 1 = 2^28·3^2·… allows.
//!
//! Between two powers of two lie 9·2^k and 3·2^k, so that a circuit is padded by a third at worst,
//! and not to twice its size. Radix-2 transforms are arkworks'; the factor 3 is split off before.

use crate::forecast::costs::{BUTTERFLY, ROW};
use ark_bn254::Fr;
use ark_ff::{AdditiveGroup, FftField, Field, One, batch_inversion};
use ark_poly::{EvaluationDomain, Radix2EvaluationDomain};
use rayon::prelude::*;

/// log₂ of the largest power of two: one less than the field has, for the double domain.
const MAX_LOG: u32 = Fr::TWO_ADICITY - 1;
/// Transforms in a proof.
const TRANSFORMS: f64 = 4.0;

/// Which sizes a domain may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum DomainChoice {
    /// The cheapest of 2^a, 3·2^a and 9·2^a.
    #[default]
    Cheapest,
    /// Powers of two only, as most other Groth16 software expects of a proving key.
    PowerOfTwo,
}

/// The n-th roots of unity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Domain {
    /// 2^a
    radix2: Radix2EvaluationDomain<Fr>,
    /// b, in n = 2^a·3^b.
    threes: u32,
    /// ω of order n.
    generator: Fr,
    /// ω₂ₙ with ω₂ₙ² = ω; the odd coset is ω₂ₙ·⟨ω⟩.
    half: Fr,
}

impl Domain {
    /// The domain for this many rows, `None` if the field has none so large.
    #[must_use]
    pub fn for_rows(rows: usize, choice: DomainChoice) -> Option<Domain> {
        let most = match choice {
            DomainChoice::Cheapest => 2,
            DomainChoice::PowerOfTwo => 0,
        };
        (0..=most)
            .filter_map(|threes| {
                let log = rows.div_ceil(3usize.pow(threes)).max(1).checked_next_power_of_two()?;
                Domain::new(log.trailing_zeros(), threes)
            })
            .min_by(|a, b| a.cost().total_cmp(&b.cost()))
    }

    /// The domain of exactly this many points, `None` if there is none.
    #[must_use]
    pub fn of_size(size: usize) -> Option<Domain> {
        (0..=2).find_map(|threes| {
            let power = size / 3usize.pow(threes);
            let exact = power.is_power_of_two() && power * 3usize.pow(threes) == size;
            if exact { Domain::new(power.trailing_zeros(), threes) } else { None }
        })
    }

    fn new(log: u32, threes: u32) -> Option<Domain> {
        if log > MAX_LOG {
            return None;
        }
        let size = 3u64.pow(threes) << log;
        let half = Fr::get_root_of_unity(2 * size)?;
        let radix2 = Radix2EvaluationDomain::new(1 << log)?;
        let generator = half.square();
        // Both roots are powers of one element of order 2^28·3^2, so they fit together.
        (generator.pow([3u64.pow(threes)]) == radix2.group_gen).then_some(Domain {
            radix2,
            threes,
            generator,
            half,
        })
    }

    /// Number of points, n.
    #[must_use]
    pub fn size(&self) -> usize {
        self.radix2.size() * 3usize.pow(self.threes)
    }

    /// Predicted nanoseconds that a proof spends on this domain, on one core.
    fn cost(&self) -> f64 {
        self.size() as f64 * ROW + self.transforms()
    }

    /// Nanoseconds of a proof's transforms, on one core.
    pub(crate) fn transforms(&self) -> f64 {
        let n = self.size() as f64;
        let butterflies = n / 2.0 * f64::from(self.radix2.log_size_of_group);
        // A factor 3 costs two twiddles and one constant for three points: as much as a factor 4.
        let splits = n * f64::from(self.threes);
        TRANSFORMS * (butterflies + splits) * BUTTERFLY
    }

    /// x^n − 1
    #[must_use]
    pub fn vanishing(&self, x: Fr) -> Fr {
        x.pow([self.size() as u64]) - Fr::one()
    }

    /// L^n_i(x) for every i, for an x outside the domain: (x^n − 1)·ω^i / (n·(x − ω^i)).
    #[must_use]
    pub fn lagrange(&self, x: Fr) -> Vec<Fr> {
        self.lagrange_on(x, Fr::one(), self.vanishing(x) / Fr::from(self.size() as u64))
    }

    /// L^2n_(2i+1)(x) for every i, the odd half of the double domain's Lagrange polynomials:
    /// (x^2n − 1)·ω₂ₙ^(2i+1) / (2n·(x − ω₂ₙ^(2i+1))). The even half needs no pass of its own:
    /// L^2n_2i(x) = L^n_i(x)·(x^n + 1)/2.
    #[must_use]
    pub fn odd_lagrange(&self, x: Fr) -> Vec<Fr> {
        let square = x.pow([2 * self.size() as u64]);
        self.lagrange_on(x, self.half, (square - Fr::one()) / Fr::from(2 * self.size() as u64))
    }

    /// factor·p_i/(x − p_i) for the points p_i = offset·ω^i.
    fn lagrange_on(&self, x: Fr, offset: Fr, factor: Fr) -> Vec<Fr> {
        let points = self.powers(offset, self.generator);
        let mut out: Vec<Fr> = points.par_iter().map(|p| x - p).collect();
        batch_inversion(&mut out);
        out.par_iter_mut().zip(points).for_each(|(d, p)| *d *= factor * p);
        out
    }

    /// first·ratio^i for i < n.
    fn powers(&self, first: Fr, ratio: Fr) -> Vec<Fr> {
        let mut out = vec![Fr::ZERO; self.size()];
        each_power(&mut out, first, ratio, |x, p| *x = p);
        out
    }

    /// From the values of a polynomial of degree below n on the domain to those on the odd coset.
    /// Short input is read as padded with zeros.
    pub fn to_odd_coset(&self, values: &mut Vec<Fr>) {
        self.inverse_transform(values);
        each_power(values, Fr::one(), self.half, |x, p| *x *= p);
        self.transform(values);
    }

    /// From coefficients to values.
    pub fn transform(&self, values: &mut Vec<Fr>) {
        values.resize(self.size(), Fr::ZERO);
        split(values, self.threes, self.generator, &|v| self.radix2.fft_in_place(v));
    }

    /// From values to coefficients.
    pub fn inverse_transform(&self, values: &mut Vec<Fr>) {
        values.resize(self.size(), Fr::ZERO);
        let inverse = self.generator.inverse().unwrap_or(Fr::ONE);
        split(values, self.threes, inverse, &|v| self.radix2.ifft_in_place(v));
        // The base transform has divided by 2^a.
        if let Some(rest) = Fr::from(3u64.pow(self.threes)).inverse().filter(|_| self.threes > 0) {
            values.par_iter_mut().for_each(|x| *x *= rest);
        }
    }
}

/// Decimation in time by 3, `threes` times, around a transform of radix 2.
///
/// With x_j = the elements at 3i + j, X_j their transforms and w = ω^(n/3):
/// X(k + m·n/3) = X_0(k) + w^m·ω^k·X_1(k) + w^2m·ω^2k·X_2(k).
fn split(values: &mut Vec<Fr>, threes: u32, omega: Fr, base: &(impl Fn(&mut Vec<Fr>) + Sync)) {
    if threes == 0 {
        base(values);
        return;
    }
    let third = values.len() / 3;
    let mut parts: Vec<Vec<Fr>> =
        (0..3).map(|j| values.iter().skip(j).step_by(3).copied().collect()).collect();
    let inner = omega.square() * omega;
    for part in &mut parts {
        split(part, threes - 1, inner, base);
    }
    each_power(&mut parts[1], Fr::one(), omega, |x, p| *x *= p);
    each_power(&mut parts[2], Fr::one(), omega.square(), |x, p| *x *= p);
    let w = omega.pow([third as u64]);
    let (first, rest) = values.split_at_mut(third);
    let (second, last) = rest.split_at_mut(third);
    (first, second, last)
        .into_par_iter()
        .zip((&parts[0], &parts[1], &parts[2]).into_par_iter())
        .for_each(|((y0, y1, y2), (x0, x1, x2))| {
            // w² = −1 − w leaves one multiplication.
            let turned = w * (*x1 - x2);
            *y0 = *x0 + x1 + x2;
            *y1 = *x0 - x2 + turned;
            *y2 = *x0 - x1 - turned;
        });
}

/// Applies `f` to every element and its power first·ratio^i.
fn each_power(values: &mut [Fr], first: Fr, ratio: Fr, f: impl Fn(&mut Fr, Fr) + Sync) {
    const CHUNK: usize = 1 << 12;
    values.par_chunks_mut(CHUNK).enumerate().for_each(|(k, chunk)| {
        let mut power = first * ratio.pow([(k * CHUNK) as u64]);
        for x in chunk {
            f(x, power);
            power *= ratio;
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use ark_std::UniformRand;
    use rand::{SeedableRng, rngs::StdRng};

    fn evaluate(coefficients: &[Fr], x: Fr) -> Fr {
        coefficients.iter().rev().fold(Fr::ZERO, |s, c| s * x + c)
    }

    #[test]
    fn sizes_are_the_smallest_that_fit() {
        let size = |rows| Domain::for_rows(rows, DomainChoice::Cheapest).map(|d| d.size());
        for (rows, n) in [(1, 1), (5, 6), (7, 8), (9, 9), (10, 12), (13, 16), (17, 18), (70, 72)] {
            assert_eq!(size(rows), Some(n));
        }
        assert_eq!(size((1 << 27) * 9), Some((1 << 27) * 9));
        assert_eq!(size((1 << 27) * 9 + 1), None);
        let two = Domain::for_rows(70, DomainChoice::PowerOfTwo);
        assert_eq!(two.map(|d| d.size()), Some(128));
        assert_eq!(Domain::of_size(27), None);
        assert_eq!(Domain::of_size(0), None);
    }

    #[test]
    fn transforms_and_lagrange_values_are_what_they_say() {
        let mut rng = StdRng::seed_from_u64(1);
        for size in [1, 2, 3, 6, 8, 9, 36, 64, 96, 288] {
            let domain = Domain::of_size(size).unwrap();
            let c: Vec<Fr> = (0..size).map(|_| Fr::rand(&mut rng)).collect();
            let points = domain.powers(Fr::one(), domain.generator);
            let values: Vec<Fr> = points.iter().map(|&x| evaluate(&c, x)).collect();
            let mut v = c.clone();
            domain.transform(&mut v);
            assert_eq!(v, values, "{size}");
            domain.inverse_transform(&mut v);
            assert_eq!(v, c, "{size}");

            let mut odd = values.clone();
            domain.to_odd_coset(&mut odd);
            for (i, y) in odd.iter().enumerate() {
                assert_eq!(*y, evaluate(&c, domain.half * points[i]), "{size}");
            }
            let x = Fr::rand(&mut rng);
            let at = |l: &[Fr], v: &[Fr]| l.iter().zip(v).map(|(l, v)| *l * v).sum::<Fr>();
            assert_eq!(at(&domain.lagrange(x), &values), evaluate(&c, x), "{size}");
            // Through the double domain, even half and odd half together.
            let even = (x.pow([size as u64]) + Fr::one()) / Fr::from(2u64);
            let both = at(&domain.lagrange(x), &values) * even + at(&domain.odd_lagrange(x), &odd);
            assert_eq!(both, evaluate(&c, x), "{size}");
        }
    }
}
