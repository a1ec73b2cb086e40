//! The values of a query's variables, sorted by width.

use super::values::{Value, Values};
use ark_ff::PrimeField;
use rayon::prelude::*;

/// Widths in bits that small scalars are grouped by.
const CLASSES: [u32; 5] = [1, 8, 16, 32, 63];
/// Variables that are sorted into classes by one task.
const CHUNK: usize = 1 << 14;

/// Values of one width with the bases that they belong to.
pub(super) type Items<T> = Vec<(u32, T)>;

/// Values other than zero, by width.
#[derive(Default)]
pub(super) struct Classes {
    pub(super) small: [Items<i64>; CLASSES.len()],
    pub(super) wide: Items<[u64; 4]>,
}

impl Classes {
    /// Of the variables that a query has bases for.
    pub(super) fn of(indices: &[u32], values: &Values) -> Self {
        let mut chunks: Vec<Classes> = indices
            .par_chunks(CHUNK)
            .enumerate()
            .map(|(k, variables)| Classes::of_chunk(k * CHUNK, variables, values))
            .collect();
        let mut all = Classes::default();
        for (k, items) in all.small.iter_mut().enumerate() {
            *items = gather(&mut chunks, |c| &mut c.small[k]);
        }
        all.wide = gather(&mut chunks, |c| &mut c.wide);
        all
    }

    /// Of the variables in one chunk of a query that starts at base `first`.
    fn of_chunk(first: usize, variables: &[u32], values: &Values) -> Self {
        let mut classes = Classes::default();
        values.each(variables, |k, value| {
            let base = (first + k) as u32;
            match value {
                Value::Wide(v) => classes.wide.push((base, v.into_bigint().0)),
                Value::Small(v) => {
                    let bits = 64 - v.unsigned_abs().leading_zeros();
                    let class = CLASSES.iter().position(|&c| bits <= c);
                    classes.small[class.unwrap_or(CLASSES.len() - 1)].push((base, v));
                }
            }
        });
        classes
    }
}

/// One class of all chunks, which no longer have it then.
fn gather<T>(chunks: &mut [Classes], class: impl Fn(&mut Classes) -> &mut Items<T>) -> Items<T> {
    let mut all = Vec::with_capacity(chunks.iter_mut().map(|c| class(c).len()).sum());
    for chunk in chunks {
        all.append(&mut std::mem::take(class(chunk)));
    }
    all
}
