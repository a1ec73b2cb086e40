//! LayerNormalization: y = γ·(x − mean)/√(variance + ε) + β over the dimensions from `axis` on.
//! <https://onnx.ai/onnx/operators/onnx__LayerNormalization.html>, opset 17; also its mean and 1/√…
//!
//! RMSNormalization: y = γ·x/√(mean of x² + ε).
//! <https://onnx.ai/onnx/operators/onnx__RMSNormalization.html>, opset 23.
//!
//! γ and β are broadcast to the dimensions that are normalized; what varies over others is refused.
//! `stash_type` says nothing here. Layers: `layer_norm`, `rms_norm`, for each row.

use super::root::{least, result, root, size};
use super::rows::{Rows, list};
use super::rowwise::{moments, normalize, zeros};
use crate::context::Args;
use crate::context::{Converter, tensor_type};
use crate::fault::{Fault, Import};
use crate::graph::Node;
use crate::ops::elementwise::broadcast::spread;
use crate::tensor::Tensor;
use ndarray::{ArrayD, IxDyn};
use num_bigint::BigInt;

/// Rows of the dimensions from the axis on, and the axis.
fn rows(n: &Node, shape: &[usize]) -> Import<(Rows, usize)> {
    let axis = n.axis("axis", -1, shape.len())?;
    let axes: Vec<usize> = (axis..shape.len()).collect();
    Ok((Rows::new(shape, &axes)?, axis))
}

/// γ·y + β.
fn scaled(args: &Args<'_>, y: Vec<f64>, shape: &[usize]) -> Import<Tensor> {
    let wrong = |e: ndarray::ShapeError| Fault::new(e.to_string());
    let mut y = ArrayD::from_shape_vec(IxDyn(shape), y).map_err(wrong)?;
    y = y * spread(args.get(1)?.floats()?, shape)?;
    if let Some(b) = args.optional(2) {
        y = y + spread(b.floats()?, shape)?;
    }
    Ok(Tensor::float(args.get(0)?.element, y))
}

pub(super) fn evaluate(n: &Node, args: &Args<'_>) -> Import<Vec<Tensor>> {
    let x = args.get(0)?;
    let eps = n.float_or("epsilon", 1e-5)?;
    let (rows, axis) = rows(n, x.shape())?;
    let v: Vec<f64> = x.floats()?.iter().copied().collect();
    let (mut y, mut means, mut roots) = (vec![0.0; v.len()], vec![], vec![]);
    for places in rows.places() {
        let (mean, variance) = moments(&v, &places);
        let root = 1.0 / (variance + eps).sqrt();
        places.iter().for_each(|p| y[*p] = (v[*p] - mean) * root);
        means.push(mean);
        roots.push(root);
    }
    let mut reduced = x.shape().to_vec();
    reduced[axis..].fill(1);
    let tensor = |list: Vec<f64>| match ArrayD::from_shape_vec(IxDyn(&reduced), list) {
        Ok(a) => Ok(Tensor::float(x.element, a)),
        Err(e) => Err(Fault::new(e.to_string())),
    };
    Ok(vec![scaled(args, y, x.shape())?, tensor(means)?, tensor(roots)?])
}

pub(super) fn evaluate_rms(n: &Node, args: &Args<'_>) -> Import<Vec<Tensor>> {
    let x = args.get(0)?;
    let eps = n.float_or("epsilon", 1e-5)?;
    let (rows, _) = rows(n, x.shape())?;
    let v: Vec<f64> = x.floats()?.iter().copied().collect();
    let mut y = vec![0.0; v.len()];
    for places in rows.places() {
        let mean = places.iter().map(|p| v[*p] * v[*p]).sum::<f64>() / places.len() as f64;
        places.iter().for_each(|p| y[*p] = v[*p] / (mean + eps).sqrt());
    }
    Ok(vec![scaled(args, y, x.shape())?])
}

pub(super) fn convert(n: &Node, c: &mut Converter<'_>) -> Import<()> {
    let shape = c.shape(0)?;
    let (rows, axis) = rows(n, shape)?;
    let x = c.operand(0)?;
    let x = c.narrow(&x, c.activation_bits())?;
    let x = c.fine(&x, x.interval())?;
    let x = rows.of(c, &x)?;
    let gamma = list(c, 1, &shape[axis..])?;
    let beta = if c.has(2) { list(c, 2, &shape[axis..])? } else { zeros(c, rows.size)? };
    let eps = n.float_or("epsilon", 1e-5)?;
    let same = |text: &str| text.to_string();
    let y = normalize(c, &n.outputs[0], &x, (&gamma, &beta), same, eps)?;
    if c.wants(0) {
        rows.bind(c, 0, &y.text)?;
    }
    let mut reduced = shape.to_vec();
    reduced[axis..].fill(1);
    let ty = tensor_type("_", &reduced);
    let (count, size) = (rows.count, rows.size);
    if c.wants(1) {
        let mean = format!("for i < {count} {{ sum_of({}[i]) / {size} }}", x.text);
        let mean = c.local("mean", &mean)?;
        c.bind_as(1, &ty, &format!("reshape({})", mean.text))?;
    }
    if c.wants(2) {
        // As `layer_norm` does it, once more.
        let d = format!("for j < {size} {{ {size} * {0}[i, j] - sum_of({0}[i]) }}", x.text);
        let v = format!("sum_squares_of({d}) / {size} ** 3");
        let call = format!("inverse_root::<{}>({v}, {})", y.root, y.eps);
        let root = c.local("inverse", &format!("for i < {count} {{ {call} }}"))?;
        c.bind_as(2, &ty, &format!("reshape({})", root.text))?;
    }
    Ok(())
}

pub(super) fn convert_rms(n: &Node, c: &mut Converter<'_>) -> Import<()> {
    let shape = c.shape(0)?;
    let (rows, axis) = rows(n, shape)?;
    let x = c.operand(0)?;
    let x = c.narrow(&x, c.activation_bits())?;
    let x = c.fine(&x, x.interval())?;
    let x = rows.of(c, &x)?;
    let gamma = list(c, 1, &shape[axis..])?;
    let eps = n.float_or("epsilon", 1e-5)?;
    let y = result(c, &n.outputs[0], rows.size, size(&gamma), (0.0, 0.0));
    let scale = &x.scale * &x.scale / BigInt::from(rows.size);
    let r = root(least(eps, &scale), size(&gamma) * size(&x), y);
    let eps = c.number(eps)?.text;
    let call = format!("rms_norm::<{r}, {y}>({}[i], {}, {eps})", x.text, gamma.text);
    rows.bind(c, 0, &format!("for i < {} {{ {call} }}", rows.count))
}
