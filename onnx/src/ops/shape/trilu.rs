//! Trilu: the upper or lower triangle of matrices, 0 elsewhere.
//! <https://onnx.ai/onnx/operators/onnx__Trilu.html>, opset 14; `k` must be known.
//!
//! Layers: `triu`, `tril`, for each matrix.

use super::moves::{positions, solid, strides};
use crate::context::Args;
use crate::context::{Converter, each};
use crate::fault::{Import, refuse};
use crate::graph::Node;
use crate::tensor::Tensor;

/// The number of the diagonal, cut to those that a matrix has.
fn diagonal(k: Option<&Tensor>, shape: &[usize]) -> Import<i64> {
    let [.., rows, columns] = *shape else {
        return refuse(format!("matrices are expected, its shape is {shape:?}"));
    };
    let k = k.map(Tensor::int_list).transpose()?.and_then(|l| l.first().copied()).unwrap_or(0);
    Ok(k.clamp(-(rows as i64), columns as i64))
}

pub(super) fn evaluate(n: &Node, a: &Args<'_>) -> Import<Vec<Tensor>> {
    let x = a.get(0)?;
    let shape = x.shape();
    let k = diagonal(a.optional(1), shape)?;
    let upper = n.flag("upper", true)?;
    let rank = shape.len();
    let own = strides(shape);
    let all = positions(shape, |at| {
        let (i, j) = (at[rank - 2] as i64, at[rank - 1] as i64);
        let inside = if upper { j >= i + k } else { j <= i + k };
        inside.then(|| at.iter().zip(&own).map(|(v, s)| v * s).sum())
    });
    Ok(vec![x.moved(shape, &all, None)?])
}

pub(super) fn convert(n: &Node, c: &mut Converter<'_>) -> Import<()> {
    let x = solid(c, 0)?;
    let k = diagonal(c.constant(1), &x.shape)?;
    let f = if n.flag("upper", true)? { "triu" } else { "tril" };
    let text = each(&x.shape[..x.shape.len() - 2], |at| {
        let matrix =
            if at.is_empty() { x.text.clone() } else { format!("{}[{}]", x.text, at.join(", ")) };
        format!("{f}({matrix}, {k})")
    });
    c.bind(0, &text)
}
