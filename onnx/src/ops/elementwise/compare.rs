//! Equal, Greater, Less, GreaterOrEqual, LessOrEqual: truth values, with broadcasting.
//! <https://onnx.ai/onnx/operators/onnx__Equal.html> and so on; numbers of any one type, Equal of
//! truth values too; GreaterOrEqual and LessOrEqual since opset 12.
//!
//! Operators of the language, which are the layers `is_equal`, `less_than` and `at_most`. Exact for
//! the fixed-point numbers that the operands are: the sign of their difference takes as many digits
//! as it has, which is less than to requantize both. A constant −∞ or +∞ is beyond all numbers.

use super::broadcast;
use crate::context::Args;
use crate::context::{Converter, Expr, Family};
use crate::fault::{Import, refuse};
use crate::graph::Node;
use crate::tensor::{Element, Tensor, Values};
use std::cmp::Ordering;

/// What is asked of two numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Comparison {
    Equal,
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
}

impl Comparison {
    /// Whether an order of two numbers is what is asked for; NaN has none.
    fn holds(self, order: Option<Ordering>) -> bool {
        order.is_some_and(match self {
            Comparison::Equal => Ordering::is_eq,
            Comparison::Greater => Ordering::is_gt,
            Comparison::GreaterOrEqual => Ordering::is_ge,
            Comparison::Less => Ordering::is_lt,
            Comparison::LessOrEqual => Ordering::is_le,
        })
    }

    /// Its operator in the language.
    fn operator(self) -> &'static str {
        match self {
            Comparison::Equal => "==",
            Comparison::Greater => ">",
            Comparison::GreaterOrEqual => ">=",
            Comparison::Less => "<",
            Comparison::LessOrEqual => "<=",
        }
    }
}

fn evaluate(own: Comparison, _: &Node, args: &Args<'_>) -> Import<Vec<Tensor>> {
    let (a, b) = (args.get(0)?, args.get(1)?);
    if a.element != b.element {
        return refuse(format!("its inputs are {} and {}", a.element.name(), b.element.name()));
    }
    let y = match (&a.values, &b.values) {
        (Values::Float(x), Values::Float(y)) => {
            broadcast::zip(x, y, |x, y| own.holds(x.partial_cmp(y)))?
        }
        (Values::Int(x), Values::Int(y)) => broadcast::zip(x, y, |x, y| own.holds(Some(x.cmp(y))))?,
        (Values::Bool(x), Values::Bool(y)) if own == Comparison::Equal => {
            broadcast::zip(x, y, |x, y| x == y)?
        }
        _ => return refuse(format!("{} cannot be compared here", a.element.name())),
    };
    Ok(vec![Tensor::bool(y)])
}

fn convert(own: Comparison, _: &Node, c: &mut Converter<'_>) -> Import<()> {
    let all = c.masked(&[0, 1])?;
    let shape = c.result(0)?.shape();
    let bits = all.iter().all(|o| o.element == Element::Bool);
    let text = broadcast::text(&all, shape, false, |e| {
        let (a, b) = (&e[0], &e[1]);
        match own {
            // One constraint instead of a test for zero.
            Comparison::Equal if bits => &(&a.not() - b) + &(&(&Expr::int(2) * a) * b),
            _ => a.compare(own.operator(), b),
        }
    });
    c.bind(0, &text)
}

impl Family for Comparison {
    fn evaluate(&self, n: &Node, a: &Args<'_>) -> Import<Vec<Tensor>> {
        evaluate(*self, n, a)
    }

    fn convert(&self, n: &Node, c: &mut Converter<'_>) -> Import<()> {
        convert(*self, n, c)
    }
}
