//! From samples of the inputs to what every tensor holds, and how fine the inputs must be.
//!
//! One step serves a whole tensor. Where the elements of an input differ in size, as the columns of a
//! table do, the step that suits the largest may leave nothing of the others; whether that matters
//! tells what it does to the outputs. So such an input is rounded, the model evaluated, and bits are
//! added until the outputs hardly move.

use super::evaluate;
use super::fault::{Fault, Import};
use super::graph::show;
use super::model::{Array, Model};
use super::room;
use super::tensor::{Tensor, Values};
use crate::quantize::fixed::two_to;
use crate::quantize::{Fixed, Method, Range, Ranges};
use std::collections::BTreeMap;

/// The values of the inputs, by name.
type Sample = BTreeMap<String, Array>;

/// What calibration data says.
#[derive(Clone, Debug, Default)]
pub struct Calibrated {
    /// What tensors hold.
    pub ranges: Ranges,
    /// What the model does on the data that no circuit could follow.
    pub warnings: Vec<String>,
}

/// Errors of the outputs, as a part of how they vary, that an input's rounding may cause: the root of the
/// mean square beyond the first gives it bits until it is no more than the second.
const NOTABLE: f64 = 1.0 / 128.0;
const SMALL: f64 = 1.0 / 1024.0;
/// The largest error counts as a root of a mean square that is smaller by this: samples in doubt are few, and
/// a mean over many certain ones hides them.
const PEAK: f64 = 8.0;
/// The most bits that are added.
const MOST: u32 = 24;
/// A column that varies by fewer steps than this is worth a look.
const COARSE: f64 = 16.0;
/// Samples that are evaluated to find out, and elements of all their tensors together.
const SAMPLES: usize = 256;
const ELEMENTS: usize = 1 << 22;

impl Model {
    /// Notes what every float tensor holds on samples, and finds out which inputs need more than `bits`
    /// bits.
    ///
    /// # Errors
    /// An input that is not finite (−∞ is, in masks), and whatever [`Model::evaluate`] refuses.
    pub fn calibrate(
        &self,
        samples: &[Sample],
        method: Method,
        bits: u32,
    ) -> Result<Calibrated, Fault> {
        samples.iter().enumerate().try_for_each(|(k, s)| self.finite(k, s))?;
        let mut ranges = Ranges { method, tensors: BTreeMap::new() };
        let mut undefined: BTreeMap<usize, usize> = BTreeMap::new();
        for sample in samples {
            let values = self.evaluate(sample)?;
            if let Some(node) = self.undefined(&values) {
                *undefined.entry(node).or_default() += 1;
            }
            for (name, a) in values.iter().filter(|(name, _)| self.samples.contains_key(*name)) {
                let range = ranges.tensors.entry(name.clone()).or_default();
                range.observe(a.data.iter().copied());
                range.observe_columns(&a.data, a.shape.last().copied().unwrap_or(1));
            }
        }
        room::within(self.budget, || self.refine(samples, &mut ranges, bits))?;
        let say = |(node, count): (usize, usize)| {
            let place = self.graph.nodes.get(node).map_or(String::new(), |n| n.place());
            format!(
                "{place}: its result is no number for {count} of {} samples: its inputs leave what it is \
                 defined for",
                samples.len()
            )
        };
        Ok(Calibrated { ranges, warnings: undefined.into_iter().map(say).collect() })
    }

    fn finite(&self, number: usize, sample: &Sample) -> Import<()> {
        for (name, a) in sample {
            let odd = |v: &f64| v.is_nan() || *v == f64::INFINITY;
            if let Some(k) = a.data.iter().position(odd) {
                let place = format!("input `{}`", show(name));
                let text = format!("sample {number} holds {} at element {k}", a.data[k]);
                return Err(Fault::new(text).at(place).help(
                    "calibration data must be numbers: remove such samples, or impute them",
                ));
            }
        }
        Ok(())
    }

    /// The first node that makes NaN of numbers.
    fn undefined(&self, values: &BTreeMap<String, Array>) -> Option<usize> {
        let nan =
            |name: &String| values.get(name).is_some_and(|a| a.data.iter().any(|v| v.is_nan()));
        let nodes = self.graph.nodes.iter();
        nodes.enumerate().find(|(_, n)| n.outputs.iter().any(nan)).map(|(k, _)| k)
    }

    /// Adds bits to inputs whose usual step shows in the outputs.
    fn refine(&self, samples: &[Sample], ranges: &mut Ranges, bits: u32) -> Import<()> {
        let all: usize = self.samples.values().map(Tensor::len).sum();
        let count = (ELEMENTS / all.max(1)).clamp(1, SAMPLES);
        let every = samples.len().div_ceil(count).max(1);
        let few: Vec<&Sample> = samples.iter().step_by(every).collect();
        for i in self.graph.inputs.iter().filter(|i| i.element.is_float()) {
            let Some(range) = ranges.tensors.get(&i.name) else { continue };
            if !mixed(range, &range.fixed(ranges.method, bits)) {
                continue;
            }
            let outputs = few.iter().map(|s| self.results(s)).collect::<Import<Vec<_>>>()?;
            let error = |more: u32| -> Import<f64> {
                let t = range.fixed(ranges.method, bits + more);
                let rounded = few.iter().map(|s| self.results(&with_rounded(s, &i.name, &t)));
                Ok(distance(&outputs, &rounded.collect::<Import<Vec<_>>>()?))
            };
            let finer = least(error)?;
            if let Some(range) = ranges.tensors.get_mut(&i.name) {
                range.finer = finer;
            }
        }
        Ok(())
    }

    /// The outputs for a sample, in order.
    fn results(&self, sample: &Sample) -> Import<Vec<Tensor>> {
        let mut values = self.given_inputs(sample)?;
        evaluate::graph(&self.graph, &mut values)?;
        let known = |o: &String| values.get(o).or_else(|| self.graph.initializers.get(o)).cloned();
        Ok(self.graph.outputs.iter().filter_map(known).collect())
    }
}

/// The fewest bits more that are enough; 0 where the usual ones are, or nothing helps.
fn least(error: impl Fn(u32) -> Import<f64>) -> Import<u32> {
    if error(0)? <= NOTABLE {
        return Ok(0);
    }
    let best = error(MOST)?;
    let enough = SMALL.max(2.0 * best);
    // Errors fall as bits are added, but for noise.
    let (mut low, mut high) = (0, MOST);
    while high - low > 1 {
        let middle = low.midpoint(high);
        if error(middle)? <= enough { high = middle } else { low = middle }
    }
    Ok(high)
}

/// Whether some column varies, but by few steps of a type.
fn mixed(range: &Range, t: &Fixed) -> bool {
    let step = two_to(-t.frac);
    range.columns.iter().any(|(lo, hi)| hi > lo && hi - lo < COARSE * step)
}

fn with_rounded(sample: &Sample, input: &str, t: &Fixed) -> Sample {
    let mut out = sample.clone();
    if let Some(a) = out.get_mut(input) {
        let (step, (lo, hi)) = (two_to(-t.frac), t.real_range());
        let round = |v: f64| if v.is_finite() { (v / step).round_ties_even() * step } else { v };
        a.data.iter_mut().for_each(|v| *v = round(*v).clamp(lo, hi));
    }
    out
}

/// How far results are from those that they stand for: of numbers the root of the mean square, as a
/// part of how much they vary; of integers the part that differs. The largest over all outputs.
fn distance(expected: &[Vec<Tensor>], got: &[Vec<Tensor>]) -> f64 {
    let outputs = expected.first().map_or(0, Vec::len);
    let one = |k: usize| {
        let pairs = expected.iter().zip(got).filter_map(|(a, b)| Some((a.get(k)?, b.get(k)?)));
        let mut sums = Sums::default();
        pairs.for_each(|(a, b)| sums.add(a, b));
        sums.distance()
    };
    (0..outputs).map(one).fold(0.0, f64::max)
}

#[derive(Default)]
struct Sums {
    count: f64,
    sum: f64,
    squares: f64,
    errors: f64,
    largest: f64,
    lo: f64,
    hi: f64,
    whole: bool,
}

impl Sums {
    fn add(&mut self, a: &Tensor, b: &Tensor) {
        self.whole = !matches!(a.values, Values::Float(_));
        let (Ok(a), Ok(b)) = (a.to_floats(), b.to_floats()) else { return };
        for (a, b) in a.iter().zip(b.iter()).filter(|(a, _)| a.is_finite()) {
            self.count += 1.0;
            self.sum += a;
            self.squares += a * a;
            let error = if self.whole { f64::from(u8::from(a != b)) } else { (a - b) * (a - b) };
            self.errors += if error.is_finite() { error } else { f64::MAX };
            self.largest = self.largest.max((a - b).abs());
            (self.lo, self.hi) =
                if self.count == 1.0 { (*a, *a) } else { (self.lo.min(*a), self.hi.max(*a)) };
        }
    }

    fn distance(&self) -> f64 {
        let n = self.count.max(1.0);
        if self.whole {
            return self.errors / n;
        }
        let variance = (self.squares - self.sum * self.sum / n).max(0.0) / n;
        let size = variance.max(1e-24 * self.squares / n);
        let reach = (self.hi - self.lo).max(1e-12 * self.hi.abs().max(self.lo.abs()));
        if self.errors == 0.0 {
            return 0.0;
        }
        (self.errors / n / size).sqrt().max(self.largest / reach / PEAK)
    }
}
