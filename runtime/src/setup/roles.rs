//! Which variables are under which trapdoor, and which have a row of their own.

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
    /// Variables that a commitment binds before the challenges; empty without challenges.
    pub(super) committed: Range<usize>,
    /// Variables with a row of their own behind the constraints, which they alone stand in, in A:
    /// `ONE`, the instance, and what is committed to but stands in no constraint.
    pub(super) extra: Vec<usize>,
}

impl Roles {
    /// The roles of a circuit's variables; random numbers tell which stand in no constraint.
    pub(super) fn of(
        circuit: &Circuit,
        layout: &Layout,
        rng: &mut (impl RngCore + CryptoRng),
    ) -> Roles {
        let instance = layout.num_instance();
        let mut extra: Vec<usize> = (0..=instance).collect();
        let mut committed = layout.committed();
        if layout.num_challenges == 0 {
            committed = committed.start..committed.start;
        } else {
            extra.extend(unread(circuit, committed.clone(), rng));
        }
        Roles { instance, challenges: layout.num_challenges, committed, extra }
    }

    /// Variables whose points the verifier has, `ONE` included.
    pub(super) fn instance(&self) -> Range<usize> {
        0..self.instance + 1
    }

    pub(super) fn has_commitment(&self) -> bool {
        self.challenges > 0
    }

    /// Variables whose ζ is under δ, in the C query: all from this one on.
    pub(super) fn first_free(&self) -> usize {
        self.committed.end
    }

    /// Committed variables with a row of their own.
    pub(super) fn pinned(&self) -> Vec<u32> {
        // A circuit has fewer than 2³¹ variables.
        self.extra[self.instance + 1..].iter().map(|&j| j as u32).collect()
    }
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
