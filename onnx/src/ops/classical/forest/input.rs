//! The type of an input that trees read.

use crate::context::Role;
use crate::graph::Graph;
use crate::ops::classical::{role, trees};
use crate::quantize::fixed::two_to;
use crate::quantize::{Fixed, Range};
use std::collections::BTreeMap;

/// Steps between the closest thresholds of a feature.
const APART: f64 = 8.0;
/// Most bits of an input that trees read.
const WIDEST: u32 = 40;

/// The type of an input of the graph that only trees read: its step keeps the thresholds of each
/// feature apart.
pub(crate) fn given(g: &Graph, name: &str, seen: Option<&Range>) -> Option<Fixed> {
    let mut thresholds: BTreeMap<usize, Vec<f64>> = BTreeMap::new();
    for n in g.nodes.iter().filter(|n| n.inputs.iter().any(|i| i == name)) {
        let Role::Trees(own) = role(n) else { return None };
        let e = trees::ensemble(own, n).ok()?;
        for (f, t) in e.branches() {
            thresholds.entry(f).or_default().extend(t.values());
        }
    }
    let mut gap = f64::INFINITY;
    let (mut lo, mut hi) = seen.map_or((0.0, 0.0), |r| (r.lo, r.hi));
    for list in thresholds.values_mut() {
        list.sort_by(f64::total_cmp);
        list.dedup();
        let pairs = list.windows(2).map(|p| p[1] - p[0]);
        // A threshold alone is apart from 0.
        let alone = list.iter().filter(|t| **t != 0.0).map(|t| t.abs() / 256.0);
        gap = pairs.chain(alone).fold(gap, f64::min);
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
    if !gap.is_finite() || thresholds.is_empty() {
        return None;
    }
    let mut frac = 0;
    while two_to(-frac) > gap / APART && frac < WIDEST as i32 {
        frac += 1;
    }
    while frac > -64 && two_to(-(frac - 1)) <= gap / APART {
        frac -= 1;
    }
    let widest = Fixed::holding(lo, hi, WIDEST);
    let bits = WIDEST as i32 - (widest.frac - frac);
    let bits = u32::try_from(bits).ok()?.clamp(2, WIDEST);
    Some(Fixed { signed: widest.signed, bits, frac: frac.min(widest.frac) })
}
