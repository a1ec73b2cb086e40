//! How good answers are: accuracy for classes, the root of the mean squared error for numbers.

use crate::error::Error;
use crate::load::inputs::Values;
use crate::load::onnx::floats;
use std::collections::BTreeMap;
use zirc_onnx::{Array, Model};

/// The name of the array with the right classes.
const LABEL: &str = "label";
/// The name of the array with the right numbers.
const TARGET: &str = "target";

/// A running score.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Score {
    /// Right answers among answers.
    Accuracy(usize, usize),
    /// Sum of squared errors, and of how many numbers.
    Error(f64, usize),
}

impl Score {
    /// For people.
    pub(crate) fn text(&self) -> String {
        match self {
            Score::Accuracy(right, all) => crate::show::number::percent(*right, *all),
            Score::Error(sum, n) => format!("RMSE {:.5}", libm::sqrt(sum / (*n).max(1) as f64)),
        }
    }

    /// For machines and plots: a share between 0 and 1, or an error.
    pub(crate) fn value(&self) -> f64 {
        match self {
            Score::Accuracy(right, all) => *right as f64 / (*all).max(1) as f64,
            Score::Error(sum, n) => libm::sqrt(sum / (*n).max(1) as f64),
        }
    }
}

/// What the data say is right.
#[derive(Debug)]
pub(crate) struct Judge {
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
    /// Finds what is right for `count` samples: an array `label` of classes, `target` of numbers, or
    /// one with the name of an output.
    pub(crate) fn new(model: &Model, data: &Values, count: usize) -> Result<Judge, Error> {
        let outputs = model.outputs();
        let named = outputs.iter().find(|o| data.tensors.contains_key(o.as_str()));
        let fail = |name: &str, got: usize| {
            let t = format!("array `{name}` has {got} numbers for {count} samples");
            Error::file(&data.path, t)
        };
        let list = |name: &str| data.tensors.get(name).map(floats);
        let (output, truth) = if let Some(classes) = list(LABEL) {
            if classes.len() != count {
                return Err(fail(LABEL, classes.len()));
            }
            (Judge::answering(model), Some(Truth::Classes(classes)))
        } else if let Some((name, numbers)) =
            list(TARGET).map(|n| (TARGET, n)).or(named.and_then(|o| Some((o.as_str(), list(o)?))))
        {
            if !numbers.len().is_multiple_of(count) {
                return Err(fail(name, numbers.len()));
            }
            let output = named.or(outputs.first()).cloned();
            let whole = named.is_some() && numbers.len() == count;
            let classes = whole && !model.float_outputs().first().copied().unwrap_or(true);
            let truth = if classes { Truth::Classes(numbers) } else { Truth::Numbers(numbers) };
            (output, Some(truth))
        } else {
            (Judge::answering(model), None)
        };
        let given = outputs.iter().filter_map(|o| Some((o.clone(), list(&format!("float.{o}"))?)));
        let given = given.filter(|(_, v)| v.len().is_multiple_of(count)).collect();
        Ok(Judge { output, truth, given })
    }

    /// The output that is an answer: the first of integers, or else the first.
    fn answering(model: &Model) -> Option<String> {
        let outputs = model.outputs();
        let whole = outputs.iter().zip(model.float_outputs()).find(|(_, float)| !float);
        whole.map(|(o, _)| o).or(outputs.first()).cloned()
    }

    /// A score to begin with.
    pub(crate) fn start(&self) -> Option<Score> {
        match &self.truth {
            Some(Truth::Classes(_)) => Some(Score::Accuracy(0, 0)),
            Some(Truth::Numbers(_)) => Some(Score::Error(0.0, 0)),
            None => None,
        }
    }

    /// Whether answers are classes, which may be the same or not.
    pub(crate) fn answers(&self) -> bool {
        !matches!(self.truth, Some(Truth::Numbers(_)))
    }

    /// The class that outputs say: the index of the largest number, or the only integer.
    pub(crate) fn answer(&self, outputs: &BTreeMap<String, Array>) -> Option<i64> {
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
    pub(crate) fn add(&self, score: &mut Score, outputs: &BTreeMap<String, Array>, k: usize) {
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
    pub(crate) fn reference(
        &self,
        outputs: &BTreeMap<String, Array>,
        k: usize,
        so_far: Option<f64>,
    ) -> Option<f64> {
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
