//! Bounds that are finer than what they bound: `x >= 0.8` for an x in steps of 1/16.
//!
//! Which multiples of a step lie below a known number is known, so that the number is rounded to the step, up or
//! down as the comparison is, and nothing of the value has to be written in finer steps. It is exact for every
//! value: with x = k·s, k ≥ c/s holds where k ≥ ⌈c/s⌉, and k > c/s where k > ⌊c/s⌋.

use super::{Elaborator, Res};
use crate::number::{Ratio, to_integer};
use crate::value::{Data, Num};
use num_integer::Integer;
use zirc_grammar::ast::{BinaryOp, Span};

impl Elaborator<'_> {
    /// The sides of an order, of which one that is known and finer than the other takes the other's step.
    pub(crate) fn bounded(&mut self, op: BinaryOp, a: Num, b: Num, span: Span) -> Res<(Num, Num)> {
        use BinaryOp as O;
        // Whether the left side is rounded up where it is the bound; the right one is rounded the other way.
        let up = match op {
            O::Le | O::Gt => true,
            O::Lt | O::Ge => false,
            _ => return Ok((a, b)),
        };
        if let Some(step) = finer(&a, &b) {
            return Ok((self.in_steps_of(a, &step, up, span)?, b));
        }
        if let Some(step) = finer(&b, &a) {
            return Ok((a, self.in_steps_of(b, &step, !up, span)?));
        }
        Ok((a, b))
    }

    /// A known number in other steps, rounded up or down.
    fn in_steps_of(&mut self, n: Num, step: &Ratio, up: bool, span: Span) -> Res<Num> {
        let Some(own) = n.scale.clone() else { return Ok(n) };
        let ratio = own / step;
        let (marks, data) = (n.marks(), self.to_array(&n, span)?);
        let rounded = self.map(&data, &n.shape, span, &mut |v| {
            let product = v * ratio.numer();
            Ok(if up { product.div_ceil(ratio.denom()) } else { product.div_floor(ratio.denom()) })
        })?;
        Ok(Num::new(n.shape, Some(step.clone()), Data::Const(rounded)).marked(marks))
    }
}

/// The step of a value, where a known bound is none of its multiples by type.
fn finer(bound: &Num, value: &Num) -> Option<Ratio> {
    // While tests run, known values of a declared type stand for unknown ones.
    let unknown = |n: &Num| n.varies() || n.declared;
    if unknown(bound) || !unknown(value) {
        return None;
    }
    let (own, step) = (bound.scale.as_ref()?, value.scale.as_ref()?);
    to_integer(&(own / step)).is_none().then(|| step.clone())
}
