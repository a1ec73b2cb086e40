//! BatchNormalization: y = γ·(x − mean)/√(variance + ε) + β for each channel.
//! <https://onnx.ai/onnx/operators/onnx__BatchNormalization.html>, opset 7 and later. In inference
//! mean and variance are given; in training mode (opset 14 and later) they are those of the batch,
//! and the running ones are results. `spatial` = 0 (opset 7) and training before opset 14 are
//! refused.
//!
//! Layers: `channel_affine` where all parameters are constant: a = γ/√(variance + ε) and
//! b = β − a·mean are computed here. Otherwise `rsqrt` for each channel and exact products; in
//! training mode `layer_norm` for each channel.

use super::root::{result, root, size};
use super::rows::{Rows, list, reshape};
use super::rowwise::{moments, normalize};
use crate::context::Args;
use crate::context::{Converter, Expr, each, tensor_type};
use crate::fault::{Fault, Import, refuse};
use crate::graph::Node;
use crate::tensor::Tensor;
use ndarray::{ArrayD, IxDyn};

/// Whether the node normalizes by the batch's own mean and variance.
pub(crate) fn training(n: &Node) -> Import<bool> {
    if n.int_or("spatial", 1)? != 1 {
        return refuse("`spatial` = 0 is not supported: one mean for each channel is");
    }
    let more = n.outputs.iter().skip(1).any(|o| !o.is_empty());
    match n.opset {
        14.. => n.flag("training_mode", false),
        _ if more => refuse("training is not supported before opset 14"),
        _ => Ok(false),
    }
}

/// a and b of a·x + b for each channel, given scale, bias, mean and variance.
pub(crate) fn factors(n: &Node, p: [&ArrayD<f64>; 4]) -> Import<[ArrayD<f64>; 2]> {
    if p.iter().any(|t| t.shape() != p[0].shape() || t.ndim() != 1) {
        return refuse("its parameters are not lists of one length");
    }
    let eps = n.float_or("epsilon", 1e-5)?;
    let a = p[0] / &(p[3] + eps).mapv(f64::sqrt);
    let b = p[1] - &(&a * p[2]);
    Ok([a, b])
}

fn rows(x: &[usize]) -> Import<Rows> {
    if x.len() < 2 {
        return refuse(format!("x has the shape {x:?}, without channels"));
    }
    Rows::new(x, &(0..x.len()).filter(|d| *d != 1).collect::<Vec<_>>())
}

pub(super) fn evaluate(n: &Node, args: &Args<'_>) -> Import<Vec<Tensor>> {
    let x = args.get(0)?;
    let rows = rows(x.shape())?;
    let eps = n.float_or("epsilon", 1e-5)?;
    let momentum = n.float_or("momentum", 0.9)?;
    let training = training(n)?;
    let mut p: Vec<Vec<f64>> = vec![];
    for k in 1..5 {
        let t = args.get(k)?;
        if t.shape() != [rows.count] {
            return refuse(format!("input {k} has the shape {:?}, x {:?}", t.shape(), x.shape()));
        }
        p.push(t.floats()?.iter().copied().collect());
    }
    let v: Vec<f64> = x.floats()?.iter().copied().collect();
    let mut y = vec![0.0; v.len()];
    let (mut means, mut variances) = (vec![], vec![]);
    for (c, places) in rows.places().iter().enumerate() {
        let (mean, variance) = if training { moments(&v, places) } else { (p[2][c], p[3][c]) };
        let root = (variance + eps).sqrt();
        places.iter().for_each(|k| y[*k] = p[0][c] * (v[*k] - mean) / root + p[1][c]);
        means.push(p[2][c] * momentum + mean * (1.0 - momentum));
        variances.push(p[3][c] * momentum + variance * (1.0 - momentum));
    }
    let tensor = |shape: &[usize], list: Vec<f64>| {
        let a = ArrayD::from_shape_vec(IxDyn(shape), list);
        a.map(|a| Tensor::float(x.element, a)).map_err(|e| Fault::new(e.to_string()))
    };
    let mut out = vec![tensor(x.shape(), y)?];
    if training {
        out.push(tensor(&[rows.count], means)?);
        out.push(tensor(&[rows.count], variances)?);
    }
    Ok(out)
}

pub(super) fn convert(n: &Node, c: &mut Converter<'_>) -> Import<()> {
    if training(n)? {
        return train(n, c);
    }
    let shape = c.shape(0)?;
    let channels = rows(shape)?.count;
    if let (Some(g), Some(b), Some(m), Some(v)) =
        (c.constant(1), c.constant(2), c.constant(3), c.constant(4))
    {
        let [a, b] = factors(n, [g.floats()?, b.floats()?, m.floats()?, v.floats()?])?;
        return affine(c, shape, channels, &a, &b);
    }
    let x = c.operand(0)?;
    let (gamma, beta) = (list(c, 1, &[channels])?, list(c, 2, &[channels])?);
    let (mean, variance) = (list(c, 3, &[channels])?, list(c, 4, &[channels])?);
    let ((lo, hi), (low, high)) = (x.interval(), mean.interval());
    let far = (hi - low).abs().max((high - lo).abs());
    let eps = n.float_or("epsilon", 1e-5)?;
    let least = (variance.interval().0.max(0.0) + eps).max(1e-12);
    let reach = size(&gamma) * far / least.sqrt();
    let y = result(c, &n.outputs[0], 1, reach, beta.interval());
    let r = root(least, size(&gamma) * far, y);
    let eps = c.number(eps)?.text;
    let v = each(&[channels], |at| format!("rsqrt::<{r}>(max({}, 0) + {eps})", variance.at(at)));
    let root = c.local("inverse", &v)?;
    let a = each(&[channels], |at| format!("{} * {}", gamma.at(at), root.at(at)));
    let a = c.local("factor", &a)?;
    let text = each(shape, |at| {
        let own = &at[1..2];
        let centred = &x.at(at) - &mean.at(own);
        &(&a.at(own) * &centred) + &beta.at(own)
    });
    c.bind(0, &text)
}

/// a·x + b for each channel, with constants.
fn affine(
    c: &mut Converter<'_>,
    shape: &[usize],
    channels: usize,
    a: &ArrayD<f64>,
    b: &ArrayD<f64>,
) -> Import<()> {
    let x = c.operand(0)?;
    let area: usize = shape[2..].iter().product();
    let flat = shape.len() != 4;
    let x = if flat { reshape(c, &x, &[shape[0], channels, area, 1])? } else { x };
    let (scale, bias) = (c.input_name(1).to_string(), c.input_name(2).to_string());
    let a = c.weight(&scale, a, Some(0))?;
    let b = c.weight_at(&bias, b, &(&x.scale * &a.scale))?;
    let call = format!("channel_affine({}[i], {}, {})", x.text, a.text, b.text);
    let text = format!("for i < {} {{ {call} }}", shape[0]);
    if !flat {
        return c.bind(0, &text);
    }
    let all = c.local("channels", &text)?;
    c.bind_as(0, &tensor_type("_", shape), &format!("reshape({})", all.text))
}

fn train(n: &Node, c: &mut Converter<'_>) -> Import<()> {
    let rows = rows(c.shape(0)?)?;
    let (channels, size) = (rows.count, rows.size);
    let x = c.operand(0)?;
    let x = c.narrow(&x, c.activation_bits())?;
    let x = rows.of(c, &x)?;
    let (gamma, beta) = (list(c, 1, &[channels])?, list(c, 2, &[channels])?);
    let eps = n.float_or("epsilon", 1e-5)?;
    let at = |p: &str| format!("for j < {size} {{ {p}[i] }}");
    let y = normalize(c, &n.outputs[0], &x, (&gamma, &beta), at, eps)?;
    rows.bind(c, 0, &y.text)?;
    let momentum = n.float_or("momentum", 0.9)?;
    let (old, new) = (c.number(momentum)?.expr(), c.number(1.0 - momentum)?.expr());
    let (row, size) = (x.expr().at(&["i"]), Expr::int(size as i64));
    let mean = &Expr::call("sum_of", [&row]) / &size;
    let square = &Expr::call("sum_squares_of", [&row]) / &size;
    let variance = &square - &mean.power(2);
    for (k, now) in [(1, &mean), (2, &variance)] {
        if c.wants(k) {
            let running = list(c, k + 2, &[channels])?;
            let text = each(&[channels], |i| &(&old * &running.at(i)) + &(&new * now));
            c.bind(k, &text)?;
        }
    }
    Ok(())
}
