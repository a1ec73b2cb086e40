//! Float operations between integers: what is dequantized, computed with, and quantized again.
//!
//! Each integer of the result is to be the one that the model's own runtime gives. So what lies
//! between is computed with so many bits more that rounding it decides nothing, whatever was asked
//! of a model of floats.

use super::{Converter, Effect, Operand};
use crate::fault::Import;
use crate::quantize::Fixed;
use std::collections::{BTreeMap, BTreeSet};

/// Bits of weights: the digits of a 32-bit float, and a sign and one to round by.
pub(super) const WEIGHT_BITS: u32 = 26;
/// Bits that activations have beyond those of the integers they become.
const MORE_BITS: u32 = 14;
/// How far beyond what calibration saw a tensor may reach.
const REACH: f64 = 2.0;

/// How much wider than what it may hold an interval is before it is worth a cut.
const WORTH: f64 = 4.0;

/// What is wanted of a node's results.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Precision {
    /// Bits of the integers that it ends in.
    pub(crate) bits: u32,
}

impl Precision {
    pub(crate) fn activations(self) -> u32 {
        self.bits + MORE_BITS
    }
}

/// Tensors that come from integers and become integers again.
#[derive(Clone, Debug, Default)]
pub(crate) struct Groups {
    pub(crate) within: BTreeMap<String, Precision>,
    /// What of a tensor makes a difference, where all that is read of it is quantized.
    pub(crate) ends: BTreeMap<String, (f64, f64)>,
    /// Results of operators on integers, and those of them that are floats again.
    pub(crate) quantized: BTreeSet<String>,
    pub(crate) dequantized: BTreeSet<String>,
    /// Tensors that are only multiplied.
    pub(crate) multiplied: BTreeSet<String>,
    /// What becomes of an error where a tensor is the first result, if that is known.
    pub(crate) effects: BTreeMap<String, Effect>,
}

impl Groups {
    /// Whether the model has integers of its own.
    pub(crate) fn is_quantized(&self) -> bool {
        !(self.within.is_empty() && self.quantized.is_empty() && self.dequantized.is_empty())
    }
}

impl Converter<'_> {
    /// How exact the node under way has to be, if its results become integers again.
    pub(crate) fn precision(&self) -> Option<Precision> {
        if self.node.outputs.iter().any(|o| self.groups.quantized.contains(o)) {
            return None;
        }
        self.node.outputs.iter().find_map(|o| self.groups.within.get(o)).copied()
    }

    /// Whether all that reads the first result only multiplies it: bits of it cost nothing there.
    pub(crate) fn is_multiplied(&self) -> bool {
        self.groups.multiplied.contains(self.output_name(0))
    }

    /// Bits of an input of the graph that its integers follow from.
    pub(crate) fn input_bits(&self, name: &str) -> u32 {
        let own = self.groups.within.get(name).map(|p| p.activations());
        own.unwrap_or_else(|| self.activation_bits())
    }

    /// Whether input `k` is computed in floats, from integers.
    pub(crate) fn is_computed(&self, k: usize) -> bool {
        let name = self.input_name(k);
        let given = self.graph.nodes.iter().any(|n| n.outputs.iter().any(|o| o == name));
        given && !self.groups.dequantized.contains(name) && self.groups.within.contains_key(name)
    }

    /// An operand between integers cut to what it may hold, where that is much less than its interval.
    pub(crate) fn within_reach(&mut self, x: &Operand) -> Import<Operand> {
        if let Some(t) = self.decided_inside(&x.tensor) {
            return self.clamp(x, t);
        }
        let (Some(p), Some((lo, hi))) = (self.precision(), self.needed(&x.tensor)) else {
            return Ok(x.clone());
        };
        let ((least, most), far) = (x.interval(), lo.abs().max(hi.abs()));
        if most.max(-least) <= WORTH * far {
            return Ok(x.clone());
        }
        let t = Fixed::holding(lo, hi, p.activations());
        self.choose_inside(&x.tensor, t);
        self.clamp(x, t)
    }

    /// What a tensor between integers may hold: all that its quantization tells apart, or more than
    /// calibration saw, as what is beyond would be cut and is not in the model.
    pub(super) fn needed(&self, tensor: &str) -> Option<(f64, f64)> {
        self.groups.within.get(tensor)?;
        if let Some(ends) = self.groups.ends.get(tensor) {
            return Some(*ends);
        }
        let seen = self.settings.ranges.as_ref()?.tensors.get(tensor)?;
        Some((seen.lo.min(0.0) * REACH, seen.hi.max(0.0) * REACH))
    }
}
