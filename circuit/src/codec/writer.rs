//! Values to bytes.

use crate::{Int, Ints};

/// Collects bytes.
#[derive(Default)]
pub(super) struct Writer {
    bytes: Vec<u8>,
}

/// Tag of constants stored as integers of any size; smaller tags are bytes an element.
pub(super) const BIG: u8 = 0;
/// Numbers of bytes that elements of a constant may take.
pub(super) const ELEMENT_BYTES: [u8; 5] = [1, 2, 3, 4, 8];

/// The fewest bytes that hold every element.
pub(super) fn element_bytes(values: &[i64]) -> u8 {
    // Bits of two's complement, the sign among them.
    let bits = |x: &i64| 65 - (x ^ (x >> 63)).leading_zeros();
    let widest = values.iter().map(bits).max().unwrap_or(0);
    ELEMENT_BYTES.into_iter().find(|&n| u32::from(n) * 8 >= widest).unwrap_or(8)
}

impl Writer {
    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    pub(super) fn u8(&mut self, value: u8) {
        self.bytes.push(value);
    }

    /// LEB128 in the fewest bytes.
    pub(super) fn uint(&mut self, value: u64) {
        let mut rest = value;
        while rest >= 0x80 {
            self.bytes.push(rest as u8 | 0x80);
            rest >>= 7;
        }
        self.bytes.push(rest as u8);
    }

    pub(super) fn usize(&mut self, value: usize) {
        self.uint(value as u64);
    }

    /// Zigzag: the sign is the lowest bit.
    pub(super) fn sint(&mut self, value: i64) {
        self.uint((value << 1 ^ value >> 63) as u64);
    }

    /// Two's complement in the fewest bytes, after their number.
    pub(super) fn int(&mut self, value: &Int) {
        let bytes = value.to_signed_bytes_le();
        self.usize(bytes.len());
        self.bytes.extend(bytes);
    }

    pub(super) fn str(&mut self, value: &str) {
        self.usize(value.len());
        self.bytes.extend(value.as_bytes());
    }

    pub(super) fn option<T>(&mut self, value: Option<T>, each: impl FnOnce(&mut Writer, T)) {
        self.u8(value.is_some().into());
        if let Some(value) = value {
            each(self, value);
        }
    }

    pub(super) fn list<T>(&mut self, values: &[T], each: impl Fn(&mut Writer, &T)) {
        self.usize(values.len());
        values.iter().for_each(|v| each(self, v));
    }

    pub(super) fn ints(&mut self, values: &Ints) {
        match values {
            Ints::Small(v) => {
                let n = element_bytes(v);
                self.u8(n);
                self.usize(v.len());
                self.bytes.reserve(v.len() * usize::from(n));
                for x in v {
                    self.bytes.extend(&x.to_le_bytes()[..usize::from(n)]);
                }
            }
            Ints::Big(v) => {
                self.u8(BIG);
                self.list(v, Writer::int);
            }
        }
    }
}
