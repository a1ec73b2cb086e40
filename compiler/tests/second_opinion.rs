//! What compares a circuit with what was lowered is a second opinion: it knows the two and nothing else of the
//! compiler, least of all what led from the one to the other.

use std::path::{Path, PathBuf};

/// The data that is compared, and how much of it may be computed at once.
const KNOWN: [&str; 2] = ["budget", "draft"];

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path());
    entries.flat_map(|p| if p.is_dir() { files(&p) } else { vec![p] }).collect()
}

#[test]
fn the_comparison_shares_nothing_with_the_passes() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut all = files(&src.join("translation"));
    all.push(src.join("translation.rs"));
    let mut read = 0;
    for file in all {
        let text = std::fs::read_to_string(&file).unwrap();
        for path in text.split("crate::").skip(1) {
            let end = path.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(path.len());
            let room = &path[..end];
            assert!(KNOWN.contains(&room), "{} uses `{room}`", file.display());
            read += 1;
        }
    }
    assert!(read > 3, "{read} paths");
}
