//! Softmax: e^x / Σ e^x; LogSoftmax: x − ln Σ e^x; Hardmax: 1 at the first of the largest, else 0.
//! <https://onnx.ai/onnx/operators/onnx__Softmax.html> and so on; floats. Along `axis`, the last by
//! default; before opset 13 over all dimensions from `axis` on, the second by default.
//!
//! Layers: `softmax_with`, `log_softmax`, `hardmax`, a call for each row; the distances from the
//! largest of an x of more than 12 bits are exact first, and only then cut to 12 bits
//! (`softmax_wide`, `log_softmax_wide`): numbers far below, as masks leave them, do no harm. Where each
//! integer of the result counts, they are not cut.

mod fine;

use super::rows;
use crate::context::Args;
use crate::context::{Converter, Family, Operand};
use crate::fault::{Import, refuse};
use crate::graph::Node;
use crate::ops::elementwise::table::ARGUMENT_BITS;
use crate::quantize::Fixed;
use crate::quantize::fixed::{exponent, power_of_two};
use crate::tensor::Tensor;
use ndarray::ArrayViewMut1;

/// The largest number of a row.
fn largest(row: &ArrayViewMut1<'_, f64>) -> f64 {
    row.iter().fold(f64::NEG_INFINITY, |m, v| m.max(*v))
}

/// A function of rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum OfRows {
    Softmax,
    LogSoftmax,
    Hardmax,
}

fn softmax(n: &Node, a: &Args<'_>) -> Import<Vec<Tensor>> {
    rows::map(n, a.get(0)?, |mut row| {
        let m = largest(&row);
        row.mapv_inplace(|v| libm::exp(v - m));
        let sum: f64 = row.iter().fold(0.0, |s, v| s + v);
        row.mapv_inplace(|v| v / sum);
    })
}

fn log_softmax(n: &Node, a: &Args<'_>) -> Import<Vec<Tensor>> {
    rows::map(n, a.get(0)?, |mut row| {
        let m = largest(&row);
        let sum = row.iter().fold(0.0, |s, v| s + libm::exp(v - m));
        row.mapv_inplace(|v| v - m - libm::log(sum));
    })
}

fn hardmax(n: &Node, a: &Args<'_>) -> Import<Vec<Tensor>> {
    rows::map(n, a.get(0)?, |mut row| {
        let m = largest(&row);
        let first = row.iter().position(|v| *v == m);
        row.indexed_iter_mut().for_each(|(k, v)| *v = if Some(k) == first { 1.0 } else { 0.0 });
    })
}

/// Most rows of the table of logarithms, as a power of two.
const LOG_ROWS: i32 = 14;

fn convert(own: OfRows, n: &Node, c: &mut Converter<'_>) -> Import<()> {
    let x = c.operand(0)?;
    let count = rows::length(n, &x.shape)?;
    if count == 0 {
        return refuse("a row without numbers has no largest");
    }
    let bits = c.activation_bits();
    if own == OfRows::Softmax && c.precision().is_some() && x.bits() > u64::from(ARGUMENT_BITS) {
        return fine::convert(n, c, &x);
    }
    let wide = x.bits() > u64::from(ARGUMENT_BITS.min(bits));
    // A result of 1 and one step of 2^−(bits − 1); exponentials are finer by the bits of their number.
    let y = Fixed { signed: false, bits, frac: bits as i32 - 1 };
    let e = Fixed { signed: false, bits: bits + 4, frac: bits as i32 + 3 };
    // Distances up to where the exponential is no step any more: 16 for 12 bits.
    let reach = exponent(f64::from(e.frac + 1) * std::f64::consts::LN_2);
    let d = Fixed { signed: false, bits: ARGUMENT_BITS, frac: ARGUMENT_BITS as i32 - reach };
    // No distance is finer than what it is one of: rows between its steps would never be looked up.
    let idle = steps_between(&x, &d).filter(|_| own == OfRows::Softmax).unwrap_or(0);
    let d = Fixed { bits: d.bits - idle, frac: d.frac - idle as i32, ..d };
    let call = match (own, wide) {
        (OfRows::Hardmax, _) => "hardmax".into(),
        (OfRows::Softmax, false) => format!("softmax_with::<{e}, {y}>"),
        (OfRows::Softmax, true) => format!("softmax_wide::<{d}, {e}, {y}>"),
        (OfRows::LogSoftmax, wide) => {
            // ln of 1 to count, and the fraction bits of the sum.
            let l = Fixed::holding(0.0, libm::log(count as f64).max(0.5), bits + 2);
            let f = (LOG_ROWS - exponent((count - 1) as f64)).clamp(0, bits as i32);
            if wide {
                format!("log_softmax_wide::<{d}, {e}, {l}, {f}>")
            } else {
                format!("log_softmax::<{e}, {l}, {f}>")
            }
        }
    };
    rows::convert(n, c, &x, &call)
}

/// By how many bits the step of a type is finer than that of an operand, if both are powers of two: as many as
/// leave it two.
fn steps_between(x: &Operand, t: &Fixed) -> Option<u32> {
    let own = (t.frac - t.bits as i32 + 2..t.frac).find(|frac| power_of_two(-frac) == x.scale)?;
    u32::try_from(t.frac - own).ok()
}

impl Family for OfRows {
    fn evaluate(&self, n: &Node, a: &Args<'_>) -> Import<Vec<Tensor>> {
        match self {
            OfRows::Softmax => softmax(n, a),
            OfRows::LogSoftmax => log_softmax(n, a),
            OfRows::Hardmax => hardmax(n, a),
        }
    }

    fn convert(&self, n: &Node, c: &mut Converter<'_>) -> Import<()> {
        convert(*self, n, c)
    }
}
