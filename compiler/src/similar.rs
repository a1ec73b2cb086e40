//! Which known name somebody meant.

/// The name among `all` that is nearest to a mistyped one: the same but for case and `_`, or else at most one letter
/// in three off, two at most; the first in alphabetical order of several. Two letters in each other's place are one off.
///
/// ```
/// use zirc_compiler::similar;
/// assert_eq!(similar("rleu1", ["conv1", "elu1", "relu1"]), Some("relu1".into()));
/// assert_eq!(similar("MaxPool2d", ["max_pool2d", "maxpool3d"]), Some("max_pool2d".into()));
/// assert_eq!(similar("softmax", ["conv1", "relu1"]), None);
/// assert_eq!(similar("mean", ["atan", "min"]), None);
/// ```
#[must_use]
pub fn similar<'a>(name: &str, all: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let off = (name.chars().count().max(3) / 3).min(2);
    let plain = plain(name);
    let measured = all.into_iter().map(|known| match self::plain(known) == plain {
        true => (0, known),
        false => (distance(known, name), known),
    });
    let near = measured.filter(|(d, known)| *d <= off && *d < known.len());
    near.min().map(|(_, known)| known.to_owned())
}

/// Without what a style of names decides.
fn plain(name: &str) -> String {
    name.chars().filter(|c| *c != '_').map(|c| c.to_ascii_lowercase()).collect()
}

/// Letters of a name that count.
const LETTERS: usize = 64;

/// Edit distance of the first letters, in which letters next to each other may change places (Damerau, Levenshtein).
fn distance(a: &str, b: &str) -> usize {
    let [a, b] = [a, b].map(|s| s.chars().take(LETTERS).collect::<Vec<char>>());
    let mut before: Vec<usize> = vec![];
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut next = vec![i + 1];
        for (j, y) in b.iter().enumerate() {
            let mut best = (row[j] + usize::from(x != y)).min(next[j] + 1).min(row[j + 1] + 1);
            let swapped = i > 0 && j > 0 && a[i - 1] == *y && b[j - 1] == *x;
            if let Some(two_back) = before.get(j.wrapping_sub(1)).filter(|_| swapped) {
                best = best.min(two_back + 1);
            }
            next.push(best);
        }
        before = std::mem::replace(&mut row, next);
    }
    row[b.len()]
}
