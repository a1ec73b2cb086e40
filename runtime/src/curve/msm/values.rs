//! The scalars of the queries: values of variables, most of them small.

use ark_bn254::Fr;
use ark_ff::PrimeField;

/// Stands for "see the wide ones" among small values.
const WIDE: i64 = i64::MIN;

/// The values of all variables, narrow where they are small.
pub(crate) struct Values {
    small: Vec<i64>,
    /// Variables that do not fit, ascending.
    wide: Vec<(u32, Fr)>,
}

/// One value as [`Values::each`] hands it out.
pub(super) enum Value {
    /// Not zero, and not `i64::MIN`.
    Small(i64),
    Wide(Fr),
}

impl Values {
    pub(crate) fn with_capacity(n: usize) -> Self {
        Values { small: Vec::with_capacity(n), wide: Vec::new() }
    }

    pub(crate) fn push_i64(&mut self, value: i64) {
        if value == WIDE {
            self.push_wide(-Fr::from(value.unsigned_abs()));
        } else {
            self.small.push(value);
        }
    }

    pub(crate) fn push_i128(&mut self, value: i128) {
        match i64::try_from(value) {
            Ok(v) => self.push_i64(v),
            Err(_) => {
                let magnitude = Fr::from(value.unsigned_abs());
                self.push_wide(if value < 0 { -magnitude } else { magnitude });
            }
        }
    }

    /// A field element, stored narrow if it or its negative fits 63 bits.
    pub(crate) fn push_field(&mut self, value: Fr) {
        let narrow = |v: Fr| match v.into_bigint().0 {
            [low, 0, 0, 0] => i64::try_from(low).ok(),
            _ => None,
        };
        match (narrow(value), narrow(-value)) {
            (Some(v), _) => self.small.push(v),
            (_, Some(v)) => self.small.push(-v),
            _ => self.push_wide(value),
        }
    }

    fn push_wide(&mut self, value: Fr) {
        self.wide.push((self.small.len() as u32, value));
        self.small.push(WIDE);
    }

    pub(crate) fn len(&self) -> usize {
        self.small.len()
    }

    /// Hands out those of some variables (ascending) that are not zero, with the place of the
    /// variable among them.
    pub(super) fn each(&self, variables: &[u32], mut take: impl FnMut(usize, Value)) {
        let Some(&first) = variables.first() else { return };
        let mut wide =
            self.wide[self.wide.partition_point(|(j, _)| *j < first)..].iter().peekable();
        for (k, &j) in variables.iter().enumerate() {
            match self.small[j as usize] {
                0 => {}
                WIDE => {
                    while wide.next_if(|(i, _)| *i < j).is_some() {}
                    if let Some((_, v)) = wide.next_if(|(i, _)| *i == j) {
                        take(k, Value::Wide(*v));
                    }
                }
                v => take(k, Value::Small(v)),
            }
        }
    }
}
