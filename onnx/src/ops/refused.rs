//! Operations that cannot be, whatever their inputs are: Unique, NonMaxSuppression, and those that make random
//! numbers. Each row has the reason; that of others, which are computed of constants, stands on their own rows.

use super::{Operation, Refusal, plain};
use crate::context::{Args, Converter};
use crate::fault::{Import, refuse};
use crate::graph::Node;
use crate::tensor::Tensor;

/// Of results whose size follows from values.
pub(super) const OF_ANY_SHAPE: Refusal = Refusal {
    why: "the shape of its result depends on the data",
    help: "a circuit has one shape: leave this operation outside of what is proved",
};
const RANDOM: Refusal = Refusal {
    why: "a proof has no source of randomness",
    help: "make the random numbers an input of the model",
};

fn evaluate(_: &Node, _: &Args<'_>) -> Import<Vec<Tensor>> {
    refuse("this operation is not supported")
}

fn convert(_: &Node, _: &mut Converter<'_>) -> Import<()> {
    refuse("this operation is not supported")
}

const fn never(name: &'static str, refused: &'static Refusal) -> Operation {
    plain(name, evaluate, convert).refused(refused)
}

/// The operations.
pub(crate) const OPERATIONS: &[Operation] = &[
    never("Bernoulli", &RANDOM),
    never("Multinomial", &RANDOM),
    never("NonMaxSuppression", &OF_ANY_SHAPE),
    never("RandomNormal", &RANDOM),
    never("RandomNormalLike", &RANDOM),
    never("RandomUniform", &RANDOM),
    never("RandomUniformLike", &RANDOM),
    never("Unique", &OF_ANY_SHAPE),
];
