//! The type of an input that trees read.

use crate::context::Role;
use crate::graph::Graph;
use crate::ops::classical::{role, trees};
use crate::quantize::fixed::two_to;
use crate::quantize::{Fixed, Range};
use std::collections::BTreeMap;

/// Most bits of an input that trees read: their cuts are machine words.
const WIDEST: u32 = 62;
/// A threshold that is so far below the largest number counts as 0, as 1e-35 does for those who write it.
const NOTHING: f64 = 1.0 / (1u64 << 60) as f64;
/// What is so far below the largest number may be taken for 0 where a threshold is 0.
const SMALL: f64 = 1.0 / (1u64 << 32) as f64;
/// Most bits behind the point.
const MOST_FRACTION: i32 = 160;

/// The distance of the 32-bit floats just below a number, of which every float beside it is a multiple.
fn spacing(t: f64) -> f64 {
    let t = t as f32;
    f64::from(t) - f64::from(t.next_down())
}

/// The type of an input of the graph that only trees read. Its step is that of 32-bit floats where they are
/// closest around a threshold, so that a float on either side of one, or on it, stays there: thresholds of
/// some trainers are training data themselves.
pub(crate) fn given(g: &Graph, name: &str, seen: Option<&Range>) -> Option<Fixed> {
    let mut thresholds: BTreeMap<usize, Vec<f64>> = BTreeMap::new();
    for n in g.nodes.iter().filter(|n| n.inputs.iter().any(|i| i == name)) {
        let Role::Trees(own) = role(n) else { return None };
        let e = trees::ensemble(own, n).ok()?;
        for (f, t) in e.branches() {
            thresholds.entry(f).or_default().extend(t.values());
        }
    }
    let (mut lo, mut hi) = seen.map_or((0.0, 0.0), |r| (r.lo, r.hi));
    for list in thresholds.values_mut() {
        list.sort_by(f64::total_cmp);
        let (first, last) = (list.first()?, list.last()?);
        if seen.is_none() {
            // As far again on both sides.
            (lo, hi) = (lo.min(-2.0 * last.abs().max(first.abs())), hi.max(2.0 * last.abs()));
        }
        (lo, hi) = (lo.min(*first), hi.max(*last));
    }
    if seen.is_some() {
        // Room for what calibration did not see.
        (lo, hi) = (2.0 * lo, 2.0 * hi);
    }
    let largest = lo.abs().max(hi.abs());
    let all = thresholds.values().flatten().map(|t| t.abs());
    let least = all.filter(|t| *t > largest * NOTHING).fold(f64::INFINITY, f64::min);
    if thresholds.is_empty() || !largest.is_finite() || largest == 0.0 {
        return None;
    }
    let around_zero = thresholds.values().flatten().any(|t| t.abs() <= largest * NOTHING);
    let small = if around_zero { largest * SMALL } else { f64::INFINITY };
    let step = if least.is_finite() { spacing(least).min(small) } else { small };
    let mut frac = 0;
    while two_to(-frac) > step && frac < MOST_FRACTION {
        frac += 1;
    }
    while frac > -64 && two_to(-(frac - 1)) <= step {
        frac -= 1;
    }
    let widest = Fixed::holding(lo, hi, WIDEST);
    let bits = WIDEST as i32 - (widest.frac - frac);
    let bits = u32::try_from(bits).ok()?.clamp(2, WIDEST);
    Some(Fixed { signed: widest.signed, bits, frac: frac.min(widest.frac) })
}

#[cfg(test)]
mod tests {
    use super::spacing;

    #[test]
    fn floats_around_a_threshold_are_multiples_of_its_spacing() {
        for t in [1.0f32, 1.7, 2.240_893_1, 0.950_088_44, 19_400.5, 1013.25, 3e10, 1e-7, f32::MAX] {
            let step = spacing(f64::from(t));
            let below = t.next_down();
            for x in [t, below, below.next_down(), t.next_up()].map(f64::from) {
                assert!(!x.is_finite() || (x / step).fract() == 0.0, "{x} around {t}");
            }
            assert_ne!(f64::from(t) / step, f64::from(below) / step, "{t}");
        }
    }
}
