//! An interval, enforced by bits.

use ark_ff::{AdditiveGroup, Field};
use ark_relations::gr1cs::{ConstraintSystemRef, LinearCombination, SynthesisError, Variable};
use zirc_circuit::{Fr, Int, scalar};

/// lo ≤ x ≤ hi for a linear combination x: x − lo, and unless hi − lo + 1 is a power of two also
/// hi − x, has as many bits as hi − lo.
pub(super) fn enforce_range(
    cs: &ConstraintSystemRef<Fr>,
    x: &LinearCombination<Fr>,
    value: Option<Fr>,
    lo: &Int,
    hi: &Int,
) -> Result<(), SynthesisError> {
    let span = hi - lo;
    let count = span.bits();
    // Sums of bits must not reach the order of the field, or they would wrap around.
    if span < Int::from(0) || count + 1 >= scalar::order().bits() {
        return Err(SynthesisError::Unsatisfiable);
    }
    let (lo, hi) = (scalar::to_fr(lo), scalar::to_fr(hi));
    let above = x.clone() + LinearCombination::from((-lo, Variable::One));
    enforce_bits(cs, &above, value.map(|v| v - lo), count as usize)?;
    if (&span + 1i32).bits() == count {
        let below = LinearCombination::from((hi, Variable::One)) - x.clone();
        enforce_bits(cs, &below, value.map(|v| hi - v), count as usize)?;
    }
    Ok(())
}

/// 0 ≤ x < 2^count, for count below the field's bits.
fn enforce_bits(
    cs: &ConstraintSystemRef<Fr>,
    x: &LinearCombination<Fr>,
    value: Option<Fr>,
    count: usize,
) -> Result<(), SynthesisError> {
    let integer = value.map(|v| scalar::canonical(&v));
    let mut sum = LinearCombination::zero();
    let mut weight = Fr::ONE;
    for i in 0..count {
        let bit = cs.new_witness_variable(|| {
            let integer = integer.as_ref().ok_or(SynthesisError::AssignmentMissing)?;
            Ok(if integer.bit(i as u64) { Fr::ONE } else { Fr::ZERO })
        })?;
        // b·(b − 1) = 0
        cs.enforce_r1cs_constraint(
            || bit.into(),
            || LinearCombination::from(bit) + (-Fr::ONE, Variable::One),
            LinearCombination::zero,
        )?;
        sum += (weight, bit);
        weight.double_in_place();
    }
    // Σ 2^i·b_i · 1 = x
    cs.enforce_r1cs_constraint(|| sum, || Variable::One.into(), || x.clone())
}
