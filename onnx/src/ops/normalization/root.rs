//! Types for 1/√(variance + ε): what the layers of the standard library take as `R` and `Y`.

use crate::context::{Converter, Operand};
use crate::quantize::Fixed;
use crate::quantize::fixed::{exponent, two_to};
use num_traits::ToPrimitive;
use zirc_compiler::Ratio;

/// The type of a normalization's result: as calibrated, or what ±√n·γ + β can reach.
pub(super) fn result(
    c: &mut Converter<'_>,
    name: &str,
    n: usize,
    gamma: f64,
    beta: (f64, f64),
) -> Fixed {
    let reach = (n as f64).sqrt() * gamma;
    let bits = c.activation_bits();
    c.activation(name, (beta.0.min(0.0) - reach, beta.1.max(0.0) + reach), bits)
}

/// The largest |v| of an operand.
pub(super) fn size(v: &Operand) -> f64 {
    let (lo, hi) = v.interval();
    lo.abs().max(hi.abs())
}

/// The type of 1/√v: `least` is the smallest v. Rounding it down moves its product with a number of
/// size `factor` by at most half a step of the result.
pub(super) fn root(least: f64, factor: f64, result: Fixed) -> Fixed {
    let most = 1.0 / least.sqrt();
    // factor·2^−frac ≤ 2^−result.frac / 2
    let mut frac = result.frac + 1 + above(factor);
    // At least one step, so that the type has a value for the smallest v.
    while most * two_to(frac) < 2.0 && frac < 300 {
        frac += 1;
    }
    let bits = above(most * two_to(frac)) + 1;
    Fixed { signed: false, bits: u32::try_from(bits).unwrap_or(1).clamp(1, 253), frac }
}

/// The smallest variance with this step, ε included, as `inverse_root` rounds it: to steps, and at
/// least one.
pub(super) fn least(eps: f64, scale: &Ratio) -> f64 {
    let step = scale.to_f64().unwrap_or(1.0);
    (eps / step).round().max(1.0) * step
}

/// The least e with v < 2^e, for v > 0.
fn above(v: f64) -> i32 {
    if v > 0.0 && v.is_finite() { exponent(v).clamp(-300, 300) } else { 0 }
}
