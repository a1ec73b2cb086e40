//! Scales and zero points: value = scale·(q − zero).

use crate::fault::{Fault, Import, refuse};
use crate::graph::{Node, axis};
use crate::ops::shape::moves::{positions, strides};
use crate::tensor::{Element, Tensor};
use zirc_compiler::Ratio;

/// Those of a tensor, or of each of its slices.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Params {
    pub(super) scale: Vec<f32>,
    pub(super) zero: Vec<i64>,
    pub(super) element: Element,
}

impl Params {
    /// Reads both for a tensor of an element type.
    pub(crate) fn read(scale: &Tensor, zero: Option<&Tensor>, element: Element) -> Import<Params> {
        let scale: Vec<f32> = scale.floats()?.iter().map(|v| *v as f32).collect();
        if let Some(s) = scale.iter().find(|s| !(s.is_finite() && **s > 0.0)) {
            return refuse(format!("a scale is {s}, it must be a positive number"));
        }
        let zero = match zero {
            None => vec![0; scale.len()],
            Some(z) if z.element != element => {
                let (z, e) = (z.element.name(), element.name());
                return refuse(format!("a zero point is {z}, what it belongs to is {e}"));
            }
            Some(z) => {
                let z = z.int_list()?;
                if z.len() != scale.len() && z.len() != 1 {
                    let (s, z) = (scale.len(), z.len());
                    return refuse(format!("there are {s} scales and {z} zero points"));
                }
                if z.len() == 1 { vec![z[0]; scale.len()] } else { z }
            }
        };
        if scale.is_empty() {
            return refuse("there is no scale");
        }
        Ok(Params { scale, zero, element })
    }

    /// That of a whole tensor.
    pub(crate) fn whole(&self) -> Import<(f32, i64)> {
        match (self.scale.as_slice(), self.zero.as_slice()) {
            ([s], [z]) => Ok((*s, *z)),
            _ => refuse("it must have one scale and one zero point"),
        }
    }

    /// That of slice `k`, or the only one.
    pub(crate) fn at(&self, k: usize) -> (f32, i64) {
        let of = |n: usize| if n == 1 { 0 } else { k };
        let scale = self.scale.get(of(self.scale.len())).copied().unwrap_or(1.0);
        (scale, self.zero.get(of(self.zero.len())).copied().unwrap_or(0))
    }

    /// One for the whole tensor or one for each of `n` slices.
    pub(super) fn check(&self, n: usize) -> Import<()> {
        if self.scale.len() == 1 || self.scale.len() == n {
            return Ok(());
        }
        refuse(format!("there are {} scales for {n} slices", self.scale.len()))
    }

    /// The integers that the quantized tensor can hold.
    pub(crate) fn limits(&self) -> Import<(i64, i64)> {
        limits(self.element)
    }
}

/// The integers of a type that tensors are quantized to.
pub(crate) fn limits(e: Element) -> Import<(i64, i64)> {
    match (e.integer(), e.limits()) {
        (Some((2 | 4 | 8 | 16, _)), Some((lo, hi))) => Ok((lo as i64, hi as i64)),
        _ => refuse(format!("{} is no type of 2 to 16 bits to quantize to", e.name())),
    }
}

/// Which scale belongs to which element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Layout {
    Whole,
    Axis(usize),
    Blocks { axis: usize, size: usize },
}

impl Layout {
    /// From the shapes of a tensor and of its scales, and the attributes.
    pub(super) fn read(n: &Node, x: &[usize], scale: &[usize]) -> Import<Layout> {
        let count: usize = scale.iter().product();
        let block = n.int_or("block_size", 0)?;
        if block == 0 && count == 1 && scale.len() < 2 {
            return Ok(Layout::Whole);
        }
        let at = axis(n.int_or("axis", 1)?, x.len())?;
        let misfit = || {
            Fault::new(format!("its scales have the shape {scale:?}, the tensor {x:?}, axis {at}"))
        };
        if block == 0 {
            let fits = scale.len() == 1 && scale[0] == x[at];
            return if fits { Ok(Layout::Axis(at)) } else { Err(misfit()) };
        }
        let size = usize::try_from(block).ok().filter(|b| *b > 0).ok_or_else(misfit)?;
        let fits = scale.len() == x.len()
            && (0..x.len()).all(|d| {
                let wanted = if d == at { x[d].div_ceil(size) } else { x[d] };
                scale[d] == wanted
            });
        if fits { Ok(Layout::Blocks { axis: at, size }) } else { Err(misfit()) }
    }

    /// The number of each element's scale, row-major.
    pub(super) fn slots(self, x: &[usize], scale: &[usize]) -> Vec<usize> {
        let own = strides(scale);
        let slot = |index: &[usize]| match self {
            Layout::Whole => 0,
            Layout::Axis(a) => index[a],
            Layout::Blocks { axis, size } => index
                .iter()
                .zip(&own)
                .enumerate()
                .map(|(d, (i, s))| if d == axis { i / size * s } else { i * s })
                .sum(),
        };
        positions(x, |index| Some(slot(index))).into_iter().flatten().collect()
    }
}

/// round_half_even(v / scale) + zero, cut to `to`, as a float of 32 bits computes it.
pub(crate) fn quantize(v: f32, scale: f32, zero: i64, to: (i64, i64)) -> i64 {
    let (lo, hi) = ((to.0 - zero) as f32, (to.1 - zero) as f32);
    (v / scale).round_ties_even().clamp(lo, hi) as i64 + zero
}

/// round_half_even(acc·m) + zero, cut to `to`: an integer accumulator as onnxruntime requantizes it,
/// where the accumulator is rounded to a float of 32 bits first.
pub(super) fn requantize(acc: i64, m: f32, zero: i64, to: (i64, i64)) -> i64 {
    let (lo, hi) = ((to.0 - zero) as f32, (to.1 - zero) as f32);
    (acc as f32 * m).round_ties_even().clamp(lo, hi) as i64 + zero
}

/// A float as an exact ratio.
pub(super) fn exact(v: f32) -> Import<Ratio> {
    Ratio::from_float(v).ok_or_else(|| Fault::new(format!("a scale is {v}")))
}
