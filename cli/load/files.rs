//! Reading and writing whole files, with limits and with the path in every error.

use crate::error::Error;
use std::fs::File;
use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use zirc_runtime::files::{Readers, write_atomically, write_for};

/// Largest source file; a span's ends are 32-bit numbers.
pub(crate) const SOURCE_LIMIT: u64 = 64 << 20;
/// Largest file of tensors.
pub(crate) const DATA_LIMIT: u64 = 4 << 30;
/// Largest circuit file.
pub(crate) const CIRCUIT_LIMIT: u64 = 4 << 30;
/// Largest receipt.
pub(crate) const RECEIPT_LIMIT: u64 = 256 << 20;

/// What the operating system says, in words that need no number.
pub(crate) fn io_words(kind: ErrorKind, message: &str) -> String {
    match kind {
        ErrorKind::NotFound => "no such file".into(),
        ErrorKind::PermissionDenied => "permission denied".into(),
        ErrorKind::IsADirectory => "is a folder, not a file".into(),
        ErrorKind::AlreadyExists => "is there already and is no folder".into(),
        ErrorKind::NotADirectory => "part of the path is a file, not a folder".into(),
        ErrorKind::UnexpectedEof => "the file ends too early".into(),
        _ => message.into(),
    }
}

/// A file's bytes, if there are at most `limit`. The error has no path.
pub(crate) fn read_bytes(path: &Path, limit: u64) -> Result<Vec<u8>, String> {
    let words = |e: std::io::Error| io_words(e.kind(), &e.to_string());
    // To open a pipe that nobody writes to would wait for ever.
    regular(&std::fs::metadata(path).map_err(words)?)?;
    let file = File::open(path).map_err(words)?;
    let meta = file.metadata().map_err(words)?;
    regular(&meta)?;
    let too_large = |n: u64| format!("too large: {n} bytes, the limit is {limit}");
    if meta.len() > limit {
        return Err(too_large(meta.len()));
    }
    let mut bytes = Vec::new();
    // It may have grown since.
    file.take(limit + 1).read_to_end(&mut bytes).map_err(words)?;
    if bytes.len() as u64 > limit {
        return Err(too_large(bytes.len() as u64));
    }
    if is_pointer(&bytes) { Err(POINTER.into()) } else { Ok(bytes) }
}

const POINTER: &str = "this is a git-lfs pointer, not the file: run `git lfs pull`";

/// Pointers are shorter, by their specification.
const LONGEST_POINTER: u64 = 1024;

/// Whether bytes are what git keeps in place of a large file.
fn is_pointer(bytes: &[u8]) -> bool {
    (bytes.len() as u64) < LONGEST_POINTER
        && bytes.starts_with(b"version https://git-lfs.github.com/spec/v")
}

/// A text file. The error has no path.
pub(crate) fn read_text(path: &Path, limit: u64) -> Result<String, String> {
    let text = String::from_utf8(read_bytes(path, limit)?);
    text.map_err(|e| format!("not UTF-8 at byte {}", e.utf8_error().valid_up_to()))
}

/// Refuses what is no file before a reader trips over it.
pub(crate) fn must_be_file(path: &Path) -> Result<(), Error> {
    let words = |e: std::io::Error| Error::file(path, io_words(e.kind(), &e.to_string()));
    let meta = std::fs::metadata(path).map_err(words)?;
    regular(&meta).map_err(|e| Error::file(path, e))?;
    let mut start = Vec::new();
    if meta.len() < LONGEST_POINTER {
        let file = File::open(path).map_err(words)?;
        file.take(LONGEST_POINTER).read_to_end(&mut start).map_err(words)?;
    }
    if is_pointer(&start) { Err(Error::file(path, POINTER)) } else { Ok(()) }
}

/// Whether a file begins with these bytes.
pub(crate) fn starts_with(path: &Path, magic: &[u8]) -> Result<bool, Error> {
    let words = |e: std::io::Error| Error::file(path, io_words(e.kind(), &e.to_string()));
    let mut start = Vec::new();
    let file = File::open(path).map_err(words)?;
    file.take(magic.len() as u64).read_to_end(&mut start).map_err(words)?;
    Ok(start == magic)
}

/// Refuses folders, pipes and devices.
fn regular(meta: &std::fs::Metadata) -> Result<(), String> {
    match meta {
        m if m.is_dir() => Err(io_words(ErrorKind::IsADirectory, "")),
        m if !m.is_file() => Err("is a pipe or a device, not a file".into()),
        _ => Ok(()),
    }
}

/// Refuses a destination that cannot be written, before any long work, and one that would
/// replace a file that is being read.
pub(crate) fn must_be_writable(path: &Path, read: &[&Path]) -> Result<(), Error> {
    if path.is_dir() {
        return Err(Error::file(path, "is a folder, cannot be written as a file"));
    }
    // A file takes the place of what is there, be it a device that others use.
    if std::fs::metadata(path).is_ok_and(|there| !there.is_file()) {
        return Err(Error::file(path, "is a pipe or a device, which a file must not replace"));
    }
    let folder = match path.parent() {
        Some(p) if !p.as_os_str().is_empty() => p,
        _ => Path::new("."),
    };
    if !folder.is_dir() {
        return Err(Error::file(path, format!("there is no folder {}", folder.display())));
    }
    if read.iter().any(|r| same_file(path, r)) {
        return Err(Error::file(path, "is read by this command and must not be replaced by it"));
    }
    Ok(())
}

/// Refuses a folder that cannot be made or written into, before any long work.
pub(crate) fn must_be_folder(path: &Path) -> Result<(), Error> {
    let there = path.ancestors().find(|p| p.as_os_str().is_empty() || p.symlink_metadata().is_ok());
    match there {
        Some(p) if !p.as_os_str().is_empty() && !p.is_dir() => {
            Err(Error::file(path, format!("{} is a file, not a folder", p.display())))
        }
        _ => Ok(()),
    }
}

/// Whether two paths lead to the same file, which need not exist yet.
pub(crate) fn same_file(a: &Path, b: &Path) -> bool {
    let resolved = |p: &Path| {
        p.canonicalize().ok().or_else(|| {
            let folder = p.parent().filter(|f| !f.as_os_str().is_empty());
            let folder = folder.unwrap_or(Path::new(".")).canonicalize().ok()?;
            Some(folder.join(p.file_name()?))
        })
    };
    a == b || resolved(a).is_some_and(|a| resolved(b).is_some_and(|b| a == b))
}

/// Writes bytes whole or not at all.
pub(crate) fn write_bytes(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let written = write_atomically(path, |out| Ok(out.write_all(bytes)?));
    written.map_err(|e| Error::zirc_file(path, &e))
}

/// Puts another text into a file, whole or not at all. A link goes on leading to it, and who may read and write it
/// stays as it was.
pub(crate) fn replace_text(path: &Path, text: &str) -> Result<(), Error> {
    let words = |e: std::io::Error| Error::file(path, io_words(e.kind(), &e.to_string()));
    let to = path.canonicalize().map_err(words)?;
    let permissions = std::fs::metadata(&to).map_err(words)?.permissions();
    if permissions.readonly() {
        return Err(Error::file(path, "is read-only"));
    }
    // Never wider than it was, not even for a moment.
    let written = write_for(&to, Readers::Owner, |out| Ok(out.write_all(text.as_bytes())?));
    written.map_err(|e| Error::zirc_file(path, &e))?;
    std::fs::set_permissions(&to, permissions).map_err(words)
}

/// Writes bytes that only their owner may read, whole or not at all.
pub(crate) fn write_secret(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let written = write_for(path, Readers::Owner, |out| Ok(out.write_all(bytes)?));
    written.map_err(|e| Error::zirc_file(path, &e))
}

/// A name for a file made for a circuit, whose own name may come from anywhere.
pub(crate) fn default_name(circuit: &str, extension: &str) -> PathBuf {
    PathBuf::from(format!("{}.{extension}", stem(circuit)))
}

/// A circuit's name as part of a path.
pub(crate) fn stem(circuit: &str) -> &str {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    let fit = !circuit.is_empty() && circuit.len() <= 100 && circuit.chars().all(plain);
    if fit { circuit } else { "circuit" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn nothing_but_files_is_replaced() {
        let dir = tempfile::tempdir().unwrap();
        let socket = dir.path().join("socket");
        let _open = std::os::unix::net::UnixListener::bind(&socket).unwrap();
        let link = dir.path().join("link");
        std::os::unix::fs::symlink("/dev/null", &link).unwrap();
        for path in [Path::new("/dev/null"), &socket, &link] {
            let refused = must_be_writable(path, &[]).unwrap_err().to_string();
            let words = "is a pipe or a device, which a file must not replace";
            assert_eq!(refused, format!("{}: {words}", path.display()));
        }
        let file = dir.path().join("file");
        assert!(must_be_writable(&file, &[]).is_ok());
        std::fs::write(&file, "").unwrap();
        assert!(must_be_writable(&file, &[]).is_ok());
    }

    #[test]
    fn names_from_circuits_stay_in_their_folder() {
        assert_eq!(default_name("digits", "pk"), Path::new("digits.pk"));
        assert_eq!(stem("../../etc/passwd"), "circuit");
        assert_eq!(stem(""), "circuit");
    }
}
