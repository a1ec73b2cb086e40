//! **Linear.** If c·x + F = D with c a non-zero constant and F and D determined, then x is.
//!
//! Proof: x = (D − F)/c, and c has an inverse in the field.

use crate::audit::engine::{Engine, Proof};
use crate::audit::form::Form;

/// `f`'s value is determined by constraint `k`.
pub(crate) fn apply(e: &Engine<'_>, f: &Form, k: usize) -> Option<Proof> {
    let [(x, _)] = e.open(f)[..] else { return None };
    // A form has no zero coefficient.
    Some(Proof { lemma: "a linear equation", variables: vec![*x], constraints: vec![k] })
}

#[cfg(test)]
mod tests {
    use crate::audit::testing::Build;

    #[test]
    fn one_unknown_is_determined_and_two_are_not() {
        let mut b = Build::default();
        let (u, x, y) = (b.given(0, 9), b.hint(), b.hint());
        b.zero(&[(u, 1), (x, 3)], 7);
        assert_eq!(b.open(), [y]);
        b.zero(&[(x, 1), (y, 2), (u, 1)], 0);
        assert!(b.open().is_empty());

        let mut b = Build::default();
        let (u, x, y) = (b.given(0, 9), b.hint(), b.hint());
        b.zero(&[(u, 1), (x, 3), (y, 1)], 7);
        assert_eq!(b.open(), [x, y]);
    }
}
