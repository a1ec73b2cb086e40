//! GroupNormalization: y = γ·(x − mean)/√(variance + ε) + β, with mean and variance over each of
//! `num_groups` groups of channels and all spatial dimensions.
//! <https://onnx.ai/onnx/operators/onnx__GroupNormalization.html>, opset 18: γ and β for each group;
//! from 21 on for each channel.
//!
//! InstanceNormalization: each channel is a group.
//! <https://onnx.ai/onnx/operators/onnx__InstanceNormalization.html>, opset 6 and later.
//!
//! Layer: `group_norm`, for each sample of the batch.

use super::root::{least, result, root, size};
use super::rows::reshape;
use super::rowwise::moments;
use crate::context::Args;
use crate::context::{Converter, Family, Operand, each, tensor_type};
use crate::fault::{Fault, Import, refuse};
use crate::graph::Node;
use crate::tensor::Tensor;
use ndarray::{ArrayD, IxDyn};
use num_bigint::BigInt;

/// What a group is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Grouping {
    /// Each channel.
    Channel,
    /// As many channels as the node says.
    Given,
}

struct Groups {
    count: usize,
    /// Channels of a group.
    per: usize,
    /// Elements of a channel.
    area: usize,
    /// How many channels a number of γ and β is for.
    shared: usize,
}

fn groups(own: Grouping, n: &Node, x: &[usize], parameters: [&[usize]; 2]) -> Import<Groups> {
    let [_, channels, spatial @ ..] = x else {
        return refuse(format!("x has the shape {x:?}, without channels"));
    };
    let area: usize = spatial.iter().product();
    let count = match own {
        Grouping::Channel => *channels,
        Grouping::Given => {
            let given = n.int_or("num_groups", 0)?;
            match usize::try_from(given).ok().filter(|g| *g > 0 && channels.is_multiple_of(*g)) {
                Some(g) => g,
                None => return refuse(format!("{channels} channels are not {given} groups")),
            }
        }
    };
    if area == 0 || *channels == 0 {
        return refuse(format!("there is nothing to normalize in the shape {x:?}"));
    }
    let per = channels / count;
    let shared = if own == Grouping::Given && n.opset < 21 { per } else { 1 };
    if parameters.iter().any(|p| *p != [channels / shared]) {
        return refuse(format!("scale and bias have the shapes {parameters:?}, x has {x:?}"));
    }
    Ok(Groups { count, per, area, shared })
}

fn evaluate(own: Grouping, n: &Node, args: &Args<'_>) -> Import<Vec<Tensor>> {
    let (x, gamma, beta) = (args.get(0)?, args.get(1)?, args.get(2)?);
    let eps = n.float_or("epsilon", 1e-5)?;
    let g = groups(own, n, x.shape(), [gamma.shape(), beta.shape()])?;
    let (gamma, beta) = (gamma.floats()?, beta.floats()?);
    let v: Vec<f64> = x.floats()?.iter().copied().collect();
    let mut y = vec![0.0; v.len()];
    let size = g.per * g.area;
    for first in (0..v.len()).step_by(size) {
        let places: Vec<usize> = (first..first + size).collect();
        let (mean, variance) = moments(&v, &places);
        for p in places {
            let k = p / g.area % (g.count * g.per) / g.shared;
            y[p] = gamma[[k]] * (v[p] - mean) / (variance + eps).sqrt() + beta[[k]];
        }
    }
    let y = ArrayD::from_shape_vec(IxDyn(x.shape()), y).map_err(|e| Fault::new(e.to_string()))?;
    Ok(vec![Tensor::float(x.element, y)])
}

/// γ or β for each channel.
fn channels(c: &mut Converter<'_>, k: usize, g: &Groups) -> Import<Operand> {
    let p = c.operand(k)?;
    if g.shared == 1 && !p.literal {
        return Ok(p);
    }
    let name = format!("{}_each", c.input_name(k));
    let text = each(&[g.count * g.per / g.shared, g.shared], |at| p.at(&at[..1]));
    let table = c.local(&name, &text)?;
    reshape(c, &table, &[g.count * g.per])
}

fn convert(own: Grouping, n: &Node, c: &mut Converter<'_>) -> Import<()> {
    let shape = c.shape(0)?;
    let g = groups(own, n, shape, [c.shape(1)?, c.shape(2)?])?;
    let x = c.operand(0)?;
    let x = c.narrow(&x, c.activation_bits())?;
    let x = c.fine(&x, x.interval())?;
    let flat = shape.len() != 4;
    let x = if flat { reshape(c, &x, &[shape[0], shape[1], g.area, 1])? } else { x };
    let (gamma, beta) = (channels(c, 1, &g)?, channels(c, 2, &g)?);
    let together = g.per * g.area;
    let y = result(c, &n.outputs[0], together, size(&gamma), beta.interval());
    let scale = &x.scale * &x.scale / BigInt::from(together).pow(3);
    let (lo, hi) = x.interval();
    let eps = n.float_or("epsilon", 1e-5)?;
    let r = root(least(eps, &scale), size(&gamma) * (hi - lo), y);
    let eps = c.number(eps)?.text;
    let f = format!("group_norm::<{}, {r}, {y}>", g.count);
    let call = format!("{f}({}[i], {}, {}, {eps})", x.text, gamma.text, beta.text);
    let text = format!("for i < {} {{ {call} }}", shape[0]);
    if !flat {
        return c.bind(0, &text);
    }
    let all = c.local("groups", &text)?;
    c.bind_as(0, &tensor_type("_", shape), &format!("reshape({})", all.text))
}

impl Family for Grouping {
    fn evaluate(&self, n: &Node, a: &Args<'_>) -> Import<Vec<Tensor>> {
        evaluate(*self, n, a)
    }

    fn convert(&self, n: &Node, c: &mut Converter<'_>) -> Import<()> {
        convert(*self, n, c)
    }
}
