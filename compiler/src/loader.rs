//! The compiler's only window to the outside: it asks for sources and tensors by name.

use std::collections::BTreeMap;
use zirc_circuit::{Ints, PortType};

/// Supplies the files that a program names.
pub trait Loader {
    /// The text of a source file, by its path relative to the root program.
    ///
    /// # Errors
    /// Why it cannot be had, in a few words.
    fn source(&mut self, path: &str) -> Result<String, String>;

    /// One tensor of a data file, as raw integers of the given type.
    ///
    /// # Errors
    /// Why it cannot be had: no such file or tensor, wrong dtype, not finite, out of range.
    fn tensor(&mut self, file: &str, name: &str, ty: &PortType) -> Result<Loaded, String>;

    /// BLAKE3 of a data file's bytes, in hexadecimal.
    ///
    /// # Errors
    /// Why it cannot be had.
    fn digest(&mut self, file: &str) -> Result<String, String>;
}

/// A tensor read from a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loaded {
    /// Its sizes.
    pub shape: Vec<usize>,
    /// Raw integers, row-major.
    pub data: Ints,
}

/// A loader without any file.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoFiles;

impl Loader for NoFiles {
    fn source(&mut self, path: &str) -> Result<String, String> {
        Err(none(path))
    }

    fn tensor(&mut self, file: &str, _: &str, _: &PortType) -> Result<Loaded, String> {
        Err(none(file))
    }

    fn digest(&mut self, file: &str) -> Result<String, String> {
        Err(none(file))
    }
}

/// Files that are in memory: modules, and data whose tensors are there as raw integers.
#[derive(Clone, Debug, Default)]
pub struct InMemory {
    sources: BTreeMap<String, String>,
    data: BTreeMap<String, Data>,
}

/// A data file.
#[derive(Clone, Debug)]
struct Data {
    digest: String,
    tensors: BTreeMap<String, Loaded>,
}

impl InMemory {
    /// The same with a module, by its path relative to the root program.
    #[must_use]
    pub fn module(mut self, path: impl Into<String>, text: impl Into<String>) -> InMemory {
        self.sources.insert(path.into(), text.into());
        self
    }

    /// The same with a data file: its BLAKE3 in hexadecimal, and its tensors by name. They are taken as they are,
    /// whatever type a program gives them.
    #[must_use]
    pub fn file(
        mut self,
        path: impl Into<String>,
        digest: impl Into<String>,
        tensors: impl IntoIterator<Item = (String, Loaded)>,
    ) -> InMemory {
        let tensors = tensors.into_iter().collect();
        self.data.insert(path.into(), Data { digest: digest.into(), tensors });
        self
    }

    fn data(&self, file: &str) -> Result<&Data, String> {
        self.data.get(file).ok_or_else(|| none(file))
    }
}

impl Loader for InMemory {
    fn source(&mut self, path: &str) -> Result<String, String> {
        self.sources.get(path).cloned().ok_or_else(|| none(path))
    }

    fn tensor(&mut self, file: &str, name: &str, _: &PortType) -> Result<Loaded, String> {
        let tensor = self.data(file)?.tensors.get(name);
        tensor.cloned().ok_or_else(|| format!("there is no tensor `{name}` in `{file}`"))
    }

    fn digest(&mut self, file: &str) -> Result<String, String> {
        Ok(self.data(file)?.digest.clone())
    }
}

fn none(file: &str) -> String {
    format!("there is no file `{file}`")
}
