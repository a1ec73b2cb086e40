//! Which known name somebody meant.

/// The name among `all` that is nearest to a mistyped one: at most two letters off, the first in
/// alphabetical order of several.
///
/// ```
/// use zirc_compiler::similar;
/// assert_eq!(similar("rleu1", ["conv1", "relu1"]), Some("relu1".into()));
/// assert_eq!(similar("softmax", ["conv1", "relu1"]), None);
/// ```
#[must_use]
pub fn similar<'a>(name: &str, all: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let all = all.into_iter().map(|known| (distance(known, name), known));
    let near = all.filter(|(d, known)| *d <= 2 && *d < known.len());
    near.min().map(|(_, known)| known.to_owned())
}

/// Edit distance (Levenshtein) of the first 64 letters.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().take(64).collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().take(64).enumerate() {
        let mut left = i + 1;
        let mut diagonal = i;
        for (j, y) in b.iter().enumerate() {
            let best = (diagonal + usize::from(x != *y)).min(left + 1).min(row[j + 1] + 1);
            diagonal = row[j + 1];
            row[j] = left;
            left = best;
        }
        row[b.len()] = left;
    }
    row[b.len()]
}
