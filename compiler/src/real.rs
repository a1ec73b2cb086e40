//! Real functions of rational numbers, in fixed point on integers of any size: the same on every
//! machine.
//!
//! Arguments are rounded down to 2^−320, every step rounds down, and the result is rounded to
//! 2^−128. The series are cut when their terms vanish, so the accumulated error stays below some
//! thousands of steps of 2^−320, magnified by at most 2^150 (the condition of the function at the
//! largest argument allowed): results are within one step of 2^−128.

use crate::number::Ratio;
use num_integer::Integer;
use num_traits::{One, Signed, Zero};
use zirc_circuit::Int;

/// Fraction bits of intermediate values.
const WORK: usize = 320;
/// Fraction bits of results.
pub(crate) const FRACTION: usize = 128;
/// Results stay below 2^120.
const MAX_WHOLE: u64 = 120;

/// A function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Real {
    Exp,
    Ln,
    Sqrt,
    Sin,
    Cos,
    Tan,
    Atan,
    Tanh,
    Erf,
    Reciprocal,
}

/// All of them.
pub(crate) const ALL: &[Real] = &[
    Real::Exp,
    Real::Ln,
    Real::Sqrt,
    Real::Sin,
    Real::Cos,
    Real::Tan,
    Real::Atan,
    Real::Tanh,
    Real::Erf,
    Real::Reciprocal,
];

impl Real {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Real::Exp => "exp",
            Real::Ln => "ln",
            Real::Sqrt => "sqrt",
            Real::Sin => "sin",
            Real::Cos => "cos",
            Real::Tan => "tan",
            Real::Atan => "atan",
            Real::Tanh => "tanh",
            Real::Erf => "erf",
            Real::Reciprocal => "reciprocal",
        }
    }

    pub(crate) fn named(name: &str) -> Option<Real> {
        ALL.iter().copied().find(|f| f.name() == name)
    }
}

/// f(x), in steps of 2^−128.
///
/// Errors say why the function has no value there that could be held.
pub(crate) fn apply(of: Real, x: &Ratio) -> Result<Int, &'static str> {
    if x.numer().bits() > 4096 || x.denom().bits() > 4096 {
        return Err("the argument has too many digits");
    }
    let limit = Ratio::from(Int::one() << 64);
    if x.abs() > limit {
        return Err("the argument is too large");
    }
    let f = fixed(x);
    let y = match of {
        Real::Exp => exp(&f)?,
        Real::Ln => {
            if !f.is_positive() {
                return Err("logarithms need a positive argument");
            }
            ln(&f)
        }
        Real::Sqrt => {
            if x.is_negative() {
                return Err("square roots need an argument that is not negative");
            }
            (f << WORK).sqrt()
        }
        Real::Sin => sin_cos(&f).0,
        Real::Cos => sin_cos(&f).1,
        Real::Tan => {
            let (s, c) = sin_cos(&f);
            if c.bits() < (WORK - 100) as u64 {
                return Err("the tangent is too large here");
            }
            div(&s, &c)
        }
        Real::Atan => atan(&f),
        Real::Tanh => tanh(&f)?,
        Real::Erf => erf(&f),
        Real::Reciprocal => {
            if x.is_zero() || x.recip().abs() >= Ratio::from(Int::one() << MAX_WHOLE) {
                return Err("the argument is too close to zero");
            }
            fixed(&x.recip())
        }
    };
    Ok(nearest(&y, WORK - FRACTION))
}

fn one() -> Int {
    Int::one() << WORK
}

fn fixed(x: &Ratio) -> Int {
    (x.numer() << WORK).div_floor(x.denom())
}

fn mul(a: &Int, b: &Int) -> Int {
    (a * b) >> WORK
}

fn div(a: &Int, b: &Int) -> Int {
    (a << WORK).div_floor(b)
}

/// y / 2^bits to the nearest integer, halves up.
fn nearest(y: &Int, bits: usize) -> Int {
    (y + (Int::one() << (bits - 1))) >> bits
}

/// e^x = 2^k·e^(r), x = k·ln 2 + r, with e^r = (e^(r/2^8))^(2^8).
fn exp(x: &Int) -> Result<Int, &'static str> {
    let ln2 = ln2();
    let k = x.div_floor(&ln2);
    if k > Int::from(MAX_WHOLE) {
        return Err("the exponential is too large here");
    }
    if k < -Int::from(WORK) {
        return Ok(Int::zero());
    }
    let r = (x - &k * &ln2) >> 8;
    let (mut sum, mut term, mut n) = (one(), one(), 1u32);
    loop {
        term = mul(&term, &r) / n;
        if term.is_zero() {
            break;
        }
        sum += &term;
        n += 1;
    }
    for _ in 0..8 {
        sum = mul(&sum, &sum);
    }
    let k = i64::try_from(&k).unwrap_or(0);
    Ok(if k >= 0 { sum << k } else { sum >> -k })
}

/// ln 2 = 2·artanh(1/3)
fn ln2() -> Int {
    artanh(&(one() / 3)) << 1
}

/// artanh(x) = Σ x^(2n+1)/(2n+1), for |x| ≤ 1/3
fn artanh(x: &Int) -> Int {
    odd_series(x, false)
}

/// Σ (±1)^n·x^(2n+1)/(2n+1)
fn odd_series(x: &Int, alternate: bool) -> Int {
    let square = mul(x, x);
    let (mut sum, mut power, mut n) = (Int::zero(), x.clone(), 1u32);
    while power.abs() > Int::one() {
        let term = &power / n;
        if alternate && n % 4 == 3 {
            sum -= term
        } else {
            sum += term
        }
        power = mul(&power, &square);
        n += 2;
    }
    sum
}

/// ln(m·2^k) = k·ln 2 + 2·artanh((m − 1)/(m + 1)) with m in [2/3, 4/3]
fn ln(x: &Int) -> Int {
    let mut k = x.bits() as i64 - WORK as i64;
    let shifted = |k: i64| if k >= 0 { x >> k } else { x << -k };
    let mut m = shifted(k);
    if &m * 3 < one() * 2 {
        k -= 1;
        m = shifted(k);
    }
    let t = div(&(&m - one()), &(&m + one()));
    (artanh(&t) << 1) + ln2() * k
}

/// atan(x) = Σ (−1)^n·x^(2n+1)/(2n+1) after atan(x) = 2·atan(x/(1 + √(1 + x²))) four times.
fn atan(x: &Int) -> Int {
    let mut t = x.clone();
    for _ in 0..4 {
        let root = ((one() + mul(&t, &t)) << WORK).sqrt();
        t = div(&t, &(one() + root));
    }
    odd_series(&t, true) << 4
}

/// (sin x, cos x), by Taylor's series of x mod 2π, 2π = 8·atan(1).
fn sin_cos(x: &Int) -> (Int, Int) {
    let full = atan(&one()) << 3;
    let r = x.mod_floor(&full);
    let (mut sin, mut cos) = (Int::zero(), one());
    let (mut term, mut n) = (one(), 1u32);
    loop {
        term = mul(&term, &r) / n;
        if term.is_zero() {
            return (sin, cos);
        }
        match n % 4 {
            1 => sin += &term,
            2 => cos -= &term,
            3 => sin -= &term,
            _ => cos += &term,
        }
        n += 1;
    }
}

/// tanh x = (e^(2x) − 1)/(e^(2x) + 1); ±1 from |x| = 64 on, where 1 − tanh < 2^−180.
fn tanh(x: &Int) -> Result<Int, &'static str> {
    let a = x.abs();
    let y = if a >= one() << 6 {
        one()
    } else {
        // With the negative exponent nothing grows.
        let twice: Int = a << 1;
        let e = exp(&-twice)?;
        div(&(one() - &e), &(one() + &e))
    };
    Ok(if x.is_negative() { -y } else { y })
}

/// erf x = 2/√π·Σ (−1)^n·x^(2n+1)/(n!·(2n + 1)); ±1 from |x| = 10 on, where 1 − erf < 2^−147.
fn erf(x: &Int) -> Int {
    let a = x.abs();
    let y = if a >= one() * 10 {
        one()
    } else {
        let square = mul(&a, &a);
        let (mut sum, mut term, mut n) = (Int::zero(), a, 0u32);
        while !term.is_zero() {
            let part = &term / (2 * n + 1);
            if n % 2 == 0 {
                sum += part
            } else {
                sum -= part
            }
            n += 1;
            term = mul(&term, &square) / n;
        }
        let pi: Int = atan(&one()) << 2;
        let square: Int = pi << WORK;
        let twice: Int = sum << 1;
        div(&twice, &square.sqrt())
    };
    if x.is_negative() { -y } else { y }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(of: Real, x: (i64, i64), digits: &str) {
        let y = apply(of, &Ratio::new(x.0.into(), x.1.into())).unwrap();
        let (whole, part) = digits.split_once('.').unwrap();
        let n = Int::parse_bytes(format!("{whole}{part}").as_bytes(), 10).unwrap();
        let scale = num_traits::pow(Int::from(10), part.len());
        let expected = Ratio::new(n, scale.clone());
        let got = Ratio::new(y, Int::one() << FRACTION);
        // The digits are cut, not rounded: they are off by less than one in the last place.
        assert!((got - expected).abs() <= Ratio::new(1.into(), scale), "{of:?}({x:?})");
    }

    /// Digits from a table of constants, 36 places.
    #[test]
    fn known_digits() {
        near(Real::Exp, (1, 1), "2.718281828459045235360287471352662497");
        near(Real::Exp, (-1, 1), "0.367879441171442321595523770161460867");
        near(Real::Ln, (2, 1), "0.693147180559945309417232121458176568");
        near(Real::Ln, (10, 1), "2.302585092994045684017991454684364207");
        near(Real::Sqrt, (2, 1), "1.414213562373095048801688724209698078");
        near(Real::Sin, (1, 1), "0.841470984807896506652502321630298999");
        near(Real::Cos, (1, 1), "0.540302305868139717400936607442976603");
        near(Real::Tan, (1, 1), "1.557407724654902230506974807458360173");
        near(Real::Atan, (1, 1), "0.785398163397448309615660845819875721");
        near(Real::Tanh, (1, 1), "0.761594155955764888119458282604793590");
        near(Real::Erf, (1, 1), "0.842700792949714869341220635082609259");
        near(Real::Reciprocal, (7, 1), "0.142857142857142857142857142857142857");
    }

    #[test]
    fn functions_agree_with_their_equations() {
        let step = Ratio::new(1.into(), Int::one() << 100);
        let f = |of: Real, x: &Ratio| Ratio::new(apply(of, x).unwrap(), Int::one() << FRACTION);
        for k in -60i64..=60 {
            let x = Ratio::new(k.into(), 7.into());
            let (s, c) = (f(Real::Sin, &x), f(Real::Cos, &x));
            assert!((&s * &s + &c * &c - Ratio::one()).abs() < step.clone(), "sin² + cos² at {x}");
            let e = f(Real::Exp, &x);
            let back = f(Real::Ln, &e);
            assert!((back - &x).abs() < Ratio::new(1.into(), Int::one() << 90), "ln e^x at {x}");
            assert_eq!(f(Real::Tanh, &-x.clone()), -f(Real::Tanh, &x), "tanh is odd at {x}");
            assert_eq!(f(Real::Erf, &-x.clone()), -f(Real::Erf, &x), "erf is odd at {x}");
            let (p, q) = (f(Real::Exp, &-x.clone()), Ratio::one());
            assert!(
                (p * e - q).abs() < step.clone() * Ratio::from(Int::from(8192)),
                "e^x·e^−x at {x}"
            );
        }
    }

    #[test]
    fn outside_the_domain() {
        let r = |n: i64| Ratio::from(Int::from(n));
        assert!(apply(Real::Exp, &r(1000)).is_err());
        assert_eq!(apply(Real::Exp, &r(-1000)), Ok(Int::zero()));
        assert!(apply(Real::Ln, &r(0)).is_err());
        assert!(apply(Real::Sqrt, &r(-1)).is_err());
        assert!(apply(Real::Reciprocal, &r(0)).is_err());
    }
}
