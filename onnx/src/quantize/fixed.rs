//! A fixed-point type with a power of two as its step, and how one is chosen for a range.

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{One, ToPrimitive, Zero};
use std::fmt;
use std::str::FromStr;

/// `bits` bits, with a sign or not, and one step is worth 2^−frac: the types `q3.4` (8 bits signed,
/// frac 4) and `uq0.8` of the language. `frac` may be negative or larger than `bits`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fixed {
    /// Whether there are negative values.
    pub signed: bool,
    /// Bits in all, 1 to 253.
    pub bits: u32,
    /// Bits after the point.
    pub frac: i32,
}

/// Steps beyond these exponents are those of numbers that no network has.
const FRAC_LIMIT: i32 = Fixed::FARTHEST;

impl Fixed {
    /// The most bits: more than that have no sign in the field.
    pub(crate) const MOST_BITS: u32 = 253;
    /// The finest step is 2^−this, and the coarsest 2^this.
    pub(crate) const FARTHEST: i32 = 200;

    /// The type of `bits` bits with the finest step that holds `lo` to `hi`, to the nearest: no
    /// end is cut by more than half a step. Unsigned if `lo` is not negative.
    ///
    /// ```
    /// use zirc_onnx::quantize::Fixed;
    /// assert_eq!(Fixed::holding(-1.0, 7.9, 8).to_string(), "q3.4");
    /// assert_eq!(Fixed::holding(0.0, 0.99, 8).to_string(), "uq0.8");
    /// ```
    #[must_use]
    pub fn holding(lo: f64, hi: f64, bits: u32) -> Fixed {
        let bits = bits.clamp(1, 253);
        let signed = lo < 0.0;
        let bits = if signed { bits.max(2) } else { bits };
        let fits = |frac: i32| {
            let step = two_to(-frac);
            let half = if signed { two_to(bits as i32 - 1) } else { two_to(bits as i32) };
            let low = if signed { -half } else { 0.0 };
            (lo / step).round() >= low && (hi / step).round() <= half - 1.0
        };
        let size = lo.abs().max(hi.abs());
        if size == 0.0 || !size.is_finite() {
            return Fixed { signed, bits, frac: bits as i32 - i32::from(signed) };
        }
        // log2 to within one; then the exact condition decides.
        let exponent = exponent(size);
        let frac = bits as i32 - i32::from(signed) - exponent + 1;
        let mut frac = frac.clamp(-FRAC_LIMIT, FRAC_LIMIT);
        while !fits(frac) && frac > -FRAC_LIMIT {
            frac -= 1;
        }
        Fixed { signed, bits, frac }
    }

    /// Lowest and highest raw value.
    #[must_use]
    pub fn raw_range(&self) -> (BigInt, BigInt) {
        let one = BigInt::one();
        if self.signed {
            let half = &one << (self.bits - 1);
            (-half.clone(), half - 1)
        } else {
            (BigInt::zero(), (&one << self.bits) - 1)
        }
    }

    /// What one step is worth.
    #[must_use]
    pub fn scale(&self) -> BigRational {
        power_of_two(-self.frac)
    }

    /// Lowest and highest value.
    #[must_use]
    pub fn real_range(&self) -> (f64, f64) {
        let (lo, hi) = self.raw_range();
        let step = two_to(-self.frac);
        let real = |v: BigInt| v.to_f64().unwrap_or(f64::INFINITY) * step;
        (real(lo), real(hi))
    }

    /// Whether raw values from `lo` to `hi` of a step are values of this type, raw by raw.
    #[must_use]
    pub(crate) fn holds(&self, lo: &BigInt, hi: &BigInt, step: &BigRational) -> bool {
        let (least, most) = self.raw_range();
        self.scale() == *step && least <= *lo && *hi <= most
    }

    /// The nearest raw value, halves to even, cut to the type.
    #[must_use]
    pub fn nearest(&self, v: f64) -> BigInt {
        let (lo, hi) = self.raw_range();
        let raw = to_integer(v / two_to(-self.frac));
        raw.clamp(lo, hi)
    }
}

impl fmt::Display for Fixed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (lo, hi) = self.raw_range();
        f.write_str(&zirc_compiler::session::type_text(&lo, &hi, &self.scale()))
    }
}

impl FromStr for Fixed {
    type Err = String;

    fn from_str(text: &str) -> Result<Fixed, String> {
        let bad = || format!("`{text}` is no type like q3.4 or uq0.8");
        if let Some(rest) = text.strip_prefix("fix<").and_then(|t| t.strip_suffix('>')) {
            return spelled_out(rest).ok_or_else(bad);
        }
        if let Some((signed, bits)) = text
            .strip_prefix('i')
            .map(|b| (true, b))
            .or_else(|| text.strip_prefix('u').map(|b| (false, b)))
            .and_then(|(s, b)| Some((s, b.parse::<u32>().ok()?)))
            .filter(|(s, b)| *b > u32::from(*s) && *b <= 253)
        {
            return Ok(Fixed { signed, bits, frac: 0 });
        }
        let (signed, rest) = match (text.strip_prefix("uq"), text.strip_prefix('q')) {
            (Some(rest), _) => (false, rest),
            (None, Some(rest)) => (true, rest),
            _ => return Err(bad()),
        };
        let (whole, frac) = rest.split_once('.').ok_or_else(bad)?;
        let number = |s: &str| s.parse::<u32>().ok().filter(|n| *n <= 1 << 20).ok_or_else(bad);
        let (whole, frac) = (number(whole)?, number(frac)?);
        let bits = whole + frac + u32::from(signed);
        if !(1..=Fixed::MOST_BITS).contains(&bits) {
            return Err(format!(
                "`{text}` has {bits} bits: 1 to {} are possible",
                Fixed::MOST_BITS
            ));
        }
        Ok(Fixed { signed, bits, frac: frac as i32 })
    }
}

/// `lo..=hi, step` where the ends are those of a width and the step is a power of two.
fn spelled_out(text: &str) -> Option<Fixed> {
    let (ends, step) = text.split_once(',')?;
    let (lo, hi) = ends.split_once("..=")?;
    let (lo, hi): (BigInt, BigInt) = (lo.trim().parse().ok()?, hi.trim().parse().ok()?);
    let ratio = step.replace(' ', "");
    let (n, d) = ratio.split_once('/').unwrap_or((&ratio, "1"));
    let (n, d): (BigInt, BigInt) = (n.parse().ok()?, d.parse().ok()?);
    let signed = lo < BigInt::zero();
    let bits = u32::try_from(zirc_compiler::type_bits(&lo, &hi)).ok().filter(|b| *b <= 253)?;
    let frac = i32::try_from(d.bits()).ok()? - i32::try_from(n.bits()).ok()?;
    let t = Fixed { signed, bits, frac };
    let exact = BigRational::new_raw(n, d.clone());
    (!d.is_zero() && t.raw_range() == (lo, hi) && t.scale() == exact.reduced()).then_some(t)
}

/// 2^n, exactly; `n` within the range of doubles.
#[must_use]
pub(crate) fn two_to(n: i32) -> f64 {
    libm::scalbn(1.0, n)
}

/// 2^n as a ratio.
#[must_use]
pub(crate) fn power_of_two(n: i32) -> BigRational {
    let p = BigRational::from(BigInt::one() << n.unsigned_abs());
    if n < 0 { p.recip() } else { p }
}

/// The least `e` with `v < 2^e`.
#[must_use]
pub(crate) fn exponent(v: f64) -> i32 {
    libm::frexp(v).1
}

/// The nearest integer, halves to even; what is not finite becomes 0.
#[must_use]
pub(crate) fn to_integer(v: f64) -> BigInt {
    let r = v.round_ties_even();
    BigRational::from_float(r).map(|q| q.to_integer()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names() {
        for name in ["q3.4", "uq0.8", "q0.7", "i8", "u8"] {
            if let Ok(t) = name.parse::<Fixed>() {
                assert_eq!(t.to_string(), name);
            }
        }
        assert!("q".parse::<Fixed>().is_err());
        assert!("q300.4".parse::<Fixed>().is_err());
        assert_eq!(Fixed { signed: true, bits: 8, frac: -2 }.to_string(), "fix<-128..=127, 4>");
        assert_eq!(Fixed { signed: false, bits: 4, frac: 6 }.to_string(), "fix<0..=15, 1/64>");
    }

    /// No step is one that a quantization file may not have.
    #[test]
    fn numbers_that_no_network_has() {
        for (size, frac) in [(1e300, -Fixed::FARTHEST), (1e-300, Fixed::FARTHEST)] {
            assert_eq!(Fixed::holding(-size, size, 8), Fixed { signed: true, bits: 8, frac });
        }
    }

    proptest! {
        #[test]
        fn the_finest_type_that_holds_both_ends(a in -1e6f64..1e6, b in -1e6f64..1e6, bits in 2u32..24) {
            let (lo, hi) = (a.min(b), a.max(b));
            let t = Fixed::holding(lo, hi, bits);
            let step = two_to(-t.frac);
            let (least, most) = t.real_range();
            prop_assert!(lo >= least - step / 2.0 && hi <= most + step / 2.0);
            // One step finer does not hold them.
            let finer = Fixed { frac: t.frac + 1, ..t };
            let (least, most) = finer.real_range();
            let half = step / 4.0;
            prop_assert!(lo < least - half || hi >= most + half || lo.abs().max(hi.abs()) == 0.0);
        }
    }
}
