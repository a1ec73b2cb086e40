//! Eight additions at a time, by the vector instructions of AVX-512 IFMA.
//!
//! [`sums`] is what [`Batch`](super::batch::Batch) does for pairs of points, in the lanes of 512-bit registers: a
//! multiplication of eight pairs of coordinates takes about as long as two of the scalar ones. Where the
//! processor has no such instructions (before Intel's Ice Lake and AMD's Zen 4, and on other
//! architectures), the batch goes on without. What both give is the same modulo p.
//!
//! A file for each: numbers in lanes ([`limbs`]), their way from and to memory ([`words`]), and the
//! additions of points ([`pairs`]), whose coordinates are one or two numbers ([`element`]).

mod element;
mod limbs;
mod pairs;
#[cfg(test)]
mod tests;
mod words;

use super::arithmetic::Arithmetic;
use super::batch::Pairs;
use ark_ec::short_weierstrass::{Affine, SWCurveConfig};
pub(super) use limbs::Lanes;

/// Pairs from which on lanes pay: fewer are done before lanes are filled and put together again.
const FEWEST: usize = 32;

/// Writes the sum of every pair to its place, in loose coordinates, and says whether it did: not for a few
/// pairs, nor on a processor that cannot.
#[inline]
pub(super) fn sums<P: SWCurveConfig<BaseField: Arithmetic>>(
    pairs: &impl Pairs<P>,
    prefixes: &mut Vec<Lanes>,
    out: &mut [Affine<P>],
) -> bool {
    if pairs.count() < FEWEST || !available() {
        return false;
    }
    // SAFETY: the functions need nothing but a processor with the features that they name, and
    // `available` asks for each of these.
    #[allow(unsafe_code)]
    unsafe {
        match P::BaseField::PARTS {
            1 => pairs::sums::<P, 1>(pairs, prefixes, out),
            _ => pairs::sums::<P, 2>(pairs, prefixes, out),
        }
    }
    true
}

/// Whether the processor has what the functions in this module are compiled for.
fn available() -> bool {
    is_x86_feature_detected!("avx512f")
        && is_x86_feature_detected!("avx512ifma")
        && is_x86_feature_detected!("avx512vbmi2")
}
