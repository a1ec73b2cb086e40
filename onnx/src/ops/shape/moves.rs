//! How an operation that only moves elements is written.
//!
//! Which element goes where is found by running the operation on the numbers of the places. The
//! map is then written as an index expression: of the input's own dimensions if it is affine in
//! the result's indices, axis by axis if each moves by itself, of the flattened input if it is affine
//! in parts of the indices, or else through a table of places. None of them costs a constraint.

mod affine;

pub(crate) use affine::{affine, digits, sum};

use super::lines;
use crate::context::Args;
use crate::context::{Converter, Operand, each, tensor_type};
use crate::fault::{Fault, Import};
use crate::graph::Node;
use crate::tensor::{Element, Tensor};
use affine::{by_dimensions, refine};
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
    let op = c.operation.ok_or_else(|| Fault::new("is not supported"))?;
    let mut list = vec![Some(&places)];
    list.extend((1..c.inputs()).map(|k| c.constant(k)));
    let results = op.evaluate(n, &Args { list })?;
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
    let count = crate::tensor::elements(shape)?;
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
    if !c.wants(k) || source.is_empty() {
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
    if let Some(fine) = refine(shape, source)
        && let Some(map) = affine(&fine, source)
    {
        let flat = flatten(c, x)?;
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
    let flat = flatten(c, x)?;
    let table = c.places(&format!("{hint}_places"), &[source.len()], source, flat.shape[0])?;
    let text = each(&[source.len()], |i| format!("{}[{}[{}]]", flat.text, table.text, i[0]));
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
    solid_of(c, k, x)
}

/// The same of the operand that input `k` is.
pub(crate) fn solid_of(c: &mut Converter<'_>, k: usize, x: Operand) -> Import<Operand> {
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
