//! What goes in and out, and what it means.

use crate::{Claims, Int, OriginId, TensorId, scalar};
use num_traits::Signed;
use serde::{Deserialize, Serialize};

/// Who sees a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Visibility {
    /// The verifier supplies or sees it.
    Public,
    /// Known to the prover only.
    Private,
}

/// Most bits of a scale's numerator and denominator: products of the scales of many layers fit, and no number
/// that takes long to write down.
pub const MAX_SCALE_BITS: u64 = 4096;

/// Most characters of an assumption that an author writes, so that whatever shows it can show all of it.
pub const LONGEST_ASSUMPTION: usize = 1_000;

/// Whether a scale is a positive number of at most [`MAX_SCALE_BITS`] over another.
#[must_use]
pub fn is_scale(numerator: &Int, denominator: &Int) -> bool {
    [numerator, denominator].iter().all(|n| n.is_positive() && n.bits() <= MAX_SCALE_BITS)
}

/// The type of the elements of a port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PortType {
    /// Integers `raw` in `lo..=hi`, each worth `raw · numerator / denominator`.
    Fix {
        /// Lowest raw value.
        lo: Int,
        /// Highest raw value.
        hi: Int,
        /// Numerator of the scale, positive.
        numerator: Int,
        /// Denominator of the scale, positive.
        denominator: Int,
    },
    /// Elements of the scalar field.
    Field,
}

impl PortType {
    /// Whether no two of its values are one element of the field, and none has another sign there.
    #[must_use]
    pub fn is_unique(&self) -> bool {
        match self {
            PortType::Fix { lo, hi, .. } => unique(lo, hi),
            PortType::Field => true,
        }
    }
}

/// Whether the integers of an interval are elements of the field in one way: below the order, or below half
/// of it in absolute value where there are negative ones.
pub(crate) fn unique(lo: &Int, hi: &Int) -> bool {
    let last = scalar::order() - 1u32;
    let half = &last / 2u32;
    if lo.is_negative() { *lo >= -&half && *hi <= half } else { *hi <= last }
}

/// An input or output tensor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Port {
    /// Name; a struct's fields are flattened to `param.field`.
    pub name: String,
    /// Sizes.
    pub shape: Vec<usize>,
    /// Element type.
    pub ty: PortType,
    /// The type as the author wrote it, for reports.
    pub written: String,
    /// Who sees it.
    pub visibility: Visibility,
    /// The tensor that receives (input) or holds (output) the values.
    pub tensor: TensorId,
    /// `file("…")` that supplies the values unless the caller does.
    pub file: Option<String>,
}

/// A file that constants were read from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModelPart {
    /// The parameter it is bound to.
    pub name: String,
    /// The file, as the source names it.
    pub file: String,
    /// BLAKE3 of its bytes, in hexadecimal.
    pub digest: String,
}

/// A hint that need not be unique, by the author's leave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Nondet {
    /// The function that it stands in, or the circuit.
    pub function: String,
    /// Its name.
    pub hint: String,
    /// Why any value that the constraints allow will do, in the author's words.
    pub reason: String,
    /// The hint's statement.
    pub origin: OriginId,
}

/// The circuit's interface.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    /// The circuit's name.
    pub name: String,
    /// Inputs that are not constants, in order of declaration; the public ones come first among
    /// the instance variables, in this order, followed by the public outputs.
    pub inputs: Vec<Port>,
    /// Outputs in order.
    pub outputs: Vec<Port>,
    /// Where the constants came from.
    pub model: Vec<ModelPart>,
    /// What numbers of an output stand for ([`crate::Labels`]), and what the proof does not cover in the author's
    /// words, such as how a model was quantized: one sentence each.
    pub assumptions: Vec<String>,
    /// Hints that are not shown unique, each once for every function.
    pub nondet: Vec<Nondet>,
    /// What is claimed of inputs and outputs.
    pub claims: Claims,
}

impl Signature {
    /// Inputs and outputs of which nothing else is said.
    #[must_use]
    pub fn new(name: &str, inputs: Vec<Port>, outputs: Vec<Port>) -> Signature {
        Signature {
            name: name.to_owned(),
            inputs,
            outputs,
            model: vec![],
            assumptions: vec![],
            nondet: vec![],
            claims: Claims::default(),
        }
    }
}
