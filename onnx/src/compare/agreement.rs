//! How near a circuit is to its model on some samples, in one line.

use super::{Deviation, Integers, ModelCircuit, OutputDeviation, Sample};
use crate::context::Meaning;
use crate::fault::Fault;
use crate::graph::show;
use crate::model::Model;
use crate::program::ImportedPort;
use crate::spread::spread;

/// Values of the circuit that are computed to find out, over all samples.
const WORK: usize = 1 << 22;
/// The most samples.
const SAMPLES: usize = 64;

/// What a circuit says beside its model.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Agreement {
    /// Samples that were compared.
    pub samples: usize,
    /// Samples for which the circuit has no values.
    pub none: usize,
    /// Samples whose whole numbers are all the same, where the model gives any.
    pub same: Option<usize>,
    /// Whether all of them are classes.
    pub classes: bool,
    /// The results that hold integers of quantized tensors, dequantized or not.
    pub integers: Integers,
    /// All results that are floats together.
    pub floats: Deviation,
    /// The results that are floats, each for itself.
    pub outputs: Vec<OutputDeviation>,
}

impl Agreement {
    /// Of a model with these results, before any sample.
    #[must_use]
    pub fn of(outputs: &[ImportedPort]) -> Agreement {
        let whole = || outputs.iter().filter(|o| !o.float);
        let same = (whole().count() > 0).then_some(0);
        let classes = whole().all(|o| o.meaning == Meaning::Classes);
        let outputs = outputs.iter().filter(|o| o.float).map(OutputDeviation::of).collect();
        Agreement { same, classes, outputs, ..Agreement::default() }
    }

    /// Adds what the model and the circuit give for a sample; `None` if the circuit has no values for it.
    pub fn add(&mut self, outputs: &[ImportedPort], float: &Sample, here: Option<&Sample>) {
        self.samples += 1;
        let Some(here) = here else {
            self.none += 1;
            return;
        };
        let equal = |o: &ImportedPort| match (float.get(&o.tensor), here.get(&o.tensor)) {
            (Some(f), Some(h)) => f.data == h.data,
            _ => true,
        };
        let same = outputs.iter().filter(|o| !o.float).all(equal);
        if let Some(n) = &mut self.same {
            *n += usize::from(same);
        }
        for o in outputs.iter().filter(|o| o.meaning == Meaning::Integers) {
            if let (Some(f), Some(h)) = (float.get(&o.tensor), here.get(&o.tensor)) {
                self.integers.add(&f.data, &h.data);
            }
        }
        for o in &mut self.outputs {
            if let (Some(f), Some(h)) = (float.get(&o.tensor), here.get(&o.tensor)) {
                o.add(f, h);
                self.floats.add(&f.data, &h.data);
            }
        }
    }

    /// Whether whole numbers are the same on a smaller part of the samples than `agreement`, or floats within 5 % of
    /// the largest; whether the signal-to-noise ratio of a result is below `snr` decibels, or that of more of a
    /// result's columns than `agreement` leaves; whether the largest of a result, if that may be a class, is elsewhere
    /// on as many, or most of its small numbers are lost; whether an integer of a quantized result is another; or a
    /// sample has no proof.
    #[must_use]
    pub fn falls_short(&self, agreement: f64, snr: f64) -> bool {
        let rare = |n: usize, all: usize| (n as f64) < agreement * all as f64;
        let column = |o: &OutputDeviation| {
            let drowned = o.drowned(snr);
            rare(drowned.of - drowned.places.len(), drowned.of)
        };
        self.none > 0
            || self.integers.differ > 0
            || self.same.is_some_and(|n| rare(n, self.samples))
            || rare(self.samples - self.off(), self.samples)
            || self.outputs.iter().any(|o| o.falls_short(snr) || column(o) || o.loses_its_tail())
            || self.outputs.iter().any(|o| o.largest.falls_short(agreement, snr))
    }

    /// Samples with a float that is off by more than 5 % of its result's largest on all samples.
    #[must_use]
    pub fn off(&self) -> usize {
        (0..self.samples - self.none).filter(|k| self.outputs.iter().any(|o| o.is_off(*k))).count()
    }

    /// Whether the last sample is one of them.
    pub(super) fn last_is_off(&self) -> bool {
        self.outputs.iter().any(OutputDeviation::last_is_off)
    }

    /// One line about it, on samples of `what`; `snr` as for [`falls_short`](Self::falls_short).
    #[must_use]
    pub fn words(&self, what: &str, snr: f64) -> String {
        let mut line = format!("on {} samples of {what}", self.samples);
        if !self.floats.is_empty() {
            line +=
                &format!(" the circuit is within {:.2e} of the float model", self.floats.worst());
            if let Some(snr) = self.floats.snr_of_variation() {
                line += &format!(" (signal to noise {snr:.1} dB)");
            }
        }
        if let Some(same) = self.same {
            let and = if self.floats.is_empty() { "" } else { " and" };
            line += &format!("{and} its {} are the same on {same}", whole(self.classes));
        }
        if self.integers.differ > 0 {
            line += &format!("; {}", self.integers.words());
        }
        let undefined: usize = self.outputs.iter().map(|o| o.all.undefined()).sum();
        if undefined > 0 {
            line += &format!(
                "; {undefined} numbers of the circuit stand for what is infinite or NaN in the model"
            );
        }
        if self.off() > 0 {
            line += &format!("; on {} of them by more than 5 % of the largest", self.off());
        }
        for o in &self.outputs {
            let same = o.largest.same().filter(|same| *same < self.samples - self.none);
            if let Some(same) = same {
                line += &format!(
                    "; the largest of `{}` is at the same place on {same}",
                    show(&o.tensor)
                );
            }
        }
        let single = self.outputs.len() == 1;
        for o in &self.outputs {
            line += &if o.falls_short(snr) && !single { drowned_whole(o) } else { drowned(o, snr) };
            if o.is_of_all_sizes() {
                line += &o.tail.words(&show(&o.tensor));
            }
        }
        if self.none > 0 {
            line += &format!("; {} of them have no proof", self.none);
        }
        line
    }
}

/// What whole numbers are called.
pub(super) fn whole(classes: bool) -> &'static str {
    if classes { "classes" } else { "whole numbers" }
}

/// That a result is lost, though the others are not.
fn drowned_whole(o: &OutputDeviation) -> String {
    format!("; `{}` is lost in its error of {:.1e}", show(&o.tensor), o.all.worst())
}

/// Which columns are lost in what the others allow.
fn drowned(o: &OutputDeviation, snr: f64) -> String {
    let all = o.drowned(snr);
    let known = all.places.iter().filter_map(|k| Some((*k, o.column(all.axis, *k)?)));
    let ratio = |d: &Deviation| d.snr().unwrap_or(f64::INFINITY);
    let worst = known.min_by(|(_, a), (_, b)| ratio(a).total_cmp(&ratio(b)));
    let Some((place, d)) = worst else { return String::new() };
    let (name, axis) = (show(&o.tensor), all.axis);
    let of = if o.axes.last().is_some_and(|(last, _)| *last == axis) {
        "columns".into()
    } else {
        format!("places of axis {axis}")
    };
    format!(
        "; {} of {} {of} of `{name}` are lost in their error: that of {place} is {:.1e}, its largest number {:.1e}",
        all.places.len(),
        all.of,
        d.worst(),
        d.largest()
    )
}

/// Some samples, in their order, but taken without regard to it: as many as take little beside what the circuit takes anyway.
#[must_use]
pub fn some<'s>(samples: &'s [Sample], circuit: &ModelCircuit<'_>) -> Vec<&'s Sample> {
    let size: usize = circuit.circuit().tensors.iter().map(|t| t.len()).sum();
    let count = (WORK / size.max(1)).clamp(1, SAMPLES);
    spread(samples, count)
}

/// Compares a circuit with its model, as the model's file says it, on samples.
///
/// # Errors
/// What the float model cannot be evaluated for, and samples that do not fit.
pub fn agreement(
    model: &Model,
    circuit: &ModelCircuit<'_>,
    samples: &[&Sample],
) -> Result<Agreement, Fault> {
    let outputs = &circuit.imported().outputs;
    let mut out = Agreement::of(outputs);
    for sample in samples {
        let float = model.evaluate_as_written(sample)?;
        let raw = circuit.raw(sample, &mut 0)?;
        let here = circuit.run(&raw).ok().map(|results| circuit.real(&results));
        out.add(outputs, &float, here.as_ref());
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::Agreement;
    use crate::compare::Sample;
    use crate::context::Meaning;
    use crate::model::Array;
    use crate::program::ImportedPort;

    fn port(tensor: &str, float: bool, meaning: Meaning) -> ImportedPort {
        let name = tensor.to_string();
        ImportedPort { tensor: name.clone(), port: name.clone(), variable: name, float, meaning }
    }

    fn sample(values: &[(&str, &[f64])]) -> Sample {
        let one = |(name, v): &(&str, &[f64])| {
            (name.to_string(), Array { shape: vec![1, v.len()], data: v.to_vec() })
        };
        values.iter().map(one).collect()
    }

    #[test]
    fn whole_numbers_are_classes_where_the_model_says_so() {
        let words = |meaning| {
            let ports = [port("k", false, meaning)];
            let mut found = Agreement::of(&ports);
            found.add(&ports, &sample(&[("k", &[3.0])]), Some(&sample(&[("k", &[3.0])])));
            found.words("the data", 10.0)
        };
        assert_eq!(
            words(Meaning::Classes),
            "on 1 samples of the data its classes are the same on 1"
        );
        assert_eq!(
            words(Meaning::Numbers),
            "on 1 samples of the data its whole numbers are the same on 1"
        );
    }

    /// A step of a quantized result is another integer, however small it is beside the result.
    #[test]
    fn integers_of_quantized_results_are_equal_or_others() {
        let found = |meaning| {
            let ports = [port("y", true, meaning)];
            let mut found = Agreement::of(&ports);
            for k in 0..40 {
                let all: Vec<f64> = (0..25).map(|j| f64::from(k * 7 + j * 5 % 256)).collect();
                let mut other = all.clone();
                other[3] += if k == 20 { 1.0 } else { 0.0 };
                found.add(&ports, &sample(&[("y", &all)]), Some(&sample(&[("y", &other)])));
            }
            found
        };
        assert!(!found(Meaning::Numbers).falls_short(0.9, 10.0));
        let integers = found(Meaning::Integers);
        assert!(integers.falls_short(0.9, 10.0));
        let words = integers.words("the data", 10.0);
        let said = "; 1 of 1000 integers of quantized results is another than the model's";
        assert!(words.contains(said), "{words}");
    }

    /// Scores that have all but what tells them apart: the largest is another one.
    #[test]
    fn the_largest_may_be_what_a_result_is_for() {
        let ports = [port("y", true, Meaning::Numbers)];
        let mut found = Agreement::of(&ports);
        for k in 0..20 {
            let common = 10.0 * f64::from(k);
            let (a, b) = if k % 2 == 0 { (0.1, 0.0) } else { (0.0, 0.1) };
            let float = sample(&[("y", &[common + a, common + b])]);
            let here = sample(&[("y", &[common + 0.05, common + 0.04])]);
            found.add(&ports, &float, Some(&here));
        }
        assert!(
            !found.outputs[0].falls_short(40.0) && found.outputs[0].drowned(40.0).places.is_empty()
        );
        assert!(found.falls_short(0.9, 10.0) && !found.falls_short(0.5, 10.0));
        let said = "; the largest of `y` is at the same place on 10";
        assert!(found.words("the data", 10.0).ends_with(said), "{}", found.words("the data", 10.0));
    }

    #[test]
    fn a_tail_that_is_lost_is_told() {
        let ports = [port("y", true, Meaning::Numbers)];
        let mut found = Agreement::of(&ports);
        for k in -40..40 {
            let v = libm::exp(f64::from(k) / 5.0);
            let near = (v / 64.0).round() * 64.0;
            found.add(&ports, &sample(&[("y", &[v])]), Some(&sample(&[("y", &[near])])));
        }
        assert!(!found.outputs[0].falls_short(10.0) && found.falls_short(0.9, 10.0));
        let words = found.words("the data", 10.0);
        assert!(words.contains(" % of the numbers of `y` are off by more than half"), "{words}");
    }
}
