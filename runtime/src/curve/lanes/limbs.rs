//! Eight numbers in lanes, as five limbs of 52 bits, and multiplication modulo p.
//!
//! The instructions multiply 52 bits by 52 and add the lower or the upper half of the product to 64: there
//! is room for 2^12 of them before a carry must run. A limb is *settled* when it has 52 bits, as factors
//! must be; *raw* ones may be larger, and negative.
//!
//! Products are a·b/2^260, not a·b/2^256 as arkworks' representation has them, a sixteenth in the place of 1.
//! Where that matters the caller makes up for it. With a < A·p and b < B·p, the product is below
//! (A·B·p/2^260 + 1)·p, which is less than (A·B/84 + 1)·p: factors may be several times p, as sums and
//! differences are before they are reduced.

use super::super::arithmetic::MODULUS;
use bytemuck::cast;
use std::arch::x86_64::*;

/// Bits of a limb.
const BITS: u32 = 52;
const MASK: u64 = (1 << BITS) - 1;
/// −p⁻¹ modulo 2^52
const INVERSE: u64 = super::super::arithmetic::INVERSE & MASK;

/// Eight numbers: limb k of all of them in register k.
pub(in super::super) type Lanes = [__m512i; 5];
/// Those of the columns of a product.
type Columns = [__m512i; 10];

/// k·p in limbs of 52 bits, for small k.
pub(super) const fn multiple(k: u64) -> [u64; 5] {
    let m = MODULUS;
    let limbs = [
        m[0] & MASK,
        (m[0] >> 52 | m[1] << 12) & MASK,
        (m[1] >> 40 | m[2] << 24) & MASK,
        (m[2] >> 28 | m[3] << 36) & MASK,
        m[3] >> 16,
    ];
    let (mut out, mut carry, mut i) = ([0; 5], 0, 0);
    while i < 5 {
        let t = limbs[i] * k + carry;
        (out[i], carry) = (t & MASK, t >> BITS);
        i += 1;
    }
    out
}

#[inline]
#[target_feature(enable = "avx512f")]
pub(super) fn all(limbs: [u64; 5]) -> Lanes {
    let mut out = [_mm512_setzero_si512(); 5];
    for (out, l) in out.iter_mut().zip(limbs) {
        *out = _mm512_set1_epi64(l as i64);
    }
    out
}

/// Zero in all lanes.
#[inline]
#[target_feature(enable = "avx512f")]
pub(super) fn zero() -> Lanes {
    [_mm512_setzero_si512(); 5]
}

/// Lets the carries of raw limbs run, for a number of 0 to 2^260 − 1.
#[inline]
#[target_feature(enable = "avx512f")]
pub(super) fn settled(raw: Lanes) -> Lanes {
    let mask = _mm512_set1_epi64(MASK as i64);
    let mut out = raw;
    for k in 0..4 {
        out[k + 1] = _mm512_add_epi64(out[k + 1], _mm512_srai_epi64::<BITS>(out[k]));
        out[k] = _mm512_and_si512(out[k], mask);
    }
    out
}

/// a + b, raw.
#[inline]
#[target_feature(enable = "avx512f")]
pub(super) fn plus(a: &Lanes, b: &Lanes) -> Lanes {
    let mut out = *a;
    for k in 0..5 {
        out[k] = _mm512_add_epi64(a[k], b[k]);
    }
    out
}

/// a − b, raw.
#[inline]
#[target_feature(enable = "avx512f")]
pub(super) fn minus(a: &Lanes, b: &Lanes) -> Lanes {
    let mut out = *a;
    for k in 0..5 {
        out[k] = _mm512_sub_epi64(a[k], b[k]);
    }
    out
}

/// Raw limbs of a number below 9p, to settled ones below 2p.
///
/// With i = ⌊a/2^253⌋, a − ⌊i·2^253/p⌋·p is less than p + 2^253 < 1.67·p. What is read is the last limb, to which
/// the carries of the others are still to come: the few units by which they can lower it are taken
/// off before, which makes i too small by 1 where a is that near to a multiple of 2^253, and −1 for the
/// smallest.
#[inline]
#[target_feature(enable = "avx512f")]
pub(super) fn reduced(raw: Lanes) -> Lanes {
    const TABLE: [[u64; 8]; 10] = {
        // p = 1.51·2^253: ⌊i/1.512⌋, and 0 for −1, which is read as 15.
        let quotients = [0, 0, 1, 1, 2, 3, 3, 4, 5, 5, 6, 7, 7, 8, 9, 0];
        let (mut table, mut i) = ([[0; 8]; 10], 0);
        while i < 16 {
            let (limbs, mut k) = (multiple(quotients[i]), 0);
            while k < 5 {
                table[2 * k + i / 8][i % 8] = limbs[k];
                k += 1;
            }
            i += 1;
        }
        table
    };
    let i = _mm512_srai_epi64::<45>(_mm512_sub_epi64(raw[4], _mm512_set1_epi64(16)));
    let mut multiple = raw;
    for k in 0..5 {
        let (few, more) = (cast(TABLE[2 * k]), cast(TABLE[2 * k + 1]));
        multiple[k] = _mm512_permutex2var_epi64(few, i, more);
    }
    settled(minus(&raw, &multiple))
}

/// In the lanes of the mask a, in the others b.
#[inline]
#[target_feature(enable = "avx512f")]
pub(super) fn select(mask: u8, a: &Lanes, b: &Lanes) -> Lanes {
    let mut out = *b;
    for k in 0..5 {
        out[k] = _mm512_mask_mov_epi64(b[k], mask, a[k]);
    }
    out
}

/// Settled limbs of a number below 2p, to those below p.
#[inline]
#[target_feature(enable = "avx512f")]
pub(super) fn canonical(a: &Lanes) -> Lanes {
    let less = settled(minus(a, &all(multiple(1))));
    select(_mm512_cmplt_epi64_mask(less[4], _mm512_setzero_si512()), a, &less)
}

/// Adds the limbs' products to the columns.
#[inline]
#[target_feature(enable = "avx512f,avx512ifma")]
pub(super) fn multiply_add(mut t: Columns, a: &Lanes, b: &Lanes) -> Columns {
    for i in 0..5 {
        for j in 0..5 {
            t[i + j] = _mm512_madd52lo_epu64(t[i + j], a[i], b[j]);
            t[i + j + 1] = _mm512_madd52hi_epu64(t[i + j + 1], a[i], b[j]);
        }
    }
    t
}

/// From columns to their number divided by 2^260 modulo p.
#[inline]
#[target_feature(enable = "avx512f,avx512ifma")]
pub(super) fn divided(mut t: Columns) -> Lanes {
    let (p, inverse) = (all(multiple(1)), _mm512_set1_epi64(INVERSE as i64));
    let zero = _mm512_setzero_si512();
    for i in 0..5 {
        let k = _mm512_madd52lo_epu64(zero, t[i], inverse);
        let low = _mm512_madd52lo_epu64(t[i], k, p[0]);
        let high = _mm512_madd52hi_epu64(_mm512_srli_epi64::<BITS>(low), k, p[0]);
        for j in 1..5 {
            t[i + j] = _mm512_madd52lo_epu64(t[i + j], k, p[j]);
            t[i + j + 1] = _mm512_madd52hi_epu64(t[i + j + 1], k, p[j]);
        }
        t[i + 1] = _mm512_add_epi64(t[i + 1], high);
    }
    settled([t[5], t[6], t[7], t[8], t[9]])
}

/// Columns of zero.
#[inline]
#[target_feature(enable = "avx512f")]
pub(super) fn nothing() -> Columns {
    [_mm512_setzero_si512(); 10]
}

/// a·b/2^260
#[inline]
#[target_feature(enable = "avx512f,avx512ifma")]
pub(super) fn product(a: &Lanes, b: &Lanes) -> Lanes {
    divided(multiply_add(nothing(), a, b))
}

/// (a·b + c·d)/2^260
#[inline]
#[target_feature(enable = "avx512f,avx512ifma")]
pub(super) fn sum_of_products(a: &Lanes, b: &Lanes, c: &Lanes, d: &Lanes) -> Lanes {
    divided(multiply_add(multiply_add(nothing(), a, b), c, d))
}
