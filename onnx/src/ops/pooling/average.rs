//! AveragePool: the mean of the elements under each window. `count_include_pad` counts padding as
//! zeros; what only `ceil_mode` adds is never counted.
//! <https://onnx.ai/onnx/operators/onnx__AveragePool.html>, opset 7 and later (dilations from 19 on);
//! one to three spatial dimensions. Where padding is not counted, a window over it alone is refused.
//!
//! Layers: `average_pool1d`, `average_pool2d`, and `average_pool1d_with` to `average_pool3d_with`.
//! Exact: dividing changes the scale alone.

use super::frame::framed;
use super::window::{Window, pooling};
use crate::context::Args;
use crate::context::{Converter, number_text};
use crate::fault::{Fault, Import, refuse};
use crate::graph::Node;
use crate::ops::shape::moves::strides;
use crate::tensor::{Tensor, elements};
use ndarray::{ArrayD, IxDyn};

fn window(n: &Node, x: &[usize]) -> Import<(Window, bool)> {
    let w = pooling(n, x)?;
    let include = n.flag("count_include_pad", false)?;
    if !include {
        w.check_filled()?;
    }
    Ok((w, include))
}

/// How many places each window divides by.
fn counts(w: &Window, include: bool) -> Vec<f64> {
    let along = |d: usize, o: usize| {
        let (lo, hi) = if include {
            (0, w.before[d] + w.input[d] + w.behind[d] - w.extra[d])
        } else {
            (w.before[d], w.before[d] + w.input[d])
        };
        let place = |k: usize| o * w.strides[d] + k * w.dilations[d];
        (0..w.kernel[d]).filter(|k| (lo..hi).contains(&place(*k))).count()
    };
    let steps = strides(&w.out);
    let all: usize = w.out.iter().product();
    let one =
        |o: usize| -> usize { (0..w.rank()).map(|d| along(d, o / steps[d] % w.out[d])).product() };
    (0..all).map(|o| one(o) as f64).collect()
}

/// The sum of `f` of the elements under each window, plane by plane.
pub(super) fn sums(w: &Window, x: &ArrayD<f64>, f: impl Fn(f64) -> f64) -> Import<ArrayD<f64>> {
    let mut shape = x.shape()[..2].to_vec();
    shape.extend(&w.out);
    elements(&shape)?;
    let (x_size, y_size): (usize, usize) = (w.input.iter().product(), w.out.iter().product());
    let taps = w.taps();
    let xs: Vec<f64> = x.iter().map(|v| f(*v)).collect();
    let mut y = vec![];
    for plane in 0..shape[0] * shape[1] {
        let mut sums = vec![0.0; y_size];
        taps.iter().flatten().for_each(|(to, from)| sums[*to] += xs[plane * x_size + from]);
        y.extend(sums);
    }
    ArrayD::from_shape_vec(IxDyn(&shape), y).map_err(|e| Fault::new(e.to_string()))
}

pub(super) fn evaluate(n: &Node, args: &Args<'_>) -> Import<Vec<Tensor>> {
    let x = args.get(0)?;
    let (w, include) = window(n, x.shape())?;
    let mut y = sums(&w, x.floats()?, |v| v)?;
    let counts = counts(&w, include);
    y.iter_mut().zip(counts.iter().cycle()).for_each(|(y, n)| *y /= n);
    Ok(vec![Tensor::float(x.element, y)])
}

pub(super) fn convert(n: &Node, c: &mut Converter<'_>) -> Import<()> {
    let (mut w, mut include) = window(n, c.shape(0)?)?;
    let mut x = c.operand(0)?;
    if include && w.extra.iter().any(|e| *e > 0) {
        // Padding that is counted becomes part of x.
        let ends: Vec<usize> = w.behind.iter().zip(&w.extra).map(|(b, e)| b - e).collect();
        let zero = format!("0 * {}", number_text(&x.scale));
        x = framed(c, &w, &x, &ends, &zero)?;
        w.before.fill(0);
        w.behind.clone_from(&w.extra);
        include = false;
    }
    let f = match (w.rank(), w.is_bare()) {
        (d @ (1 | 2), true) => format!("average_pool{d}d{}", w.pooling()),
        (d @ 1..=3, _) => {
            let generics = w.pooling().with("count_padding", usize::from(include), 0);
            format!("average_pool{d}d_with{generics}")
        }
        (d, _) => {
            return refuse(format!("{d} spatial dimensions are not supported, at most 3 are"));
        }
    };
    c.bind(0, &format!("for i < {} {{ {f}({}[i]) }}", x.shape[0], x.text))
}
