//! A tensor as rows of what is normalized together.

use crate::context::{Converter, Operand, each, index_name, tensor_type};
use crate::fault::{Import, refuse};
use crate::ops::shape::moves::strides;

/// Which dimensions of a tensor are normalized over.
pub(super) struct Rows {
    /// The dimensions that stay, then those of a row, as dimensions of the tensor.
    order: Vec<usize>,
    shape: Vec<usize>,
    /// Number of rows.
    pub(super) count: usize,
    /// Elements of a row.
    pub(super) size: usize,
}

impl Rows {
    /// `axes` are dimensions of the shape; they may be in any order.
    pub(super) fn new(shape: &[usize], axes: &[usize]) -> Import<Rows> {
        let (inner, outer): (Vec<usize>, Vec<usize>) =
            (0..shape.len()).partition(|d| axes.contains(d));
        let product = |list: &[usize]| list.iter().map(|d| shape[*d]).product::<usize>();
        let (count, size) = (product(&outer), product(&inner));
        if count == 0 || size == 0 {
            return refuse(format!("there is nothing to normalize in the shape {shape:?}"));
        }
        let order = outer.into_iter().chain(inner).collect();
        Ok(Rows { order, shape: shape.to_vec(), count, size })
    }

    fn ordered(&self) -> Vec<usize> {
        self.order.iter().map(|d| self.shape[*d]).collect()
    }

    /// For each row, the row-major places of its elements.
    pub(super) fn places(&self) -> Vec<Vec<usize>> {
        let (shape, own) = (self.ordered(), strides(&self.shape));
        let steps = strides(&shape);
        let place = |z: usize| -> usize {
            (0..shape.len()).map(|k| z / steps[k] % shape[k] * own[self.order[k]]).sum()
        };
        let row = |r: usize| (0..self.size).map(|i| place(r * self.size + i)).collect();
        (0..self.count).map(row).collect()
    }

    /// The operand as a matrix of rows.
    pub(super) fn of(&self, c: &mut Converter<'_>, x: &Operand) -> Import<Operand> {
        let ordered = if self.order.is_sorted() {
            x.clone()
        } else {
            // The index of each dimension of x is the name of the loop that stands for it.
            let text = each(&self.ordered(), |names| {
                let mut index = vec![""; names.len()];
                names.iter().zip(&self.order).for_each(|(n, d)| index[*d] = n);
                format!("{}[{}]", x.text, index.join(", "))
            });
            c.local(&format!("{}_ordered", x.text), &text)?
        };
        reshape(c, &ordered, &[self.count, self.size])
    }

    /// Gives output `k` the elements of a matrix of rows.
    pub(super) fn bind(&self, c: &mut Converter<'_>, k: usize, text: &str) -> Import<()> {
        let shape = self.ordered();
        let sorted = self.order.is_sorted();
        if sorted && shape == [self.count, self.size] {
            return c.bind(k, text);
        }
        let rows = c.local("rows", text)?;
        if sorted {
            return c.bind_as(k, &tensor_type("_", &shape), &format!("reshape({})", rows.text));
        }
        let y = reshape(c, &rows, &shape)?;
        let index: Vec<String> = self.order.iter().map(|d| index_name(*d)).collect();
        let text = each(&self.shape, |_| format!("{}[{}]", y.text, index.join(", ")));
        c.bind(k, &text)
    }
}

/// The operand in another shape.
pub(super) fn reshape(c: &mut Converter<'_>, x: &Operand, shape: &[usize]) -> Import<Operand> {
    if x.shape == shape {
        return Ok(x.clone());
    }
    let text = format!("reshape({})", x.text);
    let out = c.local_as(&format!("{}_rows", x.text), &tensor_type("_", shape), &text)?;
    Ok(Operand { tensor: x.tensor.clone(), element: x.element, ..out })
}

/// Input `k` as a list of as many numbers as `shape` has elements, to which it is broadcast.
pub(super) fn list(c: &mut Converter<'_>, k: usize, shape: &[usize]) -> Import<Operand> {
    let mut x = c.operand(k)?;
    // Dimensions of size 1 before those of the shape say nothing.
    let skip = x.shape.len().saturating_sub(shape.len());
    let own = x.shape[skip..].to_vec();
    let fits = own.iter().rev().zip(shape.iter().rev()).all(|(a, b)| a == b || *a == 1);
    if !fits || x.shape[..skip].iter().any(|d| *d != 1) {
        return refuse(format!("input {k} has the shape {:?}, not {shape:?}", x.shape));
    }
    if skip > 0 && !x.literal {
        x = reshape(c, &x, &own)?;
    }
    if x.literal || x.shape != shape {
        let hint = format!("{}_each", c.input_name(k));
        x = c.local(&hint, &each(shape, |at| x.at(at)))?;
    }
    let count: usize = shape.iter().product();
    reshape(c, &x, &[count])
}
