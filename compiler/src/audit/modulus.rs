//! Arithmetic modulo a small prime, and modulo the order of the real field.

use crate::number::{centred, inverse, order};
use num_integer::Integer;
use num_traits::{One, Signed, ToPrimitive, Zero};
use zirc_circuit::Int;

/// A prime field.
pub(crate) trait Modulus {
    /// An element.
    type E: Clone + PartialEq;
    /// Number of elements, if it is small.
    fn order(&self) -> Option<u64>;
    fn from(&self, n: &Int) -> Self::E;
    fn add(&self, a: &Self::E, b: &Self::E) -> Self::E;
    fn sub(&self, a: &Self::E, b: &Self::E) -> Self::E;
    fn mul(&self, a: &Self::E, b: &Self::E) -> Self::E;
    /// a/b for b ≠ 0.
    fn div(&self, a: &Self::E, b: &Self::E) -> Self::E;
    /// For people: small absolute values where the field is large.
    fn show(&self, a: &Self::E) -> Int;

    fn neg(&self, a: &Self::E) -> Self::E {
        self.sub(&self.from(&Int::zero()), a)
    }

    /// Whether x is congruent to one of lo, lo + 1, …, lo + width.
    fn within(&self, x: &Self::E, lo: &Self::E, width: &Int) -> bool;
}

/// Modulo a prime below 2³¹.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Small(pub(crate) u64);

impl Modulus for Small {
    type E = u64;

    fn order(&self) -> Option<u64> {
        Some(self.0)
    }

    fn from(&self, n: &Int) -> u64 {
        n.mod_floor(&Int::from(self.0)).to_u64().unwrap_or(0)
    }

    fn add(&self, a: &u64, b: &u64) -> u64 {
        (a + b) % self.0
    }

    fn sub(&self, a: &u64, b: &u64) -> u64 {
        (a + self.0 - b) % self.0
    }

    fn mul(&self, a: &u64, b: &u64) -> u64 {
        a * b % self.0
    }

    fn div(&self, a: &u64, b: &u64) -> u64 {
        // b^(p − 2)
        let (mut base, mut power, mut inverse) = (*b, self.0 - 2, 1);
        while power > 0 {
            if power & 1 == 1 {
                inverse = inverse * base % self.0;
            }
            base = base * base % self.0;
            power >>= 1;
        }
        a * inverse % self.0
    }

    fn show(&self, a: &u64) -> Int {
        Int::from(*a)
    }

    fn within(&self, x: &u64, lo: &u64, width: &Int) -> bool {
        Int::from(self.sub(x, lo)) <= *width
    }
}

/// Modulo the order of the circuit's field.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Real;

impl Modulus for Real {
    type E = Int;

    fn order(&self) -> Option<u64> {
        None
    }

    fn from(&self, n: &Int) -> Int {
        centred(n)
    }

    fn add(&self, a: &Int, b: &Int) -> Int {
        super::form::reduce(a + b)
    }

    fn sub(&self, a: &Int, b: &Int) -> Int {
        super::form::reduce(a - b)
    }

    fn mul(&self, a: &Int, b: &Int) -> Int {
        super::form::reduce(a * b)
    }

    fn div(&self, a: &Int, b: &Int) -> Int {
        let b = centred(b);
        if b.abs().is_one() {
            return centred(&(a * b));
        }
        if (a % &b).is_zero() {
            return centred(&(a / b));
        }
        centred(&(a * inverse(&b)))
    }

    fn show(&self, a: &Int) -> Int {
        centred(a)
    }

    fn within(&self, x: &Int, lo: &Int, width: &Int) -> bool {
        (x - lo).mod_floor(&order()) <= *width
    }
}

/// The smallest prime above a bound, if it is small enough to search over.
pub(crate) fn prime_above(n: u64) -> Option<u64> {
    const LIMIT: u64 = 1 << 24;
    // Mersenne primes read well; otherwise the next one.
    let mersenne = [31u64, 127, 8191, 131_071];
    let next = (n + 1..n.saturating_mul(2).saturating_add(64)).find(|p| is_prime(*p));
    let nice = mersenne.into_iter().find(|p| *p > n && *p < 4 * n.max(31));
    nice.or(next).filter(|p| *p < LIMIT)
}

fn is_prime(n: u64) -> bool {
    n > 1 && (2..).take_while(|d| d * d <= n).all(|d| !n.is_multiple_of(d))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_are_fields() {
        let m = Small(31);
        for b in 1..31 {
            assert_eq!(m.mul(&m.div(&7, &b), &b), 7);
        }
        let b = Int::from(12345);
        let q = Real.div(&Int::from(7), &b);
        assert_eq!(Real.mul(&q, &b), Int::from(7));
        assert!(m.within(&1, &m.from(&Int::from(-2)), &Int::from(3)));
        assert!(!m.within(&2, &m.from(&Int::from(-2)), &Int::from(3)));
        assert_eq!(prime_above(30), Some(31));
        assert_eq!(prime_above(510), Some(521));
    }
}
