//! Functions of numbers at the same place of several tensors, which are broadcast to one shape.

mod arithmetic;
pub(crate) mod broadcast;
mod choose;
mod compare;
mod division;
mod functions;
mod interpolate;
mod logic;
mod modulo;
mod power;
mod root;
mod rounding;
mod shift;
pub(crate) mod table;
#[cfg(test)]
mod tests;
mod unary;
mod variadic;

use super::{Operation, plain};

/// The operations of this group.
pub(crate) const OPERATIONS: &[Operation] = &[
    plain("Abs", unary::abs, unary::convert),
    plain("Acos", functions::evaluate, functions::convert),
    plain("Acosh", functions::evaluate, functions::convert),
    plain("Add", arithmetic::add, arithmetic::convert),
    plain("And", logic::evaluate, logic::convert),
    plain("Asin", functions::evaluate, functions::convert),
    plain("Asinh", functions::evaluate, functions::convert),
    plain("Atan", functions::evaluate, functions::convert),
    plain("Atanh", functions::evaluate, functions::convert),
    plain("BitShift", shift::evaluate, shift::convert),
    plain("Ceil", rounding::evaluate, rounding::convert),
    plain("Cos", functions::evaluate, functions::convert),
    plain("Cosh", functions::evaluate, functions::convert),
    plain("Div", division::evaluate, division::convert),
    plain("Equal", compare::evaluate, compare::convert),
    plain("Exp", functions::evaluate, functions::convert),
    plain("Floor", rounding::evaluate, rounding::convert),
    plain("Greater", compare::evaluate, compare::convert),
    plain("GreaterOrEqual", compare::evaluate, compare::convert),
    plain("Less", compare::evaluate, compare::convert),
    plain("LessOrEqual", compare::evaluate, compare::convert),
    plain("Log", functions::evaluate, functions::convert),
    plain("Max", variadic::max, variadic::convert),
    plain("Mean", variadic::mean, variadic::convert),
    plain("Min", variadic::min, variadic::convert),
    plain("Mod", modulo::evaluate, modulo::convert),
    plain("Mul", arithmetic::mul, arithmetic::convert),
    plain("Neg", unary::neg, unary::convert),
    plain("Not", logic::evaluate, logic::convert),
    plain("Or", logic::evaluate, logic::convert),
    plain("Pow", power::evaluate, power::convert),
    plain("Reciprocal", division::evaluate, division::convert),
    plain("Round", rounding::evaluate, rounding::convert),
    plain("Sign", unary::sign, unary::convert),
    plain("Sin", functions::evaluate, functions::convert),
    plain("Sinh", functions::evaluate, functions::convert),
    plain("Sqrt", root::evaluate, root::convert),
    plain("Sub", arithmetic::sub, arithmetic::convert),
    plain("Sum", variadic::sum, variadic::convert),
    plain("Tan", functions::evaluate, functions::convert),
    plain("Where", choose::evaluate, choose::convert),
    plain("Xor", logic::evaluate, logic::convert),
];
