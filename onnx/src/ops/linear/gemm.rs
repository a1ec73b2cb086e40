//! Gemm: y = α·A′·B′ + β·C, with A′ = Aᵀ if transA is set, and B′ alike; C is broadcast.
//! <https://onnx.ai/onnx/operators/onnx__Gemm.html>, opset 7 and later (from 11 on C is optional).
//!
//! Layer: `matmul`. A constant B is quantized for each of its columns, a constant C at the step of
//! the accumulator, so that it costs no bits; α and β of constants are multiplied into them.

use crate::context::Args;
use crate::context::{Converter, Operand, each};
use crate::fault::{Import, refuse};
use crate::graph::Node;
use crate::ops::elementwise::broadcast::spread;
use crate::tensor::Tensor;
use ndarray::{ArrayD, IxDyn};

/// A matrix, transposed if asked to.
fn matrix(t: &Tensor, flip: bool) -> Import<ArrayD<f64>> {
    let a = t.to_floats()?;
    if a.ndim() != 2 {
        return refuse(format!("a matrix is expected, its shape is {:?}", a.shape()));
    }
    Ok(if flip { a.reversed_axes() } else { a })
}

pub(super) fn evaluate(n: &Node, args: &Args<'_>) -> Import<Vec<Tensor>> {
    let a = matrix(args.get(0)?, n.flag("transA", false)?)?;
    let b = matrix(args.get(1)?, n.flag("transB", false)?)?;
    let (alpha, beta) = (n.float_or("alpha", 1.0)?, n.float_or("beta", 1.0)?);
    let ([rows, inner], [inner_b, columns]) = (dims(&a), dims(&b));
    if inner != inner_b {
        return refuse(format!("{:?} times {:?} is no matrix product", a.shape(), b.shape()));
    }
    let shape = [rows, columns];
    let mut y = ArrayD::zeros(IxDyn(&shape));
    for i in 0..rows {
        for k in 0..inner {
            let left = alpha * a[[i, k]];
            for j in 0..columns {
                y[[i, j]] += left * b[[k, j]];
            }
        }
    }
    if let Some(c) = args.optional(2) {
        y = y + spread(&c.to_floats()?, &shape)?.mapv(|v| beta * v);
    }
    let element = args.get(0)?.element;
    if element.is_float() {
        return Ok(vec![Tensor::float(element, y)]);
    }
    Ok(vec![Tensor::int(element, y.mapv(|v| v as i64))])
}

fn dims(a: &ArrayD<f64>) -> [usize; 2] {
    [a.shape()[0], a.shape()[1]]
}

pub(super) fn convert(n: &Node, c: &mut Converter<'_>) -> Import<()> {
    let (alpha, beta) = (n.float_or("alpha", 1.0)?, n.float_or("beta", 1.0)?);
    let left = side(c, 0, n.flag("transA", false)?, 1.0, None)?;
    let constant = c.constant(1).is_some_and(|t| t.element.is_float());
    let right = side(c, 1, n.flag("transB", false)?, if constant { alpha } else { 1.0 }, Some(1))?;
    let mut text = format!("matmul({}, {})", left.text, right.text);
    if alpha != 1.0 && !constant {
        text = format!("{} * {text}", c.number(alpha)?.text);
    }
    if !c.has(2) {
        return c.bind(0, &text);
    }
    let sum = c.local(&format!("{}_sum", n.outputs[0]), &text)?;
    let scaled = c.constant(2).filter(|t| t.element.is_float());
    let bias = match scaled {
        Some(t) => {
            let t = t.floats()?.mapv(|v| beta * v);
            let name = c.input_name(2).to_string();
            c.weight_at(&name, &t, &sum.scale)?
        }
        None => c.operand(2)?,
    };
    let factor = if beta != 1.0 && scaled.is_none() {
        format!("{} * ", c.number(beta)?.text)
    } else {
        String::new()
    };
    let shape = c.result(0)?.shape();
    let text = each(shape, |at| format!("{} + {factor}{}", sum.at(at), bias.at(at)));
    c.bind(0, &text)
}

/// A factor: a constant is transposed and scaled before it is quantized.
fn side(
    c: &mut Converter<'_>,
    k: usize,
    flip: bool,
    factor: f64,
    axis: Option<usize>,
) -> Import<Operand> {
    let name = c.input_name(k).to_string();
    if let Some(t) = c.constant(k).filter(|t| t.element.is_float()) {
        let a = matrix(t, flip)?.mapv(|v| factor * v);
        let finer = match axis {
            Some(1) => c.finer_weights((c.input_name(0), c.output_name(0)), &a, None),
            _ => 0,
        };
        let (x, y) = (c.input_name(1 - k), c.output_name(0));
        let useful = c.useful_step(x, y, a.shape()[1 - k]);
        let bits = c.finer_bits(finer);
        return c.weight_from(&name, &a, axis, bits, useful);
    }
    let x = c.operand(k)?;
    if !flip {
        return Ok(x);
    }
    let text = format!("transpose({})", x.text);
    c.local(&format!("{}_t", x.text), &text)
}
