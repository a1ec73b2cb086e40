//! Activations: functions of one number, most of them monotone or read from tables, and those of the
//! numbers along an axis.

mod clip;
mod curves;
mod piecewise;
mod relu;
mod rows;
mod shrink;
mod softmax;
#[cfg(test)]
mod tests;

use super::{Effect, Meaning, Operation, Role, Written, composed, family, plain};
use curves::Smooth;
use piecewise::Pieces;
use softmax::OfRows;

/// The operations of this group.
pub(crate) const OPERATIONS: &[Operation] = &[
    family("Celu", &Smooth::Read(curves::celu)).function().written(Written::Alpha(12, &[])),
    plain("Clip", clip::evaluate, clip::convert).pointwise().role(Role::Clip),
    family("Elu", &Smooth::Read(curves::elu)).function().written(Written::Alpha(22, &[])),
    family("Erf", &Smooth::Plain("erf", libm::erf)).function().written(Written::Function(13)),
    family("Gelu", &Smooth::Read(curves::gelu)).function().written(Written::Approximated(20)),
    family("HardSigmoid", &Pieces::HardSigmoid).function().gives(&[Meaning::Probabilities]),
    family("HardSwish", &Pieces::HardSwish).function().written(Written::Function(22)),
    family("Hardmax", &OfRows::Hardmax),
    family("LeakyRelu", &Pieces::LeakyRelu).function().written(Written::Alpha(16, &[])),
    family("LogSoftmax", &OfRows::LogSoftmax).effect(Effect::Steep).written(Written::Rows(13)),
    family("Mish", &Smooth::Plain("mish", curves::mish)).function().written(Written::Function(22)),
    plain("PRelu", piecewise::prelu, piecewise::convert_prelu).pointwise(),
    plain("Relu", relu::evaluate, relu::convert)
        .pointwise()
        .role(Role::Relu)
        .written(Written::Function(14)),
    family("Selu", &Smooth::Read(curves::selu)).function(),
    composed("Shrink", shrink::compose),
    family("Sigmoid", &Smooth::Plain("sigmoid", curves::sigmoid))
        .function()
        .gives(&[Meaning::Probabilities])
        .effect(Effect::Steep)
        .written(Written::Function(13)),
    family("Softmax", &OfRows::Softmax)
        .gives(&[Meaning::Probabilities])
        .effect(Effect::Steep)
        .role(Role::Softmax)
        .written(Written::Rows(13)),
    family("Softplus", &Smooth::Plain("softplus", curves::softplus))
        .function()
        .written(Written::Function(22)),
    family("Softsign", &Smooth::Plain("softsign", curves::softsign))
        .function()
        .written(Written::Function(22)),
    family("Swish", &Smooth::Read(curves::swish)).function().written(Written::Alpha(24, &[1.0])),
    family("Tanh", &Smooth::Plain("tanh", libm::tanh))
        .function()
        .effect(Effect::Steep)
        .written(Written::Function(13)),
    family("ThresholdedRelu", &Pieces::ThresholdedRelu).function(),
];
