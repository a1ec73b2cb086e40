//! Types chosen tensor by tensor: what a quantization file holds.

use super::Fixed;
use super::file::FileDigest;
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
    /// Where an import had them from.
    pub origin: Option<Origin>,
}

/// What an import said of where its choices are from. It goes with them, so that the same choices without the data
/// that they were made by give the same program; of others nothing is said by it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// Sentences.
    pub said: Vec<String>,
    /// SHA-256 of the choices and of these.
    pub of: String,
}

impl Origin {
    /// Most sentences, and most characters of one.
    pub const MOST: (usize, usize) = (8, 1_000);
}

impl Choices {
    /// The same with what is said of them.
    #[must_use]
    pub fn said(self, said: Vec<String>) -> Choices {
        let of = self.name(&said);
        // Nothing is said of nothing; of some choices, that nothing is said of them.
        let any = !(said.is_empty() && self.is_empty());
        Choices { origin: any.then_some(Origin { said, of }), ..self }
    }

    /// What an import said of these very choices.
    pub(crate) fn known(&self) -> Option<&[String]> {
        let origin = self.origin.as_ref()?;
        (origin.of == self.name(&origin.said)).then_some(&origin.said)
    }

    /// Whether nothing is chosen.
    pub(crate) fn is_empty(&self) -> bool {
        let bits = self.activation_bits.or(self.weight_bits);
        self.tensors.is_empty() && self.layers.is_empty() && bits.is_none()
    }

    /// Names them and what is said of them.
    fn name(&self, said: &[String]) -> String {
        let (bits, weights) = (self.activation_bits, self.weight_bits);
        let mut text = format!("{} {bits:?} {weights:?}\n", self.as_written);
        for (name, ty) in &self.tensors {
            text.push_str(&format!("{name:?} {ty}\n"));
        }
        for (name, c) in &self.layers {
            let (bits, weights, least) = (c.activation_bits, c.weight_bits, c.weight_fraction);
            let counted = c.counted;
            text.push_str(&format!("{name:?} {bits:?} {weights:?} {least:?} {counted}\n"));
        }
        said.iter().for_each(|line| text.push_str(&format!("{line:?}\n")));
        FileDigest::of(text.as_bytes()).to_string()
    }
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
