//! Sigmoid, Tanh, Erf, Mish, Softplus, Softsign, Elu, Selu, Celu, Gelu, Swish: smooth functions of one
//! number. <https://onnx.ai/onnx/operators/onnx__Elu.html> and so on; floats; Mish since opset 18,
//! Gelu since 20, Swish since 24; no other opset changed what they mean.
//!
//! Layers: the table functions with the same names (`gelu_tanh` for `approximate = "tanh"`, `silu` for
//! a Swish with alpha 1, `selu_with` for constants of its own). An argument of more than 12 bits is
//! requantized. Refused: Celu with alpha 0.

use crate::context::Args;
use crate::context::{Converter, Family};
use crate::fault::{Import, refuse};
use crate::graph::Node;
use crate::ops::elementwise::table::{self, Range, fraction_text};
use crate::tensor::Tensor;

/// A function with the values of its attributes.
pub(super) struct Curve {
    /// The function of the library.
    call: &'static str,
    /// Its arguments after x.
    arguments: Vec<f64>,
    f: Box<dyn Fn(f64) -> f64>,
}

/// The function of an operator: one without attributes, with its name in the library; or what a node makes
/// of it.
pub(super) enum Smooth {
    Plain(&'static str, fn(f64) -> f64),
    Read(fn(&Node) -> Import<Curve>),
}

impl Smooth {
    fn curve(&self, n: &Node) -> Import<Curve> {
        match *self {
            Smooth::Plain(call, f) => Ok(Curve { call, arguments: vec![], f: Box::new(f) }),
            Smooth::Read(curve) => curve(n),
        }
    }
}

/// √(1/2) and √(2/π).
const HALF_ROOT: f64 = std::f64::consts::FRAC_1_SQRT_2;
const GELU: f64 = 0.797_884_560_802_865_4;
/// Defaults of Selu, as 32-bit floats.
const SELU_ALPHA: f64 = 1.673_263_192_176_818_8;
const SELU_GAMMA: f64 = 1.050_701_022_148_132_3;

pub(super) fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + libm::exp(-x))
}

pub(super) fn softplus(x: f64) -> f64 {
    x.max(0.0) + libm::log1p(libm::exp(-x.abs()))
}

pub(super) fn mish(x: f64) -> f64 {
    x * libm::tanh(softplus(x))
}

pub(super) fn softsign(x: f64) -> f64 {
    x / (1.0 + x.abs())
}

pub(super) fn gelu(n: &Node) -> Import<Curve> {
    let plain = |call, f: fn(f64) -> f64| Smooth::Plain(call, f).curve(n);
    match n.text("approximate")? {
        None | Some("none") => plain("gelu", |x| x * (1.0 + libm::erf(x * HALF_ROOT)) / 2.0),
        Some("tanh") => {
            plain("gelu_tanh", |x| x * (1.0 + libm::tanh(GELU * (x + 0.044715 * x * x * x))) / 2.0)
        }
        Some(_) => refuse("attribute `approximate` must be none or tanh"),
    }
}

pub(super) fn elu(n: &Node) -> Import<Curve> {
    let a = n.float_or("alpha", 1.0)?;
    let f = move |x: f64| if x < 0.0 { a * libm::expm1(x) } else { x };
    Ok(Curve { call: "elu", arguments: vec![a], f: Box::new(f) })
}

pub(super) fn selu(n: &Node) -> Import<Curve> {
    let a = n.float_or("alpha", SELU_ALPHA)?;
    let g = n.float_or("gamma", SELU_GAMMA)?;
    let f = move |x: f64| g * if x < 0.0 { a * libm::expm1(x) } else { x };
    let own = (a, g) != (SELU_ALPHA, SELU_GAMMA);
    let (call, arguments) = if own { ("selu_with", vec![a, g]) } else { ("selu", vec![]) };
    Ok(Curve { call, arguments, f: Box::new(f) })
}

pub(super) fn celu(n: &Node) -> Import<Curve> {
    let a = n.float_or("alpha", 1.0)?;
    if a == 0.0 {
        return refuse("attribute `alpha` is 0, by which it divides");
    }
    let f = move |x: f64| x.max(0.0) + (a * libm::expm1(x / a)).min(0.0);
    Ok(Curve { call: "celu", arguments: vec![a], f: Box::new(f) })
}

pub(super) fn swish(n: &Node) -> Import<Curve> {
    let a = n.float_or("alpha", 1.0)?;
    let f = move |x: f64| x * sigmoid(a * x);
    let (call, arguments) = if a == 1.0 { ("silu", vec![]) } else { ("swish", vec![a]) };
    Ok(Curve { call, arguments, f: Box::new(f) })
}

impl Family for Smooth {
    fn evaluate(&self, n: &Node, a: &Args<'_>) -> Import<Vec<Tensor>> {
        let c = self.curve(n)?;
        table::map(a, &*c.f)
    }

    fn convert(&self, n: &Node, c: &mut Converter<'_>) -> Import<()> {
        let own = self.curve(n)?;
        let arguments = own.arguments.iter().map(|v| fraction_text(*v));
        let arguments = arguments.collect::<Import<Vec<String>>>()?.join(", ");
        table::call(n, c, own.call, &arguments, Range::Image, &*own.f)
    }
}
