//! **Lookup.** If y = table[i], then y is determined by i; and i is by y where no two elements of
//! the table are the same modulo the order.
//!
//! Proof: a table is a function, and an injective one has an inverse.

use crate::audit::engine::{Engine, Proof};
use crate::audit::form::{Form, reduce};
use std::collections::BTreeSet;
use zirc_circuit::Int;

/// Constraint `k` says that `out` is the element of the table at `index`.
pub(crate) fn apply(
    e: &Engine<'_>,
    k: usize,
    index: &Form,
    out: &Form,
    table: &[Int],
) -> Option<Proof> {
    let lemma = "a table lookup";
    if e.known(index) {
        return super::value(e, out, k).map(|p| Proof { lemma, ..p });
    }
    if e.known(out) {
        let distinct: BTreeSet<Int> = table.iter().map(|x| reduce(x.clone())).collect();
        if distinct.len() == table.len() {
            return super::value(e, index, k);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use crate::audit::testing::Build;

    #[test]
    fn a_table_and_its_inverse() {
        for (table, open) in [([3, 1, 4, 5], 0), ([3, 1, 4, 1], 1)] {
            let mut b = Build::default();
            let (i, y) = (b.given(0, 3), b.hint());
            b.lookup(i, y, &table);
            assert!(b.open().is_empty());
            let mut b = Build::default();
            let (i, y) = (b.hint(), b.given(0, 9));
            b.range(&[(i, 1)], 0, 0, 3);
            b.lookup(i, y, &table);
            assert_eq!(b.open().len(), open);
        }
    }
}
