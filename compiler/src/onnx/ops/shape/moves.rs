//! How an operation that only moves elements is written.
//!
//! Which element goes where is found by running the operation on the numbers of the places. The
//! map is then written as an index expression: of the input's own dimensions if it is affine in
//! the result's indices, axis by axis if each moves by itself, of the flattened input if it is affine
//! in parts of the indices, or else through a table of places. None of them costs a constraint.

use super::lines;
use crate::onnx::convert::{Converter, Operand, each, tensor_type};
use crate::onnx::evaluate::Args;
use crate::onnx::fault::{Fault, Import};
use crate::onnx::graph::Node;
use crate::onnx::ops;
use crate::onnx::tensor::{Element, Tensor};
use ndarray::{ArrayD, IxDyn};

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
    let op = ops::find(n).ok_or_else(|| Fault::new("is not supported"))?;
    let mut list = vec![Some(&places)];
    list.extend((1..c.inputs()).map(|k| c.constant(k)));
    let results = (op.evaluate)(n, &Args { list })?;
    for (k, r) in results.iter().enumerate() {
        write_moved(c, k, &x, r)?;
    }
    Ok(())
}

/// Gives output `k` the elements of `x` whose places `moved` holds.
pub(crate) fn write_moved(
    c: &mut Converter<'_>,
    k: usize,
    x: &Operand,
    moved: &Tensor,
) -> Import<()> {
    let source = moved.ints()?.iter().map(|v| usize::try_from(*v).unwrap_or(0));
    write(c, k, x, moved.shape(), &source.collect::<Vec<usize>>())
}

/// A tensor of the numbers of its own places.
pub(crate) fn places(shape: &[usize]) -> Import<Tensor> {
    let count = crate::onnx::tensor::elements(shape)?;
    let list = (0..count as i64).collect();
    let a = ArrayD::from_shape_vec(IxDyn(shape), list).map_err(|e| Fault::new(e.to_string()))?;
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
    let hint = c.output_name(k).to_string();
    let y = value(c, &hint, x, shape, source)?;
    c.alias(k, &y)
}

/// The elements of `x` at row-major places `source`, in a shape.
pub(crate) fn value(
    c: &mut Converter<'_>,
    hint: &str,
    x: &Operand,
    shape: &[usize],
    source: &[usize],
) -> Import<Operand> {
    let identity = source.iter().copied().eq(0..x.shape.iter().product());
    if identity && x.shape == shape && !x.literal {
        return Ok(x.clone());
    }
    if x.literal {
        return c.local(hint, &each(shape, |_| x.text.clone()));
    }
    if identity {
        return reshape(c, hint, x, shape);
    }
    if let Some(text) = by_dimensions(x, shape, source) {
        return c.local(hint, &text);
    }
    if let Some(lines) = lines::separate(&x.shape, shape, source)
        && !lines.iter().any(|l| lines::is_long(l))
    {
        return lines::apply(c, hint, x, &lines, None);
    }
    let flat = flatten(c, x)?;
    if let Some(fine) = refine(shape, source)
        && let Some(map) = affine(&fine, source)
    {
        let text = each(&fine, |index| format!("{}[{}]", flat.text, sum(&map, index)));
        if fine == shape {
            return c.local(hint, &text);
        }
        let parts = c.local(&format!("{hint}_parts"), &text)?;
        return reshape(c, hint, &parts, shape);
    }
    if let Some(lines) = lines::separate(&x.shape, shape, source) {
        return lines::apply(c, hint, x, &lines, None);
    }
    let count = x.shape.iter().product();
    let table = c.places(&format!("{hint}_places"), &[source.len()], source, count)?;
    let text = each(&[source.len()], |i| format!("{}[{}[{}]]", flat.text, table.text, i[0]));
    if shape.len() == 1 {
        return c.local(hint, &text);
    }
    let list = c.local(&format!("{hint}_list"), &text)?;
    reshape(c, hint, &list, shape)
}

/// The same elements in the same order in another shape.
pub(crate) fn reshape(
    c: &mut Converter<'_>,
    hint: &str,
    x: &Operand,
    shape: &[usize],
) -> Import<Operand> {
    if x.shape == shape && !x.literal {
        return Ok(x.clone());
    }
    if x.literal || x.shape.is_empty() {
        return c.local(hint, &each(shape, |_| x.text.clone()));
    }
    if shape.is_empty() {
        let zeros = vec!["0"; x.shape.len()].join(", ");
        return c.local(hint, &format!("{}[{zeros}]", x.text));
    }
    c.local_as(hint, &tensor_type("_", shape), &format!("reshape({})", x.text))
}

/// Input `k` as a tensor with elements, even if it is one number.
pub(crate) fn solid(c: &mut Converter<'_>, k: usize) -> Import<Operand> {
    let x = c.operand(k)?;
    if !x.literal {
        return Ok(x);
    }
    let hint = c.input_name(k).to_string();
    let y = c.local(&hint, &each(&x.shape, |_| x.text.clone()))?;
    Ok(Operand { tensor: x.tensor, element: x.element, ..y })
}

/// All elements in one dimension.
pub(crate) fn flatten(c: &mut Converter<'_>, x: &Operand) -> Import<Operand> {
    let count = x.shape.iter().product();
    reshape(c, &format!("{}_flat", x.text), x, &[count])
}

/// `offset + Σ step·index`.
pub(super) struct Affine {
    offset: i64,
    steps: Vec<i64>,
}

/// The map as an affine function of the indices of a shape, if it is one.
pub(super) fn affine(shape: &[usize], source: &[usize]) -> Option<Affine> {
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
pub(super) fn sum(map: &Affine, index: &[String]) -> String {
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
pub(super) fn digits(line: &[i64]) -> Option<Vec<usize>> {
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
