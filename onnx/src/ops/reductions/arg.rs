//! ArgMax, ArgMin: where along an axis the largest or smallest element is.
//! <https://onnx.ai/onnx/operators/onnx__ArgMax.html>, opset 7 and later. Of equal elements the first,
//! or with `select_last_index` (opset 12) the last.
//!
//! Layers: `argmax`, `argmin`, and `flip` for the last. The elements are compared exactly, with all
//! their bits: rounding could make equal what is not.

use super::layout::Layout;
use crate::context::Args;
use crate::context::{Converter, Family};
use crate::fault::{Fault, Import, refuse};
use crate::graph::Node;
use crate::tensor::{Element, Tensor, Values};
use ndarray::{ArrayD, IxDyn};

/// Which element is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Extreme {
    Largest,
    Smallest,
}

fn layout(n: &Node, shape: &[usize]) -> Import<Layout> {
    let k = n.axis("axis", 0, shape.len())?;
    if shape[k] == 0 {
        return refuse(format!("axis {k} has no elements"));
    }
    Ok(Layout::along(shape, k, n.flag("keepdims", true)?))
}

/// The place of the best element of a line.
fn best<T: PartialOrd + Copy>(line: &[T], of: Extreme, last: bool) -> i64 {
    let mut at = 0;
    for (k, v) in line.iter().enumerate() {
        let better = match of {
            Extreme::Largest => *v > line[at],
            Extreme::Smallest => *v < line[at],
        };
        if better || (last && *v == line[at]) {
            at = k;
        }
    }
    at as i64
}

fn evaluate(of: Extreme, n: &Node, a: &Args<'_>) -> Import<Vec<Tensor>> {
    let x = a.get(0)?;
    let layout = layout(n, x.shape())?;
    let last = n.flag("select_last_index", false)?;
    let count = layout.count();
    let list: Vec<i64> = match &layout.lines(x)?.values {
        Values::Int(a) => {
            let all: Vec<i64> = a.iter().copied().collect();
            all.chunks_exact(count).map(|l| best(l, of, last)).collect()
        }
        Values::Float(a) => {
            let all: Vec<f64> = a.iter().copied().collect();
            all.chunks_exact(count).map(|l| best(l, of, last)).collect()
        }
        _ => return refuse(format!("it does not take {}", x.element.name())),
    };
    let y = ArrayD::from_shape_vec(IxDyn(&layout.result()), list);
    let y = y.map_err(|e| Fault::new(e.to_string()))?;
    Ok(vec![Tensor::int(Element::Int64, y)])
}

fn convert(of: Extreme, n: &Node, c: &mut Converter<'_>) -> Import<()> {
    let layout = layout(n, c.shape(0)?)?;
    let x = layout.operand(c, None)?;
    let f = match of {
        Extreme::Largest => "argmax",
        Extreme::Smallest => "argmin",
    };
    let end = layout.count() - 1;
    let last = n.flag("select_last_index", false)?;
    let text = layout.text(&x, |line| match last {
        false => format!("{f}({line})"),
        true => format!("{end} - {f}(flip({line}))"),
    });
    c.bind(0, &text)
}

impl Family for Extreme {
    fn evaluate(&self, n: &Node, a: &Args<'_>) -> Import<Vec<Tensor>> {
        evaluate(*self, n, a)
    }

    fn convert(&self, n: &Node, c: &mut Converter<'_>) -> Import<()> {
        convert(*self, n, c)
    }
}
