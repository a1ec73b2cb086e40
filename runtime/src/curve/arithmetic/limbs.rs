//! Residues as four limbs, least significant first.

use ark_bn254::{Fq, FqConfig};
use ark_ff::{BigInt, Fp, MontConfig, PrimeField};

pub(super) type Limbs = [u64; 4];

pub(crate) const MODULUS: Limbs = Fq::MODULUS.0;
/// 2p
const TWICE: Limbs = [
    MODULUS[0] << 1,
    MODULUS[1] << 1 | MODULUS[0] >> 63,
    MODULUS[2] << 1 | MODULUS[1] >> 63,
    MODULUS[3] << 1 | MODULUS[2] >> 63,
];
/// −p⁻¹ modulo 2^64
pub(crate) const INVERSE: u64 = <FqConfig as MontConfig<4>>::INV;
// Two spare bits: the sum of two residues fits, and so does the last carry of a reduction.
const _: () = assert!(MODULUS[3] >> 62 == 0);

#[inline(always)]
pub(super) fn limbs(a: &Fq) -> &Limbs {
    &a.0.0
}

#[inline(always)]
pub(super) fn from_limbs(limbs: Limbs) -> Fq {
    Fp::new_unchecked(BigInt(limbs))
}

/// a + b·c + carry: never above 2^128 − 1.
#[inline(always)]
fn multiply_add(a: u64, b: u64, c: u64, carry: u64) -> (u64, u64) {
    let t = u128::from(a) + u128::from(b) * u128::from(c) + u128::from(carry);
    (t as u64, (t >> 64) as u64)
}

#[inline(always)]
pub(super) fn add(a: u64, b: u64, carry: u64) -> (u64, u64) {
    let t = u128::from(a) + u128::from(b) + u128::from(carry);
    (t as u64, (t >> 64) as u64)
}

#[inline(always)]
fn subtract(a: u64, b: u64, borrow: bool) -> (u64, bool) {
    let (d, b1) = a.overflowing_sub(b);
    let (d, b2) = d.overflowing_sub(u64::from(borrow));
    (d, b1 | b2)
}

/// All ones if the top bit is set. Numbers here leave that bit free, so after a subtraction it is
/// the sign; the borrow would say the same but is not found in one instruction.
#[inline(always)]
pub(super) fn sign_mask(top: u64) -> u64 {
    (top as i64 >> 63) as u64
}

/// Where the mask has ones a, else b.
#[inline(always)]
pub(super) fn choose(mask: u64, a: &Limbs, b: &Limbs) -> Limbs {
    let one = |a: u64, b: u64| b ^ ((a ^ b) & mask);
    [one(a[0], b[0]), one(a[1], b[1]), one(a[2], b[2]), one(a[3], b[3])]
}

/// a + b, which fits.
#[inline(always)]
pub(super) fn sum(a: &Limbs, b: &Limbs) -> Limbs {
    let (s0, c) = add(a[0], b[0], 0);
    let (s1, c) = add(a[1], b[1], c);
    let (s2, c) = add(a[2], b[2], c);
    [s0, s1, s2, a[3] + b[3] + c]
}

/// a − b modulo p, for a and b below p.
#[inline(always)]
pub(super) fn difference(a: &Limbs, b: &Limbs) -> Limbs {
    difference_modulo(&MODULUS, a, b)
}

/// The same for a and b below 2p, of which the result is as well.
#[inline(always)]
pub(super) fn loose_difference(a: &Limbs, b: &Limbs) -> Limbs {
    difference_modulo(&TWICE, a, b)
}

#[inline(always)]
fn difference_modulo(modulus: &Limbs, a: &Limbs, b: &Limbs) -> Limbs {
    let (d0, c) = subtract(a[0], b[0], false);
    let (d1, c) = subtract(a[1], b[1], c);
    let (d2, c) = subtract(a[2], b[2], c);
    let (d3, _) = subtract(a[3], b[3], c);
    let mask = sign_mask(d3);
    let (s0, c) = add(d0, modulus[0] & mask, 0);
    let (s1, c) = add(d1, modulus[1] & mask, c);
    let (s2, c) = add(d2, modulus[2] & mask, c);
    [s0, s1, s2, d3.wrapping_add(modulus[3] & mask).wrapping_add(c)]
}

/// From below 2p to below p.
#[inline(always)]
pub(super) fn below_modulus(a: Limbs) -> Limbs {
    let (d0, c) = subtract(a[0], MODULUS[0], false);
    let (d1, c) = subtract(a[1], MODULUS[1], c);
    let (d2, c) = subtract(a[2], MODULUS[2], c);
    let (d3, c) = subtract(a[3], MODULUS[3], c);
    choose(0u64.wrapping_sub(u64::from(c)), &a, &[d0, d1, d2, d3])
}

/// a·b/2^256 modulo p, for a·b < 2^256·p.
#[inline(always)]
pub(super) fn product(a: &Limbs, b: &Limbs) -> Limbs {
    below_modulus(loose_product(a, b))
}

/// The same, below 2p: reduced limb by limb while it is multiplied. Takes a and b below 2p, as
/// 2p·2p < 2^256·p; on the way t < a + p + 1 < 2^256 before each limb.
#[inline(always)]
pub(super) fn loose_product(a: &Limbs, b: &Limbs) -> Limbs {
    let mut t = [0u64; 4];
    for &limb in b {
        let (t0, c) = multiply_add(t[0], a[0], limb, 0);
        let (t1, c) = multiply_add(t[1], a[1], limb, c);
        let (t2, c) = multiply_add(t[2], a[2], limb, c);
        let (t3, t4) = multiply_add(t[3], a[3], limb, c);
        let k = t0.wrapping_mul(INVERSE);
        let (_, c) = multiply_add(t0, k, MODULUS[0], 0);
        let (t0, c) = multiply_add(t1, k, MODULUS[1], c);
        let (t1, c) = multiply_add(t2, k, MODULUS[2], c);
        let (t2, c) = multiply_add(t3, k, MODULUS[3], c);
        t = [t0, t1, t2, t4 + c];
    }
    t
}

/// a·b
#[inline(always)]
pub(super) fn wide(a: &Limbs, b: &Limbs) -> [u64; 8] {
    let mut t = [0u64; 8];
    for i in 0..4 {
        let mut carry = 0;
        for j in 0..4 {
            (t[i + j], carry) = multiply_add(t[i + j], a[j], b[i], carry);
        }
        t[i + 4] = carry;
    }
    t
}

/// a − b modulo 2^512
#[inline(always)]
pub(super) fn wide_difference(mut a: [u64; 8], b: &[u64; 8]) -> [u64; 8] {
    let mut borrow = false;
    for (x, y) in a.iter_mut().zip(b) {
        (*x, borrow) = subtract(*x, *y, borrow);
    }
    a
}

/// t/2^256 modulo p, for t < 2^256·p.
#[inline(always)]
pub(super) fn reduce(mut t: [u64; 8]) -> Limbs {
    let mut above = 0;
    for i in 0..4 {
        let k = t[i].wrapping_mul(INVERSE);
        let mut carry = 0;
        for j in 0..4 {
            (t[i + j], carry) = multiply_add(t[i + j], k, MODULUS[j], carry);
        }
        (t[i + 4], above) = add(t[i + 4], carry, above);
    }
    // t + k·p < 2^256·p + 2^256·p: nothing is above.
    below_modulus([t[4], t[5], t[6], t[7]])
}
