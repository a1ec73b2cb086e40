//! The two passes over a batch, eight pairs at a time.
//!
//! Lane l of chunk k has pair 8k + l; the last chunk is filled up with its own first pair. Every lane has a
//! product of denominators of its own, and the eight are inverted together.
//!
//! A product of lanes is a sixteenth of that of the numbers. The prefixes are P' = P·d/16; with I = 64/P' an
//! inverse is I·P/16 = 64/d and the next I is I·d/16 = 64/P: the sixteenths cancel. Then the slope
//! times 4 is dy·(64/d)/16, its square divided by 16 is that of the slope, and the slope times
//! 4·Δ divided by 16 comes of four times Δ.

use super::element::{
    Element, difference, fourfold, joined, minus, plus, split, square, stored, times,
};
use super::limbs::{self, Lanes, all, multiple};
use super::words::{self, LANES, Rows, joint};
use crate::curve::arithmetic::Arithmetic;
use crate::curve::batch::Pairs;
use crate::curve::chord::{unusual_denominator, unusual_sum};
use ark_ec::short_weierstrass::{Affine, SWCurveConfig};
use ark_ff::{AdditiveGroup, Field};
use std::arch::x86_64::*;
use std::array::from_fn;

/// Writes the sum of every pair to its place.
#[target_feature(enable = "avx512f,avx512ifma,avx512vbmi2")]
pub(super) fn sums<P: SWCurveConfig<BaseField: Arithmetic>, const N: usize>(
    pairs: &impl Pairs<P>,
    prefixes: &mut Vec<Lanes>,
    out: &mut [Affine<P>],
) {
    let count = pairs.count();
    prefixes.clear();
    prefixes.reserve(N * count.div_ceil(LANES));
    let mut product: Element<N> = split(&[P::BaseField::ONE; LANES]);
    for first in (0..count).step_by(LANES) {
        let points = chunk(pairs, first);
        let [px, qx] = abscissas::<P, N>(&points);
        let (d, _) = denominators(&points, &px, &qx);
        prefixes.extend(product);
        product = times(&product, &d);
    }
    let mut inverse = inverses::<P, N>(&product);
    for first in (0..count).step_by(LANES).rev() {
        let points = chunk(pairs, first);
        let [px, py] = coordinates::<P, N>(&points, 0);
        let [qx, qy] = coordinates::<P, N>(&points, 1);
        let (d, unusual) = denominators(&points, &px, &qx);
        let mut prefix = [limbs::zero(); N];
        prefix.copy_from_slice(&prefixes[N * (first / LANES)..][..N]);
        let own: Element<N> = times(&inverse, &prefix);
        inverse = times(&inverse, &d);
        // Four times the slope.
        let slope = times(&own, &difference(&qy, &py));
        let x = plus(&square(&slope), &all(multiple(4)));
        let x = stored(minus(&minus(&x, &px), &qx));
        let y = plus(&times(&slope, &fourfold(&px, &x)), &all(multiple(2)));
        let y = stored(minus(&y, &py));
        put(&x, &y, pairs, first, out);
        if unusual != 0 {
            put_unusual(&points, &own, unusual, pairs, first, out);
        }
    }
}

/// The pairs of one chunk.
#[inline(always)]
fn chunk<P: SWCurveConfig<BaseField: Arithmetic>>(
    pairs: &impl Pairs<P>,
    first: usize,
) -> [[&Affine<P>; 2]; LANES] {
    from_fn(|l| pairs.pair(if first + l < pairs.count() { first + l } else { first }))
}

/// The abscissas of both points of each pair.
#[inline]
#[target_feature(enable = "avx512f,avx512vbmi2")]
fn abscissas<P: SWCurveConfig<BaseField: Arithmetic>, const N: usize>(
    points: &[[&Affine<P>; 2]; LANES],
) -> [Element<N>; 2] {
    let [mut of_p, mut of_q] = [[limbs::zero(); N]; 2];
    for (i, (of_p, of_q)) in of_p.iter_mut().zip(&mut of_q).enumerate() {
        let mut rows = [[0; 8]; LANES];
        for (row, [p, q]) in rows.iter_mut().zip(points) {
            *row = joint(p.x.part(i), q.x.part(i));
        }
        [*of_p, *of_q] = words::load(&rows);
    }
    [of_p, of_q]
}

/// Both coordinates of one point of each pair.
#[inline]
#[target_feature(enable = "avx512f,avx512vbmi2")]
fn coordinates<P: SWCurveConfig<BaseField: Arithmetic>, const N: usize>(
    points: &[[&Affine<P>; 2]; LANES],
    which: usize,
) -> [Element<N>; 2] {
    let [mut x, mut y] = [[limbs::zero(); N]; 2];
    for (i, (x, y)) in x.iter_mut().zip(&mut y).enumerate() {
        let mut rows = [[0; 8]; LANES];
        for (row, pair) in rows.iter_mut().zip(points) {
            *row = joint(pair[which].x.part(i), pair[which].y.part(i));
        }
        [*x, *y] = words::load(&rows);
    }
    [x, y]
}

/// What is to be inverted of each pair, settled and below 4p, and which lanes have an unusual pair (as
/// [`crate::curve::chord`] has it).
#[inline]
#[target_feature(enable = "avx512f,avx512ifma,avx512vbmi2")]
fn denominators<P: SWCurveConfig<BaseField: Arithmetic>, const N: usize>(
    points: &[[&Affine<P>; 2]; LANES],
    px: &Element<N>,
    qx: &Element<N>,
) -> (Element<N>, u8) {
    let d: Element<N> = difference(qx, px);
    let is = |l: __m512i, value: u64| _mm512_cmpeq_epi64_mask(l, _mm512_set1_epi64(value as i64));
    let low = d[0][0];
    // More than 0 and less than 4p.
    let zero = is(low, multiple(1)[0]) | is(low, multiple(2)[0]) | is(low, multiple(3)[0]);
    let unusual = zero | is(px[0][0], 0) | is(qx[0][0], 0);
    if unusual == 0 { (d, 0) } else { (patched(points, d, unusual), unusual) }
}

/// Denominators, with 64 times those of unusual pairs put in: what comes back for them is the inverse itself.
#[cold]
#[inline(never)]
#[target_feature(enable = "avx512f,avx512ifma,avx512vbmi2")]
fn patched<P: SWCurveConfig<BaseField: Arithmetic>, const N: usize>(
    points: &[[&Affine<P>; 2]; LANES],
    d: Element<N>,
    unusual: u8,
) -> Element<N> {
    let put: [P::BaseField; LANES] = from_fn(|l| {
        let [p, q] = points[l];
        if unusual >> l & 1 == 0 {
            return P::BaseField::ZERO;
        }
        let d = unusual_denominator(p, q, q.x.minus(&p.x));
        (0..6).fold(d, |d, _| d.double())
    });
    let put: Element<N> = split(&put);
    from_fn(|i| limbs::select(unusual, &put[i], &d[i]))
}

/// 64/(a product of denominators), lane by lane.
#[inline(never)]
#[target_feature(enable = "avx512f,avx512vbmi2")]
fn inverses<P: SWCurveConfig<BaseField: Arithmetic>, const N: usize>(
    products: &Element<N>,
) -> Element<N> {
    let products: [P::BaseField; LANES] = joined(products).map(|a: P::BaseField| a.canonical());
    let mut prefixes = [P::BaseField::ONE; LANES];
    for l in 1..LANES {
        prefixes[l] = prefixes[l - 1] * products[l - 1];
    }
    // No denominator is zero, so their product has an inverse.
    let inverse = (prefixes[LANES - 1] * products[LANES - 1]).inverse();
    let mut inverse = inverse.unwrap_or_default() * P::BaseField::from(64u64);
    for l in (0..LANES).rev() {
        prefixes[l] *= inverse;
        inverse *= products[l];
    }
    split(&prefixes)
}

/// Writes points to their places.
#[inline]
#[target_feature(enable = "avx512f")]
fn put<P: SWCurveConfig<BaseField: Arithmetic>, const N: usize>(
    x: &Element<N>,
    y: &Element<N>,
    pairs: &impl Pairs<P>,
    first: usize,
    out: &mut [Affine<P>],
) {
    let parts: [Rows; N] = from_fn(|i| words::store(&x[i], &y[i]));
    for l in 0..LANES.min(pairs.count() - first) {
        let x = P::BaseField::from_parts(|i| from_fn(|k| parts[i][l][k]));
        let y = P::BaseField::from_parts(|i| from_fn(|k| parts[i][l][4 + k]));
        out[pairs.place(first + l)] = Affine::new_unchecked(x, y);
    }
}

/// The sums of unusual pairs, given what came back for their denominators.
#[cold]
#[inline(never)]
#[target_feature(enable = "avx512f")]
fn put_unusual<P: SWCurveConfig<BaseField: Arithmetic>, const N: usize>(
    points: &[[&Affine<P>; 2]; LANES],
    inverses: &Element<N>,
    unusual: u8,
    pairs: &impl Pairs<P>,
    first: usize,
    out: &mut [Affine<P>],
) {
    let inverses: [P::BaseField; LANES] = joined(inverses);
    for l in (0..LANES.min(pairs.count() - first)).filter(|l| unusual >> l & 1 == 1) {
        let [p, q] = points[l];
        out[pairs.place(first + l)] = unusual_sum(p, q, &inverses[l]);
    }
}
