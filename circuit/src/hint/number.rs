//! Integers of the widths that operations run in.

use crate::{Buffer, Int, Width, scalar};
use num_integer::{Integer, Roots};
use num_traits::{One, Signed, Zero};

/// A signed integer.
pub(super) trait Number: Clone + Ord + From<i64> {
    /// Whether it is 0.
    fn is_nil(&self) -> bool;
    /// Whether it is negative.
    fn is_below_zero(&self) -> bool;
    /// ⌊self / other⌋ for `other` ≠ 0; wraps around where the quotient does not fit.
    fn floor_div(&self, other: &Self) -> Self;
    /// `self − other·⌊self / other⌋` for `other` ≠ 0.
    fn floor_mod(&self, other: &Self) -> Self;
    /// Difference; wraps around where it does not fit.
    fn minus(&self, other: &Self) -> Self;
    /// The same integer, if it fits.
    fn from_int(value: &Int) -> Option<Self>;
    /// ⌊√self⌋ for `self` ≥ 0.
    fn root(&self) -> Self;
    /// Bit `i` of two's complement.
    fn bit(&self, i: usize) -> bool;
    /// Any size.
    fn into_int(self) -> Int;
    /// Elements of a result.
    fn into_buffer(values: Vec<Self>) -> Buffer;

    /// 0 or 1.
    fn from_bool(b: bool) -> Self {
        Self::from(i64::from(b))
    }
}

macro_rules! native {
    ($t:ty, $buffer:path) => {
        impl Number for $t {
            fn is_nil(&self) -> bool {
                *self == 0
            }

            fn is_below_zero(&self) -> bool {
                *self < 0
            }

            fn floor_div(&self, other: &$t) -> $t {
                let quotient = self.wrapping_div(*other);
                let inexact = self.wrapping_rem(*other) != 0;
                if inexact && (*self < 0) != (*other < 0) { quotient - 1 } else { quotient }
            }

            fn floor_mod(&self, other: &$t) -> $t {
                let rest = self.wrapping_rem(*other);
                if rest != 0 && (rest < 0) != (*other < 0) { rest + other } else { rest }
            }

            fn minus(&self, other: &$t) -> $t {
                self.wrapping_sub(*other)
            }

            fn from_int(value: &Int) -> Option<$t> {
                value.try_into().ok()
            }

            fn root(&self) -> $t {
                self.sqrt()
            }

            fn bit(&self, i: usize) -> bool {
                self >> i.min(<$t>::BITS as usize - 1) & 1 == 1
            }

            fn into_int(self) -> Int {
                self.into()
            }

            fn into_buffer(values: Vec<$t>) -> Buffer {
                $buffer(values)
            }
        }
    };
}

native!(i64, Buffer::I64);
native!(i128, Buffer::I128);

impl Number for Int {
    fn is_nil(&self) -> bool {
        self.is_zero()
    }

    fn is_below_zero(&self) -> bool {
        self.is_negative()
    }

    fn floor_div(&self, other: &Int) -> Int {
        self.div_floor(other)
    }

    fn floor_mod(&self, other: &Int) -> Int {
        self.mod_floor(other)
    }

    fn minus(&self, other: &Int) -> Int {
        self - other
    }

    fn from_int(value: &Int) -> Option<Int> {
        Some(value.clone())
    }

    fn root(&self) -> Int {
        self.sqrt()
    }

    fn bit(&self, i: usize) -> bool {
        !(self >> i & Int::one()).is_zero()
    }

    fn into_int(self) -> Int {
        self
    }

    fn into_buffer(values: Vec<Int>) -> Buffer {
        Buffer::Field(values.iter().map(scalar::to_fr).collect())
    }
}

/// A buffer's values as `i64`; the caller has seen that they are.
pub(super) fn as_i64(buffer: Buffer) -> Vec<i64> {
    if let Buffer::I64(v) = buffer { v } else { Vec::new() }
}

/// A buffer's values as `i128`; the caller has seen that they fit.
pub(super) fn as_i128(buffer: Buffer) -> Vec<i128> {
    match buffer {
        Buffer::I64(v) => v.into_iter().map(i128::from).collect(),
        Buffer::I128(v) => v,
        Buffer::Field(_) => Vec::new(),
    }
}

/// A buffer's values as integers of any size, signed.
pub(super) fn as_int(buffer: &Buffer) -> Vec<Int> {
    (0..buffer.len()).map(|i| buffer.get_int(i)).collect()
}

/// The widest of some buffers' types.
pub(super) fn widest(buffers: &[&Buffer]) -> Width {
    buffers.iter().map(|b| b.width()).max().unwrap_or(Width::I64)
}

/// Evaluates an expression in which each named buffer has become a vector of one [`Number`] type,
/// the narrowest that holds all.
macro_rules! unify {
    (($($b:ident),+) => $body:expr) => {
        match $crate::hint::number::widest(&[$(&$b),+]) {
            $crate::Width::I64 => {
                $(let $b = $crate::hint::number::as_i64($b);)+
                $body
            }
            $crate::Width::I128 => {
                $(let $b = $crate::hint::number::as_i128($b);)+
                $body
            }
            $crate::Width::Field => {
                $(let $b = $crate::hint::number::as_int(&$b);)+
                $body
            }
        }
    };
}
pub(super) use unify;

#[cfg(test)]
mod tests {
    use super::*;

    fn agree(a: i64, b: i64) {
        let (wide_a, wide_b) = (Int::from(a), Int::from(b));
        let (mid_a, mid_b) = (i128::from(a), i128::from(b));
        assert_eq!(Int::from(a.floor_mod(&b)), wide_a.floor_mod(&wide_b), "{a} mod {b}");
        assert_eq!(Int::from(mid_a.floor_div(&mid_b)), wide_a.floor_div(&wide_b), "{a} / {b}");
        assert_eq!(Int::from(mid_a.floor_mod(&mid_b)), wide_a.floor_mod(&wide_b), "{a} mod {b}");
        if (a, b) != (i64::MIN, -1) {
            assert_eq!(Int::from(a.floor_div(&b)), wide_a.floor_div(&wide_b), "{a} / {b}");
        }
        for i in [0, 1, 5, 62, 63, 64, 200] {
            assert_eq!(a.bit(i), wide_a.bit(i as u64), "bit {i} of {a}");
            assert_eq!(mid_a.bit(i), wide_a.bit(i as u64), "bit {i} of {a}");
        }
    }

    #[test]
    fn widths_agree() {
        let samples = [0, 1, -1, 2, -2, 7, -7, 100, -101, i64::MAX, i64::MIN, i64::MIN + 1];
        for a in samples {
            for b in samples {
                if b != 0 {
                    agree(a, b);
                }
            }
        }
    }
}
