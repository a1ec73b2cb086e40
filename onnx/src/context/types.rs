//! Which type a tensor has where it must have one of few bits.

use super::{Converter, Operand, precision};
use crate::fault::Import;
use crate::quantize::Fixed;
use num_traits::{One, Signed, ToPrimitive};
use zirc_circuit::Int;

impl Converter<'_> {
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
    pub(crate) fn at_most(&mut self, v: &Operand, bits: u32) -> Fixed {
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
