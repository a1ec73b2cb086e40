//! How fine constants must be beside what they meet.
//!
//! Bits of constants only widen accumulators. So the usual number of them is raised where rounding would
//! show in the result: with features of different sizes a weight's own size does not say what it does.

use super::{Converter, Effect, Operand, number_text};
use crate::fault::Import;
use crate::graph::Node;
use crate::quantize::fixed::exponent;
use crate::quantize::{Fixed, Range};
use ndarray::{ArrayD, Axis};
use std::collections::BTreeSet;

/// Roundings of weights may make an error of the result, as a part of how far it reaches, of 2^−this
/// beside bits of 8; the usual ones are well below where features are alike.
const SLACK: u32 = 2;
/// The most bits that are added, and the most to factors of columns; the most that a constant's integers have.
const MOST: u32 = 24;
const FACTORS: u32 = 40;
const LENGTH: u32 = 62;
/// Columns that reach less than this part of the largest have weights that are fine enough beside their own.
const SHARE: f64 = 1.0 / 64.0;

/// The error of a score that shows in what becomes of it by less than 1/128, whatever its size.
pub(crate) const SCORE: f64 = 1.0 / 32.0;

impl Converter<'_> {
    /// The node's bits of weights with some more, which are its choice from then on: where only the choices are
    /// known, they are the same.
    pub(crate) fn finer_bits(&mut self, more: u32) -> u32 {
        let bits = self.weight_bits() + more;
        if more > 0 {
            let layer = self.chosen.layers.entry(self.node.layer().to_owned()).or_default();
            layer.weight_bits = Some(bits);
        }
        bits
    }

    /// What a tensor holds on calibration data.
    pub(crate) fn seen(&self, tensor: &str) -> Option<&Range> {
        self.settings.ranges.as_ref()?.tensors.get(tensor)
    }

    /// Bits that weights need beside the usual ones, for x·w with x of a tensor and the result in another:
    /// with a step of s for a column of w, the sum over the features j has an error of s/√12·√(Σ xⱼ²). What
    /// reads the result may say which error it takes at most.
    pub(crate) fn finer_weights(
        &self,
        (x, result): (&str, &str),
        w: &ArrayD<f64>,
        most_error: Option<f64>,
    ) -> u32 {
        let (Some(x), Some(y)) = (self.seen(x), self.seen(result)) else { return 0 };
        let [features, columns] = *w.shape() else { return 0 };
        if x.columns.len() != features || y.columns.len() != columns {
            return 0;
        }
        let size = |(lo, hi): &(f64, f64)| lo.abs().max(hi.abs());
        let squares: f64 = x.columns.iter().map(|c| size(c) * size(c)).sum();
        let most_error = most_error.or_else(|| self.takes(self.output_name(0)));
        let reach = |(lo, hi): &(f64, f64)| if hi > lo { hi - lo } else { 0.0 };
        let most = y.columns.iter().map(reach).fold(0.0, f64::max);
        let bits = self.weight_bits();
        let allowed = 1.0 / f64::from(1u32 << (bits.clamp(SLACK + 1, 30) - SLACK));
        let need = |(column, r): (ndarray::ArrayViewD<'_, f64>, f64)| {
            let largest = column.iter().fold(0.0, |m: f64, v| m.max(v.abs()));
            let step = largest / f64::from(1u32 << (bits.clamp(1, 30) - 1));
            let error = step * (squares / 12.0).sqrt();
            let share = error / (r * allowed).min(most_error.unwrap_or(f64::INFINITY));
            if share > 1.0 && share.is_finite() { exponent(share).max(0) as u32 } else { 0 }
        };
        let told = w.axis_iter(Axis(1)).zip(y.columns.iter().map(reach));
        let told = told.filter(|(_, r)| *r > SHARE * most);
        told.map(need).max().unwrap_or(0).min(MOST)
    }

    /// The least error of a tensor that shows in what steep functions make of it, where no more than sums, moves
    /// and constant factors are between.
    pub(crate) fn takes(&self, tensor: &str) -> Option<f64> {
        let (mut least, mut open, mut seen) = (None, vec![(tensor, SCORE)], BTreeSet::new());
        while let Some((name, error)) = open.pop() {
            for n in self.graph.nodes.iter().filter(|n| n.inputs.iter().any(|i| i == name)) {
                let Some(y) = n.outputs.first().filter(|y| seen.insert(*y)) else { continue };
                let mut takes = |own: f64| least = Some(own.min(least.unwrap_or(f64::INFINITY)));
                match self.groups.effects.get(y).copied().unwrap_or(Effect::Other) {
                    Effect::Steep => takes(error),
                    Effect::Root => takes(self.root_takes(name).unwrap_or(f64::INFINITY)),
                    Effect::Same => open.push((y, error)),
                    Effect::Factor => {
                        let factor = n.inputs.iter().find_map(|i| self.graph.initializers.get(i));
                        let all = factor.and_then(|t| t.floats().ok());
                        let most = all.map(|a| a.iter().fold(0.0, |m: f64, v| m.max(v.abs())));
                        open.extend(most.map(|m| (y.as_str(), error / m.max(1.0))));
                    }
                    Effect::Other => {}
                }
            }
        }
        least
    }

    /// The error of what a root is drawn of that its result is rounded by: e of x is e/(2·√x) of the root, most
    /// for the least x.
    fn root_takes(&self, tensor: &str) -> Option<f64> {
        let (bits, seen) = (self.activation_bits().clamp(1, 30), self.seen(tensor)?);
        let step = libm::sqrt(seen.hi.max(0.0)) / f64::from(1u32 << bits);
        let error = 2.0 * step * libm::sqrt(seen.lo.max(0.0)).max(step);
        (error > 0.0).then_some(error)
    }

    /// Bits that a constant needs beside the usual ones where it multiplies the columns of a tensor: as many for
    /// each factor, as a small one may stand for a column that matters as much.
    pub(crate) fn finer_factors(&self, n: &Node, factors: &ArrayD<f64>) -> u32 {
        let y = n.outputs.first().and_then(|o| self.seen(o));
        let columns = factors.shape().last().copied().filter(|count| *count > 1);
        if columns.is_none() || y.map(|y| y.columns.len()) != columns {
            return 0;
        }
        let sizes = factors.iter().map(|v| v.abs()).filter(|v| *v > 0.0);
        let largest = sizes.clone().fold(0.0, f64::max);
        let least = sizes.fold(largest, f64::min);
        let ratio = largest / least;
        let most = LENGTH.saturating_sub(self.weight_bits()).min(FACTORS);
        if ratio.is_finite() { (exponent(ratio).max(1) as u32 - 1).min(most) } else { 0 }
    }
}

impl Converter<'_> {
    /// A tensor of whole numbers, or of other steps that are coarse beside how far what matters of it reaches, on
    /// the steps of an activation: exact, and free. What stands beside it, a bound or a bias, is not rounded to
    /// its step then.
    pub(crate) fn fine(&mut self, x: &Operand, (lo, hi): (f64, f64)) -> Import<Operand> {
        let step = Fixed::holding(lo, hi, self.activation_bits()).scale();
        if !x.element.is_float() || x.literal || step >= x.scale || !(&x.scale / &step).is_integer()
        {
            return Ok(x.clone());
        }
        let step = number_text(&step);
        let text = format!("{} + {step} - {step}", x.text);
        let out = self.local(&format!("{}_fine", x.text), &text)?;
        Ok(Operand { tensor: x.tensor.clone(), element: x.element, ..out })
    }

    /// The step of weights beyond which finer ones make no difference to the outputs. Where calibration found
    /// that rounding the result does not, weights with that step move it by no more than one of its own; where it
    /// was not harmless, there is no such step.
    pub(crate) fn useful_step(&self, x: &str, result: &str, summands: usize) -> Option<f64> {
        let (x, y) = (self.seen(x)?, self.seen(result)?);
        let reach = x.lo.abs().max(x.hi.abs()) * (summands as f64 / 12.0).sqrt();
        let step = y.harmless.unwrap_or(0.0) / reach;
        (!step.is_nan()).then_some(step.min(f64::MAX))
    }
}
