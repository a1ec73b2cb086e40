//! A program on a data set: interpreted, and as a circuit.

use super::compare::{Compared, compare};
use super::samples::Samples;
use crate::error::Error;
use crate::load::program::Program;
use crate::show::progress::Progress;
use zirc_circuit::{Circuit, Int};

/// How often something was right.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Tally {
    pub(crate) integers: usize,
    pub(crate) circuit: usize,
    pub(crate) float: usize,
    /// Float and integers say the same.
    pub(crate) same: usize,
    /// Integers and circuit agree.
    pub(crate) agree: usize,
}

/// What was found.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tallied {
    pub(crate) tally: Tally,
    /// Samples that the circuit refuses, or answers wrongly.
    pub(crate) wrong: Vec<usize>,
    /// Samples on which integers and circuit differ, and how.
    pub(crate) differ: Vec<(usize, String)>,
    /// The inputs of the first sample that the circuit answers rightly.
    pub(crate) first: Option<Vec<Vec<Int>>>,
}

/// Evaluates the first samples.
pub(crate) fn evaluate(
    program: &mut Program,
    circuit: &Circuit,
    samples: &Samples<'_>,
    number: usize,
) -> Result<Tallied, Error> {
    let mut found = Tallied::default();
    let progress = Progress::steps("eval", number);
    let interpreter = program.project.interpreter(&circuit.signature.name, &mut program.folder);
    let mut interpreter = interpreter.map_err(|r| Error::Program(Box::new(r)))?;
    for k in 0..number {
        let sample = samples.get(k)?;
        let c: Compared = compare(&mut interpreter, circuit, &sample, &mut program.folder);
        let tally = &mut found.tally;
        tally.integers += usize::from(c.integers);
        tally.circuit += usize::from(c.circuit);
        tally.agree += usize::from(c.difference.is_none());
        if let Some(float) = &sample.float {
            tally.float += usize::from(sample.label.as_ref() == Some(float));
            tally.same += usize::from(c.prediction.as_ref() == Some(float));
        }
        if !c.circuit {
            found.wrong.push(k);
        } else if found.first.is_none() {
            found.first = Some(sample.inputs);
        }
        found.differ.extend(c.difference.map(|why| (k, why)));
        progress.step();
    }
    Ok(found)
}
