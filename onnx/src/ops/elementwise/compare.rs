//! Equal, Greater, Less, GreaterOrEqual, LessOrEqual: truth values, with broadcasting.
//! <https://onnx.ai/onnx/operators/onnx__Equal.html> and so on; numbers of any one type, Equal of
//! truth values too; GreaterOrEqual and LessOrEqual since opset 12.
//!
//! Operators of the language, which are the layers `is_equal`, `less_than` and `at_most`. Exact for
//! the fixed-point numbers that the operands are: the sign of their difference takes as many digits
//! as it has, which is less than to requantize both. A constant −∞ or +∞ is beyond all numbers.

use super::broadcast;
use crate::context::Args;
use crate::context::Converter;
use crate::fault::{Import, refuse};
use crate::graph::Node;
use crate::tensor::{Element, Tensor, Values};
use std::cmp::Ordering;

/// Whether an order of two numbers is what the operator asks for; NaN has none.
fn holds(op: &str, order: Option<Ordering>) -> bool {
    match (op, order) {
        (_, None) => false,
        ("Equal", Some(o)) => o.is_eq(),
        ("Greater", Some(o)) => o.is_gt(),
        ("Less", Some(o)) => o.is_lt(),
        ("GreaterOrEqual", Some(o)) => o.is_ge(),
        (_, Some(o)) => o.is_le(),
    }
}

pub(super) fn evaluate(n: &Node, args: &Args<'_>) -> Import<Vec<Tensor>> {
    let (a, b) = (args.get(0)?, args.get(1)?);
    if a.element != b.element {
        return refuse(format!("its inputs are {} and {}", a.element.name(), b.element.name()));
    }
    let op = n.op.as_str();
    let y = match (&a.values, &b.values) {
        (Values::Float(x), Values::Float(y)) => {
            broadcast::zip(x, y, |x, y| holds(op, x.partial_cmp(y)))?
        }
        (Values::Int(x), Values::Int(y)) => broadcast::zip(x, y, |x, y| holds(op, Some(x.cmp(y))))?,
        (Values::Bool(x), Values::Bool(y)) if op == "Equal" => broadcast::zip(x, y, |x, y| x == y)?,
        _ => return refuse(format!("{} cannot be compared here", a.element.name())),
    };
    Ok(vec![Tensor::bool(y)])
}

pub(super) fn convert(n: &Node, c: &mut Converter<'_>) -> Import<()> {
    let all = c.masked(&[0, 1])?;
    let shape = c.result(0)?.shape();
    let bits = all.iter().all(|o| o.element == Element::Bool);
    let text = broadcast::text(&all, shape, false, |e| {
        let (a, b) = (&e[0], &e[1]);
        match n.op.as_str() {
            // One constraint instead of a test for zero.
            "Equal" if bits => format!("1 - {a} - {b} + 2 * {a} * {b}"),
            "Equal" => format!("{a} == {b}"),
            "Greater" => format!("{a} > {b}"),
            "Less" => format!("{a} < {b}"),
            "GreaterOrEqual" => format!("{a} >= {b}"),
            _ => format!("{a} <= {b}"),
        }
    });
    c.bind(0, &text)
}
