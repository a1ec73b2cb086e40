//! Numbers to digits.

use super::number::{Number, unify};
use super::{Fault, OnFault};
use crate::{AssignError, Buffer, Int, scalar};
use num_traits::One;

/// Digits to take each number apart into.
#[derive(Clone, Copy)]
pub(super) enum Digits<'l> {
    /// All with weights 1, 2, 4, …
    Binary,
    /// The last with this weight instead; it is set exactly where the others cannot reach.
    Capped(&'l Int),
}

/// Digits of each number, `len / a.len()` of them. Negative numbers are those of the residue in
/// `0..r` if `residues`, else a fault whose result is two's complement.
pub(super) fn digits(
    a: Buffer,
    residues: bool,
    which: Digits<'_>,
    len: usize,
    fault: OnFault<'_>,
) -> Result<Buffer, AssignError> {
    let n = len.checked_div(a.len()).unwrap_or(0);
    if residues && has_negative(&a) {
        let a: Vec<Int> = a.to_field().iter().map(scalar::canonical).collect();
        return all(&a, which, n, fault);
    }
    unify!((a) => all(&a, which, n, fault))
}

fn all<T: Number>(
    values: &[T],
    which: Digits<'_>,
    n: usize,
    fault: OnFault<'_>,
) -> Result<Buffer, AssignError> {
    let mut out = Vec::with_capacity(values.len() * n);
    // What the binary digits alone cannot reach; `None` if no value of this type gets there.
    let (last, reach) = match which {
        Digits::Binary => (None, None),
        Digits::Capped(last) => {
            (T::from_int(last), T::from_int(&(Int::one() << n.saturating_sub(1))))
        }
    };
    for (i, value) in values.iter().enumerate() {
        if value.is_below_zero() {
            fault(i * n, Fault::Domain(value.clone().into_int()))?;
        }
        let Digits::Capped(_) = which else {
            out.extend((0..n).map(|bit| i64::from(value.bit(bit))));
            continue;
        };
        let rest = match (&last, &reach) {
            (Some(last), Some(reach)) if value >= reach => {
                let rest = value.minus(last);
                if rest >= *reach {
                    fault(i * n, Fault::Domain(value.clone().into_int()))?;
                }
                Some(rest)
            }
            _ => None,
        };
        out.extend((1..n).map(|bit| i64::from(rest.as_ref().unwrap_or(value).bit(bit - 1))));
        out.extend((n > 0).then_some(i64::from(rest.is_some())));
    }
    Ok(Buffer::I64(out))
}

/// Whether a signed representative is negative.
fn has_negative(a: &Buffer) -> bool {
    match a {
        Buffer::I64(v) => v.iter().any(|&x| x < 0),
        Buffer::I128(v) => v.iter().any(|&x| x < 0),
        Buffer::Field(_) => true,
    }
}
