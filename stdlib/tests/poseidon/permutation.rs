//! Poseidon by its definition, on plain numbers.

use super::grain::{FULL, order, parameters, partial};
use num_bigint::BigUint;

/// The hash of 1 to 16 field elements: the state starts as (0, inputs), its first element is read.
pub(crate) fn hash(inputs: &[BigUint]) -> BigUint {
    let p = order();
    let t = inputs.len() + 1;
    let parameters = parameters(t);
    let mut state: Vec<BigUint> = [BigUint::ZERO].into_iter().chain(inputs.to_vec()).collect();
    for (r, constants) in parameters.constants.iter().enumerate() {
        let full = r < FULL / 2 || r >= FULL / 2 + partial(t);
        for (i, s) in state.iter_mut().enumerate() {
            *s += &constants[i];
            if full || i == 0 {
                *s = s.modpow(&5u32.into(), &p);
            }
        }
        let row = |m: &Vec<BigUint>| m.iter().zip(&state).map(|(m, s)| m * s).sum::<BigUint>() % &p;
        state = parameters.matrix.iter().map(row).collect();
    }
    state.swap_remove(0)
}
