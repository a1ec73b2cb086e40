//! Parts of two circuits that are the same part, and what they cost on either side.

use crate::show::number::{grouped, percent};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use zirc_circuit::{Circuit, Report};

/// One part, on both sides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Change {
    pub(super) key: String,
    /// Constraints; `None` where the side has no such part.
    pub(super) before: Option<usize>,
    pub(super) after: Option<usize>,
}

impl Change {
    pub(super) fn json(&self) -> Value {
        json!({ "key": self.key, "before": self.before, "after": self.after })
    }

    fn size(&self) -> usize {
        self.before.unwrap_or(0).abs_diff(self.after.unwrap_or(0))
    }
}

/// Constraints of each layer. A layer is what the program names so, or else the function that the circuit's body
/// calls, counted where it is called several times: the line of the call may move.
pub(super) fn parts(circuit: &Circuit, report: &Report) -> Vec<(String, usize)> {
    let mut calls: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut sums: Vec<(String, usize)> = vec![];
    for charge in report.charges.iter().filter(|c| c.category.is_some()) {
        let place = &charge.trace.place;
        // Without generic arguments: a wider type is no other layer.
        let function = place.layer.split([' ', '<']).next().unwrap_or_default();
        let key = match &place.named {
            Some(layer) => layer.clone(),
            None if place.layer == circuit.signature.name => "the circuit itself".into(),
            None => {
                let seen = calls.entry(function.to_owned()).or_default();
                let at = seen.iter().position(|l| *l == place.layer).unwrap_or_else(|| {
                    seen.push(place.layer.clone());
                    seen.len() - 1
                });
                if at == 0 { function.to_owned() } else { format!("{function} ({})", at + 1) }
            }
        };
        add(&mut sums, key, charge.cost.constraints);
    }
    sums
}

/// Constraints of each line, known by its text, and by its file if that is the library's: a program's own may
/// have another name on the other side.
pub(super) fn lines(circuit: &Circuit, report: &Report) -> Vec<(String, usize)> {
    let mut sums = vec![];
    for charge in report.charges.iter().filter(|c| c.category.is_some()) {
        let (line, text) = (&charge.trace.line, charge.trace.line.text(circuit));
        let key = match line.file.starts_with("std/") {
            true => format!("{}: {text}", line.file),
            false => text.to_owned(),
        };
        add(&mut sums, key, charge.cost.constraints);
    }
    sums
}

fn add(sums: &mut Vec<(String, usize)>, key: String, constraints: usize) {
    match sums.iter_mut().find(|(k, _)| *k == key) {
        Some((_, n)) => *n += constraints,
        None => sums.push((key, constraints)),
    }
}

/// Every part of either side, what changed most first.
pub(super) fn changes(before: &[(String, usize)], after: &[(String, usize)]) -> Vec<Change> {
    let of = |list: &[(String, usize)], key: &str| list.iter().find(|(k, _)| k == key).map(|x| x.1);
    let mut keys: Vec<&String> = before.iter().map(|(k, _)| k).collect();
    keys.extend(after.iter().map(|(k, _)| k).filter(|k| of(before, k).is_none()));
    let change =
        |key: &String| Change { key: key.clone(), before: of(before, key), after: of(after, key) };
    let mut list: Vec<Change> = keys.into_iter().map(change).collect();
    list.sort_by_key(|c| std::cmp::Reverse(c.size()));
    list
}

/// `+1,024 (12.50 %)`.
pub(super) fn difference(before: usize, after: usize) -> String {
    let size = before.abs_diff(after);
    let sign = match after.cmp(&before) {
        std::cmp::Ordering::Less => "−",
        std::cmp::Ordering::Equal => return "·".into(),
        std::cmp::Ordering::Greater => "+",
    };
    match before {
        0 => format!("{sign}{}", grouped(size)),
        _ => format!("{sign}{} ({sign}{})", grouped(size), percent(size, before)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_matched_and_sorted() {
        let list =
            |of: &[(&str, usize)]| of.iter().map(|(k, n)| (k.to_string(), *n)).collect::<Vec<_>>();
        let all =
            changes(&list(&[("a", 5), ("b", 9), ("c", 1)]), &list(&[("b", 2), ("a", 5), ("d", 3)]));
        let shown: Vec<_> = all.iter().map(|c| (c.key.as_str(), c.before, c.after)).collect();
        assert_eq!(
            shown,
            [
                ("b", Some(9), Some(2)),
                ("d", None, Some(3)),
                ("c", Some(1), None),
                ("a", Some(5), Some(5)),
            ]
        );
        assert_eq!(difference(8, 9), "+1 (+12.50 %)");
        assert_eq!(difference(0, 7), "+7");
        assert_eq!(difference(2000, 0), "−2,000 (−100.00 %)");
        assert_eq!(difference(3, 3), "·");
    }
}
