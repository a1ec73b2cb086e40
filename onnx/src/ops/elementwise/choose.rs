//! Where: y = a where the condition holds, else b, with broadcasting.
//! <https://onnx.ai/onnx/operators/onnx__Where.html>, opset 9 and later; any one type but strings.
//!
//! Layer: `select`, one constraint for each element; none where the condition is a constant, or both
//! a and b are; one more where the condition's interval is wider than a bit's. A constant −∞, as in masks, becomes a number far below the others.

use super::broadcast;
use crate::context::Args;
use crate::context::{Converter, Expr, Operand, each};
use crate::fault::{Import, refuse};
use crate::graph::Node;
use crate::tensor::{Tensor, Values};
use ndarray::ArrayD;
use num_bigint::BigInt;
use num_traits::{One, Signed};

pub(super) fn evaluate(_: &Node, args: &Args<'_>) -> Import<Vec<Tensor>> {
    let (c, a, b) = (args.get(0)?.bools()?, args.get(1)?, args.get(2)?);
    if a.element != b.element {
        return refuse(format!("its inputs are {} and {}", a.element.name(), b.element.name()));
    }
    fn pick<T: Clone>(c: &ArrayD<bool>, a: &ArrayD<T>, b: &ArrayD<T>) -> Import<ArrayD<T>> {
        let shape = broadcast::shape(&[c.shape(), a.shape(), b.shape()])?;
        let c = broadcast::spread(c, &shape)?;
        let (a, b) = (broadcast::spread(a, &shape)?, broadcast::spread(b, &shape)?);
        let pairs = broadcast::zip(&a, &b, |a, b| (a.clone(), b.clone()))?;
        broadcast::zip(&c, &pairs, |c, (a, b)| if *c { a.clone() } else { b.clone() })
    }
    let values = match (&a.values, &b.values) {
        (Values::Float(a), Values::Float(b)) => Values::Float(pick(c, a, b)?),
        (Values::Int(a), Values::Int(b)) => Values::Int(pick(c, a, b)?),
        (Values::Bool(a), Values::Bool(b)) => Values::Bool(pick(c, a, b)?),
        _ => return refuse("strings cannot be proved"),
    };
    Ok(vec![Tensor { element: a.element, values }])
}

pub(super) fn convert(_: &Node, c: &mut Converter<'_>) -> Import<()> {
    let mut all = c.masked(&[0, 1, 2])?;
    if let Some(x) = all.first_mut().filter(|x| x.lo.is_negative() || x.hi > BigInt::one()) {
        // A truth value, though its formula does not show it: one that reads a tensor twice.
        let text = each(&x.shape, |i| format!("narrow::<bit>({})", x.at(i)));
        let bits = c.local(&format!("{}_bits", x.text), &text)?;
        *x = Operand { tensor: x.tensor.clone(), element: x.element, ..bits };
    }
    let shape = c.result(0)?.shape();
    let text = broadcast::text(&all, shape, false, |e| Expr::call("select", e));
    c.bind(0, &text)
}
