//! Linear combinations of tensors over index spaces: the one primitive of the circuit form.
//!
//! A [`Term`] reads, for every index of its space, one element of a source tensor, weighs it and
//! adds it to one element of the destination. Slices, transposes, broadcasts, padding,
//! concatenation, affine combinations, dot products and convolutions are all sums of such terms.
//! The adjoint of a term is the same loop with source and destination exchanged.

mod term;

use crate::{ConstId, Int, TensorId};
use num_traits::Signed;

/// An affine map from an index space to a flat, row-major offset: `offset + Σ strides[k]·index[k]`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Access {
    /// Offset of the index (0, …, 0).
    pub offset: i64,
    /// One stride for each dimension of the index space; 0 broadcasts, negative reverses.
    pub strides: Vec<i64>,
}

/// What a term multiplies its source with.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Weight {
    /// The same integer everywhere; its absolute value is below the field's order.
    Scalar(Int),
    /// `factor · constant[access(index)]`, over the whole space (free and bound).
    Tensor {
        /// Multiplies every element.
        factor: Int,
        /// The constant tensor.
        constant: ConstId,
        /// Where in the constant.
        access: Access,
    },
}

/// `dst[dst(f)] += Σ_b weight(f, b) · src[src_access(f, b)]` for every f in `free`, b in `bound`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Term {
    /// Extents of the free dimensions.
    pub free: Vec<usize>,
    /// Extents of the bound (summed) dimensions.
    pub bound: Vec<usize>,
    /// Where each free index goes in the destination; injective.
    pub dst: Access,
    /// The tensor read.
    pub src: TensorId,
    /// Where in it, over `free ++ bound`.
    pub src_access: Access,
    /// What it is multiplied with.
    pub weight: Weight,
}

/// Which native type is wide enough for a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Width {
    /// Every value, as a signed integer, fits 63 bits.
    I64,
    /// Fits 127 bits.
    I128,
    /// Only the field will do.
    Field,
}

/// A sum of terms into one destination of known shape, zero where no term writes.
///
/// The result fits `width` on honest inputs; partial sums may wrap around in it, which is harmless
/// because the sum itself does not.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Lin {
    /// The terms.
    pub terms: Vec<Term>,
    /// Width of the result.
    pub width: Width,
}

/// Row-major strides of a shape.
#[must_use]
pub fn row_major(shape: &[usize]) -> Vec<i64> {
    let mut strides = vec![0; shape.len()];
    let mut step = 1i64;
    for (s, &d) in strides.iter_mut().zip(shape).rev() {
        *s = step;
        step = step.saturating_mul(d as i64);
    }
    strides
}

impl Access {
    /// The access that reads a tensor of this shape in order.
    #[must_use]
    pub fn identity(shape: &[usize]) -> Access {
        Access { offset: 0, strides: row_major(shape) }
    }

    /// The offset of one index.
    #[must_use]
    pub fn at(&self, index: &[usize]) -> i64 {
        self.offset + self.strides.iter().zip(index).map(|(s, &i)| s * i as i64).sum::<i64>()
    }
}

impl Width {
    /// The narrowest that holds an interval.
    #[must_use]
    pub fn of(lo: &Int, hi: &Int) -> Width {
        // An n-bit two's complement integer has n − 1 magnitude bits; ‑2^(n−1) needs no more.
        let bits = |x: &Int| if x.is_negative() { (x + 1u32).bits() } else { x.bits() };
        match bits(lo).max(bits(hi)) {
            0..=62 => Width::I64,
            63..=126 => Width::I128,
            _ => Width::Field,
        }
    }
}
