//! What operations on quantized tensors share: operands without their zero points, weights as they
//! are, and the interval of each channel's accumulator.

use super::doubt::said;
use super::linear::array;
use super::params::{Params, exact, limits, requantize};
use super::rescale::{Rescale, Wanted};
use super::write::write;
use crate::context::result_name;
use crate::context::{Converter, Expr, Operand, each};
use crate::fault::{Fault, Import, refuse};
use crate::graph::Node;
use crate::tensor::{Element, Tensor};
use ndarray::{ArrayD, Axis, IxDyn};
use num_bigint::BigInt;
use num_traits::ToPrimitive;
use zirc_compiler::Ratio;

/// Range of `int32`, in which onnxruntime accumulates.
const INT32: (i64, i64) = (i32::MIN as i64, i32::MAX as i64);

/// Integers without their zero point, which may be one for each slice along an axis: at most 17
/// bits, so that no sum of products of theirs is too long.
pub(super) fn centred(q: &Tensor, zero: &[i64], axis: usize) -> Import<ArrayD<i64>> {
    let (lo, hi) = limits(q.element)?;
    if let Some(z) = zero.iter().find(|z| !(lo..=hi).contains(*z)) {
        return refuse(format!("a zero point is {z}, beyond {}", q.element.name()));
    }
    let mut out = q.ints()?.clone();
    match zero {
        [z] => out.mapv_inplace(|v| v - z),
        all if out.ndim() > axis && out.shape()[axis] == all.len() => {
            out.axis_iter_mut(Axis(axis)).zip(all).for_each(|(mut s, z)| {
                s.mapv_inplace(|v| v - z);
            });
        }
        all => return refuse(format!("there are {} zero points", all.len())),
    }
    Ok(out)
}

/// Input `k` of the program without its zero point; a constant becomes a weight as it is.
pub(super) fn operand(
    c: &mut Converter<'_>,
    k: usize,
    zero: &[i64],
    axis: usize,
) -> Import<Operand> {
    if let Some(t) = c.constant(k) {
        let name = c.input_name(k).to_string();
        return weight(c, &name, &centred(t, zero, axis)?);
    }
    let x = c.operand(k)?;
    match zero {
        [0] => Ok(x),
        [z] => c.local(&format!("{}_centred", x.text), &(&x.expr() - &Expr::int(*z)).to_string()),
        _ => refuse("its zero points differ along an axis, which only constants may have"),
    }
}

/// Input `k` without a zero point that is an input itself, if it is given: a constant or one number
/// of the circuit.
pub(super) fn without(
    c: &mut Converter<'_>,
    k: usize,
    zero: usize,
    axis: usize,
) -> Import<Operand> {
    if !c.has(zero) {
        return operand(c, k, &[0], axis);
    }
    if let Some(z) = c.constant(zero) {
        return operand(c, k, &z.int_list()?, axis);
    }
    let (x, z) = (operand(c, k, &[0], axis)?, c.operand(zero)?);
    if z.shape.iter().any(|d| *d != 1) {
        return refuse("its zero points differ along an axis, which only constants may have");
    }
    let at: Vec<String> = z.shape.iter().map(|_| "0".into()).collect();
    let zero = z.at(&at);
    let text = each(&x.shape, |i| format!("{} - {zero}", x.at(i)));
    c.local(&format!("{}_centred", x.text), &text)
}

/// A constant tensor of integers.
pub(super) fn weight(c: &mut Converter<'_>, hint: &str, a: &ArrayD<i64>) -> Import<Operand> {
    let raw = a.iter().map(|v| BigInt::from(*v)).collect();
    c.raw_weight(hint, a.shape(), raw, &Ratio::from_integer(BigInt::from(1)))
}

/// A bias at the scale of the accumulator: integers of 32 bits.
pub(super) fn bias(t: &Tensor) -> Import<&ArrayD<i64>> {
    if t.element != Element::Int32 {
        return refuse(format!("its bias is {}, it must be int32", t.element.name()));
    }
    t.ints()
}

/// The interval of an operand's integers.
pub(super) fn interval(x: &Operand) -> Import<(i64, i64)> {
    match (x.lo.to_i64(), x.hi.to_i64()) {
        (Some(lo), Some(hi)) => Ok((lo, hi)),
        _ => refuse("an accumulator is too wide"),
    }
}

/// Intervals of Σ w·x + b for each slice of constant weights, with x in an interval that holds 0.
pub(super) fn channels(
    w: &ArrayD<i64>,
    axis: usize,
    bias: Option<&ArrayD<i64>>,
    x: (i64, i64),
) -> Vec<(i64, i64)> {
    let (lo, hi) = (i128::from(x.0.min(0)), i128::from(x.1.max(0)));
    let biases = |k: usize| bias.and_then(|b| b.iter().nth(k)).map_or(0, |b| i128::from(*b));
    let cut = |v: i128| v.clamp(i64::MIN.into(), i64::MAX.into()) as i64;
    let one = |(k, slice): (usize, ndarray::ArrayViewD<'_, i64>)| {
        let ends = slice.iter().fold((0i128, 0i128), |(a, b), w| {
            let (p, q) = (i128::from(*w) * lo, i128::from(*w) * hi);
            (a + p.min(q), b + p.max(q))
        });
        (cut(ends.0 + biases(k)), cut(ends.1 + biases(k)))
    };
    w.axis_iter(Axis(axis)).enumerate().map(one).collect()
}

/// Integers that a result is cut to: those of its type, or fewer where an activation follows.
pub(super) fn range(n: &Node, y: &Params) -> Import<(i64, i64)> {
    let (lo, hi) = y.limits()?;
    Ok(match n.ints(super::RANGE)? {
        Some([a, b]) if lo <= *a && a <= b && *b <= hi => (*a, *b),
        Some(other) => return refuse(format!("its range is {other:?}")),
        None => (lo, hi),
    })
}

/// Gives output 0 an accumulator requantized, with a multiplier for each slice along `axis` or one
/// for all, and the interval of each.
pub(super) fn finish(
    n: &Node,
    c: &mut Converter<'_>,
    acc: &Operand,
    axis: usize,
    (multipliers, intervals): (&[f32], &[(i64, i64)]),
    y: &Params,
) -> Import<()> {
    let (_, zero) = y.whole()?;
    let to = range(n, y)?;
    if intervals.iter().any(|i| i.0 < INT32.0 || i.1 > INT32.1) {
        c.warnings.insert(format!(
            "{}: its accumulator can leave int32, where onnxruntime wraps around and the circuit \
             does not",
            n.place()
        ));
    }
    let count = multipliers.len().max(intervals.len());
    let rows = (0..count).map(|k| {
        let m = multipliers.get(k).or(multipliers.first()).copied().unwrap_or(1.0);
        let from = intervals.get(k).or(intervals.first()).copied().unwrap_or((0, 0));
        let f = |acc: i64| requantize(acc, m, zero, to);
        Rescale::near(&Wanted { from, f: &f, to, ratio: &exact(m)?, zero })
    });
    let (rows, near): (Vec<_>, Vec<_>) = rows.collect::<Import<Vec<_>>>()?.into_iter().unzip();
    if in_floats(n, c)? || near.contains(&true) {
        said(n, c, &result_name(n, 1), y, near.contains(&true))?;
    }
    write(c, 0, acc, Some(axis), &rows, to)
}

/// Whether onnxruntime computes it in floats, as it has no operators on integers of 16 bits.
fn in_floats(n: &Node, c: &Converter<'_>) -> Import<bool> {
    let mut wide = false;
    for k in (0..n.inputs.len()).filter(|k| c.has(*k)) {
        wide |= c.sample(k)?.element.integer().is_some_and(|(bits, _)| bits == 16);
    }
    Ok(wide)
}

/// What a result of 16 bits is before it is rounded: its real numbers, for calibration to see.
pub(super) fn unrounded(
    acc: &ArrayD<i64>,
    y: &Params,
    m: &dyn Fn(&IxDyn) -> f32,
) -> Import<Option<Tensor>> {
    if y.element.integer().is_none_or(|(bits, _)| bits != 16) {
        return Ok(None);
    }
    let scale = f64::from(y.whole()?.0);
    let list = acc.indexed_iter().map(|(i, v)| *v as f64 * f64::from(m(&i)) * scale).collect();
    Ok(Some(Tensor::float(Element::Float, array(acc.shape(), list)?)))
}

/// The constant of input `k`, which must be one.
pub(super) fn constant<'m>(c: &Converter<'m>, k: usize) -> Import<&'m Tensor> {
    c.constant(k).ok_or_else(|| Fault::new(format!("input {k} must be a constant")))
}
