//! The operations of the witness program, on evaluated arguments.
//!
//! Every operation is exact: it runs in the narrowest of `i64`, `i128` and big integers that holds
//! its operands. Only where an operation is one of the field (`Inverse`, and products too wide for
//! native integers) is it computed there.

use crate::{Buffer, Fr, Int, Ints, Op, Width, scalar};
use ark_ff::{AdditiveGroup, Zero};
use num_traits::ToPrimitive;

mod count;
mod digits;
mod number;
mod reduce;

use digits::Digits;
use number::{Number, as_i64, as_i128, unify};

/// Why an operation has no result at an element.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The divisor is zero.
    DivisionByZero,
    /// The table has no such row.
    TableIndex {
        /// The row asked for.
        value: Int,
        /// Rows.
        len: usize,
    },
    /// The operand is outside of the operation's domain.
    Domain(Int),
    /// The table that keys are counted in has no such row.
    NoSuchKey {
        /// Which key.
        key: usize,
        /// What it is.
        value: Int,
    },
}

/// What to do about a fault at an element: an error refuses, `Ok` goes on with 0.
pub(crate) type OnFault<'f> = &'f mut dyn FnMut(usize, Fault) -> Result<(), crate::AssignError>;

/// Computes `op` from its arguments; `len` is the number of elements of the result. `Input`,
/// `Derive`, `Linear` and `Challenge` have no operation of their own and give their argument back.
pub(crate) fn apply(
    op: &Op,
    args: Vec<Buffer>,
    len: usize,
    table: Option<&Ints>,
    fault: OnFault<'_>,
) -> Result<Buffer, crate::AssignError> {
    let mut args = args.into_iter();
    let mut next = || args.next().unwrap_or(Buffer::I64(Vec::new()));
    match op {
        Op::Input(_) | Op::Derive | Op::Linear(_) | Op::Challenge => Ok(next()),
        Op::Mul(..) => Ok(multiply(next(), next())),
        Op::FloorDiv(..) => divide(next(), next(), fault, Quotient::Floor),
        Op::Mod(..) => divide(next(), next(), fault, Quotient::Remainder),
        Op::Lt(..) => Ok(compare(next(), next(), std::cmp::Ordering::is_lt)),
        Op::Le(..) => Ok(compare(next(), next(), std::cmp::Ordering::is_le)),
        Op::Eq(..) => Ok(compare(next(), next(), std::cmp::Ordering::is_eq)),
        Op::Select(..) => Ok(select(next(), next(), next())),
        Op::Min(..) => Ok(pick(next(), next(), std::cmp::Ordering::is_le)),
        Op::Max(..) => Ok(pick(next(), next(), std::cmp::Ordering::is_ge)),
        // Of declared width `Field` is what has no sign.
        Op::Bits(lin) => {
            digits::digits(next(), lin.width == Width::Field, Digits::Binary, len, fault)
        }
        Op::CappedBits { value, last } => {
            let residues = value.width == Width::Field;
            digits::digits(next(), residues, Digits::Capped(last), len, fault)
        }
        Op::ReduceMax(_, n) => Ok(reduce::extreme(next(), *n, reduce::Extreme::Largest)),
        Op::ReduceMin(_, n) => Ok(reduce::extreme(next(), *n, reduce::Extreme::Smallest)),
        Op::ReduceProd(_, n) => Ok(reduce::product(next(), *n)),
        Op::ArgMax(_, n) => Ok(reduce::index_of(next(), *n, reduce::Extreme::Largest)),
        Op::ArgMin(_, n) => Ok(reduce::index_of(next(), *n, reduce::Extreme::Smallest)),
        Op::Table(..) => look_up(table, &next(), fault),
        Op::Inverse(_) => Ok(invert(&next())),
        Op::Sqrt(_) => root(next(), fault),
        Op::Count { .. } => count::multiplicities(table, &next(), fault),
    }
}

/// Products: in `i128` where all fit, else in the field.
fn multiply(a: Buffer, b: Buffer) -> Buffer {
    let in_field = |a: Buffer, b: Buffer| {
        let mut product = a.to_field();
        product.iter_mut().zip(b.to_field()).for_each(|(a, b)| *a *= b);
        Buffer::Field(product)
    };
    match number::widest(&[&a, &b]) {
        Width::I64 => {
            let pairs = as_i64(a).into_iter().zip(as_i64(b));
            Buffer::I128(pairs.map(|(a, b)| i128::from(a) * i128::from(b)).collect())
        }
        Width::I128 => {
            let (a, b) = (as_i128(a), as_i128(b));
            let product: Option<Vec<_>> =
                a.iter().zip(&b).map(|(a, b)| a.checked_mul(*b)).collect();
            product.map(Buffer::I128).unwrap_or_else(|| in_field(Buffer::I128(a), Buffer::I128(b)))
        }
        Width::Field => in_field(a, b),
    }
}

/// Which part of a division.
#[derive(Clone, Copy)]
enum Quotient {
    Floor,
    Remainder,
}

fn divide(
    a: Buffer,
    b: Buffer,
    fault: OnFault<'_>,
    part: Quotient,
) -> Result<Buffer, crate::AssignError> {
    fn all<T: Number>(
        a: &[T],
        b: &[T],
        fault: OnFault<'_>,
        part: Quotient,
    ) -> Result<Vec<T>, crate::AssignError> {
        let mut out = Vec::with_capacity(a.len());
        for (i, (a, b)) in a.iter().zip(b).enumerate() {
            out.push(if b.is_nil() {
                fault(i, Fault::DivisionByZero)?;
                T::from_bool(false)
            } else {
                match part {
                    Quotient::Floor => a.floor_div(b),
                    Quotient::Remainder => a.floor_mod(b),
                }
            });
        }
        Ok(out)
    }
    unify!((a, b) => all(&a, &b, fault, part).map(Number::into_buffer))
}

fn compare(a: Buffer, b: Buffer, holds: fn(std::cmp::Ordering) -> bool) -> Buffer {
    unify!((a, b) => {
        Buffer::I64(a.iter().zip(&b).map(|(a, b)| holds(a.cmp(b)).into()).collect())
    })
}

fn pick(a: Buffer, b: Buffer, first: fn(std::cmp::Ordering) -> bool) -> Buffer {
    unify!((a, b) => {
        let pairs = a.into_iter().zip(b);
        Number::into_buffer(pairs.map(|(a, b)| if first(a.cmp(&b)) { a } else { b }).collect())
    })
}

fn select(c: Buffer, a: Buffer, b: Buffer) -> Buffer {
    let taken: Vec<bool> = match &c {
        Buffer::I64(v) => v.iter().map(|&x| x != 0).collect(),
        Buffer::I128(v) => v.iter().map(|&x| x != 0).collect(),
        Buffer::Field(v) => v.iter().map(|x| !x.is_zero()).collect(),
    };
    unify!((a, b) => {
        let pairs = a.into_iter().zip(b).zip(taken);
        Number::into_buffer(pairs.map(|((a, b), taken)| if taken { a } else { b }).collect())
    })
}

fn look_up(
    table: Option<&Ints>,
    index: &Buffer,
    fault: OnFault<'_>,
) -> Result<Buffer, crate::AssignError> {
    let len = table.map_or(0, Ints::len);
    let mut rows = Vec::with_capacity(index.len());
    for i in 0..index.len() {
        let row = match index {
            Buffer::I64(v) => usize::try_from(v[i]).ok(),
            wide => wide.get_int(i).to_usize(),
        };
        let row = row.filter(|&r| r < len);
        if row.is_none() {
            fault(i, Fault::TableIndex { value: index.get_int(i), len })?;
        }
        rows.push(row);
    }
    Ok(match table {
        Some(Ints::Big(t)) => {
            let value = |r: Option<usize>| r.map_or(Fr::ZERO, |r| scalar::to_fr(&t[r]));
            Buffer::Field(rows.into_iter().map(value).collect())
        }
        Some(Ints::Small(t)) => {
            Buffer::I64(rows.into_iter().map(|r| r.map_or(0, |r| t[r])).collect())
        }
        None => Buffer::zeros(Width::I64, index.len()),
    })
}

fn invert(a: &Buffer) -> Buffer {
    let mut values = a.to_field();
    ark_ff::batch_inversion(&mut values);
    Buffer::Field(values)
}

fn root(a: Buffer, fault: OnFault<'_>) -> Result<Buffer, crate::AssignError> {
    fn all<T: Number>(a: &[T], fault: OnFault<'_>) -> Result<Vec<T>, crate::AssignError> {
        let mut out = Vec::with_capacity(a.len());
        for (i, a) in a.iter().enumerate() {
            out.push(if a.is_below_zero() {
                fault(i, Fault::Domain(a.clone().into_int()))?;
                T::from_bool(false)
            } else {
                a.root()
            });
        }
        Ok(out)
    }
    unify!((a) => all(&a, fault).map(Number::into_buffer))
}
