//! Activations: functions of one number, most of them monotone or read from tables, and those of the
//! numbers along an axis.

mod clip;
mod curves;
mod piecewise;
mod relu;
mod rows;
mod softmax;

use super::{Operation, plain};

/// The operations of this group.
pub(crate) const OPERATIONS: &[Operation] = &[
    plain("Celu", curves::evaluate, curves::convert),
    plain("Clip", clip::evaluate, clip::convert),
    plain("Elu", curves::evaluate, curves::convert),
    plain("Erf", curves::evaluate, curves::convert),
    plain("Gelu", curves::evaluate, curves::convert),
    plain("HardSigmoid", piecewise::evaluate, piecewise::convert),
    plain("HardSwish", piecewise::evaluate, piecewise::convert),
    plain("Hardmax", softmax::hardmax, softmax::convert),
    plain("LeakyRelu", piecewise::evaluate, piecewise::convert),
    plain("LogSoftmax", softmax::log_softmax, softmax::convert),
    plain("Mish", curves::evaluate, curves::convert),
    plain("PRelu", piecewise::evaluate, piecewise::convert),
    plain("Relu", relu::evaluate, relu::convert),
    plain("Selu", curves::evaluate, curves::convert),
    plain("Sigmoid", curves::evaluate, curves::convert),
    plain("Softmax", softmax::softmax, softmax::convert),
    plain("Softplus", curves::evaluate, curves::convert),
    plain("Softsign", curves::evaluate, curves::convert),
    plain("Swish", curves::evaluate, curves::convert),
    plain("Tanh", curves::evaluate, curves::convert),
    plain("ThresholdedRelu", piecewise::evaluate, piecewise::convert),
];
