//! Float operations between integers: what is dequantized, computed with, and quantized again.
//!
//! Each integer of the result is to be the one that the model's own runtime gives. So what lies
//! between is computed with so many bits more that rounding it decides nothing, whatever was asked
//! of a model of floats.

use super::{Converter, Operand};
use crate::fault::Import;
use crate::graph::Graph;
use crate::ops::quantized::{chooses_scales, dequantizes, is_quantized, levels};
use crate::quantize::Fixed;
use crate::tensor::Tensor;
use std::collections::BTreeMap;

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
pub(super) struct Groups {
    within: BTreeMap<String, Precision>,
    /// What of a tensor makes a difference, where all that is read of it is quantized.
    ends: BTreeMap<String, (f64, f64)>,
}

impl Groups {
    pub(super) fn new(g: &Graph, samples: &BTreeMap<String, Tensor>) -> Groups {
        // Where scales follow from the data, every digit of an input is part of them.
        let dynamic = g.nodes.iter().any(chooses_scales);
        let mut from: BTreeMap<&String, bool> =
            g.inputs.iter().map(|i| (&i.name, dynamic)).collect();
        for n in &g.nodes {
            let reached = |i: &String| from.get(i).copied().unwrap_or(false);
            let own = dequantizes(n) || chooses_scales(n);
            let reached = own || !is_quantized(n) && n.inputs.iter().any(reached);
            from.extend(n.outputs.iter().map(|o| (o, reached)));
        }
        let mut all = Groups::default();
        let mut open: BTreeMap<&String, Option<(f64, f64)>> =
            g.outputs.iter().map(|o| (o, None)).collect();
        let mut wanted: BTreeMap<&String, u32> = BTreeMap::new();
        for n in g.nodes.iter().rev() {
            let first = n.outputs.first();
            let to = first.and_then(|o| samples.get(o)).and_then(|t| t.element.integer());
            let read = first.and_then(|_| levels(n, g));
            let bits = match (is_quantized(n), to) {
                (true, Some((bits, _))) => Some(bits),
                (true, None) => None,
                (false, _) => n.outputs.iter().filter_map(|o| wanted.get(o)).max().copied(),
            };
            for i in n.inputs.iter().filter(|i| !i.is_empty()) {
                let union = |a: (f64, f64), b: (f64, f64)| (a.0.min(b.0), a.1.max(b.1));
                let known = open.get(i).copied().unwrap_or(read);
                open.insert(i, known.zip(read).map(|(a, b)| union(a, b)));
                let Some(bits) = bits.filter(|_| from.get(i) == Some(&true)) else { continue };
                let most = wanted.entry(i).or_default();
                *most = bits.max(*most);
                all.within.insert(i.clone(), Precision { bits: *most });
            }
        }
        all.ends = open.into_iter().filter_map(|(i, e)| Some((i.clone(), e?))).collect();
        all
    }
}

impl Converter<'_> {
    /// How exact the node under way has to be, if its results become integers again.
    pub(crate) fn precision(&self) -> Option<Precision> {
        if is_quantized(&self.node) {
            return None;
        }
        self.node.outputs.iter().find_map(|o| self.groups.within.get(o)).copied()
    }

    /// Bits of an input of the graph that its integers follow from.
    pub(crate) fn input_bits(&self, name: &str) -> u32 {
        let own = self.groups.within.get(name).map(|p| p.activations());
        own.unwrap_or_else(|| self.activation_bits())
    }

    /// Whether input `k` is computed in floats, from integers.
    pub(crate) fn is_computed(&self, k: usize) -> bool {
        let name = self.input_name(k);
        let giver = self.graph.nodes.iter().find(|n| n.outputs.iter().any(|o| o == name));
        giver.is_some_and(|n| !dequantizes(n)) && self.groups.within.contains_key(name)
    }

    /// An operand between integers cut to what it may hold, where that is much less than its interval.
    pub(crate) fn within_reach(&mut self, x: &Operand) -> Import<Operand> {
        let (Some(p), Some((lo, hi))) = (self.precision(), self.needed(&x.tensor)) else {
            return Ok(x.clone());
        };
        let ((least, most), far) = (x.interval(), lo.abs().max(hi.abs()));
        if most.max(-least) <= WORTH * far {
            return Ok(x.clone());
        }
        let t = Fixed::holding(lo, hi, p.activations());
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
