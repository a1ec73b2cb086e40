//! Bytes to values, none of them believed.

use super::DecodeError;
use super::writer::{BIG, ELEMENT_BYTES, element_bytes};
use crate::{Int, Ints};

/// Bytes yet to be read.
pub(super) struct Reader<'b> {
    rest: &'b [u8],
}

type Result<T> = std::result::Result<T, DecodeError>;

impl<'b> Reader<'b> {
    pub(super) fn new(bytes: &'b [u8]) -> Reader<'b> {
        Reader { rest: bytes }
    }

    /// Bytes left.
    pub(super) fn left(&self) -> usize {
        self.rest.len()
    }

    /// Refuses bytes after the end.
    pub(super) fn end(&self, section: &'static str) -> Result<()> {
        match self.rest.len() {
            0 => Ok(()),
            bytes => Err(DecodeError::Trailing { section, bytes }),
        }
    }

    fn take(&mut self, n: u64, what: &'static str) -> Result<&'b [u8]> {
        let split = usize::try_from(n).ok().and_then(|n| self.rest.split_at_checked(n));
        let (taken, rest) =
            split.ok_or(DecodeError::Truncated { what, needed: n, left: self.rest.len() })?;
        self.rest = rest;
        Ok(taken)
    }

    pub(super) fn array<const N: usize>(&mut self, what: &'static str) -> Result<[u8; N]> {
        let mut out = [0; N];
        out.copy_from_slice(self.take(N as u64, what)?);
        Ok(out)
    }

    pub(super) fn u8(&mut self, what: &'static str) -> Result<u8> {
        self.array(what).map(|[byte]| byte)
    }

    /// A section after its length.
    pub(super) fn section(&mut self, what: &'static str) -> Result<&'b [u8]> {
        let length = u64::from_le_bytes(self.array(what)?);
        self.take(length, what)
    }

    /// LEB128 in the fewest bytes.
    pub(super) fn uint(&mut self, what: &'static str) -> Result<u64> {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.u8(what)?;
            let low = u64::from(byte & 0x7f);
            // The tenth byte holds one bit; a last byte of 0 could have been left out.
            if shift == 63 && byte > 1 || shift > 0 && byte == 0 {
                return Err(DecodeError::NotCanonical { what });
            }
            value |= low << shift;
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err(DecodeError::NotCanonical { what })
    }

    pub(super) fn u32(&mut self, what: &'static str) -> Result<u32> {
        u32::try_from(self.uint(what)?).map_err(|_| DecodeError::NotCanonical { what })
    }

    pub(super) fn usize(&mut self, what: &'static str) -> Result<usize> {
        usize::try_from(self.uint(what)?).map_err(|_| DecodeError::NotCanonical { what })
    }

    pub(super) fn sint(&mut self, what: &'static str) -> Result<i64> {
        let value = self.uint(what)?;
        Ok((value >> 1) as i64 ^ -((value & 1) as i64))
    }

    pub(super) fn int(&mut self, what: &'static str) -> Result<Int> {
        let length = self.uint(what)?;
        let bytes = self.take(length, what)?;
        // The last byte only repeats the sign of the one before, or there is none.
        let redundant = match bytes {
            [] => true,
            [.., before, 0] => before & 0x80 == 0,
            [.., before, 0xff] => before & 0x80 != 0,
            _ => false,
        };
        if redundant {
            return Err(DecodeError::NotCanonical { what });
        }
        Ok(Int::from_signed_bytes_le(bytes))
    }

    pub(super) fn str(&mut self, what: &'static str) -> Result<String> {
        let length = self.uint(what)?;
        let bytes = self.take(length, what)?;
        std::str::from_utf8(bytes).map(String::from).map_err(|_| DecodeError::Utf8)
    }

    pub(super) fn option<T>(
        &mut self,
        what: &'static str,
        each: impl FnOnce(&mut Reader<'b>) -> Result<T>,
    ) -> Result<Option<T>> {
        match self.u8(what)? {
            0 => Ok(None),
            1 => each(self).map(Some),
            got => Err(DecodeError::Tag { what, got }),
        }
    }

    /// A number of elements that take at least one byte each, so that no more can be announced than
    /// there are bytes.
    pub(super) fn list<T>(
        &mut self,
        what: &'static str,
        each: impl Fn(&mut Reader<'b>) -> Result<T>,
    ) -> Result<Vec<T>> {
        let needed = self.uint(what)?;
        if needed > self.rest.len() as u64 {
            return Err(DecodeError::Truncated { what, needed, left: self.rest.len() });
        }
        // Grows with what is really there: elements are larger in memory than in the file.
        let mut out = Vec::new();
        for _ in 0..needed {
            out.push(each(self)?);
        }
        Ok(out)
    }

    pub(super) fn ints(&mut self, what: &'static str) -> Result<Ints> {
        let tag = self.u8(what)?;
        if tag == BIG {
            return Ok(Ints::Big(self.list(what, |r| r.int(what))?));
        }
        if !ELEMENT_BYTES.contains(&tag) {
            return Err(DecodeError::Tag { what, got: tag });
        }
        let count = self.uint(what)?;
        let bytes = self.take(count.saturating_mul(tag.into()), what)?;
        let unused = 64 - 8 * u32::from(tag);
        let element = |bytes: &[u8]| {
            let value = bytes.iter().rev().fold(0i64, |x, b| x << 8 | i64::from(*b));
            value << unused >> unused
        };
        let values: Vec<i64> = bytes.chunks_exact(tag.into()).map(element).collect();
        if element_bytes(&values) != tag {
            return Err(DecodeError::NotCanonical { what });
        }
        Ok(Ints::Small(values))
    }
}

#[cfg(test)]
mod tests {
    use super::super::writer::Writer;
    use super::*;

    #[test]
    fn integers_come_back() {
        for value in [0, 1, -1, 63, -64, 64, 127, 128, i64::MAX, i64::MIN, 1 << 56] {
            let mut w = Writer::default();
            w.sint(value);
            w.uint(value as u64);
            w.int(&Int::from(value));
            let bytes = w.into_bytes();
            let mut r = Reader::new(&bytes);
            assert_eq!(r.sint("").unwrap(), value);
            assert_eq!(r.uint("").unwrap(), value as u64);
            assert_eq!(r.int("").unwrap(), Int::from(value));
            r.end("").unwrap();
        }
    }

    #[test]
    fn refuses_what_could_be_shorter() {
        for bytes in [&[0x80, 0][..], &[0xff, 0x80, 0], &[0xff; 10], &[0xff; 11]] {
            let error = Reader::new(bytes).uint("x").unwrap_err();
            assert_eq!(error, DecodeError::NotCanonical { what: "x" }, "{bytes:?}");
        }
        for bytes in [&[0][..], &[2, 0, 0], &[2, 0xff, 0xff], &[2, 0x7f, 0]] {
            let error = Reader::new(bytes).int("x").unwrap_err();
            assert_eq!(error, DecodeError::NotCanonical { what: "x" }, "{bytes:?}");
        }
        assert_eq!(Reader::new(&[2, 0x80, 0]).int("x").unwrap(), Int::from(128));
        // Two bytes an element, but one would do.
        let error = Reader::new(&[2, 1, 5, 0]).ints("x").unwrap_err();
        assert_eq!(error, DecodeError::NotCanonical { what: "x" });
    }

    #[test]
    fn elements_take_the_fewest_bytes() {
        let cases = [
            (vec![], 1),
            (vec![127, -128], 1),
            (vec![128], 2),
            (vec![-32769], 3),
            (vec![1 << 23], 4),
            (vec![1 << 31], 8),
            (vec![i64::MIN], 8),
        ];
        for (values, bytes) in cases {
            assert_eq!(element_bytes(&values), bytes, "{values:?}");
            let mut w = Writer::default();
            w.ints(&Ints::Small(values.clone()));
            let encoded = w.into_bytes();
            assert_eq!(encoded.len(), 2 + values.len() * usize::from(bytes));
            assert_eq!(Reader::new(&encoded).ints("").unwrap(), Ints::Small(values));
        }
    }

    #[test]
    fn announces_no_more_than_there_is() {
        let mut w = Writer::default();
        w.u8(8);
        w.uint(1 << 62);
        let bytes = w.into_bytes();
        assert!(matches!(
            Reader::new(&bytes).ints("x"),
            Err(DecodeError::Truncated { what: "x", needed: u64::MAX, left: 0 })
        ));
    }
}
