//! CumSum: y[k] = Σ_{j ≤ k} x[j] along an axis; Σ_{j < k} if `exclusive`, from the end if `reverse`.
//! <https://onnx.ai/onnx/operators/onnx__CumSum.html>, opset 11 and later; the axis must be known.
//!
//! Layers: `cumulative_sum`, `cumulative_sum_before`, `flip`. Exact, no constraints.

use super::layout::Layout;
use crate::context::Args;
use crate::context::{Converter, each};
use crate::fault::{Fault, Import, refuse};
use crate::graph::{Node, axis};
use crate::tensor::{Tensor, Values};
use ndarray::{ArrayD, Axis};

fn along(t: Option<&Tensor>, rank: usize) -> Import<usize> {
    let list = t.map(Tensor::int_list).transpose()?.unwrap_or_default();
    match list.as_slice() {
        [k] => axis(*k, rank),
        _ => refuse(format!("its axis is {list:?}: one number is expected")),
    }
}

fn sums<T: Copy + Default>(
    x: &ArrayD<T>,
    k: usize,
    (exclusive, reverse): (bool, bool),
    add: impl Fn(T, T) -> Option<T>,
) -> Import<ArrayD<T>> {
    let mut y = x.clone();
    for mut line in y.lanes_mut(Axis(k)) {
        let mut total = T::default();
        let count = line.len();
        for j in 0..count {
            let at = if reverse { count - 1 - j } else { j };
            let before = total;
            total = add(total, line[at]).ok_or_else(|| Fault::new("its result leaves its type"))?;
            line[at] = if exclusive { before } else { total };
        }
    }
    Ok(y)
}

fn flags(n: &Node) -> Import<(bool, bool)> {
    Ok((n.flag("exclusive", false)?, n.flag("reverse", false)?))
}

pub(super) fn evaluate(n: &Node, a: &Args<'_>) -> Import<Vec<Tensor>> {
    let x = a.get(0)?;
    let k = along(a.optional(1), x.shape().len())?;
    let flags = flags(n)?;
    let values = match &x.values {
        Values::Int(a) => {
            let (lo, hi) = x.element.limits().unwrap_or((0, 0));
            let inside = |v: &i64| i128::from(*v) >= lo && i128::from(*v) <= hi;
            Values::Int(sums(a, k, flags, |s, v: i64| s.checked_add(v).filter(inside))?)
        }
        _ => Values::Float(sums(x.floats()?, k, flags, |s, v| Some(s + v))?),
    };
    Ok(vec![Tensor { element: x.element, values }])
}

pub(super) fn convert(n: &Node, c: &mut Converter<'_>) -> Import<()> {
    let shape = c.shape(0)?.to_vec();
    let k = along(c.constant(1), shape.len())?;
    let (exclusive, reverse) = flags(n)?;
    let layout = Layout::along(&shape, k, false);
    let x = layout.operand(c, None)?;
    let f = if exclusive { "cumulative_sum_before" } else { "cumulative_sum" };
    let text = layout.text(&x, |line| match reverse {
        false => format!("{f}({line})"),
        true => format!("flip({f}(flip({line})))"),
    });
    if k + 1 == shape.len() {
        return c.bind(0, &text);
    }
    let lines = c.local(&format!("{}_lines", n.outputs[0]), &text)?;
    let text = each(&shape, |at| {
        let mut own = at.to_vec();
        let along = own.remove(k);
        own.push(along);
        format!("{}[{}]", lines.text, own.join(", "))
    });
    c.bind(0, &text)
}
