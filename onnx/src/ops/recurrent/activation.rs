//! The functions that recurrent layers apply to their gates.

use crate::context::{Converter, Expr};
use crate::fault::{Import, refuse};
use crate::graph::Node;
use crate::quantize::Fixed;

/// A function with its parameters.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Activation {
    kind: Kind,
    alpha: f64,
    beta: f64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Sigmoid,
    Tanh,
    Relu,
    Affine,
    LeakyRelu,
    ThresholdedRelu,
    ScaledTanh,
    HardSigmoid,
    Elu,
    Softsign,
    Softplus,
}

/// Name, kind, and the defaults of α and β where it has them.
const KINDS: &[(&str, Kind, Option<f64>, Option<f64>)] = &[
    ("Sigmoid", Kind::Sigmoid, None, None),
    ("Tanh", Kind::Tanh, None, None),
    ("Relu", Kind::Relu, None, None),
    ("Affine", Kind::Affine, Some(1.0), Some(0.0)),
    ("LeakyRelu", Kind::LeakyRelu, Some(0.01), None),
    ("ThresholdedRelu", Kind::ThresholdedRelu, Some(1.0), None),
    ("ScaledTanh", Kind::ScaledTanh, Some(1.0), Some(1.0)),
    ("HardSigmoid", Kind::HardSigmoid, Some(0.2), Some(0.5)),
    ("Elu", Kind::Elu, Some(1.0), None),
    ("Softsign", Kind::Softsign, None, None),
    ("Softplus", Kind::Softplus, None, None),
];

impl Activation {
    /// The activations of a node, `defaults` if it names none: those of one direction after those
    /// of the other. α and β are taken in turn by those that have them.
    pub(super) fn list(
        n: &Node,
        defaults: &[&str],
        directions: usize,
    ) -> Import<Vec<Vec<Activation>>> {
        let named = n.texts("activations")?.unwrap_or_default();
        let names: Vec<&str> = if named.is_empty() {
            (0..directions).flat_map(|_| defaults.iter().copied()).collect()
        } else {
            named.iter().map(String::as_str).collect()
        };
        // The default of RNN names a function for each of two directions.
        if names.len() < defaults.len() * directions {
            return refuse(format!("{} activations are given", names.len()));
        }
        let mut alphas = n.floats("activation_alpha")?.unwrap_or_default().iter();
        let mut betas = n.floats("activation_beta")?.unwrap_or_default().iter();
        let mut all = vec![];
        for name in &names[..defaults.len() * directions] {
            let Some((_, kind, alpha, beta)) =
                KINDS.iter().find(|k| k.0.eq_ignore_ascii_case(name))
            else {
                return refuse(format!("there is no activation `{}`", super::form::show(name)));
            };
            let take = |list: &mut std::slice::Iter<'_, f32>, default: &Option<f64>| {
                default.map(|d| list.next().map_or(d, |v| f64::from(*v)))
            };
            let a = Activation {
                kind: *kind,
                alpha: take(&mut alphas, alpha).unwrap_or(0.0),
                beta: take(&mut betas, beta).unwrap_or(0.0),
            };
            if !a.alpha.is_finite() || !a.beta.is_finite() {
                return refuse("an activation's parameter is not finite");
            }
            all.push(a);
        }
        Ok(all.chunks(defaults.len()).map(<[_]>::to_vec).collect())
    }

    /// Its value.
    pub(super) fn of(&self, x: f64) -> f64 {
        let (a, b) = (self.alpha, self.beta);
        match self.kind {
            Kind::Sigmoid => 1.0 / (1.0 + libm::exp(-x)),
            Kind::Tanh => libm::tanh(x),
            Kind::Relu => x.max(0.0),
            Kind::Affine => a * x + b,
            Kind::LeakyRelu => {
                if x < 0.0 {
                    a * x
                } else {
                    x
                }
            }
            Kind::ThresholdedRelu => {
                if x >= a {
                    x
                } else {
                    0.0
                }
            }
            Kind::ScaledTanh => a * libm::tanh(b * x),
            Kind::HardSigmoid => (a * x + b).clamp(0.0, 1.0),
            Kind::Elu => {
                if x < 0.0 {
                    a * (libm::exp(x) - 1.0)
                } else {
                    x
                }
            }
            Kind::Softsign => x / (1.0 + x.abs()),
            Kind::Softplus => x.max(0.0) + libm::log1p(libm::exp(-x.abs())),
        }
    }

    /// How far from 0 its argument matters at a resolution of `bits` bits; infinite if it never
    /// becomes flat.
    pub(super) fn reach(&self, bits: u32) -> f64 {
        let n = f64::from(bits) * std::f64::consts::LN_2;
        match self.kind {
            // 1 − σ(x) < e^−x, 1 − tanh x < 2·e^−2x
            Kind::Sigmoid => n,
            Kind::Tanh => (n + std::f64::consts::LN_2) / 2.0,
            Kind::ScaledTanh if self.beta != 0.0 => {
                (n + std::f64::consts::LN_2) / (2.0 * self.beta.abs())
            }
            Kind::HardSigmoid if self.alpha != 0.0 => {
                let ends = [-self.beta / self.alpha, (1.0 - self.beta) / self.alpha];
                ends[0].abs().max(ends[1].abs())
            }
            _ => f64::INFINITY,
        }
    }

    /// Whether it lies in −1..=1 whatever its argument is.
    pub(super) fn bounded(&self) -> bool {
        let plain = [Kind::Sigmoid, Kind::Tanh, Kind::HardSigmoid, Kind::Softsign];
        plain.contains(&self.kind) || (self.kind == Kind::ScaledTanh && self.alpha.abs() <= 1.0)
    }

    /// Its value for `x` of a type `of`, with a result of `bits` bits where it is a table.
    pub(super) fn expr(
        &self,
        c: &mut Converter<'_>,
        x: &Expr,
        of: &Fixed,
        bits: u32,
    ) -> Import<Expr> {
        let points = of.real_range();
        let mut number = |v: f64| c.number(v).map(|o| o.expr());
        let y = self.image(points, bits);
        let table = |f: &str| Expr::call(&format!("{f}::<{y}>"), [x]);
        Ok(match self.kind {
            Kind::Sigmoid => table("sigmoid"),
            Kind::Tanh => table("tanh"),
            Kind::Relu => Expr::call("relu", [x]),
            Kind::Affine => &(&number(self.alpha)? * x) + &number(self.beta)?,
            Kind::LeakyRelu => Expr::call("leaky_relu", [x, &number(self.alpha)?]),
            Kind::ThresholdedRelu => &x.compare(">=", &number(self.alpha)?) * x,
            Kind::ScaledTanh if self.beta == 0.0 => Expr::int(0),
            Kind::ScaledTanh => {
                let unit = Fixed::holding(-1.0, 1.0, bits);
                let (scale, by) = (number(self.alpha)?, number(1.0 / self.beta)?);
                &scale * &Expr::call(&format!("tanh::<{unit}>"), [&(x / &by)])
            }
            Kind::HardSigmoid => {
                Expr::call("hard_sigmoid", [x, &number(self.alpha)?, &number(self.beta)?])
            }
            Kind::Elu => Expr::call(&format!("elu::<{y}>"), [x, &number(self.alpha)?]),
            Kind::Softsign => table("softsign"),
            Kind::Softplus => table("softplus"),
        })
    }

    /// The type of its values on an interval; each is monotone or, Elu, least at an end or at 0.
    fn image(&self, (lo, hi): (f64, f64), bits: u32) -> Fixed {
        let all = [self.of(lo), self.of(hi), self.of(0.0_f64.clamp(lo, hi))];
        let least = all.iter().copied().fold(f64::INFINITY, f64::min);
        let most = all.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        Fixed::holding(least, most, bits)
    }
}
