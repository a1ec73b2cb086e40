//! ReduceLogSum: ln Σ x. ReduceLogSumExp: ln Σ eˣ.
//! <https://onnx.ai/onnx/operators/onnx__ReduceLogSum.html>,
//! <https://onnx.ai/onnx/operators/onnx__ReduceLogSumExp.html>
//!
//! Layers: `log` of a sum that is rounded to 12 bits for the largest that calibration saw, and
//! saturates there and at one step above 0; `log_sum_exp`, with a table of logarithms of at most
//! 8,192 rows, so that the sum of N exponentials has fewer bits behind the point the larger N is;
//! `log_sum_exp_wide` where an x has more than 12 bits, so that the largest stays exact.
//! Axes as in the other reductions; floats only.

use super::reduce::layout;
use crate::context::Converter;
use crate::fault::{Import, refuse};
use crate::graph::Node;
use crate::ops::shape::moves::reshape;
use crate::quantize::Fixed;
use num_bigint::BigInt;
use zirc_compiler::session::type_text;

/// Most bits of what indexes a table.
const TABLE_BITS: u32 = 12;
/// The type of exponentials.
const EXPONENTIAL: &str = "uq1.15";
/// The type of distances from the largest, up to where the exponential is no step any more.
const DISTANCE: &str = "uq4.8";

pub(super) fn of_sum(n: &Node, c: &mut Converter<'_>) -> Import<()> {
    let layout = layout(n, c)?;
    if !c.result(0)?.element.is_float() {
        return refuse("the logarithm of integers is not supported");
    }
    let x = layout.operand(c, None)?;
    let out = n.outputs[0].clone();
    let text = layout.text(&x, |line| format!("sum_of({line})"));
    let sum = c.local(&format!("{out}_sum"), &text)?;
    let bits = c.activation_bits().min(TABLE_BITS);
    let t = match c.decided_inside("sum") {
        Some(t) => t,
        None => {
            let seen = c.settings.ranges.as_ref().and_then(|r| r.tensors.get(&out)).map(|r| r.hi);
            let top = seen.map_or(sum.interval().1, libm::exp);
            if top <= 0.0 {
                return refuse("what it takes the logarithm of is never positive");
            }
            let t = Fixed::holding(0.0, top, bits);
            c.choose_inside("sum", t);
            t
        }
    };
    let (one, last) = (BigInt::from(1), t.raw_range().1);
    let clamped = sum.map(&format!("clamp_to::<{}>", type_text(&one, &last, &t.scale())));
    let step = crate::quantize::fixed::two_to(-t.frac);
    let (lo, hi) = (libm::log(step), libm::log(t.real_range().1));
    let log = Fixed::holding(lo.min(hi), hi, c.activation_bits() + 1);
    let sum = c.local(&format!("{out}_clamped"), &clamped)?;
    c.bind(0, &sum.map(&format!("log::<{log}>")))
}

pub(super) fn of_exponentials(n: &Node, c: &mut Converter<'_>) -> Import<()> {
    let layout = layout(n, c)?;
    if !c.result(0)?.element.is_float() {
        return refuse("the logarithm of integers is not supported");
    }
    let bits = c.activation_bits().min(TABLE_BITS);
    let count = layout.count();
    if count == 1 {
        let x = c.operand(0)?;
        let y = reshape(c, &n.outputs[0], &x, &layout.result())?;
        return c.alias(0, &y);
    }
    let rows = 1usize << (TABLE_BITS + 1);
    let frac = (rows / count).checked_ilog2().unwrap_or(0).min(10);
    if frac < 2 {
        return refuse(format!("{count} elements are too many: at most {} can be", rows / 4));
    }
    let x = layout.operand(c, None)?;
    let log = Fixed::holding(0.0, libm::log(count as f64), c.activation_bits());
    let call = if x.bits() > u64::from(bits) {
        format!("log_sum_exp_wide::<{DISTANCE}, {EXPONENTIAL}, {log}, {frac}>")
    } else {
        format!("log_sum_exp::<{EXPONENTIAL}, {log}, {frac}>")
    };
    let text = layout.text(&x, |line| format!("{call}({line})"));
    c.bind(0, &text)
}
