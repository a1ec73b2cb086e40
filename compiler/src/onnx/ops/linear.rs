//! Sums of products: what most of a network's arithmetic is, and what costs a circuit nothing
//! where the weights are constants.

mod conv;
mod gemm;

use super::{Operation, plain};

/// The operations of this group.
pub(crate) const OPERATIONS: &[Operation] =
    &[plain("Conv", conv::evaluate, conv::convert), plain("Gemm", gemm::evaluate, gemm::convert)];
