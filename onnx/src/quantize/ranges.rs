//! What tensors were seen to hold on calibration data.

use super::{FileDigest, Fixed};
use std::collections::BTreeMap;

/// How a range is read off the values that were seen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Method {
    /// From the least to the greatest.
    #[default]
    MinMax,
    /// Without the outermost 0.1 % on either side that has values.
    Percentile,
    /// The range whose type has the least mean squared error, cut values included.
    MeanSquaredError,
}

/// The values of one tensor.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Range {
    /// Least.
    pub lo: f64,
    /// Greatest.
    pub hi: f64,
    /// Whether −∞ was among them, as it is in masks.
    pub bottomless: bool,
    /// The least and the greatest at each place of the last dimension, unless that is long.
    pub columns: Vec<(f64, f64)>,
    /// Bits that the tensor needs beside those that are usual: how it was found tells
    /// [`calibrate`](crate::Model::calibrate).
    pub finer: u32,
    /// A step that the tensor may be rounded to without the outputs telling, where that was tried.
    pub harmless: Option<f64>,
    /// Some of them, evenly spread over everything that was seen.
    sample: Vec<f64>,
    seen: u64,
    /// Every which value is kept.
    stride: u64,
}

/// Values kept for each tensor.
const KEPT: usize = 1 << 13;
/// Longest last dimension that is looked at place by place.
const COLUMNS: usize = 1 << 12;

impl Range {
    /// Takes note of values; of what is not finite only that −∞ is there.
    pub fn observe(&mut self, values: impl Iterator<Item = f64>) {
        for v in values {
            self.bottomless |= v == f64::NEG_INFINITY;
            if !v.is_finite() {
                continue;
            }
            if self.seen == 0 {
                (self.lo, self.hi, self.stride) = (v, v, 1);
            }
            self.lo = self.lo.min(v);
            self.hi = self.hi.max(v);
            if self.seen.is_multiple_of(self.stride) {
                self.sample.push(v);
                if self.sample.len() > KEPT {
                    let mut keep = false;
                    self.sample.retain(|_| {
                        keep = !keep;
                        keep
                    });
                    self.stride *= 2;
                }
            }
            self.seen += 1;
        }
    }

    /// Takes note of values place by place: of a tensor, row-major, whose last dimension is `len`.
    pub fn observe_columns(&mut self, values: &[f64], len: usize) {
        if len == 0 || len > COLUMNS {
            return;
        }
        if self.columns.len() != len {
            self.columns = vec![(f64::INFINITY, f64::NEG_INFINITY); len];
        }
        for row in values.chunks_exact(len) {
            for ((lo, hi), v) in self.columns.iter_mut().zip(row).filter(|(_, v)| v.is_finite()) {
                (*lo, *hi) = (lo.min(*v), hi.max(*v));
            }
        }
    }

    /// Some of the values, evenly spread over all that were seen: up to 8,192.
    pub fn values(&self) -> impl Iterator<Item = f64> + '_ {
        self.sample.iter().copied()
    }

    /// The type of `bits` bits that suits the values by a method.
    #[must_use]
    pub fn fixed(&self, method: Method, bits: u32) -> Fixed {
        match method {
            Method::MinMax => Fixed::holding(self.lo, self.hi, bits),
            Method::Percentile => {
                let mut sorted = self.sample.clone();
                sorted.sort_by(f64::total_cmp);
                let cut = sorted.len() / 1000;
                match (sorted.get(cut), sorted.len().checked_sub(1 + cut)) {
                    (Some(&lo), Some(k)) => {
                        let lo = if self.lo < 0.0 { lo.min(-f64::MIN_POSITIVE) } else { lo };
                        Fixed::holding(lo, sorted[k], bits)
                    }
                    _ => Fixed::holding(self.lo, self.hi, bits),
                }
            }
            Method::MeanSquaredError => {
                let widest = Fixed::holding(self.lo, self.hi, bits);
                let error = |t: &Fixed| {
                    let step = super::fixed::two_to(-t.frac);
                    let (lo, hi) = t.real_range();
                    let cut = |v: f64| v - ((v / step).round() * step).clamp(lo, hi);
                    self.sample.iter().map(|v| cut(*v) * cut(*v)).sum::<f64>()
                };
                let finer = (0..6).map(|k| Fixed { frac: widest.frac + k, ..widest });
                finer.min_by(|a, b| error(a).total_cmp(&error(b))).unwrap_or(widest)
            }
        }
    }
}

/// The values of all tensors, by name.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Ranges {
    /// How types are read off them.
    pub method: Method,
    /// How many samples of the model's inputs were seen.
    pub samples: usize,
    /// The file that they were in, if they were in one: for the caller to say.
    pub file: Option<FileDigest>,
    /// What was seen.
    pub tensors: BTreeMap<String, Range>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(values: &[f64]) -> Range {
        let mut r = Range::default();
        r.observe(values.iter().copied());
        r
    }

    #[test]
    fn outliers() {
        let mut values: Vec<f64> = (0..5000).map(|k| f64::from(k % 100) / 100.0).collect();
        values.push(60.0);
        let r = seen(&values);
        assert_eq!(r.fixed(Method::MinMax, 8).to_string(), "uq6.2");
        assert_eq!(r.fixed(Method::Percentile, 8).to_string(), "uq0.8");
        // The one value cut by 58 costs more than the coarse step of all the others.
        assert_eq!(r.fixed(Method::MeanSquaredError, 8).to_string(), "uq6.2");
    }

    #[test]
    fn the_error_of_many_small_values_outweighs_few_cut_ones() {
        let mut values: Vec<f64> = (0..5000).map(|k| f64::from(k % 100) / 997.0).collect();
        values.push(0.26);
        let r = seen(&values);
        assert_eq!(r.fixed(Method::MinMax, 4).frac, 5);
        // 5,000 errors of (1/64)²/12 are more than those of 1/128 and one value cut by 0.14.
        assert_eq!(r.fixed(Method::MeanSquaredError, 4).frac, 7);
    }

    #[test]
    fn a_sample_of_a_long_stream_keeps_its_spread() {
        let mut r = Range::default();
        r.observe((0..200_000).map(f64::from));
        assert!(r.sample.len() <= KEPT);
        assert_eq!((r.lo, r.hi), (0.0, 199_999.0));
        let middle = r.sample.iter().filter(|v| **v < 100_000.0).count() as f64;
        assert!((middle / r.sample.len() as f64 - 0.5).abs() < 0.01);
    }
}
