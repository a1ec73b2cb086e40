//! Which type a tensor has where it must have one of few bits.

use super::{Bits, Converter, Operand, precision};
use crate::fault::Import;
use crate::quantize::Fixed;
use num_traits::{One, Signed, ToPrimitive};
use zirc_circuit::Int;

impl Converter<'_> {
    /// Bits of activations at this node.
    pub(crate) fn activation_bits(&self) -> u32 {
        let c = &self.settings.choices;
        let layer = c.layers.get(self.node.layer()).and_then(|l| l.activation_bits);
        if layer.is_some() {
            self.obeyed.layer(self.node.layer(), Bits::Activations);
        }
        let layer = layer.or(self.precision().map(|p| p.activations()));
        layer.or(c.activation_bits).unwrap_or(self.settings.activation_bits)
    }

    /// Bits of weights that were chosen for this node.
    pub(crate) fn own_weight_bits(&self) -> Option<u32> {
        self.settings.choices.layers.get(self.node.layer()).and_then(|l| l.weight_bits)
    }

    /// Whether the steps of this node's weights were chosen.
    pub(crate) fn weights_decided(&self) -> bool {
        let layer = self.settings.choices.layers.get(self.node.layer());
        layer.is_some_and(|l| l.weight_bits.is_some() || l.weight_fraction.is_some())
    }

    /// Bits of weights at this node.
    pub(crate) fn weight_bits(&self) -> u32 {
        let layer = self.own_weight_bits();
        let layer = layer.or(self.precision().map(|_| precision::WEIGHT_BITS));
        let all = self.settings.choices.weight_bits;
        layer.or(all).unwrap_or(self.settings.weight_bits)
    }

    /// The name of something inside of the node under way, for a quantization file.
    pub(crate) fn inner_name(&self, what: &str) -> String {
        let result = self.node.outputs.iter().find(|o| !o.is_empty());
        format!("{}#{what}", result.map_or("", String::as_str))
    }

    /// The name under which an operand's type is chosen: its tensor's, and an inner one for what only the
    /// program has and for constants, whose own names are those of weights.
    fn name_of(&self, v: &Operand) -> String {
        match v.tensor.as_str() {
            "" => self.inner_name(&v.text),
            t if self.graph.initializers.contains_key(t) => self.inner_name(t),
            t => t.to_owned(),
        }
    }

    /// The type that the user chose for a tensor, or for what this node reads of it, and its name in the
    /// quantization file.
    fn decided(&self, tensor: &str) -> Option<(String, Fixed)> {
        let all = &self.settings.choices.tensors;
        if all.is_empty() {
            return None;
        }
        let inner = self.inner_name(tensor);
        let own = all.get(&inner).map(|t| (inner, *t));
        own.or_else(|| Some((tensor.to_owned(), *all.get(tensor)?)))
    }

    /// The type that the user chose for something inside of the node under way.
    pub(crate) fn decided_inside(&self, what: &str) -> Option<Fixed> {
        let name = self.inner_name(what);
        let t = self.settings.choices.tensors.get(&name).copied()?;
        self.obeyed.tensor(&name);
        Some(t)
    }

    /// Adds the type of something inside of the node under way to the choices.
    pub(crate) fn choose_inside(&mut self, what: &str, t: Fixed) {
        self.chosen.tensors.insert(self.inner_name(what), t);
    }

    /// Whether the user chose the type of a tensor.
    pub(crate) fn is_decided(&self, tensor: &str) -> bool {
        self.decided(tensor).is_some()
    }

    /// The type that the user chose for a tensor, which nothing follows yet.
    pub(crate) fn decided_type(&self, tensor: &str) -> Option<Fixed> {
        self.decided(tensor).map(|(_, t)| t)
    }

    /// Adds a type to the choices. One that another node reads the tensor by stays.
    pub(crate) fn choose(&mut self, tensor: &str, t: Fixed) {
        let name = match self.chosen.tensors.get(tensor) {
            Some(known) if *known != t => self.inner_name(tensor),
            _ => tensor.to_owned(),
        };
        self.chosen.tensors.insert(name, t);
    }

    /// The type of `bits` bits for a tensor: the user's choice, or what calibration saw, or
    /// `otherwise`, the interval that is certain.
    pub(crate) fn activation(&mut self, tensor: &str, otherwise: (f64, f64), bits: u32) -> Fixed {
        if let Some((name, t)) = self.decided(tensor) {
            self.obeyed.tensor(&name);
            return t;
        }
        let t = self.calibrated(tensor, otherwise, bits);
        self.choose(tensor, t);
        t
    }

    /// The same unless the user chose one.
    pub(crate) fn calibrated(&mut self, tensor: &str, otherwise: (f64, f64), bits: u32) -> Fixed {
        if let Some((lo, hi)) = self.needed(tensor) {
            return Fixed::holding(lo, hi, bits);
        }
        let seen = self.settings.ranges.as_ref();
        if let Some((method, range)) = seen.and_then(|r| Some((r.method, r.tensors.get(tensor)?))) {
            return range.fixed(method, bits + range.finer);
        }
        if self.samples.contains_key(tensor) {
            self.warnings.insert(
                "without calibration data, types follow from intervals, which are wide: \
                 give some with --calibrate"
                    .into(),
            );
        }
        Fixed::holding(otherwise.0, otherwise.1, bits)
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
    /// coarser step, by which the choice itself is not obeyed. One that nobody else has is the choice.
    pub(crate) fn at_most(&mut self, v: &Operand, bits: u32) -> Fixed {
        let name = self.name_of(v);
        let obeyed = self.obeyed.has(&name);
        let taken = self.is_decided(&name) || self.chosen.tensors.contains_key(&name);
        let t = self.activation(&name, v.interval(), bits);
        match t.bits.checked_sub(bits) {
            Some(more) if more > 0 => {
                if !obeyed {
                    self.obeyed.not_tensor(&name);
                }
                let coarser = Fixed { bits, frac: t.frac - more as i32, ..t };
                if !taken {
                    self.chosen.tensors.insert(name, coarser);
                }
                coarser
            }
            _ => t,
        }
    }

    /// What calibration saw of an operand, unless the user has chosen its type.
    pub(crate) fn reach(&self, v: &Operand) -> Option<(f64, f64)> {
        let seen = self.settings.ranges.as_ref().filter(|_| !self.is_decided(&v.tensor))?;
        let seen = seen.tensors.get(&v.tensor)?;
        Some((seen.lo, seen.hi))
    }

    /// The activation type of an operand's tensor where no more than a part of what it holds matters, if that
    /// has a finer step.
    pub(crate) fn narrowest(&mut self, v: &Operand, (lo, hi): (f64, f64), bits: u32) -> Fixed {
        let before = self.chosen.tensors.clone();
        let whole = self.at_most(v, bits);
        let part = Fixed::holding(lo, hi, bits);
        if part.frac <= whole.frac {
            return whole;
        }
        self.chosen.tensors = before;
        self.choose(&self.name_of(v), part);
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
}

/// Whether a step is a power of two.
pub(super) fn is_power_of_two(scale: &zirc_compiler::Ratio) -> bool {
    let one_bit = |n: &Int| n.bits() == n.trailing_zeros().unwrap_or(0) + 1;
    one_bit(scale.numer()) && one_bit(scale.denom())
}

/// The type of what is left of numbers in `lo..=hi` at a scale without what is behind the point, as
/// `trunc_to` can show it: around 0, as far on the one side as on the other.
pub(crate) fn whole_type(lo: &Int, hi: &Int, scale: &zirc_compiler::Ratio) -> String {
    let exact = |v: &Int| zirc_compiler::Ratio::from(v.clone()) * scale;
    let (low, high) = (exact(lo).trunc().to_integer(), exact(hi).trunc().to_integer());
    let one = zirc_compiler::Ratio::one();
    if !lo.is_negative() || !hi.is_positive() || scale.is_integer() {
        return zirc_compiler::session::type_text(&low, &high, &one);
    }
    let most = (-exact(lo).floor().to_integer()).max(high + 1);
    zirc_compiler::session::type_text(&-most.clone(), &(most - 1), &one)
}

/// An interval's ends as doubles.
pub(crate) fn real(lo: &Int, hi: &Int, scale: &zirc_compiler::Ratio) -> (f64, f64) {
    let s = scale.to_f64().unwrap_or(f64::NAN).abs();
    let one = |v: &Int| v.to_f64().unwrap_or(if v.is_negative() { f64::MIN } else { f64::MAX }) * s;
    (one(lo), one(hi))
}
