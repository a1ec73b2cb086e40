//! Constants whose type the user chose.

use super::weights::{FINEST, quantize};
use super::{Bits, Converter, Operand};
use crate::fault::{Fault, Import};
use crate::graph::show;
use crate::quantize::Fixed;
use crate::quantize::fixed::{exponent, to_integer, two_to};
use ndarray::ArrayD;
use num_bigint::BigInt;
use num_traits::ToPrimitive;

impl Converter<'_> {
    /// The type that the user chose for a constant of the graph, and the integers of what it becomes.
    ///
    /// # Errors
    /// A type that does not hold it, or whose integers are too long for the weights' file.
    pub(super) fn decided_constant(
        &self,
        name: &str,
        a: &ArrayD<f64>,
    ) -> Import<Option<(Fixed, Vec<BigInt>)>> {
        if !self.graph.initializers.contains_key(name) {
            return Ok(None);
        }
        let Some(t) = self.settings.choices.tensors.get(name).copied() else { return Ok(None) };
        let (least, most) = t.raw_range();
        let step = two_to(-t.frac);
        let mut raw = vec![];
        for v in a {
            let r = to_integer(v / step);
            if r < least || r > most || !v.is_finite() {
                let ((lo, hi), place) = (t.real_range(), format!("tensor `{}`", show(name)));
                let text = format!("is a constant that holds {v}: {t} reaches from {lo} to {hi}");
                return Err(Fault::new(text).at(place).help(CONSTANT));
            }
            if r.to_i64().is_none() {
                let text = format!("is a constant: the integers of {t} do not fit 64 bits");
                return Err(Fault::new(text).at(format!("tensor `{}`", show(name))).help(CONSTANT));
            }
            raw.push(r);
        }
        self.obeyed.tensor(name);
        Ok(Some((t, raw)))
    }

    /// As `weight`, by the user's type if there is one.
    pub(super) fn decided_weight(
        &mut self,
        name: &str,
        a: &ArrayD<f64>,
    ) -> Import<Option<Operand>> {
        let Some((t, raw)) = self.decided_constant(name, a)? else { return Ok(None) };
        self.typed_weight(name, a.shape(), raw, &t.scale(), t.raw_range(), self.visibility)
            .map(Some)
    }
}

impl Converter<'_> {
    /// The integers of a constant, and the exponent of their step, with no channel's step finer than one that makes
    /// a difference. Where that decides something it is the layer's choice from then on.
    pub(super) fn no_finer(
        &mut self,
        name: &str,
        a: &ArrayD<f64>,
        axis: Option<usize>,
        bits: u32,
        useful: Option<f64>,
    ) -> Import<(Vec<BigInt>, i32)> {
        let layer = self.node.layer().to_owned();
        let own = self.settings.choices.layers.get(&layer).and_then(|l| l.weight_fraction);
        if let Some(n) = own {
            self.obeyed.layer(&layer, Bits::WeightFraction);
            return quantize(a, (bits, Some(n)), axis, name);
        }
        let Some(step) = useful else { return quantize(a, (bits, None), axis, name) };
        let finest = if step > 0.0 { (1 - exponent(step)).clamp(-FINEST, FINEST) } else { FINEST };
        let made = quantize(a, (bits, Some(finest)), axis, name)?;
        if made != quantize(a, (bits, None), axis, name)? {
            let choice = self.chosen.layers.entry(layer).or_default();
            choice.weight_fraction = Some(finest);
        }
        Ok(made)
    }
}

const CONSTANT: &str = "give a type that holds it, or leave it out of the quantization file: what bits a \
                        constant has follows from its layer's `weight_bits`";
