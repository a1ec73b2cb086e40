//! From a polynomial's values on two cosets to those on their odd cosets.
//!
//! Let a have degree below n₁ + n₂ and be known on ⟨ω₁⟩, where x^n₁ = 1, and on g·⟨ω₂⟩, where x^n₂ = c for
//! c = g^n₂; let n₂ divide n₁ and C = g^n₁ = c^(n₁/n₂). Then
//!
//! ```text
//! a = a₁ + (x^n₁ − 1)·b,   deg a₁ < n₁,  deg b < n₂
//! ```
//!
//! where a₁ interpolates the values on ⟨ω₁⟩ and, as x^n₁ = C on g·⟨ω₂⟩, with a₂ that interpolates those there,
//! b = (a₂ − a₁ mod (x^n₂ − c))/(C − 1). On the odd cosets x^n₁ = −1, and x^n₂ = −c:
//!
//! ```text
//! a = a₁ − 2·b                                           where x^n₁ = −1
//! a = a₁ mod (x^n₂ + c) + ((−c)^(n₁/n₂) − 1)·b           where x^n₂ = −c
//! ```
//!
//! Six transforms, each of n₁ or n₂ points, and three passes over n₁.

use super::coset::Coset;
use ark_bn254::Fr;
use ark_ff::{AdditiveGroup, Field, One};
use rayon::prelude::*;

/// Replaces values on both cosets, one after the other, by those on the odd ones.
pub(super) fn extend(main: &Coset, rest: &Coset, values: &mut Vec<Fr>) {
    let (n, m) = (main.size(), rest.size());
    let c = rest.first(false).pow([m as u64]);
    let power = |x: Fr| x.pow([(n / m) as u64]) - Fr::one();
    let mut tail = values.split_off(n);
    main.inverse_transform(values);
    rest.inverse_transform(&mut tail);
    // b, and with it a₁, times 3 or 9 where the transform left that
    let scale = power(c).inverse().unwrap_or(Fr::ONE);
    rest.coefficients(&mut tail, scale * main.excess());
    let folded = fold(values, m, c);
    tail.par_iter_mut().zip(folded).for_each(|(a, f)| *a -= f * scale);
    let mut odd = fold(values, m, -c);
    let factor = power(-c);
    odd.par_iter_mut().zip(&tail).for_each(|(a, b)| *a += factor * b);
    values.par_iter_mut().zip(&tail).for_each(|(a, b)| *a -= b.double());
    drop(tail);
    let scale = main.excess().inverse().unwrap_or(Fr::ONE);
    main.transform(values, scale, true);
    rest.transform(&mut odd, scale, true);
    values.append(&mut odd);
}

/// A polynomial's remainder by x^m − c.
fn fold(coefficients: &[Fr], m: usize, c: Fr) -> Vec<Fr> {
    let at = |i: usize| {
        let every = coefficients[i..].iter().step_by(m);
        every.rev().fold(Fr::from(0u64), |sum, a| sum * c + a)
    };
    (0..m).into_par_iter().map(at).collect()
}
