//! Comparisons of whole buffers.

use crate::satisfy::filtered;
use crate::{Buffer, Int, Relation};

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
    let n = left.len();
    match (left, right) {
        (Buffer::I64(l), Buffer::I64(r)) => failing(n, |i| relates(relation, &l[i], &r[i])),
        (Buffer::I128(l), Buffer::I128(r)) => failing(n, |i| relates(relation, &l[i], &r[i])),
        (Buffer::I64(l), Buffer::I128(r)) => {
            failing(n, |i| relates(relation, &i128::from(l[i]), &r[i]))
        }
        (Buffer::I128(l), Buffer::I64(r)) => {
            failing(n, |i| relates(relation, &l[i], &i128::from(r[i])))
        }
        _ => match relation {
            Relation::Eq => failing(n, |i| left.get_fr(i) == right.get_fr(i)),
            Relation::Ne => failing(n, |i| left.get_fr(i) != right.get_fr(i)),
            _ => failing(n, |i| relates(relation, &left.get_int(i), &right.get_int(i))),
        },
    }
}

/// Where something does not hold, of n elements.
fn failing(n: usize, holds: impl Fn(usize) -> bool + Sync) -> Option<Failed> {
    let failing = filtered(n, |i| !holds(i));
    Some(Failed { first: *failing.first()?, count: failing.len() })
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
