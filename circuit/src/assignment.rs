//! Values of all tensors.

use crate::{Buffer, Circuit, Fr, Int, Layout, TensorId, scalar};
use ark_ff::AdditiveGroup;
use num_traits::Signed;

/// One buffer for each tensor of a circuit, in the order of its tensor list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assignment {
    /// The values; empty for `Aux` tensors of an assignment that no program computed.
    pub values: Vec<Buffer>,
}

impl Assignment {
    /// Values of all variables, in the order of [`Circuit::layout`], starting with 1.
    #[must_use]
    pub fn to_variables(&self, circuit: &Circuit) -> Vec<Fr> {
        let layout = circuit.layout();
        let mut out = vec![Fr::ZERO; layout.num_variables()];
        self.scatter(&layout, &mut out);
        out
    }

    /// Public values in the order of the signature, without the leading 1; carried ones among them.
    #[must_use]
    pub fn public_inputs(&self, circuit: &Circuit) -> Vec<Fr> {
        circuit.public_tensors().flat_map(|t| self.values[t.0 as usize].to_field()).collect()
    }

    /// Values of the instance in the order of [`Circuit::layout`], without the leading 1; 0 where there are
    /// none yet.
    #[must_use]
    pub fn instance(&self, circuit: &Circuit) -> Vec<Fr> {
        let layout = circuit.layout();
        let mut out = vec![Fr::ZERO; layout.num_instance()];
        for (buffer, offset) in self.values.iter().zip(&layout.offset) {
            if let Some(first) = offset.and_then(|o| o.checked_sub(1)).filter(|f| *f < out.len()) {
                buffer.write_field(&mut out[first..first + buffer.len()]);
            }
        }
        out
    }

    /// One value as an integer: between 0 and the field's order for elements of the field and for
    /// integers of width `Field` that cannot be negative, else signed. Panics if out of bounds, as
    /// indexing does.
    #[must_use]
    pub fn get_int(&self, circuit: &Circuit, tensor: TensorId, index: usize) -> Int {
        let i = tensor.0 as usize;
        let value = self.values[i].get_int(index);
        if value.is_negative() && !circuit.tensors[i].is_signed() {
            value + scalar::order()
        } else {
            value
        }
    }

    /// Writes every variable to its place.
    fn scatter(&self, layout: &Layout, out: &mut [Fr]) {
        for (buffer, offset) in self.values.iter().zip(&layout.offset) {
            if let Some(first) = *offset {
                buffer.write_field(&mut out[first..first + buffer.len()]);
            }
        }
    }
}
