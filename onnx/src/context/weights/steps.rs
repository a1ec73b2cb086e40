//! The integers of a float constant, and their step.

use crate::fault::{Import, refuse};
use crate::quantize::Choice;
use crate::quantize::fixed::{exponent, to_integer, two_to};
use ndarray::{ArrayD, Axis};
use num_bigint::BigInt;
use num_traits::{ToPrimitive, Zero};
use zirc_compiler::Ratio;

/// Finest step of weights: 2^-this.
pub(in crate::context) const FINEST: i32 = Choice::MOST_WEIGHT_FRACTION;
/// Integers that a constant may have been, as a power of two.
const GRID_BITS: i32 = 31;
/// How much finer than the coarsest channel's step another channel's may be.
const CHANNEL_SPREAD: i32 = 16;
/// The same where it is known to matter, as far as the file's integers reach.
const KNOWN_SPREAD: i32 = 40;
const LENGTH: i32 = 62;

pub(super) fn finite(a: &ArrayD<f64>, name: &str) -> Import<()> {
    match a.iter().position(|v| !v.is_finite()) {
        None => Ok(()),
        Some(k) => refuse(format!(
            "constant `{}` holds {} at element {k}",
            crate::graph::show(name),
            a.iter().nth(k).copied().unwrap_or(f64::NAN)
        )),
    }
}

/// Raw integers of a constant and the exponent of their step, 2^−frac. Where the finest that is of use is known,
/// channels may differ by more.
pub(in crate::context) fn quantize(
    a: &ArrayD<f64>,
    (bits, finest): (u32, Option<i32>),
    axis: Option<usize>,
    name: &str,
) -> Import<(Vec<BigInt>, i32)> {
    finite(a, name)?;
    let largest = |view: &mut dyn Iterator<Item = f64>| view.fold(0.0, |m: f64, v| m.max(v.abs()));
    // The finest step at which the largest value has `bits` bits with its sign.
    let own = |m: f64| if m == 0.0 { None } else { Some(bits as i32 - 1 - exponent(m)) };
    let channels: Vec<Option<i32>> = match axis {
        Some(axis) => {
            a.axis_iter(Axis(axis)).map(|c| own(largest(&mut c.iter().copied()))).collect()
        }
        None => vec![own(largest(&mut a.iter().copied()))],
    };
    let Some(coarsest) = channels.iter().flatten().min().copied() else {
        return Ok((vec![BigInt::zero(); a.len()], 0));
    };
    let limit = match finest {
        Some(most) => {
            let spread = KNOWN_SPREAD.min(LENGTH - bits as i32);
            (coarsest + spread).min(most.clamp(-FINEST, FINEST))
        }
        None => (coarsest + CHANNEL_SPREAD).min(FINEST),
    };
    let steps: Vec<i32> = channels.iter().map(|c| c.unwrap_or(coarsest).min(limit)).collect();
    let frac = steps.iter().copied().max().unwrap_or(0);
    let mut raw = vec![];
    for (index, v) in a.indexed_iter() {
        let own = steps[axis.map_or(0, |k| index[k])];
        let r = to_integer(v * two_to(own));
        raw.push(r << (frac - own) as u32);
    }
    if raw.iter().all(Zero::is_zero) {
        return Ok((raw, 0));
    }
    let shared = drop_shared_zeros(&mut raw);
    Ok((raw, frac - shared))
}

/// Binary zeros that all integers share at the end are no information; how many they were.
pub(super) fn drop_shared_zeros(raw: &mut [BigInt]) -> i32 {
    let shared = raw.iter().filter_map(BigInt::trailing_zeros).min().unwrap_or(0);
    let shared = i32::try_from(shared).unwrap_or(0);
    raw.iter_mut().for_each(|v| *v >>= shared as u32);
    shared
}

/// Whether all numbers are multiples of a step, as 32-bit floats are.
pub(super) fn whole_steps(a: &ArrayD<f64>, scale: &Ratio) -> bool {
    let step = scale.to_f64().unwrap_or(0.0);
    a.iter().all(|v| ((v / step).round() * step) as f32 == *v as f32)
}

/// The integers that numbers are multiples of one scale by, and that scale. Scales that differ from
/// slice to slice have no step in common that would make short integers.
pub(super) fn on_grid(a: &ArrayD<f64>, scales: &[f32]) -> Option<(Vec<BigInt>, Ratio)> {
    let (first, rest) = scales.split_first()?;
    if rest.iter().any(|s| s != first) || !(first.is_finite() && *first > 0.0) {
        return None;
    }
    let one = |v: &f64| {
        let k = (v / f64::from(*first)).round();
        let same = k.abs() <= two_to(GRID_BITS) && f64::from(k as f32 * first) == *v;
        same.then(|| to_integer(k))
    };
    let raw = a.iter().map(one).collect::<Option<Vec<_>>>()?;
    Some((raw, Ratio::from_float(*first)?))
}
