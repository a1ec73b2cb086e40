//! Constraints, evaluated backward: what setup needs, without a single expanded row.
//!
//! Column j of a side's matrix M, weighted by a vector over the rows, is Σ_i M_ij·rows_i. As in
//! reverse-mode differentiation, that is one pass over the terms in reverse with source and
//! destination exchanged: blocks first, then derived tensors from the last to the first.

use crate::evaluate::Engine;
use crate::nest::Nest;
use crate::{Circuit, Fr, Kind, Lin, Side};
use ark_ff::AdditiveGroup;

/// `Mᵀ·rows` for the matrix M of one side: for each variable in the order of [`Circuit::layout`],
/// the sum of its column weighted by `rows`.
///
/// Memory: one element of the field for each variable, and for each element of those derived
/// tensors that are yet to be passed on. Panics unless `rows` has one element for each constraint.
#[must_use]
pub fn adjoint(circuit: &Circuit, side: Side, rows: &[Fr]) -> Vec<Fr> {
    assert_eq!(rows.len(), circuit.num_constraints(), "length of the row vector");
    let layout = circuit.layout();
    let engine = Engine::new(&circuit.constants);
    let mut variables = vec![Fr::ZERO; layout.num_variables()];
    let mut derived: Vec<Option<Vec<Fr>>> = vec![None; circuit.tensors.len()];
    let mut spread = |lin: &Lin, from: &[Fr], derived: &mut [Option<Vec<Fr>>]| {
        for term in &lin.terms {
            let Some(nest) = Nest::backward(term) else { continue };
            let source = term.src.0 as usize;
            let len = circuit.tensors[source].len();
            let to = match layout.offset[source] {
                Some(first) => &mut variables[first..first + len],
                None => derived[source].get_or_insert_with(|| vec![Fr::ZERO; len]),
            };
            engine.in_field(&nest, term, to, from);
        }
    };
    let mut rest = rows;
    for block in &circuit.blocks {
        let (here, after) = rest.split_at(block.len());
        spread(side.of(block), here, &mut derived);
        rest = after;
    }
    for (i, tensor) in circuit.tensors.iter().enumerate().rev() {
        if let (Kind::Linear(lin), Some(from)) = (&tensor.kind, derived[i].take()) {
            spread(lin, &from, &mut derived);
        }
    }
    variables
}
