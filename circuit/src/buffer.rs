//! The values of one tensor, in a native type that holds them.

use crate::{Fr, Int, Width, scalar};
use ark_ff::{AdditiveGroup, Field};
use num_traits::ToPrimitive;
use rayon::prelude::*;

/// Values in row-major order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Buffer {
    /// Integers of at most 64 bits.
    I64(Vec<i64>),
    /// Integers of at most 128 bits.
    I128(Vec<i128>),
    /// Elements of the field, or integers modulo its order.
    Field(Vec<Fr>),
}

impl Buffer {
    /// Number of values.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Buffer::I64(v) => v.len(),
            Buffer::I128(v) => v.len(),
            Buffer::Field(v) => v.len(),
        }
    }

    /// Whether there is no value.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The native type.
    #[must_use]
    pub fn width(&self) -> Width {
        match self {
            Buffer::I64(_) => Width::I64,
            Buffer::I128(_) => Width::I128,
            Buffer::Field(_) => Width::Field,
        }
    }

    /// `n` zeros.
    #[must_use]
    pub fn zeros(width: Width, n: usize) -> Buffer {
        match width {
            Width::I64 => Buffer::I64(vec![0; n]),
            Width::I128 => Buffer::I128(vec![0; n]),
            Width::Field => Buffer::Field(vec![Fr::ZERO; n]),
        }
    }

    /// One value as an integer; an element of the field as its representative nearest to zero.
    /// Panics if out of bounds, as indexing does.
    #[must_use]
    pub fn get_int(&self, i: usize) -> Int {
        match self {
            Buffer::I64(v) => v[i].into(),
            Buffer::I128(v) => v[i].into(),
            Buffer::Field(v) => scalar::signed(&v[i]),
        }
    }

    /// One value in the field. Panics if out of bounds, as indexing does.
    #[must_use]
    pub fn get_fr(&self, i: usize) -> Fr {
        match self {
            Buffer::I64(v) => Fr::from(v[i]),
            Buffer::I128(v) => Fr::from(v[i]),
            Buffer::Field(v) => v[i],
        }
    }

    /// All values in the field.
    #[must_use]
    pub fn to_field(&self) -> Vec<Fr> {
        let mut out = vec![Fr::ZERO; self.len()];
        self.write_field(&mut out);
        out
    }

    /// All values in the field, into a slice of the same length.
    pub fn write_field(&self, out: &mut [Fr]) {
        assert_eq!(out.len(), self.len(), "length of the destination");
        match self {
            Buffer::I64(v) => {
                out.par_iter_mut().with_min_len(4096).zip(v).for_each(|(o, x)| *o = small(*x));
            }
            Buffer::I128(v) => {
                out.par_iter_mut()
                    .with_min_len(4096)
                    .zip(v)
                    .for_each(|(o, x)| *o = i64::try_from(*x).map_or_else(|_| Fr::from(*x), small));
            }
            Buffer::Field(v) => out.copy_from_slice(v),
        }
    }

    /// Replaces one value, widening the buffer if it does not fit.
    pub(crate) fn set(&mut self, i: usize, value: &Int) {
        let representative = scalar::to_i128(&scalar::to_fr(value));
        match (&mut *self, representative) {
            (Buffer::Field(v), _) => v[i] = scalar::to_fr(value),
            (Buffer::I128(v), Some(x)) => v[i] = x,
            (Buffer::I64(v), Some(x)) if x.to_i64().is_some() => v[i] = x as i64,
            (Buffer::I64(v), Some(x)) => {
                let mut wide: Vec<i128> = v.iter().map(|&x| x.into()).collect();
                wide[i] = x;
                *self = Buffer::I128(wide);
            }
            (_, None) => {
                let mut wide = self.to_field();
                wide[i] = scalar::to_fr(value);
                *self = Buffer::Field(wide);
            }
        }
    }

    /// The same values in a given native type, or the index of the first that does not fit it.
    pub(crate) fn fit(self, width: Width) -> Result<Buffer, usize> {
        Ok(match (self, width) {
            (b @ Buffer::I64(_), Width::I64)
            | (b @ Buffer::I128(_), Width::I128)
            | (b @ Buffer::Field(_), Width::Field) => b,
            (Buffer::I64(v), Width::I128) => Buffer::I128(v.into_iter().map(i128::from).collect()),
            (b, Width::Field) => Buffer::Field(b.to_field()),
            (Buffer::I128(v), Width::I64) => Buffer::I64(convert(&v, |x| x.to_i64())?),
            (Buffer::Field(v), Width::I64) => {
                Buffer::I64(convert(&v, |x| scalar::to_i128(x)?.to_i64())?)
            }
            (Buffer::Field(v), Width::I128) => Buffer::I128(convert(&v, scalar::to_i128)?),
        })
    }

    /// The same values in the narrowest native type that holds all of them.
    pub(crate) fn narrow(self) -> Buffer {
        let narrower = match &self {
            Buffer::I64(_) => None,
            Buffer::I128(v) => convert(v, |x| x.to_i64()).ok().map(Buffer::I64),
            Buffer::Field(v) => convert(v, scalar::to_i128).ok().map(|v| Buffer::I128(v).narrow()),
        };
        narrower.unwrap_or(self)
    }

    /// The largest absolute value; `u128::MAX` for elements of the field.
    pub(crate) fn magnitude(&self) -> u128 {
        match self {
            Buffer::I64(v) => v.iter().map(|x| x.unsigned_abs()).max().unwrap_or(0).into(),
            Buffer::I128(v) => v.iter().map(|x| x.unsigned_abs()).max().unwrap_or(0),
            Buffer::Field(v) if v.is_empty() => 0,
            Buffer::Field(_) => u128::MAX,
        }
    }
}

/// Conversion with shortcuts for the most frequent values, which saves the multiplication.
fn small(x: i64) -> Fr {
    match x {
        0 => Fr::ZERO,
        1 => Fr::ONE,
        _ => Fr::from(x),
    }
}

/// Converts all, or gives the index of the first that cannot be.
fn convert<T, U>(values: &[T], f: impl Fn(&T) -> Option<U>) -> Result<Vec<U>, usize> {
    values.iter().enumerate().map(|(i, x)| f(x).ok_or(i)).collect()
}
