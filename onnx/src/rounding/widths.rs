//! Digits of numbers from the one to the next, and where they are paid for: an estimate that needs no circuit.
//!
//! A sum has as many digits behind the point as the finest of what it adds, a product those of its factors
//! together. What gives fewer than it reads takes its input's digits apart, a constraint for each, and a softmax
//! does so twice: once for the largest, and once for how far each is below.

use crate::context::{Converter, Role};
use crate::model::Model;
use crate::table;
use num_traits::ToPrimitive;
use std::collections::BTreeMap;

/// How a node's result follows from what it reads.
#[derive(Clone, Copy, Debug, PartialEq)]
enum How {
    Sum,
    Product,
    /// Anew, with so many constraints for each digit that it reads.
    Rounded(f64),
}

#[derive(Clone, Debug)]
struct Step {
    how: How,
    inputs: Vec<usize>,
    outputs: Vec<usize>,
}

/// A tensor of floats that is computed.
#[derive(Clone, Debug)]
pub(super) struct Known {
    pub(super) name: String,
    /// Elements.
    pub(super) len: f64,
    pub(super) bits: f64,
    /// Digits behind the point.
    pub(super) fraction: f64,
    /// Whether something rounds it where it is read.
    pub(super) chosen: bool,
}

/// What rounding a tensor leaves of it: bits, and those of them behind the point.
pub(super) type Left = BTreeMap<usize, (f64, f64)>;

/// All tensors, and the nodes between them.
pub(super) struct Widths {
    pub(super) known: Vec<Known>,
    steps: Vec<Step>,
}

/// Constraints of a rounding beside the digits: a saturation.
const SATURATED: f64 = 3.0;

impl Widths {
    pub(super) fn new(model: &Model, c: &Converter<'_>) -> Widths {
        let mut out = Widths { known: vec![], steps: vec![] };
        let mut places = BTreeMap::new();
        for (name, v) in c.values.iter().filter(|(_, v)| v.element.is_float() && !v.literal) {
            let step = v.scale.to_f64().filter(|s| *s > 0.0).unwrap_or(1.0);
            places.insert(name.as_str(), out.known.len());
            out.known.push(Known {
                name: name.clone(),
                len: v.shape.iter().product::<usize>() as f64,
                bits: v.bits() as f64,
                fraction: -libm::log2(step),
                chosen: c.chosen.tensors.contains_key(name),
            });
        }
        for n in &model.graph.nodes {
            let place = |name: &String| places.get(name.as_str()).copied();
            let inputs: Vec<usize> = n.inputs.iter().filter_map(place).collect();
            let outputs: Vec<usize> = n.outputs.iter().filter_map(place).collect();
            let how = out.how(n, &inputs, &outputs);
            out.steps.push(Step { how, inputs, outputs });
        }
        out
    }

    fn how(&self, n: &crate::graph::Node, inputs: &[usize], outputs: &[usize]) -> How {
        let fraction = |k: &usize| self.known[*k].fraction;
        let finest = inputs.iter().map(fraction).fold(f64::NEG_INFINITY, f64::max);
        let keeps = outputs.iter().map(fraction).all(|f| f >= finest);
        let role = table::role(n);
        if role == Role::Softmax {
            return How::Rounded(2.0);
        }
        if !keeps || inputs.iter().any(|k| self.known[*k].chosen && !is_sum(role)) {
            return How::Rounded(1.0);
        }
        if table::multiplies(n) { How::Product } else { How::Sum }
    }

    /// Constraints on digits if some tensors are rounded.
    pub(super) fn cost(&self, rounded: &Left) -> f64 {
        let mut cost = 0.0;
        // What each has lost, of its bits and of those behind the point.
        let mut lost = vec![(0.0, 0.0); self.known.len()];
        for s in &self.steps {
            let before = |k: &usize| self.known[*k].fraction;
            let after = |k: &usize| self.known[*k].fraction - lost[*k].1;
            let finest =
                |f: &dyn Fn(&usize) -> f64| s.inputs.iter().map(f).fold(f64::MIN, f64::max);
            let fine = match s.how {
                How::Rounded(times) => {
                    let width = |k: &usize| (self.known[*k].bits - lost[*k].0).max(1.0);
                    cost +=
                        s.inputs.iter().map(|k| times * self.known[*k].len * width(k)).sum::<f64>();
                    0.0
                }
                _ if s.inputs.is_empty() => 0.0,
                How::Sum => finest(&before) - finest(&after),
                How::Product => s.inputs.iter().map(|k| lost[*k].1).sum(),
            };
            // Digits before the point are lost where one tensor alone decides.
            let whole = match (s.how, s.inputs.as_slice()) {
                (How::Sum | How::Product, [one]) => lost[*one].0 - lost[*one].1,
                _ => 0.0,
            };
            for k in &s.outputs {
                lost[*k] = (fine + whole, fine);
                let Some((bits, fraction)) = rounded.get(k) else { continue };
                let own = &self.known[*k];
                cost += own.len * (own.bits - lost[*k].0 + SATURATED);
                let left = bits.min(own.bits - lost[*k].0);
                lost[*k] = (own.bits - left, (own.fraction - fraction).max(fine));
            }
        }
        cost
    }
}

/// Whether a node adds: what another one rounds where it reads it, this one reads as it is.
fn is_sum(role: Role) -> bool {
    matches!(role, Role::Sum | Role::Difference)
}
