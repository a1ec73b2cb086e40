//! How an operation that only moves elements is written.
//!
//! Which element goes where is found by running the operation on the numbers of the places. The
//! map is then written as an index expression: of the input's own dimensions if it is affine in
//! the result's indices, of the flattened input if it is affine in parts of them, or else through
//! a table of places. None of them costs a constraint.

use crate::onnx::convert::{Converter, Operand, each, tensor_type};
use crate::onnx::evaluate::Args;
use crate::onnx::fault::Import;
use crate::onnx::graph::Node;
use crate::onnx::ops;
use crate::onnx::tensor::{Element, Tensor};
use ndarray::{ArrayD, IxDyn};
use num_bigint::BigInt;
use num_traits::One;

/// Row-major strides.
pub(crate) fn strides(shape: &[usize]) -> Vec<usize> {
    let mut out = vec![1; shape.len()];
    for k in (1..shape.len()).rev() {
        out[k - 1] = out[k] * shape[k];
    }
    out
}

/// The source of each element of a result, row-major.
pub(crate) fn positions(
    shape: &[usize],
    f: impl Fn(&[usize]) -> Option<usize>,
) -> Vec<Option<usize>> {
    let count: usize = shape.iter().product();
    let mut index = vec![0; shape.len()];
    let mut out = Vec::with_capacity(count);
    for _ in 0..count {
        out.push(f(&index));
        for d in (0..shape.len()).rev() {
            index[d] += 1;
            if index[d] < shape[d] {
                break;
            }
            index[d] = 0;
        }
    }
    out
}

/// Writes an operation whose result's elements are all elements of its first input.
pub(crate) fn convert(n: &Node, c: &mut Converter<'_>) -> Import<()> {
    let x = c.operand(0)?;
    let places = places(c.shape(0)?)?;
    let op = ops::find(n).ok_or_else(|| crate::onnx::fault::Fault::new("is not supported"))?;
    let mut list = vec![Some(&places)];
    list.extend((1..c.inputs()).map(|k| c.constant(k)));
    let results = (op.evaluate)(n, &Args { list })?;
    for (k, r) in results.iter().enumerate() {
        let source: Vec<usize> = r.ints()?.iter().map(|v| *v as usize).collect();
        write(c, k, &x, r.shape(), &source)?;
    }
    Ok(())
}

/// A tensor of the numbers of its own places.
pub(crate) fn places(shape: &[usize]) -> Import<Tensor> {
    let count = crate::onnx::tensor::elements(shape)?;
    let list = (0..count as i64).collect();
    let a = ArrayD::from_shape_vec(IxDyn(shape), list)
        .map_err(|e| crate::onnx::fault::Fault::new(e.to_string()))?;
    Ok(Tensor::int(Element::Int64, a))
}

/// Gives output `k` the elements of `x` at row-major places `source`.
pub(crate) fn write(
    c: &mut Converter<'_>,
    k: usize,
    x: &Operand,
    shape: &[usize],
    source: &[usize],
) -> Import<()> {
    if !c.wants(k) {
        return Ok(());
    }
    let identity = source.iter().copied().eq(0..x.shape.iter().product());
    if x.literal {
        return c.bind(k, &each(shape, |_| x.text.clone()));
    }
    if identity && x.shape == shape {
        return c.alias(k, x);
    }
    if identity && !shape.is_empty() && !x.shape.is_empty() {
        return c.bind_as(k, &tensor_type("_", shape), &format!("reshape({})", x.text));
    }
    if let Some(text) = by_dimensions(x, shape, source) {
        return c.bind(k, &text);
    }
    let flat = flatten(c, x)?;
    if let Some(fine) = refine(shape, source)
        && let Some(map) = affine(&fine, source)
    {
        let text = each(&fine, |index| format!("{}[{}]", flat.text, sum(&map, index)));
        if fine == shape {
            return c.bind(k, &text);
        }
        let parts = c.local(&format!("{}_parts", x.text), &text)?;
        return c.bind_as(k, &tensor_type("_", shape), &format!("reshape({})", parts.text));
    }
    let raw = source.iter().map(|v| BigInt::from(*v)).collect();
    let hint = format!("{}_places", x.text);
    let table = c.raw_constant(&hint, &[source.len()], raw, &num_rational::Ratio::one())?;
    let text = each(&[source.len()], |i| format!("{}[{}[{}]]", flat.text, table.text, i[0]));
    if shape.len() == 1 {
        return c.bind(k, &text);
    }
    let list = c.local(&format!("{}_list", x.text), &text)?;
    if shape.is_empty() {
        return c.bind(k, &format!("{}[0]", list.text));
    }
    c.bind_as(k, &tensor_type("_", shape), &format!("reshape({})", list.text))
}

fn flatten(c: &mut Converter<'_>, x: &Operand) -> Import<Operand> {
    if x.shape.len() == 1 {
        return Ok(x.clone());
    }
    let count: usize = x.shape.iter().product();
    if x.shape.is_empty() {
        return c.local(&format!("{}_flat", x.text), &format!("[{}]", x.text));
    }
    let text = format!("reshape({})", x.text);
    c.local_as(&format!("{}_flat", x.text), &format!("_[{count}]"), &text)
}

/// `offset + Σ step·index`.
struct Affine {
    offset: i64,
    steps: Vec<i64>,
}

/// The map as an affine function of the indices of a shape, if it is one.
fn affine(shape: &[usize], source: &[usize]) -> Option<Affine> {
    let own = strides(shape);
    let at = |k: usize| source.get(k).map(|v| *v as i64);
    let offset = at(0)?;
    let steps =
        shape.iter().zip(&own).map(|(d, s)| if *d > 1 { Some(at(*s)? - offset) } else { Some(0) });
    let steps: Vec<i64> = steps.collect::<Option<_>>()?;
    let mut index = vec![0usize; shape.len()];
    for v in source {
        let want: i64 = index.iter().zip(&steps).map(|(i, s)| *i as i64 * s).sum();
        if *v as i64 != offset + want {
            return None;
        }
        for d in (0..shape.len()).rev() {
            index[d] += 1;
            if index[d] < shape[d] {
                break;
            }
            index[d] = 0;
        }
    }
    Some(Affine { offset, steps })
}

/// `x[…]` with an affine expression for each of its own dimensions.
fn by_dimensions(x: &Operand, shape: &[usize], source: &[usize]) -> Option<String> {
    if x.shape.is_empty() || source.is_empty() {
        return None;
    }
    let own = strides(&x.shape);
    let maps = own.iter().zip(&x.shape).map(|(s, d)| {
        let part: Vec<usize> = source.iter().map(|v| v / s % d).collect();
        affine(shape, &part)
    });
    let maps: Vec<Affine> = maps.collect::<Option<_>>()?;
    Some(each(shape, |index| {
        let parts: Vec<String> = maps.iter().map(|m| sum(m, index)).collect();
        format!("{}[{}]", x.text, parts.join(", "))
    }))
}

/// The text of an affine expression.
fn sum(map: &Affine, index: &[String]) -> String {
    let mut out = String::new();
    if map.offset != 0 || map.steps.iter().all(|s| *s == 0) {
        out = map.offset.to_string();
    }
    for (s, i) in map.steps.iter().zip(index).filter(|(s, _)| **s != 0) {
        let sign = if *s < 0 { " - " } else { " + " };
        match (out.is_empty(), *s < 0) {
            (true, false) => {}
            (true, true) => out.push_str("0 - "),
            (false, _) => out.push_str(sign),
        }
        match s.unsigned_abs() {
            1 => out.push_str(i),
            k => out.push_str(&format!("{k} * {i}")),
        }
    }
    out
}

/// The shape with dimensions split so that the map becomes affine, if that can be: repetitions and
/// blocks. Each dimension is looked at with the others at their first element.
fn refine(shape: &[usize], source: &[usize]) -> Option<Vec<usize>> {
    let own = strides(shape);
    let mut fine = vec![];
    for (d, s) in shape.iter().zip(&own) {
        let line: Option<Vec<i64>> =
            (0..*d).map(|k| source.get(k * s).map(|v| *v as i64)).collect();
        fine.extend(digits(&line?)?);
    }
    Some(fine)
}

/// Sizes of mixed-radix digits, coarsest first, in which a sequence is affine.
fn digits(line: &[i64]) -> Option<Vec<usize>> {
    let n = line.len();
    if n < 2 {
        return Some(vec![n]);
    }
    let step = line[1] - line[0];
    let run = (1..n).find(|k| line[*k] != line[0] + step * *k as i64).unwrap_or(n);
    if run == n {
        return Some(vec![n]);
    }
    if !n.is_multiple_of(run) {
        return None;
    }
    let heads: Vec<i64> = line.iter().copied().step_by(run).collect();
    let regular = (0..n).all(|k| line[k] == heads[k / run] + step * (k % run) as i64);
    let mut out = if regular { digits(&heads)? } else { return None };
    out.push(run);
    Some(out)
}
