//! How far one result of a model is from what it should be: over all, and each column for itself.
//!
//! Columns are the places of an axis, the last or another. Where they differ in size, an error that is small for the largest may
//! leave nothing of another, and a mean over all does not show it.

use super::{Deviation, Largest, Tail};
use crate::context::Meaning;
use crate::model::Array;
use crate::program::ImportedPort;

/// Longest axis that is looked at place by place.
const COLUMNS: usize = 1 << 16;
/// The part of its size that a number may be off by before anything is said of it.
pub(super) const NOTABLE: f64 = 0.05;
/// The same as a signal-to-noise ratio in decibels: −20·log₁₀ of it.
const NOTABLE_SNR: f64 = 26.0;
/// How far the sum of a distribution may be from 1.
const SAME_SUM: f64 = 1e-3;

/// A result that holds floats, on samples.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OutputDeviation {
    /// Its name in the graph.
    pub tensor: String,
    /// All its numbers.
    pub all: Deviation,
    /// Those at each place of an axis, for each axis that has several places and is not too long.
    pub axes: Vec<(usize, Vec<Deviation>)>,
    /// Where the largest number of a sample is.
    pub largest: Largest,
    /// What is left of small numbers.
    pub tail: Tail,
    /// Whether its numbers are probabilities, as the model says.
    probabilities: bool,
    /// The largest error of each sample.
    worst: Vec<f64>,
    /// Samples for which the model gives what is no number, and the circuit one.
    undefined: Vec<bool>,
    /// Whether some row is no distribution: along the last axis, numbers that are not negative and whose sum is 1.
    other: bool,
}

impl OutputDeviation {
    pub(super) fn new(tensor: &str) -> OutputDeviation {
        OutputDeviation { tensor: tensor.into(), ..OutputDeviation::default() }
    }

    /// Of a result.
    pub(super) fn of(port: &ImportedPort) -> OutputDeviation {
        OutputDeviation::meant(&port.tensor, port.meaning)
    }

    pub(crate) fn meant(tensor: &str, meaning: Meaning) -> OutputDeviation {
        let probabilities = meaning == Meaning::Probabilities;
        OutputDeviation { probabilities, ..OutputDeviation::new(tensor) }
    }

    /// Adds the values of a sample.
    pub(crate) fn add(&mut self, float: &Array, here: &Array) {
        let mut own = Deviation::default();
        own.add(&float.data, &here.data);
        self.worst.push(own.worst());
        self.undefined.push(own.undefined() > 0);
        self.all.add(&float.data, &here.data);
        if self.axes.is_empty() {
            let long = |(_, n): &(usize, &usize)| (2..=COLUMNS).contains(*n);
            let axes = float.shape.iter().enumerate().filter(long);
            self.axes = axes.map(|(axis, n)| (axis, vec![Deviation::default(); *n])).collect();
        }
        for (axis, columns) in &mut self.axes {
            let inner: usize = float.shape[*axis + 1..].iter().product();
            for (k, (f, h)) in float.data.iter().zip(&here.data).enumerate() {
                let place = k / inner % columns.len();
                columns[place].add(&[*f], &[*h]);
            }
        }
        self.tail.add(&float.data, &here.data);
        let len = float.shape.last().copied().unwrap_or(1).max(1);
        if len > 1 && len == float.data.len() {
            self.largest.add(&float.data, &here.data);
        }
        let odd = |row: &[f64]| {
            (row.iter().sum::<f64>() - 1.0).abs() > SAME_SUM || row.iter().any(|v| *v < 0.0)
        };
        self.other |= len == 1 || float.data.chunks_exact(len).any(odd);
    }

    /// Whether it varies by less than `snr` decibels beside its error. What does not vary on the samples, as there
    /// is only one of them, is measured by its size; probabilities by what they say, whether something is so or not:
    /// one that is always small is right where it stays so.
    #[must_use]
    pub fn falls_short(&self, snr: f64) -> bool {
        let own = self.all.snr_of_variation().or(self.all.snr());
        own.is_some_and(|own| own < snr) && self.counts(&self.all)
    }

    /// Whether an error is one that probabilities may not have.
    fn counts(&self, d: &Deviation) -> bool {
        !self.probabilities || d.worst() > NOTABLE
    }

    /// The places of an axis that fall short by themselves, each beside its own mean: by more than `snr` decibels
    /// allow beside how much they vary, with an error that is more than 5 % of their size, or of how much all the
    /// places of the axis vary; of the axis of which the largest part does. None where rows are distributions, as
    /// those of a softmax: there the smallest are measured by the whole, which is 1.
    #[must_use]
    pub fn drowned(&self, snr: f64) -> Drowned {
        let of = |(axis, columns): &(usize, Vec<Deviation>)| {
            let within = Deviation::within(columns);
            let short = |d: &Deviation| self.place(d, within) < snr;
            let all = columns.iter().enumerate();
            let places = all.filter(|(_, d)| short(d)).map(|(k, _)| k).collect();
            Drowned { axis: *axis, places, of: columns.len() }
        };
        let axes = self.axes.iter().filter(|_| self.other).map(of);
        let most = axes.max_by(|a, b| a.part().total_cmp(&b.part()));
        most.unwrap_or_default()
    }

    /// The signal-to-noise ratios of all, and of every place by which [`drowned`](Self::drowned) judges.
    pub(crate) fn ratios(&self) -> Ratios {
        let all = match (self.all.snr_of_variation(), self.all.worst() > 0.0) {
            (Some(snr), _) => snr,
            (None, false) => f64::INFINITY,
            (None, true) => f64::NEG_INFINITY,
        };
        let of = |(_, columns): &(usize, Vec<Deviation>)| {
            let within = Deviation::within(columns);
            let one =
                |d: &Deviation| if self.other { self.place(d, within) } else { f64::INFINITY };
            columns.iter().map(one).collect::<Vec<f64>>()
        };
        Ratios { all, places: self.axes.iter().flat_map(of).collect() }
    }

    /// The signal-to-noise ratio of a place, where all of its axis vary by `within`; infinite where its error is
    /// nothing beside its size and beside that.
    fn place(&self, d: &Deviation, within: f64) -> f64 {
        let Some(size) = d.snr() else { return f64::INFINITY };
        let notable = size < NOTABLE_SNR || d.rmse().is_some_and(|noise| noise > NOTABLE * within);
        let varies = d.snr_of_variation().unwrap_or(size);
        if notable && self.counts(d) { varies } else { f64::INFINITY }
    }

    /// What is known of a place of an axis.
    #[must_use]
    pub fn column(&self, axis: usize, place: usize) -> Option<&Deviation> {
        self.axes.iter().find(|(a, _)| *a == axis)?.1.get(place)
    }

    /// Whether its numbers are of any size, and no parts of a whole.
    pub(super) fn is_of_all_sizes(&self) -> bool {
        !self.probabilities && self.other
    }

    /// Whether most of its numbers are lost beside the largest: of numbers that are not negative, as those of an
    /// exponential are, and no parts of a whole.
    #[must_use]
    pub fn loses_its_tail(&self) -> bool {
        self.is_of_all_sizes() && self.tail.is_lost()
    }

    /// Whether a sample is off by more than 5 % of the largest number on all samples.
    pub(super) fn is_off(&self, sample: usize) -> bool {
        let undefined = self.undefined.get(sample).is_some_and(|u| *u);
        undefined || self.worst.get(sample).is_some_and(|w| *w > NOTABLE * self.all.largest())
    }

    /// The same of the last sample.
    pub(super) fn last_is_off(&self) -> bool {
        self.worst.len().checked_sub(1).is_some_and(|last| self.is_off(last))
    }
}

/// Signal-to-noise ratios of a result, in decibels: infinite without noise, or where it does not count.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Ratios {
    pub(crate) all: f64,
    /// Of the places of all axes, one after the other.
    pub(crate) places: Vec<f64>,
}

/// Places of an axis of a result that are lost in their error.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Drowned {
    /// The axis.
    pub axis: usize,
    /// The places.
    pub places: Vec<usize>,
    /// How many places the axis has.
    pub of: usize,
}

impl Drowned {
    /// The part of the axis that is lost.
    #[must_use]
    pub fn part(&self) -> f64 {
        self.places.len() as f64 / self.of.max(1) as f64
    }
}

#[cfg(test)]
mod tests {
    use super::{Drowned, OutputDeviation};
    use crate::context::Meaning;
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
        // The second sample's largest is its third number on both sides.
        assert_eq!(found.largest.same(), Some(3));
        assert_eq!(found.drowned(10.0), Drowned { axis: 1, places: vec![1], of: 3 });
        assert!((0..3).all(|k| !found.is_off(k)));
    }

    #[test]
    fn the_smallest_of_a_distribution_are_measured_by_the_whole() {
        let rows =
            [([0.9, 0.0999, 0.0001], [0.9, 0.1, 0.0]), ([0.1, 0.8998, 0.0002], [0.1, 0.9, 0.0])];
        assert!(
            of(&rows).drowned(10.0).places.is_empty()
                && of(&rows[..1]).drowned(10.0).places.is_empty()
        );
        // Rows of the same sum that is not 1 are none.
        let others = rows.map(|(f, h)| (f.map(|v| 7.0 * v), h.map(|v| 7.0 * v)));
        assert_eq!(of(&others).drowned(10.0).places, [2]);
    }

    /// What lies between the means of columns is no signal of any of them.
    #[test]
    fn columns_with_other_means() {
        let row = |k: u32| f64::from(k * 7 % 16) / 16.0;
        let rows = |f: fn(f64) -> ([f64; 3], [f64; 3])| {
            of(&(0..16).map(|k| f(row(k))).collect::<Vec<_>>())
        };
        let lost = rows(|v| ([v, 1000.0 + v, -500.0 - v], [v, 1000.5, -500.5]));
        assert!(!lost.falls_short(50.0));
        assert_eq!(lost.drowned(10.0), Drowned { axis: 1, places: vec![1, 2], of: 3 });
        // One that hardly varies, neither for what it is nor beside the others.
        let still = rows(|v| ([100.0 * v, 1000.0 + v, 7.0 * v], [100.0 * v, 1000.5, 7.0 * v]));
        assert!(still.drowned(10.0).places.is_empty());
        assert_eq!(still.ratios().places, [f64::INFINITY; 3]);
        assert!(lost.ratios().places[1] < 1.0);
    }

    /// A label that is rarely there is right where it stays small; one that is there and gone is not.
    #[test]
    fn probabilities_are_measured_by_1() {
        let found = |float: [f64; 3], here: [f64; 3]| {
            let mut out = OutputDeviation::meant("y", Meaning::Probabilities);
            for k in 0..8 {
                let array = |v: [f64; 3]| Array { shape: vec![1, 3], data: v.to_vec() };
                let mut float = float;
                float[1] += 0.002 * f64::from(k);
                out.add(&array(float), &array(here));
            }
            out
        };
        let rare = found([0.5, 0.003, 0.9], [0.5, 0.0, 0.9]);
        assert!(
            rare.drowned(10.0).places.is_empty()
                && !rare.falls_short(60.0)
                && !rare.loses_its_tail()
        );
        let gone = found([0.5, 0.5, 0.9], [0.5, 0.0, 0.9]);
        assert_eq!(gone.drowned(10.0).places, [1]);
        assert!(gone.falls_short(60.0));
        // Nothing says that other numbers are probabilities.
        let mut plain = OutputDeviation::new("y");
        for k in 0..8 {
            let v = 0.002 * f64::from(k);
            let array = |v: f64| Array { shape: vec![1], data: vec![v] };
            plain.add(&array(v), &array(0.0));
        }
        assert!(plain.falls_short(10.0) && plain.loses_its_tail());
    }

    #[test]
    fn one_sample_is_measured_by_its_size() {
        let one = of(&[([1.0, 2.0, 3.0], [1.1, 2.0, 3.0])]);
        assert!(!one.falls_short(20.0) && one.drowned(10.0).places.is_empty());
        let same = of(&[([2.0, 2.0, 2.0], [1.0, 1.0, 1.0])]);
        assert!(same.all.snr_of_variation().is_none());
        assert!(same.falls_short(10.0) && same.is_off(0));
        assert_eq!(same.drowned(10.0).places, [0, 1, 2]);
    }

    #[test]
    fn a_small_row_above_a_large_one() {
        let array = |data: &[f64]| Array { shape: vec![1, 2, 2], data: data.to_vec() };
        let mut found = OutputDeviation::new("y");
        for k in 0..8 {
            let v = f64::from(k) * 100.0;
            found.add(
                &array(&[v, 900.0 - v, 0.3, 0.1 * f64::from(k)]),
                &array(&[v, 900.0 - v, 0.0, 0.0]),
            );
        }
        assert_eq!(found.drowned(10.0), Drowned { axis: 1, places: vec![1], of: 2 });
    }

    #[test]
    fn what_is_no_number_is_off() {
        let array = |v: f64| Array { shape: vec![1], data: vec![v] };
        let mut found = OutputDeviation::new("y");
        found.add(&array(f64::NAN), &array(0.0));
        found.add(&array(1.0), &array(1.0));
        found.add(&array(f64::INFINITY), &array(64.0));
        assert!(found.is_off(0) && !found.is_off(1) && found.last_is_off());
    }
}
