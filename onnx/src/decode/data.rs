//! The elements of a constant tensor, in whichever of its fields the file keeps them.

use super::{External, external};
use crate::fault::{Fault, Import, refuse};
use crate::proto::TensorProto;
use crate::tensor::{Element, Tensor, Values, held};
use half::{bf16, f16};
use ndarray::{ArrayD, IxDyn};

/// Decodes a tensor without NaN.
pub(crate) fn tensor(t: &TensorProto, outside: &mut External<'_>) -> Import<Tensor> {
    let tensor = any_tensor(t, outside)?;
    if let Values::Float(a) = &tensor.values
        && let Some(k) = a.iter().position(|v| v.is_nan())
    {
        return refuse(format!("element {k} is NaN"));
    }
    Ok(tensor)
}

/// Decodes a tensor. Its size is checked before anything is reserved for it, and it never has
/// more elements than the file has bits for.
pub(crate) fn any_tensor(t: &TensorProto, outside: &mut External<'_>) -> Import<Tensor> {
    let element = Element::from_code(t.data_type)?;
    let mut shape = vec![];
    for &d in &t.dims {
        match usize::try_from(d) {
            Ok(d) => shape.push(d),
            Err(_) => return refuse(format!("a dimension is {d}")),
        }
    }
    let count = held(&shape)?;
    if t.segment.is_some() {
        return refuse("is only a part of a tensor");
    }
    let fields = [
        t.raw_data.is_some() || t.data_location == 1,
        !t.float_data.is_empty(),
        !t.int32_data.is_empty(),
        !t.string_data.is_empty(),
        !t.int64_data.is_empty(),
        !t.double_data.is_empty(),
        !t.uint64_data.is_empty(),
    ];
    if fields.iter().filter(|f| **f).count() > 1 {
        return refuse("has its data twice, in two fields");
    }
    let held;
    let raw: Option<&[u8]> = match t.data_location {
        1 => {
            held = external::read(t, outside)?;
            Some(&held)
        }
        _ => t.raw_data.as_deref(),
    };
    let values = match raw {
        Some(bytes) => from_bytes(element, bytes, &shape, count)?,
        None => from_fields(element, t, &shape, count)?,
    };
    Ok(Tensor { element, values })
}

fn array<T>(list: Vec<T>, shape: &[usize], count: usize) -> Import<ArrayD<T>> {
    let got = list.len();
    ArrayD::from_shape_vec(IxDyn(shape), list)
        .map_err(|_| Fault::new(format!("has {got} elements, its shape {shape:?} needs {count}")))
}

fn words<const N: usize, T>(
    bytes: &[u8],
    shape: &[usize],
    count: usize,
    read: impl Fn([u8; N]) -> T,
) -> Import<ArrayD<T>> {
    if bytes.len() as u128 != count as u128 * N as u128 {
        return refuse(format!(
            "has {} bytes of data, its shape {shape:?} needs {}",
            bytes.len(),
            count as u128 * N as u128
        ));
    }
    let list = bytes.chunks_exact(N).filter_map(|c| c.try_into().ok()).map(read);
    array(list.collect(), shape, count)
}

fn from_bytes(e: Element, bytes: &[u8], shape: &[usize], count: usize) -> Import<Values> {
    macro_rules! ints {
        ($t:ty) => {
            Values::Int(words(bytes, shape, count, |b| i64::from(<$t>::from_le_bytes(b)))?)
        };
    }
    Ok(match e {
        Element::Float => {
            Values::Float(words(bytes, shape, count, |b| f64::from(f32::from_le_bytes(b)))?)
        }
        Element::Double => Values::Float(words(bytes, shape, count, f64::from_le_bytes)?),
        Element::Float16 => {
            Values::Float(words(bytes, shape, count, |b| f16::from_le_bytes(b).to_f64())?)
        }
        Element::BFloat16 => {
            Values::Float(words(bytes, shape, count, |b| bf16::from_le_bytes(b).to_f64())?)
        }
        Element::Int2 | Element::Int4 | Element::UInt2 | Element::UInt4 => {
            Values::Int(packed(e, bytes, shape, count)?)
        }
        Element::Int8 => ints!(i8),
        Element::Int16 => ints!(i16),
        Element::Int32 => ints!(i32),
        Element::Int64 => ints!(i64),
        Element::UInt8 => ints!(u8),
        Element::UInt16 => ints!(u16),
        Element::UInt32 => ints!(u32),
        Element::UInt64 => {
            let a = words(bytes, shape, count, u64::from_le_bytes)?;
            Values::Int(narrow(a.iter().copied(), shape, count)?)
        }
        Element::Bool => Values::Bool(words(bytes, shape, count, |[b]: [u8; 1]| b != 0)?),
        Element::Text => return refuse("strings have no raw data"),
    })
}

/// Integers of 2 or 4 bits, the first in the lowest bits of a byte. What is left of the last byte
/// means nothing.
fn packed(e: Element, bytes: &[u8], shape: &[usize], count: usize) -> Import<ArrayD<i64>> {
    let (bits, signed) = e.integer().unwrap_or((8, false));
    let each = (8 / bits) as usize;
    if bytes.len() != count.div_ceil(each) {
        return refuse(format!(
            "has {} bytes of data, its shape {shape:?} of {} needs {}",
            bytes.len(),
            e.name(),
            count.div_ceil(each)
        ));
    }
    let digit = |k: usize| {
        let v = i64::from(bytes[k / each] >> (bits as usize * (k % each))) & ((1 << bits) - 1);
        if signed && v >> (bits - 1) == 1 { v - (1 << bits) } else { v }
    };
    array((0..count).map(digit).collect(), shape, count)
}

fn narrow(list: impl Iterator<Item = u64>, shape: &[usize], count: usize) -> Import<ArrayD<i64>> {
    let list = list.map(|v| i64::try_from(v).map_err(|_| v)).collect::<Result<Vec<i64>, u64>>();
    match list {
        Ok(list) => array(list, shape, count),
        Err(v) => refuse(format!("{v} is larger than integers here may be (2^63 - 1)")),
    }
}

fn from_fields(e: Element, t: &TensorProto, shape: &[usize], count: usize) -> Import<Values> {
    let small = |fits: fn(i32) -> bool| {
        let out = t.int32_data.iter().find(|v| !fits(**v));
        match out {
            Some(v) => refuse(format!("{v} does not fit {}", e.name())),
            None => Ok(array(t.int32_data.iter().map(|v| i64::from(*v)).collect(), shape, count)?),
        }
    };
    let halves = |read: fn(u16) -> f64| {
        let list = t.int32_data.iter().map(|v| u16::try_from(*v).map(read));
        let list: Result<Vec<f64>, _> = list.collect();
        array(list.map_err(|_| Fault::new("a 16-bit float has more bits"))?, shape, count)
    };
    Ok(match e {
        Element::Float => {
            let list = t.float_data.iter().map(|v| f64::from(*v)).collect();
            Values::Float(array(list, shape, count)?)
        }
        Element::Double => Values::Float(array(t.double_data.clone(), shape, count)?),
        Element::Float16 => Values::Float(halves(|v| f16::from_bits(v).to_f64())?),
        Element::BFloat16 => Values::Float(halves(|v| bf16::from_bits(v).to_f64())?),
        Element::Int2 | Element::Int4 | Element::UInt2 | Element::UInt4 => {
            // As in raw data: a byte for each of the list's integers.
            let bytes =
                t.int32_data.iter().map(|v| u8::try_from(*v)).collect::<Result<Vec<_>, _>>();
            let bytes = bytes.map_err(|_| Fault::new("a byte of its data has more than 8 bits"))?;
            Values::Int(packed(e, &bytes, shape, count)?)
        }
        Element::Int8 => Values::Int(small(|v| i8::try_from(v).is_ok())?),
        Element::Int16 => Values::Int(small(|v| i16::try_from(v).is_ok())?),
        Element::UInt8 => Values::Int(small(|v| u8::try_from(v).is_ok())?),
        Element::UInt16 => Values::Int(small(|v| u16::try_from(v).is_ok())?),
        Element::Int32 => Values::Int(small(|_| true)?),
        Element::Int64 => Values::Int(array(t.int64_data.clone(), shape, count)?),
        Element::UInt32 | Element::UInt64 => {
            Values::Int(narrow(t.uint64_data.iter().copied(), shape, count)?)
        }
        Element::Bool => {
            Values::Bool(array(t.int32_data.iter().map(|v| *v != 0).collect(), shape, count)?)
        }
        Element::Text => {
            let list = t.string_data.iter().map(|b| String::from_utf8(b.to_vec()));
            let list: Result<Vec<String>, _> = list.collect();
            Values::Text(array(list.map_err(|_| Fault::new("is no UTF-8"))?, shape, count)?)
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(t: &TensorProto) -> Result<Vec<i64>, String> {
        let read = any_tensor(t, &mut |_| Err("no files".into()));
        read.map(|t| t.int_list().unwrap_or_default()).map_err(|f| f.message)
    }

    #[test]
    fn packed_integers() {
        let raw = |data_type: i32, n: i64, bytes: &[u8]| TensorProto {
            data_type,
            dims: vec![n],
            raw_data: Some(bytes.to_vec().into()),
            ..TensorProto::default()
        };
        let (uint4, int4, uint2, int2) = (21, 22, 25, 26);
        assert_eq!(read(&raw(uint4, 3, &[0xf1, 0xa7])), Ok(vec![1, 15, 7]));
        assert_eq!(read(&raw(int4, 4, &[0xf1, 0x87])), Ok(vec![1, -1, 7, -8]));
        assert_eq!(read(&raw(uint2, 5, &[0b1110_0100, 2])), Ok(vec![0, 1, 2, 3, 2]));
        assert_eq!(read(&raw(int2, 4, &[0b1110_0100])), Ok(vec![0, 1, -2, -1]));
        assert_eq!(read(&raw(int4, 0, &[])), Ok(vec![]));
        let long = "has 2 bytes of data, its shape [5] of int4 needs 3".to_string();
        assert_eq!(read(&raw(int4, 5, &[0; 2])), Err(long));
        let listed = |list: &[i32]| TensorProto {
            data_type: int4,
            dims: vec![3],
            int32_data: list.to_vec(),
            ..TensorProto::default()
        };
        assert_eq!(read(&listed(&[0x2f, 0x08])), Ok(vec![-1, 2, -8]));
        let wide = "a byte of its data has more than 8 bits".to_string();
        assert_eq!(read(&listed(&[0x2f, 256])), Err(wide));
    }
}
