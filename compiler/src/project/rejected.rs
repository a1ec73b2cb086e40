//! Why a program was refused, as far as it is shown.

use crate::diagnostic::Diagnostic;
use std::collections::BTreeMap;
use zirc_circuit::SourceFile;

/// Why a program was refused, with the files that the spans point into.
#[derive(Clone, Debug)]
pub struct Rejected {
    /// At least one of them is an error.
    pub diagnostics: Vec<Diagnostic>,
    /// Source files by the index that spans carry.
    pub files: Vec<SourceFile>,
}

impl Rejected {
    /// Of all that is wrong as much as a person would read.
    pub(super) fn new(all: Vec<Diagnostic>, files: &[SourceFile]) -> Rejected {
        Rejected { diagnostics: shown(all, files), files: files.to_vec() }
    }
}

/// Errors that are shown; a file that is no program can have one at every byte.
const SHOWN: usize = 100;

/// Errors about one line that are shown.
const ON_A_LINE: usize = 10;

/// The first diagnostics, and how many there are beyond these.
pub(super) fn shown(all: Vec<Diagnostic>, files: &[SourceFile]) -> Vec<Diagnostic> {
    let count = all.len();
    let mut lines: BTreeMap<(u32, usize), usize> = BTreeMap::new();
    let mut fits = |d: &Diagnostic| {
        let Some(l) = d.labels.first() else { return true };
        let text = files.get(l.span.file as usize).map_or("", |f| f.text.as_str());
        let before = text.get(..l.span.start as usize).unwrap_or_default();
        let line = before.rfind('\n').unwrap_or(0);
        let seen = lines.entry((l.span.file, line)).or_default();
        *seen += 1;
        *seen <= ON_A_LINE
    };
    let mut all: Vec<Diagnostic> = all.into_iter().filter(|d| fits(d)).take(SHOWN).collect();
    let more = count - all.len();
    if more > 0
        && let Some(last) = all.last_mut()
    {
        last.notes.push(format!("{more} more are not shown"));
    }
    all
}
