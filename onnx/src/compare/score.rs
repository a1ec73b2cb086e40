//! How good answers are: accuracy for classes, the root of the mean squared error for numbers.

use super::Sample;
use crate::fault::{Fault, Import};
use crate::model::Model;

/// The name of the array with the right classes.
const LABEL: &str = "label";
/// The name of the array with the right numbers.
const TARGET: &str = "target";

/// A running score.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Score {
    /// Right answers among answers.
    Accuracy(usize, usize),
    /// Sum of squared errors, and of how many numbers.
    Error(f64, usize),
}

impl Score {
    /// A share between 0 and 1, or an error.
    #[must_use]
    pub fn value(&self) -> f64 {
        match self {
            Score::Accuracy(right, all) => *right as f64 / (*all).max(1) as f64,
            Score::Error(sum, n) => libm::sqrt(sum / (*n).max(1) as f64),
        }
    }
}

/// What the data say is right.
#[derive(Debug)]
pub struct Judge {
    /// The output that answers.
    output: Option<String>,
    truth: Option<Truth>,
    /// The float model's outputs, where the data have them: by output, sample after sample.
    given: Vec<(String, Vec<f64>)>,
}

#[derive(Debug)]
enum Truth {
    /// The class of each sample.
    Classes(Vec<f64>),
    /// The numbers of each sample, one after the other.
    Numbers(Vec<f64>),
}

impl Judge {
    /// Finds what is right for `count` samples, in arrays that `data` gives by name, sample after sample: `label` has
    /// classes, `target` numbers, or an array has the name of an output; `float.OUTPUT` is what another runtime
    /// gives.
    ///
    /// # Errors
    /// An array that has not as much for each sample.
    pub fn new(
        model: &Model,
        data: &dyn Fn(&str) -> Option<Vec<f64>>,
        count: usize,
    ) -> Result<Judge, Fault> {
        let outputs = model.outputs();
        let given = outputs.iter().filter_map(|o| Some((o.clone(), data(&format!("float.{o}"))?)));
        let given = given.filter(|(_, v)| v.len().is_multiple_of(count)).collect();
        let (output, truth) = match Judge::truth(model, data, count)? {
            Some((output, truth)) => (output, Some(truth)),
            None => (Judge::answering(model), None),
        };
        Ok(Judge { output, truth, given })
    }

    /// The output that answers, and what it should be.
    fn truth(
        model: &Model,
        data: &dyn Fn(&str) -> Option<Vec<f64>>,
        count: usize,
    ) -> Import<Option<(Option<String>, Truth)>> {
        let outputs = model.outputs();
        let fail = |name: &str, got: usize| {
            Err(Fault::new(format!("array `{name}` has {got} numbers for {count} samples")))
        };
        if let Some(classes) = data(LABEL) {
            if classes.len() != count {
                return fail(LABEL, classes.len());
            }
            return Ok(Some((Judge::answering(model), Truth::Classes(classes))));
        }
        let own = outputs.iter().find_map(|o| Some((o, data(o)?)));
        let named = own.as_ref().map(|(o, _)| *o);
        let target = data(TARGET).map(|n| (TARGET, n));
        let Some((name, numbers)) = target.or(own.map(|(o, n)| (o.as_str(), n))) else {
            return Ok(None);
        };
        if !numbers.len().is_multiple_of(count) {
            return fail(name, numbers.len());
        }
        let whole = named.is_some() && numbers.len() == count;
        let classes = whole && !model.float_outputs().first().copied().unwrap_or(true);
        let truth = if classes { Truth::Classes(numbers) } else { Truth::Numbers(numbers) };
        Ok(Some((named.or(outputs.first()).cloned(), truth)))
    }

    /// The output that is an answer: the first of integers, or else the first.
    fn answering(model: &Model) -> Option<String> {
        let outputs = model.outputs();
        let whole = outputs.iter().zip(model.float_outputs()).find(|(_, float)| !float);
        whole.map(|(o, _)| o).or(outputs.first()).cloned()
    }

    /// A score to begin with.
    #[must_use]
    pub fn start(&self) -> Option<Score> {
        match &self.truth {
            Some(Truth::Classes(_)) => Some(Score::Accuracy(0, 0)),
            Some(Truth::Numbers(_)) => Some(Score::Error(0.0, 0)),
            None => None,
        }
    }

    /// Whether answers are classes, which may be the same or not.
    #[must_use]
    pub fn answers(&self) -> bool {
        !matches!(self.truth, Some(Truth::Numbers(_)))
    }

    /// The class that outputs say: the index of the largest number, or the only integer.
    #[must_use]
    pub fn answer(&self, outputs: &Sample) -> Option<i64> {
        let a = outputs.get(self.output.as_ref()?)?;
        match a.data.as_slice() {
            [] => None,
            [one] => Some(one.round() as i64),
            many => {
                let mut best = 0;
                for (k, v) in many.iter().enumerate() {
                    if *v > many[best] {
                        best = k;
                    }
                }
                i64::try_from(best).ok()
            }
        }
    }

    /// Adds a sample to a score.
    pub fn add(&self, score: &mut Score, outputs: &Sample, k: usize) {
        match (score, &self.truth) {
            (Score::Accuracy(right, all), Some(Truth::Classes(classes))) => {
                *all += 1;
                let class = classes.get(k).map(|c| *c as i64);
                *right += usize::from(self.answer(outputs) == class);
            }
            (Score::Error(sum, n), Some(Truth::Numbers(numbers))) => {
                let Some(a) = self.output.as_ref().and_then(|o| outputs.get(o)) else { return };
                let size = a.data.len();
                let truth = numbers.get(k * size..(k + 1) * size).unwrap_or_default();
                for (v, t) in a.data.iter().zip(truth) {
                    *sum += (v - t) * (v - t);
                    *n += 1;
                }
            }
            _ => {}
        }
    }

    /// The largest difference so far from the float model's outputs in the data.
    #[must_use]
    pub fn reference(&self, outputs: &Sample, k: usize, so_far: Option<f64>) -> Option<f64> {
        let mut worst = so_far;
        for (o, given) in &self.given {
            let Some(a) = outputs.get(o) else { continue };
            let size = a.data.len();
            let given = given.get(k * size..(k + 1) * size).unwrap_or_default();
            for (v, g) in a.data.iter().zip(given) {
                worst = Some(worst.unwrap_or(0.0).max((v - g).abs()));
            }
        }
        worst
    }
}
