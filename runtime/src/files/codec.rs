//! Integers, texts and lists of a payload.

use super::FileError;
use num_bigint::BigInt;
use std::io::{self, Read, Write};

/// Encodes the parts of a payload.
pub(crate) trait Encode: Write {
    fn put_u64(&mut self, value: u64) -> io::Result<()> {
        self.write_all(&value.to_le_bytes())
    }

    /// Anything of at most 4 GiB, preceded by its length.
    fn put_bytes(&mut self, bytes: &[u8]) -> io::Result<()> {
        let len = u32::try_from(bytes.len()).map_err(io::Error::other)?;
        self.write_all(&len.to_le_bytes())?;
        self.write_all(bytes)
    }

    fn put_text(&mut self, text: &str) -> io::Result<()> {
        self.put_bytes(text.as_bytes())
    }

    /// Two's complement in as few bytes as possible.
    fn put_int(&mut self, value: &BigInt) -> io::Result<()> {
        self.put_bytes(&value.to_signed_bytes_le())
    }
}

impl<W: Write> Encode for W {}

/// Decodes the parts of a payload of known length.
pub(crate) struct Decoder<R> {
    source: R,
    left: u64,
}

impl<R: Read> Decoder<R> {
    pub(crate) fn new(source: R, len: u64) -> Self {
        Decoder { source, left: len }
    }

    /// The source, and how many bytes of the payload are left in it.
    pub(crate) fn into_parts(self) -> (R, u64) {
        (self.source, self.left)
    }

    /// Bytes of the payload that are left.
    pub(crate) fn left(&self) -> u64 {
        self.left
    }

    /// Fills a buffer; `what` names it in the error.
    pub(crate) fn fill(&mut self, out: &mut [u8], what: &'static str) -> Result<(), FileError> {
        let count = out.len() as u64;
        if count > self.left {
            return Err(FileError::TooLarge { what, count, left: self.left });
        }
        self.source.read_exact(out)?;
        self.left -= count;
        Ok(())
    }

    pub(crate) fn array<const N: usize>(
        &mut self,
        what: &'static str,
    ) -> Result<[u8; N], FileError> {
        let mut out = [0; N];
        self.fill(&mut out, what)?;
        Ok(out)
    }

    pub(crate) fn u64(&mut self, what: &'static str) -> Result<u64, FileError> {
        Ok(u64::from_le_bytes(self.array(what)?))
    }

    /// The length of a list whose elements take at least `size` bytes each: never more than what
    /// is left has room for.
    pub(crate) fn count(&mut self, size: u64, what: &'static str) -> Result<usize, FileError> {
        let count = self.u64(what)?;
        let left = self.left;
        match (usize::try_from(count), count.checked_mul(size)) {
            (Ok(n), Some(bytes)) if bytes <= left => Ok(n),
            _ => Err(FileError::TooLarge { what, count, left }),
        }
    }

    pub(crate) fn bytes(&mut self, what: &'static str) -> Result<Vec<u8>, FileError> {
        self.bytes_within(what, usize::MAX)
    }

    /// The same, of which there may be so many at most.
    pub(crate) fn bytes_within(
        &mut self,
        what: &'static str,
        limit: usize,
    ) -> Result<Vec<u8>, FileError> {
        let count = u64::from(u32::from_le_bytes(self.array(what)?));
        let left = self.left.min(limit as u64);
        if count > left {
            return Err(FileError::TooLarge { what, count, left });
        }
        let mut out = vec![0; count as usize];
        self.fill(&mut out, what)?;
        Ok(out)
    }

    pub(crate) fn text(&mut self, what: &'static str) -> Result<String, FileError> {
        String::from_utf8(self.bytes(what)?).map_err(|_| FileError::Invalid { what })
    }

    pub(crate) fn int(&mut self, what: &'static str) -> Result<BigInt, FileError> {
        let bytes = self.bytes(what)?;
        let value = BigInt::from_signed_bytes_le(&bytes);
        if value.to_signed_bytes_le() == bytes {
            Ok(value)
        } else {
            Err(FileError::NonCanonical { what })
        }
    }

    /// A byte that must be 0 or 1.
    pub(crate) fn flag(&mut self, what: &'static str) -> Result<bool, FileError> {
        match self.array(what)? {
            [0] => Ok(false),
            [1] => Ok(true),
            _ => Err(FileError::Invalid { what }),
        }
    }

    /// Refuses what was not read.
    pub(crate) fn finish(self) -> Result<(), FileError> {
        match self.left {
            0 => Ok(()),
            count => Err(FileError::TrailingBytes { count }),
        }
    }
}
