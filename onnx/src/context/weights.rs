//! Constants of the graph in the program: literals and quantized weights.

use super::{Converter, Operand, Visibility};
use crate::fault::{Fault, Import, refuse};
use crate::quantize::fixed::{exponent, power_of_two, to_integer, two_to};
use crate::tensor::{Tensor, Values};
use ndarray::{ArrayD, Axis};
use num_bigint::BigInt;
use num_traits::{Signed, ToPrimitive, Zero};
use std::collections::BTreeMap;
use zirc_compiler::Ratio;
use zirc_compiler::session::{Known, type_text};

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
}

/// The parameter of the circuit that a weight is a field of.
pub(crate) fn group(fixed: bool) -> &'static str {
    if fixed { "tables" } else { "weights" }
}

/// Finest step of weights: 2^-this.
const FINEST: i32 = 180;
/// How much finer than its accumulator a bias is where each integer of the result counts.
const BIAS_BITS: i32 = 12;
/// Integers that a constant may have been, as a power of two.
const GRID_BITS: i32 = 31;
/// How much finer than the coarsest channel's step another channel's may be.
const CHANNEL_SPREAD: i32 = 16;
/// The same where it is known to matter, as far as the file's integers reach.
const KNOWN_SPREAD: i32 = 40;
const LENGTH: i32 = 62;

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
            Values::Float(a) => {
                let (raw, frac) = quantize(a, (self.weight_bits().max(24), None), None, name)?;
                (raw[0].clone(), power_of_two(-frac))
            }
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
        let (mut raw, mut frac) = quantize(&inside, (self.weight_bits(), None), None, hint)?;
        let step = two_to(-frac);
        for (r, v) in raw.iter_mut().zip(a.iter()).filter(|(_, v)| v.is_infinite()) {
            *r = to_integer(end(*v) / step);
        }
        frac -= drop_shared_zeros(&mut raw);
        self.raw_weight(hint, a.shape(), raw, &power_of_two(-frac))
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
        let finest = useful.map(|step| if step > 0.0 { 1 - exponent(step) } else { FINEST });
        let (raw, frac) = quantize(a, (bits, finest), axis, hint)?;
        self.raw_weight(hint, a.shape(), raw, &power_of_two(-frac))
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

    /// A number of a formula, with as many bits as weights and at least 24.
    pub(crate) fn number(&mut self, v: f64) -> Import<Operand> {
        let a = ArrayD::from_elem(ndarray::IxDyn(&[]), v);
        self.literal("number", &Tensor::float(crate::tensor::Element::Float, a))
    }

    /// Integers that are part of the program whatever the weights' visibility is: places, not
    /// parameters of the model.
    pub(crate) fn raw_constant(
        &mut self,
        hint: &str,
        shape: &[usize],
        raw: Vec<BigInt>,
        scale: &Ratio,
    ) -> Import<Operand> {
        let before = std::mem::take(&mut self.visibility);
        let out = self.raw_weight(hint, shape, raw, scale);
        self.visibility = before;
        out
    }

    /// A constant given by its integers.
    pub(crate) fn raw_weight(
        &mut self,
        hint: &str,
        shape: &[usize],
        raw: Vec<BigInt>,
        scale: &Ratio,
    ) -> Import<Operand> {
        let (Some(lo), Some(hi)) = (raw.iter().min().cloned(), raw.iter().max().cloned()) else {
            return refuse(format!("`{hint}` has no elements"));
        };
        if raw.iter().any(|v| v.to_i64().is_none()) {
            return refuse(format!("`{hint}` does not fit 64-bit integers once quantized"));
        }
        // Room for every value of the width, so that retrained weights keep the type.
        let (low, high) = whole(&lo, &hi);
        self.typed_weight(hint, shape, raw, scale, (low, high))
    }

    /// Places among `size` elements: their type says that they are in range.
    pub(crate) fn places(
        &mut self,
        hint: &str,
        shape: &[usize],
        list: &[usize],
        size: usize,
    ) -> Import<Operand> {
        let before = std::mem::take(&mut self.visibility);
        let raw = list.iter().map(|v| BigInt::from(*v)).collect();
        let last = BigInt::from(size.saturating_sub(1));
        let out = self.typed_weight(hint, shape, raw, &power_of_two(0), (BigInt::zero(), last));
        self.visibility = before;
        out
    }

    fn typed_weight(
        &mut self,
        hint: &str,
        shape: &[usize],
        raw: Vec<BigInt>,
        scale: &Ratio,
        (low, high): (BigInt, BigInt),
    ) -> Import<Operand> {
        let (Some(lo), Some(hi)) = (raw.iter().min().cloned(), raw.iter().max().cloned()) else {
            return refuse(format!("`{hint}` has no elements"));
        };
        let ty = type_text(&low, &high, scale);
        // Beside private weights, what is no parameter of the model stays a constant.
        let fixed = self.private && self.visibility == Visibility::Const;
        let same = |w: &&Weight| w.fixed == fixed && w.shape == shape && w.ty == ty && w.raw == raw;
        let known = Known { shape: shape.to_vec(), fix: Some((lo, hi, scale.clone())) };
        let known = match self.visibility {
            Visibility::Const => known,
            Visibility::Private | Visibility::Committed => {
                Known { fix: Some((low, high, scale.clone())), ..known }
            }
        };
        let name = match self.weights.iter().find(same) {
            Some(w) => w.name.clone(),
            None => {
                let name = self.names.fresh_weight(hint);
                match self.visibility {
                    Visibility::Const => {
                        let field = (group(fixed), name.as_str());
                        self.session.constant(field, shape, raw.clone(), scale);
                    }
                    Visibility::Private | Visibility::Committed => {
                        let declared =
                            self.session.field(group(fixed), &name, &tensor_type(&ty, shape));
                        declared.map_err(|r| Fault::new(format!("`{hint}`: {}", r.message)))?;
                    }
                }
                let w = Weight { name: name.clone(), shape: shape.to_vec(), raw, ty, fixed };
                self.weights.push(w);
                name
            }
        };
        let text = format!("{}.{name}", group(fixed));
        let element = crate::tensor::Element::Float;
        Ok(Operand::variable(text, String::new(), element, known))
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

/// The full range of the width that holds `lo..=hi`.
fn whole(lo: &BigInt, hi: &BigInt) -> (BigInt, BigInt) {
    let bits = zirc_compiler::type_bits(lo, hi).max(1);
    let one = BigInt::from(1);
    if lo.is_negative() {
        let half = &one << (bits - 1);
        (-half.clone(), half - 1)
    } else {
        (BigInt::zero(), (&one << bits) - 1)
    }
}

fn finite(a: &ArrayD<f64>, name: &str) -> Import<()> {
    match a.iter().position(|v| !v.is_finite()) {
        None => Ok(()),
        Some(k) => refuse(format!(
            "constant `{}` holds {} at element {k}",
            crate::graph::show(name),
            a.iter().nth(k).copied().unwrap_or(f64::NAN)
        )),
    }
}

/// Raw integers of a constant and the exponent of their step, 2^−frac. Where the finest that is of use is known,
/// channels may differ by more.
fn quantize(
    a: &ArrayD<f64>,
    (bits, finest): (u32, Option<i32>),
    axis: Option<usize>,
    name: &str,
) -> Import<(Vec<BigInt>, i32)> {
    finite(a, name)?;
    let largest = |view: &mut dyn Iterator<Item = f64>| view.fold(0.0, |m: f64, v| m.max(v.abs()));
    // The finest step at which the largest value has `bits` bits with its sign.
    let own = |m: f64| if m == 0.0 { None } else { Some(bits as i32 - 1 - exponent(m)) };
    let channels: Vec<Option<i32>> = match axis {
        Some(axis) => {
            a.axis_iter(Axis(axis)).map(|c| own(largest(&mut c.iter().copied()))).collect()
        }
        None => vec![own(largest(&mut a.iter().copied()))],
    };
    let Some(coarsest) = channels.iter().flatten().min().copied() else {
        return Ok((vec![BigInt::zero(); a.len()], 0));
    };
    let limit = match finest {
        Some(most) => {
            let spread = KNOWN_SPREAD.min(LENGTH - bits as i32);
            (coarsest + spread).min(most.clamp(-FINEST, FINEST))
        }
        None => (coarsest + CHANNEL_SPREAD).min(FINEST),
    };
    let steps: Vec<i32> = channels.iter().map(|c| c.unwrap_or(coarsest).min(limit)).collect();
    let frac = steps.iter().copied().max().unwrap_or(0);
    let mut raw = vec![];
    for (index, v) in a.indexed_iter() {
        let own = steps[axis.map_or(0, |k| index[k])];
        let r = to_integer(v * two_to(own));
        raw.push(r << (frac - own) as u32);
    }
    if raw.iter().all(Zero::is_zero) {
        return Ok((raw, 0));
    }
    let shared = drop_shared_zeros(&mut raw);
    Ok((raw, frac - shared))
}

/// Binary zeros that all integers share at the end are no information; how many they were.
fn drop_shared_zeros(raw: &mut [BigInt]) -> i32 {
    let shared = raw.iter().filter_map(BigInt::trailing_zeros).min().unwrap_or(0);
    let shared = i32::try_from(shared).unwrap_or(0);
    raw.iter_mut().for_each(|v| *v >>= shared as u32);
    shared
}

/// Whether all numbers are multiples of a step, as 32-bit floats are.
fn whole_steps(a: &ArrayD<f64>, scale: &Ratio) -> bool {
    let step = scale.to_f64().unwrap_or(0.0);
    a.iter().all(|v| ((v / step).round() * step) as f32 == *v as f32)
}

/// The integers that numbers are multiples of one scale by, and that scale. Scales that differ from
/// slice to slice have no step in common that would make short integers.
fn on_grid(a: &ArrayD<f64>, scales: &[f32]) -> Option<(Vec<BigInt>, Ratio)> {
    let (first, rest) = scales.split_first()?;
    if rest.iter().any(|s| s != first) || !(first.is_finite() && *first > 0.0) {
        return None;
    }
    let one = |v: &f64| {
        let k = (v / f64::from(*first)).round();
        let same = k.abs() <= two_to(GRID_BITS) && f64::from(k as f32 * first) == *v;
        same.then(|| to_integer(k))
    };
    let raw = a.iter().map(one).collect::<Option<Vec<_>>>()?;
    Some((raw, Ratio::from_float(*first)?))
}

/// The weights as a `.safetensors` file of integers, each in the narrowest width.
pub(crate) fn safetensors(weights: &[Weight]) -> Result<Vec<u8>, String> {
    use safetensors::tensor::{Dtype, TensorView};
    let mut held: BTreeMap<&str, (Dtype, &[usize], Vec<u8>)> = BTreeMap::new();
    for w in weights {
        let list: Vec<i64> = w.raw.iter().filter_map(ToPrimitive::to_i64).collect();
        let fits =
            |bits: u32| list.iter().all(|v| (-(1i64 << (bits - 1))..1 << (bits - 1)).contains(v));
        let (kind, size) = if fits(8) {
            (Dtype::I8, 1)
        } else if fits(16) {
            (Dtype::I16, 2)
        } else if fits(32) {
            (Dtype::I32, 4)
        } else {
            (Dtype::I64, 8)
        };
        let bytes = list.iter().flat_map(|v| v.to_le_bytes()[..size].to_vec()).collect();
        held.insert(&w.name, (kind, &w.shape, bytes));
    }
    let views = held.iter().map(|(name, (kind, shape, bytes))| {
        let view = TensorView::new(*kind, shape.to_vec(), bytes);
        view.map(|v| (*name, v)).map_err(|e| e.to_string())
    });
    let views = views.collect::<Result<Vec<_>, _>>()?;
    safetensors::serialize(views, None).map_err(|e| e.to_string())
}
