//! Relu: y = max(x, 0), element by element.
//! <https://onnx.ai/onnx/operators/onnx__Relu.html>, every opset; floats and signed integers.
//!
//! Layer: `relu`. Finding the sign of an accumulator takes all its bits, and with the bits rounding
//! costs nothing more: a float x that is wider than an activation is requantized here.

use crate::context::Args;
use crate::context::Converter;
use crate::fault::Import;
use crate::graph::Node;
use crate::quantize::Fixed;
use crate::tensor::{Tensor, Values};

pub(super) fn evaluate(_: &Node, a: &Args<'_>) -> Import<Vec<Tensor>> {
    let x = a.get(0)?;
    let values = match &x.values {
        Values::Int(a) => Values::Int(a.mapv(|v| v.max(0))),
        _ => Values::Float(x.floats()?.mapv(|v| v.max(0.0))),
    };
    Ok(vec![Tensor { element: x.element, values }])
}

pub(super) fn convert(n: &Node, c: &mut Converter<'_>) -> Import<()> {
    let x = c.operand(0)?;
    let bits = c.activation_bits();
    if !x.element.is_float() || x.bits() <= u64::from(bits) + 1 {
        return c.bind(0, &x.map("relu"));
    }
    // The type of what comes out, with a sign for what goes in.
    let (_, hi) = x.interval();
    let y = c.activation(&n.outputs[0], (0.0, hi.max(0.0)), bits);
    let t = Fixed { signed: true, bits: y.bits + u32::from(!y.signed), ..y };
    let call = x.map(&format!("clamp_to::<{t}>"));
    let text = if x.shape.is_empty() { format!("relu({call})") } else { format!("relu.({call})") };
    c.bind(0, &text)
}
