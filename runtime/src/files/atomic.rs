//! Files that are either the old one or the new one, never half of it.
//!
//! A process that is killed, by SIGINT and SIGTERM too, leaves the temporary file, `.zirc-` and six letters, where it
//! is: nothing reads it, and it may be deleted.

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
    write_for(path, Readers::All, content)
}

/// Who may read a file that is written, on Unix; elsewhere the folder says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Readers {
    /// Whoever the process's mask lets read it.
    All,
    /// Its owner alone, from the first byte on: mode 600.
    Owner,
}

/// As [`write_atomically`], and says who may read the file.
///
/// # Errors
/// As those of [`write_atomically`].
pub fn write_for<T>(
    path: &Path,
    readers: Readers,
    content: impl FnOnce(&mut BufWriter<&File>) -> Result<T, FileError>,
) -> Result<T, FileError> {
    #[cfg(unix)]
    let mode = match readers {
        Readers::All => 0o666,
        Readers::Owner => 0o600,
    };
    #[cfg(not(unix))]
    let _ = readers;
    let directory = match path.parent() {
        Some(p) if !p.as_os_str().is_empty() => p,
        _ => Path::new("."),
    };
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(mode));
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

    #[cfg(unix)]
    #[test]
    fn secrets_are_their_owners() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("salt");
        let mut under_way = 0;
        write_for(&path, Readers::Owner, |out| {
            // Also while it has another name.
            under_way = out.get_ref().metadata()?.permissions().mode() & 0o777;
            Ok(out.write_all(b"1")?)
        })
        .unwrap();
        let mode = std::fs::metadata(&path).unwrap().permissions().mode() & 0o777;
        assert_eq!((under_way, mode), (0o600, 0o600));
    }

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
