//! Functions of numbers at the same place of several tensors, which are broadcast to one shape.

mod arithmetic;
pub(crate) mod broadcast;
mod choose;
mod compare;
mod division;
mod finite;
mod functions;
mod interpolate;
mod logic;
mod modulo;
mod power;
mod root;
mod rounding;
mod rows;
mod shift;
pub(crate) mod table;
#[cfg(test)]
mod tests;
mod unary;
mod variadic;

use super::{Effect, Operation, Role, Written, family, plain};
use arithmetic::Arithmetic;
use compare::Comparison;
use finite::Unreal;
use functions::Function;
use logic::Logic;
use rounding::Rounding;
use table::Range::{Calibrated, Image};
use variadic::Variadic;

/// The operations of this group.
pub(crate) const OPERATIONS: &[Operation] = &[
    plain("Abs", unary::abs, unary::convert_abs).pointwise().written(Written::Function(13)),
    family("Acos", &Function(libm::acos, "acos", Image)).pointwise(),
    family("Acosh", &Function(libm::acosh, "acosh", Image)).pointwise(),
    family("Add", &Arithmetic::Sum).grows().pointwise().effect(Effect::Same).role(Role::Sum),
    family("And", &Logic::And).pointwise(),
    family("Asin", &Function(libm::asin, "asin", Image)).pointwise(),
    family("Asinh", &Function(libm::asinh, "asinh", Image)).pointwise(),
    family("Atan", &Function(libm::atan, "atan", Image)).pointwise(),
    family("Atanh", &Function(libm::atanh, "atanh", Calibrated)).pointwise(),
    plain("BitShift", shift::evaluate, shift::convert).pointwise(),
    family("Ceil", &Rounding(f64::ceil, "ceil_to")).pointwise(),
    family("Cos", &Function(libm::cos, "cos", Image)).pointwise(),
    family("Cosh", &Function(libm::cosh, "cosh", Calibrated)).grows().pointwise(),
    plain("Div", division::evaluate, division::convert).pointwise().role(Role::Quotient),
    family("Equal", &Comparison::Equal).pointwise(),
    family("Exp", &Function(libm::exp, "exp", Calibrated))
        .grows()
        .function()
        .effect(Effect::Steep)
        .role(Role::Exponential),
    family("Floor", &Rounding(f64::floor, "floor_to")).pointwise(),
    family("Greater", &Comparison::Greater).pointwise(),
    family("GreaterOrEqual", &Comparison::GreaterOrEqual).pointwise(),
    family("IsInf", &Unreal::Infinity).pointwise(),
    family("IsNaN", &Unreal::NaN).pointwise(),
    family("Less", &Comparison::Less).pointwise(),
    family("LessOrEqual", &Comparison::LessOrEqual).pointwise(),
    family("Log", &Function(libm::log, "log_saturating", Image)).pointwise(),
    family("Max", &Variadic::Max).pointwise().role(Role::Choice(0)),
    family("Mean", &Variadic::Mean).pointwise(),
    family("Min", &Variadic::Min).pointwise().role(Role::Choice(0)),
    plain("Mod", modulo::evaluate, modulo::convert).pointwise(),
    family("Mul", &Arithmetic::Product)
        .grows()
        .multiplies()
        .pointwise()
        .effect(Effect::Factor)
        .role(Role::Product),
    plain("Neg", unary::neg, unary::convert_neg).pointwise().effect(Effect::Same),
    plain("Not", logic::not, logic::convert_not).pointwise(),
    family("Or", &Logic::Or).pointwise(),
    plain("Pow", power::evaluate, power::convert).multiplies().pointwise(),
    plain("Reciprocal", division::reciprocal, division::convert_reciprocal)
        .pointwise()
        .role(Role::Reciprocal),
    family("Round", &Rounding(f64::round_ties_even, "even_to")).pointwise(),
    plain("Sign", unary::sign, unary::convert_sign).pointwise(),
    family("Sin", &Function(libm::sin, "sin", Image)).pointwise(),
    family("Sinh", &Function(libm::sinh, "sinh", Calibrated)).grows().pointwise(),
    plain("Sqrt", root::evaluate, root::convert).pointwise().effect(Effect::Root),
    family("Sub", &Arithmetic::Difference)
        .grows()
        .pointwise()
        .effect(Effect::Same)
        .role(Role::Difference),
    family("Sum", &Variadic::Sum).grows().pointwise(),
    family("Tan", &Function(libm::tan, "tan", Calibrated)).pointwise(),
    plain("Where", choose::evaluate, choose::convert).pointwise().role(Role::Choice(1)),
    family("Xor", &Logic::Xor).pointwise(),
];
