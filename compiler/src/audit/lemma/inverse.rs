//! **Division.** If a·F = c with a and c determined and a never 0, then the value of F is
//! determined. a is never 0 when its interval leaves 0 out, when a constraint a·v = 1 says so, or
//! when c itself is never 0 (inverse).
//!
//! Proof: F = c/a.

use crate::audit::engine::{Engine, Proof};
use crate::audit::form::Form;

/// Constraint `k` says a·b = c.
pub(crate) fn apply(e: &Engine<'_>, k: usize, a: &Form, b: &Form, c: &Form) -> Option<Proof> {
    if !e.known(c) {
        return None;
    }
    [(a, b), (b, a)].into_iter().find_map(|(a, f)| {
        if !e.known(a) || !(e.never_zero(a) || e.never_zero(c)) {
            return None;
        }
        let mut p = super::value(e, f, k)?;
        if p.lemma == "a linear equation" {
            p.lemma = "division by a factor that is never 0";
        }
        Some(p)
    })
}

#[cfg(test)]
mod tests {
    use crate::audit::testing::Build;

    #[test]
    fn a_factor_that_may_be_zero_pins_nothing() {
        for (lo, open) in [(1, 0), (0, 1), (-1, 1)] {
            let mut b = Build::default();
            let (a, c, x) = (b.given(lo, 9), b.given(0, 9), b.hint());
            b.product((&[(a, 1)], 0), (&[(x, 1)], 0), (&[(c, 1)], 0));
            assert_eq!(b.open().len(), open, "divisor from {lo}");
        }
    }

    #[test]
    fn inverses() {
        let mut b = Build::default();
        let (d, v) = (b.given(0, 9), b.hint());
        b.product((&[(d, 1)], 0), (&[(v, 1)], 0), (&[], 1));
        assert!(b.open().is_empty());

        // d·v = 1 elsewhere makes d a divisor here.
        let mut b = Build::default();
        let (d, v, x, u) = (b.given(0, 9), b.other(), b.hint(), b.given(0, 9));
        b.product((&[(d, 2)], 0), (&[(x, 1)], 0), (&[(u, 1)], 0));
        b.product((&[(d, 1)], 0), (&[(v, 1)], 0), (&[], 1));
        assert!(b.open().is_empty());

        let mut b = Build::default();
        let (d, v) = (b.given(0, 9), b.hint());
        b.product((&[(d, 1)], 0), (&[(v, 1)], 0), (&[], 0));
        assert_eq!(b.open(), [v]);
    }
}
