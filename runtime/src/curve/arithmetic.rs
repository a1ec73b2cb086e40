//! Multiplication and subtraction of coordinates without branches.
//!
//! The generic field code compares and then branches to reduce. What is added up here is as good as
//! random, so that every other such branch is predicted wrongly, at the price of a third of a
//! multiplication; and its multiplication in the quadratic extension takes four products where
//! three do. The representation is arkworks': four limbs, times 2^256, below the modulus p.
//!
//! In the prime field it may be *loose*: below 2p. That saves the last subtraction of each
//! multiplication, a tenth of an addition of points. Loose elements stay inside of this module's
//! operations and of the batches built of them; [`Arithmetic::canonical`] comes before anything else.

mod limbs;

#[cfg(target_arch = "x86_64")]
pub(super) use limbs::{INVERSE, MODULUS};

use ark_bn254::{Fq, Fq2};
use ark_ff::Field;
use limbs::*;

/// The operations of an affine addition. They take loose elements and give loose ones.
pub trait Arithmetic: Field {
    /// Of how many elements of the prime field it consists.
    const PARTS: usize;
    /// The limbs of one of them.
    fn part(&self, i: usize) -> &[u64; 4];
    /// From the limbs of each.
    fn from_parts(limbs: impl Fn(usize) -> [u64; 4]) -> Self;
    fn times(&self, other: &Self) -> Self;
    fn squared(&self) -> Self;
    fn minus(&self, other: &Self) -> Self;
    /// The negative if so asked, else the same.
    fn negated_if(&self, negate: bool) -> Self;
    /// The one representation that the rest of the world knows.
    fn canonical(&self) -> Self;
    /// Whether it may be zero: true if it is, and for anything else with a chance of 2^-63.
    fn may_be_zero(&self) -> bool;
    /// Some word of it: zero for a canonical zero, and for anything else with a chance of 2^-64.
    fn word(&self) -> u64;
    /// Its last word in memory.
    fn last_word(&self) -> u64;
}

impl Arithmetic for Fq {
    const PARTS: usize = 1;

    #[inline(always)]
    fn part(&self, _: usize) -> &[u64; 4] {
        limbs(self)
    }

    #[inline(always)]
    fn from_parts(limbs: impl Fn(usize) -> [u64; 4]) -> Self {
        from_limbs(limbs(0))
    }

    #[inline(always)]
    fn times(&self, other: &Self) -> Self {
        from_limbs(loose_product(limbs(self), limbs(other)))
    }

    #[inline(always)]
    fn squared(&self) -> Self {
        self.times(self)
    }

    #[inline(always)]
    fn minus(&self, other: &Self) -> Self {
        from_limbs(loose_difference(limbs(self), limbs(other)))
    }

    #[inline(always)]
    fn negated_if(&self, negate: bool) -> Self {
        let (plus, minus) = (limbs(self), loose_difference(&[0; 4], limbs(self)));
        from_limbs(choose(0u64.wrapping_sub(u64::from(negate)), &minus, plus))
    }

    #[inline(always)]
    fn canonical(&self) -> Self {
        from_limbs(below_modulus(*limbs(self)))
    }

    #[inline(always)]
    fn may_be_zero(&self) -> bool {
        // 0 or p.
        (self.word() == 0) | (self.word() == MODULUS[0])
    }

    #[inline(always)]
    fn word(&self) -> u64 {
        limbs(self)[0]
    }

    #[inline(always)]
    fn last_word(&self) -> u64 {
        limbs(self)[3]
    }
}

impl Arithmetic for Fq2 {
    const PARTS: usize = 2;

    #[inline(always)]
    fn part(&self, i: usize) -> &[u64; 4] {
        limbs(if i == 0 { &self.c0 } else { &self.c1 })
    }

    #[inline(always)]
    fn from_parts(limbs: impl Fn(usize) -> [u64; 4]) -> Self {
        Fq2::new(from_limbs(limbs(0)), from_limbs(limbs(1)))
    }

    /// Karatsuba's three products, of which the sums are reduced and not the parts. With i² = −1,
    /// (a₀ + a₁i)(b₀ + b₁i) = (a₀b₀ − a₁b₁) + ((a₀ + a₁)(b₀ + b₁) − a₀b₀ − a₁b₁)i.
    #[inline(always)]
    fn times(&self, other: &Self) -> Self {
        let (a0, a1) = (limbs(&self.c0), limbs(&self.c1));
        let (b0, b1) = (limbs(&other.c0), limbs(&other.c1));
        let (low, high) = (wide(a0, b0), wide(a1, b1));
        // Below 2p each, so below 4p² < 2^256·p together: what `reduce` takes.
        let cross = wide(&sum(a0, a1), &sum(b0, b1));
        let cross = wide_difference(wide_difference(cross, &low), &high);
        let mut real = wide_difference(low, &high);
        // Above −p² > −2^256·p.
        let mask = sign_mask(real[7]);
        let mut carry = 0;
        for k in 0..4 {
            (real[4 + k], carry) = add(real[4 + k], MODULUS[k] & mask, carry);
        }
        Fq2::new(from_limbs(reduce(real)), from_limbs(reduce(cross)))
    }

    /// (a₀ + a₁i)² = (a₀ + a₁)(a₀ − a₁) + 2a₀a₁i
    #[inline(always)]
    fn squared(&self) -> Self {
        let (a0, a1) = (limbs(&self.c0), limbs(&self.c1));
        // One factor may reach 2p: 2p² < 2^256·p.
        let real = product(&sum(a0, a1), &difference(a0, a1));
        let imaginary = product(&sum(a0, a0), a1);
        Fq2::new(from_limbs(real), from_limbs(imaginary))
    }

    #[inline(always)]
    fn minus(&self, other: &Self) -> Self {
        let part = |a: &Fq, b: &Fq| from_limbs(difference(limbs(a), limbs(b)));
        Fq2::new(part(&self.c0, &other.c0), part(&self.c1, &other.c1))
    }

    #[inline(always)]
    fn negated_if(&self, negate: bool) -> Self {
        let part = |a: &Fq| {
            let minus = difference(&[0; 4], limbs(a));
            from_limbs(choose(0u64.wrapping_sub(u64::from(negate)), &minus, limbs(a)))
        };
        Fq2::new(part(&self.c0), part(&self.c1))
    }

    /// Operations here give no loose elements and take none: sums of three loose products do not fit.
    #[inline(always)]
    fn canonical(&self) -> Self {
        Fq2::new(self.c0.canonical(), self.c1.canonical())
    }

    #[inline(always)]
    fn may_be_zero(&self) -> bool {
        self.word() == 0
    }

    #[inline(always)]
    fn word(&self) -> u64 {
        self.c0.word()
    }

    #[inline(always)]
    fn last_word(&self) -> u64 {
        self.c1.last_word()
    }
}

#[cfg(test)]
pub(super) trait Loosely {
    /// The same element, above p.
    fn plus_modulus(&self) -> Self;
}

#[cfg(test)]
impl Loosely for Fq {
    fn plus_modulus(&self) -> Self {
        from_limbs(sum(limbs(self), &MODULUS))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ark_ff::{AdditiveGroup, One, UniformRand};
    use rand::{SeedableRng, rngs::StdRng};

    /// `values` with the forms that the operations take, among them loose ones.
    fn agrees<F: Arithmetic>(values: &[(F, F)]) {
        for (a, x) in values {
            assert_eq!(x.canonical(), *a);
            assert_eq!(x.squared().canonical(), a.square());
            assert_eq!(x.negated_if(true).canonical(), -*a);
            assert_eq!(x.negated_if(false).canonical(), *a);
            assert!(x.may_be_zero() || !a.is_zero());
            for (b, y) in values {
                assert_eq!(x.times(y).canonical(), *a * b);
                assert_eq!(x.minus(y).canonical(), *a - b);
                assert!(x.minus(y).may_be_zero() || a != b);
            }
        }
    }

    /// Zero, one, their neighbours and the limbs that carry most.
    fn values() -> Vec<Fq> {
        let mut rng = StdRng::seed_from_u64(1);
        let mut values = vec![Fq::ZERO, Fq::one(), -Fq::one(), Fq::from(2u64), -Fq::from(2u64)];
        let mut most = MODULUS;
        most[0] -= 1;
        values.extend([most, [1, 0, 0, 0], [u64::MAX, u64::MAX, u64::MAX, 0]].map(from_limbs));
        values.extend((0..40).map(|_| Fq::rand(&mut rng)));
        values
    }

    #[test]
    fn it_is_the_fields_arithmetic() {
        let loose = |a: &Fq| (*a, a.plus_modulus());
        let all: Vec<(Fq, Fq)> = values().iter().flat_map(|a| [(*a, *a), loose(a)]).collect();
        assert!(all.iter().all(|(a, x)| x.canonical() == *a));
        agrees(&all);
    }

    #[test]
    fn it_is_the_extensions_arithmetic() {
        let values = values();
        let mixed = values.iter().zip(values.iter().rev());
        let corners: Vec<(Fq2, Fq2)> = values[..8]
            .iter()
            .flat_map(|a| values[..8].iter().map(move |b| (a, b)))
            .chain(mixed)
            .map(|(a, b)| Fq2::new(*a, *b))
            .map(|x| (x, x))
            .collect();
        agrees(&corners);
    }
}
