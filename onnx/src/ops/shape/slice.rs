//! Slice: of each axis the places from `start` on, every `step`-th, before `end`.
//! <https://onnx.ai/onnx/operators/onnx__Slice.html>
//!
//! Before opset 10 starts, ends and axes are attributes; since then they and the steps are inputs,
//! which must be known. Negative starts and ends count from the end of the axis, and both are cut to
//! it; a negative step goes backwards.

use super::lines::{Line, identity, line, take};
use super::squeeze::axes;
use crate::context::Args;
use crate::fault::{Fault, Import, refuse};
use crate::graph::{Node, axis};
use crate::tensor::Tensor;

/// An attribute, or else an input.
fn list(n: &Node, a: &Args<'_>, name: &str, k: usize) -> Import<Vec<i64>> {
    match (n.ints(name)?, a.optional(k)) {
        (Some(list), _) => Ok(list.to_vec()),
        (None, Some(t)) => t.int_list(),
        (None, None) => Err(Fault::new(format!("`{name}` is missing"))),
    }
}

/// The places that are read of an axis with `size` of them.
pub(crate) fn range(size: usize, start: i64, end: i64, step: i64) -> Import<Line> {
    let (size, start, end, step) =
        (size as i128, i128::from(start), i128::from(end), i128::from(step));
    let from_end = |v: i128| if v < 0 { v + size } else { v };
    let (start, count) = match step {
        0 => return refuse("a step is 0"),
        1.. => {
            let (a, b) = (from_end(start).clamp(0, size), from_end(end).clamp(0, size));
            (a, (b - a + step - 1).div_euclid(step))
        }
        _ => {
            let (a, b) = (from_end(start).clamp(-1, size - 1), from_end(end).clamp(-1, size - 1));
            (a, (a - b - step - 1).div_euclid(-step))
        }
    };
    line(count.max(0), |k| usize::try_from(start + k * step).ok())
}

pub(super) fn evaluate(n: &Node, a: &Args<'_>) -> Import<Vec<Tensor>> {
    let x = a.get(0)?;
    let (starts, ends) = (list(n, a, "starts", 1)?, list(n, a, "ends", 2)?);
    let axes = axes(n, a, 3)?.unwrap_or_else(|| (0..starts.len() as i64).collect());
    let steps = a.optional(4).map(Tensor::int_list).transpose()?;
    let steps = steps.unwrap_or_else(|| vec![1; starts.len()]);
    if [ends.len(), axes.len(), steps.len()].iter().any(|n| *n != starts.len()) {
        return refuse("starts, ends, axes and steps are not equally many");
    }
    let rank = x.shape().len();
    let mut lines: Vec<Line> = x.shape().iter().map(|d| identity(*d)).collect();
    let mut seen = vec![];
    for (((start, end), along), step) in starts.iter().zip(&ends).zip(&axes).zip(&steps) {
        let k = axis(*along, rank)?;
        if seen.contains(&k) {
            return refuse(format!("axis {k} is given twice"));
        }
        seen.push(k);
        lines[k] = range(x.shape()[k], *start, *end, *step)?;
    }
    Ok(vec![take(x, &lines, None)?])
}

#[cfg(test)]
mod tests {
    use super::range;

    fn places(size: usize, start: i64, end: i64, step: i64) -> Vec<usize> {
        range(size, start, end, step).unwrap().into_iter().flatten().collect()
    }

    #[test]
    fn as_numpy() {
        assert_eq!(places(5, 1, 4, 2), [1, 3]);
        assert_eq!(places(5, -2, i64::MAX, 1), [3, 4]);
        assert_eq!(places(5, 4, i64::MIN, -2), [4, 2, 0]);
        assert_eq!(places(5, 20, 0, -4), [4]);
        assert_eq!(places(5, i64::MIN, i64::MAX, i64::MAX), [0]);
        assert_eq!(places(5, -1, -4, i64::MIN), [4]);
        assert!(places(5, 3, 3, 1).is_empty());
        assert!(places(5, 1, 3, -1).is_empty());
        assert!(range(5, 0, 5, 0).is_err());
    }
}
