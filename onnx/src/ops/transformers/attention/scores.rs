//! Scores of queries and keys: products, scale, softcap, and what a mask adds.

use super::form::Form;
use super::mask::Band;
use super::write::{Added, Mask, shifted};
use crate::context::{Converter, Operand, each};
use crate::fault::Import;
use crate::ops::elementwise::broadcast::spread;
use crate::quantize::Fixed;
use crate::quantize::fixed::{exponent, power_of_two, two_to};
use num_bigint::BigInt;
use num_traits::{One, ToPrimitive, Zero};
use zirc_compiler::session::type_text;

/// How scores are written.
pub(super) struct Scores<'a> {
    pub(super) f: &'a Form,
    pub(super) mask: &'a Mask,
    pub(super) name: &'a str,
}

/// Where a softcap has nothing left to cut: tanh(6) is 1 but for 2⁻¹⁷.
const FLAT: f64 = 6.0;

impl Scores<'_> {
    /// Queries and keys, rounded to activations if that makes the scores cheaper than it costs
    /// itself: a wide score is paid for bit by bit.
    pub(super) fn narrow(
        &self,
        c: &mut Converter<'_>,
        q: Operand,
        k: Operand,
    ) -> Import<(Operand, Operand)> {
        let f = self.f;
        let bits = c.activation_bits();
        let count = |x: &Operand| x.shape.iter().product::<usize>() as u64;
        let over = |x: &Operand| x.bits().saturating_sub(u64::from(bits));
        let pairs = (f.batch * f.heads * f.queries * f.keys()) as u64;
        // What is saved on the scores, and the bits and the saturation of what is rounded.
        let pays = |x: &Operand| pairs * over(x) > count(x) * (x.bits() + 5);
        let q = if over(&q) > 0 && pays(&q) { c.narrow(&q, bits)? } else { q };
        let k = if over(&k) > 0 && pays(&k) { c.narrow(&k, bits)? } else { k };
        Ok((q, k))
    }

    /// A mask that is no constant is added: steps must be powers of two.
    fn dyadic(&self) -> bool {
        matches!(self.mask.added, Some(Added::Variable(_)))
    }

    /// `x` times a number: exact by changing its step, or by a factor of 12 bits where the step is
    /// to remain a power of two.
    fn scaled(&self, c: &mut Converter<'_>, x: &str, factor: f64) -> Import<String> {
        if factor == 1.0 {
            return Ok(x.into());
        }
        if self.dyadic() || factor == 0.0 {
            let shift = 12 - exponent(factor);
            let short = (factor * two_to(shift)).round() * two_to(-shift);
            return Ok(format!("{} * {x}", c.number(short)?.text));
        }
        Ok(format!("{x} / {}", c.number(1.0 / factor)?.text))
    }

    /// The scores of a band [batch, heads, queries, keys] after a step: 0 the products, 1 the
    /// softcap, 2 the mask.
    pub(super) fn of(
        &self,
        c: &mut Converter<'_>,
        queries: &Operand,
        keys: &Operand,
        band: &Band,
        step: i64,
    ) -> Import<Operand> {
        let f = self.f;
        let slice = |x: &Operand, heads: usize, range: &std::ops::Range<usize>| {
            if *range == (0..x.shape[2]) {
                format!("{}[i]", x.text)
            } else {
                format!("{}[i, 0..{heads}, {}..{}]", x.text, range.start, range.end)
            }
        };
        let q = slice(queries, f.heads, &band.queries);
        let k = slice(keys, f.groups, &band.keys);
        let text = self.scaled(c, &format!("grouped_scores({q}, {k})"), f.scale)?;
        let text = format!("for i < {} {{ {text} }}", f.batch);
        let mut s = c.local(&format!("{}_scores", self.name), &text)?;
        if step >= 1 && f.softcap > 0.0 {
            s = self.capped(c, &s)?;
        }
        if step >= 2 {
            s = self.biased(c, s, band)?;
        }
        Ok(s)
    }

    fn capped(&self, c: &mut Converter<'_>, s: &Operand) -> Import<Operand> {
        let cap = self.f.softcap;
        let bits = c.activation_bits().clamp(8, 12);
        let (lo, hi) = s.interval();
        let reach = FLAT * cap;
        let x = c.clamp(s, Fixed::holding(lo.max(-reach), hi.min(reach), bits))?;
        let y = Fixed::holding(-1.0, 1.0, bits + 2);
        let inner = c.number(cap)?.text;
        let call = format!("tanh::<{y}>.({} / {inner})", x.text);
        let text = self.scaled(c, &call, cap)?;
        c.local(&format!("{}_capped", self.name), &text)
    }

    fn biased(&self, c: &mut Converter<'_>, s: Operand, band: &Band) -> Import<Operand> {
        let added = match &self.mask.added {
            None => return Ok(s),
            Some(Added::Variable(m)) => m.clone(),
            Some(Added::Constant(a)) => {
                // At the step of the scores, where it costs nothing; spread over the columns so
                // that bands can read it.
                let shape: Vec<usize> = a.shape().to_vec();
                c.weight_at(&format!("{}_mask", self.name), &spread(a, &shape)?, &s.scale)?
            }
        };
        let text = each(&s.shape, |index| {
            format!("{} + {}", s.at(index), added.at(&shifted(index, band)))
        });
        c.local(&format!("{}_biased", self.name), &text)
    }
}

/// The type of distances from the largest score: their steps are those of the scores times a power
/// of two, so coarse that `bits` bits reach to where e^−d is nothing beside 1.
pub(super) fn distance(scores: &Operand, bits: u32) -> String {
    let width = (&scores.hi - &scores.lo).max(BigInt::one());
    let most = (BigInt::one() << bits) - 1u32;
    if width <= most {
        return type_text(&BigInt::zero(), &width, &scores.scale);
    }
    let reach = f64::from(bits + 1) * std::f64::consts::LN_2;
    let mut scale = scores.scale.clone();
    let mut far = width >> bits;
    while far > BigInt::zero() && scale.to_f64().unwrap_or(1.0) * two_to(bits as i32) < reach {
        scale *= power_of_two(1);
        far >>= 1;
    }
    type_text(&BigInt::zero(), &most, &scale)
}
