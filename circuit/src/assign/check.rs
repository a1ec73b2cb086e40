//! Comparisons of whole buffers.

use crate::{Buffer, Int, Relation, Width};

/// Where a check does not hold.
pub(super) struct Failed {
    /// First element.
    pub(super) first: usize,
    /// Number of elements.
    pub(super) count: usize,
}

/// Where `left relation right` does not hold, if anywhere. Equality is that of the field where a
/// side is in the field; order is that of signed integers.
pub(super) fn first(left: &Buffer, relation: Relation, right: &Buffer) -> Option<Failed> {
    let holds = |i: usize| match (left, right) {
        (Buffer::I64(l), Buffer::I64(r)) => relates(relation, &l[i], &r[i]),
        _ if left.width() == Width::Field || right.width() == Width::Field => match relation {
            Relation::Eq => left.get_fr(i) == right.get_fr(i),
            Relation::Ne => left.get_fr(i) != right.get_fr(i),
            _ => relates(relation, &left.get_int(i), &right.get_int(i)),
        },
        _ => relates(relation, &left.get_int(i), &right.get_int(i)),
    };
    let mut failing = (0..left.len()).filter(|&i| !holds(i));
    let first = failing.next()?;
    Some(Failed { first, count: 1 + failing.count() })
}

fn relates<T: Ord>(relation: Relation, left: &T, right: &T) -> bool {
    match relation {
        Relation::Eq => left == right,
        Relation::Ne => left != right,
        Relation::Lt => left < right,
        Relation::Le => left <= right,
    }
}

/// The first value outside of `lo..=hi`.
pub(super) fn outside<T: Copy + Ord + for<'a> TryFrom<&'a Int>>(
    values: &[T],
    lo: &Int,
    hi: &Int,
) -> Option<usize>
where
    Int: From<T>,
{
    // Bounds that the type cannot hold need the slow comparison.
    match (T::try_from(lo), T::try_from(hi)) {
        (Ok(lo), Ok(hi)) => values.iter().position(|x| *x < lo || *x > hi),
        _ => values.iter().position(|x| Int::from(*x) < *lo || Int::from(*x) > *hi),
    }
}
