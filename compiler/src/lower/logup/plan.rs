//! How wide pieces are, and which digits are worth a lookup.
//!
//! A table of 2^w rows is shared by all range checks, so that its width is a matter of all of them
//! together: wider tables mean fewer pieces and more rows. What remains of a run of digits beyond its
//! full pieces is a piece of its own, with a table of its own size, or digits as they are, whichever is
//! cheaper for all runs of that length together.

use super::pieces::Digits;
use crate::lower::cost::{Estimate, boolean, query, row};
use std::collections::{BTreeMap, BTreeSet};

/// Widest table of a range, in bits.
const MAX_WIDTH: usize = 18;

/// What becomes of runs of digits.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Ranges {
    /// Bits of the shared table.
    width: usize,
    /// Lengths of pieces that have a table of their own.
    tables: BTreeSet<usize>,
}

impl Ranges {
    /// The cheapest way to hold runs to their ranges in a circuit that has so many copies of them all,
    /// `None` if digits are.
    pub(crate) fn choose(all: &[Digits], copies: usize) -> Option<Ranges> {
        let mut lengths: BTreeMap<usize, usize> = BTreeMap::new();
        for x in all {
            for len in x.runs() {
                *lengths.entry(len).or_default() += x.elements * copies;
            }
        }
        let digits: Estimate = lengths.iter().map(|(len, n)| boolean().times(len * n)).sum();
        let (cost, best) = (2..=MAX_WIDTH)
            .map(|w| Ranges::of_width(w, &lengths))
            .reduce(|a, b| if b.0.cheaper_than(&a.0) { b } else { a })?;
        cost.cheaper_than(&digits).then_some(best)
    }

    /// Small tables for whatever is more than a digit.
    pub(crate) fn everywhere() -> Ranges {
        Ranges { width: 4, tables: (2..=4).collect() }
    }

    fn of_width(width: usize, lengths: &BTreeMap<usize, usize>) -> (Estimate, Ranges) {
        // How many pieces of which length there are.
        let mut pieces: BTreeMap<usize, usize> = BTreeMap::new();
        for (len, n) in lengths {
            *pieces.entry(width).or_default() += (len / width) * n;
            *pieces.entry(len % width).or_default() += n;
        }
        pieces.remove(&0);
        let mut tables = BTreeSet::new();
        let mut cost = Estimate::default();
        for (len, n) in pieces {
            let looked_up = query().times(n).and(row().times(1 << len));
            let digits = boolean().times(len * n);
            if len > 1 && looked_up.cheaper_than(&digits) {
                tables.insert(len);
                cost = cost.and(looked_up);
            } else {
                cost = cost.and(digits);
            }
        }
        (cost, Ranges { width, tables })
    }

    /// Cuts runs into pieces that there are tables for, and digits; `false` if only digits remain.
    pub(crate) fn cut(&self, x: &mut Digits) -> bool {
        let ends: Vec<usize> = x.cuts.iter().copied().collect();
        let mut any = false;
        for w in ends.windows(2) {
            let mut start = w[0];
            while start < w[1] {
                let len = self.width.min(w[1] - start);
                if self.tables.contains(&len) {
                    any = true;
                    x.cuts.insert(start + len);
                } else {
                    x.cuts.extend(start..start + len);
                }
                start += len;
            }
        }
        any
    }
}

impl Digits {
    /// Lengths of the runs between cuts.
    fn runs(&self) -> impl Iterator<Item = usize> {
        let ends: Vec<usize> = self.cuts.iter().copied().collect();
        (1..ends.len()).map(move |i| ends[i] - ends[i - 1])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use zirc_circuit::TensorId;

    fn digits(count: usize, elements: usize) -> Digits {
        Digits { tensor: TensorId(1), elements, cuts: BTreeSet::from([0, count]) }
    }

    #[test]
    fn few_values_stay_digits_and_many_share_a_table() {
        assert_eq!(Ranges::choose(&[digits(8, 3)], 1), None);
        let ranges = Ranges::choose(&[digits(8, 10_000)], 1).unwrap();
        let mut x = digits(8, 1);
        assert!(ranges.cut(&mut x));
        assert_eq!(x.cuts, BTreeSet::from([0, 8]));
    }

    #[test]
    fn long_runs_are_cut_evenly_enough() {
        let mut x = digits(20, 5_000);
        let ranges = Ranges::choose(std::slice::from_ref(&x), 1).unwrap();
        assert!(ranges.cut(&mut x));
        assert!(x.cuts.len() <= 4, "{:?}", x.cuts);
        // What others ask for decides too.
        let mut narrow = digits(8, 1);
        let ranges = Ranges::choose(&[digits(8, 20_000), digits(16, 20_000)], 1).unwrap();
        ranges.cut(&mut narrow);
        assert_eq!(narrow.cuts, BTreeSet::from([0, 8]));
    }

    #[test]
    fn two_digits_are_as_good_as_a_lookup() {
        assert_eq!(Ranges::choose(&[digits(2, 100_000)], 1), None);
    }
}
