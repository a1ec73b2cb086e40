//! Types chosen tensor by tensor: what a quantization file holds.

use super::Fixed;
use std::collections::BTreeMap;

/// Choices by name, which go before what calibration says. An import adds those it made, so that
/// they can be written to a file, edited and used again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choices {
    /// Whether they are of the model with functions that are written out as several nodes left so, as
    /// [`Reading::as_written`](crate::Reading::as_written) reads it.
    pub as_written: bool,
    /// Bits of activations, in place of the command line's.
    pub activation_bits: Option<u32>,
    /// Bits of weights.
    pub weight_bits: Option<u32>,
    /// Types of activations by the name of the tensor.
    pub tensors: BTreeMap<String, Fixed>,
    /// By the name of the node.
    pub layers: BTreeMap<String, Choice>,
}

/// What is chosen for one node.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Choice {
    /// Bits of its activations.
    pub activation_bits: Option<u32>,
    /// Bits of its weights.
    pub weight_bits: Option<u32>,
    /// The finest step of its weights is 2^−this, as finer ones make no difference.
    pub weight_fraction: Option<i32>,
    /// Whether its integers that the rounding of floats decides were counted on calibration data, without which
    /// such a node is refused.
    pub counted: bool,
}

impl Choice {
    /// The fewest bits of anything.
    pub const LEAST_BITS: u32 = 2;
    /// The most bits of activations.
    pub const MOST_ACTIVATION_BITS: u32 = 32;
    /// The most bits of weights, which a file holds as integers of 64 bits.
    pub const MOST_WEIGHT_BITS: u32 = 60;
    /// The finest step of weights is 2^−this, and the coarsest 2^this.
    pub const MOST_WEIGHT_FRACTION: i32 = 180;
}
