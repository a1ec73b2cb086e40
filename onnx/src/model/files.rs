//! The files that a model was read from, as they were when they were read.

use crate::quantize::FileDigest;
use std::collections::BTreeMap;

/// What was in the files of a model.
#[derive(Clone, Debug)]
pub(crate) struct Files {
    /// In the `.onnx` file.
    pub(crate) model: FileDigest,
    /// In files of its data, by the names that it has for them.
    pub(crate) data: BTreeMap<String, FileDigest>,
}

impl Files {
    pub(crate) fn new(model: &[u8]) -> Files {
        Files { model: FileDigest::of(model), data: BTreeMap::new() }
    }

    /// Reads a file of data. One that several tensors are in is read for each of them, and is the same each time.
    pub(super) fn read(
        &mut self,
        name: &str,
        external: &mut dyn FnMut(&str) -> Result<Vec<u8>, String>,
    ) -> Result<Vec<u8>, String> {
        let bytes = external(name)?;
        let digest = FileDigest::of(&bytes);
        match self.data.insert(name.to_owned(), digest) {
            Some(before) if before != digest => Err("it has changed while it was read".into()),
            _ => Ok(bytes),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Files;

    #[test]
    fn a_file_that_changes_is_refused() {
        let mut files = Files::new(b"model");
        let mut read = |bytes: &[u8]| files.read("w.bin", &mut |_| Ok(bytes.to_vec()));
        assert_eq!(read(b"one"), Ok(b"one".to_vec()));
        assert_eq!(read(b"one"), Ok(b"one".to_vec()));
        assert_eq!(read(b"two"), Err("it has changed while it was read".into()));
    }
}
