//! How wide pieces are, and which digits are worth a lookup.
//!
//! A table of 2^w rows is shared by all range checks, so that its width is a matter of all of them
//! together: wider tables mean fewer pieces and more rows. What remains of a run of digits beyond its
//! full pieces is a piece of its own, with a table of its own size, or digits as they are, whichever is
//! cheaper for all runs of that length together. Where a function asks for lookups, all of its runs are cut
//! into pieces, and the tables that these need are there for others too.

use super::pieces::Digits;
use crate::estimate::{Estimate, boolean, query, row};
use crate::options::Checks;
use std::collections::{BTreeMap, BTreeSet};

/// Widest table of a range, in bits.
const MAX_WIDTH: usize = 18;

/// What becomes of runs of digits.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Ranges {
    /// Bits of the shared table.
    width: usize,
    /// Lengths of pieces that are looked up wherever they occur.
    tables: BTreeSet<usize>,
}

impl Ranges {
    /// The cheapest way to hold runs to their ranges in a circuit that has so many copies of them all,
    /// `None` if digits are.
    pub(crate) fn choose(all: &[Digits], copies: usize) -> Option<Ranges> {
        let mut lengths: BTreeMap<usize, Count> = BTreeMap::new();
        for x in all {
            for len in x.runs() {
                lengths.entry(len).or_default().add(x.looked_up(), x.elements * copies);
            }
        }
        let digits = lengths.iter().map(|(len, n)| boolean().times(len * (n.free + n.asked)));
        let digits: Estimate = digits.sum();
        let (cost, best) = (2..=MAX_WIDTH)
            .map(|w| Ranges::of_width(w, &lengths))
            .reduce(|a, b| if b.0.cheaper_than(&a.0) { b } else { a })?;
        let asked = all.iter().any(Digits::looked_up);
        (asked || cost.cheaper_than(&digits)).then_some(best)
    }

    /// Small tables for whatever is more than a digit.
    pub(crate) fn everywhere() -> Ranges {
        Ranges { width: 4, tables: (2..=4).collect() }
    }

    fn of_width(width: usize, lengths: &BTreeMap<usize, Count>) -> (Estimate, Ranges) {
        // How many pieces of which length there are.
        let mut pieces: BTreeMap<usize, Count> = BTreeMap::new();
        for (len, n) in lengths {
            for (part, times) in [(width, len / width), (len % width, 1)] {
                let count = pieces.entry(part).or_default();
                count.add(false, n.free * times);
                count.add(true, n.asked * times);
            }
        }
        pieces.remove(&0);
        let mut tables = BTreeSet::new();
        let mut cost = Estimate::default();
        for (len, n) in pieces {
            let rows = row().times(1 << len);
            let (asked, free) = if n.asked > 0 && len > 1 {
                (query().times(n.asked).and(rows), Estimate::default())
            } else {
                (boolean().times(len * n.asked), rows)
            };
            let looked_up = query().times(n.free).and(free);
            let digits = boolean().times(len * n.free);
            let pays = len > 1 && looked_up.cheaper_than(&digits);
            if pays {
                tables.insert(len);
            }
            cost = cost.and(asked).and(if pays { looked_up } else { digits });
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
                if self.tables.contains(&len) || (len > 1 && x.looked_up()) {
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

/// How many runs of a length there are.
#[derive(Clone, Copy, Debug, Default)]
struct Count {
    /// As is cheapest.
    free: usize,
    /// To be looked up.
    asked: usize,
}

impl Count {
    fn add(&mut self, looked_up: bool, n: usize) {
        *if looked_up { &mut self.asked } else { &mut self.free } += n;
    }
}

impl Digits {
    /// Whether a function asks for lookups, whatever they cost.
    fn looked_up(&self) -> bool {
        self.asked == Some(Checks::Lookups)
    }

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
        let cuts = BTreeSet::from([0, count]);
        Digits { tensor: TensorId(1), elements, cuts, asked: None }
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
