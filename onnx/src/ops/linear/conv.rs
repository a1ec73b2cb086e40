//! Conv: y[n, o, …] = Σ_{c, k} w[o, c, k]·x[n, g·C/G + c, s·… + d·k − p] + b[o], with zeros outside.
//! <https://onnx.ai/onnx/operators/onnx__Conv.html>, opset 1 and later: one to three
//! spatial dimensions, groups, strides, dilations and all modes of padding.
//!
//! Layers: `conv1d_with`, `conv2d_with`, `conv3d_with`. Constant weights are quantized for each output channel,
//! a constant bias at the step of the accumulator, where it costs no bits. More than three
//! spatial dimensions are refused.

use super::super::pooling::window::Window;
use crate::context::Args;
use crate::context::{Converter, Operand, each};
use crate::fault::{Fault, Import, refuse};
use crate::graph::Node;
use crate::tensor::{Tensor, elements};
use ndarray::{ArrayD, IxDyn};

/// The window of a convolution and its groups, after everything about it was checked.
pub(crate) fn window(n: &Node, x: &[usize], w: &[usize]) -> Import<(Window, usize)> {
    if x.len() < 3 || w.len() != x.len() {
        return refuse(format!("x has the shape {x:?} and w {w:?}"));
    }
    let window = Window::read(n, &x[2..], &w[2..])?;
    let group = n.int_or("group", 1)?;
    let group = usize::try_from(group).ok().filter(|g| *g > 0);
    match group {
        Some(g) if w[1].checked_mul(g) == Some(x[1]) && w[0].is_multiple_of(g) => Ok((window, g)),
        _ => refuse(format!(
            "x has {} channels, w {} in and {} out, in {} groups",
            x[1],
            w[1],
            w[0],
            n.int_or("group", 1)?
        )),
    }
}

pub(crate) fn evaluate(n: &Node, args: &Args<'_>) -> Import<Vec<Tensor>> {
    let (x, w) = (args.get(0)?, args.get(1)?);
    let element = x.element;
    let (x, w) = (x.floats()?, w.floats()?);
    let (window, group) = window(n, x.shape(), w.shape())?;
    let bias = args.optional(2).map(Tensor::floats).transpose()?;
    if bias.is_some_and(|b| b.shape() != [w.shape()[0]]) {
        return refuse("the bias has not one number for each output channel");
    }
    let mut shape = vec![x.shape()[0], w.shape()[0]];
    shape.extend(&window.out);
    elements(&shape)?;
    let (per_in, per_out) = (w.shape()[1], w.shape()[0] / group);
    let (x_size, y_size): (usize, usize) =
        (window.input.iter().product(), window.out.iter().product());
    let taps = window.taps();
    let (xs, ws): (Vec<f64>, Vec<f64>) = (x.iter().copied().collect(), w.iter().copied().collect());
    let mut y = vec![];
    for b in 0..shape[0] {
        for o in 0..shape[1] {
            let mut plane = vec![bias.map_or(0.0, |b| b[[o]]); y_size];
            for c in 0..per_in {
                let first = (b * x.shape()[1] + o / per_out * per_in + c) * x_size;
                for (k, pairs) in taps.iter().enumerate() {
                    let v = ws[(o * per_in + c) * taps.len() + k];
                    pairs.iter().for_each(|(to, from)| plane[*to] += v * xs[first + from]);
                }
            }
            y.extend(plane);
        }
    }
    let y = ArrayD::from_shape_vec(IxDyn(&shape), y).map_err(|e| Fault::new(e.to_string()))?;
    Ok(vec![Tensor::float(element, y)])
}

pub(super) fn convert(n: &Node, c: &mut Converter<'_>) -> Import<()> {
    let (window, group) = window(n, c.shape(0)?, c.shape(1)?)?;
    let x = c.operand(0)?;
    let (w, bias) = parameters(c, &x, 0, c.shape(1)?[0])?;
    c.bind(0, &call(&window, group, &w, &bias, &x)?)
}

/// Weights, quantized along `axis` if they are constant, and the text of the bias.
pub(super) fn parameters(
    c: &mut Converter<'_>,
    x: &Operand,
    axis: usize,
    channels: usize,
) -> Import<(Operand, String)> {
    let name = c.input_name(1).to_string();
    let w = match c.constant(1) {
        Some(t) => c.weight(&name, t.floats()?, Some(axis))?,
        None => c.operand(1)?,
    };
    let scale = &x.scale * &w.scale;
    let name = c.input_name(2).to_string();
    let bias = match c.constant(2) {
        Some(t) => c.weight_at(&name, t.floats()?, &scale)?.text,
        None if c.has(2) => c.operand(2)?.text,
        None => c.local("no_bias", &each(&[channels], |_| "0"))?.text,
    };
    Ok((w, bias))
}

/// The call of the layer.
pub(crate) fn call(
    window: &Window,
    group: usize,
    w: &Operand,
    bias: &str,
    x: &Operand,
) -> Import<String> {
    let rank = window.rank();
    if rank > 3 {
        return refuse(format!("{rank} spatial dimensions are not supported, at most 3 are"));
    }
    let f = format!("conv{rank}d_with{}", window.sliding().with("groups", group, 1));
    Ok(format!("for i < {} {{ {f}({}, {bias}, {}[i]) }}", x.shape[0], w.text, x.text))
}
