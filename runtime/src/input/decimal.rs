//! Numbers written as text, read exactly.

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{Num, Pow};

/// Longest text; a 256-bit number needs 78 digits.
const MAX_LENGTH: usize = 2048;
/// Largest exponent to either side; text of a few bytes must not become a number of gigabytes.
const MAX_EXPONENT: u32 = 2048;

/// Reads `-12`, `0.25`, `1e-3` or `0x1f` exactly; `None` if it is none of these.
///
/// ```
/// use zirc_runtime::input::parse_decimal;
/// assert_eq!(parse_decimal("0.25"), parse_decimal("25e-2"));
/// assert_eq!(parse_decimal("0x10"), parse_decimal("16"));
/// assert_eq!(parse_decimal("1e999999999"), None);
/// ```
#[must_use]
pub fn parse_decimal(text: &str) -> Option<BigRational> {
    if text.len() > MAX_LENGTH {
        return None;
    }
    let (negative, magnitude) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let hex = magnitude.strip_prefix("0x").or_else(|| magnitude.strip_prefix("0X"));
    let value = match hex {
        Some(digits) => BigRational::from_integer(integer(digits, 16)?),
        None => decimal(magnitude)?,
    };
    Some(if negative { -value } else { value })
}

fn decimal(text: &str) -> Option<BigRational> {
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((m, e)) => (m, exponent(e)?),
        None => (text, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    if whole.is_empty() || (fraction.is_empty() && mantissa.contains('.')) {
        return None;
    }
    let digits = integer(&format!("{whole}{fraction}"), 10)?;
    let power = exponent - i32::try_from(fraction.len()).ok()?;
    let scale = BigInt::from(10).pow(power.unsigned_abs());
    Some(if power >= 0 {
        BigRational::from_integer(digits * scale)
    } else {
        BigRational::new(digits, scale)
    })
}

fn exponent(text: &str) -> Option<i32> {
    let (sign, digits) = match text.as_bytes().first()? {
        b'-' => (-1, &text[1..]),
        b'+' => (1, &text[1..]),
        _ => (1, text),
    };
    let plain = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    let magnitude: u32 = if plain { digits.parse().ok()? } else { return None };
    (magnitude <= MAX_EXPONENT).then_some(sign * magnitude as i32)
}

fn integer(digits: &str, radix: u32) -> Option<BigInt> {
    // The library's own parser would also take signs and underscores.
    let plain = !digits.is_empty() && digits.chars().all(|c| c.is_digit(radix));
    if plain { BigInt::from_str_radix(digits, radix).ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_number_is_refused() {
        let long = "1".repeat(3000);
        for text in [
            "", "-", "--1", "+1", "1_0", ".5", "5.", "1e", "1e+", "1e5000", "0x", "0x-1", "0xg",
            "nan", "inf", "1 ", " 1", "1.2.3", "1e1.5", "١", &long,
        ] {
            assert_eq!(parse_decimal(text), None, "{text}");
        }
    }

    #[test]
    fn values_are_exact() {
        let ratio = |n: i64, d: i64| Some(BigRational::new(n.into(), d.into()));
        assert_eq!(parse_decimal("0.1"), ratio(1, 10));
        assert_eq!(parse_decimal("-2.50e-1"), ratio(-1, 4));
        assert_eq!(parse_decimal("12E+2"), ratio(1200, 1));
        assert_eq!(parse_decimal("-0xFf"), ratio(-255, 1));
    }
}
