//! Sqrt: y = √x. <https://onnx.ai/onnx/operators/onnx__Sqrt.html>; floats; opset 13 only added types.
//!
//! Layer: `sqrt`, rounded down to half a step of the calibrated type; it takes an accumulator as it
//! is, for less than a table would. Negative x, where ONNX says NaN, count as 0 (`relu`): what may be
//! negative is cut to twice the bits of activations, as near 0 a step of x is one of its root's squared.

use crate::context::Args;
use crate::context::{Converter, Operand};
use crate::fault::Import;
use crate::graph::Node;
use crate::ops::elementwise::table;
use crate::quantize::fixed::to_integer;
use crate::tensor::Tensor;
use num_traits::{Signed, ToPrimitive, Zero};
use zirc_compiler::session::type_text;

pub(super) fn evaluate(_: &Node, a: &Args<'_>) -> Import<Vec<Tensor>> {
    table::map(a, libm::sqrt)
}

pub(super) fn convert(n: &Node, c: &mut Converter<'_>) -> Import<()> {
    let x = c.operand(0)?;
    let y = root(n, c, x)?;
    c.alias(0, &y)
}

/// √x as a variable.
pub(super) fn root(n: &Node, c: &mut Converter<'_>, x: Operand) -> Import<Operand> {
    let bits = c.activation_bits();
    let x = if x.lo.is_negative() {
        // A root of so many bits has half of them.
        let narrow = c.narrow(&x, 2 * bits)?;
        if narrow.lo.is_negative() {
            let text = narrow.map("relu");
            c.local(&format!("{}_positive", x.text), &text)?
        } else {
            narrow
        }
    } else {
        x
    };
    // The step is that of what was seen; the interval is that of all roots, so that none is refused.
    let most = libm::sqrt(x.interval().1.max(0.0));
    let output = n.outputs.first().map_or("", String::as_str);
    let t = c.activation(output, (0.0, most), bits);
    let step = t.scale() / num_bigint::BigInt::from(2);
    let hi = to_integer(most / step.to_f64().unwrap_or(1.0) * (1.0 + 1e-9)) + 1;
    let y = type_text(&num_bigint::BigInt::zero(), &hi, &step);
    c.local(&format!("{output}_root"), &x.map(&format!("sqrt::<{y}>")))
}
