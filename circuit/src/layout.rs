//! Which variable is which element of which tensor.

use crate::{Circuit, Kind, TensorId, Visibility};

/// Numbers of variables: variable 0 is `ONE`, then come the public tensors in the order of the
/// signature (inputs, then outputs), then the witness tensors in the order of the tensor list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    /// First variable of each tensor; `None` for those that have no variables.
    pub offset: Vec<Option<usize>>,
    /// Number of public variables, `ONE` not counted.
    pub num_public: usize,
    /// Number of witness variables.
    pub num_witness: usize,
}

impl Layout {
    /// `1 + num_public + num_witness`
    #[must_use]
    pub fn num_variables(&self) -> usize {
        1 + self.num_public + self.num_witness
    }
}

impl Circuit {
    /// Numbers the variables.
    #[must_use]
    pub fn layout(&self) -> Layout {
        let mut offset = vec![None; self.tensors.len()];
        offset[TensorId::ONE.0 as usize] = Some(0);
        let mut next = 1;
        for tensor in self.public_tensors() {
            let i = tensor.0 as usize;
            offset[i] = Some(next);
            next += self.tensors[i].len();
        }
        let num_public = next - 1;
        for (i, tensor) in self.tensors.iter().enumerate() {
            if tensor.kind == Kind::Witness {
                offset[i] = Some(next);
                next += tensor.len();
            }
        }
        Layout { offset, num_public, num_witness: next - 1 - num_public }
    }

    /// Public tensors in the order of the signature.
    pub fn public_tensors(&self) -> impl Iterator<Item = TensorId> {
        self.signature
            .inputs
            .iter()
            .chain(&self.signature.outputs)
            .filter(|p| p.visibility == Visibility::Public)
            .map(|p| p.tensor)
    }

    /// Number of constraints, over all blocks.
    #[must_use]
    pub fn num_constraints(&self) -> usize {
        self.blocks.iter().map(crate::Block::len).sum()
    }

    /// Number of variables, `ONE` included.
    #[must_use]
    pub fn num_variables(&self) -> usize {
        self.layout().num_variables()
    }
}
