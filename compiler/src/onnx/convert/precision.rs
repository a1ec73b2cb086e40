//! How fine constants must be beside what they meet.
//!
//! Bits of constants only widen accumulators. So the usual number of them is raised where rounding would
//! show in the result: with features of different sizes a weight's own size does not say what it does.

use super::Converter;
use crate::onnx::graph::Node;
use crate::quantize::Range;
use crate::quantize::fixed::exponent;
use ndarray::{ArrayD, Axis};

/// Roundings of weights may make an error of the result, as a part of how far it reaches, of 2^−this
/// beside bits of 8; the usual ones are well below where features are alike.
const SLACK: u32 = 2;
/// The most bits that are added.
const MOST: u32 = 24;
/// Elements that reach less than this part of the largest do not decide how fine a factor is.
const SHARE: f64 = 1.0 / 64.0;

impl Converter<'_> {
    fn seen(&self, tensor: &str) -> Option<&Range> {
        self.settings.ranges.as_ref()?.tensors.get(tensor)
    }

    /// Bits that weights need beside the usual ones, for x·w with x of a tensor and the result in another:
    /// with a step of s for a column of w, the sum over the features j has an error of s/√12·√(Σ xⱼ²).
    pub(crate) fn finer_weights(&self, x: &str, result: &str, w: &ArrayD<f64>) -> u32 {
        let (Some(x), Some(y)) = (self.seen(x), self.seen(result)) else { return 0 };
        let [features, columns] = *w.shape() else { return 0 };
        if x.columns.len() != features || y.columns.len() != columns {
            return 0;
        }
        let size = |(lo, hi): &(f64, f64)| lo.abs().max(hi.abs());
        let squares: f64 = x.columns.iter().map(|c| size(c) * size(c)).sum();
        let reach = |(lo, hi): &(f64, f64)| if hi > lo { hi - lo } else { 0.0 };
        let most = y.columns.iter().map(reach).fold(0.0, f64::max);
        let bits = self.weight_bits();
        let allowed = 1.0 / f64::from(1u32 << (bits.clamp(SLACK + 1, 30) - SLACK));
        let need = |(column, r): (ndarray::ArrayViewD<'_, f64>, f64)| {
            let largest = column.iter().fold(0.0, |m: f64, v| m.max(v.abs()));
            let step = largest / f64::from(1u32 << (bits.clamp(1, 30) - 1));
            let error = step * (squares / 12.0).sqrt();
            let share = error / (r * allowed);
            if share > 1.0 && share.is_finite() { exponent(share).max(0) as u32 } else { 0 }
        };
        let told = w.axis_iter(Axis(1)).zip(y.columns.iter().map(reach));
        let told = told.filter(|(_, r)| *r > SHARE * most);
        told.map(need).max().unwrap_or(0).min(MOST)
    }

    /// Bits that a constant needs beside the usual ones where it multiplies a tensor element by element: as
    /// many for each factor, unless nothing is left of what it multiplies.
    pub(crate) fn finer_factors(&self, n: &Node, factors: &ArrayD<f64>) -> u32 {
        let y = n.outputs.first().and_then(|o| self.seen(o));
        let Some(y) = y.filter(|y| y.columns.len() == factors.len()) else { return 0 };
        if factors.shape().last() != Some(&factors.len()) {
            return 0;
        }
        let reach: Vec<f64> =
            y.columns.iter().map(|(lo, hi)| lo.abs().max(hi.abs())).collect();
        let most = reach.iter().copied().fold(0.0, f64::max);
        let sizes = factors.iter().map(|v| v.abs());
        let largest = sizes.clone().fold(0.0, f64::max);
        let told = sizes.zip(&reach).filter(|(v, r)| *v > 0.0 && **r > SHARE * most);
        let least = told.map(|(v, _)| v).fold(largest, f64::min);
        let ratio = largest / least;
        if ratio.is_finite() { (exponent(ratio).max(1) as u32 - 1).min(MOST) } else { 0 }
    }
}
