//! One input, beside what is known of others: whether the circuit still follows the model there.

use super::agreement::whole;
use super::{Agreement, Deviation, Integers, ModelCircuit, Sample};
use crate::fault::Fault;
use crate::graph::show;
use crate::model::Model;
use crate::quantize::Ranges;
use std::fmt;
use zirc_circuit::Assignment;

/// How far beyond what was seen, as a part of its extent, a tensor is before that is told.
const BEYOND: f64 = 1.0 / 16.0;

/// What the circuit says of one input beside the model.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OneInput {
    /// The results that are floats.
    pub floats: Deviation,
    /// Whether whole numbers are the same, where the model gives any.
    pub same: Option<bool>,
    /// Whether all of them are classes.
    pub classes: bool,
    /// The results that hold integers of quantized tensors.
    pub integers: Integers,
    /// Whether a float is off by more than 5 % of its result's largest number, on the calibration data or here.
    pub off: bool,
    /// The first tensor that leaves what calibration data had.
    pub left: Option<Left>,
}

/// A tensor that leaves what it was seen to hold: what is beyond may have been cut to its type.
#[derive(Clone, Debug, PartialEq)]
pub struct Left {
    /// The node that gives it, as errors call it.
    pub node: String,
    /// Its name in the graph.
    pub tensor: String,
    /// The number farthest from what was seen.
    pub reaches: f64,
    /// The least and the greatest that were seen.
    pub seen: (f64, f64),
}

impl OneInput {
    /// Whether the circuit says something else than the model.
    #[must_use]
    pub fn differs(&self) -> bool {
        self.off || self.same == Some(false) || self.integers.differ > 0
    }
}

impl fmt::Display for OneInput {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("on this input")?;
        if !self.floats.is_empty() {
            let worst = self.floats.worst();
            match self.off {
                true => write!(f, " the circuit is {worst:.2e} off the float model")?,
                false => write!(f, " the circuit is within {worst:.2e} of the float model")?,
            }
        }
        if self.floats.undefined() > 0 {
            write!(f, " numbers of the circuit stand for what is infinite or NaN in the model")?;
        }
        if let Some(same) = self.same {
            let and = if self.floats.is_empty() { "" } else { " and" };
            let are = if same { "the same" } else { "others than the float model's" };
            write!(f, "{and} its {} are {are}", whole(self.classes))?;
        }
        if self.integers.differ > 0 {
            write!(f, "; {}", self.integers.words())?;
        }
        match &self.left {
            Some(l) if self.differs() => write!(f, "; {l}"),
            _ => Ok(()),
        }
    }
}

impl fmt::Display for Left {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Left { node, reaches, seen: (lo, hi), .. }, name) = (self, show(&self.tensor));
        write!(f, "at {node} `{name}` reaches {reaches:.3}, calibration data {lo:.3} to {hi:.3}")
    }
}

/// Compares what a circuit assigns for an input with the model. `seen` is what is known of other inputs, `ranges`
/// what tensors hold on calibration data.
///
/// # Errors
/// What the float model cannot be evaluated for.
pub fn one_input(
    model: &Model,
    circuit: &ModelCircuit<'_>,
    (seen, ranges): (Option<&Agreement>, Option<&Ranges>),
    sample: &Sample,
    assignment: &Assignment,
) -> Result<OneInput, Fault> {
    let outputs = &circuit.imported().outputs;
    let float = model.evaluate_as_written(sample)?;
    let here = circuit.real(&circuit.results(assignment));
    let mut alone = Agreement::of(outputs);
    alone.add(outputs, &float, Some(&here));
    let mut all = seen.cloned().unwrap_or_else(|| Agreement::of(outputs));
    all.add(outputs, &float, Some(&here));
    let off = all.last_is_off();
    let left = match ranges.filter(|_| off || alone.same == Some(0) || alone.integers.differ > 0) {
        Some(ranges) => leaves(model, ranges, &model.evaluate(sample)?),
        None => None,
    };
    let same = alone.same.map(|n| n > 0);
    let (integers, classes) = (alone.integers, alone.classes);
    Ok(OneInput { floats: alone.floats, same, classes, integers, off, left })
}

/// The first tensor, in the order of the graph, that leaves what was seen.
fn leaves(model: &Model, ranges: &Ranges, float: &Sample) -> Option<Left> {
    model.tensors().find_map(|(node, tensor)| {
        let (range, values) = (ranges.tensors.get(tensor)?, float.get(tensor)?);
        let beyond = |v: f64| (range.lo - v).max(v - range.hi);
        let finite = values.data.iter().copied().filter(|v| v.is_finite());
        let reaches = finite.max_by(|a, b| beyond(*a).total_cmp(&beyond(*b)))?;
        let extent = range.hi.max(0.0) - range.lo.min(0.0);
        let seen = (range.lo, range.hi);
        (beyond(reaches) > BEYOND * extent).then(|| Left {
            node,
            tensor: tensor.into(),
            reaches,
            seen,
        })
    })
}
