//! What is computed where everything is a constant, and cannot be proved otherwise: NonZero, Compress,
//! BitwiseAnd, BitwiseOr, BitwiseXor, BitwiseNot.
//! <https://onnx.ai/onnx/operators/onnx__NonZero.html> and so on; exporters write them into the
//! arithmetic of shapes and masks.

use super::elementwise::broadcast;
use super::refused::OF_ANY_SHAPE;
use super::shape::moves::{positions, strides};
use super::{Family, Operation, family, plain};
use crate::context::Args;
use crate::context::Converter;
use crate::fault::{Fault, Import, refuse};
use crate::graph::Node;
use crate::tensor::{Element, Tensor, Values};
use ndarray::{ArrayD, IxDyn};

/// The operations: their results never stay nodes.
pub(crate) const OPERATIONS: &[Operation] = &[
    family("BitwiseAnd", &Bitwise(|a, b| a & b)),
    plain("BitwiseNot", bitwise_not, never),
    family("BitwiseOr", &Bitwise(|a, b| a | b)),
    family("BitwiseXor", &Bitwise(|a, b| a ^ b)),
    plain("Compress", compress, never).refused(&OF_ANY_SHAPE),
    plain("NonZero", non_zero, never).refused(&OF_ANY_SHAPE),
];

fn never(_: &Node, _: &mut Converter<'_>) -> Import<()> {
    refuse("its value is not known at import")
}

/// Indices of what is not 0: a row for each dimension, a column for each element.
fn non_zero(_: &Node, a: &Args<'_>) -> Import<Vec<Tensor>> {
    let x = a.get(0)?;
    let shape = if x.shape().is_empty() { &[1][..] } else { x.shape() };
    let found: Vec<usize> =
        x.to_floats()?.iter().enumerate().filter(|(_, v)| **v != 0.0).map(|(k, _)| k).collect();
    let own = strides(shape);
    let rows = own.iter().zip(shape).flat_map(|(s, d)| found.iter().map(move |k| k / s % d));
    let list: Vec<i64> = rows.map(|v| v as i64).collect();
    let y = ArrayD::from_shape_vec(IxDyn(&[shape.len(), found.len()]), list);
    Ok(vec![Tensor::int(Element::Int64, y.map_err(|e| Fault::new(e.to_string()))?)])
}

/// Slices along an axis, or elements of all in one, that a condition chooses.
fn compress(n: &Node, a: &Args<'_>) -> Import<Vec<Tensor>> {
    let x = a.get(0)?;
    let chosen: Vec<usize> =
        a.get(1)?.bools()?.iter().enumerate().filter(|(_, c)| **c).map(|(k, _)| k).collect();
    let flat = x.reshaped(&[x.len()])?;
    let (x, k) = match n.int("axis")? {
        Some(k) => (x, super::super::graph::axis(k, x.shape().len())?),
        None => (&flat, 0),
    };
    if chosen.last().is_some_and(|k2| *k2 >= x.shape()[k]) {
        return refuse(format!("its condition is longer than {}", x.shape()[k]));
    }
    let mut shape = x.shape().to_vec();
    shape[k] = chosen.len();
    let own = strides(x.shape());
    let source = positions(&shape, |at| {
        let parts = at.iter().zip(&own).enumerate();
        let one =
            |(d, (i, s)): (usize, (&usize, &usize))| if d == k { chosen[*i] * s } else { i * s };
        Some(parts.map(one).sum())
    });
    Ok(vec![x.moved(&shape, &source, None)?])
}

/// A function of the bits of two integers.
struct Bitwise(fn(i64, i64) -> i64);

impl Family for Bitwise {
    fn evaluate(&self, _: &Node, a: &Args<'_>) -> Import<Vec<Tensor>> {
        let (x, y) = (a.get(0)?, a.get(1)?);
        if x.element != y.element {
            return refuse(format!("its inputs are {} and {}", x.element.name(), y.element.name()));
        }
        // Two's complement of 64 bits has the same bits as a narrower one of the same sign.
        let z = broadcast::zip(x.ints()?, y.ints()?, |a, b| self.0(*a, *b))?;
        Ok(vec![Tensor::int(x.element, z)])
    }

    fn convert(&self, n: &Node, c: &mut Converter<'_>) -> Import<()> {
        never(n, c)
    }
}

fn bitwise_not(_: &Node, a: &Args<'_>) -> Import<Vec<Tensor>> {
    let x = a.get(0)?;
    let (lo, hi) = x.element.limits().unwrap_or((0, 0));
    // The ends of its type stand for one another.
    let not = |v: i64| i64::try_from(lo + hi - i128::from(v)).ok();
    let y = x.ints()?.mapv(not);
    if y.iter().any(Option::is_none) {
        return refuse("it gives integers of more than 63 bits");
    }
    Ok(vec![Tensor { element: x.element, values: Values::Int(y.mapv(Option::unwrap_or_default)) }])
}
