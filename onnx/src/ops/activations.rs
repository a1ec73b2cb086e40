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
    plain("Celu", curves::evaluate, curves::convert).function(),
    plain("Clip", clip::evaluate, clip::convert).pointwise(),
    plain("Elu", curves::evaluate, curves::convert).function(),
    plain("Erf", curves::evaluate, curves::convert).function(),
    plain("Gelu", curves::evaluate, curves::convert).function(),
    plain("HardSigmoid", piecewise::evaluate, piecewise::convert).function(),
    plain("HardSwish", piecewise::evaluate, piecewise::convert).function(),
    plain("Hardmax", softmax::hardmax, softmax::convert),
    plain("LeakyRelu", piecewise::evaluate, piecewise::convert).function(),
    plain("LogSoftmax", softmax::log_softmax, softmax::convert),
    plain("Mish", curves::evaluate, curves::convert).function(),
    plain("PRelu", piecewise::evaluate, piecewise::convert).pointwise(),
    plain("Relu", relu::evaluate, relu::convert).pointwise(),
    plain("Selu", curves::evaluate, curves::convert).function(),
    plain("Sigmoid", curves::evaluate, curves::convert).function(),
    plain("Softmax", softmax::softmax, softmax::convert),
    plain("Softplus", curves::evaluate, curves::convert).function(),
    plain("Softsign", curves::evaluate, curves::convert).function(),
    plain("Swish", curves::evaluate, curves::convert).function(),
    plain("Tanh", curves::evaluate, curves::convert).function(),
    plain("ThresholdedRelu", piecewise::evaluate, piecewise::convert).function(),
];
