//! LpNormalization: y = x/‖x‖ₚ along one dimension, p = 1 or 2; 0 where the norm is 0.
//! <https://onnx.ai/onnx/operators/onnx__LpNormalization.html>, every opset.
//!
//! Layers: `l1_norm`, `l2_norm`, for each line.

use super::root::{root, size};
use super::rows::Rows;
use crate::context::Args;
use crate::context::Converter;
use crate::fault::{Fault, Import, refuse};
use crate::graph::Node;
use crate::quantize::Fixed;
use crate::tensor::Tensor;
use ndarray::{ArrayD, IxDyn};
use num_traits::ToPrimitive;

fn power(n: &Node) -> Import<i64> {
    match n.int_or("p", 2)? {
        p @ (1 | 2) => Ok(p),
        p => refuse(format!("p is {p}, it must be 1 or 2")),
    }
}

fn rows(n: &Node, shape: &[usize]) -> Import<Rows> {
    Rows::new(shape, &[n.axis("axis", -1, shape.len())?])
}

pub(super) fn evaluate(n: &Node, args: &Args<'_>) -> Import<Vec<Tensor>> {
    let x = args.get(0)?;
    let p = power(n)?;
    let v: Vec<f64> = x.floats()?.iter().copied().collect();
    let mut y = vec![0.0; v.len()];
    for places in rows(n, x.shape())?.places() {
        let norm = match p {
            1 => places.iter().map(|p| v[*p].abs()).sum::<f64>(),
            _ => places.iter().map(|p| v[*p] * v[*p]).sum::<f64>().sqrt(),
        };
        places.iter().filter(|_| norm > 0.0).for_each(|p| y[*p] = v[*p] / norm);
    }
    let y = ArrayD::from_shape_vec(IxDyn(x.shape()), y).map_err(|e| Fault::new(e.to_string()))?;
    Ok(vec![Tensor::float(x.element, y)])
}

pub(super) fn convert(n: &Node, c: &mut Converter<'_>) -> Import<()> {
    let rows = rows(n, c.shape(0)?)?;
    let x = c.operand(0)?;
    let x = c.narrow(&x, c.activation_bits())?;
    let x = c.fine(&x, x.interval())?;
    let x = rows.of(c, &x)?;
    // Both ends of [−1, 1] are reached.
    let y = Fixed::holding(-1.0, 1.0, c.activation_bits());
    let f = match power(n)? {
        1 => format!("l1_norm::<{y}>"),
        _ => {
            let step = x.scale.to_f64().unwrap_or(1.0);
            format!("l2_norm::<{}, {y}>", root(step * step, size(&x), y))
        }
    };
    rows.bind(c, 0, &format!("for i < {} {{ {f}({}[i]) }}", rows.count, x.text))
}
