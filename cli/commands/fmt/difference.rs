//! What would change in a file, in few lines.

use similar::TextDiff;

/// Lines that are shown of a file.
const SHOWN: usize = 20;

/// The first changes, with their places, and how many lines there are besides.
pub(super) fn short(before: &str, after: &str) -> String {
    let diff = TextDiff::from_lines(before, after);
    let mut unified = diff.unified_diff();
    let all = unified.context_radius(1).missing_newline_hint(false).to_string();
    // A line end is all that may differ.
    let shown = |line: &str| format!("  {}\n", line.replace('\r', "\\r"));
    let lines: Vec<&str> = all.split('\n').filter(|line| !line.is_empty()).collect();
    let mut out: String = lines.iter().take(SHOWN).map(|line| shown(line)).collect();
    if lines.len() > SHOWN {
        out += &format!("  … and {} more lines\n", lines.len() - SHOWN);
    }
    out
}
