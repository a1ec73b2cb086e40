//! Exact numbers: integers, rational scales and the widths they imply.

use num_bigint::Sign;
use num_traits::{One, Signed, Zero};
use std::sync::LazyLock;
use zirc_circuit::{Int, Width};

/// An exact rational, used for scales.
pub type Ratio = num_rational::BigRational;

static ORDER: LazyLock<Int> = LazyLock::new(|| {
    let digits = b"21888242871839275222246405745257275088548364400416034343698204186575808495617";
    Int::parse_bytes(digits, 10).unwrap_or_default()
});

/// The order r of the scalar field of BN254.
pub(crate) fn order() -> Int {
    ORDER.clone()
}

/// Largest k such that every integer in (−k, k) has its own field element with room for a sign.
pub(crate) fn half_order() -> Int {
    &*ORDER / 2
}

/// Bits of a non-negative integer; 0 for 0.
pub(crate) fn bit_length(n: &Int) -> u64 {
    n.magnitude().bits()
}

/// Bits of the type `lo..=hi`: plain binary when `lo ≥ 0`, two's complement otherwise.
#[must_use]
pub fn type_bits(lo: &Int, hi: &Int) -> u64 {
    if lo.sign() != Sign::Minus {
        return bit_length(hi);
    }
    // −2^(n−1) ≤ lo needs n − 1 ≥ bits(−lo − 1); hi < 2^(n−1) needs n − 1 ≥ bits(hi).
    let below = bit_length(&(-lo - 1));
    let above = if hi.is_negative() { 0 } else { bit_length(hi) };
    below.max(above) + 1
}

/// The native type that holds an interval; no interval means a field element.
pub(crate) fn width(interval: Option<&(Int, Int)>) -> Width {
    match interval {
        None => Width::Field,
        Some((lo, hi)) => match bit_length(lo).max(bit_length(hi)) {
            0..=62 => Width::I64,
            63..=126 => Width::I128,
            _ => Width::Field,
        },
    }
}

/// The ratio as an integer, if it is one.
pub(crate) fn to_integer(r: &Ratio) -> Option<Int> {
    r.denom().is_one().then(|| r.numer().clone())
}

/// The representative of `n` modulo the field's order with the smallest absolute value.
pub(crate) fn centred(n: &Int) -> Int {
    let p = order();
    let m = ((n % &p) + &p) % &p;
    if m > &p / 2 { m - p } else { m }
}

/// `n⁻¹` modulo the field's order, 0 for 0.
pub(crate) fn inverse(n: &Int) -> Int {
    if n.magnitude().is_one() {
        return n.clone();
    }
    n.modinv(&ORDER).map_or_else(Int::zero, |i| centred(&i))
}

/// A number for people: a decimal when the fraction terminates, otherwise `a/b`.
pub(crate) fn show(raw: &Int, scale: &Ratio) -> String {
    let value = Ratio::from(raw.clone()) * scale;
    if let Some(n) = to_integer(&value) {
        return n.to_string();
    }
    let ten = Int::from(10);
    let mut power = Int::one();
    for places in 1..=20usize {
        power *= &ten;
        if let Some(n) = to_integer(&(&value * Ratio::from(power.clone()))) {
            let digits = format!("{:0>width$}", n.magnitude().to_string(), width = places + 1);
            let (whole, part) = digits.split_at(digits.len() - places);
            let sign = if n.is_negative() { "-" } else { "" };
            return format!("{sign}{whole}.{part}");
        }
    }
    format!("{value}")
}

/// A raw integer at scale `numerator / denominator` for people; a scale that is not positive shows
/// the raw integer.
#[must_use]
pub fn show_raw(raw: &Int, numerator: &Int, denominator: &Int) -> String {
    if !numerator.is_positive() || !denominator.is_positive() {
        return raw.to_string();
    }
    show(raw, &Ratio::new(numerator.clone(), denominator.clone()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_of_types() {
        for (lo, hi, bits) in [
            (-128, 127, 8),
            (0, 255, 8),
            (0, 0, 0),
            (0, 1, 1),
            (-1, 0, 1),
            (-129, 127, 9),
            (-5, -3, 4),
        ] {
            assert_eq!(type_bits(&Int::from(lo), &Int::from(hi)), bits, "{lo}..={hi}");
        }
    }

    #[test]
    fn numbers_read_well() {
        let r = |n: i64, d: i64| Ratio::new(n.into(), d.into());
        assert_eq!(show(&Int::from(-33), &r(1, 16)), "-2.0625");
        assert_eq!(show(&Int::from(1), &r(1, 3)), "1/3");
        assert_eq!(show(&Int::from(-1), &r(1, 16)), "-0.0625");
    }
}
