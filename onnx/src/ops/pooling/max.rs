//! MaxPool: the largest element under each window; padding never wins.
//! <https://onnx.ai/onnx/operators/onnx__MaxPool.html>, opset 1 and later; one to three spatial
//! dimensions; for its second output see `indices`. A window over padding alone is refused.
//!
//! Layers: `max_pool1d`, `max_pool2d`, and `max_pool1d_with`, `max_pool2d_with`, `max_pool3d_with`.

use super::indices;
use super::window::{Window, pooling};
use crate::context::Args;
use crate::context::Converter;
use crate::fault::{Fault, Import, refuse};
use crate::graph::Node;
use crate::tensor::{Tensor, Values, elements};
use ndarray::{ArrayD, IxDyn};

fn window(n: &Node, x: &[usize]) -> Import<Window> {
    let w = pooling(n, x)?;
    w.check_filled()?;
    Ok(w)
}

fn pool<T: Copy + PartialOrd + Default>(w: &Window, x: &ArrayD<T>) -> Import<ArrayD<T>> {
    let mut shape = x.shape()[..2].to_vec();
    shape.extend(&w.out);
    elements(&shape)?;
    let (x_size, y_size): (usize, usize) = (w.input.iter().product(), w.out.iter().product());
    let taps = w.taps();
    let xs: Vec<T> = x.iter().copied().collect();
    let mut y = vec![];
    for plane in 0..shape[0] * shape[1] {
        let mut best: Vec<Option<T>> = vec![None; y_size];
        for (to, from) in taps.iter().flatten() {
            let v = xs[plane * x_size + from];
            if best[*to].is_none_or(|b| v > b) {
                best[*to] = Some(v);
            }
        }
        y.extend(best.into_iter().map(Option::unwrap_or_default));
    }
    ArrayD::from_shape_vec(IxDyn(&shape), y).map_err(|e| Fault::new(e.to_string()))
}

pub(super) fn evaluate(n: &Node, args: &Args<'_>) -> Import<Vec<Tensor>> {
    let x = args.get(0)?;
    let w = window(n, x.shape())?;
    let asked = n.outputs.get(1).is_some_and(|o| !o.is_empty());
    let values = match &x.values {
        Values::Int(a) => Values::Int(pool(&w, a)?),
        _ => Values::Float(pool(&w, x.floats()?)?),
    };
    let mut out = vec![Tensor { element: x.element, values }];
    if asked {
        out.push(match &x.values {
            Values::Int(a) => indices::evaluate(n, &w, a)?,
            _ => indices::evaluate(n, &w, x.floats()?)?,
        });
    }
    Ok(out)
}

pub(super) fn convert(n: &Node, c: &mut Converter<'_>) -> Import<()> {
    let w = window(n, c.shape(0)?)?;
    let x = c.operand(0)?;
    let f = match (w.rank(), w.is_bare()) {
        (d @ (1 | 2), true) => format!("max_pool{d}d{}", w.pooling()),
        (d @ 1..=3, _) => format!("max_pool{d}d_with{}", w.pooling()),
        (d, _) => {
            return refuse(format!("{d} spatial dimensions are not supported, at most 3 are"));
        }
    };
    c.bind(0, &format!("for i < {} {{ {f}({}[i]) }}", x.shape[0], x.text))?;
    if c.wants(1) {
        indices::convert(n, c, &w, &x)?;
    }
    Ok(())
}
