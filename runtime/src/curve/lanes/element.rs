//! Coordinates in lanes: numbers, or pairs of them in the quadratic extension.
//!
//! Bounds are those of each part. A product is a sixteenth, as [`limbs`] says.

use super::limbs::{self, Lanes, all, multiple, reduced, settled};
use super::words::{self, LANES, Rows, joint};
use crate::curve::arithmetic::Arithmetic;
use std::arch::x86_64::*;
use std::array::from_fn;

/// Coordinates of N parts.
pub(super) type Element<const N: usize> = [Lanes; N];

/// From raw limbs below 9p to what may be stored: loose in the prime field, canonical in its extension.
#[inline]
#[target_feature(enable = "avx512f")]
pub(super) fn stored<const N: usize>(mut a: Element<N>) -> Element<N> {
    for a in &mut a {
        *a = reduced(*a);
        if N > 1 {
            *a = limbs::canonical(a);
        }
    }
    a
}

/// a + b, of which b is the same in each part; raw.
#[inline]
#[target_feature(enable = "avx512f")]
pub(super) fn plus<const N: usize>(a: &Element<N>, b: &Lanes) -> Element<N> {
    let mut out = *a;
    for a in &mut out {
        *a = limbs::plus(a, b);
    }
    out
}

/// a − b, raw.
#[inline]
#[target_feature(enable = "avx512f")]
pub(super) fn minus<const N: usize>(a: &Element<N>, b: &Element<N>) -> Element<N> {
    let mut out = *a;
    for (a, b) in out.iter_mut().zip(b) {
        *a = limbs::minus(a, b);
    }
    out
}

/// a − b + 2p, for a and b below 2p.
#[inline]
#[target_feature(enable = "avx512f")]
pub(super) fn difference<const N: usize>(a: &Element<N>, b: &Element<N>) -> Element<N> {
    let mut out = minus(&plus(a, &all(multiple(2))), b);
    for a in &mut out {
        *a = settled(*a);
    }
    out
}

/// 4·(a − b + 2p), for a and b below 2p.
#[inline]
#[target_feature(enable = "avx512f")]
pub(super) fn fourfold<const N: usize>(a: &Element<N>, b: &Element<N>) -> Element<N> {
    let mut out = minus(&plus(a, &all(multiple(2))), b);
    for a in &mut out {
        for l in a.iter_mut() {
            *l = _mm512_slli_epi64::<2>(*l);
        }
        *a = settled(*a);
    }
    out
}

/// a·b/16 for a below 1.5p: below 1.4p, and so fit to be an `a` again, for b below 4p; below 1.6p for b below 16p. (In
/// the extension a part is a sum of two products, one of which has a factor below 16p whatever b is.)
#[inline]
#[target_feature(enable = "avx512f,avx512ifma")]
pub(super) fn times<const N: usize>(a: &Element<N>, b: &Element<N>) -> Element<N> {
    let mut out = *a;
    if N == 1 {
        out[0] = limbs::product(&a[0], &b[0]);
    } else {
        // i² = −1
        let negative = settled(limbs::minus(&all(multiple(16)), &b[1]));
        out[0] = limbs::sum_of_products(&a[0], &b[0], &a[1], &negative);
        out[1] = limbs::sum_of_products(&a[0], &b[1], &a[1], &b[0]);
    }
    out
}

/// a²/16, raw, for a below 2p.
#[inline]
#[target_feature(enable = "avx512f,avx512ifma")]
pub(super) fn square<const N: usize>(a: &Element<N>) -> Element<N> {
    let mut out = *a;
    if N == 1 {
        out[0] = limbs::product(&a[0], &a[0]);
    } else {
        // (a₀ + a₁)(a₀ − a₁) + 2a₀a₁i
        let sum = settled(limbs::plus(&a[0], &a[1]));
        let two = all(multiple(2));
        let difference = settled(limbs::minus(&limbs::plus(&a[0], &two), &a[1]));
        out[0] = limbs::product(&sum, &difference);
        let half = limbs::product(&a[0], &a[1]);
        out[1] = limbs::plus(&half, &half);
    }
    out
}

/// Into lanes.
#[inline]
#[target_feature(enable = "avx512f,avx512vbmi2")]
pub(super) fn split<F: Arithmetic, const N: usize>(numbers: &[F; LANES]) -> Element<N> {
    from_fn(|i| {
        let rows: Rows = numbers.each_ref().map(|a| joint(a.part(i), &[0; 4]));
        words::load(&rows)[0]
    })
}

/// Out of lanes, of settled limbs below 2p.
#[inline]
#[target_feature(enable = "avx512f")]
pub(super) fn joined<F: Arithmetic, const N: usize>(numbers: &Element<N>) -> [F; LANES] {
    let parts: [Rows; N] = from_fn(|i| words::store(&numbers[i], &numbers[i]));
    from_fn(|l| F::from_parts(|i| from_fn(|k| parts[i][l][k])))
}
