//! SwiGLU: y = swish(a)·b with swish(a) = a·σ(α·a), σ the sigmoid.
//! <https://onnx.ai/onnx/operators/onnx__SwiGLU.html>, opset 28; a and b have one shape.
//!
//! Layer: `swish`, a table over the gate a, which is narrowed to at most 12 bits; the product with b
//! is exact.

use crate::context::Args;
use crate::context::{Converter, each};
use crate::fault::{Import, refuse};
use crate::graph::Node;
use crate::tensor::Tensor;
use ndarray::Zip;

fn swish(a: f64, alpha: f64) -> f64 {
    a / (1.0 + libm::exp(-alpha * a))
}

pub(super) fn evaluate(n: &Node, args: &Args<'_>) -> Import<Vec<Tensor>> {
    let alpha = n.float_or("alpha", 1.0)?;
    let (gate, linear) = (args.get(0)?, args.get(1)?);
    if gate.shape() != linear.shape() {
        return refuse(format!("{:?} and {:?} are not equal", gate.shape(), linear.shape()));
    }
    let product = Zip::from(gate.floats()?).and(linear.floats()?);
    let y = product.map_collect(|a, b| swish(*a, alpha) * b);
    Ok(vec![Tensor::float(gate.element, y)])
}

pub(super) fn convert(n: &Node, c: &mut Converter<'_>) -> Import<()> {
    let alpha = n.float_or("alpha", 1.0)?;
    let bits = c.activation_bits();
    let gate = c.operand(0)?;
    let gate = c.narrow(&gate, bits.min(12))?;
    let linear = c.operand(1)?;
    let y = gate.image(bits, |a| swish(a, alpha));
    let factor = c.number(alpha)?.text;
    let text = each(c.result(0)?.shape(), |i| {
        format!("swish::<{y}>({}, {factor}) * {}", gate.at(i), linear.at(i))
    });
    c.bind(0, &text)
}
