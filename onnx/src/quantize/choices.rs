//! Types chosen tensor by tensor: what a quantization file holds.

use super::Fixed;
use std::collections::BTreeMap;

/// Choices by name, which go before what calibration says. An import adds those it made, so that
/// they can be written to a file, edited and used again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choices {
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
}
