//! From a tensor program to a circuit: lower, optimize, compare.
//!
//! The steps know nothing of each other. They are a list ([`PASSES`]), walked in its order; what came out is
//! compared with what was lowered by a room that knows none of them ([`crate::translation`]).

mod failure;
mod passes;
mod walk;

use crate::budget::Budget;
use crate::finish::{Finished, finish};
use crate::lower::{How, Lowered, Purpose, Unread, carry, lower, model};
use crate::program::Program;
use crate::translation::Validation;
pub(crate) use failure::Failure;
#[cfg(test)]
pub(crate) use passes::{PASSES, Run};
use std::collections::BTreeMap;
use walk::Walk;
use zirc_circuit::{Circuit, Signature, SourceFile, TensorId};

/// A compiled program.
#[derive(Clone, Debug)]
pub(crate) struct Made {
    pub(crate) circuit: Circuit,
    /// Where the tensors of the program are in it; those that it does not need are missing.
    pub(crate) places: BTreeMap<TensorId, TensorId>,
    /// What came of comparing it with what was lowered.
    pub(crate) validation: Validation,
    /// Calls that were not lowered.
    pub(crate) unread: Vec<Unread>,
}

/// Turns a tensor program into a circuit.
pub(crate) fn compile(
    program: Program,
    signature: Signature,
    sources: Vec<SourceFile>,
    purpose: Purpose,
    how: How,
    budget: Budget,
) -> Result<Made, Failure> {
    let Lowered { draft, origins, unread } = lower(program, signature, purpose, how)?;
    if purpose == Purpose::Forgery {
        let Finished { circuit, places } = finish(&draft, &origins, sources)?;
        return Ok(Made { circuit, places, validation: Validation::default(), unread });
    }
    let validate = (purpose == Purpose::Proof).then_some(budget);
    let mut walk = Walk::new(draft, &origins, sources, validate);
    passes::PASSES.iter().try_for_each(|p| walk.pass(p, &how))?;
    let (Finished { mut circuit, places }, validation) = walk.end()?;
    model::name(&mut circuit);
    if purpose == Purpose::Proof
        && let Some(carried) = carry::apply(&circuit, how.round, how.public)?
    {
        circuit = carried;
    }
    Ok(Made { circuit, places, validation, unread })
}
