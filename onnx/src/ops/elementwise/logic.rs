//! And, Or, Xor, Not: of truth values, with broadcasting.
//! <https://onnx.ai/onnx/operators/onnx__And.html> and so on, opset 7 and later.
//!
//! Polynomials of bits: a·b, a + b − a·b, a + b − 2·a·b, 1 − a. One constraint for each element;
//! none for Not, or where one operand is a constant.

use super::broadcast;
use crate::context::Args;
use crate::context::Converter;
use crate::fault::Import;
use crate::graph::Node;
use crate::tensor::Tensor;

pub(super) fn evaluate(n: &Node, args: &Args<'_>) -> Import<Vec<Tensor>> {
    let a = args.get(0)?.bools()?;
    if n.op == "Not" {
        return Ok(vec![Tensor::bool(a.mapv(|v| !v))]);
    }
    let y = broadcast::zip(a, args.get(1)?.bools()?, |a, b| match n.op.as_str() {
        "And" => *a && *b,
        "Or" => *a || *b,
        _ => *a != *b,
    })?;
    Ok(vec![Tensor::bool(y)])
}

pub(super) fn convert(n: &Node, c: &mut Converter<'_>) -> Import<()> {
    let all = broadcast::operands(c)?;
    let shape = c.result(0)?.shape();
    let text = broadcast::text(&all, shape, n.op == "Not", |e| match (n.op.as_str(), e) {
        ("And", [a, b]) => format!("{a} * {b}"),
        ("Or", [a, b]) => format!("{a} + {b} - {a} * {b}"),
        (_, [a, b]) => format!("{a} + {b} - 2 * {a} * {b}"),
        (_, [a, ..]) => format!("1 - {a}"),
        (_, []) => String::new(),
    });
    c.bind(0, &text)
}
