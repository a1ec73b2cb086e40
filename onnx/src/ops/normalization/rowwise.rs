//! What normalizations of rows by mean and variance share.

use super::root::{least, result, root, size};
use crate::context::{Converter, Operand, each};
use crate::fault::Import;
use crate::quantize::Fixed;
use num_bigint::BigInt;

/// Mean and variance of some elements.
pub(super) fn moments(v: &[f64], places: &[usize]) -> (f64, f64) {
    let n = places.len() as f64;
    let mean = places.iter().map(|p| v[*p]).sum::<f64>() / n;
    let variance = places.iter().map(|p| (v[*p] - mean) * (v[*p] - mean)).sum::<f64>() / n;
    (mean, variance)
}

/// A list of zeros.
pub(super) fn zeros(c: &mut Converter<'_>, n: usize) -> Import<Operand> {
    c.local("zeros", &each(&[n], |_| "0"))
}

/// The text of normalized rows, with the type `R` and ε for whoever also wants the root.
pub(super) struct Normalized {
    pub(super) text: String,
    pub(super) root: Fixed,
    pub(super) eps: String,
}

/// Calls `layer_norm` for each row `i` of a matrix; `at` makes the text of γ and β of that row.
pub(super) fn normalize(
    c: &mut Converter<'_>,
    name: &str,
    x: &Operand,
    (gamma, beta): (&Operand, &Operand),
    at: impl Fn(&str) -> String,
    eps: f64,
) -> Import<Normalized> {
    let (count, n) = (x.shape[0], x.shape[1]);
    let y = result(c, name, n, size(gamma), beta.interval());
    let scale = &x.scale * &x.scale / BigInt::from(n).pow(3);
    let (lo, hi) = x.interval();
    let root = root(least(eps, &scale), size(gamma) * (hi - lo), y);
    let eps = c.number(eps)?.text;
    let (g, b) = (at(&gamma.text), at(&beta.text));
    let call = format!("layer_norm::<{root}, {y}>({}[i], {g}, {b}, {eps})", x.text);
    Ok(Normalized { text: format!("for i < {count} {{ {call} }}"), root, eps })
}
