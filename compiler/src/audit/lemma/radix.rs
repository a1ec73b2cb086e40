//! **Mixed radix without wrap.** Let Σ c_i·x_i be determined modulo p, each x_i enforced to lie in
//! an interval of width w_i. Sort by |c_i|. If every |c_{k+1}| > Σ_{i ≤ k} |c_i|·w_i and
//! Σ |c_i|·w_i < p over all i, then every x_i is determined.
//!
//! Proof: two solutions differ by δ_i with |δ_i| ≤ w_i and Σ c_i·δ_i ≡ 0 mod p. As
//! |Σ c_i·δ_i| ≤ Σ |c_i|·w_i < p, the sum is 0 as an integer. Let k be the largest index with
//! δ_k ≠ 0: |c_k·δ_k| ≥ |c_k| > Σ_{i < k} |c_i|·w_i ≥ |Σ_{i < k} c_i·δ_i|, so the sum is not 0.
//!
//! Binary digits and Euclid by a constant are cases of it.

use crate::audit::engine::{Engine, Proof};
use crate::audit::form::{Form, Var};
use crate::number::order;
use num_traits::{Signed, Zero};
use zirc_circuit::Int;

/// Why the lemma does not apply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Gap {
    /// This unknown has no enforced interval.
    Unranged(Var),
    /// What lies below this unknown reaches its weight.
    Overlap(Var),
    /// The sum may pass the order of the field.
    Wraps,
}

/// `f`'s value is determined by constraint `k`.
pub(crate) fn apply(e: &Engine<'_>, f: &Form, k: usize) -> Option<Proof> {
    let open = e.open(f);
    if gap(e, &open).is_some() {
        return None;
    }
    let variables: Vec<Var> = open.iter().map(|t| t.0).collect();
    let bits = open.iter().all(|t| e.system.is_bit(t.0));
    let lemma = if bits { "digits that do not wrap" } else { "ranged parts that do not overlap" };
    Some(Proof { lemma, variables, constraints: vec![k] })
}

/// The first thing that is missing.
pub(crate) fn gap(e: &Engine<'_>, open: &[&(Var, Int)]) -> Option<Gap> {
    let mut parts: Vec<(Int, Int, Var)> = vec![];
    for (v, c) in open {
        let Some((lo, hi)) = e.system.bounds(*v) else { return Some(Gap::Unranged(*v)) };
        parts.push((c.abs(), (hi - lo).max(Int::zero()), *v));
    }
    parts.sort();
    let mut reach = Int::zero();
    let mut overlap = None;
    for (c, width, v) in parts {
        if c <= reach && !width.is_zero() && overlap.is_none() {
            overlap = Some(Gap::Overlap(v));
        }
        reach += c * width;
    }
    if reach >= order() {
        return overlap.or(Some(Gap::Wraps));
    }
    overlap
}

#[cfg(test)]
mod tests {
    use crate::audit::testing::Build;

    fn digits(weights: &[i64], widths: &[i64]) -> usize {
        let mut b = Build::default();
        let u = b.given(0, 1 << 40);
        let mut terms = vec![(u, -1)];
        for (w, width) in weights.iter().zip(widths) {
            let x = b.hint();
            b.range(&[(x, 1)], 0, 0, *width);
            terms.push((x, *w));
        }
        b.zero(&terms, 0);
        b.open().len()
    }

    #[test]
    fn digits_and_remainders() {
        assert_eq!(digits(&[1, 2, 4, 8], &[1, 1, 1, 1]), 0);
        assert_eq!(digits(&[4, -8, 1, 2], &[1, 1, 1, 1]), 0);
        assert_eq!(digits(&[16, 1], &[100, 15]), 0);
        assert_eq!(digits(&[10, 1], &[25, 9]), 0);
        // One bit too wide, a weight that repeats, a weight too low.
        assert_eq!(digits(&[16, 1], &[100, 16]), 2);
        // The highest is told apart all the same, and the lowest by parity.
        assert_eq!(digits(&[1, 2, 2, 8], &[1, 1, 1, 1]), 2);
        assert_eq!(digits(&[1, 2, 3], &[1, 1, 1]), 3);
    }

    #[test]
    fn digits_that_wrap_or_have_no_range() {
        for (n, open) in [(253, 0), (254, 254)] {
            let mut b = Build::default();
            let u = b.given_field();
            let mut form = vec![];
            for i in 0..n {
                let x = b.hint();
                b.range(&[(x, 1)], 0, 0, 1);
                form.push((x, zirc_circuit::Int::from(1) << i));
            }
            form.push((u, zirc_circuit::Int::from(-1)));
            b.zero_big(form);
            assert_eq!(b.open().len(), open, "{n} digits");
        }
        let mut b = Build::default();
        let (u, q, r) = (b.given(0, 255), b.hint(), b.hint());
        b.range(&[(q, 1)], 0, 0, 15);
        b.zero(&[(u, -1), (q, 16), (r, 1)], 0);
        assert_eq!(b.open(), [q, r]);
    }
}
