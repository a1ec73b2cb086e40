//! Tables of one function over different intervals as one.
//!
//! Two tables are of one function if they have the same least and greatest value, agree on all arguments that
//! both have, and have some or are neighbours. Of those the ones are taken together whose lookups save most
//! over what the rows of all of them cost: a few with very many rows are left out.
//!
//! As the ends are the same, so is the interval of what is looked up.

use super::MAX_ROWS;
use crate::estimate::{Estimate, row};
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
///
/// Takes time for the rows of all tables, and for all pairs of them that are of different functions.
pub(super) fn plan(wanted: Vec<Wanted<'_>>) -> (Vec<Merged>, Vec<Ints>) {
    let mut left: Vec<(Wanted<'_>, Ends)> =
        wanted.into_iter().filter_map(|t| Some((t.clone(), ends(t.rows)?))).collect();
    left.sort_by(|(a, _), (b, _)| (a.rows.len(), &a.first).cmp(&(b.rows.len(), &b.first)));
    let (mut merged, mut rare) = (vec![], vec![]);
    while let Some((_, own)) = left.first() {
        let own = own.clone();
        let (tables, others) = left.into_iter().partition::<Vec<_>, _>(|(_, ends)| *ends == own);
        let (function, strangers) = of_one_function(tables.into_iter().map(|t| t.0).collect());
        left = strangers.into_iter().map(|t| (t, own.clone())).chain(others).collect();
        let Some(union) = best(&function) else {
            rare.extend(function.iter().map(|t| t.rows.clone()));
            continue;
        };
        let wide = Rc::new(crate::value::pack(union.rows));
        for t in function {
            let offset = usize::try_from(&t.first - &union.first).ok();
            match offset.filter(|at| at + t.rows.len() <= wide.len()) {
                None => rare.push(t.rows.clone()),
                Some(_) if *t.rows == *wide => {}
                Some(offset) => {
                    merged.push(Merged { own: t.rows.clone(), wide: Rc::clone(&wide), offset });
                }
            }
        }
    }
    (merged, rare)
}

/// The least and the greatest value.
type Ends = (Int, Int);

fn ends(rows: &Ints) -> Option<Ends> {
    let all = || (0..rows.len()).map(|i| rows.get(i));
    Some((all().min()?, all().max()?))
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

    /// Takes the rows of another table; false if it is of another function, or would make it too long.
    fn take(&mut self, t: &Wanted<'_>) -> bool {
        // Where the other one begins, seen from here.
        let Ok(at) = i64::try_from(&t.first - &self.first) else { return false };
        let (own, other) = (self.rows.len() as i64, t.rows.len() as i64);
        let (start, end) = (at.min(0), own.max(at.saturating_add(other)));
        if at > own || at.saturating_add(other) < 0 || end - start > MAX_ROWS as i64 {
            return false;
        }
        let common = at.max(0)..own.min(at + other);
        if !common.into_iter().all(|k| self.rows[k as usize] == t.rows.get((k - at) as usize)) {
            return false;
        }
        let before = (0..-start).map(|k| t.rows.get(k as usize));
        self.rows.splice(0..0, before);
        self.rows.extend((own.max(at)..end).map(|k| t.rows.get((k - at) as usize)));
        self.first += start;
        true
    }
}

/// The first table and those that are of its function, and the others.
fn of_one_function<'t>(tables: Vec<Wanted<'t>>) -> (Vec<Wanted<'t>>, Vec<Wanted<'t>>) {
    let Some(mut union) = tables.first().map(Union::of) else { return (vec![], vec![]) };
    // The first is of its own.
    tables.into_iter().partition(|t| union.take(t))
}

/// The union of as many of the first tables as save most; `None` if none is worth its rows.
fn best(function: &[Wanted<'_>]) -> Option<Union> {
    let mut union = Union::of(function.first()?);
    let mut saved = Estimate::default();
    let (mut count, mut most) = (0, 0.0);
    for (k, t) in function.iter().enumerate() {
        if union.take(t) {
            saved = saved.and(t.saved);
            let gain = saved.less(&row().times(union.rows.len()));
            if gain > most {
                (count, most) = (k + 1, gain);
            }
        }
    }
    let mut best = Union::of(function.first()?);
    for t in &function[..count] {
        best.take(t);
    }
    (count > 0).then_some(best)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::estimate::tabled;
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
        // Far fewer calls: none is.
        let few: Vec<_> = (1..=40).map(|k| (cut(-10, 10 + k), 1)).collect();
        assert_eq!((planned(&few[..2]).0.len(), planned(&few[..2]).1.len()), (0, 2));
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
        // Neighbours need the same ends, so that what is looked up has one interval.
        let (merged, _) = planned(&[(cut(0, 10), 1000), (cut(11, 20), 1000)]);
        assert!(merged.is_empty());
        let odd = |first: i64, last: i64| {
            (pack((first..=last).map(|q| q.rem_euclid(2).into()).collect()), first)
        };
        let (merged, _) = planned(&[(odd(0, 10), 1000), (odd(11, 20), 1000)]);
        assert!(merged.len() == 2 && *merged[0].wide == odd(0, 20).0);
        let (merged, _) = planned(&[(odd(0, 9), 1000), (odd(11, 20), 1000)]);
        assert!(merged.is_empty());
    }
}
