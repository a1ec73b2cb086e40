//! Between integers and the scalar field.

use crate::{Fr, Int};
use ark_ff::{BigInteger, PrimeField};
use num_bigint::{BigUint, Sign};
use num_integer::Integer;
use num_traits::ToPrimitive;

/// The order r of the scalar field.
#[must_use]
pub fn order() -> Int {
    Int::from(BigUint::from(Fr::MODULUS))
}

/// An integer of any size and sign, modulo r.
#[must_use]
pub fn to_fr(value: &Int) -> Fr {
    if let Some(small) = value.to_i128() {
        return Fr::from(small);
    }
    let residue = value.mod_floor(&order());
    Fr::from_le_bytes_mod_order(&residue.to_bytes_le().1)
}

/// A little-endian number of any length, modulo r.
#[must_use]
pub fn from_bytes(bytes: &[u8]) -> Fr {
    Fr::from_le_bytes_mod_order(bytes)
}

/// The representative in `0..r`.
#[must_use]
pub fn canonical(value: &Fr) -> Int {
    Int::from_bytes_le(Sign::Plus, &value.into_bigint().to_bytes_le())
}

/// The representative in `−(r−1)/2..=(r−1)/2`.
#[must_use]
pub fn signed(value: &Fr) -> Int {
    let repr = value.into_bigint();
    if repr > Fr::MODULUS_MINUS_ONE_DIV_TWO { -canonical(&-*value) } else { canonical(value) }
}

/// The signed representative, where it fits 127 bits and a sign.
#[must_use]
pub fn to_i128(value: &Fr) -> Option<i128> {
    let repr = value.into_bigint();
    if repr > Fr::MODULUS_MINUS_ONE_DIV_TWO {
        magnitude(&(-*value).into_bigint().0).map(|m| -m)
    } else {
        magnitude(&repr.0)
    }
}

/// Limbs as a non-negative `i128`, where they fit.
fn magnitude(limbs: &[u64; 4]) -> Option<i128> {
    if limbs[2] != 0 || limbs[3] != 0 {
        return None;
    }
    i128::try_from(u128::from(limbs[1]) << 64 | u128::from(limbs[0])).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use ark_ff::Field;

    #[test]
    fn representatives() {
        let minus_one = -Fr::ONE;
        assert_eq!(signed(&minus_one), Int::from(-1));
        assert_eq!(canonical(&minus_one), order() - 1);
        assert_eq!(to_i128(&minus_one), Some(-1));
        let half: Int = (order() - 1u32) / 2u32;
        assert_eq!(signed(&to_fr(&half)), half);
        assert_eq!(signed(&to_fr(&(&half + 1u32))), -half.clone());
        assert_eq!(to_i128(&to_fr(&half)), None);
        assert_eq!(to_fr(&(order() * 5u32 - 2u32)), -Fr::from(2u64));
        assert_eq!(to_fr(&(order() * -5i32 + 2u32)), Fr::from(2u64));
        assert_eq!(to_i128(&to_fr(&Int::from(i128::MAX))), Some(i128::MAX));
        assert_eq!(to_i128(&to_fr(&(Int::from(i128::MAX) + 1u32))), None);
    }
}
