//! A softmax of numbers with more digits than a table has rows for, none of which is dropped: e^−d is the
//! product of e^−h and e^−r for a distance d = h + r.
//!
//! Only where each integer of the result counts, as between DequantizeLinear and QuantizeLinear. Layers:
//! `below_largest`, `euclid`, `by_table`, `div_round`.

use super::super::rows;
use crate::context::{Converter, Operand};
use crate::fault::{Import, refuse};
use crate::graph::Node;
use crate::ops::elementwise::table::ARGUMENT_BITS;
use crate::quantize::Fixed;
use crate::quantize::fixed::{power_of_two, to_integer, two_to};
use num_traits::ToPrimitive;

/// Digits of a distance: those of two tables.
const DISTANCE_BITS: u32 = 2 * ARGUMENT_BITS;

pub(super) fn convert(n: &Node, c: &mut Converter<'_>, x: &Operand) -> Import<()> {
    let bits = c.activation_bits();
    let y = Fixed { signed: false, bits, frac: bits as i32 - 1 };
    // Digits of each of the two factors: half of those of the exponential, which is their product.
    let frac = bits as i32 + 1;
    // Beyond this, the exponential is less than a step of the result.
    let reach = f64::from(frac + 1) * std::f64::consts::LN_2;
    let finest = two_to(-(DISTANCE_BITS as i32)) * reach;
    let mut x = x.clone();
    if x.scale.to_f64().unwrap_or(0.0) < finest {
        let (lo, hi) = x.interval();
        let frac = -crate::quantize::fixed::exponent(finest);
        let whole = Fixed::holding(lo, hi, 8).frac;
        let bits = u32::try_from(frac - whole + 8).unwrap_or(8);
        let coarse = Fixed { signed: lo < 0.0, bits: bits + u32::from(lo < 0.0), frac };
        x = c.clamp(&x, coarse)?;
    }
    let step = x.scale.to_f64().unwrap_or(0.0);
    let Some(all) = (&x.hi - &x.lo).to_u64().filter(|_| step > 0.0) else {
        return refuse("what it takes exponentials of is too wide");
    };
    let last = ((reach / step).ceil() as u64).clamp(1, (1 << DISTANCE_BITS) - 1);
    let width = u64::BITS - last.min(all).leading_zeros();
    let low = (width / 2).min(ARGUMENT_BITS);
    let (size, most) = (1u64 << low, (1u64 << width) - 1);
    let hint = n.outputs[0].clone();
    let mut table = |part: &str, rows: u64, step: f64| {
        let raw = (0..rows).map(|k| to_integer(libm::exp(-(k as f64) * step) * two_to(frac)));
        let raw = raw.collect();
        c.raw_constant(&format!("{hint}_{part}"), &[rows as usize], raw, &power_of_two(-frac))
    };
    let cells = all.min(most) / size;
    let high = table("far", cells + 1, step * size as f64)?;
    let near = table("near", size, step)?;
    let cut = if all > most {
        format!("clamp_to::<int<0..={most}>>(below[q])")
    } else {
        "below[q]".into()
    };
    let count = rows::length(n, &x.shape)?;
    rows::convert_with(n, c, &x, |row| {
        format!(
            "{{ let (largest, below) = below_largest({row}); \
             let exponential = for q < {count} {{ \
             let (far, near) = euclid::<int<0..={cells}>>({cut}, {size}); \
             by_table(far, {}) * by_table(near, {}) }}; \
             let total = sum_of(exponential); \
             for q < {count} {{ div_round::<{y}>(exponential[q], total) }} }}",
            high.text, near.text
        )
    })
}
