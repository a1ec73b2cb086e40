//! Functions of all numbers along an axis: rows, wherever they lie in the tensor.

use crate::context::{Converter, Operand, each, index_name, tensor_type};
use crate::fault::Import;
use crate::graph::Node;
use crate::tensor::Tensor;
use ndarray::{ArrayD, ArrayViewMut1, Axis, IxDyn};

/// In which shape, and along which of its axes, a softmax works: along `axis`, the last by default;
/// before opset 13 over all dimensions from `axis` on, the second by default, as one.
fn layout(n: &Node, shape: &[usize]) -> Import<(Vec<usize>, usize)> {
    if n.opset >= 13 {
        return Ok((shape.to_vec(), n.axis("axis", -1, shape.len())?));
    }
    // Axis 1 of a list is the end of it: a row for each number.
    let default = n.int_or("axis", 1)?;
    let axis =
        if default == shape.len() as i64 { shape.len() } else { n.axis("axis", 1, shape.len())? };
    let (rows, columns) = shape.split_at(axis);
    Ok((vec![rows.iter().product(), columns.iter().product()], 1))
}

/// A function of each row, in the clear.
pub(super) fn map(n: &Node, x: &Tensor, f: impl Fn(ArrayViewMut1<'_, f64>)) -> Import<Vec<Tensor>> {
    let (shape, axis) = layout(n, x.shape())?;
    let flat = x.reshaped(&shape)?;
    let mut a: ArrayD<f64> = flat.floats()?.clone();
    a.lanes_mut(Axis(axis)).into_iter().for_each(f);
    let flat: Vec<f64> = a.iter().copied().collect();
    let y = ArrayD::from_shape_vec(IxDyn(x.shape()), flat);
    let y = y.map_err(|e| crate::fault::Fault::new(e.to_string()))?;
    Ok(vec![Tensor::float(x.element, y)])
}

/// Length of the rows.
pub(super) fn length(n: &Node, shape: &[usize]) -> Import<usize> {
    let (shape, axis) = layout(n, shape)?;
    Ok(shape[axis])
}

/// Writes output 0 as `call` of each row of x.
pub(super) fn convert(n: &Node, c: &mut Converter<'_>, x: &Operand, call: &str) -> Import<()> {
    convert_with(n, c, x, |row| format!("{call}({row})"))
}

/// Writes output 0 as what `of` makes of the text of each row of x.
pub(super) fn convert_with(
    n: &Node,
    c: &mut Converter<'_>,
    x: &Operand,
    of: impl Fn(&str) -> String,
) -> Import<()> {
    let (shape, axis) = layout(n, &x.shape)?;
    let x = if shape == x.shape {
        x.clone()
    } else {
        let flat =
            c.local_as("rows", &tensor_type("_", &shape), &format!("reshape({})", x.text))?;
        Operand { tensor: x.tensor.clone(), element: x.element, ..flat }
    };
    let last = shape.len() - 1;
    let names: Vec<String> = (0..shape.len()).map(index_name).collect();
    let mut others: Vec<usize> = (0..shape.len()).collect();
    others.remove(axis);
    let row = if axis == last {
        let at: Vec<&str> = names[..last].iter().map(String::as_str).collect();
        if at.is_empty() { x.text.clone() } else { format!("{}[{}]", x.text, at.join(", ")) }
    } else {
        format!("for {} < {} {{ {}[{}] }}", names[axis], shape[axis], x.text, names.join(", "))
    };
    let binders: Vec<String> =
        others.iter().map(|k| format!("{} < {}", names[*k], shape[*k])).collect();
    let text = if binders.is_empty() {
        of(&row)
    } else {
        format!("for {} {{ {} }}", binders.join(", "), of(&row))
    };
    if axis == last && shape == c.result(0)?.shape() {
        return c.bind(0, &text);
    }
    let output = n.outputs.first().map_or("", String::as_str);
    let y = c.local(&format!("{output}_rows"), &text)?;
    if axis == last {
        let ty = tensor_type("_", c.result(0)?.shape());
        return c.bind_as(0, &ty, &format!("reshape({})", y.text));
    }
    // The axis goes back to its place.
    let text = each(&shape, |index| {
        let at: Vec<&str> = others.iter().chain([&axis]).map(|k| index[*k].as_str()).collect();
        format!("{}[{}]", y.text, at.join(", "))
    });
    c.bind(0, &text)
}
