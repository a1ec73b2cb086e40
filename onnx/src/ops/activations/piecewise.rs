//! LeakyRelu, PRelu, ThresholdedRelu, HardSigmoid, HardSwish: functions made of straight pieces (and a
//! parabola). <https://onnx.ai/onnx/operators/onnx__LeakyRelu.html> and so on; floats, PRelu also
//! integers (from opset 9 on); HardSwish since opset 14. The slope of PRelu is broadcast to x.
//!
//! Layers: `leaky_relu`, `prelu`, `thresholded_relu`, `hard_sigmoid`, `hard_swish`, exact for the
//! fixed-point number that x is, but for a HardSigmoid whose constants do not go with the step of x: it
//! is rounded by `clamp_to`. They read all digits of x: an x wider than an activation is
//! requantized first, for a LeakyRelu or PRelu in the same decomposition (`leaky_relu_of_clamp`,
//! `prelu_of_clamp`).

use crate::context::Args;
use crate::context::{Converter, Expr, Family, Operand, number_text};
use crate::fault::Import;
use crate::graph::Node;
use crate::ops::elementwise::{broadcast, table};
use crate::quantize::Fixed;
use crate::quantize::fixed::power_of_two;
use crate::tensor::Tensor;
use num_bigint::BigInt;
use num_traits::{One, Signed, Zero};
use zirc_compiler::Ratio;
use zirc_compiler::session::type_text;

/// A function of straight pieces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pieces {
    LeakyRelu,
    ThresholdedRelu,
    HardSigmoid,
    HardSwish,
}

impl Pieces {
    /// Attributes with ONNX's defaults.
    fn slope(self, n: &Node) -> Import<(f64, f64)> {
        Ok(match self {
            Pieces::LeakyRelu => (n.float_or("alpha", f64::from(0.01_f32))?, 0.0),
            Pieces::HardSigmoid => {
                (n.float_or("alpha", f64::from(0.2_f32))?, n.float_or("beta", 0.5)?)
            }
            Pieces::HardSwish => (1.0 / 6.0, 0.5),
            Pieces::ThresholdedRelu => (n.float_or("alpha", 1.0)?, 0.0),
        })
    }
}

fn evaluate(own: Pieces, n: &Node, args: &Args<'_>) -> Import<Vec<Tensor>> {
    let (a, b) = own.slope(n)?;
    let hard = move |x: f64| (a * x + b).clamp(0.0, 1.0);
    match own {
        Pieces::LeakyRelu => table::map(args, |x| if x < 0.0 { a * x } else { x }),
        Pieces::ThresholdedRelu => table::map(args, |x| if x > a { x } else { 0.0 }),
        Pieces::HardSwish => table::map(args, |x| x * hard(x)),
        Pieces::HardSigmoid => table::map(args, hard),
    }
}

pub(super) fn prelu(_: &Node, args: &Args<'_>) -> Import<Vec<Tensor>> {
    let f = |x: f64, s: f64| if x < 0.0 { s * x } else { x };
    let g = |x: i128, s: i128| if x < 0 { s.checked_mul(x) } else { Some(x) };
    Ok(vec![broadcast::arithmetic(args.get(0)?, args.get(1)?, f, g)?])
}

/// Input 0 with no more bits than an activation.
fn narrow(c: &mut Converter<'_>) -> Import<Operand> {
    let x = c.operand(0)?;
    let bits = c.activation_bits();
    if !x.element.is_float() {
        return Ok(x);
    }
    let x = c.narrow(&x, bits)?;
    c.fine(&x, x.interval())
}

/// What an x is compared with that goes beyond a threshold; the next step of x below it, if the two
/// have no common one that is as fine as the finer.
fn threshold(x: &Operand, a: &Ratio) -> Ratio {
    let ratio = &x.scale * Ratio::from(a.denom().clone());
    if ratio.is_integer() || ratio.recip().is_integer() {
        return a.clone();
    }
    (a / &x.scale).floor() * &x.scale
}

/// `hard_sigmoid` where 1 and beta are multiples of the step of alpha·x. Otherwise beta goes to the
/// nearest one, or to the nearest of parts of it that are no coarser than the result's, and the sum to a step of
/// which 1 is a multiple.
fn hard_sigmoid(c: &Converter<'_>, x: &Operand, alpha: f64, beta: f64) -> Import<String> {
    let (a, b) = (table::fraction(alpha)?, table::fraction(beta)?);
    let step = if a.is_zero() { x.scale.clone() } else { (&a * &x.scale).abs() };
    let whole = |v: &Ratio| (v / &step).is_integer();
    if !a.is_zero() && whole(&Ratio::one()) && whole(&b) {
        let arguments = format!("{}, {}", number_text(&a), number_text(&b));
        return Ok(x.map_with("hard_sigmoid", &arguments));
    }
    let frac = c.activation_bits() - 1;
    let least = power_of_two(-(frac as i32));
    let sum = if step <= least {
        let near = (b / &step).round() * &step;
        format!("{} * {} + {}", number_text(&a), x.text, number_text(&near))
    } else {
        // Of so coarse an x, one step may be more than beta: all is divided once it is added up.
        let parts = Ratio::from(BigInt::one() << (&step / &least).ceil().to_integer().bits());
        let (factor, over) = (parts.clone() * a.numer(), parts * a.denom());
        let near = (b * &over / &x.scale).round() * &x.scale;
        let (factor, over) = (number_text(&factor), number_text(&over));
        format!("({factor} * {} + {}) / {over}", x.text, number_text(&near))
    };
    let t = type_text(&BigInt::zero(), &(BigInt::one() << frac), &least);
    let dot = if x.shape.is_empty() { "" } else { "." };
    Ok(format!("clamp_to::<{t}>{dot}({sum})"))
}

/// The type by which an accumulator is rounded in the decomposition that tells its sign, if input 0 is one.
fn in_one(c: &mut Converter<'_>, x: &Operand) -> Option<Fixed> {
    let bits = c.activation_bits();
    let wide = x.element.is_float() && x.bits() > u64::from(bits);
    wide.then(|| c.at_most(x, bits))
}

fn convert(own: Pieces, n: &Node, c: &mut Converter<'_>) -> Import<()> {
    let (a, b) = own.slope(n)?;
    if own == Pieces::LeakyRelu {
        let x = c.operand(0)?;
        if let Some(t) = in_one(c, &x) {
            let call = format!("leaky_relu_of_clamp::<{t}>");
            return c.bind(0, &x.map_with(&call, &table::fraction_text(a)?));
        }
    }
    let x = narrow(c)?;
    let text = match own {
        Pieces::LeakyRelu => x.map_with("leaky_relu", &table::fraction_text(a)?),
        Pieces::ThresholdedRelu => {
            let a = threshold(&x, &table::fraction(a)?);
            x.map_with("thresholded_relu", &number_text(&a))
        }
        Pieces::HardSigmoid => hard_sigmoid(c, &x, a, b)?,
        Pieces::HardSwish => x.map("hard_swish"),
    };
    c.bind(0, &text)
}

pub(super) fn convert_prelu(_: &Node, c: &mut Converter<'_>) -> Import<()> {
    let x = c.operand(0)?;
    let t = in_one(c, &x);
    let (x, call) = match &t {
        Some(t) => (x, format!("prelu_of_clamp::<{t}>")),
        None => (narrow(c)?, "prelu".into()),
    };
    let s = c.operand(1)?;
    let shape = c.result(0)?.shape();
    let text = broadcast::text(&[x, s], shape, false, |e| Expr::call(&call, e));
    c.bind(0, &text)
}

impl Family for Pieces {
    fn evaluate(&self, n: &Node, a: &Args<'_>) -> Import<Vec<Tensor>> {
        evaluate(*self, n, a)
    }

    fn convert(&self, n: &Node, c: &mut Converter<'_>) -> Import<()> {
        convert(*self, n, c)
    }
}
