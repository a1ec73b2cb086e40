//! Which variables of a model stand alone in some row.
//!
//! A commitment Σ m_j·\[ζ_j/δₘ\]₁ + κ·\[δ\]₁ that is to name a model for good must have one opening only: the
//! ζ_j = β·a_j + α·b_j + c_j of the model have to be linearly independent. Where Σ m_j·ζ_j = 0, the same
//! holds of the a_j, of the b_j and of the c_j, as polynomials in α, β and τ; in a row where j alone
//! among the model's variables stands in one of the matrices that says m_j = 0. So it is enough that
//! each variable has such a row, in whichever matrix. Weights that only occur in one sum have none: their
//! sum would be bound, and not they.
//!
//! Rows are not expanded to see that. With random x_j and t_j for the model's variables and 0 for all others
//! a row is v = Σ w_j·x_j and once more u = Σ w_j·x_j·t_j; u/v is t_j if j is alone in it, and t_k for some
//! other sum of several with a probability below |model|/r.

use ark_bn254::Fr;
use ark_ff::{AdditiveGroup, UniformRand, batch_inversion};
use rand::{CryptoRng, RngCore};
use std::collections::BTreeMap;
use zirc_circuit::{
    Assignment, Buffer, Circuit, Combinations, Kind, Layout, Side, TensorId, side_values,
};

/// For each variable of the model, whether it is alone in a row of A, B or C.
pub(crate) fn alone(
    circuit: &Circuit,
    layout: &Layout,
    rng: &mut (impl RngCore + CryptoRng),
) -> Vec<bool> {
    let mut found = vec![false; layout.num_model];
    if found.is_empty() {
        return found;
    }
    let mut draw = || (0..found.len()).map(|_| Fr::rand(rng)).collect::<Vec<Fr>>();
    let (x, t) = (draw(), draw());
    let tagged: Vec<Fr> = x.iter().zip(&t).map(|(x, t)| *x * t).collect();
    let [plain, tagged] = [x, tagged].map(|values| of_model(circuit, layout, &values));
    let by_tag: BTreeMap<Fr, usize> = t.into_iter().enumerate().map(|(j, t)| (t, j)).collect();
    for side in Side::ALL {
        let mut v = side_values(circuit, &plain, side);
        let u = side_values(circuit, &tagged, side);
        // 0 stays 0, which is no tag.
        batch_inversion(&mut v);
        for (v, u) in v.iter().zip(&u).filter(|(v, _)| **v != Fr::ZERO) {
            if let Some(&j) = by_tag.get(&(*v * u)) {
                found[j] = true;
            }
        }
    }
    found
}

/// The model's variables with these values, all others 0 (the constant 1 as well), and what is derived.
fn of_model(circuit: &Circuit, layout: &Layout, values: &[Fr]) -> Assignment {
    let combinations = Combinations::new(&circuit.constants);
    let first = layout.model().start;
    // Tensors that no variable of the model reaches stay empty, which reads as zeros.
    let mut known: Vec<Vec<Fr>> = Vec::with_capacity(circuit.tensors.len());
    for (tensor, offset) in circuit.tensors.iter().zip(&layout.offset) {
        known.push(match (&tensor.kind, offset) {
            (Kind::Model, Some(at)) => values[at - first..at - first + tensor.len()].to_vec(),
            (Kind::Linear(lin), _) => {
                let reached = |t: &TensorId| !known[t.0 as usize].is_empty();
                let mut lin = lin.clone();
                lin.terms.retain(|t| reached(&t.src));
                if lin.terms.is_empty() {
                    vec![]
                } else {
                    let source = |t: TensorId| known[t.0 as usize].as_slice();
                    combinations.eval(&lin, tensor.len(), &source)
                }
            }
            _ => vec![],
        });
    }
    let buffers = circuit.tensors.iter().zip(known).map(|(tensor, values)| {
        if values.is_empty() { Buffer::I64(vec![0; tensor.len()]) } else { Buffer::Field(values) }
    });
    Assignment { values: buffers.collect() }
}

#[cfg(test)]
mod tests;
