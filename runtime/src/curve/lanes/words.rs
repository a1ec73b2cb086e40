//! From four words of 64 bits for each number, one number after the other, to limbs in lanes and back.

use super::limbs::Lanes;
use bytemuck::cast;
use std::arch::x86_64::*;

pub(super) const LANES: usize = 8;

/// Two numbers of four words for each lane.
pub(super) type Rows = [[u64; 8]; LANES];

/// One row: two numbers, word by word.
#[inline(always)]
pub(super) fn joint(a: &[u64; 4], b: &[u64; 4]) -> [u64; 8] {
    [a[0], a[1], a[2], a[3], b[0], b[1], b[2], b[3]]
}

/// Both numbers of every lane.
#[inline]
#[target_feature(enable = "avx512f,avx512vbmi2")]
pub(super) fn load(rows: &Rows) -> [Lanes; 2] {
    let mut r = [_mm512_setzero_si512(); 8];
    for k in 0..8 {
        r[k] = cast(rows[k]);
    }
    let w = transposed(&r);
    [limbs([w[0], w[1], w[2], w[3]]), limbs([w[4], w[5], w[6], w[7]])]
}

/// The rows of two settled numbers below 2^256.
#[inline]
#[target_feature(enable = "avx512f")]
pub(super) fn store(a: &Lanes, b: &Lanes) -> Rows {
    let ([a0, a1, a2, a3], [b0, b1, b2, b3]) = (words(a), words(b));
    let columns = transposed(&[a0, a1, a2, a3, b0, b1, b2, b3]);
    let mut rows = [[0; 8]; 8];
    for k in 0..8 {
        rows[k] = cast(columns[k]);
    }
    rows
}

#[inline]
#[target_feature(enable = "avx512f,avx512vbmi2")]
fn limbs(w: [__m512i; 4]) -> Lanes {
    let mask = _mm512_set1_epi64((1 << 52) - 1);
    [
        _mm512_and_si512(w[0], mask),
        _mm512_and_si512(_mm512_shrdi_epi64::<52>(w[0], w[1]), mask),
        _mm512_and_si512(_mm512_shrdi_epi64::<40>(w[1], w[2]), mask),
        _mm512_and_si512(_mm512_shrdi_epi64::<28>(w[2], w[3]), mask),
        _mm512_srli_epi64::<16>(w[3]),
    ]
}

#[inline]
#[target_feature(enable = "avx512f")]
fn words(l: &Lanes) -> [__m512i; 4] {
    [
        _mm512_or_si512(l[0], _mm512_slli_epi64::<52>(l[1])),
        _mm512_or_si512(_mm512_srli_epi64::<12>(l[1]), _mm512_slli_epi64::<40>(l[2])),
        _mm512_or_si512(_mm512_srli_epi64::<24>(l[2]), _mm512_slli_epi64::<28>(l[3])),
        _mm512_or_si512(_mm512_srli_epi64::<36>(l[3]), _mm512_slli_epi64::<16>(l[4])),
    ]
}

/// Word i of register k becomes word k of register i.
#[inline]
#[target_feature(enable = "avx512f")]
fn transposed(r: &[__m512i; 8]) -> [__m512i; 8] {
    let mut low = [r[0]; 4];
    let mut high = [r[0]; 4];
    for k in 0..4 {
        low[k] = _mm512_unpacklo_epi64(r[2 * k], r[2 * k + 1]);
        high[k] = _mm512_unpackhi_epi64(r[2 * k], r[2 * k + 1]);
    }
    let ([w0, w4, w2, w6], [w1, w5, w3, w7]) = (quarters(&low), quarters(&high));
    [w0, w1, w2, w3, w4, w5, w6, w7]
}

/// Quarter i of register k becomes quarter k of a register of quarters i; of these first 0 and 2, then 1 and 3.
#[inline]
#[target_feature(enable = "avx512f")]
fn quarters(t: &[__m512i; 4]) -> [__m512i; 4] {
    // The first and the third quarter of two registers, or the others.
    const EVEN: i32 = 0b10_00_10_00;
    const ODD: i32 = 0b11_01_11_01;
    let (e0, o0) =
        (_mm512_shuffle_i64x2::<EVEN>(t[0], t[1]), _mm512_shuffle_i64x2::<ODD>(t[0], t[1]));
    let (e1, o1) =
        (_mm512_shuffle_i64x2::<EVEN>(t[2], t[3]), _mm512_shuffle_i64x2::<ODD>(t[2], t[3]));
    [
        _mm512_shuffle_i64x2::<EVEN>(e0, e1),
        _mm512_shuffle_i64x2::<ODD>(e0, e1),
        _mm512_shuffle_i64x2::<EVEN>(o0, o1),
        _mm512_shuffle_i64x2::<ODD>(o0, o1),
    ]
}
