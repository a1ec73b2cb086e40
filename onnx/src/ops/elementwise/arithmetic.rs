//! Add, Sub, Mul: exact, with broadcasting.
//! <https://onnx.ai/onnx/operators/onnx__Add.html>, opset 7 and later; numbers of any one type.
//!
//! Operators of the language: a sum takes the finer of two steps, a product multiplies them. Sums
//! and products with constants cost nothing; a product of two variables is one constraint. A constant
//! −∞ that is added, as in masks, becomes a number far below the others.

use super::broadcast;
use crate::context::Args;
use crate::context::{Converter, Family, Operand};
use crate::fault::Import;
use crate::graph::Node;
use crate::quantize::fixed::power_of_two;
use crate::tensor::Tensor;

/// What becomes of two numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Arithmetic {
    Sum,
    Difference,
    Product,
}

fn evaluate(own: Arithmetic, _: &Node, args: &Args<'_>) -> Import<Vec<Tensor>> {
    let (a, b) = (args.get(0)?, args.get(1)?);
    let y = match own {
        Arithmetic::Sum => broadcast::arithmetic(a, b, |x, y| x + y, i128::checked_add),
        Arithmetic::Difference => broadcast::arithmetic(a, b, |x, y| x - y, i128::checked_sub),
        Arithmetic::Product => broadcast::arithmetic(a, b, |x, y| x * y, i128::checked_mul),
    };
    Ok(vec![y?])
}

fn convert(own: Arithmetic, n: &Node, c: &mut Converter<'_>) -> Import<()> {
    let all = match own {
        Arithmetic::Sum => summands(c, true)?,
        Arithmetic::Difference => summands(c, false)?,
        Arithmetic::Product => factors(n, c)?,
    };
    let shape = c.result(0)?.shape();
    let text = broadcast::text(&all, shape, true, |e| match own {
        Arithmetic::Sum => &e[0] + &e[1],
        Arithmetic::Difference => &e[0] - &e[1],
        Arithmetic::Product => &e[0] * &e[1],
    });
    c.bind(0, &text)
}

/// A constant vector of a product is as fine as its smallest factor needs.
fn factors(n: &Node, c: &mut Converter<'_>) -> Import<Vec<Operand>> {
    let one = |k: usize, c: &mut Converter<'_>| match c.constant(k) {
        Some(t) if t.element.is_float() && t.len() > 1 => {
            let bits = c.finer_bits(c.finer_factors(n, t.floats()?));
            let name = c.input_name(k).to_string();
            let w = c.weight_of(&name, t.floats()?, None, bits)?;
            Ok(Operand { element: t.element, tensor: name, ..w })
        }
        _ => c.operand(k),
    };
    (0..c.inputs()).map(|k| one(k, c)).collect()
}

/// How much finer than what it is added to a constant is where that costs nothing, as a power of two: errors of
/// a sample differ in sign, those of a constant are the same in all.
const FINER: i32 = 4;

/// A constant vector of a sum is at least as fine as what it is added to: that costs no bits, and where
/// its elements differ in size, those of its own largest one would lose the others.
fn summands(c: &mut Converter<'_>, masks: bool) -> Import<Vec<Operand>> {
    let mut all = if masks { c.masked(&[0, 1])? } else { broadcast::operands(c)? };
    let open = (0..all.len()).find(|k| c.constant(*k).is_none());
    let Some(open) = open else { return Ok(all) };
    let mut x = all[open].scale.clone();
    if all[open].bits() <= u64::from(c.activation_bits()) && c.is_multiplied() {
        x *= power_of_two(-FINER);
    }
    for (k, o) in all.iter_mut().enumerate() {
        let t = c.constant(k).filter(|t| t.element.is_float() && t.len() > 1);
        let Some(t) = t.filter(|_| x < o.scale) else { continue };
        let values = t.floats()?;
        if values.iter().all(|v| v.is_finite()) {
            let name = c.input_name(k).to_string();
            let w = c.weight_at(&name, values, &x)?;
            *o = Operand { element: t.element, tensor: name, ..w };
        }
    }
    Ok(all)
}

impl Family for Arithmetic {
    fn evaluate(&self, n: &Node, a: &Args<'_>) -> Import<Vec<Tensor>> {
        evaluate(*self, n, a)
    }

    fn convert(&self, n: &Node, c: &mut Converter<'_>) -> Import<()> {
        convert(*self, n, c)
    }
}
