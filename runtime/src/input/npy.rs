//! `.npy`: one NumPy array, versions 1 to 3 of the format.
//!
//! See <https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html>. The header is a
//! Python dictionary; of Python, only what NumPy writes for plain arrays is read: `'descr'` (a
//! type string), `'fortran_order'` and `'shape'`. Nothing is allocated before the announced sizes
//! have been compared with the bytes there are.

use super::error::shortened;
use super::{InputError, InputErrorKind, RawData, RawTensor};

/// Longest header; that of a plain array takes 118 bytes.
const MAX_HEADER: usize = 1 << 16;
const MAGIC: &[u8] = b"\x93NUMPY";

pub(super) fn read(bytes: &[u8]) -> Result<RawTensor, InputError> {
    let (header, data) = split(bytes)?;
    let header = Header::parse(header)?;
    let kind = ElementKind::of_descr(&header.descr)?;
    let tensor = kind.decode(&header.shape, data)?;
    Ok(if header.fortran { transpose(tensor) } else { tensor })
}

fn malformed(message: impl Into<String>) -> InputError {
    InputErrorKind::Malformed { format: ".npy", message: message.into() }.into()
}

/// The header's text and the data after it.
fn split(bytes: &[u8]) -> Result<(&str, &[u8]), InputError> {
    let rest = bytes.strip_prefix(MAGIC).ok_or_else(|| malformed("magic bytes not found"))?;
    let (len, rest) = match rest {
        [1, 0, a, b, rest @ ..] => (u32::from(u16::from_le_bytes([*a, *b])), rest),
        [2 | 3, 0, a, b, c, d, rest @ ..] => (u32::from_le_bytes([*a, *b, *c, *d]), rest),
        [major, minor, ..] if !matches!((major, minor), (1..=3, 0)) => {
            return Err(malformed(format!("version {major}.{minor} is not known")));
        }
        _ => return Err(truncated(12, bytes.len())),
    };
    let len = len as usize;
    if len > MAX_HEADER {
        return Err(malformed(format!("header of {len} bytes")));
    }
    let (header, data) = rest.split_at_checked(len).ok_or_else(|| truncated(len, rest.len()))?;
    Ok((std::str::from_utf8(header).map_err(|_| malformed("header is not text"))?, data))
}

fn truncated(expected: usize, got: usize) -> InputError {
    InputErrorKind::Truncated { expected: expected as u64, got: got as u64 }.into()
}

struct Header {
    descr: String,
    fortran: bool,
    shape: Vec<usize>,
}

impl Header {
    fn parse(text: &str) -> Result<Header, InputError> {
        let wrong = || malformed(format!("header not understood: {}", shortened(text.trim())));
        let (mut descr, mut fortran, mut shape) = (None, None, None);
        let mut rest = text.trim().strip_prefix('{').ok_or_else(wrong)?.trim_start();
        while !rest.starts_with('}') {
            let (key, after) = quoted(rest).ok_or_else(wrong)?;
            let after = after.trim_start().strip_prefix(':').ok_or_else(wrong)?.trim_start();
            let again;
            (again, rest) = match key {
                "descr" => {
                    let Some((value, after)) = quoted(after) else {
                        let got = shortened(after);
                        return Err(InputErrorKind::Dtype { expected: "a plain array", got }.into());
                    };
                    (descr.replace(value.to_owned()).is_some(), after)
                }
                "fortran_order" => {
                    let (value, after) = match after.strip_prefix("True") {
                        Some(after) => (true, after),
                        None => (false, after.strip_prefix("False").ok_or_else(wrong)?),
                    };
                    (fortran.replace(value).is_some(), after)
                }
                "shape" => {
                    let inner = after.strip_prefix('(').ok_or_else(wrong)?;
                    let (inner, after) = inner.split_once(')').ok_or_else(wrong)?;
                    (shape.replace(sizes(inner).ok_or_else(wrong)?).is_some(), after)
                }
                _ => return Err(wrong()),
            };
            if again {
                return Err(wrong());
            }
            rest = rest.trim_start();
            match rest.strip_prefix(',') {
                Some(after) => rest = after.trim_start(),
                None if rest.starts_with('}') => {}
                None => return Err(wrong()),
            }
        }
        match (descr, fortran, shape) {
            (Some(descr), Some(fortran), Some(shape)) if rest == "}" => {
                Ok(Header { descr, fortran, shape })
            }
            _ => Err(wrong()),
        }
    }
}

/// The text in quotes that this starts with, and what follows.
fn quoted(text: &str) -> Option<(&str, &str)> {
    let quote = text.chars().next().filter(|c| matches!(c, '\'' | '"'))?;
    text[1..].split_once(quote)
}

/// `3, 4` or `3,` or nothing.
fn sizes(text: &str) -> Option<Vec<usize>> {
    let text = text.trim();
    let text = text.strip_suffix(',').unwrap_or(text);
    if text.is_empty() {
        return Some(Vec::new());
    }
    let size = |s: &str| {
        // Python 2 wrote an L after a long integer.
        let digits = s.trim().trim_end_matches('L');
        let plain = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
        if plain { digits.parse().ok() } else { None }
    };
    text.split(',').map(size).collect()
}

/// How elements lie in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ElementKind {
    pub(super) letter: Letter,
    /// Bytes: 1, 2, 4 or 8.
    pub(super) size: usize,
    pub(super) big_endian: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Letter {
    Signed,
    Unsigned,
    Bool,
    /// IEEE 754, of 2, 4 or 8 bytes.
    Float,
    /// The upper half of an IEEE single.
    Brain,
}

impl ElementKind {
    fn of_descr(descr: &str) -> Result<ElementKind, InputError> {
        let known = || {
            let (order, rest) = descr.split_at_checked(1)?;
            let big_endian = match order {
                "<" | "|" => false,
                ">" => true,
                _ => return None,
            };
            let (letter, size) = match rest {
                "b1" => (Letter::Bool, 1),
                "i1" => (Letter::Signed, 1),
                "i2" => (Letter::Signed, 2),
                "i4" => (Letter::Signed, 4),
                "i8" => (Letter::Signed, 8),
                "u1" => (Letter::Unsigned, 1),
                "u2" => (Letter::Unsigned, 2),
                "u4" => (Letter::Unsigned, 4),
                "u8" => (Letter::Unsigned, 8),
                "f2" => (Letter::Float, 2),
                "f4" => (Letter::Float, 4),
                "f8" => (Letter::Float, 8),
                _ => return None,
            };
            (size == 1 || order != "|").then_some(ElementKind { letter, size, big_endian })
        };
        let expected = "integers, booleans or floats of at most 64 bits";
        known().ok_or_else(|| InputErrorKind::Dtype { expected, got: shortened(descr) }.into())
    }

    /// A tensor from exactly as many bytes as its shape needs.
    pub(super) fn decode(self, shape: &[usize], data: &[u8]) -> Result<RawTensor, InputError> {
        let count = shape.iter().try_fold(1usize, |n, &d| n.checked_mul(d));
        let bytes = count.and_then(|n| n.checked_mul(self.size));
        match bytes {
            Some(n) if n == data.len() => {}
            Some(n) if n < data.len() => {
                let count = (data.len() - n) as u64;
                return Err(InputErrorKind::TrailingBytes { count }.into());
            }
            _ => return Err(truncated(bytes.unwrap_or(usize::MAX), data.len())),
        }
        let words = data.chunks_exact(self.size).map(|chunk| {
            let fold = |n: u64, b: &u8| n << 8 | u64::from(*b);
            if self.big_endian {
                chunk.iter().fold(0, fold)
            } else {
                chunk.iter().rev().fold(0, fold)
            }
        });
        let unused = 64 - 8 * self.size as u32;
        let data = match self.letter {
            Letter::Signed => {
                RawData::Ints(words.map(|w| ((w << unused) as i64) >> unused).collect())
            }
            Letter::Bool => RawData::Ints(words.map(|w| i64::from(w != 0)).collect()),
            Letter::Unsigned => {
                let words: Vec<u64> = words.collect();
                let narrow: Result<Vec<i64>, _> = words.iter().map(|&w| w.try_into()).collect();
                match narrow {
                    Ok(v) => RawData::Ints(v),
                    Err(_) => RawData::Big(words.into_iter().map(Into::into).collect()),
                }
            }
            Letter::Float => RawData::Floats(match self.size {
                2 => words.map(half).collect(),
                4 => words.map(|w| f64::from(f32::from_bits(w as u32))).collect(),
                _ => words.map(f64::from_bits).collect(),
            }),
            Letter::Brain => RawData::Floats(
                words.map(|w| f64::from(f32::from_bits((w as u32) << 16))).collect(),
            ),
        };
        Ok(RawTensor { shape: shape.to_vec(), data })
    }
}

/// An IEEE half, exactly.
fn half(bits: u64) -> f64 {
    /// 2^-24, the value of a subnormal half's last bit.
    const LAST: f64 = 1.0 / 16_777_216.0;
    let (exponent, fraction) = (bits >> 10 & 0x1f, bits & 0x3ff);
    let magnitude = match exponent {
        0 => fraction as f64 * LAST,
        31 if fraction == 0 => f64::INFINITY,
        31 => f64::NAN,
        // The exponent's bias is 15 in a half and 1023 in a double.
        _ => f64::from_bits((exponent + 1023 - 15) << 52 | fraction << 42),
    };
    if bits >> 15 & 1 == 1 { -magnitude } else { magnitude }
}

/// From column-major to row-major order.
fn transpose(tensor: RawTensor) -> RawTensor {
    let shape = &tensor.shape;
    // Position in the file of the n-th element in row-major order.
    let position = |n: usize| {
        let index = tensor.index(n);
        index.iter().zip(shape).rev().fold(0, |at, (i, d)| at * d + i)
    };
    fn pick<T: Clone>(v: &[T], position: impl Fn(usize) -> usize) -> Vec<T> {
        (0..v.len()).map(|n| v[position(n)].clone()).collect()
    }
    let data = match &tensor.data {
        RawData::Ints(v) => RawData::Ints(pick(v, position)),
        RawData::Big(v) => RawData::Big(pick(v, position)),
        RawData::Floats(v) => RawData::Floats(pick(v, position)),
        RawData::Decimals(v) => RawData::Decimals(pick(v, position)),
    };
    RawTensor { shape: shape.clone(), data }
}

#[cfg(test)]
mod tests {
    use super::*;
    use npyz::WriterBuilder;

    fn write<T: npyz::AutoSerialize + Copy>(
        order: npyz::Order,
        shape: &[u64],
        data: &[T],
    ) -> Vec<u8> {
        let mut out = Vec::new();
        let mut w = npyz::WriteOptions::new()
            .default_dtype()
            .shape(shape)
            .order(order)
            .writer(&mut out)
            .begin_nd()
            .unwrap();
        w.extend(data.iter().copied()).unwrap();
        w.finish().unwrap();
        out
    }

    #[test]
    fn reads_what_another_library_writes() {
        use npyz::Order::{C, Fortran};
        let t = read(&write(C, &[2, 3], &[1i16, -2, 3, -4, 5, -6])).unwrap();
        let data = RawData::Ints(vec![1, -2, 3, -4, 5, -6]);
        assert_eq!(t, RawTensor { shape: vec![2, 3], data });
        // The same array, columns first.
        let t = read(&write(Fortran, &[2, 3], &[1i64, -4, -2, 5, 3, -6])).unwrap();
        assert_eq!(t.data, RawData::Ints(vec![1, -2, 3, -4, 5, -6]));
        let t = read(&write(C, &[], &[1.5f32])).unwrap();
        assert_eq!(t, RawTensor { shape: vec![], data: RawData::Floats(vec![1.5]) });
        let t = read(&write(C, &[2], &[u64::MAX, 1])).unwrap();
        assert_eq!(t.data, RawData::Big(vec![u64::MAX.into(), 1.into()]));
    }

    #[test]
    fn every_cut_is_noticed() {
        let bytes = write(npyz::Order::C, &[2, 2], &[1.0f64, 2.0, 3.0, 4.0]);
        for n in 0..bytes.len() {
            assert!(read(&bytes[..n]).is_err(), "{n}");
        }
        let mut more = bytes;
        more.push(0);
        let kind = read(&more).unwrap_err().kind;
        assert_eq!(kind, InputErrorKind::TrailingBytes { count: 1 });
    }

    fn with_header(text: &str) -> Vec<u8> {
        let mut out = [MAGIC, &[1, 0], &(text.len() as u16).to_le_bytes()].concat();
        out.extend_from_slice(text.as_bytes());
        out
    }

    #[test]
    fn sizes_are_compared_before_anything_is_allocated() {
        for shape in ["10000000000", "4294967296, 4294967296, 4294967296"] {
            let text = format!("{{'descr': '<f8', 'fortran_order': False, 'shape': ({shape},), }}");
            let kind = read(&with_header(&text)).unwrap_err().kind;
            assert!(matches!(kind, InputErrorKind::Truncated { .. }), "{kind:?}");
        }
    }

    #[test]
    fn other_types_and_headers_are_refused() {
        for descr in ["'<c8'", "'|O'", "'<U3'", "'<f16'", "[('a', '<f4')]", "'=f4'", "''", "'é'"] {
            let text = format!("{{'descr': {descr}, 'fortran_order': False, 'shape': (), }}");
            let kind = read(&with_header(&text)).unwrap_err().kind;
            assert!(matches!(kind, InputErrorKind::Dtype { .. }), "{descr}: {kind:?}");
        }
        let good = "'descr': '<f8', 'fortran_order': False, 'shape': (0,)";
        assert!(read(&with_header(&format!("{{{good}}}\n"))).is_ok());
        for text in [
            String::new(),
            "{".into(),
            "{}".into(),
            format!("{{{good}, 'shape': (0,)}}"),
            format!("{{{good}, 'extra': 1}}"),
            format!("{{{good}}} x"),
            "{'descr': '<f8', 'fortran_order': False, 'shape': (-1,)}".into(),
            "{'descr': '<f8', 'fortran_order': 0, 'shape': ()}".into(),
        ] {
            assert!(read(&with_header(&text)).is_err(), "{text}");
        }
    }

    #[test]
    fn halves_are_exact() {
        for (bits, value) in
            [(0x3c00, 1.0), (0xc000, -2.0), (0x0001, 5.960464477539063e-8), (0x7bff, 65504.0)]
        {
            assert_eq!(half(bits), value);
        }
        assert!(half(0x7e00).is_nan());
        assert_eq!(half(0xfc00), f64::NEG_INFINITY);
    }
}
