//! From file values to raw integers.

use super::{InputError, InputErrorKind, RawData, RawTensor};
use num_bigint::BigInt;
use num_integer::Integer;
use num_rational::BigRational;
use num_traits::{One, Signed, ToPrimitive, Zero};
use std::cell::Cell;
use zirc_circuit::{Int, PortType};

/// Raw integers in `lo..=hi`, each worth `raw · numerator / denominator`, for a tensor's elements.
///
/// Integer data are raw already and are taken as they are. Real values are divided by the scale
/// and rounded to the nearest integer, ties to even, exactly (no float arithmetic that rounds);
/// if the scale is 1 they must be integers.
///
/// # Errors
/// [`InputErrorKind::OutOfRange`], `NotFinite`, `NotAnInteger` with the value and its index;
/// `Scale` if the scale is not positive. The error has no name yet: see [`InputError::named`].
pub fn quantize(
    tensor: &RawTensor,
    lo: &Int,
    hi: &Int,
    numerator: &Int,
    denominator: &Int,
) -> Result<Vec<Int>, InputError> {
    check_scale(numerator, denominator)?;
    let scale = Scale::new(numerator, denominator);
    Range { tensor, lo, hi, scale: &scale, cut: None }.all()
}

/// What a quantized model does with numbers of its own terms, integers too: rounded as by
/// [`quantize`], also where the scale is 1, and cut to the ends of the type, infinities with them.
/// Also gives how many were cut.
///
/// Where both the number and the scale are floats of 32 bits, they are divided as such, as the model's own
/// runtime does: −3 / 0.02352941 is a half there, and nearly one in truth.
///
/// # Errors
/// `NotFinite` for NaN, `Scale` if the scale is not positive.
pub fn quantize_saturating(
    tensor: &RawTensor,
    lo: &Int,
    hi: &Int,
    numerator: &Int,
    denominator: &Int,
) -> Result<(Vec<Int>, usize), InputError> {
    check_scale(numerator, denominator)?;
    let (scale, cut) = (Scale::new(numerator, denominator), Cell::new(0));
    let all = Range { tensor, lo, hi, scale: &scale, cut: Some(&cut) }.all()?;
    Ok((all, cut.get()))
}

fn check_scale(numerator: &Int, denominator: &Int) -> Result<(), InputError> {
    if numerator.is_positive() && denominator.is_positive() {
        return Ok(());
    }
    let (numerator, denominator) = (numerator.to_string(), denominator.to_string());
    Err(InputErrorKind::Scale { numerator, denominator }.into())
}

fn each<T>(
    values: &[T],
    f: impl Fn(usize, &T) -> Result<Int, InputError>,
) -> Result<Vec<Int>, InputError> {
    values.iter().enumerate().map(|(n, x)| f(n, x)).collect()
}

/// numerator / denominator in lowest terms.
struct Scale {
    numerator: Int,
    denominator: Int,
    /// Both, if they fit; the arithmetic then nearly always does too.
    narrow: Option<(i128, i128)>,
}

impl Scale {
    fn new(numerator: &Int, denominator: &Int) -> Scale {
        let g = numerator.gcd(denominator);
        let (numerator, denominator) = (numerator / &g, denominator / &g);
        let narrow = numerator.to_i128().zip(denominator.to_i128());
        Scale { numerator, denominator, narrow }
    }

    fn is_one(&self) -> bool {
        self.numerator.is_one() && self.denominator.is_one()
    }

    /// The scale as a float of 32 bits, if it is one and no power of two: dividing by that rounds nothing.
    fn single(&self) -> Option<f32> {
        let (numerator, denominator) = (self.numerator.to_f64()?, self.denominator.to_f64()?);
        let scale = (numerator / denominator) as f32;
        let power = |n: &Int| n.trailing_zeros().is_some_and(|z| z + 1 == n.bits());
        let digits = self.numerator.bits() - self.numerator.trailing_zeros().unwrap_or(0);
        let fits = (2..=u64::from(f32::MANTISSA_DIGITS)).contains(&digits);
        (power(&self.denominator) && fits && scale.is_normal()).then_some(scale)
    }

    fn real(&self, raw: &Int) -> BigRational {
        BigRational::new(raw * &self.numerator, self.denominator.clone())
    }
}

/// A rational as a decimal where that ends, for messages.
fn shown(value: &BigRational) -> String {
    let (numerator, denominator) = (Int::one(), value.denom().clone());
    let (lo, hi) = (Int::zero(), Int::zero());
    crate::receipt::real(value.numer(), &PortType::Fix { lo, hi, numerator, denominator })
}

struct Range<'a> {
    tensor: &'a RawTensor,
    lo: &'a Int,
    hi: &'a Int,
    scale: &'a Scale,
    /// How many real values were cut to the ends, if they are; refused otherwise.
    cut: Option<&'a Cell<usize>>,
}

impl Range<'_> {
    fn all(&self) -> Result<Vec<Int>, InputError> {
        match &self.tensor.data {
            RawData::Ints(v) => each(v, |n, &x| self.integer(n, x.into())),
            RawData::Big(v) => each(v, |n, x| self.integer(n, x.clone())),
            RawData::Floats(v) => each(v, |n, &x| self.float(n, x)),
            RawData::Decimals(v) => each(v, |n, x| self.decimal(n, x)),
        }
    }

    /// Raw already, unless it is a number of a model's.
    fn integer(&self, n: usize, x: Int) -> Result<Int, InputError> {
        match self.cut {
            None => self.raw(n, x),
            Some(_) => self.decimal(n, &BigRational::from_integer(x)),
        }
    }

    fn raw(&self, n: usize, raw: Int) -> Result<Int, InputError> {
        if *self.lo <= raw && raw <= *self.hi {
            return Ok(raw);
        }
        Err(InputErrorKind::OutOfRange {
            index: self.tensor.index(n),
            value: raw.to_string(),
            lo: self.lo.to_string(),
            hi: self.hi.to_string(),
        }
        .into())
    }

    /// A raw integer that came from a real value: errors speak of real values.
    fn rounded(
        &self,
        n: usize,
        raw: Int,
        exact: bool,
        value: &dyn std::fmt::Display,
    ) -> Result<Int, InputError> {
        if let Some(cut) = self.cut {
            let outside = raw < *self.lo || raw > *self.hi;
            cut.set(cut.get() + usize::from(outside));
            return Ok(raw.clamp(self.lo.clone(), self.hi.clone()));
        }
        if self.scale.is_one() && !exact {
            let (index, value) = (self.tensor.index(n), value.to_string());
            return Err(InputErrorKind::NotAnInteger { index, value }.into());
        }
        if *self.lo <= raw && raw <= *self.hi {
            return Ok(raw);
        }
        Err(InputErrorKind::OutOfRange {
            index: self.tensor.index(n),
            value: value.to_string(),
            lo: shown(&self.scale.real(self.lo)),
            hi: shown(&self.scale.real(self.hi)),
        }
        .into())
    }

    fn decimal(&self, n: usize, value: &BigRational) -> Result<Int, InputError> {
        // A model of floats reads a decimal as one.
        if let Some(raw) = value.to_f32().and_then(|v| self.single(v)) {
            return self.rounded(n, raw.into(), true, &shown(value));
        }
        let top = value.numer() * &self.scale.denominator;
        let bottom = value.denom() * &self.scale.numerator;
        let (raw, exact) = divide_half_even(&top, &bottom);
        self.rounded(n, raw, exact, &shown(value))
    }

    fn float(&self, n: usize, value: f64) -> Result<Int, InputError> {
        let Some((mantissa, exponent)) = decompose(value) else {
            if let Some(cut) = self.cut.filter(|_| !value.is_nan()) {
                cut.set(cut.get() + 1);
                return Ok(if value > 0.0 { self.hi } else { self.lo }.clone());
            }
            let (index, value) = (self.tensor.index(n), value.to_string());
            return Err(InputErrorKind::NotFinite { index, value }.into());
        };
        let single = value as f32;
        if let Some(raw) = self.single(single).filter(|_| f64::from(single) == value) {
            return self.rounded(n, raw.into(), true, &value);
        }
        // value/scale = mantissa·2^exponent·denominator / numerator
        let (raw, exact) = match self.narrow_float(mantissa, exponent) {
            Some((raw, exact)) => (raw.into(), exact),
            None => {
                let shift = BigInt::one() << exponent.unsigned_abs();
                let mut top = BigInt::from(mantissa) * &self.scale.denominator;
                let mut bottom = self.scale.numerator.clone();
                if exponent >= 0 { &mut top } else { &mut bottom }.mul_by(&shift);
                divide_half_even(&top, &bottom)
            }
        };
        self.rounded(n, raw, exact, &value)
    }

    /// The quotient of two floats of 32 bits as a model's runtime has it; `None` if the scale is none, or the
    /// integers are so large that such a float hardly tells them apart.
    fn single(&self, value: f32) -> Option<i64> {
        let scale = self.cut.and_then(|_| self.scale.single())?;
        let quotient = value / scale;
        let small = quotient.abs() < (1u32 << (f32::MANTISSA_DIGITS - 2)) as f32;
        small.then(|| quotient.round_ties_even() as i64)
    }

    /// The same in 128 bits; `None` if it does not fit.
    fn narrow_float(&self, mantissa: i64, exponent: i32) -> Option<(i128, bool)> {
        let (numerator, denominator) = self.scale.narrow?;
        let power = 1i128.checked_shl(exponent.unsigned_abs()).filter(|p| *p > 0)?;
        let (mut top, mut bottom) = (i128::from(mantissa).checked_mul(denominator)?, numerator);
        let side = if exponent >= 0 { &mut top } else { &mut bottom };
        *side = side.checked_mul(power)?;
        let (floor, rest) = top.div_mod_floor(&bottom);
        let twice = rest.checked_mul(2)?;
        let up = twice > bottom || (twice == bottom && floor.is_odd());
        Some((floor + i128::from(up), rest == 0))
    }
}

trait MulBy {
    fn mul_by(&mut self, factor: &BigInt);
}

impl MulBy for BigInt {
    fn mul_by(&mut self, factor: &BigInt) {
        *self *= factor;
    }
}

/// The mantissa and exponent with value = mantissa·2^exponent; `None` unless finite.
fn decompose(value: f64) -> Option<(i64, i32)> {
    if !value.is_finite() {
        return None;
    }
    let bits = value.to_bits();
    let (field, fraction) = ((bits >> 52 & 0x7ff) as i32, (bits & ((1 << 52) - 1)) as i64);
    let (mantissa, exponent) =
        if field == 0 { (fraction, -1074) } else { (fraction | 1 << 52, field - 1075) };
    // Without trailing zeros, integers stay integers and small numbers small.
    let zeros = if mantissa == 0 { 0 } else { mantissa.trailing_zeros() };
    let exponent = if mantissa == 0 { 0 } else { exponent + zeros as i32 };
    let mantissa = mantissa >> zeros;
    Some((if value < 0.0 { -mantissa } else { mantissa }, exponent))
}

/// The integer nearest to top / bottom, ties to even, and whether it is the quotient itself.
fn divide_half_even(top: &BigInt, bottom: &BigInt) -> (BigInt, bool) {
    let (floor, rest) = top.div_mod_floor(bottom);
    let exact = rest.is_zero();
    let twice = rest * 2;
    let up = twice > *bottom || (twice == *bottom && floor.is_odd());
    (if up { floor + 1 } else { floor }, exact)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn int(v: i64) -> Int {
        v.into()
    }

    fn one(data: RawData, num: i64, den: i64) -> Result<Int, InputErrorKind> {
        let tensor = RawTensor { shape: vec![1], data };
        let raw = quantize(&tensor, &int(-128), &int(127), &int(num), &int(den));
        raw.map(|v| v[0].clone()).map_err(|e| e.kind)
    }

    #[test]
    fn values_of_a_model_are_cut() {
        let one = |data: RawData, num: i64, den: i64| {
            let tensor = RawTensor { shape: vec![data.len()], data };
            quantize_saturating(&tensor, &int(-128), &int(127), &int(num), &int(den))
        };
        let floats = RawData::Floats(vec![4.0, 3.97, -4.1, 0.04, 1e300]);
        let wanted: Vec<Int> = [127, 127, -128, 1, 127].map(int).to_vec();
        assert_eq!(one(floats, 1, 32), Ok((wanted, 3)));
        // Rounded although the scale is 1, ties to even.
        let wanted: Vec<Int> = [2, 2, -1].map(int).to_vec();
        assert_eq!(one(RawData::Floats(vec![1.5, 2.5, -0.6]), 1, 1), Ok((wanted, 0)));
        let third = RawData::Decimals(vec![BigRational::new(int(400), int(3))]);
        assert_eq!(one(third, 1, 1), Ok((vec![int(127)], 1)));
        // Integers are numbers of the model like any others.
        let wanted: Vec<Int> = [64, 127, -128].map(int).to_vec();
        assert_eq!(one(RawData::Ints(vec![2, 4, -5]), 1, 32), Ok((wanted, 2)));
        let ends = RawData::Floats(vec![f64::INFINITY, f64::NEG_INFINITY]);
        assert_eq!(one(ends, 1, 32), Ok(([127, -128].map(int).to_vec(), 2)));
        let nan = one(RawData::Floats(vec![f64::NAN]), 1, 32).unwrap_err().kind;
        assert!(matches!(nan, InputErrorKind::NotFinite { .. }), "{nan}");
    }

    #[test]
    fn floats_are_divided_as_a_model_divides_them() {
        // −3 / 0.023529412 is −127.49999 in truth, and −127.5 of two floats of 32 bits.
        let one = |data: RawData| {
            let tensor = RawTensor { shape: vec![1], data };
            let (num, den) = (int(12_632_257), int(1 << 29));
            quantize_saturating(&tensor, &int(-128), &int(127), &num, &den).map(|(v, _)| v)
        };
        assert_eq!(one(RawData::Floats(vec![-3.0])), Ok(vec![int(-128)]));
        assert_eq!(one(RawData::Ints(vec![-3])), Ok(vec![int(-128)]));
        // A number that is no such float is divided exactly.
        assert_eq!(one(RawData::Floats(vec![-3.0 + 1e-12])), Ok(vec![int(-127)]));
    }

    #[test]
    fn ties_go_to_even() {
        for (value, raw) in [(0.5, 0), (1.5, 2), (2.5, 2), (-0.5, 0), (-1.5, -2), (-2.5, -2)] {
            assert_eq!(one(RawData::Floats(vec![value / 16.0]), 1, 16), Ok(int(raw)), "{value}");
        }
    }

    #[test]
    fn integer_types_take_integers_only() {
        assert_eq!(one(RawData::Floats(vec![3.0]), 1, 1), Ok(int(3)));
        let kind = one(RawData::Floats(vec![3.5]), 1, 1).unwrap_err();
        assert_eq!(kind, InputErrorKind::NotAnInteger { index: vec![0], value: "3.5".into() });
    }

    #[test]
    fn ranges_are_reported_in_the_terms_of_the_file() {
        let real = one(RawData::Floats(vec![8.5]), 1, 16).unwrap_err();
        let expected = |value: &str, lo: &str, hi: &str| InputErrorKind::OutOfRange {
            index: vec![0],
            value: value.into(),
            lo: lo.into(),
            hi: hi.into(),
        };
        assert_eq!(real, expected("8.5", "-8", "7.9375"));
        let raw = one(RawData::Ints(vec![128]), 1, 16).unwrap_err();
        assert_eq!(raw, expected("128", "-128", "127"));
        let huge = one(RawData::Floats(vec![1e300]), 1, 16).unwrap_err();
        assert!(matches!(huge, InputErrorKind::OutOfRange { .. }));
        for value in [f64::NAN, f64::INFINITY] {
            let kind = one(RawData::Floats(vec![value]), 1, 16).unwrap_err();
            assert!(matches!(kind, InputErrorKind::NotFinite { .. }));
        }
    }

    proptest! {
        /// The quick way and the exact one agree, on all finite floats.
        #[test]
        fn floats_round_exactly(bits: u64, num in 1i64..5000, den in 1i64..5000) {
            let value = f64::from_bits(bits);
            prop_assume!(value.is_finite() && value.abs() < 1e30);
            let wide = Int::from(10).pow(40);
            let tensor = |data| RawTensor { shape: vec![1], data };
            let float = quantize(
                &tensor(RawData::Floats(vec![value])), &-&wide, &wide, &int(num), &int(den));
            let exact = BigRational::from_float(value).unwrap();
            let decimal = quantize(
                &tensor(RawData::Decimals(vec![exact])), &-&wide, &wide, &int(num), &int(den));
            match (float, decimal) {
                (Ok(f), Ok(d)) => prop_assert_eq!(f, d),
                (f, d) => prop_assert!(f.is_err() && d.is_err()),
            }
        }
    }
}
