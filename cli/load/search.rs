//! Which files paths mean, those in and below folders among them.

use super::files::io_words;
use crate::error::Error;
use std::path::{Path, PathBuf};

/// Folders that are not looked into: what is in them was made or brought by tools.
const SKIPPED: [&str; 3] = ["target", "node_modules", "zirc-out"];

/// What is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// Programs.
    Programs,
    /// Programs, and pages with programs in them.
    Pages,
}

impl Wanted {
    fn is(self, path: &Path) -> bool {
        path.extension().is_some_and(|e| e == "zirc") || self == Wanted::Pages && is_page(path)
    }

    fn name(self) -> &'static str {
        match self {
            Wanted::Programs => ".zirc file",
            Wanted::Pages => ".zirc or .md file",
        }
    }
}

/// Whether a path is that of a page with programs in it.
pub(crate) fn is_page(path: &Path) -> bool {
    path.extension().is_some_and(|e| e == "md")
}

/// The files that are named, and those in and below the folders that are: each once, and those of a folder in the
/// order of their names.
pub(crate) fn files(paths: &[PathBuf], wanted: Wanted) -> Result<Vec<PathBuf>, Error> {
    let mut out: Vec<PathBuf> = vec![];
    for path in paths {
        let meta = std::fs::metadata(path).map_err(|e| match e.kind() {
            std::io::ErrorKind::NotFound => Error::file(path, "no such file or folder"),
            kind => Error::file(path, io_words(kind, &e.to_string())),
        })?;
        if meta.is_dir() {
            out.extend(below(path, wanted)?);
        } else if wanted.is(path) {
            out.push(path.clone());
        } else {
            return Err(Error::file(path, format!("is no {}", wanted.name())));
        }
    }
    let mut seen = std::collections::BTreeSet::new();
    out.retain(|path| seen.insert(path.clone()));
    Ok(out)
}

/// All such files below a folder; links are not followed, nor is what is hidden.
fn below(folder: &Path, wanted: Wanted) -> Result<Vec<PathBuf>, Error> {
    let (mut out, mut folders) = (vec![], vec![folder.to_owned()]);
    while let Some(folder) = folders.pop() {
        let words = |e: std::io::Error| Error::file(&folder, io_words(e.kind(), &e.to_string()));
        for entry in std::fs::read_dir(&folder).map_err(words)? {
            let entry = entry.map_err(words)?;
            let (kind, path) = (entry.file_type().map_err(words)?, entry.path());
            let name = entry.file_name();
            let name = name.to_string_lossy();
            if kind.is_dir() && !name.starts_with('.') && !SKIPPED.contains(&&*name) {
                folders.push(path);
            } else if kind.is_file() && wanted.is(&path) {
                out.push(path);
            }
        }
    }
    out.sort();
    Ok(out)
}
