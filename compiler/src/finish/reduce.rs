//! Weights as elements of the field.
//!
//! A weight is known modulo the field's order only: a and a reduced mean the same element. Passes
//! multiply weights with one another, and so do sums that are read through; whatever they leave at
//! or beyond the order is replaced by the representative with the smallest absolute value. Weights
//! below the order stay as they are.

use super::lins_mut;
use crate::number::{centred, order};
use crate::value::pack;
use std::collections::BTreeSet;
use zirc_circuit::{Circuit, Int, Ints, Weight};

/// Reduces every weight of the circuit.
pub(super) fn weights(c: &mut Circuit) {
    let order = order();
    let wide = |n: &Int| n.magnitude() >= order.magnitude();
    let mut constants = BTreeSet::new();
    for l in lins_mut(c) {
        for t in &mut l.terms {
            let n = match &mut t.weight {
                Weight::Scalar(n) => n,
                Weight::Tensor { factor, constant, .. } => {
                    constants.insert(*constant);
                    factor
                }
            };
            if wide(n) {
                *n = centred(n);
            }
        }
    }
    for id in constants {
        let data = &mut c.constants[id.0 as usize].data;
        if let Ints::Big(all) = data
            && all.iter().any(wide)
        {
            *data = pack(all.iter().map(centred).collect());
        }
    }
}
