//! Intervals of linear combinations, from the weights' own values.

use crate::combination::{Array, LTerm, LoopId};
use crate::interval::{Interval, mul_range};
use crate::number::bit_length;
use num_traits::{One, Zero};
use std::collections::BTreeMap;
use std::ops::{AddAssign, Mul};
use zirc_circuit::Int;

/// Above this many separately tracked sums, an interval is taken over all of them at once.
const MAX_CHANNELS: usize = 1 << 18;

/// A dimension that a weight varies along.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Dim {
    Loop(LoopId),
    Own(usize),
}

/// The interval of every element of `Σ terms`: for each channel (combination of the free indices
/// that weights depend on) the exact sum of `w·[lo, hi]`, then the hull over channels.
pub(crate) fn lin_range(
    terms: &[LTerm],
    shape: &[usize],
    extent: &dyn Fn(LoopId) -> usize,
    source: &dyn Fn(&LTerm) -> Interval,
) -> Interval {
    let size = |d: Dim| match d {
        Dim::Loop(l) => extent(l),
        Dim::Own(k) => shape[k],
    };
    let mut channels: BTreeMap<Dim, i64> = BTreeMap::new();
    for t in terms {
        for d in weight_dims(t).0 {
            channels.insert(d, 0);
        }
    }
    let mut count = 1usize;
    for (d, stride) in channels.iter_mut().rev() {
        *stride = count as i64;
        count = count.saturating_mul(size(*d));
    }
    if count > MAX_CHANNELS && terms.len() > 1 {
        // The sum of each term's own hull contains the hull of the sums.
        return terms.iter().fold((Int::zero(), Int::zero()), |acc, t| {
            let (lo, hi) = lin_range(std::slice::from_ref(t), shape, extent, source);
            (acc.0 + lo, acc.1 + hi)
        });
    }
    if count > MAX_CHANNELS {
        return coarse(&terms[0], extent, source);
    }
    let mut fits = count > 0;
    let mut bits = 0;
    for t in terms {
        let (lo, hi) = source(t);
        let largest = t.weight.as_ref().map_or(1, largest_bits);
        let repeats: u64 = t.bound.iter().map(|&l| bit_length(&extent(l).into())).sum();
        let here = bit_length(&lo).max(bit_length(&hi)) + largest + bit_length(&t.factor) + repeats;
        bits = bits.max(here);
        fits &= here < 118;
    }
    let repeated = bit_length(&terms.len().into());
    if fits && bits + repeated < 124 {
        let narrow = |n: &Int| i128::try_from(n).unwrap_or(0);
        let (lo, hi) = sums::<i128>(terms, &channels, count, &size, extent, source, &narrow);
        (lo.into(), hi.into())
    } else {
        sums::<Int>(terms, &channels, count.max(1), &size, extent, source, &Int::clone)
    }
}

fn largest_bits(w: &Array) -> u64 {
    match &*w.data {
        zirc_circuit::Ints::Small(_) => 64,
        zirc_circuit::Ints::Big(v) => v.iter().map(bit_length).max().unwrap_or(0),
    }
}

/// The weight's dimensions: the free ones, the bound ones, with the weight's strides.
fn weight_dims(t: &LTerm) -> (Vec<Dim>, Vec<LoopId>) {
    let Some(w) = &t.weight else { return (vec![], vec![]) };
    let mut free: Vec<Dim> = vec![];
    let mut bound = vec![];
    for &(l, _) in &w.view.loops {
        if t.bound.contains(&l) { bound.push(l) } else { free.push(Dim::Loop(l)) }
    }
    for (k, &s) in w.view.own.iter().enumerate() {
        if s != 0 {
            free.push(Dim::Own(k));
        }
    }
    (free, bound)
}

/// `count · factor · [least w, largest w] · [lo, hi]`, for weights too varied to sum channel by channel.
fn coarse(
    t: &LTerm,
    extent: &dyn Fn(LoopId) -> usize,
    source: &dyn Fn(&LTerm) -> Interval,
) -> Interval {
    let all = t.weight.as_ref().map(|w| (0..w.data.len()).map(|i| w.data.get(i)));
    let weights = all.map_or((Int::one(), Int::one()), |all| {
        let (mut lo, mut hi) = (None, None);
        for w in all {
            lo = Some(lo.map_or(w.clone(), |lo: Int| lo.min(w.clone())));
            hi = Some(hi.map_or(w.clone(), |hi: Int| hi.max(w)));
        }
        (lo.unwrap_or_default(), hi.unwrap_or_default())
    });
    let repeats: Int = t.bound.iter().map(|&l| Int::from(extent(l))).product();
    let times = &t.factor * repeats;
    mul_range(&mul_range(&weights, &source(t)), &(times.clone(), times))
}

fn sums<T>(
    terms: &[LTerm],
    channels: &BTreeMap<Dim, i64>,
    count: usize,
    size: &dyn Fn(Dim) -> usize,
    extent: &dyn Fn(LoopId) -> usize,
    source: &dyn Fn(&LTerm) -> Interval,
    make: &dyn Fn(&Int) -> T,
) -> (T, T)
where
    T: Clone + Ord + Default + AddAssign + for<'a> Mul<&'a T, Output = T>,
{
    let mut lows = vec![T::default(); count];
    let mut highs = vec![T::default(); count];
    for t in terms {
        let (lo, hi) = source(t);
        let (free, bound) = weight_dims(t);
        let repeats: Int =
            t.bound.iter().filter(|l| !bound.contains(l)).map(|&l| Int::from(extent(l))).product();
        let scale = &t.factor * repeats;
        let (lo, hi) = (make(&(&lo * &scale)), make(&(&hi * &scale)));
        let zero = T::default();
        let mut add = |g: usize, w: Option<T>| {
            let (a, b) = match w {
                None => (lo.clone(), hi.clone()),
                Some(w) => (w.clone() * &lo, w * &hi),
            };
            let (a, b) = if a <= b { (a, b) } else { (b, a) };
            lows[g] += a;
            highs[g] += b;
        };
        let Some(w) = &t.weight else {
            (0..count).for_each(|g| add(g, None));
            continue;
        };
        // Every channel of the whole sum gets this term's own channel: dimensions that the weight
        // does not vary along are walked with weight stride 0.
        let mut dims: Vec<(usize, i64, i64)> = channels
            .iter()
            .map(|(&d, &g)| {
                let s = if free.contains(&d) { weight_stride(w, d) } else { 0 };
                (size(d), s, g)
            })
            .collect();
        dims.extend(bound.iter().map(|&l| (extent(l), w.view.stride(l), 0)));
        if dims.iter().any(|d| d.0 == 0) {
            continue;
        }
        walk(&dims, w.view.offset, &mut |at, g| {
            let value = make(&w.data.get(at as usize));
            if value != zero {
                add(g as usize, Some(value));
            }
        });
    }
    (lows.into_iter().min().unwrap_or_default(), highs.into_iter().max().unwrap_or_default())
}

fn weight_stride(w: &Array, d: Dim) -> i64 {
    match d {
        Dim::Loop(l) => w.view.stride(l),
        Dim::Own(k) => w.view.own[k],
    }
}

/// Visits every index of `dims` (extent, first stride, second stride) with its two offsets.
pub(crate) fn walk(dims: &[(usize, i64, i64)], offset: i64, f: &mut dyn FnMut(i64, i64)) {
    fn go(dims: &[(usize, i64, i64)], a: i64, b: i64, f: &mut dyn FnMut(i64, i64)) {
        match dims {
            [] => f(a, b),
            [(n, s, t), rest @ ..] => {
                for i in 0..*n as i64 {
                    go(rest, a + s * i, b + t * i, f);
                }
            }
        }
    }
    go(dims, offset, 0, f);
}
