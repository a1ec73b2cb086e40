//! `.npz`: a zip archive of `.npy` files.

use super::{InputError, InputErrorKind, RawTensor, npy};
use std::collections::BTreeMap;
use std::io::{Cursor, Read};

/// Bytes that a small archive may unpack to.
const UNPACKED: u64 = 16 << 20;
/// How many times its own size a larger one may.
const RATIO: u64 = 32;

pub(super) fn read(bytes: &[u8], limit: u64) -> Result<BTreeMap<String, RawTensor>, InputError> {
    let mut archive = npyz::npz::NpzArchive::new(Cursor::new(bytes)).map_err(malformed)?;
    let zip = archive.zip_archive();
    let mut out = BTreeMap::new();
    let limit = limit.min(UNPACKED.max((bytes.len() as u64).saturating_mul(RATIO)));
    let mut left = limit;
    for n in 0..zip.len() {
        let file = zip.by_index(n).map_err(malformed)?;
        let path = file.name().to_owned();
        let Some(name) = npyz::npz::array_name_from_file_name(&path) else {
            return Err(malformed(format!("`{path}` in the archive is no .npy file")));
        };
        // The announced size may be a lie: what counts is what comes out.
        let mut data = Vec::new();
        file.take(left.saturating_add(1))
            .read_to_end(&mut data)
            .map_err(|e| malformed(e).named(name))?;
        let got = data.len() as u64;
        if got > left {
            return Err(InputErrorKind::TooLarge { limit, got: limit - left + got }.of(name));
        }
        left -= got;
        let tensor = npy::read(&data).map_err(|e| e.named(name))?;
        if out.insert(name.to_owned(), tensor).is_some() {
            return Err(InputErrorKind::Duplicate.of(name));
        }
    }
    Ok(out)
}

fn malformed(message: impl ToString) -> InputError {
    InputErrorKind::Malformed { format: ".npz", message: message.to_string() }.into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::RawData;
    use npyz::WriterBuilder;
    use npyz::npz::NpzWriter;
    use proptest::prelude::*;

    fn archive(zeros: usize) -> Vec<u8> {
        let mut out = Cursor::new(Vec::new());
        let mut w = NpzWriter::new(&mut out);
        let mut a = w
            .array::<i32>("a", Default::default())
            .unwrap()
            .default_dtype()
            .shape(&[3])
            .begin_nd()
            .unwrap();
        a.extend([1, 2, -3]).unwrap();
        a.finish().unwrap();
        let mut b = w
            .array::<f32>("b.c", Default::default())
            .unwrap()
            .default_dtype()
            .shape(&[zeros as u64])
            .begin_nd()
            .unwrap();
        b.extend(vec![0.0; zeros]).unwrap();
        b.finish().unwrap();
        w.zip_writer().finish().unwrap();
        drop(w);
        out.into_inner()
    }

    #[test]
    fn reads_what_another_library_writes() {
        let values = read(&archive(2), 1 << 20).unwrap();
        assert_eq!(values["a"].data, RawData::Ints(vec![1, 2, -3]));
        assert_eq!(values["b.c"].shape, [2]);
    }

    #[test]
    fn what_unpacks_to_too_much_is_refused() {
        let kind = read(&archive(100_000), 1000).unwrap_err().kind;
        assert!(matches!(kind, InputErrorKind::TooLarge { limit: 1000, .. }), "{kind:?}");
    }

    proptest! {
        #[test]
        fn damaged_archives_do_not_panic(at in 0usize..10_000, to: u8, cut in 0usize..10_000) {
            let mut bytes = archive(4);
            let n = bytes.len();
            bytes[at % n] = to;
            let _ = read(&bytes, 1 << 20);
            bytes.truncate(cut % n);
            let _ = read(&bytes, 1 << 20);
        }
    }
}
