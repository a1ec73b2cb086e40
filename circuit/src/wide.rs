//! Sums of elements of the field with small integer weights, reduced once at the end.
//!
//! An element x is stored as the integer x·2^256 mod r. The weighted sum of those integers is
//! congruent to the stored form of the weighted sum, so a product costs four limb multiplications
//! in place of a full one with its reduction. This is what makes the adjoint of a quantized layer
//! several times faster.

use crate::Fr;
use crate::element::Element;
use ark_ff::{BigInt, BigInteger, Field, PrimeField};

/// An integer of 384 bits in two's complement, lowest limb first. A stored form has 254 bits, a
/// weight 64 with its sign, which leaves room for 2^64 summands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Wide([u64; 6]);

impl Wide {
    /// The sum as an element of the field, times a factor.
    pub(crate) fn reduce(self, factor: Fr) -> Fr {
        let negative = self.0[5] >> 63 == 1;
        let [a, b, c, d, e, f] = if negative { self.negated().0 } else { self.0 };
        let mut low = BigInt([a, b, c, d]);
        // 2^256 < 6·r
        while low >= Fr::MODULUS {
            low.sub_with_borrow(&Fr::MODULUS);
        }
        // What is above 2^256 is the stored form of that very integer.
        let sum = Fr::new_unchecked(low) + Fr::from(u128::from(f) << 64 | u128::from(e));
        let sum = if negative { -sum } else { sum };
        if factor == Fr::ONE { sum } else { sum * factor }
    }

    fn negated(self) -> Wide {
        let mut carry = true;
        Wide(self.0.map(|limb| {
            let (sum, over) = (!limb).overflowing_add(carry.into());
            carry = over;
            sum
        }))
    }

    fn is_zero(self) -> bool {
        self.0 == [0; 6]
    }
}

/// One limb of a sum of three, and what it carries.
fn step(acc: u64, addend: u128, carry: &mut u128) -> u64 {
    let sum = u128::from(acc) + addend + *carry;
    *carry = sum >> 64;
    sum as u64
}

/// One limb of a difference, and what it borrows.
fn step_back(acc: u64, subtrahend: u128, borrow: &mut u128) -> u64 {
    let take = subtrahend + *borrow;
    let (difference, under) = acc.overflowing_sub(take as u64);
    *borrow = (take >> 64) + u128::from(under);
    difference
}

impl Element for Wide {
    type Weight = i64;
    type Source = Fr;

    const ZERO: Wide = Wide([0; 6]);

    fn plus(self, other: Wide) -> Wide {
        let mut carry = 0;
        let mut out = self.0;
        for (limb, x) in out.iter_mut().zip(other.0) {
            *limb = step(*limb, x.into(), &mut carry);
        }
        Wide(out)
    }

    fn add(&mut self, x: Fr) {
        self.add_product(1, x);
    }

    fn add_product(&mut self, weight: i64, x: Fr) {
        let by = u128::from(weight.unsigned_abs());
        let [a, b, c, d] = x.0.0.map(|limb| u128::from(limb) * by);
        let [l0, l1, l2, l3, l4, l5] = &mut self.0;
        let mut carry = 0;
        if weight >= 0 {
            *l0 = step(*l0, a, &mut carry);
            *l1 = step(*l1, b, &mut carry);
            *l2 = step(*l2, c, &mut carry);
            *l3 = step(*l3, d, &mut carry);
            *l4 = step(*l4, 0, &mut carry);
            *l5 = l5.wrapping_add(carry as u64);
        } else {
            *l0 = step_back(*l0, a, &mut carry);
            *l1 = step_back(*l1, b, &mut carry);
            *l2 = step_back(*l2, c, &mut carry);
            *l3 = step_back(*l3, d, &mut carry);
            *l4 = step_back(*l4, 0, &mut carry);
            *l5 = l5.wrapping_sub(carry as u64);
        }
    }

    fn scaled(self, weight: i64) -> Wide {
        let by = u128::from(weight.unsigned_abs());
        let mut carry = 0;
        let scaled = Wide(self.0.map(|limb| step(0, u128::from(limb) * by, &mut carry)));
        if weight < 0 { scaled.negated() } else { scaled }
    }

    fn compose(a: i64, b: i64) -> i64 {
        a.wrapping_mul(b)
    }

    fn is_nil(weight: i64) -> bool {
        weight == 0
    }
}

/// Adds reduced sums to the elements that they belong to.
pub(crate) fn add_reduced(sums: &[Wide], factor: Fr, dst: &mut [Fr]) {
    for (d, sum) in dst.iter_mut().zip(sums) {
        if !sum.is_zero() {
            *d += sum.reduce(factor);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ark_ff::AdditiveGroup;

    #[test]
    fn sums_are_those_of_the_field() {
        let mut x = Fr::from(3u64);
        let (mut wide, mut field) = (Wide::ZERO, Fr::from(0u64));
        let weights = [1, -1, 127, -128, 0, i64::MAX, i64::MIN, -5, 77];
        for (i, weight) in weights.into_iter().cycle().take(500).enumerate() {
            x = x.square() + Fr::from(i as u64);
            wide.add_product(weight, x);
            field += Fr::from(weight) * x;
            assert_eq!(wide.reduce(Fr::ONE), field, "after {i}");
        }
        assert_eq!(wide.reduce(x), field * x);
        assert_eq!(wide.plus(wide).reduce(Fr::ONE), field.double());
        assert_eq!(wide.scaled(-3).reduce(Fr::ONE), field * Fr::from(-3));
        wide.add_product(1, -Fr::ONE);
        wide.add(Fr::ONE);
        assert_eq!(wide.reduce(Fr::ONE), field);
    }

    #[test]
    fn extremes() {
        for weight in [i64::MAX, i64::MIN, 1, -1] {
            let mut wide = Wide::ZERO;
            for _ in 0..10 {
                wide.add_product(weight, -Fr::ONE);
            }
            assert_eq!(wide.reduce(Fr::ONE), Fr::from(weight) * Fr::from(-10));
        }
        assert_eq!(Wide::ZERO.reduce(Fr::ONE), Fr::from(0u64));
    }
}
