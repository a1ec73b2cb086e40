//! The equation of an Einsum: `ij,jk->ik`.

use crate::fault::{Import, refuse};
use crate::graph::show;
use std::collections::BTreeMap;

/// What runs over what: labels are numbered, those of the result first, then those summed over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Equation {
    /// Size of each label.
    pub(super) sizes: Vec<usize>,
    /// How many labels the result has.
    pub(super) kept: usize,
    /// For each operand, the label of each of its dimensions; `None` for those that are repeated.
    pub(super) operands: Vec<Vec<Option<usize>>>,
}

/// A label: a letter, or a dimension under the ellipsis counted from the last one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Label {
    Hidden(usize),
    Letter(char),
}

/// More labels than any program has index names for.
const MAX_LABELS: usize = 24;

/// The labels of all operands, as far as they are read.
#[derive(Default)]
struct Labels {
    sizes: BTreeMap<Label, usize>,
    /// How often each letter occurs.
    counts: BTreeMap<char, usize>,
    /// Dimensions under the longest ellipsis.
    hidden: usize,
}

impl Labels {
    /// Reads the term of an operand: the label of each of its dimensions.
    fn term(&mut self, term: &str, shape: &[usize], text: &str) -> Import<Vec<Label>> {
        let (before, ellipsis, behind) = split(term, text)?;
        let named = before.len() + behind.len();
        let room = shape.len().checked_sub(named);
        let Some(room) = room.filter(|r| ellipsis || *r == 0) else {
            return refuse(format!("`{}` does not fit the shape {shape:?}", show(term)));
        };
        self.hidden = self.hidden.max(room);
        let mut labels: Vec<Label> = before.iter().map(|c| Label::Letter(*c)).collect();
        labels.extend((0..room).rev().map(Label::Hidden));
        labels.extend(behind.iter().map(|c| Label::Letter(*c)));
        before.iter().chain(&behind).for_each(|c| *self.counts.entry(*c).or_default() += 1);
        for (l, d) in labels.iter().zip(shape) {
            let size = self.sizes.entry(*l).or_insert(*d);
            match (*size, *d) {
                (a, b) if a == b || b == 1 => {}
                (1, d) => *size = d,
                (a, b) => return refuse(format!("sizes {a} and {b} meet in `{}`", show(text))),
            }
        }
        Ok(labels)
    }

    /// The labels of the result, as they are written, or as they follow where none are.
    fn result(&self, written: Option<&str>, text: &str) -> Import<Vec<Label>> {
        let hidden = (0..self.hidden).rev().map(Label::Hidden);
        let Some(term) = written else {
            // The ellipsis, then letters that occur once, in alphabetical order.
            let once = self.counts.iter().filter(|(_, n)| **n == 1);
            return Ok(hidden.chain(once.map(|(c, _)| Label::Letter(*c))).collect());
        };
        let (before, ellipsis, behind) = split(term, text)?;
        let letters = |list: Vec<char>| list.into_iter().map(Label::Letter);
        let shown = hidden.filter(|_| ellipsis);
        Ok(letters(before).chain(shown).chain(letters(behind)).collect())
    }

    /// The number of each label: those of the result first.
    fn order(&self, result: &[Label], text: &str) -> Import<BTreeMap<Label, usize>> {
        let mut order: BTreeMap<Label, usize> = BTreeMap::new();
        for l in result {
            if !self.sizes.contains_key(l) || order.insert(*l, order.len()).is_some() {
                let text = show(text);
                return refuse(format!("the result of `{text}` has a label that is new or twice"));
            }
        }
        for l in self.sizes.keys() {
            let next = order.len();
            order.entry(*l).or_insert(next);
        }
        if order.len() > MAX_LABELS {
            return refuse(format!("`{}` has {} labels", show(text), order.len()));
        }
        Ok(order)
    }
}

impl Equation {
    /// Reads an equation for operands of these shapes. A size of 1 is repeated to another one.
    pub(super) fn read(text: &str, shapes: &[&[usize]]) -> Import<Equation> {
        let plain: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        let (left, right) = match plain.split_once("->") {
            Some((l, r)) => (l, Some(r)),
            None => (plain.as_str(), None),
        };
        let terms: Vec<&str> = left.split(',').collect();
        if terms.len() != shapes.len() {
            let (got, inputs) = (terms.len(), shapes.len());
            return refuse(format!("`{}` has {got} terms for {inputs} inputs", show(text)));
        }
        let mut labels = Labels::default();
        let operands = terms.iter().zip(shapes).map(|(term, s)| labels.term(term, s, text));
        let operands = operands.collect::<Import<Vec<_>>>()?;
        let result = labels.result(right, text)?;
        let order = labels.order(&result, text)?;
        let mut sizes = vec![0; order.len()];
        order.iter().for_each(|(l, k)| sizes[*k] = labels.sizes[l]);
        let place = |l: &Label, d: usize| (d == labels.sizes[l]).then(|| order[l]);
        let operands = operands
            .iter()
            .zip(shapes)
            .map(|(labels, s)| labels.iter().zip(*s).map(|(l, d)| place(l, *d)).collect())
            .collect();
        Ok(Equation { sizes, kept: result.len(), operands })
    }
}

/// Letters before an ellipsis, whether there is one, and the letters behind it.
fn split(term: &str, text: &str) -> Import<(Vec<char>, bool, Vec<char>)> {
    let (before, ellipsis, behind) = match term.split_once("...") {
        Some((a, b)) => (a, true, b),
        None => (term, false, ""),
    };
    match before.chars().chain(behind.chars()).find(|c| !c.is_ascii_alphabetic()) {
        Some(c) => refuse(format!("`{}` is no equation: `{}`", show(text), c.escape_default())),
        None => Ok((before.chars().collect(), ellipsis, behind.chars().collect())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_in_order() {
        let e = Equation::read("bij, bjk -> bik", &[&[5, 2, 3], &[1, 3, 4]]).unwrap();
        assert_eq!((e.sizes, e.kept), (vec![5, 2, 4, 3], 3));
        assert_eq!(e.operands[1], [None, Some(3), Some(2)]);
        // The same result where none is written: letters that occur once.
        let e = Equation::read("ij,jk", &[&[2, 3], &[3, 4]]).unwrap();
        assert_eq!((e.sizes, e.kept), (vec![2, 4, 3], 2));
        let e = Equation::read("...ii->...i", &[&[3, 5, 5]]).unwrap();
        assert_eq!((e.sizes, e.kept), (vec![3, 5], 2));
        assert_eq!(e.operands, [[Some(0), Some(1), Some(1)]]);
    }

    #[test]
    fn wrong_equations() {
        let says =
            |text: &str, shapes: &[&[usize]]| Equation::read(text, shapes).unwrap_err().message;
        assert_eq!(says("ij", &[&[2], &[3]]), "`ij` has 1 terms for 2 inputs");
        assert_eq!(says("ij->i", &[&[2]]), "`ij` does not fit the shape [2]");
        assert_eq!(says("ij,jk", &[&[2, 3], &[4, 2]]), "sizes 3 and 4 meet in `ij,jk`");
        let label = "has a label that is new or twice";
        assert_eq!(says("ij->ii", &[&[2, 3]]), format!("the result of `ij->ii` {label}"));
        assert_eq!(says("ij->ik", &[&[2, 3]]), format!("the result of `ij->ik` {label}"));
        assert_eq!(says("i.j", &[&[2, 3]]), "`i.j` is no equation: `.`");
    }
}
