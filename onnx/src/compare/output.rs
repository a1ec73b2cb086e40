//! How far one result of a model is from what it should be: over all, and each column for itself.
//!
//! Columns are the places of its last axis. Where they differ in size, an error that is small for the largest may
//! leave nothing of another, and a mean over all does not show it.

use super::Deviation;
use crate::model::Array;

/// Longest last axis that is looked at place by place.
const COLUMNS: usize = 1 << 12;
/// The part of its size that a number may be off by before anything is said of it.
pub(super) const NOTABLE: f64 = 0.05;
/// The same as a signal-to-noise ratio in decibels: −20·log₁₀ of it.
const NOTABLE_SNR: f64 = 26.0;
/// How far sums of rows may differ from each other where each is meant to be the same.
const SAME_SUM: f64 = 1e-3;

/// A result that holds floats, on samples.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OutputDeviation {
    /// Its name in the graph.
    pub tensor: String,
    /// All its numbers.
    pub all: Deviation,
    /// Those at each place of its last axis, where that has several places and is not long.
    pub columns: Vec<Deviation>,
    /// The largest error of each sample.
    worst: Vec<f64>,
    /// The least and the greatest sum of a row.
    sums: Option<(f64, f64)>,
    negative: bool,
}

impl OutputDeviation {
    pub(super) fn new(tensor: &str) -> OutputDeviation {
        OutputDeviation { tensor: tensor.into(), ..OutputDeviation::default() }
    }

    /// Adds the values of a sample.
    pub(super) fn add(&mut self, float: &Array, here: &Array) {
        let mut own = Deviation::default();
        own.add(&float.data, &here.data);
        self.worst.push(own.worst());
        self.all.add(&float.data, &here.data);
        let len = float.shape.last().copied().unwrap_or(1);
        if !(2..=COLUMNS).contains(&len) {
            return;
        }
        self.columns.resize(len, Deviation::default());
        for (row, beside) in float.data.chunks_exact(len).zip(here.data.chunks_exact(len)) {
            for ((column, f), h) in self.columns.iter_mut().zip(row).zip(beside) {
                column.add(&[*f], &[*h]);
            }
            let sum: f64 = row.iter().sum();
            let (lo, hi) = self.sums.unwrap_or((sum, sum));
            self.sums = Some((lo.min(sum), hi.max(sum)));
            self.negative |= row.iter().any(|v| *v < 0.0);
        }
    }

    /// Whether it varies by less than `snr` decibels beside its error. What does not vary on the samples, as there
    /// is only one of them, is measured by its size.
    #[must_use]
    pub fn falls_short(&self, snr: f64) -> bool {
        let own = self.all.snr_of_variation().or(self.all.snr());
        own.is_some_and(|own| own < snr)
    }

    /// The columns that fall short by themselves: off by more than 5 % of their size, and by more than `snr` decibels
    /// allow beside how much they vary. None where rows are distributions, as those of a softmax: there the
    /// smallest are measured by the whole, which is 1.
    #[must_use]
    pub fn drowned(&self, snr: f64) -> Vec<usize> {
        if self.distributions() {
            return vec![];
        }
        let short = |d: &Deviation| {
            let (varies, size) = (d.snr_of_variation(), d.snr());
            size.is_some_and(|s| s < NOTABLE_SNR) && varies.or(size).is_some_and(|v| v < snr)
        };
        let all = self.columns.iter().enumerate();
        all.filter(|(_, d)| short(d)).map(|(k, _)| k).collect()
    }

    /// Whether a sample is off by more than 5 % of the largest number on all samples.
    pub(super) fn is_off(&self, sample: usize) -> bool {
        self.worst.get(sample).is_some_and(|w| *w > NOTABLE * self.all.largest())
    }

    /// The same of the last sample.
    pub(super) fn last_is_off(&self) -> bool {
        self.worst.len().checked_sub(1).is_some_and(|last| self.is_off(last))
    }

    fn distributions(&self) -> bool {
        let same = |(lo, hi): (f64, f64)| hi - lo <= SAME_SUM * hi.abs();
        !self.negative && self.worst.len() > 1 && self.sums.is_some_and(same)
    }
}

#[cfg(test)]
mod tests {
    use super::OutputDeviation;
    use crate::model::Array;

    fn of(rows: &[([f64; 3], [f64; 3])]) -> OutputDeviation {
        let mut out = OutputDeviation::new("y");
        for (float, here) in rows {
            let array = |v: &[f64; 3]| Array { shape: vec![1, 3], data: v.to_vec() };
            out.add(&array(float), &array(here));
        }
        out
    }

    #[test]
    fn a_small_column_beside_a_large_one() {
        let rows = [
            ([1000.0, 0.994, 5.0], [1001.0, 0.5, 5.0]),
            ([-900.0, 0.971, 6.0], [-899.0, 0.5, 6.0]),
            ([950.0, 0.989, 7.0], [952.0, 0.5, 7.0]),
        ];
        let found = of(&rows);
        // A mean over all says that all is well.
        assert!(!found.falls_short(50.0));
        assert_eq!(found.drowned(10.0), [1]);
        assert!((0..3).all(|k| !found.is_off(k)));
    }

    #[test]
    fn the_smallest_of_a_distribution_are_measured_by_the_whole() {
        let rows =
            [([0.9, 0.0999, 0.0001], [0.9, 0.1, 0.0]), ([0.1, 0.8998, 0.0002], [0.1, 0.9, 0.0])];
        assert!(of(&rows).drowned(10.0).is_empty());
        let (mut other, k) = (rows, 0);
        other[k].0[0] = 0.7;
        assert_eq!(of(&other).drowned(10.0), [0, 2]);
    }

    #[test]
    fn one_sample_is_measured_by_its_size() {
        let one = of(&[([1.0, 2.0, 3.0], [1.1, 2.0, 3.0])]);
        assert!(!one.falls_short(20.0) && one.drowned(10.0).is_empty());
        let same = of(&[([2.0, 2.0, 2.0], [1.0, 1.0, 1.0])]);
        assert!(same.all.snr_of_variation().is_none());
        assert!(same.falls_short(10.0) && same.is_off(0));
        assert_eq!(same.drowned(10.0), [0, 1, 2]);
    }
}
