//! Values of variables from an assignment.

use crate::curve::msm::Values;
use ark_bn254::Fr;
use ark_ff::AdditiveGroup;
use zirc_circuit::{Assignment, Buffer, Circuit, Layout};

/// The value of one variable.
pub(super) fn value(layout: &Layout, assignment: &Assignment, variable: usize) -> Fr {
    let mut all = layout.offset.iter().zip(&assignment.values);
    let found = all.find_map(|(first, values)| {
        let k = variable.checked_sub((*first)?)?;
        (k < values.len()).then(|| values.get_fr(k))
    });
    found.unwrap_or(Fr::ZERO)
}

/// The values of all variables, in native integers where they are; 0 where there are none yet.
pub(super) fn variables(circuit: &Circuit, assignment: &Assignment) -> Values {
    let layout = circuit.layout();
    let mut order: Vec<(usize, usize)> = layout
        .offset
        .iter()
        .enumerate()
        .filter_map(|(tensor, offset)| offset.map(|first| (first, tensor)))
        .collect();
    order.sort_unstable();
    let mut values = Values::with_capacity(layout.num_variables());
    for (_, tensor) in order {
        let given = &assignment.values[tensor];
        (given.len()..circuit.tensors[tensor].len()).for_each(|_| values.push_i64(0));
        match given {
            Buffer::I64(v) => v.iter().for_each(|&x| values.push_i64(x)),
            Buffer::I128(v) => v.iter().for_each(|&x| values.push_i128(x)),
            Buffer::Field(v) => v.iter().for_each(|&x| values.push_field(x)),
        }
    }
    debug_assert_eq!(values.len(), layout.num_variables(), "number of variables");
    values
}
