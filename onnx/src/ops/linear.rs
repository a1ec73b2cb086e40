//! Sums of products: what most of a network's arithmetic is, and what costs a circuit nothing
//! where the weights are constants.

pub(crate) mod conv;
mod conv_transpose;
mod einsum;
mod equation;
mod gemm;
mod matmul;

use super::{Operation, Role, plain};

/// The operations of this group.
pub(crate) const OPERATIONS: &[Operation] = &[
    plain("Conv", conv::evaluate, conv::convert).grows().multiplies().role(Role::Conv),
    plain("ConvTranspose", conv_transpose::evaluate, conv_transpose::convert)
        .grows()
        .multiplies()
        .role(Role::ConvTranspose),
    plain("Einsum", einsum::evaluate, einsum::convert),
    plain("Gemm", gemm::evaluate, gemm::convert).grows().multiplies().role(Role::Gemm),
    plain("MatMul", matmul::evaluate, matmul::convert).grows().multiplies().role(Role::MatMul),
];
