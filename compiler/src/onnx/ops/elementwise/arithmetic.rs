//! Add, Sub, Mul: exact, with broadcasting.
//! <https://onnx.ai/onnx/operators/onnx__Add.html>, opset 7 and later; numbers of any one type.
//!
//! Operators of the language: a sum takes the finer of two steps, a product multiplies them. Sums
//! and products with constants cost nothing; a product of two variables is one constraint. A constant
//! −∞ that is added, as in masks, becomes a number far below the others.

use super::broadcast;
use crate::onnx::convert::Converter;
use crate::onnx::evaluate::Args;
use crate::onnx::fault::Import;
use crate::onnx::graph::Node;
use crate::onnx::tensor::Tensor;

pub(super) fn add(_: &Node, a: &Args<'_>) -> Import<Vec<Tensor>> {
    Ok(vec![broadcast::arithmetic(a.get(0)?, a.get(1)?, |x, y| x + y, i128::checked_add)?])
}

pub(super) fn sub(_: &Node, a: &Args<'_>) -> Import<Vec<Tensor>> {
    Ok(vec![broadcast::arithmetic(a.get(0)?, a.get(1)?, |x, y| x - y, i128::checked_sub)?])
}

pub(super) fn mul(_: &Node, a: &Args<'_>) -> Import<Vec<Tensor>> {
    Ok(vec![broadcast::arithmetic(a.get(0)?, a.get(1)?, |x, y| x * y, i128::checked_mul)?])
}

pub(super) fn convert(n: &Node, c: &mut Converter<'_>) -> Import<()> {
    let operator = match n.op.as_str() {
        "Add" => "+",
        "Sub" => "-",
        _ => "*",
    };
    let all = if operator == "+" { broadcast::masked(c)? } else { broadcast::operands(c)? };
    let shape = c.result(0)?.shape();
    let text = broadcast::text(&all, shape, true, |e| format!("{} {operator} {}", e[0], e[1]));
    c.bind(0, &text)
}
