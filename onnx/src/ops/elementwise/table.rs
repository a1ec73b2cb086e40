//! Functions of one number that are read from tables.
//!
//! A table has a row for each value that its argument can have: an argument of more than 12 bits is
//! requantized first. The type of the entries costs nothing in the lookup itself.

use crate::context::Args;
use crate::context::{Converter, Operand, number_text};
use crate::fault::{Import, refuse};
use crate::graph::Node;
use crate::quantize::Fixed;
use crate::quantize::fixed::two_to;
use crate::tensor::Tensor;
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{One, Zero};
use zirc_compiler::Ratio;

/// Most bits of the argument of a table.
pub(crate) const ARGUMENT_BITS: u32 = 12;

/// The type of the entries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Range {
    /// What the function gives for all values that its argument can have.
    Image,
    /// What calibration saw, beyond which it saturates: for functions that grow so fast that a type
    /// for all of the image would leave nothing of the values that are common.
    Calibrated,
}

/// A function of each element of a float tensor, in the clear.
pub(crate) fn map(a: &Args<'_>, f: impl Fn(f64) -> f64) -> Import<Vec<Tensor>> {
    let x = a.get(0)?;
    Ok(vec![Tensor::float(x.element, x.floats()?.mapv(f))])
}

/// An operand with so few bits that it can be the argument of a table of `f`.
///
/// Where f is flat at an end of what the operand holds, as a sigmoid is, the step is that of what lies
/// between: values beyond saturate, and f is the same there to half a step of its own.
pub(crate) fn argument(
    c: &mut Converter<'_>,
    x: &Operand,
    bits: u32,
    f: impl Fn(f64) -> f64,
) -> Import<Operand> {
    let bits = bits.min(ARGUMENT_BITS);
    match c.reach(x).filter(|_| x.bits() > u64::from(bits) && !x.literal) {
        Some(ends) => {
            let (lo, hi) = bent(ends, bits, f);
            let t = c.narrowest(x, (lo, hi), bits);
            c.clamp(x, t)
        }
        None => c.narrow(x, bits),
    }
}

/// Points at which a function is looked at to see where it is flat.
const POINTS: u32 = 1 << 12;

/// The part of an interval outside of which f is as at its ends, to half of a step of a result of `bits` bits.
pub(super) fn bent((lo, hi): (f64, f64), bits: u32, f: impl Fn(f64) -> f64) -> (f64, f64) {
    let at = |k: u32| lo + (hi - lo) * f64::from(k) / f64::from(POINTS);
    let values: Vec<f64> = (0..=POINTS).map(|k| f(at(k))).collect();
    let (least, most) =
        values.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), v| (a.min(*v), b.max(*v)));
    let near = (most - least) / two_to(i32::try_from(bits).unwrap_or(i32::MAX)) / 2.0;
    let same = |end: f64| move |v: &&f64| (**v - end).abs() <= near;
    let (first, last) = (f(lo), f(hi));
    if !(near.is_finite() && first.is_finite() && last.is_finite()) || near == 0.0 {
        return (lo, hi);
    }
    let low = values.iter().take_while(same(first)).count().saturating_sub(1) as u32;
    let high = POINTS - values.iter().rev().take_while(same(last)).count().saturating_sub(1) as u32;
    if low < high { (at(low), at(high)) } else { (lo, hi) }
}

/// Writes output 0 as `call::<Y>(x)`, or `call::<Y>(x, arguments)`.
pub(crate) fn call(
    n: &Node,
    c: &mut Converter<'_>,
    call: &str,
    arguments: &str,
    range: Range,
    f: impl Fn(f64) -> f64,
) -> Import<()> {
    if let Some(text) = super::interpolate::text(c, &f)? {
        return c.bind(0, &text);
    }
    if let Some(text) = super::interpolate::steep(n, c, range, &f)? {
        return c.bind(0, &text);
    }
    let x = c.operand(0)?;
    let x = of_rows(n, c, &x, range, &f)?;
    let y = entries(n, c, &x, range, f);
    let call = format!("{call}::<{y}>");
    let text = if arguments.is_empty() { x.map(&call) } else { x.map_with(&call, arguments) };
    c.bind(0, &text)
}

/// The argument of a table of `f`, with as many bits as activations, or as are needed.
pub(super) fn of_rows(
    n: &Node,
    c: &mut Converter<'_>,
    x: &Operand,
    range: Range,
    f: &dyn Fn(f64) -> f64,
) -> Import<Operand> {
    match super::rows::argument(n, c, x, range, f)? {
        Some(x) => Ok(x),
        None => argument(c, x, c.activation_bits(), f),
    }
}

/// The type of the entries of a table of `f` over `x`, which becomes output 0.
pub(crate) fn entries(
    n: &Node,
    c: &mut Converter<'_>,
    x: &Operand,
    range: Range,
    f: impl Fn(f64) -> f64,
) -> Fixed {
    let bits = c.activation_bits();
    let image = x.image(bits, f);
    match (range, n.outputs.first()) {
        (Range::Calibrated, Some(name)) => c.activation(name, image.real_range(), bits),
        _ => image,
    }
}

/// An attribute as the program writes it: the simplest fraction that is the same 32-bit float, such
/// as 1/6 for 0.16666667, as small numerators and denominators make small integers.
pub(crate) fn fraction(v: f64) -> Import<Ratio> {
    let Some(exact) = BigRational::from_float(v) else {
        return refuse(format!("{v} is no number that can be proved"));
    };
    // Convergents p/q of the continued fraction.
    let (mut p, mut q) = ([BigInt::zero(), BigInt::one()], [BigInt::one(), BigInt::zero()]);
    let mut rest = exact.clone();
    for _ in 0..32 {
        let whole = rest.floor().to_integer();
        let next = [&whole * &p[1] + &p[0], &whole * &q[1] + &q[0]];
        p = [p[1].clone(), next[0].clone()];
        q = [q[1].clone(), next[1].clone()];
        let candidate = BigRational::new(p[1].clone(), q[1].clone());
        let value = num_traits::ToPrimitive::to_f64(&candidate).unwrap_or(f64::NAN);
        if value as f32 == v as f32 && candidate.is_zero() == (v == 0.0) {
            return Ok(candidate);
        }
        rest -= BigRational::from(whole);
        if rest.is_zero() {
            break;
        }
        rest = rest.recip();
    }
    Ok(exact)
}

/// The text of `fraction`.
pub(crate) fn fraction_text(v: f64) -> Import<String> {
    Ok(number_text(&fraction(v)?))
}

#[cfg(test)]
mod tests {
    use super::fraction_text;

    #[test]
    fn simplest_fractions() {
        for (v, text) in [
            (f64::from(0.166_666_67_f32), "(1 / 6)"),
            (f64::from(0.2_f32), "(1 / 5)"),
            (f64::from(-0.01_f32), "(-1 / 100)"),
            (3.0, "3"),
            (-2.0, "(-2)"),
            (0.0, "0"),
            (0.375, "(3 / 8)"),
            (f64::from(1.702_f32), "(851 / 500)"),
        ] {
            assert_eq!(fraction_text(v).unwrap(), text);
        }
        assert!(fraction_text(f64::NAN).is_err() && fraction_text(f64::INFINITY).is_err());
    }
}
