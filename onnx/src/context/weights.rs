//! Constants of the graph in the program: literals and quantized weights.

mod declare;
mod file;
mod rounded;
mod steps;

pub(crate) use file::safetensors;
pub(crate) use rounded::Rounded;

use super::{Bits, Converter, Operand};
use crate::fault::{Import, refuse};
use crate::quantize::fixed::{power_of_two, to_integer, two_to};
use crate::tensor::{Tensor, Values};
use ndarray::ArrayD;
use num_bigint::BigInt;
use num_traits::{Signed, ToPrimitive};
pub(super) use steps::{FINEST, quantize};
use steps::{drop_shared_zeros, finite, on_grid, whole_steps};
use zirc_compiler::Ratio;

/// A quantized constant: an entry of the weights' file.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Weight {
    /// Field of the struct and name in the file.
    pub(crate) name: String,
    pub(crate) shape: Vec<usize>,
    /// Row-major.
    pub(crate) raw: Vec<BigInt>,
    /// The type of its elements.
    pub(crate) ty: String,
    /// Whether it is a constant although weights are private.
    pub(crate) fixed: bool,
    /// How it was rounded, if it was by bits of its own.
    pub(crate) rounded: Option<Rounded>,
}

/// The parameter of the circuit that a weight is a field of.
pub(crate) fn group(fixed: bool) -> &'static str {
    if fixed { "tables" } else { "weights" }
}

/// How much finer than its accumulator a bias is where each integer of the result counts.
const BIAS_BITS: i32 = 12;

impl Converter<'_> {
    /// A constant that nothing more is known about: a number becomes a literal, a tensor a weight
    /// with one step for all its elements.
    pub(crate) fn constant_operand(&mut self, name: &str, t: &Tensor) -> Import<Operand> {
        if t.len() == 1 {
            return self.literal(name, t);
        }
        match &t.values {
            Values::Float(a) => self.weight(name, a, None),
            Values::Int(a) => self.raw_weight(name, a.shape(), big(a.iter()), &power_of_two(0)),
            Values::Bool(a) => {
                let raw = a.iter().map(|b| BigInt::from(u8::from(*b))).collect();
                self.raw_weight(name, a.shape(), raw, &power_of_two(0))
            }
            Values::Text(_) => refuse(format!("`{name}` holds strings")),
        }
        .map(|w| Operand { element: t.element, tensor: name.into(), ..w })
    }

    /// A tensor with one element as a literal.
    fn literal(&mut self, name: &str, t: &Tensor) -> Import<Operand> {
        let (raw, scale) = match &t.values {
            Values::Float(a) => match self.decided_constant(name, a)? {
                Some((t, raw)) => (raw[0].clone(), t.scale()),
                None => {
                    let (raw, frac) = quantize(a, (self.literal_bits(), None), None, name)?;
                    (raw[0].clone(), power_of_two(-frac))
                }
            },
            Values::Int(a) => (big(a.iter()).remove(0), power_of_two(0)),
            Values::Bool(a) => (BigInt::from(u8::from(a.iter().all(|b| *b))), power_of_two(0)),
            Values::Text(_) => return refuse(format!("`{name}` is a string")),
        };
        Ok(Operand {
            text: number_text(&(Ratio::from(raw.clone()) * &scale)),
            tensor: name.into(),
            element: t.element,
            shape: t.shape().to_vec(),
            lo: raw.clone(),
            hi: raw,
            scale,
            literal: true,
        })
    }

    /// Notes that the bits of this node's weights decide something.
    fn weighs(&self) {
        self.obeyed.layer(self.node.layer(), Bits::Weights);
    }

    /// Bits of a number that is written out, which cost nothing.
    fn literal_bits(&self) -> u32 {
        const LEAST: u32 = 24;
        let bits = self.weight_bits();
        if bits > LEAST {
            self.weighs();
        }
        bits.max(LEAST)
    }

    /// A float constant with the weight bits of this node, for each slice along `axis` or for the
    /// whole tensor: symmetric, with a power of two as step. Channels with larger weights have a
    /// coarser step, and all are stored at the finest one.
    pub(crate) fn weight(
        &mut self,
        hint: &str,
        a: &ArrayD<f64>,
        axis: Option<usize>,
    ) -> Import<Operand> {
        self.weight_of(hint, a, axis, self.weight_bits())
    }

    /// A float constant with one step, that of its finite elements; `end` gives a number for each
    /// that is not.
    pub(super) fn weight_with_ends(
        &mut self,
        hint: &str,
        a: &ArrayD<f64>,
        end: &dyn Fn(f64) -> f64,
    ) -> Import<Operand> {
        let inside = a.mapv(|v| if v.is_infinite() { 0.0 } else { v });
        self.weighs();
        let (mut raw, mut frac) = quantize(&inside, (self.weight_bits(), None), None, hint)?;
        let step = two_to(-frac);
        for (r, v) in raw.iter_mut().zip(a.iter()).filter(|(_, v)| v.is_infinite()) {
            *r = to_integer(end(*v) / step);
        }
        frac -= drop_shared_zeros(&mut raw);
        let made = self.raw_weight(hint, a.shape(), raw, &power_of_two(-frac))?;
        self.note_rounded(&made, Rounded { bits: self.weight_bits(), channels: false });
        Ok(made)
    }

    /// As `weight`, with a number of bits of its own.
    pub(crate) fn weight_of(
        &mut self,
        hint: &str,
        a: &ArrayD<f64>,
        axis: Option<usize>,
        bits: u32,
    ) -> Import<Operand> {
        self.weight_from(hint, a, axis, bits, None)
    }

    /// As `weight_of`, with no channel's step finer than one that makes a difference.
    pub(crate) fn weight_from(
        &mut self,
        hint: &str,
        a: &ArrayD<f64>,
        axis: Option<usize>,
        bits: u32,
        useful: Option<f64>,
    ) -> Import<Operand> {
        let grid = self.graph.grids.get(hint).filter(|_| !self.plain_steps);
        if let Some((raw, step)) = grid.and_then(|g| on_grid(a, g)) {
            return self.raw_weight(hint, a.shape(), raw, &step);
        }
        if let Some(w) = self.decided_weight(hint, a)? {
            if let Some(t) = self.settings.choices.tensors.get(hint) {
                self.note_rounded(&w, Rounded { bits: t.bits, channels: false });
            }
            return Ok(w);
        }
        self.weighs();
        let (raw, frac) = self.no_finer(hint, a, axis, bits, useful)?;
        let made = self.raw_weight(hint, a.shape(), raw, &power_of_two(-frac))?;
        let channels = axis.is_some_and(|k| a.shape().get(k).is_some_and(|n| *n > 1));
        self.note_rounded(&made, Rounded { bits, channels });
        Ok(made)
    }

    /// A float constant at a given step: a bias at the step of its accumulator, where it costs no
    /// bits. The step is made coarser where numbers would be too long for the file.
    pub(crate) fn weight_at(
        &mut self,
        hint: &str,
        a: &ArrayD<f64>,
        scale: &Ratio,
    ) -> Import<Operand> {
        let largest = a.iter().fold(0.0, |m: f64, v| m.max(v.abs()));
        finite(a, hint)?;
        if let Some(w) = self.decided_weight(hint, a)? {
            return Ok(w);
        }
        let mut scale = scale.clone();
        if self.precision().is_some() && !whole_steps(a, &scale) {
            scale *= power_of_two(-BIAS_BITS);
        }
        while largest / scale.to_f64().unwrap_or(0.0) >= two_to(52) {
            scale *= power_of_two(1);
        }
        let step = scale.to_f64().unwrap_or(1.0);
        let raw = a.iter().map(|v| to_integer(v / step)).collect();
        self.raw_weight(hint, a.shape(), raw, &scale)
    }

    /// Numbers of a formula that differ from place to place, with the weight bits of this node: part of the program
    /// whatever the weights' visibility is.
    pub(crate) fn coefficients(&mut self, hint: &str, a: &ArrayD<f64>) -> Import<Operand> {
        self.weighs();
        let (raw, frac) = quantize(a, (self.weight_bits(), None), None, hint)?;
        self.raw_constant(hint, a.shape(), raw, &power_of_two(-frac))
    }

    /// A number of a formula, with as many bits as weights and at least 24.
    pub(crate) fn number(&mut self, v: f64) -> Import<Operand> {
        let a = ArrayD::from_elem(ndarray::IxDyn(&[]), v);
        self.literal("", &Tensor::float(crate::tensor::Element::Float, a))
    }
}

/// `T[2, 3]`, or `T` of a scalar.
pub(crate) fn tensor_type(element: &str, shape: &[usize]) -> String {
    if shape.is_empty() {
        return element.into();
    }
    let sizes: Vec<String> = shape.iter().map(usize::to_string).collect();
    format!("{element}[{}]", sizes.join(", "))
}

/// A number as it stands in the program.
pub(crate) fn number_text(v: &Ratio) -> String {
    match (v.is_integer(), v.is_negative()) {
        (true, false) => v.to_integer().to_string(),
        (true, true) => format!("({})", v.to_integer()),
        (false, _) => format!("({} / {})", v.numer(), v.denom()),
    }
}

fn big<'a>(list: impl Iterator<Item = &'a i64>) -> Vec<BigInt> {
    list.map(|v| BigInt::from(*v)).collect()
}
