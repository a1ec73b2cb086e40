//! Files that are either the old one or the new one, never half of it.

use super::FileError;
use std::fs::File;
use std::io::BufWriter;
use std::path::Path;

/// Writes a file by way of a temporary one in the same directory, which is flushed to the disk and
/// then renamed over the destination.
///
/// # Errors
/// [`FileError::Io`], and whatever `content` returns; the destination is then left as it was.
///
/// ```
/// use std::io::Write;
/// # let directory = tempfile::tempdir().unwrap();
/// let path = directory.path().join("answer");
/// zirc_runtime::files::write_atomically(&path, |out| Ok(out.write_all(b"42")?)).unwrap();
/// assert_eq!(std::fs::read(&path).unwrap(), b"42");
/// ```
pub fn write_atomically<T>(
    path: &Path,
    content: impl FnOnce(&mut BufWriter<&File>) -> Result<T, FileError>,
) -> Result<T, FileError> {
    let directory = match path.parent() {
        Some(p) if !p.as_os_str().is_empty() => p,
        _ => Path::new("."),
    };
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let file = builder.prefix(".zirc-").tempfile_in(directory)?;
    let mut out = BufWriter::new(file.as_file());
    let value = content(&mut out)?;
    out.into_inner().map_err(std::io::IntoInnerError::into_error)?.sync_all()?;
    file.persist(path).map_err(|e| e.error)?;
    // The rename itself is on the disk once the directory is. Not every system can open one.
    #[cfg(unix)]
    File::open(directory)?.sync_all()?;
    Ok(value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    #[test]
    fn a_failed_write_leaves_the_old_file_and_nothing_else() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("key");
        write_atomically(&path, |w| Ok(w.write_all(b"old")?)).unwrap();
        let failed: Result<(), _> = write_atomically(&path, |w| {
            w.write_all(b"half")?;
            Err(FileError::NotZirc)
        });
        assert_eq!(failed, Err(FileError::NotZirc));
        assert_eq!(std::fs::read(&path).unwrap(), b"old");
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1);
        write_atomically(&path, |w| Ok(w.write_all(b"new")?)).unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"new");
    }
}
