//! Operations along the last dimension.

use super::number::{Number, as_i128, unify};
use crate::{Buffer, Fr};
use ark_ff::Field;
use std::cmp::Ordering;

/// Which element counts.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Extreme {
    Largest,
    Smallest,
}

impl Extreme {
    /// Position of the first such element of a row that is not empty.
    fn position<T: Ord>(self, row: &[T]) -> usize {
        let better = match self {
            Extreme::Largest => Ordering::Greater,
            Extreme::Smallest => Ordering::Less,
        };
        (1..row.len()).fold(0, |best, i| if row[i].cmp(&row[best]) == better { i } else { best })
    }
}

/// The value of each row's extreme element.
pub(super) fn extreme(a: Buffer, n: usize, which: Extreme) -> Buffer {
    fn all<T: Number>(a: &[T], n: usize, which: Extreme) -> Buffer {
        T::into_buffer(a.chunks(n).map(|row| row[which.position(row)].clone()).collect())
    }
    unify!((a) => all(&a, n.max(1), which))
}

/// Its lowest position.
pub(super) fn index_of(a: Buffer, n: usize, which: Extreme) -> Buffer {
    unify!((a) => Buffer::I64(a.chunks(n.max(1)).map(|row| which.position(row) as i64).collect()))
}

/// The product of each row: in `i128` where all fit, else in the field.
pub(super) fn product(a: Buffer, n: usize) -> Buffer {
    let n = n.max(1);
    let native = |v: &[i128]| -> Option<Vec<i128>> {
        let row = |row: &[i128]| row.iter().try_fold(1i128, |p, x| p.checked_mul(*x));
        v.chunks(n).map(row).collect()
    };
    if let Buffer::Field(v) = &a {
        return in_field(v, n);
    }
    let values = as_i128(a);
    match native(&values) {
        Some(products) => Buffer::I128(products),
        None => in_field(&Buffer::I128(values).to_field(), n),
    }
}

fn in_field(values: &[Fr], n: usize) -> Buffer {
    Buffer::Field(values.chunks(n).map(|row| row.iter().fold(Fr::ONE, |p, x| p * x)).collect())
}
