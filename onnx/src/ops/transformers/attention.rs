//! Attention: y = softmax(scale·q·kᵀ + bias)·v for each head.
//! <https://onnx.ai/onnx/operators/onnx__Attention.html>, opset 23; 24 adds the number of valid keys
//! of each sample, 25 windows.
//!
//! Q is [batch, heads, queries, size] or, with `q_num_heads`, [batch, queries, heads·size], K and V
//! alike with `kv_num_heads`, which divides the former. Past keys and values come before the given
//! ones, and with these are given out. A mask excludes keys (bool, or −∞) or is added to the scores;
//! `is_causal` and windows exclude more; a query that sees no key gives 0. A `softcap` c replaces a
//! score s by c·tanh(s/c). The fourth output is the scores, or what they are after a later step.
//!
//! Layers: `grouped_scores`, `softmax_shares`, `grouped_mix`. Scores are exact; how far they are below
//! the largest of their row is what is rounded. Keys that are known to be excluded are not computed.
//! The number of valid keys must be known. A mask's −∞ in the fourth output is refused.

mod form;
mod mask;
mod scores;
mod write;

pub(super) use write::convert;

use crate::context::Args;
use crate::fault::Import;
use crate::graph::Node;
use crate::tensor::Tensor;
use form::Form;
use mask::{Bias, Limits};
use ndarray::{Array4, Axis, concatenate};

/// The inputs.
const MASK: usize = 3;
const PAST_KEYS: usize = 4;
const PAST_VALUES: usize = 5;
/// The one that must be known.
pub(super) const VALID_KEYS: usize = 6;

pub(super) fn evaluate(n: &Node, args: &Args<'_>) -> Import<Vec<Tensor>> {
    let (q, k, v) = (args.get(0)?, args.get(1)?, args.get(2)?);
    let past = [PAST_KEYS, PAST_VALUES].map(|k| args.optional(k));
    let f = Form::new(n, [q.shape(), k.shape(), v.shape()], past.map(|p| p.map(Tensor::shape)))?;
    let queries = f.heads_of(q, f.heads)?;
    let keys = with_past(&f, past[0], k)?;
    let values = with_past(&f, past[1], v)?;
    let limits = Limits::new(&f, args.optional(VALID_KEYS))?;
    let bias = args.optional(MASK).map(|m| Bias::new(&f, m)?.spread(&f)).transpose()?;
    let all = (f.batch, f.heads, f.queries, f.keys());
    let kept = |b: usize, h: usize, i: usize, j: usize| {
        limits.sees(b, i, j) && bias.as_ref().is_none_or(|(keep, _)| keep[[b, h, i, j]])
    };
    let raw = Array4::from_shape_fn(all, |(b, h, i, j)| {
        let g = h / f.shared();
        let dot = |s: f64, d: usize| s + queries[[b, h, i, d]] * keys[[b, g, j, d]];
        f.scale * (0..f.size).fold(0.0, dot)
    });
    let capped = raw.mapv(|s| cap(&f, s));
    let biased = Array4::from_shape_fn(all, |(b, h, i, j)| {
        if kept(b, h, i, j) {
            capped[[b, h, i, j]] + bias.as_ref().map_or(0.0, |(_, a)| a[[b, h, i, j]])
        } else {
            f64::NEG_INFINITY
        }
    });
    let mut weights = biased.clone();
    for mut row in weights.lanes_mut(Axis(3)) {
        let top = row.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        row.mapv_inplace(|s| if s == f64::NEG_INFINITY { 0.0 } else { libm::exp(s - top) });
        let sum = row.iter().sum::<f64>();
        row.mapv_inplace(|e| if sum == 0.0 { 0.0 } else { e / sum });
    }
    let y = Array4::from_shape_fn((f.batch, f.heads, f.queries, f.width), |(b, h, i, d)| {
        let g = h / f.shared();
        (0..f.keys()).fold(0.0, |s, j| s + weights[[b, h, i, j]] * values[[b, g, j, d]])
    });
    let y = if f.flat {
        let columns = f.heads * f.width;
        let merged = |(b, i, m): (usize, usize, usize)| y[[b, m / f.width, i, m % f.width]];
        ndarray::Array3::from_shape_fn((f.batch, f.queries, columns), merged).into_dyn()
    } else {
        y.into_dyn()
    };
    let fourth = match f.mode {
        0 => raw,
        1 => capped,
        2 => biased,
        _ => weights,
    };
    Ok(vec![
        Tensor::float(q.element, y),
        Tensor::float(k.element, keys.into_dyn()),
        Tensor::float(v.element, values.into_dyn()),
        Tensor::float(q.element, fourth.into_dyn()),
    ])
}

/// c·tanh(s/c), or s without a softcap.
fn cap(f: &Form, s: f64) -> f64 {
    if f.softcap > 0.0 { f.softcap * libm::tanh(s / f.softcap) } else { s }
}

/// All keys, or all values.
fn with_past(f: &Form, past: Option<&Tensor>, t: &Tensor) -> Import<Array4<f64>> {
    let fresh = f.heads_of(t, f.groups)?;
    let Some(p) = past else { return Ok(fresh) };
    let before = f.heads_of(p, f.groups)?;
    let all = concatenate(Axis(2), &[before.view(), fresh.view()]);
    all.map_err(|_| crate::fault::Fault::new("past and present do not go together"))
}
