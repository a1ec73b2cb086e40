//! What is committed, against what should be.

use crate::pages::FOLDER;
use crate::{COMMAND, File};
use std::collections::BTreeSet;
use std::path::Path;

/// Lines shown of one file.
const SHOWN: usize = 20;

/// How a committed file differs from what it should be, for people; `None` if it does not.
#[must_use]
pub fn differences(root: &Path, file: &File) -> Option<String> {
    let there = std::fs::read_to_string(root.join(&file.path)).unwrap_or_default();
    if there == file.text {
        return None;
    }
    let (old, new): (Vec<&str>, Vec<&str>) = (there.lines().collect(), file.text.lines().collect());
    let known: BTreeSet<&str> = old.iter().copied().collect();
    let wanted: BTreeSet<&str> = new.iter().copied().collect();
    let gone = old.iter().filter(|l| !wanted.contains(*l)).map(|l| format!("- {l}"));
    let come = new.iter().filter(|l| !known.contains(*l)).map(|l| format!("+ {l}"));
    let lines: Vec<String> = gone.chain(come).collect();
    let mut out = format!("{} is not up to date; `{COMMAND}` writes it\n", file.path);
    out.push_str(&lines.iter().take(SHOWN).map(|l| format!("  {l}\n")).collect::<String>());
    match lines.len() {
        0 => out.push_str("  lines are in another order, or repeated\n"),
        n if n > SHOWN => out.push_str(&format!("  and {} lines more\n", n - SHOWN)),
        _ => {}
    }
    Some(out)
}

/// Pages of modules that are no more.
#[must_use]
pub fn stale(root: &Path, files: &[File]) -> Vec<String> {
    let wanted: BTreeSet<&str> = files.iter().map(|f| f.path.as_str()).collect();
    let there = std::fs::read_dir(root.join(FOLDER)).into_iter().flatten().flatten();
    let mut found: Vec<String> =
        there.map(|f| format!("{FOLDER}/{}", f.file_name().to_string_lossy())).collect();
    found.retain(|path| !wanted.contains(path.as_str()));
    found.sort();
    found
}
