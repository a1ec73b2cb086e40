//! Pad: elements put before and behind each axis, or with negative pads taken away.
//! <https://onnx.ai/onnx/operators/onnx__Pad.html>
//!
//! Modes: `constant`, `reflect` (the inside mirrored without its edge), `edge`, and `wrap` from
//! opset 19 on. Before opset 11 pads and value are attributes, since then inputs; axes are an input
//! from opset 18 on. The pads must be known. What is taken away is taken first. A constant −∞ becomes
//! a number far below all elements, +∞ one far above.

use super::lines::{Line, apply, identity, line, take};
use super::moves;
use super::squeeze::ascending;
use crate::context::Args;
use crate::context::Converter;
use crate::fault::{Fault, Import, refuse};
use crate::graph::{Node, axis, show};
use crate::tensor::{Tensor, Values};
use ndarray::{ArrayD, IxDyn};

/// What an axis of `size` reads with `before` and `behind` it.
fn padded(mode: &str, size: usize, before: i64, behind: i64) -> Import<Line> {
    let first = i128::from(before).min(0).abs();
    let kept = size as i128 - first - i128::from(behind).min(0).abs();
    let (a, b) = (i128::from(before).max(0), i128::from(behind).max(0));
    if kept < 0 {
        return refuse(format!("{size} elements cannot lose so many"));
    }
    if kept == 0 && mode != "constant" && a + b > 0 {
        return refuse("there is no element to pad with");
    }
    line(a + kept + b, |k| {
        let k = k - a;
        let inside = (0..kept).contains(&k);
        let at = match mode {
            _ if inside => k,
            "constant" => return None,
            "edge" => k.clamp(0, kept - 1),
            "wrap" => k.rem_euclid(kept),
            _ => {
                let period = (2 * (kept - 1)).max(1);
                let m = k.rem_euclid(period);
                m.min(period - m).min(kept - 1)
            }
        };
        usize::try_from(first + at).ok()
    })
}

/// The lines of a node for a shape; pads and axes as given.
fn lines(n: &Node, shape: &[usize], pads: &[i64], axes: Option<Vec<i64>>) -> Import<Vec<Line>> {
    let rank = shape.len();
    let mode = n.text("mode")?.unwrap_or("constant");
    if !["constant", "reflect", "edge", "wrap"].contains(&mode) {
        return refuse(format!("`mode` is `{}`", show(mode)));
    }
    let axes = axes.unwrap_or_else(|| (0..rank as i64).collect());
    ascending(&axes, rank)?;
    if pads.len() != 2 * axes.len() {
        return refuse(format!("{} pads for {} axes", pads.len(), axes.len()));
    }
    let mut all: Vec<Line> = shape.iter().map(|d| identity(*d)).collect();
    for (k, a) in axes.iter().enumerate() {
        let d = axis(*a, rank)?;
        all[d] = padded(mode, shape[d], pads[k], pads[k + axes.len()])?;
    }
    Ok(all)
}

fn pads(n: &Node, given: Option<&Tensor>) -> Import<Vec<i64>> {
    match (n.ints("pads")?, given) {
        (Some(list), _) => Ok(list.to_vec()),
        (None, Some(t)) => t.int_list(),
        (None, None) => Err(Fault::new("`pads` is missing")),
    }
}

pub(super) fn evaluate(n: &Node, a: &Args<'_>) -> Import<Vec<Tensor>> {
    let x = a.get(0)?;
    let axes = a.optional(3).map(Tensor::int_list).transpose()?;
    let lines = lines(n, x.shape(), &pads(n, a.optional(1))?, axes)?;
    let value = n.extended("value", 0.0)?;
    let value = Tensor::float(x.element, ArrayD::from_elem(IxDyn(&[]), value));
    let fill = match &x.values {
        Values::Float(_) => Some(a.optional(2).unwrap_or(&value)),
        _ => a.optional(2),
    };
    Ok(vec![take(x, &lines, fill)?])
}

pub(super) fn convert(n: &Node, c: &mut Converter<'_>) -> Import<()> {
    let axes = c.constant(3).map(Tensor::int_list).transpose()?;
    let lines = lines(n, c.shape(0)?, &pads(n, c.constant(1))?, axes)?;
    if lines.iter().flatten().all(Option::is_some) {
        let x = c.operand(0)?;
        let places = moves::places(c.shape(0)?)?;
        return moves::write_moved(c, 0, &x, &take(&places, &lines, None)?);
    }
    let (x, fill) = if c.has(2) {
        let mut all = c.masked(&[0, 2])?;
        let (Some(v), Some(x)) = (all.pop(), all.pop()) else {
            return refuse("input 2 is missing");
        };
        (x, if v.literal { v.text } else { moves::reshape(c, "padding", &v, &[])?.text })
    } else {
        let x = c.operand(0)?;
        let v = c.beside(&x, n.extended("value", 0.0)?)?;
        (x, v.text)
    };
    let y = apply(c, &n.outputs[0], &x, &lines, Some(&fill))?;
    c.alias(0, &y)
}

#[cfg(test)]
mod tests {
    use super::padded;

    fn places(mode: &str, size: usize, before: i64, behind: i64) -> Vec<Option<usize>> {
        padded(mode, size, before, behind).unwrap()
    }

    #[test]
    fn modes() {
        let some = |list: &[usize]| list.iter().map(|v| Some(*v)).collect::<Vec<_>>();
        assert_eq!(places("reflect", 3, 3, 2), some(&[1, 2, 1, 0, 1, 2, 1, 0]));
        assert_eq!(places("reflect", 1, 1, 2), some(&[0, 0, 0, 0]));
        assert_eq!(places("wrap", 3, 2, 1), some(&[1, 2, 0, 1, 2, 0]));
        assert_eq!(places("edge", 3, 1, -1), some(&[0, 0, 1]));
        assert_eq!(places("constant", 3, -1, 1), [Some(1), Some(2), None]);
        assert!(padded("edge", 3, -2, -2).is_err());
        assert!(padded("edge", 3, -3, 1).is_err());
        assert!(padded("constant", 3, i64::MAX, i64::MAX).is_err());
        assert!(padded("constant", 3, i64::MIN, i64::MIN).is_err());
    }
}
