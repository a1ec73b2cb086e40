//! Arithmetic that the kernels run on: wrapping native integers, or the field.

use crate::Fr;
use ark_ff::{AdditiveGroup, Field};

/// A type that sums of products are computed in.
pub(crate) trait Element: Copy + Send + Sync {
    /// What weights are read as.
    type Weight: Copy + Send + Sync;
    /// What source elements are read as.
    type Source: Copy;

    /// 0
    const ZERO: Self;

    /// Sum; wraps around in native types.
    fn plus(self, other: Self) -> Self;

    /// Adds a source element.
    fn add(&mut self, x: Self::Source);

    /// Adds a weighted source element.
    fn add_product(&mut self, weight: Self::Weight, x: Self::Source);

    /// A sum times a weight.
    fn scaled(self, weight: Self::Weight) -> Self;

    /// Product of weights.
    fn compose(a: Self::Weight, b: Self::Weight) -> Self::Weight;

    /// Whether a weight is 0.
    fn is_nil(weight: Self::Weight) -> bool;

    /// `destination += weight · source` for each pair.
    fn axpy<'d>(pairs: impl Iterator<Item = (&'d mut Self, Self::Source)>, weight: Self::Weight)
    where
        Self: 'd,
    {
        pairs.for_each(|(d, x)| d.add_product(weight, x));
    }
}

/// A type that sources or weights are stored in, read as `T`.
pub(crate) trait Load<T>: Copy + Send + Sync {
    /// The same value; truncated where `T` is narrower, which is harmless modulo 2^64.
    fn load(self) -> T;
}

macro_rules! native {
    ($t:ty) => {
        impl Element for $t {
            type Weight = $t;
            type Source = $t;

            const ZERO: $t = 0;

            fn plus(self, other: $t) -> $t {
                self.wrapping_add(other)
            }

            fn add(&mut self, x: $t) {
                *self = self.wrapping_add(x);
            }

            fn add_product(&mut self, weight: $t, x: $t) {
                *self = self.wrapping_add(weight.wrapping_mul(x));
            }

            fn scaled(self, weight: $t) -> $t {
                self.wrapping_mul(weight)
            }

            fn compose(a: $t, b: $t) -> $t {
                a.wrapping_mul(b)
            }

            fn is_nil(weight: $t) -> bool {
                weight == 0
            }
        }
    };
}

native!(i64);
native!(i128);

impl Element for Fr {
    type Weight = Fr;
    type Source = Fr;

    const ZERO: Fr = <Fr as AdditiveGroup>::ZERO;

    fn plus(self, other: Fr) -> Fr {
        self + other
    }

    fn add(&mut self, x: Fr) {
        *self += x;
    }

    fn add_product(&mut self, weight: Fr, x: Fr) {
        *self += weight * x;
    }

    fn scaled(self, weight: Fr) -> Fr {
        self * weight
    }

    fn compose(a: Fr, b: Fr) -> Fr {
        a * b
    }

    fn is_nil(weight: Fr) -> bool {
        weight == <Fr as AdditiveGroup>::ZERO
    }

    /// Views have weight 1 and differences −1; neither needs a multiplication.
    fn axpy<'d>(pairs: impl Iterator<Item = (&'d mut Fr, Fr)>, weight: Fr) {
        if weight == Fr::ONE {
            pairs.for_each(|(d, x)| *d += x);
        } else if weight == -Fr::ONE {
            pairs.for_each(|(d, x)| *d -= x);
        } else {
            pairs.for_each(|(d, x)| *d += weight * x);
        }
    }
}

macro_rules! load {
    ($($from:ty as $to:ty: |$x:ident| $body:expr;)*) => {
        $(impl Load<$to> for $from {
            fn load(self) -> $to {
                let $x = self;
                $body
            }
        })*
    };
}

load! {
    i64 as i64: |x| x;
    i128 as i64: |x| x as i64;
    i64 as i128: |x| x.into();
    i128 as i128: |x| x;
    i64 as Fr: |x| Fr::from(x);
    i128 as Fr: |x| Fr::from(x);
    Fr as Fr: |x| x;
}
