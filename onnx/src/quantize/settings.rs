//! How to quantize.

use super::{Choices, FileDigest, Ranges};
use std::collections::BTreeSet;

/// What the user wants of a quantization.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Bits of activations where a layer wants narrow ones.
    pub activation_bits: u32,
    /// Bits of weights, for each output channel. Constant weights are nearly free: they only widen
    /// accumulators.
    pub weight_bits: u32,
    /// What tensors were seen to hold, from calibration data; without any, intervals decide.
    pub ranges: Option<Ranges>,
    /// What the user chose tensor by tensor and layer by layer.
    pub choices: Choices,
    /// The file that those are from, if they are from one.
    pub choices_file: Option<FileDigest>,
    /// Tensors among the choices that are rounded where they are computed, as a search found that it pays
    /// ([`rounded`](crate::rounded)).
    pub rounded: BTreeSet<String>,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            activation_bits: 8,
            weight_bits: 8,
            ranges: None,
            choices: Choices::default(),
            choices_file: None,
            rounded: BTreeSet::new(),
        }
    }
}
