//! `.safetensors`: tensors by name after a JSON header.

use super::npy::{ElementKind, Letter};
use super::{InputError, InputErrorKind, RawTensor, json};
use safetensors::{Dtype, SafeTensors};
use std::collections::BTreeMap;

pub(super) fn read(bytes: &[u8]) -> Result<BTreeMap<String, RawTensor>, InputError> {
    let file = SafeTensors::deserialize(bytes).map_err(malformed)?;
    refuse_duplicates(bytes)?;
    let mut out = BTreeMap::new();
    for (name, view) in file.iter() {
        let kind = kind(view.dtype()).map_err(|e| e.named(name))?;
        let tensor = kind.decode(view.shape(), view.data()).map_err(|e| e.named(name))?;
        out.insert(name.to_owned(), tensor);
    }
    Ok(out)
}

fn malformed(message: impl ToString) -> InputError {
    InputErrorKind::Malformed { format: ".safetensors", message: message.to_string() }.into()
}

/// The library keeps one of two tensors of the same name.
fn refuse_duplicates(bytes: &[u8]) -> Result<(), InputError> {
    let (len, rest) = bytes.split_first_chunk().ok_or_else(|| malformed("no header"))?;
    let len = usize::try_from(u64::from_le_bytes(*len)).unwrap_or(usize::MAX);
    let header = rest.get(..len).ok_or_else(|| malformed("no header"))?;
    json::refuse_duplicate_keys(std::str::from_utf8(header).map_err(malformed)?)
}

fn kind(dtype: Dtype) -> Result<ElementKind, InputError> {
    let (letter, size) = match dtype {
        Dtype::BOOL => (Letter::Bool, 1),
        Dtype::I8 => (Letter::Signed, 1),
        Dtype::I16 => (Letter::Signed, 2),
        Dtype::I32 => (Letter::Signed, 4),
        Dtype::I64 => (Letter::Signed, 8),
        Dtype::U8 => (Letter::Unsigned, 1),
        Dtype::U16 => (Letter::Unsigned, 2),
        Dtype::U32 => (Letter::Unsigned, 4),
        Dtype::U64 => (Letter::Unsigned, 8),
        Dtype::F16 => (Letter::Float, 2),
        Dtype::BF16 => (Letter::Brain, 2),
        Dtype::F32 => (Letter::Float, 4),
        Dtype::F64 => (Letter::Float, 8),
        other => {
            let expected = "integers, booleans or floats of 16 to 64 bits";
            return Err(InputErrorKind::Dtype { expected, got: format!("{other:?}") }.into());
        }
    };
    Ok(ElementKind { letter, size, big_endian: false })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::RawData;
    use proptest::prelude::*;
    use safetensors::tensor::TensorView;

    fn file() -> Vec<u8> {
        let a: Vec<u8> = [1.5f32, -2.0].iter().flat_map(|x| x.to_le_bytes()).collect();
        let views = [
            ("a", TensorView::new(Dtype::F32, vec![2, 1], &a).unwrap()),
            ("b", TensorView::new(Dtype::BF16, vec![1], &[0x80, 0xbf]).unwrap()),
            ("c", TensorView::new(Dtype::I8, vec![2], &[255, 1]).unwrap()),
        ];
        safetensors::serialize(views, None).unwrap()
    }

    #[test]
    fn reads_what_the_library_writes() {
        let values = read(&file()).unwrap();
        assert_eq!(values["a"].data, RawData::Floats(vec![1.5, -2.0]));
        assert_eq!(values["a"].shape, [2, 1]);
        assert_eq!(values["b"].data, RawData::Floats(vec![-1.0]));
        assert_eq!(values["c"].data, RawData::Ints(vec![-1, 1]));
    }

    fn with_header(text: &str, data: &[u8]) -> Vec<u8> {
        [&(text.len() as u64).to_le_bytes(), text.as_bytes(), data].concat()
    }

    #[test]
    fn names_given_twice_and_strange_types_are_refused() {
        let t = r#"{"dtype":"U8","shape":[1],"data_offsets":[0,1]}"#;
        let one = with_header(&format!("{{\"a\":{t}}}"), &[7]);
        assert!(read(&one).is_ok());
        let twice = with_header(&format!("{{\"a\":{t},\"a\":{t}}}"), &[7]);
        assert!(read(&twice).is_err());
        let f8 = with_header(&format!("{{\"a\":{t}}}").replace("U8", "F8_E4M3"), &[7]);
        assert!(matches!(read(&f8).unwrap_err().kind, InputErrorKind::Dtype { .. }));
    }

    proptest! {
        #[test]
        fn damaged_files_do_not_panic(at in 0usize..10_000, to: u8, cut in 0usize..10_000) {
            let mut bytes = file();
            let n = bytes.len();
            bytes[at % n] = to;
            let _ = read(&bytes);
            bytes.truncate(cut % n);
            prop_assert!(read(&bytes).is_err());
        }
    }
}
