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
    plain("Abs", unary::abs, unary::convert).pointwise(),
    plain("Acos", functions::evaluate, functions::convert).pointwise(),
    plain("Acosh", functions::evaluate, functions::convert).pointwise(),
    plain("Add", arithmetic::add, arithmetic::convert).grows().pointwise(),
    plain("And", logic::evaluate, logic::convert).pointwise(),
    plain("Asin", functions::evaluate, functions::convert).pointwise(),
    plain("Asinh", functions::evaluate, functions::convert).pointwise(),
    plain("Atan", functions::evaluate, functions::convert).pointwise(),
    plain("Atanh", functions::evaluate, functions::convert).pointwise(),
    plain("BitShift", shift::evaluate, shift::convert).pointwise(),
    plain("Ceil", rounding::evaluate, rounding::convert).pointwise(),
    plain("Cos", functions::evaluate, functions::convert).pointwise(),
    plain("Cosh", functions::evaluate, functions::convert).grows().pointwise(),
    plain("Div", division::evaluate, division::convert).pointwise(),
    plain("Equal", compare::evaluate, compare::convert).pointwise(),
    plain("Exp", functions::evaluate, functions::convert).grows().function(),
    plain("Floor", rounding::evaluate, rounding::convert).pointwise(),
    plain("Greater", compare::evaluate, compare::convert).pointwise(),
    plain("GreaterOrEqual", compare::evaluate, compare::convert).pointwise(),
    plain("Less", compare::evaluate, compare::convert).pointwise(),
    plain("LessOrEqual", compare::evaluate, compare::convert).pointwise(),
    plain("Log", functions::evaluate, functions::convert).pointwise(),
    plain("Max", variadic::max, variadic::convert).pointwise(),
    plain("Mean", variadic::mean, variadic::convert).pointwise(),
    plain("Min", variadic::min, variadic::convert).pointwise(),
    plain("Mod", modulo::evaluate, modulo::convert).pointwise(),
    plain("Mul", arithmetic::mul, arithmetic::convert).grows().multiplies().pointwise(),
    plain("Neg", unary::neg, unary::convert).pointwise(),
    plain("Not", logic::evaluate, logic::convert).pointwise(),
    plain("Or", logic::evaluate, logic::convert).pointwise(),
    plain("Pow", power::evaluate, power::convert).multiplies().pointwise(),
    plain("Reciprocal", division::evaluate, division::convert).pointwise(),
    plain("Round", rounding::evaluate, rounding::convert).pointwise(),
    plain("Sign", unary::sign, unary::convert).pointwise(),
    plain("Sin", functions::evaluate, functions::convert).pointwise(),
    plain("Sinh", functions::evaluate, functions::convert).grows().pointwise(),
    plain("Sqrt", root::evaluate, root::convert).pointwise(),
    plain("Sub", arithmetic::sub, arithmetic::convert).grows().pointwise(),
    plain("Sum", variadic::sum, variadic::convert).grows().pointwise(),
    plain("Tan", functions::evaluate, functions::convert).pointwise(),
    plain("Where", choose::evaluate, choose::convert).pointwise(),
    plain("Xor", logic::evaluate, logic::convert).pointwise(),
];
