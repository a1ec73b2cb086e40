//! Evaluates linear combinations over buffers, in the narrowest arithmetic that is exact.

use crate::element::{Element, Load};
use crate::kernel::{self, Weights};
use crate::nest::Nest;
use crate::{Buffer, ConstId, Constant, Fr, Int, Ints, Lin, TensorId, Term, Weight, Width, scalar};
use ark_ff::AdditiveGroup;
use num_traits::ToPrimitive;
use std::sync::OnceLock;

/// How to choose the arithmetic.
#[derive(Clone, Copy)]
pub(crate) enum Precision<'m> {
    /// As the combination's `width` says: right for honest values.
    Declared,
    /// From the largest absolute value of each tensor: right for any values.
    Exact(&'m [u128]),
}

/// Constants with what evaluation computes once and uses often.
pub(crate) struct Engine<'c> {
    constants: &'c [Constant],
    cached: Vec<Cached>,
}

/// A constant in other forms, computed when first needed.
#[derive(Default)]
struct Cached {
    field: OnceLock<Vec<Fr>>,
    magnitude: OnceLock<u128>,
}

impl<'c> Engine<'c> {
    pub(crate) fn new(constants: &'c [Constant]) -> Engine<'c> {
        let cached = constants.iter().map(|_| Cached::default()).collect();
        Engine { constants, cached }
    }

    /// The elements of a constant.
    pub(crate) fn data(&self, id: ConstId) -> &'c Ints {
        &self.constants[id.0 as usize].data
    }

    /// A constant in the field.
    pub(crate) fn field(&self, id: ConstId) -> &[Fr] {
        self.cached[id.0 as usize].field.get_or_init(|| match self.data(id) {
            Ints::Small(v) => v.iter().map(|&x| Fr::from(x)).collect(),
            Ints::Big(v) => v.iter().map(scalar::to_fr).collect(),
        })
    }

    /// The largest absolute value in a constant; `u128::MAX` if it is wider.
    fn magnitude(&self, id: ConstId) -> u128 {
        *self.cached[id.0 as usize].magnitude.get_or_init(|| match self.data(id) {
            Ints::Small(v) => v.iter().map(|x| x.unsigned_abs()).max().unwrap_or(0).into(),
            Ints::Big(v) => v.iter().map(absolute).max().unwrap_or(0),
        })
    }

    /// Evaluates a combination into `len` elements. The result is in the field where native
    /// arithmetic would not be exact, whatever the declared width.
    pub(crate) fn eval(
        &self,
        lin: &Lin,
        len: usize,
        values: &[Buffer],
        precision: Precision<'_>,
    ) -> Buffer {
        let class = match precision {
            Precision::Declared => self.declared(lin, values),
            Precision::Exact(magnitudes) => self.exact(lin, magnitudes),
        };
        let source = |t: &Term| &values[t.src.0 as usize];
        let mut out = Buffer::zeros(class, len);
        for term in &lin.terms {
            let Some(nest) = Nest::forward(term) else { continue };
            match &mut out {
                Buffer::I64(d) => self.native(&nest, term, d, source(term), as_i64),
                Buffer::I128(d) => self.native(&nest, term, d, source(term), as_i128),
                Buffer::Field(d) => match source(term) {
                    Buffer::Field(s) => self.in_field(&nest, term, d, s),
                    // Converting once beats converting at every read.
                    b if nest.points() >= b.len() => self.in_field(&nest, term, d, &b.to_field()),
                    Buffer::I64(s) => self.in_field(&nest, term, d, s),
                    Buffer::I128(s) => self.in_field(&nest, term, d, s),
                },
            }
        }
        out
    }

    /// Adds one term in the field; the nest may be a term's or its adjoint's.
    pub(crate) fn in_field<S: Load<Fr>>(
        &self,
        nest: &Nest,
        term: &Term,
        dst: &mut [Fr],
        src: &[S],
    ) {
        match &term.weight {
            Weight::Scalar(w) => {
                kernel::run::<Fr, S, Fr>(nest, dst, src, Weights::Scalar(scalar::to_fr(w)));
            }
            Weight::Tensor { factor, constant, .. } => {
                let factor = scalar::to_fr(factor);
                if let Ints::Small(data) = self.data(*constant)
                    && kernel::run_wide(nest, dst, src, factor, data)
                {
                    return;
                }
                let data = self.field(*constant);
                kernel::run(nest, dst, src, Weights::Tensor { factor, data });
            }
        }
    }

    /// Adds one term in native arithmetic.
    fn native<D>(
        &self,
        nest: &Nest,
        term: &Term,
        dst: &mut [D],
        src: &Buffer,
        convert: fn(&Int) -> D,
    ) where
        D: Element<Weight = D, Source = D>,
        i64: Load<D>,
        i128: Load<D>,
    {
        let weights = match &term.weight {
            Weight::Scalar(w) => Weights::Scalar(convert(w)),
            Weight::Tensor { factor, constant, .. } => {
                let Ints::Small(data) = self.data(*constant) else {
                    unreachable!("wide constants are evaluated in the field")
                };
                Weights::Tensor { factor: convert(factor), data }
            }
        };
        match src {
            Buffer::I64(src) => kernel::run(nest, dst, src, weights),
            Buffer::I128(src) => kernel::run(nest, dst, src, weights),
            Buffer::Field(_) => unreachable!("elements of the field are evaluated in the field"),
        }
    }

    /// The declared width, or the field where a source or a weight needs it. Weights wider than the
    /// result are residues, such as the inverse of 3, which mean nothing outside of the field.
    fn declared(&self, lin: &Lin, values: &[Buffer]) -> Width {
        let limit = match lin.width {
            Width::I64 => i64::MAX as u128,
            Width::I128 => i128::MAX as u128,
            Width::Field => return Width::Field,
        };
        let fits = |t: &Term| {
            values[t.src.0 as usize].width() != Width::Field
                && match &t.weight {
                    Weight::Scalar(w) => absolute(w) <= limit,
                    Weight::Tensor { factor, constant, .. } => {
                        absolute(factor) <= limit && self.is_small(*constant)
                    }
                }
        };
        if lin.terms.iter().all(fits) { lin.width } else { Width::Field }
    }

    /// The narrowest class in which no sum can overflow.
    fn exact(&self, lin: &Lin, magnitudes: &[u128]) -> Width {
        let mut bound = 0u128;
        for term in &lin.terms {
            let weight = match &term.weight {
                Weight::Scalar(w) => absolute(w),
                Weight::Tensor { constant, .. } if !self.is_small(*constant) => u128::MAX,
                Weight::Tensor { factor, constant, .. } => {
                    absolute(factor).saturating_mul(self.magnitude(*constant).max(1))
                }
            };
            let summands = term.bound.iter().fold(1u128, |n, &d| n.saturating_mul(d as u128));
            // At least 1, so that not even an unused factor of zero hides a source in the field.
            let source = magnitudes[term.src.0 as usize].max(1);
            bound =
                bound.saturating_add(weight.max(1).saturating_mul(source).saturating_mul(summands));
        }
        match bound {
            0..=0x7fff_ffff_ffff_ffff => Width::I64,
            b if b <= i128::MAX as u128 => Width::I128,
            _ => Width::Field,
        }
    }

    fn is_small(&self, id: ConstId) -> bool {
        matches!(self.data(id), Ints::Small(_))
    }
}

/// Evaluates combinations over values in the field that the caller keeps: for checks of circuits that
/// are not finished, or that are compared with others.
pub struct Combinations<'c>(Engine<'c>);

impl<'c> Combinations<'c> {
    /// For combinations that read these constants.
    #[must_use]
    pub fn new(constants: &'c [Constant]) -> Combinations<'c> {
        Combinations(Engine::new(constants))
    }

    /// The `len` elements of a combination, where `source` gives the values of the tensors it reads.
    ///
    /// Panics if a term leaves its source, its constant or the result.
    #[must_use]
    pub fn eval<'v>(
        &self,
        lin: &Lin,
        len: usize,
        source: &dyn Fn(TensorId) -> &'v [Fr],
    ) -> Vec<Fr> {
        let mut out = vec![<Fr as AdditiveGroup>::ZERO; len];
        for term in &lin.terms {
            if let Some(nest) = Nest::forward(term) {
                self.0.in_field(&nest, term, &mut out, source(term.src));
            }
        }
        out
    }
}

/// Absolute value; `u128::MAX` if it is wider.
fn absolute(value: &Int) -> u128 {
    value.magnitude().to_u128().unwrap_or(u128::MAX)
}

/// A weight that was found to fit.
fn as_i64(value: &Int) -> i64 {
    value.to_i64().unwrap_or_default()
}

/// A weight that was found to fit.
fn as_i128(value: &Int) -> i128 {
    value.to_i128().unwrap_or_default()
}
