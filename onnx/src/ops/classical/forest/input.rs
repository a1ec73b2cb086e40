//! The type of an input that trees read.

use super::thresholds::{Met, Threshold, met};
use crate::context::Converter;
use crate::quantize::fixed::two_to;
use crate::quantize::{Fixed, Range};

/// Most bits of an input that trees read: their cuts are machine words.
const WIDEST: u32 = 62;
/// A threshold that is so far below the largest number counts as 0, as 1e-35 does for those who write it.
const NOTHING: f64 = 1.0 / (1u64 << 60) as f64;
/// What is so far below the largest number, and so far below 1, may be taken for 0 where a threshold is 0.
const SMALL: f64 = 1.0 / (1u64 << 32) as f64;
const SMALL_BY_ITSELF: f64 = 1.0 / (1u64 << 20) as f64;
/// Most bits behind the point.
const MOST_FRACTION: i32 = 160;

/// The distance of the 32-bit floats just below a number, of which every float beside it is a multiple.
fn spacing(t: f64) -> f64 {
    let t = t as f32;
    f64::from(t) - f64::from(t.next_down())
}

/// The type of an input of the graph that only trees read, as it is or among other columns, and whether it is as fine
/// as it has to be. Its step is that of 32-bit floats where they are closest around a threshold, so that a float on
/// either side of one, or on it, stays there: thresholds of some trainers are training data themselves.
pub(crate) fn given(c: &Converter<'_>, name: &str) -> Option<(Fixed, bool)> {
    let ranges = c.settings.ranges.as_ref();
    let seen = |tensor: &str| ranges.and_then(|r| r.tensors.get(tensor));
    let all = met(c.graph, c.samples, name)?;
    let (lo, hi) = ends(&all, seen(name))?;
    let joined =
        all.beside.iter().filter_map(|t| seen(t)).map(|r| 2.0 * r.lo.abs().max(r.hi.abs()));
    let beside = joined.chain([2.0 * all.largest_beside]).fold(0.0, f64::max);
    typed(&all.thresholds, (lo, hi), beside)
}

/// From where to where an input reaches: twice as far as calibration saw, or as the thresholds.
fn ends(all: &Met, seen: Option<&Range>) -> Option<(f64, f64)> {
    let first = all.thresholds.iter().map(|t| t.at).reduce(f64::min)?;
    let last = all.thresholds.iter().map(|t| t.at).reduce(f64::max)?;
    Some(match seen {
        // Room for what calibration did not see.
        Some(r) => (2.0 * r.lo.min(first), 2.0 * r.hi.max(last)),
        // As far again on both sides.
        None => ((-2.0 * last.abs().max(first.abs())).min(0.0), 2.0 * last.abs()),
    })
}

/// The type with the coarsest step that tells apart what thresholds do, and whether there is one. What is `beside` it
/// in what trees read shares its step there, and needs room too.
fn typed(thresholds: &[Threshold], (lo, hi): (f64, f64), beside: f64) -> Option<(Fixed, bool)> {
    let largest = lo.abs().max(hi.abs());
    if thresholds.is_empty() || !largest.is_finite() || !beside.is_finite() {
        return None;
    }
    // Where every threshold is 0 and nothing else was seen, all that is known is that there are signs.
    let (lo, hi, largest) = if largest == 0.0 { (-1.0, 1.0, 1.0) } else { (lo, hi, largest) };
    let wanted = fraction(thresholds, largest);
    let room = if beside > 0.0 { Fixed::holding(-beside, beside, WIDEST).frac } else { wanted };
    let frac = wanted.min(room);
    let mut widest = Fixed::holding(lo, hi.max(two_to(-frac)), WIDEST);
    let mut ends = (lo, hi);
    // Room for a coarser step than is wanted may take its range beyond what it held.
    for _ in 0..2 {
        ends = beyond(thresholds, ends, two_to(-frac.min(widest.frac)));
        widest = Fixed::holding(ends.0, ends.1, WIDEST);
    }
    let frac = frac.min(widest.frac);
    let mut bits = u32::try_from(WIDEST as i32 - (widest.frac - frac)).ok()?.clamp(2, WIDEST);
    // At a coarser step a threshold that is the end may need one more; what is seen may be cut by a step.
    let step = two_to(-frac);
    let (first, last) = beyond(thresholds, (if widest.signed { -step } else { 0.0 }, 0.0), step);
    while bits < WIDEST && Fixed::holding(first, last, bits).frac < frac {
        bits += 1;
    }
    Some((Fixed { signed: widest.signed, bits, frac }, frac >= wanted))
}

/// Bits behind the point that tell apart what thresholds do.
fn fraction(thresholds: &[Threshold], largest: f64) -> i32 {
    let sizes = || thresholds.iter().map(|t| t.at.abs());
    let least = sizes().filter(|t| *t > largest * NOTHING).fold(f64::INFINITY, f64::min);
    let around_zero = sizes().any(|t| t <= largest * NOTHING);
    let small = if around_zero { (largest * SMALL).min(SMALL_BY_ITSELF) } else { f64::INFINITY };
    let step = if least.is_finite() { spacing(least).min(small) } else { small };
    let mut frac = 0;
    while two_to(-frac) > step && frac < MOST_FRACTION {
        frac += 1;
    }
    while frac > -64 && two_to(-(frac - 1)) <= step {
        frac -= 1;
    }
    frac
}

/// Ends of which those that a threshold is near lie beyond it: what is beyond is cut to them.
fn beyond(thresholds: &[Threshold], (lo, hi): (f64, f64), step: f64) -> (f64, f64) {
    let below = |t: &Threshold| if t.below { t.at - step } else { t.at };
    let above = |t: &Threshold| if t.above { t.at + step } else { t.at };
    let first = thresholds.iter().map(below).fold(lo, f64::min);
    (first, thresholds.iter().map(above).fold(hi, f64::max))
}

#[cfg(test)]
mod tests {
    use super::{Threshold, spacing, typed};
    use crate::quantize::fixed::two_to;

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

    fn thresholds(list: &[f64]) -> Vec<Threshold> {
        list.iter().map(|at| Threshold { at: *at, below: true, above: true }).collect()
    }

    /// What is cut to the type is on its side of each threshold.
    #[test]
    fn there_is_room_beyond_every_threshold() {
        for (thresholds, ends) in [
            (&[0.0, 0.5][..], (0.0, 2.0)),
            (&[0.0], (0.0, 0.0)),
            (&[-3.0, 0.0], (-6.0, 0.0)),
            (&[0.0, 1.0], (0.0, 1.0)),
            (&[1e-35, 1.5e9], (0.0, 3e9)),
            (&[0.0, 7.0], (0.0, 1e30)),
        ] {
            let (t, _) = typed(&self::thresholds(thresholds), ends, 0.0).unwrap();
            let (lo, hi) = t.real_range();
            let step = two_to(-t.frac);
            for v in thresholds {
                assert!(lo <= v - step && v + step <= hi, "{t} at {v}");
            }
        }
    }

    /// x ≤ 0 is the same for all that is cut to 0.
    #[test]
    fn room_that_makes_no_difference_is_none() {
        let least = Threshold { at: 0.0, below: false, above: true };
        assert!(!typed(&[least], (0.0, 2.0), 0.0).unwrap().0.signed);
        let most = Threshold { at: 1.0, below: true, above: false };
        assert!(typed(&[most], (0.0, 1.0), 0.0).unwrap().0.real_range().1 >= 1.0);
    }

    #[test]
    fn signs_are_told_beside_large_numbers() {
        let (t, exact) = typed(&thresholds(&[1e-35, 1.5e9]), (-3e9, 3e9), 0.0).unwrap();
        assert!(exact && two_to(-t.frac) < 1e-5, "{t}");
        let (t, exact) = typed(&thresholds(&[1e-6, 1e8]), (-2e8, 2e8), 0.0).unwrap();
        assert!(!exact && t.bits == 62, "{t}");
        // A column that stands beside another one has its share of the bits.
        let (t, exact) = typed(&thresholds(&[1e-6]), (-2e-6, 2e-6), 2e8).unwrap();
        assert!(!exact && two_to(-t.frac) * two_to(61) >= 2e8, "{t}");
    }
}
