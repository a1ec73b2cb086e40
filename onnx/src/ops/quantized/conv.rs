//! QLinearConv: y = clamp(round_half_even(acc·(sx·sw / sy)) + zy) with
//! acc = Σ (w − zw)·(x − zx) + b, zx where there is padding; ConvInteger: y = acc.
//! <https://onnx.ai/onnx/operators/onnx__QLinearConv.html>,
//! <https://onnx.ai/onnx/operators/onnx__ConvInteger.html>, opset 10 and later; one or two spatial
//! dimensions. Weights may have a scale and a zero point for each output channel.
//!
//! Layers: `conv1d_with`, `conv2d_with`, `requantize_lines`. The multiplier is computed, and the
//! product rounded, as onnxruntime does it in floats of 32 bits.

use super::accumulate::{
    bias, centred, channels, constant, finish, interval, operand, range, unrounded, weight, without,
};
use super::linear::array;
use super::params::{Params, requantize};
use crate::context::Args;
use crate::context::{Converter, Operand, each};
use crate::fault::{Import, refuse};
use crate::graph::Node;
use crate::ops::linear::conv;
use crate::tensor::{Element, Tensor};
use ndarray::ArrayD;

/// The convolution of integers; exact, as doubles hold them.
fn sums(
    n: &Node,
    x: &ArrayD<i64>,
    w: &ArrayD<i64>,
    b: Option<&ArrayD<i64>>,
) -> Import<ArrayD<i64>> {
    let float = |a: &ArrayD<i64>| Tensor::float(Element::Double, a.mapv(|v| v as f64));
    let (x, w, b) = (float(x), float(w), b.map(float));
    let out = conv::evaluate(n, &Args { list: vec![Some(&x), Some(&w), b.as_ref()] })?;
    match out.first() {
        Some(y) => Ok(y.floats()?.mapv(|v| v as i64)),
        None => refuse("it has no result"),
    }
}

/// The parameters of x, of w and of y.
fn params(a: &dyn Fn(usize) -> Import<Tensor>, bytes: (Element, Element)) -> Import<[Params; 3]> {
    let y = a(7)?;
    let x = Params::read(&a(1)?, Some(&a(2)?), bytes.0)?;
    let w = Params::read(&a(4)?, Some(&a(5)?), bytes.1)?;
    let y = Params::read(&a(6)?, Some(&y), y.element)?;
    x.whole()?;
    y.whole()?;
    Ok([x, w, y])
}

/// sx·sw / sy for each channel, rounded as it is there.
fn multipliers(x: &Params, w: &Params, y: &Params) -> Import<Vec<f32>> {
    let ((sx, _), (sy, _)) = (x.whole()?, y.whole()?);
    Ok(w.scale.iter().map(|s| sx * s / sy).collect())
}

pub(super) fn evaluate(n: &Node, args: &Args<'_>) -> Import<Vec<Tensor>> {
    let (x, w) = (args.get(0)?, args.get(3)?);
    let get = |k: usize| args.get(k).cloned();
    let [px, pw, py] = params(&get, (x.element, w.element))?;
    let to = range(n, &py)?;
    let (_, zero) = py.whole()?;
    let bias = args.optional(8).map(bias).transpose()?;
    let acc = sums(n, &centred(x, &px.zero, 1)?, &centred(w, &pw.zero, 0)?, bias)?;
    let m = multipliers(&px, &pw, &py)?;
    pw.check(acc.shape()[1])?;
    let of = |k: usize| m.get(k).or(m.first()).copied().unwrap_or(1.0);
    let list = acc.indexed_iter().map(|(i, v)| requantize(*v, of(i[1]), zero, to)).collect();
    let out = Tensor::int(py.element, array(acc.shape(), list)?);
    Ok(std::iter::once(out).chain(unrounded(&acc, &py, &|i| of(i[1]))?).collect())
}

pub(super) fn convert(n: &Node, c: &mut Converter<'_>) -> Import<()> {
    let get = |k: usize| constant(c, k).cloned();
    let [px, pw, py] = params(&get, (c.sample(0)?.element, c.sample(3)?.element))?;
    let x = operand(c, 0, &px.zero, 1)?;
    let bias = if c.has(8) { Some(bias(constant(c, 8)?)?) } else { None };
    let w = operand(c, 3, &pw.zero, 0)?;
    let acc = accumulator(n, c, &x, &w, bias)?;
    pw.check(acc.shape[1])?;
    let intervals = match c.constant(3) {
        Some(w) => channels(&centred(w, &pw.zero, 0)?, 0, bias, interval(&x)?),
        None => vec![interval(&acc)?],
    };
    finish(n, c, &acc, 1, (&multipliers(&px, &pw, &py)?, &intervals), &py)
}

/// Writes the sums of weights and x.
fn accumulator(
    n: &Node,
    c: &mut Converter<'_>,
    x: &Operand,
    w: &Operand,
    bias: Option<&ArrayD<i64>>,
) -> Import<Operand> {
    let (window, group) = conv::window(n, &x.shape, &w.shape)?;
    let bias = match bias {
        Some(b) => weight(c, &format!("{}_bias", n.outputs[0]), b)?,
        None => c.local("no_bias", &each(&w.shape[..1], |_| "0"))?,
    };
    let text = conv::call(&window, group, w, &bias.text, x)?;
    c.local(&format!("{}_sums", n.outputs[0]), &text)
}

/// The zero points of ConvInteger's x and w.
fn zeros(x: Option<&Tensor>, w: Option<&Tensor>) -> Import<(Vec<i64>, Vec<i64>)> {
    let read = |t: Option<&Tensor>| t.map_or(Ok(vec![0]), Tensor::int_list);
    let (x, w) = (read(x)?, read(w)?);
    if x.len() == 1 { Ok((x, w)) } else { refuse("x must have one zero point") }
}

pub(super) fn evaluate_integer(n: &Node, args: &Args<'_>) -> Import<Vec<Tensor>> {
    let (zx, zw) = zeros(args.optional(2), args.optional(3))?;
    let (x, w) = (centred(args.get(0)?, &zx, 1)?, centred(args.get(1)?, &zw, 0)?);
    Ok(vec![Tensor::int(Element::Int32, sums(n, &x, &w, None)?)])
}

pub(super) fn convert_integer(n: &Node, c: &mut Converter<'_>) -> Import<()> {
    let x = without(c, 0, 2, 1)?;
    let w = without(c, 1, 3, 0)?;
    let acc = accumulator(n, c, &x, &w, None)?;
    c.bind(0, &acc.text)
}
