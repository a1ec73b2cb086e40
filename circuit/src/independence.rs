//! That no output depends on a part of the inputs, by the flow of data through the witness program.
//!
//! What an element is computed from is followed forwards, element by element: an operation's result depends
//! on what its arguments there depend on, and a linear combination on the elements that it reads with a
//! weight that is not zero. Nothing else is known of values, so that what cancels, or is multiplied by what
//! happens to be 0, counts as a dependence. Where no output is reached, two runs whose inputs differ in that
//! part alone give the same outputs: every value of the witness is a function of the inputs, since hints
//! have been shown to have one value. Hints that may have several (`#[nondet]`) could be chosen by anything,
//! so that circuits with such hints claim no independence.
//!
//! Whether there is a proof at all must not depend on the part either, so that no check may read what does.
//! Checks from the challenges on are none of values but of the argument about them. A commitment that the
//! compiler makes to an input (`x.commitment`) is meant to depend on all of it and is no output here.

mod flow;
mod trace;

use crate::{Circuit, OriginId, Part, TensorId};
use flow::Flow;

/// How an output, or a check, depends on a part of an input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dependence {
    /// The part.
    pub part: Part,
    /// What depends on it.
    pub what: Dependent,
    /// Elements from the input's to the one that is read last, each computed from the one before.
    pub path: Vec<(TensorId, usize)>,
}

/// What depends on a part of an input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Dependent {
    /// An element of an output port: its index in the signature, and the element's.
    Output(usize, usize),
    /// Whether a check holds: what asked for it.
    Check(OriginId),
    /// A hint that may have several values, which anything may decide: its index in the signature.
    Choice(usize),
}

/// Shows of every part that a circuit claims independence of that no output and no check depends on it.
///
/// Takes time and memory of one witness, for each part.
///
/// # Errors
/// The first dependence that is found.
pub fn independence(circuit: &Circuit) -> Result<(), Box<Dependence>> {
    for part in &circuit.signature.claims.independent_of {
        if !circuit.signature.nondet.is_empty() {
            let (part, what) = (part.clone(), Dependent::Choice(0));
            return Err(Box::new(Dependence { part, what, path: vec![] }));
        }
        let flow = Flow::of(circuit, part);
        if let Some((what, last)) = flow.reached() {
            let path = trace::back(&flow, last);
            return Err(Box::new(Dependence { part: part.clone(), what, path }));
        }
    }
    Ok(())
}
