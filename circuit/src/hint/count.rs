//! How often each row of a table is asked for.

use super::{Fault, OnFault};
use crate::{AssignError, Buffer, Int, Ints};
use num_traits::ToPrimitive;

/// For each row of an ascending table, the number of keys that equal it.
pub(super) fn multiplicities(
    table: Option<&Ints>,
    keys: &Buffer,
    fault: OnFault<'_>,
) -> Result<Buffer, AssignError> {
    let rows = Rows::new(table);
    let mut counts = vec![0i64; rows.len];
    for i in 0..keys.len() {
        let row = match keys {
            Buffer::I64(v) => rows.of_small(v[i]),
            wide => rows.of(&wide.get_int(i)),
        };
        match row {
            Some(row) => counts[row] += 1,
            None => fault(0, Fault::NoSuchKey { key: i, value: keys.get_int(i) })?,
        }
    }
    Ok(Buffer::I64(counts))
}

/// Finds the row of a key.
struct Rows<'t> {
    table: Option<&'t Ints>,
    len: usize,
    /// The first element, where the others are its successors.
    first: Option<i64>,
}

impl<'t> Rows<'t> {
    fn new(table: Option<&'t Ints>) -> Rows<'t> {
        let first = match table {
            Some(Ints::Small(v)) => {
                let successors = v.windows(2).all(|w| w[0].checked_add(1) == Some(w[1]));
                v.first().copied().filter(|_| successors)
            }
            _ => None,
        };
        Rows { table, len: table.map_or(0, Ints::len), first }
    }

    fn of_small(&self, key: i64) -> Option<usize> {
        match (self.first, self.table) {
            (Some(first), _) => {
                let row = usize::try_from(key.checked_sub(first)?).ok()?;
                (row < self.len).then_some(row)
            }
            (None, Some(Ints::Small(v))) => v.binary_search(&key).ok(),
            _ => self.of(&key.into()),
        }
    }

    fn of(&self, key: &Int) -> Option<usize> {
        match self.table? {
            Ints::Small(_) => self.of_small(key.to_i64()?),
            Ints::Big(v) => v.binary_search(key).ok(),
        }
    }
}
