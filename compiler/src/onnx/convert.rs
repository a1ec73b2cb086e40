//! Writing the program: node by node, each as calls of layers of the standard library.

mod effect;
mod ends;
mod operand;
mod precision;
mod weights;

pub(crate) use effect::SCORE;
pub(crate) use operand::{Operand, each, index_name};
pub(crate) use weights::{Weight, group, number_text, safetensors, tensor_type};

use super::fault::{Fault, Import, refuse};
use super::graph::{Graph, Node};
use super::names::Names;
use super::session::{Known, Refused, Session};
use super::tensor::{Element, Tensor};
use crate::quantize::{Choices, Fixed, Settings};
use num_traits::{One, Signed, ToPrimitive};
use precision::Groups;
use std::collections::{BTreeMap, BTreeSet};
use zirc_circuit::Int;

/// Said of what cannot be a value of the program.
pub(crate) const NO_ELEMENTS: &str = "has no elements, and a circuit holds no empty tensors";

/// Where weights are: in the circuit, or with the prover.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Visibility {
    /// Part of the circuit; products with them are free.
    #[default]
    Const,
    /// Known to the prover alone.
    Private,
    /// The same, and named by a commitment that stays the same from proof to proof.
    Committed,
}

/// What is known while the program is written.
pub(crate) struct Converter<'m> {
    /// The graph, folded.
    pub(crate) graph: &'m Graph,
    /// A value of each tensor of the graph, for its shape and element type only.
    pub(crate) samples: &'m BTreeMap<String, Tensor>,
    pub(crate) settings: &'m Settings,
    pub(crate) visibility: Visibility,
    /// Whether weights are private, whatever is asked for a single one.
    private: bool,
    pub(crate) session: Session<'m>,
    pub(crate) names: Names<'m>,
    /// Variables by the name of the tensor they hold.
    pub(crate) values: BTreeMap<String, Operand>,
    /// Statements so far, each with its comment.
    pub(crate) lines: Vec<String>,
    pub(crate) weights: Vec<Weight>,
    /// Types that were chosen.
    pub(crate) chosen: Choices,
    pub(crate) warnings: BTreeSet<String>,
    /// Tensors on the way from integers to integers.
    groups: Groups,
    /// Variables that were narrowed, by the text of the call.
    narrowed: BTreeMap<String, Operand>,
    /// The node under way.
    node: Node,
    /// Its inputs are to be narrowed first, as exact arithmetic on them left the field.
    squeeze: bool,
    /// Constants are to have powers of two as steps, whatever they were dequantized by.
    plain_steps: bool,
    /// What the compiler refused last.
    refused: Option<Refused>,
}

impl<'m> Converter<'m> {
    pub(crate) fn new(
        graph: &'m Graph,
        samples: &'m BTreeMap<String, Tensor>,
        settings: &'m Settings,
        visibility: Visibility,
        session: Session<'m>,
        names: Names<'m>,
    ) -> Converter<'m> {
        Converter {
            graph,
            samples,
            settings,
            private: visibility != Visibility::Const,
            visibility,
            session,
            names,
            values: BTreeMap::new(),
            lines: vec![],
            weights: vec![],
            chosen: settings.choices.clone(),
            warnings: BTreeSet::new(),
            groups: Groups::new(graph, samples),
            narrowed: BTreeMap::new(),
            node: Node::default(),
            squeeze: false,
            plain_steps: false,
            refused: None,
        }
    }

    /// Writes one node. Where exact arithmetic would leave the field, or scales do not go
    /// together, its inputs are narrowed to activations first.
    pub(crate) fn convert(&mut self, n: &'m Node) -> Import<()> {
        let op = super::ops::find(n).ok_or_else(|| Fault::new("is not supported"))?;
        self.node = n.clone();
        if n.outputs.iter().filter(|o| !o.is_empty()).all(|o| self.is_empty(o)) {
            // Nothing to compute: what joins it with something else leaves it out.
            return Ok(());
        }
        let first = self.attempt(n, op, false);
        let narrowable = |code: &str| matches!(code, "E0401" | "E0204" | "E0402");
        if first.is_err() && self.refused.as_ref().is_some_and(|r| narrowable(r.code)) {
            // Scales of the file may go together with no other ones.
            self.plain_steps = n.inputs.iter().any(|i| self.graph.grids.contains_key(i));
            let again = self.plain_steps && self.attempt(n, op, false).is_ok();
            let again = again || self.attempt(n, op, true).is_ok();
            self.plain_steps = false;
            if again {
                return Ok(());
            }
        }
        first.map_err(|f| f.at(n.place()))
    }

    fn attempt(&mut self, n: &Node, op: &super::ops::Operation, squeeze: bool) -> Import<()> {
        let before = (self.lines.len(), self.weights.len());
        let kept = (self.values.clone(), self.narrowed.clone(), self.chosen.clone());
        self.squeeze = squeeze;
        self.refused = None;
        self.lines.push(format!("// {}", title(n)));
        let out = (op.convert)(n, self);
        if out.is_err() {
            self.lines.truncate(before.0);
            let gone: Vec<Weight> = self.weights.drain(before.1..).collect();
            gone.iter().for_each(|w| self.names.release(&w.name));
            (self.values, self.narrowed, self.chosen) = kept;
        } else if self.lines.len() == before.0 + 1 {
            // It only gave another name to a tensor.
            self.lines.truncate(before.0);
        }
        self.squeeze = false;
        out
    }

    /// The number of inputs, those left out included.
    pub(crate) fn inputs(&self) -> usize {
        self.node.inputs.len()
    }

    /// Whether input `k` is given.
    pub(crate) fn has(&self, k: usize) -> bool {
        self.node.inputs.get(k).is_some_and(|i| !i.is_empty())
    }

    /// Whether output `k` is read by anybody.
    pub(crate) fn wants(&self, k: usize) -> bool {
        let Some(name) = self.node.outputs.get(k).filter(|o| !o.is_empty()) else { return false };
        self.graph.outputs.contains(name)
            || self.graph.nodes.iter().any(|n| n.inputs.contains(name))
    }

    /// Input `k` if it is known at import.
    pub(crate) fn constant(&self, k: usize) -> Option<&'m Tensor> {
        self.graph.initializers.get(self.node.inputs.get(k)?)
    }

    /// The name of input `k` in the graph.
    pub(crate) fn input_name(&self, k: usize) -> &str {
        self.node.inputs.get(k).map_or("", String::as_str)
    }

    /// A value of input `k` as it is in the clear: shape and element type.
    pub(crate) fn sample(&self, k: usize) -> Import<&'m Tensor> {
        let name = self.input_name(k);
        let known = self.samples.get(name).or_else(|| self.graph.initializers.get(name));
        known.ok_or_else(|| Fault::new(format!("input {k} is missing")))
    }

    /// The name of output `k` in the graph.
    pub(crate) fn output_name(&self, k: usize) -> &str {
        self.node.outputs.get(k).map_or("", String::as_str)
    }

    /// The shape of input `k`.
    pub(crate) fn shape(&self, k: usize) -> Import<&'m [usize]> {
        Ok(self.sample(k)?.shape())
    }

    /// A value of output `k` as it is in the clear: shape and element type.
    pub(crate) fn result(&self, k: usize) -> Import<&'m Tensor> {
        let name = self.node.outputs.get(k).map_or("", String::as_str);
        self.samples.get(name).ok_or_else(|| Fault::new(format!("output {k} is not used")))
    }

    /// Input `k` as an operand: a variable; or a constant, which becomes a literal or a weight.
    pub(crate) fn operand(&mut self, k: usize) -> Import<Operand> {
        let name = self.input_name(k).to_string();
        if let Some(v) = self.values.get(&name).cloned() {
            let bits = self.activation_bits();
            return match self.squeeze && v.element.is_float() {
                true if v.bits() > u64::from(bits) => self.narrow(&v, bits),
                // Scales that go together with no other one, such as those of thirds.
                true if !is_power_of_two(&v.scale) => {
                    let t = self.at_most(&v, bits);
                    self.clamp(&v, t)
                }
                _ => Ok(v),
            };
        }
        match self.constant(k) {
            Some(t) => self.constant_operand(&name, t),
            None if self.is_empty(&name) => refuse(format!("input {k} {NO_ELEMENTS}")),
            None => refuse(format!("input {k} is missing")),
        }
    }

    /// Whether a tensor has no elements.
    pub(crate) fn is_empty(&self, tensor: &str) -> bool {
        self.samples.get(tensor).is_some_and(|t| t.len() == 0)
    }

    /// Bits of activations at this node.
    pub(crate) fn activation_bits(&self) -> u32 {
        let c = &self.settings.choices;
        let layer = c.layers.get(&self.node.name).and_then(|l| l.activation_bits);
        let layer = layer.or(self.precision().map(|p| p.activations()));
        layer.or(c.activation_bits).unwrap_or(self.settings.activation_bits)
    }

    /// Bits of weights at this node.
    pub(crate) fn weight_bits(&self) -> u32 {
        let c = &self.settings.choices;
        let layer = c.layers.get(&self.node.name).and_then(|l| l.weight_bits);
        let layer = layer.or(self.precision().map(|_| precision::WEIGHT_BITS));
        layer.or(c.weight_bits).unwrap_or(self.settings.weight_bits)
    }

    /// The type of `bits` bits for a tensor: the user's choice, or what calibration saw, or
    /// `otherwise`, the interval that is certain.
    pub(crate) fn activation(&mut self, tensor: &str, otherwise: (f64, f64), bits: u32) -> Fixed {
        if let Some(t) = self.settings.choices.tensors.get(tensor) {
            return *t;
        }
        let seen = self.settings.ranges.as_ref();
        if let Some((lo, hi)) = self.needed(tensor) {
            let t = Fixed::holding(lo, hi, bits);
            self.chosen.tensors.insert(tensor.into(), t);
            return t;
        }
        let t = match seen.and_then(|r| Some((r.method, r.tensors.get(tensor)?))) {
            Some((method, range)) => range.fixed(method, bits + range.finer),
            None => {
                if self.samples.contains_key(tensor) {
                    self.warnings.insert(
                        "without calibration data, types follow from intervals, which are wide: \
                         give some with --calibrate"
                            .into(),
                    );
                }
                Fixed::holding(otherwise.0, otherwise.1, bits)
            }
        };
        self.chosen.tensors.insert(tensor.into(), t);
        t
    }

    /// The operand with at most `bits` bits: itself if it has no more, otherwise rounded and
    /// saturated to the activation type of its tensor.
    pub(crate) fn narrow(&mut self, v: &Operand, bits: u32) -> Import<Operand> {
        if v.bits() <= u64::from(bits) || v.literal {
            return Ok(v.clone());
        }
        let t = self.at_most(v, bits);
        self.clamp(v, t)
    }

    /// The activation type of an operand's tensor, with at most `bits` bits. A type that was chosen
    /// may be wider than what is wanted here, a table's index for one: then the same range with a
    /// coarser step.
    fn at_most(&mut self, v: &Operand, bits: u32) -> Fixed {
        let t = self.activation(&v.tensor, v.interval(), bits);
        match t.bits.checked_sub(bits) {
            Some(more) if more > 0 => Fixed { bits, frac: t.frac - more as i32, ..t },
            _ => t,
        }
    }

    /// What calibration saw of an operand, unless the user has chosen its type.
    pub(crate) fn reach(&self, v: &Operand) -> Option<(f64, f64)> {
        let free = !self.settings.choices.tensors.contains_key(&v.tensor);
        let seen = self.settings.ranges.as_ref().filter(|_| free)?.tensors.get(&v.tensor)?;
        Some((seen.lo, seen.hi))
    }

    /// The activation type of an operand's tensor where no more than a part of what it holds matters, if that
    /// has a finer step.
    pub(crate) fn narrowest(&mut self, v: &Operand, (lo, hi): (f64, f64), bits: u32) -> Fixed {
        let known = self.chosen.tensors.contains_key(&v.tensor);
        let whole = self.at_most(v, bits);
        let part = Fixed::holding(lo, hi, bits);
        if part.frac <= whole.frac {
            return whole;
        }
        if !known {
            self.chosen.tensors.insert(v.tensor.clone(), part);
        }
        part
    }

    /// The operand rounded and saturated to a type; the same call is written once.
    pub(crate) fn clamp(&mut self, v: &Operand, t: Fixed) -> Import<Operand> {
        let text = v.map(&format!("clamp_to::<{t}>"));
        if let Some(known) = self.narrowed.get(&text) {
            return Ok(known.clone());
        }
        let hint = format!("{}_{}", v.text, t.bits);
        let out = self.local(&hint, &text)?;
        let out = Operand { tensor: v.tensor.clone(), element: v.element, ..out };
        self.narrowed.insert(text, out.clone());
        Ok(out)
    }

    /// A variable of this node's own.
    pub(crate) fn local(&mut self, hint: &str, text: &str) -> Import<Operand> {
        self.local_as(hint, "", text)
    }

    /// A variable of this node's own with a type, such as `_[2, 3]`.
    pub(crate) fn local_as(&mut self, hint: &str, ty: &str, text: &str) -> Import<Operand> {
        let name = self.names.fresh(hint);
        let known = self.statement(&name, ty, text)?;
        Ok(Operand::variable(name, String::new(), Element::Float, known))
    }

    /// Two variables of this node's own, from a text that gives two values.
    pub(crate) fn pair(&mut self, a: &str, b: &str, text: &str) -> Import<(Operand, Operand)> {
        let (a, b) = (self.names.fresh(a), self.names.fresh(b));
        let first = self.declare(&[&a, &b], &format!("let ({a}, {b}) = {text};"))?;
        let second = self.session.variable(&b).map_err(|r| Fault::new(r.message))?;
        let one = |name, known| Operand::variable(name, String::new(), Element::Float, known);
        Ok((one(a, first), one(b, second)))
    }

    /// Gives output `k` its value.
    pub(crate) fn bind(&mut self, k: usize, text: &str) -> Import<()> {
        self.bind_as(k, "", text)
    }

    /// Gives output `k` its value with a type, such as `_[2, 3]`.
    pub(crate) fn bind_as(&mut self, k: usize, ty: &str, text: &str) -> Import<()> {
        if !self.wants(k) {
            return Ok(());
        }
        let tensor = self.node.outputs[k].clone();
        let sample = self.result(k)?;
        let name = self.names.fresh(&tensor);
        let known = self.statement(&name, ty, text)?;
        if known.shape != sample.shape() {
            return refuse(format!(
                "its result has the shape {:?} here, {:?} in the model; this is a bug in zirc",
                known.shape,
                sample.shape()
            ));
        }
        let v = Operand::variable(name, tensor.clone(), sample.element, known);
        self.values.insert(tensor, v);
        Ok(())
    }

    /// Output `k` is an operand that exists.
    pub(crate) fn alias(&mut self, k: usize, v: &Operand) -> Import<()> {
        if !self.wants(k) {
            return Ok(());
        }
        let element = self.result(k)?.element;
        if v.literal || v.shape != self.result(k)?.shape() {
            return self.bind(k, &v.text);
        }
        let tensor = self.node.outputs[k].clone();
        self.values.insert(tensor.clone(), Operand { tensor, element, ..v.clone() });
        Ok(())
    }

    fn statement(&mut self, name: &str, ty: &str, text: &str) -> Import<Known> {
        let colon = if ty.is_empty() { "" } else { ": " };
        self.declare(&[name], &format!("let {name}{colon}{ty} = {text};"))
    }

    /// Writes a statement that declares variables; what is known of the first.
    fn declare(&mut self, names: &[&str], line: &str) -> Import<Known> {
        let known = self.session.statement(line);
        let known = known.and_then(|()| self.session.variable(names[0]));
        match known {
            Ok(k) => {
                self.lines.push(line.into());
                Ok(k)
            }
            Err(r) => {
                names.iter().for_each(|n| self.names.release(n));
                let t = format!("the compiler refuses it ({}): {}", r.code, r.message);
                let help = (r.code == "E0401").then_some(
                    "fewer bits for weights or activations, or calibration data, keep integers small",
                );
                self.refused = Some(r);
                let f = Fault::new(t);
                Err(match help {
                    Some(h) => f.help(h),
                    None => f,
                })
            }
        }
    }
}

/// A node in the program's comments.
fn title(n: &Node) -> String {
    let name = super::graph::show(&n.name);
    let op = super::graph::show(&n.op);
    if name.is_empty() { op } else { format!("{op} `{name}`") }
}

/// Whether a step is a power of two.
fn is_power_of_two(scale: &crate::number::Ratio) -> bool {
    let one_bit = |n: &Int| n.bits() == n.trailing_zeros().unwrap_or(0) + 1;
    one_bit(scale.numer()) && one_bit(scale.denom())
}

/// The type of what is left of numbers in `lo..=hi` at a scale without what is behind the point, as
/// `trunc_to` can show it: around 0, as far on the one side as on the other.
pub(crate) fn whole_type(lo: &Int, hi: &Int, scale: &crate::number::Ratio) -> String {
    let exact = |v: &Int| crate::number::Ratio::from(v.clone()) * scale;
    let (low, high) = (exact(lo).trunc().to_integer(), exact(hi).trunc().to_integer());
    let one = crate::number::Ratio::one();
    if !lo.is_negative() || !hi.is_positive() || scale.is_integer() {
        return super::session::type_text(&low, &high, &one);
    }
    let most = (-exact(lo).floor().to_integer()).max(high + 1);
    super::session::type_text(&-most.clone(), &(most - 1), &one)
}

/// An interval's ends as doubles.
pub(crate) fn real(lo: &Int, hi: &Int, scale: &crate::number::Ratio) -> (f64, f64) {
    let s = scale.to_f64().unwrap_or(f64::NAN).abs();
    let one = |v: &Int| v.to_f64().unwrap_or(if v.is_negative() { f64::MIN } else { f64::MAX }) * s;
    (one(lo), one(hi))
}
