//! Broadcasting: shapes are aligned at their last dimension, and sizes of 1 are repeated.
//! <https://onnx.ai/onnx/repo-docs/Broadcasting.html>

use crate::context::{Converter, Expr, Operand, each};
use crate::fault::{Import, leaves, refuse};
use crate::tensor::{Tensor, Values, elements};
use ndarray::{ArrayD, IxDyn, Zip};
use std::fmt;

/// The shape that all shapes are broadcast to.
pub(crate) fn shape(shapes: &[&[usize]]) -> Import<Vec<usize>> {
    let rank = shapes.iter().map(|s| s.len()).max().unwrap_or(0);
    let mut out = vec![1; rank];
    for s in shapes {
        for (o, d) in out[rank - s.len()..].iter_mut().zip(*s) {
            match (*o, *d) {
                (a, b) if a == b => {}
                (1, d) => *o = d,
                (_, 1) => {}
                _ => return refuse(format!("the shapes {shapes:?} do not go together")),
            }
        }
    }
    elements(&out)?;
    Ok(out)
}

/// `f` of the elements at each place, for two arrays.
pub(crate) fn zip<A: Clone, B: Clone, C>(
    a: &ArrayD<A>,
    b: &ArrayD<B>,
    f: impl Fn(&A, &B) -> C,
) -> Import<ArrayD<C>> {
    let out = shape(&[a.shape(), b.shape()])?;
    let (Some(a), Some(b)) = (a.broadcast(IxDyn(&out)), b.broadcast(IxDyn(&out))) else {
        return refuse("the shapes do not go together");
    };
    Ok(Zip::from(a).and(b).map_collect(f))
}

/// An array repeated to a shape that its own can be broadcast to.
pub(crate) fn spread<A: Clone>(a: &ArrayD<A>, shape: &[usize]) -> Import<ArrayD<A>> {
    match a.broadcast(IxDyn(shape)) {
        Some(v) => Ok(v.to_owned()),
        None => refuse(format!("{:?} cannot be broadcast to {shape:?}", a.shape())),
    }
}

/// `f` on floats, or `g` on integers; both tensors must be of one kind. Integers that leave their
/// type are refused: a circuit does not wrap around.
pub(crate) fn arithmetic(
    a: &Tensor,
    b: &Tensor,
    f: impl Fn(f64, f64) -> f64,
    g: impl Fn(i128, i128) -> Option<i128>,
) -> Import<Tensor> {
    if a.element != b.element {
        return refuse(format!("its inputs are {} and {}", a.element.name(), b.element.name()));
    }
    let values = match (&a.values, &b.values) {
        (Values::Int(x), Values::Int(y)) => {
            let (lo, hi) = a.element.limits().unwrap_or((0, 0));
            let all = zip(x, y, |x, y| {
                let v = g(i128::from(*x), i128::from(*y)).filter(|v| *v >= lo && *v <= hi);
                v.and_then(|v| i64::try_from(v).ok())
            })?;
            if all.iter().any(Option::is_none) {
                return Err(leaves(a.element.name()));
            }
            Values::Int(all.mapv(Option::unwrap_or_default))
        }
        _ => Values::Float(zip(a.floats()?, b.floats()?, |x, y| f(*x, *y))?),
    };
    Ok(Tensor { element: a.element, values })
}

/// The text of an expression over operands that are broadcast to a shape; `f` gets one element of each.
/// Tensors of equal shape stand in whole where `whole` says that `f` takes them.
pub(crate) fn text<E: fmt::Display>(
    operands: &[Operand],
    shape: &[usize],
    whole: bool,
    f: impl Fn(&[Expr]) -> E,
) -> String {
    let fits = |o: &Operand| o.literal || o.shape == shape;
    if whole && operands.iter().all(fits) && operands.iter().any(|o| !o.literal) {
        let all: Vec<Expr> = operands.iter().map(Operand::expr).collect();
        return f(&all).to_string();
    }
    each(shape, |index| {
        let all: Vec<Expr> = operands.iter().map(|o| o.at(index)).collect();
        f(&all)
    })
}

/// Operands of all inputs of a node.
pub(crate) fn operands(c: &mut Converter<'_>) -> Import<Vec<Operand>> {
    (0..c.inputs()).map(|k| c.operand(k)).collect()
}
