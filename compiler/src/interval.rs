//! Intervals of integers.

use crate::number::Ratio;
use num_traits::{Signed, Zero};
use zirc_circuit::Int;

/// An inclusive interval.
pub(crate) type Interval = (Int, Int);

/// The interval of a product.
pub(crate) fn mul_range(a: &Interval, b: &Interval) -> Interval {
    let all = [&a.0 * &b.0, &a.0 * &b.1, &a.1 * &b.0, &a.1 * &b.1];
    let lo = all.iter().min().cloned().unwrap_or_default();
    let hi = all.into_iter().max().unwrap_or_default();
    (lo, hi)
}

/// The interval of a square.
pub(crate) fn square_range(a: &Interval) -> Interval {
    let (l, h) = (&a.0 * &a.0, &a.1 * &a.1);
    let hi = l.clone().max(h.clone());
    if a.0.is_positive() || a.1.is_negative() { (l.min(h), hi) } else { (Int::zero(), hi) }
}

/// k·[lo, hi] as whole numbers: of a value that is one.
pub(crate) fn times(k: &Ratio, (lo, hi): &Interval) -> Interval {
    let (a, b) = (k * Ratio::from(lo.clone()), k * Ratio::from(hi.clone()));
    let (a, b) = if a <= b { (a, b) } else { (b, a) };
    (a.ceil().to_integer(), b.floor().to_integer())
}

/// What both intervals say. Where they contradict each other the branch is chosen for no input, and the second, which
/// follows from its condition, is as true as any.
pub(crate) fn both(a: Interval, b: &Interval) -> Interval {
    let (lo, hi) = (a.0.clone().max(b.0.clone()), a.1.clone().min(b.1.clone()));
    if lo <= hi { (lo, hi) } else { b.clone() }
}
