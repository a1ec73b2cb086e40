//! Tables of one function over different intervals as one.
//!
//! Two tables are of one function if they agree on all arguments that both have, and have some or are
//! neighbours. Of those the ones are taken together whose lookups save most over what the rows of all of
//! them cost: a few with very many rows are left out.

use super::MAX_ROWS;
use crate::lower::cost::{Estimate, row};
use std::rc::Rc;
use zirc_circuit::{Int, Ints};

/// A table that somebody would look up.
#[derive(Clone, Debug)]
pub(super) struct Wanted<'t> {
    pub(super) rows: &'t Ints,
    /// The argument of its first row.
    pub(super) first: Int,
    /// What looking it up saves, its rows apart.
    pub(super) saved: Estimate,
}

/// A table that is looked up in a wider one.
#[derive(Clone, Debug)]
pub(crate) struct Merged {
    pub(super) own: Ints,
    pub(crate) wide: Rc<Ints>,
    /// Where its first row is in the wider one.
    pub(crate) offset: usize,
}

/// Which tables are looked up in wider ones, and which are not worth it.
pub(super) fn plan(mut wanted: Vec<Wanted<'_>>) -> (Vec<Merged>, Vec<Ints>) {
    wanted.sort_by(|a, b| (a.rows.len(), &a.first).cmp(&(b.rows.len(), &b.first)));
    let (mut merged, mut rare) = (vec![], vec![]);
    while !wanted.is_empty() {
        let Some(union) = best(&wanted) else {
            rare.push(wanted.remove(0).rows.clone());
            continue;
        };
        let (own, rest) = wanted.into_iter().partition::<Vec<_>, _>(|t| union.holds(t));
        wanted = rest;
        let wide = Rc::new(crate::value::pack(union.rows));
        merged.extend(own.into_iter().filter(|t| *t.rows != *wide).map(|t| {
            let offset = usize::try_from(&t.first - &union.first).unwrap_or_default();
            Merged { own: t.rows.clone(), wide: Rc::clone(&wide), offset }
        }));
    }
    (merged, rare)
}

/// A function from an argument on.
#[derive(Clone, Debug)]
struct Union {
    first: Int,
    rows: Vec<Int>,
}

impl Union {
    fn of(t: &Wanted<'_>) -> Union {
        Union { first: t.first.clone(), rows: (0..t.rows.len()).map(|i| t.rows.get(i)).collect() }
    }

    /// With the rows of another table; `None` if it is of another function.
    fn with(&self, t: &Wanted<'_>) -> Option<Union> {
        let other = Union::of(t);
        let (low, high) = if self.first <= other.first { (self, &other) } else { (&other, self) };
        let at = usize::try_from(&high.first - &low.first).ok()?;
        let common = low.rows.get(at..)?;
        if !common.iter().zip(&high.rows).all(|(a, b)| a == b) {
            return None;
        }
        let more = high.rows.get(common.len()..).unwrap_or_default();
        let rows = low.rows.iter().chain(more).cloned().collect();
        Some(Union { first: low.first.clone(), rows })
    }

    fn holds(&self, t: &Wanted<'_>) -> bool {
        self.with(t).is_some_and(|u| u.rows.len() == self.rows.len() && u.first == self.first)
    }
}

/// Of the shortest table and all others of its function, the union of as many of the shortest as save most;
/// `None` if none is worth its rows.
fn best(wanted: &[Wanted<'_>]) -> Option<Union> {
    let mut union = Union::of(&wanted[0]);
    let mut saved = Estimate::default();
    let mut best = (None, 0.0);
    for t in wanted {
        let Some(with) = union.with(t).filter(|u| u.rows.len() <= MAX_ROWS) else { continue };
        union = with;
        saved = saved.and(t.saved);
        let gain = saved.less(&row().times(union.rows.len()));
        if gain > best.1 {
            best = (Some(union.clone()), gain);
        }
    }
    best.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lower::cost::tabled;
    use crate::value::pack;

    /// q cut to 0..=7, for q from `first` on.
    fn cut(first: i64, last: i64) -> (Ints, i64) {
        (pack((first..=last).map(|q| q.clamp(0, 7).into()).collect()), first)
    }

    fn planned(tables: &[((Ints, i64), usize)]) -> (Vec<Merged>, Vec<Ints>) {
        let wanted = tables.iter().map(|((rows, first), lookups)| Wanted {
            rows,
            first: Int::from(*first),
            saved: tabled().times(*lookups),
        });
        plan(wanted.collect())
    }

    #[test]
    fn tables_of_one_function_are_one() {
        let all = [(cut(-5, 9), 1000), (cut(0, 20), 1000), (cut(-2, 8), 1)];
        let (merged, rare) = planned(&all);
        assert!(rare.is_empty());
        let wide = cut(-5, 20).0;
        assert_eq!(merged.len(), 3);
        for ((own, first), _) in &all {
            let m = merged.iter().find(|m| m.own == *own).unwrap();
            assert_eq!((&*m.wide, m.offset as i64), (&wide, first + 5));
            for i in 0..own.len() {
                assert_eq!(m.wide.get(m.offset + i), own.get(i));
            }
        }
        // One that holds all others is looked up as it is.
        let (merged, _) = planned(&[(cut(-5, 20), 1000), (cut(0, 8), 1)]);
        assert_eq!(merged.len(), 1);
        assert_eq!((&*merged[0].wide, merged[0].offset), (&cut(-5, 20).0, 5));
    }

    #[test]
    fn tables_with_rows_that_nothing_pays_for_are_left_out() {
        let all = [(cut(-5, 9), 1000), (cut(-5, 60_000), 10), (cut(0, 20), 1000)];
        let (merged, rare) = planned(&all);
        assert_eq!(rare, [cut(-5, 60_000).0]);
        assert!(merged.iter().all(|m| *m.wide == cut(-5, 20).0));
        // Alone none would be worth it, together they are.
        let once: Vec<_> = (1..=40).map(|k| (cut(-10, 10 + k), 10)).collect();
        let (merged, rare) = planned(&once);
        assert!(rare.is_empty() && merged.len() == 39);
        assert_eq!(planned(&once[..1]).1.len(), 1);
    }

    #[test]
    fn tables_of_other_functions_stay_apart() {
        let other = |k: i64| {
            (pack((-5..=20).map(|q: i64| (q.clamp(0, 7) + k * (q / 20)).into()).collect()), -5)
        };
        // They differ in the last row only, or lie apart.
        let (merged, rare) = planned(&[(other(0), 1000), (other(1), 1000)]);
        assert!(merged.is_empty() && rare.is_empty());
        let (merged, rare) = planned(&[(cut(0, 9), 1000), (cut(11, 20), 1000)]);
        assert!(merged.is_empty() && rare.is_empty());
        let (merged, _) = planned(&[(cut(0, 10), 1000), (cut(11, 20), 1000)]);
        assert!(merged.len() == 2 && *merged[0].wide == cut(0, 20).0);
    }
}
