//! Files that decide a quantization, known by what is in them.

use sha2::{Digest, Sha256};
use std::fmt;

/// The SHA-256 of a file's bytes, which is what `sha256sum` prints.
///
/// ```
/// use zirc_onnx::quantize::FileDigest;
/// let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
/// assert_eq!(FileDigest::of(b"").to_string(), empty);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FileDigest([u8; 32]);

impl FileDigest {
    /// That of a file with these bytes.
    #[must_use]
    pub fn of(bytes: &[u8]) -> FileDigest {
        FileDigest(Sha256::digest(bytes).into())
    }
}

impl fmt::Display for FileDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|b| write!(f, "{b:02x}"))
    }
}
