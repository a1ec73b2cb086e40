//! And, Or, Xor, Not: of truth values, with broadcasting.
//! <https://onnx.ai/onnx/operators/onnx__And.html> and so on, opset 7 and later.
//!
//! Polynomials of bits: a·b, a + b − a·b, a + b − 2·a·b, 1 − a. One constraint for each element;
//! none for Not, or where one operand is a constant.

use super::broadcast;
use crate::context::Args;
use crate::context::{Converter, Expr, Family};
use crate::fault::Import;
use crate::graph::Node;
use crate::tensor::Tensor;

/// What becomes of two truth values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Logic {
    And,
    Or,
    Xor,
}

fn evaluate(own: Logic, _: &Node, args: &Args<'_>) -> Import<Vec<Tensor>> {
    let (a, b) = (args.get(0)?.bools()?, args.get(1)?.bools()?);
    let y = broadcast::zip(a, b, |a, b| match own {
        Logic::And => *a && *b,
        Logic::Or => *a || *b,
        Logic::Xor => *a != *b,
    })?;
    Ok(vec![Tensor::bool(y)])
}

fn convert(own: Logic, _: &Node, c: &mut Converter<'_>) -> Import<()> {
    let all = broadcast::operands(c)?;
    let shape = c.result(0)?.shape();
    let text = broadcast::text(&all, shape, false, |e| {
        let (a, b) = (&e[0], &e[1]);
        match own {
            Logic::And => a * b,
            Logic::Or => &(a + b) - &(a * b),
            Logic::Xor => &(a + b) - &(&(&Expr::int(2) * a) * b),
        }
    });
    c.bind(0, &text)
}

pub(super) fn not(_: &Node, args: &Args<'_>) -> Import<Vec<Tensor>> {
    Ok(vec![Tensor::bool(args.get(0)?.bools()?.mapv(|v| !v))])
}

pub(super) fn convert_not(_: &Node, c: &mut Converter<'_>) -> Import<()> {
    let all = broadcast::operands(c)?;
    let shape = c.result(0)?.shape();
    let text = broadcast::text(&all, shape, true, |e| e[0].not());
    c.bind(0, &text)
}

impl Family for Logic {
    fn evaluate(&self, n: &Node, a: &Args<'_>) -> Import<Vec<Tensor>> {
        evaluate(*self, n, a)
    }

    fn convert(&self, n: &Node, c: &mut Converter<'_>) -> Import<()> {
        convert(*self, n, c)
    }
}
