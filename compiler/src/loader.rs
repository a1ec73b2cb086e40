//! The compiler's only window to the outside: it asks for sources and tensors by name.

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
        Err(format!("there is no file `{path}`"))
    }

    fn tensor(&mut self, file: &str, _: &str, _: &PortType) -> Result<Loaded, String> {
        Err(format!("there is no file `{file}`"))
    }

    fn digest(&mut self, file: &str) -> Result<String, String> {
        Err(format!("there is no file `{file}`"))
    }
}
