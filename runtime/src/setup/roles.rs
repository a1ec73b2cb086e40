//! Which variables are under which trapdoor, and which have a row of their own.

use super::alone::alone;
use ark_bn254::Fr;
use ark_ff::{UniformRand, Zero};
use rand::{CryptoRng, RngCore};
use std::ops::Range;
use zirc_circuit::{Circuit, Layout, Side, adjoint};

/// What setup does with the variables of a circuit.
#[derive(Debug)]
pub(super) struct Roles {
    /// Public values and challenges, `ONE` not counted.
    instance: usize,
    /// Challenges among them.
    pub(super) challenges: usize,
    /// Variables of a model, which a commitment of its own binds for all proofs.
    pub(super) model: Range<usize>,
    /// Variables that a commitment binds before the challenges; empty without challenges.
    pub(super) committed: Range<usize>,
    /// Variables of the model that stand in no row without others of the model.
    model_pinned: Vec<usize>,
    /// Committed variables that stand in no constraint.
    pinned: Vec<usize>,
}

impl Roles {
    /// The roles of a circuit's variables; random numbers tell which are bound by no constraint.
    pub(super) fn of(
        circuit: &Circuit,
        layout: &Layout,
        rng: &mut (impl RngCore + CryptoRng),
    ) -> Roles {
        let (model, mut committed) = (layout.model(), layout.committed());
        let mut pinned = vec![];
        if layout.num_challenges == 0 {
            committed = committed.start..committed.start;
        } else {
            pinned = unread(circuit, committed.clone(), rng);
        }
        let bound = alone(circuit, layout, rng);
        let model_pinned = model.clone().zip(bound).filter(|x| !x.1).map(|x| x.0).collect();
        let (instance, challenges) = (layout.num_instance(), layout.num_challenges);
        Roles { instance, challenges, model, committed, model_pinned, pinned }
    }

    /// Variables whose points the verifier has, `ONE` included.
    pub(super) fn instance(&self) -> Range<usize> {
        0..self.instance + 1
    }

    pub(super) fn has_commitment(&self) -> bool {
        self.challenges > 0
    }

    pub(super) fn has_model(&self) -> bool {
        !self.model.is_empty()
    }

    /// Variables whose ζ is under δ, in the C query: all from this one on.
    pub(super) fn first_free(&self) -> usize {
        self.committed.end
    }

    /// Variables with a row of their own behind the constraints, which they alone stand in, in A: `ONE`, the
    /// instance, and what a commitment would not bind.
    pub(super) fn extra(&self) -> impl Iterator<Item = usize> {
        self.instance().chain(self.model_pinned.iter().copied()).chain(self.pinned.iter().copied())
    }

    /// Committed variables with a row of their own.
    pub(super) fn pinned(&self) -> Vec<u32> {
        short(&self.pinned)
    }

    /// Variables of the model with a row of their own.
    pub(super) fn model_pinned(&self) -> Vec<u32> {
        short(&self.model_pinned)
    }
}

/// A circuit has fewer than 2³¹ variables.
fn short(variables: &[usize]) -> Vec<u32> {
    variables.iter().map(|&j| j as u32).collect()
}

/// The variables of a range that no constraint reads: their columns, weighted with random numbers, are
/// zero. A column that is not gives zero with a probability of 1/r.
fn unread(
    circuit: &Circuit,
    range: Range<usize>,
    rng: &mut (impl RngCore + CryptoRng),
) -> Vec<usize> {
    let rows: Vec<Fr> = (0..circuit.num_constraints()).map(|_| Fr::rand(rng)).collect();
    let mut unread: Vec<usize> = range.collect();
    for side in Side::ALL {
        if unread.is_empty() {
            break;
        }
        let columns = adjoint(circuit, side, &rows);
        unread.retain(|&j| columns[j].is_zero());
    }
    unread
}
