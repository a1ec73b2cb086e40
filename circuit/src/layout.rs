//! Which variable is which element of which tensor.

use crate::{Circuit, Kind, Port, TensorId, Visibility};

/// Numbers of variables: variable 0 is `ONE`, then come the public tensors in the order of the
/// signature (inputs, then outputs), then the challenges, then the evaluation that binds carried public
/// values, then the models, then the carried values in the order of the signature, then the witness
/// tensors, then the responses, each in the order of the tensor list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    /// First variable of each tensor; `None` for those that have no variables.
    pub offset: Vec<Option<usize>>,
    /// Number of public variables, `ONE`, challenges and carried values not counted.
    pub num_public: usize,
    /// Number of challenges.
    pub num_challenges: usize,
    /// 1 if public values are carried, which an evaluation binds, else 0.
    pub num_evaluations: usize,
    /// Number of public values that are carried, among the witness behind the models.
    pub num_carried: usize,
    /// Number of witness variables, models, carried values and responses included.
    pub num_witness: usize,
    /// Number of variables of models, the first among the witness.
    pub num_model: usize,
    /// Number of responses, the last among the variables.
    pub num_responses: usize,
}

impl Layout {
    /// All of them, `ONE` included.
    #[must_use]
    pub fn num_variables(&self) -> usize {
        1 + self.num_instance() + self.num_witness
    }

    /// Variables whose values the verifier supplies, `ONE` not counted: public values that are not carried,
    /// challenges, and the evaluation that binds what is carried.
    #[must_use]
    pub fn num_instance(&self) -> usize {
        self.num_public + self.num_challenges + self.num_evaluations
    }

    /// The variables that a model's commitment fixes.
    #[must_use]
    pub fn model(&self) -> std::ops::Range<usize> {
        let first = 1 + self.num_instance();
        first..first + self.num_model
    }

    /// The other witness variables that are committed to before challenges are drawn.
    #[must_use]
    pub fn committed(&self) -> std::ops::Range<usize> {
        self.model().end..1 + self.num_instance() + self.num_witness - self.num_responses
    }
}

impl Circuit {
    /// Numbers the variables.
    #[must_use]
    pub fn layout(&self) -> Layout {
        let mut offset = vec![None; self.tensors.len()];
        offset[TensorId::ONE.0 as usize] = Some(0);
        let mut next = 1;
        let mut place = |kind: &Kind| {
            let start = next;
            let mut put = |i: usize| {
                if self.tensors[i].kind == *kind {
                    offset[i] = Some(next);
                    next += self.tensors[i].len();
                }
            };
            match kind {
                Kind::Public | Kind::Carried => {
                    self.public_tensors().for_each(|t| put(t.0 as usize))
                }
                _ => (0..self.tensors.len()).for_each(put),
            }
            next - start
        };
        let num_public = place(&Kind::Public);
        let num_challenges = place(&Kind::Challenge);
        let num_evaluations = place(&Kind::Evaluation);
        let num_model = place(&Kind::Model);
        let num_carried = place(&Kind::Carried);
        let first = place(&Kind::Witness);
        let num_responses = place(&Kind::Response);
        let num_witness = num_model + num_carried + first + num_responses;
        Layout {
            offset,
            num_public,
            num_challenges,
            num_evaluations,
            num_carried,
            num_witness,
            num_model,
            num_responses,
        }
    }

    /// Whether proving takes a commitment round: challenges are drawn after the witness is fixed.
    #[must_use]
    pub fn has_challenges(&self) -> bool {
        self.tensors.iter().any(|t| t.kind == Kind::Challenge)
    }

    /// Whether it has a model that is committed to once, for all proofs.
    #[must_use]
    pub fn has_model(&self) -> bool {
        self.tensors.iter().any(|t| t.kind == Kind::Model && !t.is_empty())
    }

    /// Whether proofs need commitments, which plain Groth16 does not have.
    #[must_use]
    pub fn is_committed(&self) -> bool {
        self.has_challenges() || self.has_model()
    }

    /// The input ports of a model that is committed to once.
    pub fn model_ports(&self) -> impl Iterator<Item = &Port> {
        let of_model = |p: &&Port| {
            self.tensors.get(p.tensor.0 as usize).is_some_and(|t| t.kind == Kind::Model)
        };
        self.signature.inputs.iter().filter(of_model)
    }

    /// Public tensors in the order of the signature, carried ones among them.
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
