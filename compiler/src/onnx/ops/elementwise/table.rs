//! Functions of one number that are read from tables.
//!
//! A table has a row for each value that its argument can have: an argument of more than 12 bits is
//! requantized first. The type of the entries costs nothing in the lookup itself.

use crate::number::Ratio;
use crate::onnx::convert::{Converter, Operand, number_text};
use crate::onnx::evaluate::Args;
use crate::onnx::fault::{Import, refuse};
use crate::onnx::graph::Node;
use crate::onnx::tensor::Tensor;
use crate::quantize::Fixed;
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{One, Zero};

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

/// Input 0 with so few bits that it can be the argument of a table.
pub(crate) fn argument(c: &mut Converter<'_>) -> Import<Operand> {
    let x = c.operand(0)?;
    let bits = c.activation_bits().min(ARGUMENT_BITS);
    c.narrow(&x, bits)
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
    let x = argument(c)?;
    let y = entries(n, c, &x, range, f);
    let call = format!("{call}::<{y}>");
    let text = if arguments.is_empty() { x.map(&call) } else { x.map_with(&call, arguments) };
    c.bind(0, &text)
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
