//! Constants that hold −∞ or +∞, the ends of the line: masks, and what is neutral in a maximum or
//! a minimum. No circuit has them. Which finite number does the same depends on what stands beside
//! them.

use super::{Converter, Operand};
use crate::fault::{Import, refuse};
use crate::quantize::fixed::{exponent, two_to};
use crate::tensor::{Tensor, Values};

/// Whether a constant is infinite anywhere.
pub(crate) fn is_endless(t: &Tensor) -> bool {
    matches!(&t.values, Values::Float(a) if a.iter().any(|v| v.is_infinite()))
}

/// The interval that holds those of all floats among some operands.
fn hull<'o>(all: impl Iterator<Item = &'o Operand>) -> Option<(f64, f64)> {
    all.filter(|o| o.element.is_float())
        .map(Operand::interval)
        .reduce(|(a, b), (lo, hi)| (a.min(lo), b.max(hi)))
}

/// The power of two beyond 2·m + 64, with m the largest size in an interval: a row of a softmax sees
/// it at least 64 away from what is not masked, and gives 0.
fn far(interval: Option<(f64, f64)>) -> f64 {
    let (lo, hi) = interval.unwrap_or((0.0, 0.0));
    two_to(exponent(2.0 * lo.abs().max(hi.abs()) + 64.0))
}

impl Converter<'_> {
    /// Operands of inputs of an operation that chooses between them, moves or adds them. −∞ in a
    /// constant becomes a number far below the others, and +∞ one far above.
    pub(crate) fn masked(&mut self, inputs: &[usize]) -> Import<Vec<Operand>> {
        let mut all: Vec<Option<Operand>> = vec![];
        for k in inputs {
            let endless = self.constant(*k).is_some_and(is_endless);
            all.push(if endless { None } else { Some(self.operand(*k)?) });
        }
        let far = far(hull(all.iter().flatten()));
        let mut out = vec![];
        for (k, known) in inputs.iter().zip(all) {
            out.push(match (known, self.constant(*k)) {
                (Some(v), _) => v,
                (None, Some(t)) => self.ended(*k, t, (-far, far))?,
                (None, None) => return refuse(format!("input {k} is missing")),
            });
        }
        Ok(out)
    }

    /// A number beside `x` of an operation that moves x: what `masked` makes of it.
    pub(crate) fn beside(&mut self, x: &Operand, v: f64) -> Import<Operand> {
        let far = far(hull(std::iter::once(x)));
        self.number(v.clamp(-far, far))
    }

    /// Operands of all inputs of a maximum (`most`) or minimum. Where a constant is the neutral end,
    /// it becomes a number that no other input passes; an input that is nothing else is left out.
    pub(crate) fn extremes(&mut self, most: bool) -> Import<Vec<Operand>> {
        let neutral = if most { f64::NEG_INFINITY } else { f64::INFINITY };
        let mut ended = vec![];
        let mut all = vec![];
        for k in 0..self.inputs() {
            match self.constant(k).filter(|t| is_endless(t)) {
                Some(t) if t.floats()?.iter().any(|v| *v == -neutral) => {
                    return refuse(format!("input {k} holds {}, and so its result", -neutral));
                }
                Some(t) if t.floats()?.iter().all(|v| *v == neutral) => {}
                Some(t) => ended.push((k, t)),
                None => all.push(self.operand(k)?),
            }
        }
        let (lo, hi) = hull(all.iter()).unwrap_or((0.0, 0.0));
        // The least power of two is a number at any number of bits.
        let below = |v: f64| if v < 0.0 { -two_to(exponent(-v)) } else { 0.0 };
        for (k, t) in ended {
            all.push(self.ended(k, t, (below(lo), -below(-hi)))?);
        }
        Ok(all)
    }

    /// A constant with finite ends in place of infinite ones. They do not make the step of the
    /// others coarser.
    fn ended(&mut self, k: usize, t: &Tensor, (low, high): (f64, f64)) -> Import<Operand> {
        let name = self.input_name(k).to_string();
        let end = |v: f64| if v < 0.0 { low } else { high };
        let a = t.floats()?;
        if t.len() == 1 {
            let one = Tensor::float(t.element, a.mapv(end));
            return self.constant_operand(&name, &one);
        }
        let w = self.weight_with_ends(&name, a, &end)?;
        Ok(Operand { element: t.element, tensor: name, ..w })
    }
}
