//! Cosets of roots of unity and the transforms on them.

use ark_bn254::Fr;
use ark_ff::{AdditiveGroup, FftField, Field, One};
use ark_poly::{EvaluationDomain, Radix2EvaluationDomain};
use rayon::prelude::*;

/// log₂ of the largest power of two: one less than the field has, for the double coset.
pub(super) const MAX_LOG: u32 = Fr::TWO_ADICITY - 1;
/// The most factors 3.
pub(super) const MAX_THREES: u32 = 2;

/// s·⟨ω⟩ for ω of order n = 2^a·3^b, and beside it the odd coset s·ω₂ₙ·⟨ω⟩ with ω₂ₙ² = ω.
///
/// Radix-2 transforms are arkworks'; the factors 3 are split off before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Coset {
    /// 2^a
    radix2: Radix2EvaluationDomain<Fr>,
    /// b
    threes: u32,
    /// ω
    generator: Fr,
    /// ω₂ₙ
    half: Fr,
    /// s
    shift: Fr,
    inverse_shift: Fr,
}

impl Coset {
    /// `None` if the field has no roots of so high an order, or the shift is 0.
    pub(super) fn new(size: usize, shift: Fr) -> Option<Coset> {
        let (log, threes) = factors(size)?;
        let half = Fr::get_root_of_unity(2 * size as u64)?;
        let radix2 = Radix2EvaluationDomain::new(1 << log)?;
        let generator = half.square();
        let inverse_shift = shift.inverse()?;
        // Both roots are powers of one element of order 2^28·3^2, so they fit together.
        (generator.pow([3u64.pow(threes)]) == radix2.group_gen).then_some(Coset {
            radix2,
            threes,
            generator,
            half,
            shift,
            inverse_shift,
        })
    }

    /// n
    pub(super) fn size(&self) -> usize {
        self.radix2.size() * 3usize.pow(self.threes)
    }

    /// s, or s·ω₂ₙ for the odd coset.
    pub(super) fn first(&self, odd: bool) -> Fr {
        if odd { self.shift * self.half } else { self.shift }
    }

    /// x^k of every x of the coset, or of the odd one.
    pub(super) fn powers(&self, k: u64, odd: bool) -> Vec<Fr> {
        let mut out = vec![Fr::ZERO; self.size()];
        let (first, ratio) = (self.first(odd).pow([k]), self.generator.pow([k]));
        each_power(&mut out, first, ratio, |x, p| *x = p);
        out
    }

    /// From coefficients, each times `scale`, to values on the coset, or on the odd one.
    pub(super) fn transform(&self, values: &mut Vec<Fr>, scale: Fr, odd: bool) {
        let first = self.first(odd);
        if !scale.is_one() || !first.is_one() {
            each_power(values, scale, first, |x, p| *x *= p);
        }
        split(values, self.threes, self.generator, &|v| self.radix2.fft_in_place(v));
    }

    /// From values on the coset to the coefficients of a(s·x), times [`Coset::excess`].
    pub(super) fn inverse_transform(&self, values: &mut Vec<Fr>) {
        let inverse = self.generator.inverse().unwrap_or(Fr::ONE);
        split(values, self.threes, inverse, &|v| self.radix2.ifft_in_place(v));
    }

    /// 3^b: the transform of radix 2 divides by its own size only, and whatever comes next has a factor anyway.
    pub(super) fn excess(&self) -> Fr {
        Fr::from(3u64.pow(self.threes))
    }

    /// From what [`Coset::inverse_transform`] gives to coefficients, times `scale`.
    pub(super) fn coefficients(&self, values: &mut [Fr], scale: Fr) {
        let scale = scale / self.excess();
        each_power(values, scale, self.inverse_shift, |x, p| *x *= p);
    }

    /// Butterflies of one transform, or what takes as long.
    pub(super) fn butterflies(&self) -> f64 {
        let n = self.size() as f64;
        // A factor 3 costs two twiddles and one constant for three points: as much as a factor 4.
        n / 2.0 * f64::from(self.radix2.log_size_of_group) + n * f64::from(self.threes)
    }
}

/// a and b of 2^a·3^b.
fn factors(size: usize) -> Option<(u32, u32)> {
    let log = size.checked_ilog2().map(|_| size.trailing_zeros())?;
    let threes = (0..=MAX_THREES).find(|b| size >> log == 3usize.pow(*b))?;
    (log <= MAX_LOG).then_some((log, threes))
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
    let part = |j: usize| values[j..].iter().step_by(3).copied().collect::<Vec<Fr>>();
    let inner = omega.square() * omega;
    let mut parts: Vec<Vec<Fr>> = (0..3).into_par_iter().map(part).collect();
    parts.par_iter_mut().for_each(|part| split(part, threes - 1, inner, base));
    let (w, square) = (omega.pow([third as u64]), omega.square());
    let (first, rest) = values.split_at_mut(third);
    let (second, last) = rest.split_at_mut(third);
    let to = first.par_chunks_mut(CHUNK).zip(second.par_chunks_mut(CHUNK));
    let to = to.zip(last.par_chunks_mut(CHUNK)).enumerate();
    to.for_each(|(k, ((y0, y1), y2))| {
        let start = k * CHUNK;
        // ω^k and ω^2k
        let (mut one, mut two) = (omega.pow([start as u64]), square.pow([start as u64]));
        for i in 0..y0.len() {
            let x0 = parts[0][start + i];
            let (x1, x2) = (parts[1][start + i] * one, parts[2][start + i] * two);
            // w² = −1 − w leaves one multiplication.
            let turned = w * (x1 - x2);
            y0[i] = x0 + x1 + x2;
            y1[i] = x0 - x2 + turned;
            y2[i] = x0 - x1 - turned;
            one *= omega;
            two *= square;
        }
    });
}

/// Elements whose powers follow from one.
const CHUNK: usize = 1 << 12;

/// Applies `f` to every element and its power first·ratio^i.
fn each_power(values: &mut [Fr], first: Fr, ratio: Fr, f: impl Fn(&mut Fr, Fr) + Sync) {
    values.par_chunks_mut(CHUNK).enumerate().for_each(|(k, chunk)| {
        let mut power = first * ratio.pow([(k * CHUNK) as u64]);
        for x in chunk {
            f(x, power);
            power *= ratio;
        }
    });
}
