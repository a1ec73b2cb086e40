//! GlobalAveragePool, GlobalMaxPool, GlobalLpPool: one number for each channel, over all spatial
//! dimensions, which become 1.
//! <https://onnx.ai/onnx/operators/onnx__GlobalAveragePool.html> and alike, every opset; p from 1 to 8.
//!
//! Layers: `mean_of`, `max_of`, and `sum_of` with `sqrt` or `power_root`, for each channel.

use super::lp::{power, powers, raise, root, unraise};
use crate::context::Args;
use crate::context::{Converter, Family, Operand, tensor_type};
use crate::fault::{Fault, Import, refuse};
use crate::graph::Node;
use crate::tensor::Tensor;
use ndarray::{ArrayD, IxDyn};

/// The shape of the result, and the number of elements of a channel.
fn sizes(x: &[usize]) -> Import<(Vec<usize>, usize)> {
    if x.len() < 3 || x.contains(&0) {
        return refuse(format!("x has the shape {x:?}"));
    }
    let mut shape = x.to_vec();
    shape[2..].fill(1);
    Ok((shape, x[2..].iter().product()))
}

/// What a channel becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Global {
    Average,
    Max,
    /// A norm.
    Lp,
}

fn evaluate(own: Global, n: &Node, args: &Args<'_>) -> Import<Vec<Tensor>> {
    let x = args.get(0)?;
    let (shape, area) = sizes(x.shape())?;
    let v: Vec<f64> = x.floats()?.iter().copied().collect();
    let planes = v.chunks(area);
    let y: Vec<f64> = match own {
        Global::Average => planes.map(|p| p.iter().sum::<f64>() / area as f64).collect(),
        Global::Max => planes.map(|p| p.iter().copied().fold(p[0], f64::max)).collect(),
        Global::Lp => {
            let p = power(n)?;
            let norm = |plane: &[f64]| unraise(plane.iter().map(|v| raise(*v, p)).sum(), p);
            planes.map(norm).collect()
        }
    };
    let y = ArrayD::from_shape_vec(IxDyn(&shape), y).map_err(|e| Fault::new(e.to_string()))?;
    Ok(vec![Tensor::float(x.element, y)])
}

fn convert(own: Global, n: &Node, c: &mut Converter<'_>) -> Import<()> {
    let (shape, area) = sizes(c.shape(0)?)?;
    let channels = shape[0] * shape[1];
    let each = |f: &str, x: &Operand| format!("for i < {channels} {{ {f}({}[i]) }}", x.text);
    let text = match own {
        Global::Average => each("mean_of", &rows(c, None, channels, area)?),
        Global::Max => each("max_of", &rows(c, None, channels, area)?),
        Global::Lp => {
            let p = power(n)?;
            let x = powers(c, p)?;
            let sums = each("sum_of", &rows(c, Some(x), channels, area)?);
            if p == 1 {
                sums
            } else {
                let sums = c.local("sums", &sums)?;
                root(c, &n.outputs[0], &sums, p)
            }
        }
    };
    let list = c.local("channels", &text)?;
    c.bind_as(0, &tensor_type("_", &shape), &format!("reshape({})", list.text))
}

/// The operand, or the node's input, as a list of channels.
fn rows(c: &mut Converter<'_>, x: Option<Operand>, n: usize, area: usize) -> Import<Operand> {
    let x = match x {
        Some(x) => x,
        None => c.operand(0)?,
    };
    let text = format!("reshape({})", x.text);
    c.local_as(&format!("{}_rows", x.text), &tensor_type("_", &[n, area]), &text)
}

impl Family for Global {
    fn evaluate(&self, n: &Node, a: &Args<'_>) -> Import<Vec<Tensor>> {
        evaluate(*self, n, a)
    }

    fn convert(&self, n: &Node, c: &mut Converter<'_>) -> Import<()> {
        convert(*self, n, c)
    }
}
