//! The files that a program names: sources and tensors, in its own folder only.

use super::files::{DATA_LIMIT, SOURCE_LIMIT, read_bytes, read_text};
use super::salt::Salts;
use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};
use zirc_circuit::{Int, Ints, Port, PortType, TensorId, Visibility};
use zirc_compiler::{Loaded, Loader};
use zirc_runtime::input::{Format, RawTensor, read_values, to_port};

/// A folder; each data file in it is read once.
#[derive(Debug)]
pub(crate) struct Folder {
    root: PathBuf,
    data: BTreeMap<String, Result<DataFile, String>>,
    /// Quantized tensors by file, name and type.
    ready: BTreeMap<(String, String, String), Loaded>,
    /// What becomes of salts that are not there.
    pub(crate) salts: Salts,
}

#[derive(Debug)]
struct DataFile {
    digest: String,
    tensors: BTreeMap<String, RawTensor>,
}

impl Folder {
    /// The files in and below a folder.
    pub(crate) fn new(root: &Path) -> Folder {
        let root = if root.as_os_str().is_empty() { Path::new(".") } else { root };
        let (data, ready) = (BTreeMap::new(), BTreeMap::new());
        Folder { root: root.to_owned(), data, ready, salts: Salts::default() }
    }

    /// Where it is.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// A data file that is in memory and goes before one on the disk.
    pub(crate) fn provide(&mut self, name: &str, bytes: &[u8]) -> Result<(), String> {
        let format = data_format(Path::new(name))?;
        let digest = blake3::hash(bytes).to_hex().to_string();
        let tensors = read_values(bytes, format).map_err(|e| e.to_string())?;
        self.data.insert(name.to_owned(), Ok(DataFile { digest, tensors }));
        Ok(())
    }

    /// A tensor as the file holds it.
    pub(crate) fn raw(&mut self, file: &str, name: &str) -> Result<&RawTensor, String> {
        let tensors = &self.open(file)?.tensors;
        // A .npy file holds one tensor without a name.
        let nameless = tensors.get("").filter(|_| tensors.len() == 1);
        tensors.get(name).or(nameless).ok_or_else(|| {
            let mut names: Vec<&str> = tensors.keys().take(10).map(String::as_str).collect();
            if names.len() < tensors.len() {
                names.push("…");
            }
            format!("the file has no tensor `{name}`; it has {}", names.join(", "))
        })
    }

    fn open(&mut self, file: &str) -> Result<&DataFile, String> {
        if !self.data.contains_key(file) {
            let read = within(&self.root, file).and_then(|path| read_data(&path));
            self.data.insert(file.to_owned(), read);
        }
        match &self.data[file] {
            Ok(d) => Ok(d),
            Err(why) => Err(why.clone()),
        }
    }
}

impl Loader for Folder {
    fn source(&mut self, path: &str) -> Result<String, String> {
        read_text(&within(&self.root, path)?, SOURCE_LIMIT)
    }

    fn tensor(&mut self, file: &str, name: &str, ty: &PortType) -> Result<Loaded, String> {
        let key = (file.to_owned(), name.to_owned(), format!("{ty:?}"));
        if let Some(known) = self.ready.get(&key) {
            return Ok(known.clone());
        }
        let raw = self.raw(file, name)?;
        let port = Port {
            name: name.to_owned(),
            shape: raw.shape.clone(),
            ty: ty.clone(),
            written: String::new(),
            visibility: Visibility::Private,
            tensor: TensorId::ONE,
            file: None,
        };
        let values = to_port(raw, &port).map_err(|e| e.kind.to_string())?;
        let loaded = Loaded { shape: port.shape, data: pack(values) };
        self.ready.insert(key, loaded.clone());
        Ok(loaded)
    }

    fn digest(&mut self, file: &str) -> Result<String, String> {
        Ok(self.open(file)?.digest.clone())
    }
}

/// The path of a file that a program names.
pub(super) fn within(root: &Path, name: &str) -> Result<PathBuf, String> {
    let parts: Vec<Component<'_>> = Path::new(name).components().collect();
    let outside = |c: &Component<'_>| !matches!(c, Component::Normal(_) | Component::CurDir);
    if parts.is_empty() {
        return Err("a file needs a name".into());
    }
    if parts.iter().any(outside) || name.contains('\0') {
        return Err("files are read from the program's own folder only: \
                    no absolute paths, no `..`"
            .into());
    }
    Ok(root.join(name))
}

fn read_data(path: &Path) -> Result<DataFile, String> {
    let format = data_format(path)?;
    let bytes = read_bytes(path, DATA_LIMIT)?;
    let digest = blake3::hash(&bytes).to_hex().to_string();
    let tensors = read_values(&bytes, format).map_err(|e| e.to_string())?;
    Ok(DataFile { digest, tensors })
}

/// What the file's name says about its content.
pub(crate) fn data_format(path: &Path) -> Result<Format, String> {
    let name = path.to_string_lossy();
    Format::from_name(&name)
        .ok_or_else(|| "expected a .json, .npy, .npz or .safetensors file".to_owned())
}

/// Narrow storage, where it will do.
fn pack(values: Vec<Int>) -> Ints {
    match values.iter().map(i64::try_from).collect() {
        Ok(small) => Ints::Small(small),
        Err(_) => Ints::Big(values),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_outside_of_the_folder() {
        let root = Path::new("/program");
        assert_eq!(within(root, "w/a.npz"), Ok(PathBuf::from("/program/w/a.npz")));
        for name in ["", "/etc/passwd", "../a.npz", "w/../../a.npz", "a\0b"] {
            assert!(within(root, name).is_err(), "{name:?}");
        }
    }
}
