//! Tensors as files hold them.

use num_rational::BigRational;
use zirc_circuit::Int;

/// A tensor as a file holds it, before it is made to fit a type.
#[derive(Clone, Debug, PartialEq)]
pub struct RawTensor {
    /// Sizes; empty for a scalar.
    pub shape: Vec<usize>,
    /// Elements in row-major order, as many as the shape says.
    pub data: RawData,
}

/// Elements of a [`RawTensor`].
#[derive(Clone, Debug, PartialEq)]
pub enum RawData {
    /// Raw integers: a file of an integer or boolean dtype.
    Ints(Vec<i64>),
    /// Raw integers of which at least one does not fit.
    Big(Vec<Int>),
    /// Real values: a file of a float dtype. Narrower floats widen exactly.
    Floats(Vec<f64>),
    /// Real values, exact: numbers that were text.
    Decimals(Vec<BigRational>),
}

impl RawData {
    /// Number of elements.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            RawData::Ints(v) => v.len(),
            RawData::Big(v) => v.len(),
            RawData::Floats(v) => v.len(),
            RawData::Decimals(v) => v.len(),
        }
    }

    /// Whether there is no element.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl RawTensor {
    /// The index of the n-th element.
    #[must_use]
    pub fn index(&self, mut n: usize) -> Vec<usize> {
        let mut index = vec![0; self.shape.len()];
        for (i, &d) in index.iter_mut().zip(&self.shape).rev() {
            let d = d.max(1);
            *i = n % d;
            n /= d;
        }
        index
    }
}
